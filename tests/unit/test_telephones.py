"""Telephone numbers: which are seen, and where they ring."""

import csv
from importlib.resources import files

import pytest

from geo.gazetteer import SqliteGazetteer
from geo.resolver.telephones import called


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Call (952) 555-0142 or 952-555-0143.", {("US", "US-MN")}),
        ("Tel. 1-604-555-0100, fax +1 604 555 0101", {("CA", "CA-BC")}),
        ("Tickets: +996 312 66-00-00; +44 (0)20 7946 0018", {("KG", None), ("GB", None)}),
        ("toll-free 1-800-555-0199", {("US", None)}),
        ("Nassau: (242) 555-0100", {("BS", None)}),
        ("On 2009-03-10 lot 12-345-6789 was sold for 952 555 dollars.", set()),
        ("https://example.org/952-555-0142-a", set()),
        ("No number at all.", set()),
    ],
)
def test_numbers_ring_where_their_prefix_is(text: str, places: set[tuple[str, str | None]]) -> None:
    assert set(called(text).values()) == places


def test_the_table_names_countries_and_divisions(gazetteer: SqliteGazetteer) -> None:
    table = files("geo.resolver").joinpath("telephones.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    assert len(rows) > 600
    for row in rows:
        assert row["admin1_code"].partition("-")[0] in ("", row["country_code"])
    divisions = {row["admin1_code"] for row in rows if row["admin1_code"]}
    for name, code in (("Texas", "US-TX"), ("Ontario", "CA-ON"), ("Vermont", "US-VT")):
        assert code in divisions
        assert any(c.place.admin1_code == code for c in gazetteer.lookup(name))
