"""What a parser said of a document: from its records, or from a file of rows."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geo.document import ParsedDocument, Resolution
from geo.errors import FormatError, GeoError
from geo.evaluation.formats.fields import coordinates, failure, number
from geo.evaluation.gold import Corpus
from geo.pipeline import Geoparser
from geo.readers.decoding import decode
from geo.readers.sources import open_sources

__all__ = ["Prediction", "Predictions", "predict", "predictions_of", "read_predictions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A mention that was found, and the pin it got, if any."""

    start: int
    end: int
    text: str
    latitude: float | None = None  #: degrees WGS84
    longitude: float | None = None
    confidence: float | None = None  #: 0 to 1; None where the file has none
    kind: str = "literal"
    place_id: str | None = None
    place: str | None = None  #: its name
    country_code: str | None = None


#: The predictions of each document, by its id.
Predictions = Mapping[str, tuple[Prediction, ...]]


def predict(corpus: Corpus, parser: Geoparser, *, given: bool = False) -> Iterator[ParsedDocument]:
    """Parse the documents of a corpus; with `given`, only place the gold names."""
    if given:
        for gold in corpus.documents:
            yield parser.resolve(gold.document, gold.given())
    else:
        yield from parser.parse_all(gold.document for gold in corpus.documents)


def predictions_of(stream: Iterable[ParsedDocument]) -> dict[str, tuple[Prediction, ...]]:
    """Return what was said of each document, by its id."""
    return {
        parsed.document.id: tuple(_prediction(resolution) for resolution in parsed.resolutions)
        for parsed in stream
    }


def read_predictions(path: str | Path) -> dict[str, tuple[Prediction, ...]]:
    """Read predictions as JSON Lines.

    Parameters
    ----------
    path
        Each line is a mention as `geo find --json` prints it (`geo.mentions/1`), or a document
        with `id` and `mentions`, each of these with `start`, `end`, and `lat` and `lon` where it
        was placed.

    Raises
    ------
    ReadError, FormatError
        It cannot be read; the message names the line.
    """
    found: dict[str, list[Prediction]] = {}
    for opened in open_sources([path], suffixes=(".jsonl", ".ndjson")):
        if isinstance(opened, GeoError):
            raise opened
        source = opened.source
        if not source.content.strip():
            continue  # nothing was found in any document
        for line_number, line in enumerate(decode(source.content, source.name).split("\n"), 1):
            if not line or line.isspace():
                continue
            try:
                own, rows = _rows(json.loads(line))
                found.setdefault(own, []).extend(map(_read, rows))
            except (ValueError, RecursionError) as error:
                advice = "Write the rows of `geo find --json`, or documents with mentions."
                raise failure(source.name, line_number, str(error), advice) from error
    return {own: tuple(rows) for own, rows in found.items()}


def _prediction(resolution: Resolution) -> Prediction:
    mention, place = resolution.mention, resolution.place
    return Prediction(
        start=mention.start,
        end=mention.end,
        text=mention.text,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        confidence=resolution.confidence,
        kind=mention.kind,
        place_id=place.id if place else None,
        place=place.name if place else None,
        country_code=place.country_code if place else None,
    )


def _rows(values: object) -> tuple[str, list[Mapping[str, object]]]:
    if not isinstance(values, dict):
        raise FormatError("no object")
    schema = values.get("schema")
    if schema is not None and not str(schema).startswith("geo.mentions/1"):
        raise FormatError(f'the format "{schema}" is not read by this release')
    own = values.get("document_id", values.get("id"))
    if not isinstance(own, (str, int)):
        raise FormatError('no "document_id"')
    if "mentions" not in values:
        return str(own), [values]
    rows = values["mentions"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FormatError('"mentions" is no list of objects')
    return str(own), rows


def _read(row: Mapping[str, object]) -> Prediction:
    start, end = row.get("start"), row.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
        raise FormatError('"start" and "end" are no span')
    point = coordinates(row.get("latitude", row.get("lat")), row.get("longitude", row.get("lon")))
    return Prediction(
        start=start,
        end=end,
        text=_text(row.get("mention", row.get("text"))) or "",
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        confidence=number(row.get("confidence")),
        kind=_text(row.get("kind")) or "literal",
        place_id=_text(row.get("place_id")),
        place=_text(row.get("place")),
        country_code=_text(row.get("country_code")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
