import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from geo.document import ParsedDocument
from geo.exporters.rows import rows
from geo.exporters.webannotation import WebAnnotationExporter
from geo.place import Place

Make = Callable[..., ParsedDocument]


# What JSON holds is `Any`.
def collection(*parsed: ParsedDocument) -> dict[str, Any]:
    stream = io.BytesIO()
    WebAnnotationExporter().write(iter(parsed), stream)
    found: dict[str, Any] = json.loads(stream.getvalue().decode("utf-8"))
    return found


def annotations(*parsed: ParsedDocument) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = collection(*parsed)["first"]["items"]
    return found


@pytest.fixture
def kant(make_parsed: Make, make_place: Callable[..., Place]) -> ParsedDocument:
    place = make_place("Kant Air Base", 42.8531999, 74.846501, id="geonames:1528193")
    return make_parsed("Jets 🛩 left Kant, far from Qux.", {"Kant": place, "Qux": None}, id="d1")


def test_webannotation_selects_by_position_and_by_quote(kant: ParsedDocument) -> None:
    placed, _ = annotations(kant)
    assert placed["target"] == {
        "source": "urn:mentionmap:document:d1",
        "selector": [
            {"type": "TextPositionSelector", "start": 12, "end": 16},
            {
                "type": "TextQuoteSelector",
                "exact": "Kant",
                "prefix": "Jets 🛩 left ",
                "suffix": ", far from Qux.",
            },
        ],
    }


def test_webannotation_body_is_the_place_or_absent(kant: ParsedDocument) -> None:
    placed, unplaced = annotations(kant)
    assert placed["body"] == {
        "id": "https://sws.geonames.org/1528193/",
        "type": "SpatialThing",
        "label": "Kant Air Base",
        "lat": 42.8532,
        "long": 74.8465,
    }
    assert placed["motivation"] == "identifying"
    assert "body" not in unplaced
    assert unplaced["motivation"] == "highlighting"


def test_webannotation_carries_all_columns(kant: ParsedDocument) -> None:
    assert [a["properties"] for a in annotations(kant)] == list(rows(kant))


def test_webannotation_is_a_collection_with_ids_that_stay(kant: ParsedDocument) -> None:
    found = collection(kant, kant)
    assert found["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    assert (found["type"], found["first"]["type"]) == ("AnnotationCollection", "AnnotationPage")
    assert found["total"] == 4
    assert found["first"]["partOf"] == found["id"]
    first, second, *again = [a["id"] for a in found["first"]["items"]]
    assert [first, second] == again
    assert len({first, second, found["id"], found["first"]["id"]}) == 4
    assert all(one.startswith("urn:uuid:") for one in (first, found["id"]))


def test_webannotation_of_nothing_is_an_empty_collection() -> None:
    found = collection()
    assert (found["first"]["items"], found["total"]) == ([], 0)


@pytest.mark.parametrize(
    ("source", "iri"),
    [
        (None, "urn:mentionmap:document:d%201"),
        ("-", "urn:mentionmap:document:d%201"),
        ("https://x.test/a b?q=1#c", "https://x.test/a%20b?q=1#c"),
        ("news/a 1.csv#row=17", "news/a%201.csv#row=17"),
        ("карта?.txt", "%D0%BA%D0%B0%D1%80%D1%82%D0%B0%3F.txt"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("//host/a.txt", "/host/a.txt"),
        ("\udcff.txt", "%3F.txt"),
    ],
)
def test_webannotation_sources_are_addresses(
    make_parsed: Make, source: str | None, iri: str
) -> None:
    [annotation] = annotations(make_parsed("Bishkek", source=source, id="d 1"))
    assert annotation["target"]["source"] == iri
    assert urlsplit(iri).scheme in ("", "https", "urn")


def test_webannotation_place_ids_are_addresses(
    make_parsed: Make, make_place: Callable[..., Place]
) -> None:
    [one] = annotations(make_parsed("Osh", {"Osh": make_place("Osh", id='geonames:1/"<x>')}))
    assert one["body"]["id"] == "urn:mentionmap:place:geonames:1%2F%22%3Cx%3E"


def test_webannotation_takes_lone_surrogates(make_parsed: Make) -> None:
    [one] = annotations(make_parsed("Bishkek \ud800", id="\udcff"))
    assert one["target"]["selector"][1]["suffix"] == " \ud800"
