"""The one table of columns that every format shares: a row a mention."""

import json
from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal

from geo.document import Document, ParsedDocument, Resolution
from geo.place import Candidate
from geo.sentences import sentence_span

__all__ = ["ALTERNATIVE_TYPES", "COLUMNS", "TYPES", "ColumnType", "encode", "rows"]

#: What a column holds: `list` is one of alternatives, `date` an ISO 8601 day as text.
ColumnType = Literal["text", "integer", "number", "truth", "date", "list"]

#: The columns in their order, each with its type. Later releases fill and append columns; none is
#: renamed.
TYPES: dict[str, ColumnType] = {
    "document_id": "text",
    "source": "text",
    "start": "integer",
    "end": "integer",
    "mention": "text",
    "kind": "text",
    "role": "text",
    "score": "number",
    "place_id": "text",
    "place": "text",
    "latitude": "number",
    "longitude": "number",
    "feature_class": "text",
    "feature_code": "text",
    "country_code": "text",
    "admin1": "text",
    "admin1_code": "text",
    "admin2": "text",
    "admin2_code": "text",
    "population": "integer",
    "radius_km": "number",
    "confidence": "number",
    "approximate": "truth",
    "origin": "text",
    "explanation": "text",
    "reason": "text",
    "alternatives": "list",
    "sentence": "text",
    "section": "text",
    "title": "text",
    "published": "date",
}
COLUMNS = tuple(TYPES)

#: The keys of one object in `alternatives`.
ALTERNATIVE_TYPES: dict[str, ColumnType] = {
    "place_id": "text",
    "place": "text",
    "latitude": "number",
    "longitude": "number",
    "country_code": "text",
    "confidence": "number",
}

# 5 decimals of a degree are 1.1 m; no gazetteer knows a place better.
_DEGREE_DECIMALS = 5
_PROBABILITY_DECIMALS = 4
_KM_DECIMALS = 3


def rows(parsed: ParsedDocument) -> Iterator[dict[str, object]]:
    """Yield one row a mention, in the order of the resolutions.

    Parameters
    ----------
    parsed
        A document with its resolutions.

    Yields
    ------
    row
        A value for each of `COLUMNS`, in their order, of the types JSON knows; `None` where
        nothing is known or nothing was placed. `alternatives` is a list of objects with
        `place_id`, `place`, `latitude`, `longitude`, `country_code` and `confidence` (here the
        candidate's score, comparable within the mention only).
    """
    section_of = _Labels(parsed.document)
    for resolution in parsed.resolutions:
        yield _row(parsed.document, resolution, section_of(resolution.mention.start))


def encode(value: object) -> str:
    """Return `value` as JSON on one line: compact, letters of all scripts as they are.

    Lone surrogates, which UTF-8 cannot carry, stay in the answer: encode it to bytes with the
    error handler `backslashreplace`, which turns them into JSON's own escapes.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _row(document: Document, resolution: Resolution, section: str | None) -> dict[str, object]:
    mention, place = resolution.mention, resolution.place
    start, end = sentence_span(document.text, mention.start, mention.end)
    return {
        "document_id": document.id,
        "source": document.source,
        "start": mention.start,
        "end": mention.end,
        "mention": mention.text,
        "kind": mention.kind,
        "role": mention.role,
        "score": _rounded(mention.score, _PROBABILITY_DECIMALS),
        "place_id": place.id if place else None,
        "place": place.name if place else None,
        "latitude": _rounded(place.latitude, _DEGREE_DECIMALS) if place else None,
        "longitude": _rounded(place.longitude, _DEGREE_DECIMALS) if place else None,
        "feature_class": place.feature_class if place else None,
        "feature_code": place.feature_code if place else None,
        "country_code": place.country_code if place else None,
        "admin1": place.admin1 if place else None,
        "admin1_code": place.admin1_code if place else None,
        "admin2": place.admin2 if place else None,
        "admin2_code": place.admin2_code if place else None,
        "population": place.population if place else None,
        "radius_km": _rounded(place.radius_km, _KM_DECIMALS) if place else None,
        "confidence": _rounded(resolution.confidence, _PROBABILITY_DECIMALS),
        "approximate": resolution.approximate,
        "origin": resolution.origin,
        "explanation": resolution.explanation,
        "reason": resolution.reason,
        "alternatives": [_alternative(candidate) for candidate in resolution.alternatives],
        "sentence": " ".join(document.text[start:end].split()),
        "section": section,
        "title": document.title,
        "published": document.published.isoformat() if document.published else None,
    }


def _alternative(candidate: Candidate) -> dict[str, object]:
    place = candidate.place
    return {
        "place_id": place.id,
        "place": place.name,
        "latitude": _rounded(place.latitude, _DEGREE_DECIMALS),
        "longitude": _rounded(place.longitude, _DEGREE_DECIMALS),
        "country_code": place.country_code,
        "confidence": _rounded(candidate.score, _PROBABILITY_DECIMALS),
    }


def _rounded(number: float | None, decimals: int) -> float | None:
    # Numbers of numpy and integers come out as plain floats, and -0.0 as 0.0.
    return None if number is None else round(float(number), decimals) + 0.0


class _Labels:
    """Find the label of the section that holds an offset."""

    def __init__(self, document: Document) -> None:
        self._sections = sorted(document.sections, key=lambda section: section.start)
        self._starts = [section.start for section in self._sections]

    def __call__(self, offset: int) -> str | None:
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or self._sections[index].end <= offset:
            return None
        return self._sections[index].label
