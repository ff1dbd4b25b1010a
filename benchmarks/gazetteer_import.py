"""Import a synthetic GeoNames dump and say how long it took and how much memory.

python benchmarks/gazetteer_import.py --rows 12000000

The dump has GeoNames' documented format, as many names a place as the real one, and is made in a
folder that is removed afterwards. The limit is 1.5 GB of memory.
"""

import argparse
import itertools
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

LIMIT_GB = 1.5

_SYLLABLES = "ba be ka ki ko la le ma mi na no ra ro sa shi ta to va wa ya zu dar khan pur stan bad"
_HEADS = ("San ", "Nova ", "Ust-", "Qal'eh-ye ", "Новый ", "Río ", "Lake ", "Mount ")
_FEATURES = (("P", "PPL"), ("H", "STM"), ("T", "MT"), ("S", "SCH"), ("L", "LCTY"), ("P", "PPLL"))
_COUNTRIES = ("CN", "DE", "IN", "KG", "MX", "RU", "TJ", "US")
_DIVISIONS = 40  # a country
_DISTRICTS = 20  # a division
_NAMES_A_PLACE = 1.4  # 17 million alternate names of 12 million places in GeoNames


def main() -> None:
    """Make the dump, import it in a process of its own, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--folder", type=Path, help="where to make the dump; needs some 10 GB")
    parser.add_argument("--import-from", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.import_from:
        _import(given.import_from)
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        started = time.perf_counter()
        _make(folder, given.rows)
        print(f"made {given.rows:,} rows in {time.perf_counter() - started:.0f} s", flush=True)
        done = subprocess.run([sys.executable, __file__, "--import-from", str(folder)], check=False)
        sys.exit(done.returncode)


def _import(folder: Path) -> None:
    from geo.gazetteer import SqliteGazetteer
    from geo.gazetteer.extend import Addition, extend
    from geo.gazetteer.sources import geonames

    target = folder / "gazetteer.sqlite"
    shutil.copyfile(str(files("geo").joinpath("data/gazetteer.sqlite")), target)
    divisions = geonames.Divisions([folder / "admin1CodesASCII.txt", folder / "admin2Codes.txt"])
    archive = folder / "allCountries.zip"
    started = time.perf_counter()
    stages: list[tuple[str, float]] = []

    def progress(what: str, done: int, of: int) -> None:
        if not stages or stages[-1][0] != what:
            stages.append((what, time.perf_counter() - started))

    counts = extend(
        target,
        Addition(
            name="geonames",
            digest="0",
            version="synthetic",
            entries=geonames.read([archive], divisions=divisions),
            names=geonames.names([folder / "alternateNamesV2.zip"]),
            divisions=divisions.ids,
            is_large=True,
        ),
        progress=progress,
    )
    took = time.perf_counter() - started
    cpu_s = time.process_time()
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    stages.append(("end", took))
    print(
        f"imported {counts.new:,} places and {counts.names:,} names "
        f"in {took:.0f} s ({cpu_s:.0f} s of processor time)"
    )
    for (what, begun), (_, ended) in itertools.pairwise(stages):
        print(f"  {what:14} {ended - begun:6.0f} s")
    print(f"file {target.stat().st_size / 1e9:.2f} GB, peak memory {peak_gb:.2f} GB")
    with SqliteGazetteer(target) as opened:
        started = time.perf_counter()
        found = opened.lookup("Bishkek")
        print(f"first look-up {time.perf_counter() - started:.3f} s: {found[0].place.id}")
    if peak_gb > LIMIT_GB:
        sys.exit(f"more than {LIMIT_GB} GB")


def _make(folder: Path, rows: int) -> None:
    chance = random.Random(4)
    with (folder / "admin1CodesASCII.txt").open("w", encoding="utf-8") as out:
        for number, (country, first) in enumerate(_first_order()):
            out.write(f"{country}.{first:02}\tDivision {first}\tDivision {first}\t{100 + number}\n")
    (folder / "admin2Codes.txt").write_text("", encoding="utf-8")
    _write(folder / "allCountries.zip", lambda: _places(rows, chance))
    _write(folder / "alternateNamesV2.zip", lambda: _alternates(rows, chance))


def _write(path: Path, lines: Callable[[], Iterator[str]]) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(f"{path.stem}.txt", "w", force_zip64=True) as member,
    ):
        for line in lines():
            member.write(line.encode())


def _first_order() -> Iterator[tuple[str, int]]:
    for country in _COUNTRIES:
        for first in range(1, _DIVISIONS + 1):
            yield country, first


def _places(rows: int, chance: random.Random) -> Iterator[str]:
    number = 50_000_000  # above all ids that GeoNames has given
    for country, first in _first_order():
        yield _place(number, f"Division {first}", "A", "ADM1", country, f"{first:02}", "", chance)
        number += 1
        for second in range(_DISTRICTS):
            name = _name(chance)
            yield _place(number, name, "A", "ADM2", country, f"{first:02}", str(second), chance)
            number += 1
    while number < 50_000_000 + rows:
        kind, code = chance.choice(_FEATURES)
        first, second = chance.randint(1, _DIVISIONS), chance.randint(0, _DISTRICTS)
        country = chance.choice(_COUNTRIES)
        name = _name(chance)
        yield _place(number, name, kind, code, country, f"{first:02}", str(second), chance)
        number += 1


def _place(
    number: int,
    name: str,
    kind: str,
    code: str,
    country: str,
    first: str,
    second: str,
    chance: random.Random,
) -> str:
    latitude, longitude = chance.uniform(-60, 75), chance.uniform(-180, 180)
    return (
        f"{number}\t{name}\t{name}\t\t{latitude:.5f}\t{longitude:.5f}\t{kind}\t{code}\t{country}\t"
        f"\t{first}\t{second}\t\t\t{chance.choice((0, 0, 0, 1200))}\t\t12"
        "\tAsia/Bishkek\t2026-11-20\n"
    )


def _alternates(rows: int, chance: random.Random) -> Iterator[str]:
    for number in range(int(rows * _NAMES_A_PLACE)):
        place = 50_000_000 + chance.randrange(rows)
        historic = "1" if number % 50 == 0 else ""
        yield f"{number}\t{place}\tru\t{_name(chance)}\t\t\t\t{historic}\t\t\n"


def _name(chance: random.Random) -> str:
    syllables = _SYLLABLES.split()
    name = "".join(chance.choices(syllables, k=chance.randint(2, 5))).capitalize()
    return chance.choice(_HEADS) + name if chance.random() < 0.3 else name


if __name__ == "__main__":
    main()
