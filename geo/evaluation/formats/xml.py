"""Gold as XML: `article` elements with a `text` and `toponym` elements.

LGL, TR-News and GeoWebNews come so, each with its own names for the same things; a value may be
an attribute or an element below. What is looked for is in `_NAMES`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from geo.document import Document, Hints
from geo.errors import FormatError, GeoError
from geo.evaluation.formats.fields import (
    coordinates,
    failure,
    is_optional,
    is_place,
    misread,
    place_id,
)
from geo.evaluation.gold import GoldDocument, GoldMention
from geo.protocols import Source
from geo.sections import find_sections

__all__ = ["read"]

_NAMES = {
    "document": ("article", "document", "doc"),
    "id": ("docid", "id", "file", "articleid"),
    "title": ("title", "headline"),
    "text": ("text", "body", "content"),
    "domain": ("domain", "outlet", "source"),
    "mention": ("toponym", "location", "place", "placename"),
    "start": ("start", "begin", "startindex"),
    "end": ("end", "stop", "endindex"),
    "phrase": ("phrase", "name", "surface", "extractedname"),
    "latitude": ("lat", "latitude"),
    "longitude": ("lon", "long", "lng", "longitude"),
    "place_id": ("geonameid", "geonamesid", "geonameidentifier", "place_id"),
    "feature_code": ("fcode", "feature_code", "featurecode"),
    "type": ("type", "kind", "category", "annotation_type"),
    "modifier": ("modifier", "modifier_type", "pos"),
}
#: A phrase that stands beside its span by at most so many characters is put right: line ends and
#: entities were counted otherwise.
_DRIFT = 200


@dataclass(slots=True)
class _Node:
    """An element; `text` is its own and that below it, `line` where it begins."""

    name: str
    line: int
    attributes: dict[str, str]
    children: list["_Node"] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def all(self, what: str) -> Iterator["_Node"]:
        """Yield the elements below that go by a name of `what`, not those within them."""
        for child in self.children:
            if child.name in _NAMES[what]:
                yield child
            else:
                yield from child.all(what)

    def value(self, what: str) -> str | None:
        """Return the first attribute or element of that name, here or below, that says a thing."""
        for name in _NAMES[what]:
            for node in (self, *self._below()):
                if value := node.attributes.get(name, "").strip():
                    return value
                if node is not self and node.name == name and (value := node.text.strip()):
                    return value
        return None

    def _below(self) -> Iterator["_Node"]:
        for child in self.children:
            yield child
            yield from child._below()


def read(source: Source) -> Iterator[GoldDocument | GeoError]:
    """Yield a gold document, or what is wrong, for each article of an XML file."""
    try:
        root = _parse(source)
    except GeoError as error:
        yield error
        return
    articles = [root] if root.name in _NAMES["document"] else list(root.all("document"))
    if not articles:
        names = ", ".join(_NAMES["document"])
        yield failure(source.name, root.line, f"no element named {names}", "Give one a document.")
    for article in articles:
        try:
            yield _document(article, source.name)
        except GeoError as error:
            yield error


def _document(article: _Node, name: str) -> GoldDocument:
    body = next(article.all("text"), None)
    if body is None or not body.text.strip():
        raise failure(name, article.line, "an article without text", "Give it a text element.")
    # Its values are looked up without those of the toponyms, which have names and types too.
    about = _Node(
        article.name,
        article.line,
        article.attributes,
        [node for node in article.children if not _holds_mentions(node)],
    )
    toponyms = list(article.all("mention"))
    text = body.text
    domain = about.value("domain")
    return GoldDocument(
        document=Document(
            text=text,
            id=about.value("id") or "",
            source=f"{name}#line={article.line}",
            title=about.value("title"),
            sections=find_sections(text),
            hints=Hints(),
            metadata={"domain": domain} if domain else {},
        ),
        mentions=tuple(m for t in toponyms if (m := _mention(t, text, name)) is not None),
    )


def _holds_mentions(node: _Node) -> bool:
    return node.name in _NAMES["mention"] or any(True for _ in node.all("mention"))


def _mention(node: _Node, text: str, name: str) -> GoldMention | None:
    kind = node.value("type")
    if kind and not is_place(kind):
        return None
    start, end, phrase = _span(node, text, name)
    try:
        point = coordinates(node.value("latitude"), node.value("longitude"))
    except ValueError as error:
        raise failure(name, node.line, str(error), "Mend the toponym.") from error
    return GoldMention(
        start=start,
        end=end,
        text=phrase,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        optional=is_optional(kind, node.value("modifier")),
        place_id=place_id(node.value("place_id")),
        feature_code=node.value("feature_code"),
    )


def _span(node: _Node, text: str, name: str) -> tuple[int, int, str]:
    try:
        start, end = int(node.value("start") or ""), int(node.value("end") or "")
    except ValueError as error:
        raise failure(
            name, node.line, "a toponym without start and end", "Give whole numbers."
        ) from error
    # The first of these names is the toponym's own: the gazetteer's tag below it has one too.
    said = next(
        (
            value
            for key in _NAMES["phrase"]
            for value in (
                node.attributes.get(key),
                *(child.text for child in node.children if child.name == key),
            )
            if value
        ),
        None,
    )
    reads = text[start:end] if 0 <= start < end <= len(text) else ""
    if reads and (said is None or _same(said, reads)):
        return start, end, reads
    if said and said.strip():
        said = said.strip()
        near = max(0, start - _DRIFT)
        found = [
            near + m.start()
            for m in re.finditer(re.escape(said), text[near : max(0, start) + _DRIFT + len(said)])
        ]
        if found:
            at = min(found, key=lambda position: abs(position - start))
            return at, at + len(said), said
    if not reads:
        what = f"a toponym at {start}–{end}, but the text has {len(text)} characters"
        raise failure(name, node.line, what, "Offsets count characters from 0.")
    raise failure(name, node.line, misread(said or "", reads), "Offsets count characters from 0.")


def _same(said: str, reads: str) -> bool:
    return said == reads or said.split() == reads.split()


def _parse(source: Source) -> _Node:
    """Parse with expat, which alone tells the line; entities of the file's own are refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    top = _Node("", 1, {})
    stack = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        lowered = {key.lower(): value for key, value in attributes.items()}
        node = _Node(name.lower().rpartition(":")[2], parser.CurrentLineNumber, lowered)
        stack[-1].children.append(node)
        stack.append(node)

    def end(name: str) -> None:
        node = stack.pop()
        stack[-1].parts.append(node.text)

    def data(text: str) -> None:
        stack[-1].parts.append(text)

    def entity(*declaration: Any) -> None:  # Any: expat hands over seven values of its own types
        what = f'the entity "{declaration[0]}" is declared'
        raise failure(source.name, parser.CurrentLineNumber, what, "Write characters as they are.")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(source.content, True)
    except expat.ExpatError as error:
        what = f"no well-formed XML: {expat.ErrorString(error.code)} at column {error.offset + 1}"
        raise failure(source.name, error.lineno, what, "Mend it there.") from error
    except ValueError as error:
        if isinstance(error, FormatError):
            raise
        what = f"its encoding is not known: {error}"
        raise failure(source.name, 1, what, "Save it as UTF-8.") from error
    return top.children[0]
