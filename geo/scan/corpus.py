"""Parts to parsed documents again: what the map and the summary of a whole corpus are made from.

A part keeps the sentences of its mentions, not the texts. A document that is read back has those
sentences as its text, and its mentions stand where they are in that.
"""

import heapq
import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.errors import FormatError
from geo.exporters.records import place_from
from geo.place import Candidate, Place
from geo.protocols import Gazetteer
from geo.scan.files import Folder
from geo.scan.manifest import MANIFEST, SCHEMA, Manifest
from geo.scan.parts import read_summary

__all__ = ["ScannedCorpus", "is_scan"]

_BATCH_ROWS = 2_000
#: Mentions without a place that are kept where not all are.
_UNPLACED = 1_000

# Any: a row of a part has values of many types, told by their column.
_Row = Mapping[str, Any]


def is_scan(path: str) -> bool:
    """Tell whether `path`, local or a URL, is a folder that `geo scan` has written."""
    try:
        if "://" in path:
            content = Folder(path).read(MANIFEST) or b""
        else:
            content = Path(path, MANIFEST).read_bytes()  # tells it without the extra, too
        return bool(json.loads(content)["schema"] == SCHEMA)
    except (OSError, ValueError, KeyError, TypeError):
        return False


class ScannedCorpus:
    """The documents of a scan, read part by part.

    Parameters
    ----------
    path
        The folder of the parts; local, or a URL.
    gazetteer
        Knows what the rows do not say of a place: its bounds, and the source to be credited.

    Raises
    ------
    FormatError
        It is no scan.
    """

    def __init__(self, path: str, *, gazetteer: Gazetteer | None = None) -> None:
        self._folder = Folder(path)
        manifest = Manifest.load(self._folder)
        if manifest is None:
            raise FormatError(f"{path} is no scan: it has no {MANIFEST}. `geo scan` makes one.")
        there = set(self._folder.names())
        self._parts = [
            manifest.shards[n].part
            for n in sorted(manifest.shards)
            if manifest.shards[n].part in there
        ]
        self.is_complete = len(self._parts) == len(manifest.shards)
        self._places = _Places(gazetteer)

    def counts(self) -> tuple[int, int]:
        """Return the numbers of documents and of mentions."""
        summaries = [read_summary(self._folder, part) for part in self._parts]
        return sum(s.documents for s in summaries), sum(s.mentions for s in summaries)

    def documents(self) -> Iterator[ParsedDocument]:
        """Yield every document; of one without a mention nothing is known but that it was there."""
        for part in self._parts:
            count = 0
            for _, rows in groupby(self._rows([part]), key=_document_key):
                count += 1
                yield self._parsed(list(rows))
            silent = read_summary(self._folder, part).documents - count
            yield from (ParsedDocument(document=Document(text="")) for _ in range(silent))

    def surest(self, most: int) -> Iterator[ParsedDocument]:
        """Yield documents with at most `most` mentions together, so that no place is crowded out.

        Each place keeps the mentions that are surest, as many as fit; where there are more places
        than `most`, the places mentioned most often keep one each.
        """
        rows = self._numbered_rows(self._surest(most))
        for _, group in groupby(rows, key=_document_key):
            yield self._parsed(list(group))

    def _surest(self, most: int) -> list[int]:
        """Return the numbers of the rows to keep, counted over all parts, in order."""
        counts: Counter[str | None] = Counter()
        for row in self._rows(self._parts, ["place_id"]):
            counts[row["place_id"]] += 1
        counts[None] = min(counts[None], _UNPLACED)
        a_place = _share(list(counts.values()), most)
        wanted = {place for place, _ in counts.most_common(most)} if a_place == 1 else None
        best: dict[str | None, list[tuple[float, int]]] = {}
        for number, row in enumerate(self._rows(self._parts, ["place_id", "confidence"])):
            place = row["place_id"]
            if wanted is not None and place not in wanted:
                continue
            held = best.setdefault(place, [])
            entry = (row["confidence"], -number)  # of equals the earlier
            if len(held) < (a_place if place is not None else min(a_place, _UNPLACED)):
                heapq.heappush(held, entry)
            else:
                heapq.heappushpop(held, entry)
        return sorted(-number for held in best.values() for _, number in held)

    def _rows(self, parts: list[str], columns: list[str] | None = None) -> Iterator[_Row]:
        for batch in self._batches(parts, columns):
            yield from batch.to_pylist()

    def _numbered_rows(self, numbers: list[int]) -> Iterator[_Row]:
        """Yield the rows of these numbers; of the others no object is made."""
        first = at = 0
        for batch in self._batches(self._parts):
            end = bisect_left(numbers, first + batch.num_rows, lo=at)
            if at < end:
                yield from batch.take([number - first for number in numbers[at:end]]).to_pylist()
            first, at = first + batch.num_rows, end

    # Any: pyarrow carries no types.
    def _batches(self, parts: list[str], columns: list[str] | None = None) -> Iterator[Any]:
        import pyarrow.parquet as pq

        for part in parts:
            with self._folder.open(part) as stream:
                yield from pq.ParquetFile(stream).iter_batches(_BATCH_ROWS, columns=columns)

    def _parsed(self, rows: list[_Row]) -> ParsedDocument:
        first = rows[0]
        text, starts = _text_of(rows)
        document = Document(
            text=text,
            id=first["document_id"],
            source=first["source"],
            title=first["title"],
            published=first["published"],
        )
        resolutions = [
            self._resolution(row, start, text) for row, start in zip(rows, starts, strict=True)
        ]
        resolutions.sort(key=lambda r: (r.mention.start, -r.mention.end))
        return ParsedDocument(document=document, resolutions=tuple(resolutions))

    def _resolution(self, row: _Row, start: int, text: str) -> Resolution:
        end = start + len(_one_line(row["mention"]))
        mention = Mention(
            start=start,
            end=end,
            text=text[start:end],
            kind=row["kind"],
            role=row["role"],
            score=row["score"],
        )
        chosen = self._places.of_row(row)
        named = [] if chosen is None else [(chosen, row["confidence"])]
        named += [
            (self._places.of_alternative(other), other["confidence"])
            for other in row["alternatives"] or ()
        ]
        return Resolution(
            mention=mention,
            place=chosen,
            confidence=row["confidence"],
            candidates=tuple(
                Candidate(place=place, name=mention.text, match="primary", score=score)
                for place, score in named
            ),
            origin=row["origin"],
            approximate=row["approximate"],
            explanation=row["explanation"],
            reason=row["reason"],
        )


def _document_key(row: _Row) -> tuple[str, str | None]:
    return row["document_id"], row["source"]


def _share(counts: list[int], most: int) -> int:
    """Return how many each may keep at most, that all keep `most` together; at least 1."""
    low, high = 1, max(counts, default=1)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(count, middle) for count in counts) <= most:
            low = middle
        else:
            high = middle - 1
    return low


def _text_of(rows: list[_Row]) -> tuple[str, list[int]]:
    """Join the sentences of a document's rows, and say where in that each mention stands."""
    pieces: list[str] = []
    starts: list[int] = []
    length = 0  # of the text, without its last sentence
    sentence = ""
    previous: _Row | None = None
    searched = 0
    for row in rows:
        name = _one_line(row["mention"])
        same = previous is not None and row["sentence"] == sentence
        overlaps = previous is not None and row["start"] < previous["end"]
        found = sentence.find(name, searched) if same else -1
        if found < 0:
            length += len(sentence) + 2 if pieces else 0
            sentence = row["sentence"]
            found = sentence.find(name)
            if found < 0:
                sentence, found = name, 0
            pieces.append(sentence)
            overlaps = False
        starts.append(length + found)
        searched = found if overlaps else found + len(name)
        previous = row
    return "\n\n".join(pieces), starts


def _one_line(text: str) -> str:
    return " ".join(text.split()) or text


@dataclass(slots=True)
class _Places:
    """Make places of rows, each once."""

    gazetteer: Gazetteer | None
    known: dict[str, Place | None] = field(default_factory=dict)
    made: dict[tuple[str, float, float], Place] = field(default_factory=dict)

    def of_row(self, row: _Row) -> Place | None:
        if row["place_id"] is None:
            return None
        key = (row["place_id"], row["latitude"], row["longitude"])
        if key not in self.made:
            known = self._known(row["place_id"])
            bounds = known.bounds if known else None
            source = known.source if known else row["place_id"].split(":")[0]
            self.made[key] = place_from(row, bounds=bounds, source=source)
        return self.made[key]

    def of_alternative(self, other: _Row) -> Place:
        known = self._known(other["place_id"])
        if known is None:
            return place_from(other)
        return replace(
            known, latitude=other["latitude"], longitude=other["longitude"], name=other["place"]
        )

    def _known(self, place_id: str) -> Place | None:
        if place_id not in self.known:
            found = self.gazetteer.place(place_id) if self.gazetteer else None
            self.known[place_id] = found
        return self.known[place_id]
