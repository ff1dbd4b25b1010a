"""Make the table of the English names of first-order divisions.

    python -m training.divisions

Writes `geo/gazetteer/tables/divisions.csv` from two sources:

- the Unicode CLDR, by its npm package `cldr-subdivisions-full`, pinned by version and by the
  digest of the archive (`npm pack` fetches it into `.cache/divisions`);
- `divisions_by_hand.csv` beside this file: reviewed names that go before CLDR's, in the spelling of
  English news; a row without a name keeps the division's own.

CLDR names a division by its ISO 3166-2 code, and countries have renumbered theirs: what CLDR calls
IR-05 is Ilam, today's IR-05 is Kermanshah. So a name is taken only where the division's own names
agree with it: CLDR's names of that code in any of its 97 languages count. A name that another
division of the country bears exactly goes there; the rest is left out. The table has a row where
the name, or one more name, is news to the gazetteer. The command prints what was left out.
"""

import argparse
import csv
import hashlib
import json
import re
import tarfile
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from geo.gazetteer.sources.countries import division_names
from geo.gazetteer.sources.points import Subdivision, subdivisions
from geo.gazetteer.sources.tables import CLDR_VERSION
from geo.names import fold
from geo.page.bundle import run_npm

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "cldr-subdivisions-full"
SHA256 = "558fef1e523e21c2bff7ebf4ff6c7686e4e8594df82ac2cd94a71935662596cd"

#: From here on a name of CLDR's agrees with a division of the same code. Below lie renumbered
#: codes (Ilam is .14 like Kermanshah), above other spellings (Magileu stays below, by .71).
AGREES = 0.8

#: Names in common in other scripts say as much as a near spelling, and more than most.
_SHARED = 0.9

#: Words for the kind of division: "Bremen" and "Land Bremen" are one name.
_KINDS = frozenset(
    "a ad al and autonoma autonomous canton capital city community comunidad county de department "
    "departamento departement district division el emirate governorate gouvernorat krai kray la "
    "land le los muhafazah municipality oblast oblasty oblysy of okrug parish prefecture province "
    "provincia raion rayon region regiao republic respublika special state territory the va "
    "velayaty viloyat viloyati voivodeship wilaya wojewodztwo y".split()
)

#: A name of nothing but these is no name outside its country: "Northern".
_DIRECTIONS = frozenset(
    "capital central east eastern lower north northern south southern upper west western".split()
)

#: Footnote marks, and what tells a division from its namesakes: "Lacs²", "Bay, Somalia".
_ODDITIES = re.compile(r"[²³]|, (?=Somalia$).*")


@dataclass(frozen=True, slots=True)
class Named:
    """A code of CLDR with its English name and the bare keys of its names in all languages."""

    code: str  #: as CLDR writes it: `deby`
    name: str
    bare: frozenset[str] = field(repr=False)


def main() -> None:
    """Fetch the package and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=Path, default=ROOT / ".cache/divisions")
    arguments = parser.parse_args()
    named = read_cldr(fetch(arguments.inputs))
    with (Path(__file__).parent / "divisions_by_hand.csv").open(encoding="utf-8") as file:
        by_hand = {row["code"]: row for row in csv.DictReader(file)}
    target = ROOT / "geo/gazetteer/tables/divisions.csv"
    written = list(table(named, by_hand))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "aliases"))
        writer.writerows(written)
    print(f"{target.relative_to(ROOT)}: {len(written)} divisions")


def fetch(folder: Path) -> Path:
    """Return the package's archive, fetched into `folder` where it is not there.

    Raises
    ------
    ValueError
        The archive is not the one that is pinned here.
    """
    archive = folder / f"{PACKAGE}-{CLDR_VERSION}.tgz"
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        run_npm(["pack", "--silent", f"{PACKAGE}@{CLDR_VERSION}"], folder)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ValueError(
            f"{archive} is not {PACKAGE} {CLDR_VERSION}: sha256 {digest}, expected {SHA256}. "
            "Remove the file and run again."
        )
    return archive


def read_cldr(archive: Path) -> dict[str, list[Named]]:
    """Read what CLDR calls the divisions, by country code."""
    english: dict[str, str] = {}
    bare: dict[str, set[str]] = defaultdict(set)
    with tarfile.open(archive) as files:
        for member in files:
            language = re.fullmatch(r"package/subdivisions/([^/]+)/[^/]+\.json", member.name)
            file = files.extractfile(member) if language else None
            if language is None or file is None:
                continue
            [content] = json.load(file).values()
            for code, name in content["localeDisplayNames"]["subdivisions"].items():
                name = _ODDITIES.sub("", name).replace("’", "'")
                bare[code].add(_bare(name))
                if language[1] == "en":
                    english[code] = name
    named: dict[str, list[Named]] = defaultdict(list)
    for code, name in sorted(english.items()):
        named[code[:2].upper()].append(Named(code, name, frozenset(bare[code])))
    return named


def table(
    named: dict[str, list[Named]], by_hand: dict[str, dict[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """Yield code, English name and further names, parted by bars, of each division with news."""
    divisions: dict[str, list[Subdivision]] = defaultdict(list)
    for division in subdivisions():
        if division.level == 1 and division.code and division.geonames_id:
            divisions[division.code.partition(".")[0]].append(division)
    rows = []
    for country_code, ours in divisions.items():
        taken = assign(ours, named.get(country_code, []), reviewed=by_hand.keys())
        for division in ours:
            code = division.iso_code or division.code
            rows.append(_row(division, code, taken.get(division.code), by_hand.get(code)))
    unknown = by_hand.keys() - {row[0] for row in rows}
    if unknown:
        raise ValueError(f"divisions_by_hand.csv: no such division: {', '.join(sorted(unknown))}")
    yield from sorted(row for row in rows if row[1] or row[2])


def assign(
    ours: Sequence[Subdivision], named: Sequence[Named], *, reviewed: Container[str] = ()
) -> dict[str, str]:
    """Say which names of CLDR's fit which divisions of one country, by GeoNames code.

    Divisions that none fits are printed, but for the reviewed.
    """
    taken: dict[str, str] = {}
    owned: set[str] = set()
    fits = {(division.code, one.code): _fit(division, one) for division in ours for one in named}
    for division in ours:
        own = division.iso_code.replace("-", "").lower()
        for one in named:
            fit = fits[division.code, one.code]
            best = max(fits[division.code, other.code] for other in named)
            if one.code == own and fit >= max(best, AGREES):
                taken[division.code] = one.name
                owned.add(own)
    for division in ours:
        if division.code in taken or not division.iso_code:
            continue
        exact = [
            one for one in named if one.code not in owned and fits[division.code, one.code] == 1
        ]
        if len(exact) == 1:
            taken[division.code] = exact[0].name
        elif division.iso_code not in reviewed:
            print(f"left out: {division.iso_code} {division.name}")
    return {code: name for code, name in taken.items() if set(fold(name).split()) - _DIRECTIONS}


def _fit(division: Subdivision, one: Named) -> float:
    """Return 0 to 1, how well a name of CLDR's fits a division; 1 is the same name."""
    ours = {_bare(name) for name in (division.name, *division.alternates)}
    latin = {_bare(n) for n in (division.name, *division.alternates) if _is_latin(n)}
    key = _bare(one.name)
    if key in latin:
        return 1.0
    near = max((SequenceMatcher(None, key, other).ratio() for other in latin), default=0.0)
    return max(near, _SHARED if one.bare & ours else 0.0)


def _row(
    division: Subdivision, code: str, taken: str | None, by_hand: dict[str, str] | None
) -> tuple[str, str, str]:
    name = (by_hand["name"] if by_hand else taken) or ""
    if not by_hand and fold(name) == fold(division.name) and _marks(name) >= _marks(division.name):
        name = ""  # the same name, with no fewer marks: Ōsaka
    if name == division.name:
        name = ""
    known = {fold(n.text) for n in division_names(division.name, division.alternates)}
    known |= {fold(division.name), fold(name)}
    more: list[str] = []
    for alias in by_hand["aliases"].split("|") if by_hand else [taken]:
        if alias and fold(alias) not in known:
            known.add(fold(alias))
            more.append(alias)
    return code, name, "|".join(more)


def _bare(name: str) -> str:
    """Return the key of a name without its kind and without spaces."""
    words = fold(name).split()
    return "".join(word for word in words if word not in _KINDS) or "".join(words)


def _is_latin(name: str) -> bool:
    """Tell whether a name is written in Latin letters, with any marks."""
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 or c in "’ʼ‘ʻ–" for c in name)


def _marks(name: str) -> int:
    return sum(not c.isascii() for c in name)


if __name__ == "__main__":
    main()
