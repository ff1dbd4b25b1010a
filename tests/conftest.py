"""Factories of records, shared by all tests; doubles of the protocols are in `geo.testing`."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.gazetteer import SqliteGazetteer, open_gazetteer
from geo.place import Place

# The same examples on every machine, none kept between runs, and no clock in a verdict.
settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")

SHIPPED = Path(__file__).resolve().parents[1] / "geo/data/gazetteer.sqlite"

TEXT = "Russian jets fly from the Kant airbase, 20 km east of Bishkek. Bishkek agreed."


# Any keyword of the record passes through each factory, hence `object` and the ignores.
def _document(text: str = TEXT, **fields: object) -> Document:
    return Document(text=text, **fields)  # type: ignore[arg-type]


def _place(
    name: str = "Bishkek", latitude: float = 42.87, longitude: float = 74.59, **fields: object
) -> Place:
    given: dict[str, object] = {"id": f"test:{name}", "country_code": "KG", **fields}
    return Place(name=name, latitude=latitude, longitude=longitude, **given)  # type: ignore[arg-type]


def _mention(document: Document, text: str, *, occurrence: int = 0, **fields: object) -> Mention:
    start = -1
    for _ in range(occurrence + 1):
        start = document.text.index(text, start + 1)
    return Mention(start=start, end=start + len(text), text=text, **fields)  # type: ignore[arg-type]


def _resolution(mention: Mention, place: Place | None = None, **fields: object) -> Resolution:
    given: dict[str, object] = (
        {"reason": "no-candidate"} if place is None else {"confidence": 0.9, "origin": "resolver"}
    )
    return Resolution(mention=mention, place=place, **{**given, **fields})  # type: ignore[arg-type]


def _parsed(
    text: str = TEXT, places: Mapping[str, Place | None] | None = None, **fields: object
) -> ParsedDocument:
    document = _document(text, **fields)
    places = {"Bishkek": _place()} if places is None else places
    resolutions = [_resolution(_mention(document, name), place) for name, place in places.items()]
    resolutions.sort(key=lambda r: (r.mention.start, -r.mention.end))
    return ParsedDocument(document=document, resolutions=tuple(resolutions))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite the files of tests/golden"
    )


@pytest.fixture(scope="session")
def make_document() -> Callable[..., Document]:
    """`make_document(text, **fields)`."""
    return _document


@pytest.fixture(scope="session")
def make_place() -> Callable[..., Place]:
    """`make_place(name, latitude, longitude, **fields)`; Bishkek where nothing is said."""
    return _place


@pytest.fixture(scope="session")
def make_mention() -> Callable[..., Mention]:
    """`make_mention(document, text, occurrence=0, **fields)`: the span is looked up."""
    return _mention


@pytest.fixture(scope="session")
def make_resolution() -> Callable[..., Resolution]:
    """`make_resolution(mention, place, **fields)`; without a place the reason is no-candidate."""
    return _resolution


@pytest.fixture(scope="session")
def make_parsed() -> Callable[..., ParsedDocument]:
    """`make_parsed(text, {words: place or None}, **document_fields)`: a mention per entry."""
    return _parsed


@pytest.fixture(scope="session")
def gazetteer() -> Iterator[SqliteGazetteer]:
    """Give the gazetteer that is shipped."""
    with open_gazetteer(SHIPPED) as opened:
        yield opened
