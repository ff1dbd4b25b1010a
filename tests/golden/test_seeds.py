"""The rows of the seeds, kept in git: what a change does to them is read in the diff.

`pytest tests/golden --update-golden` rewrites the file.
"""

import csv
import io
from pathlib import Path

import pytest

import geo
from geo.gazetteer import SqliteGazetteer

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "seeds.csv"
COLUMNS = ("document", "start", "mention", "kind", "role", "place_id", "place", "country", "sure")


def rows(gazetteer: SqliteGazetteer) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    with geo.Geoparser(geo.Settings(), gazetteer=gazetteer) as parser:
        paths = sorted((ROOT / "seeds").glob("*.txt"))
        for parsed in parser.parse_all(geo.read(*paths)):
            for r in parsed.resolutions:
                place = r.place
                writer.writerow(
                    [
                        Path(parsed.document.source or "").name,
                        r.mention.start,
                        r.mention.text,
                        r.mention.kind,
                        r.mention.role,
                        place.id if place else r.reason,
                        place.name if place else "",
                        place.country_code if place else "",
                        # Confidence to a tenth: the last digits differ from processor to processor.
                        f"{r.confidence:.1f}",
                    ]
                )
    return out.getvalue()


def test_the_rows_of_the_seeds_are_as_they_were(
    gazetteer: SqliteGazetteer, pytestconfig: pytest.Config
) -> None:
    found = rows(gazetteer)
    if pytestconfig.getoption("--update-golden"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()
