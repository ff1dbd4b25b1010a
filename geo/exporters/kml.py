"""Write KML 2.2, a Placemark a mention, for Google Earth and the like."""

import html
import re
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from geo.atomic import ByteSink, replacing
from geo.document import ParsedDocument
from geo.exporters.rows import COLUMNS, encode, rows

__all__ = ["KmlExporter"]

#: Columns that are not text; KML's own names of types.
_TYPES = {
    **dict.fromkeys(("start", "end", "population"), "int"),
    **dict.fromkeys(("score", "latitude", "longitude", "radius_km", "confidence"), "double"),
    "approximate": "bool",
}

# A viewer runs the balloon as HTML and puts fields into it. So it shows the description alone,
# which is escaped as HTML before it is escaped as XML.
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<kml xmlns="http://www.opengis.net/kml/2.2">\n'
    "<Document>\n"
    "<name>mentions</name>\n"
    '<Style id="mention"><BalloonStyle><text>$[description]</text></BalloonStyle></Style>\n'
    '<Schema name="mentions" id="mentions">\n'
    + "".join(
        f'<SimpleField type="{_TYPES.get(column, "string")}" name="{column}"/>\n'
        for column in COLUMNS
    )
    + "</Schema>\n"
)
_TAIL = "</Document>\n</kml>\n"

# What XML 1.0 cannot carry, not even escaped; lone surrogates are among it.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class KmlExporter:
    """Write a Placemark a mention, all columns of `geo.exporters.rows` in its ExtendedData.

    The name is the place, else the mention; the balloon shows the sentence and the explanation.
    A mention without a place has no Point. Columns where nothing is known are left out;
    `alternatives` is JSON. Characters that XML cannot carry become U+FFFD.
    """

    suffixes: tuple[str, ...] = (".kml",)

    def export(self, parsed: Iterable[ParsedDocument], path: Path) -> None:
        """Write aside, then rename to `path`."""
        with replacing(path) as stream:
            self.write(parsed, stream)

    def write(self, parsed: Iterable[ParsedDocument], stream: ByteSink) -> None:
        """Write UTF-8 bytes, a document at a time."""
        stream.write(_HEAD.encode())
        for document in parsed:
            stream.write("".join(_placemark(row) for row in rows(document)).encode())
        stream.write(_TAIL.encode())


def _placemark(row: dict[str, object]) -> str:
    data = "".join(
        f'<SimpleData name="{column}">{_xml(_value(row[column]))}</SimpleData>\n'
        for column in COLUMNS
        if row[column] is not None
    )
    point = ""
    if row["longitude"] is not None:
        position = f"{row['longitude']},{row['latitude']}"
        point = f"<Point><coordinates>{position}</coordinates></Point>\n"
    return (
        "<Placemark>\n"
        f"<name>{_xml(str(row['place'] or row['mention']))}</name>\n"
        '<Snippet maxLines="0"></Snippet>\n'
        f"<description>{_xml(_balloon(row))}</description>\n"
        "<styleUrl>#mention</styleUrl>\n"
        f'<ExtendedData><SchemaData schemaUrl="#mentions">\n{data}</SchemaData></ExtendedData>\n'
        f"{point}</Placemark>\n"
    )


def _balloon(row: dict[str, object]) -> str:
    parts = [str(row[column]) for column in ("sentence", "explanation") if row[column]]
    # `$[name]` would be replaced by the field of that name.
    return "".join(f"<p>{html.escape(part).replace('$', '&#36;')}</p>" for part in parts)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return encode(value) if isinstance(value, list) else str(value)


def _xml(text: str) -> str:
    # A parser turns a bare carriage return into a line feed.
    return escape(_ILLEGAL.sub("\ufffd", text), {"\r": "&#13;"})
