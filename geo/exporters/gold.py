"""Write corrected documents as gold: a document a line, as `geo evaluate` reads it."""

from collections.abc import Iterable
from pathlib import Path

from geo.atomic import ByteSink, replacing
from geo.document import Document, ParsedDocument, Resolution
from geo.exporters.rows import encode

__all__ = ["GoldExporter"]


class GoldExporter:
    """Write the documents that somebody corrected, each with its text and its mentions.

    What nobody spoke of is `optional`: it counts neither way, since else the program would be
    graded by its own word. A mention that was rejected is not there, so finding it again is wrong.
    Documents without any correction are left out.
    """

    suffixes: tuple[str, ...] = (".gold",)

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        """Write aside, then rename to `path`."""
        with replacing(path) as stream:
            self.write(parsed, stream)

    def write(self, parsed: Iterable[ParsedDocument], stream: ByteSink) -> None:
        """Write UTF-8 bytes, a document at a time."""
        for one in parsed:
            if any(_is_checked(resolution) for resolution in one.resolutions):
                line = encode({**_about(one.document), "mentions": _mentions(one)}) + "\n"
                stream.write(line.encode("utf-8", "backslashreplace"))


def _about(document: Document) -> dict[str, object]:
    hints = document.hints
    known: dict[str, object] = {
        "title": document.title,
        "published": document.published.isoformat() if document.published else None,
        "source": document.source,
        "country": hints.country,
        "near": list(hints.near) if hints.near else None,
        "outlet": hints.outlet,
        "year": hints.year,
    }
    given = {key: value for key, value in known.items() if value is not None}
    return {"id": document.id, "text": document.text, **given}


def _mentions(parsed: ParsedDocument) -> list[dict[str, object]]:
    return [
        _mention(resolution)
        for resolution in parsed.resolutions
        if resolution.reason != "rejected" and resolution.mention.role != "organization"
    ]


def _mention(resolution: Resolution) -> dict[str, object]:
    mention, place = resolution.mention, resolution.place
    row: dict[str, object] = {
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "kind": mention.kind,
        "lat": place.latitude if place else None,
        "lon": place.longitude if place else None,
    }
    if place is not None:
        row["place_id"] = place.id
        if place.feature_code:
            row["feature_code"] = place.feature_code
        # Anywhere within an area is right; of a town the field's 161 km are taken.
        if place.is_area and place.radius_km:
            row["radius_km"] = place.radius_km
    if mention.kind == "associative" or not _is_checked(resolution):
        row["optional"] = True
    return row


def _is_checked(resolution: Resolution) -> bool:
    return resolution.origin == "correction"
