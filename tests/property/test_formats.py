"""What is written is read back the same, whatever the strings hold."""

import csv
import io
import json
import warnings

from hypothesis import given
from hypothesis import strategies as st

from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.errors import GeoError, GeoWarning
from geo.exporters.csv import CsvExporter
from geo.exporters.geojson import GeojsonExporter
from geo.exporters.jsonl import JsonlExporter
from geo.exporters.rows import COLUMNS, rows
from geo.place import Candidate, Place
from geo.protocols import Source
from geo.readers.jsonl import JsonlReader
from geo.readers.text import TextReader

#: Whatever a reader may hand on: all of Unicode but NUL and lone surrogates.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
hostile = texts | st.sampled_from(
    ["=1+1", "-1", "\t@x", '"', '","', "\r\n", "'", "{{ 7*7 }}", "</script>", "\\u0000", "\u2028"]
)
places = st.builds(
    Place,
    id=hostile,
    name=hostile,
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    country_code=st.sampled_from([None, "KG", "MX"]),
    population=st.none() | st.integers(0, 10**10),
    radius_km=st.none() | st.floats(0, 20_000),
)
candidates = st.builds(
    Candidate, place=places, name=hostile, match=st.just("primary"), score=st.floats(0, 1)
)


@st.composite
def parsed_documents(draw: st.DrawFn) -> ParsedDocument:
    text = draw(hostile)
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    mention = Mention(start=start, end=end, text=text[start:end], score=draw(st.floats(0, 1)))
    place = draw(st.none() | places)
    resolution = Resolution(
        mention=mention,
        place=place,
        confidence=draw(st.floats(0, 1)) if place else 0.0,
        candidates=tuple(draw(st.lists(candidates, max_size=2))),
        explanation=draw(hostile),
        reason=None if place else "no-candidate",
    )
    document = Document(text=text, id=draw(hostile), title=draw(st.none() | hostile))
    return ParsedDocument(document=document, resolutions=(resolution,))


streams = st.lists(parsed_documents(), max_size=3)


def every_row(parsed: list[ParsedDocument]) -> list[dict[str, object]]:
    return [row for document in parsed for row in rows(document)]


@given(streams)
def test_jsonl_round_trip(parsed: list[ParsedDocument]) -> None:
    stream = io.BytesIO()
    JsonlExporter().write(parsed, stream)
    lines = stream.getvalue().decode("utf-8").split("\n")
    assert lines.pop() == ""
    read = [json.loads(line) for line in lines]
    assert read == [{"schema": "geo.mentions/1", **row} for row in every_row(parsed)]


@given(streams)
def test_geojson_round_trip(parsed: list[ParsedDocument]) -> None:
    stream = io.BytesIO()
    GeojsonExporter().write(parsed, stream)
    features = json.loads(stream.getvalue())["features"]
    assert [feature["properties"] for feature in features] == every_row(parsed)
    for feature in features:
        if feature["geometry"]:
            longitude, latitude = feature["geometry"]["coordinates"]
            assert -180 <= longitude <= 180
            assert -90 <= latitude <= 90


@given(streams)
def test_geojson_by_place_has_every_placed_mention_once(parsed: list[ParsedDocument]) -> None:
    stream = io.BytesIO()
    GeojsonExporter(by="place").write(parsed, stream)
    features = json.loads(stream.getvalue())["features"]
    ids = [feature["properties"]["place_id"] for feature in features]
    assert len(set(ids)) == len(ids)
    placed = [row for row in every_row(parsed) if row["place_id"] is not None]
    mentions = [m for feature in features for m in feature["properties"]["mentions"]]
    assert len(mentions) == len(placed)


@given(streams)
def test_csv_round_trip(parsed: list[ParsedDocument]) -> None:
    stream = io.BytesIO()
    CsvExporter().write(parsed, stream)
    text = stream.getvalue().decode("utf-8")
    header, *read = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == COLUMNS
    written = every_row(parsed)
    assert len(read) == len(written)
    for cells, row in zip(read, written, strict=True):
        for cell, column in zip(cells, COLUMNS, strict=True):
            value = row[column]
            if isinstance(value, str):
                assert cell in (value, f"'{value}")
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            elif isinstance(value, bool) or value is None:
                assert cell == {True: "true", False: "false", None: ""}[value]
            else:
                assert json.loads(cell) == value


@given(
    texts.filter(lambda text: not text.isspace() and text[0] != "\ufeff"),
    st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]),
)
def test_text_with_a_mark_round_trip(text: str, encoding: str) -> None:
    [document] = TextReader().read(Source("a.txt", text.encode(encoding)))
    assert document.text == text


# Control characters but white space make a file binary.
plain = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\r\n\t"))


@given(plain.filter(lambda text: bool(text) and not text.isspace() and text[0] != "\ufeff"))
def test_utf8_round_trip(text: str) -> None:
    if not text.startswith(("GIF8", "PAR1", "%PDF-")):
        [document] = TextReader().read(Source("a.txt", text.encode()))
        assert document.text == text


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for reader in (TextReader(), JsonlReader()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GeoWarning)
            try:
                documents = list(reader.read(Source("a", content)))
            except GeoError:
                continue
        for document in documents:
            document.text.encode("utf-8")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
keys = ["text", "id", "title", "published", "outlet", "country", "near", "year", "mentions", "x"]


@given(st.lists(st.dictionaries(st.sampled_from(keys), json_values), max_size=4))
def test_each_line_is_a_document_or_an_error(values: list[dict[str, object]]) -> None:
    content = "\n".join(json.dumps(value) for value in values).encode()
    read = list(JsonlReader().read_each(Source("a.jsonl", content)))
    assert len(read) == max(1, len(values))


@given(st.lists(texts.filter(lambda text: not text.isspace()), min_size=1, max_size=4))
def test_jsonl_documents_round_trip(texts: list[str]) -> None:
    for ascii_only in (True, False):
        lines = [json.dumps({"text": text}, ensure_ascii=ascii_only) for text in texts]
        content = "\n".join(lines).encode()
        documents = list(JsonlReader().read(Source("a.jsonl", content)))
        assert [document.text for document in documents] == texts
