"""Write W3C Web Annotations as JSON-LD, for annotation tools such as Recogito."""

import hashlib
import uuid
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from geo.atomic import ByteSink, replacing
from geo.document import ParsedDocument
from geo.exporters.rows import encode, rows

__all__ = ["WebAnnotationExporter"]

_WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_CONTEXT = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "@version": 1.1,
        "SpatialThing": f"{_WGS84}SpatialThing",
        "lat": f"{_WGS84}lat",
        "long": f"{_WGS84}long",
        "properties": {"@id": "urn:mentionmap:properties", "@type": "@json"},
    },
]
_AROUND = 32  # characters before and after the quote, to find it again in a changed text


class WebAnnotationExporter:
    """Write one AnnotationCollection with one page, an Annotation a mention.

    The target selects the mention by position (code points, as everywhere) and by quote. The body
    is the place; a mention without one is a highlight without a body. `properties` holds all
    columns of `geo.exporters.rows` as one JSON value. The ids are made from the contents: the
    same mention of the same document has the same id in every export.
    """

    suffixes: tuple[str, ...] = (".jsonld",)

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        """Write aside, then rename to `path`."""
        with replacing(path) as stream:
            self.write(parsed, stream)

    def write(self, parsed: Iterable[ParsedDocument], stream: ByteSink) -> None:
        """Write UTF-8 bytes, an Annotation a line."""
        total, digest, separator = 0, hashlib.sha256(), "\n"
        stream.write(
            f'{{"@context":{encode(_CONTEXT)},"type":"AnnotationCollection",'
            '"first":{"type":"AnnotationPage","startIndex":0,"items":['.encode()
        )
        for document in parsed:
            text = document.document.text
            for row in rows(document):
                line = encode(_annotation(row, text)).encode("utf-8", "backslashreplace")
                stream.write(separator.encode() + line)
                digest.update(line)
                total, separator = total + 1, ",\n"
        known = digest.hexdigest()
        page, collection = _id("page", known), _id("collection", known)
        stream.write(
            f'\n],"id":"{page}","partOf":"{collection}"}},"id":"{collection}","total":{total}}}\n'.encode()
        )


def _annotation(row: dict[str, object], text: str) -> dict[str, object]:
    start, end = int(str(row["start"])), int(str(row["end"]))
    placed = row["place_id"] is not None
    keys = ("source", "document_id", "start", "end", "role", "kind")
    return {
        "id": _id("mention", encode([row[key] for key in keys])),
        "type": "Annotation",
        "motivation": "identifying" if placed else "highlighting",
        **({"body": _body(row)} if placed else {}),
        "target": {
            "source": _source(row["source"], str(row["document_id"])),
            "selector": [
                {"type": "TextPositionSelector", "start": start, "end": end},
                {
                    "type": "TextQuoteSelector",
                    "exact": text[start:end],
                    "prefix": text[max(0, start - _AROUND) : start],
                    "suffix": text[end : end + _AROUND],
                },
            ],
        },
        "properties": row,
    }


def _body(row: dict[str, object]) -> dict[str, object]:
    return {
        "id": _place_iri(str(row["place_id"])),
        "type": "SpatialThing",
        "label": row["place"],
        "lat": row["latitude"],
        "long": row["longitude"],
    }


def _place_iri(place_id: str) -> str:
    source, _, key = place_id.partition(":")
    if source == "geonames" and key.isascii() and key.isdigit():
        return f"https://sws.geonames.org/{key}/"
    return "urn:mentionmap:place:" + quote(place_id, safe=":", errors="replace")


def _source(source: object, document_id: str) -> str:
    """Return an IRI: a web address, a path relative to the file, or the document's id."""
    if source in (None, "", "-"):
        return "urn:mentionmap:document:" + quote(document_id, safe=":", errors="replace")
    text = str(source)
    if text.startswith(("https://", "http://")):
        return quote(text, safe=":/?#[]@!$&'()*+,;=%", errors="replace")
    # No colon and no double slash at the beginning: else it would name a scheme or a host.
    text = "/" + text.lstrip("/") if text.startswith("/") else text
    return quote(text, safe="/#=&", errors="replace")


def _id(kind: str, name: str) -> str:
    known = name.encode("utf-8", "backslashreplace").decode()
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'urn:mentionmap:{kind}:{known}')}"
