"""Gold as CoNLL columns: a token a line, its tag in the last column; recognition only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from geo.document import Document
from geo.errors import GeoError
from geo.evaluation.formats.fields import failure, is_place
from geo.evaluation.gold import GoldDocument, GoldMention
from geo.protocols import Source
from geo.readers.decoding import decode

__all__ = ["read"]

_TAG = re.compile(r"(?:([BIESLUM])-(.+)|O)$")
_NEW_DOCUMENT = re.compile(r"-DOCSTART-|#\s*newdoc\b")
_COMMENT = re.compile(r"#\s*\S+(?:\s*=|$)|#\s")


@dataclass(slots=True)
class _Text:
    """A document in the making: tokens are joined by a space, sentences by a line end."""

    line: int
    parts: list[str] = field(default_factory=list)
    length: int = 0
    mentions: list[tuple[int, int]] = field(default_factory=list)
    label: str | None = None  #: of the mention that is open

    def add(self, token: str, prefix: str | None, label: str | None) -> None:
        if self.parts and self.parts[-1] != "\n":
            self._append(" ")
        start = self.length
        self._append(token)
        if label is None:
            self.label = None
        elif prefix in ("I", "E", "L", "M") and label == self.label:
            self.mentions[-1] = (self.mentions[-1][0], self.length)
        else:
            self.mentions.append((start, self.length))
            self.label = label

    def end_sentence(self) -> None:
        self.label = None
        if self.parts and self.parts[-1] != "\n":
            self._append("\n")

    def _append(self, part: str) -> None:
        self.parts.append(part)
        self.length += len(part)


def read(source: Source) -> Iterator[GoldDocument | GeoError]:
    """Yield the gold documents of a file with columns, or what is wrong with it.

    The first column is the token, the last its tag: BIO, IOB or BIOES. Sentences end at an empty
    line, documents at `-DOCSTART-` or `# newdoc`. Tags of other things than places (`LOC`, `GPE`,
    `FAC`, `geo-loc`) are left out.
    """
    try:
        texts = list(_texts(decode(source.content, source.name), source.name))
    except GeoError as error:
        yield error
        return
    stem = PurePath(source.name).stem
    for count, made in enumerate(texts, start=1):
        text = "".join(made.parts).rstrip("\n")
        yield GoldDocument(
            document=Document(
                text=text,
                id=stem if len(texts) == 1 else f"{stem}#{count}",
                source=f"{source.name}#line={made.line}",
            ),
            mentions=tuple(
                GoldMention(start=start, end=end, text=text[start:end])
                for start, end in made.mentions
            ),
        )


def _texts(content: str, name: str) -> Iterator[_Text]:
    made = _Text(1)
    columns = 0
    for number, line in enumerate(content.split("\n"), start=1):
        bare = line.strip()
        if _NEW_DOCUMENT.match(bare):
            if made.parts:
                yield made
            made = _Text(number)
            continue
        if not bare:
            made.end_sentence()
            continue
        cells = line.rstrip("\r\n").split("\t") if "\t" in line else bare.split()
        if len(cells) < 2:
            if _COMMENT.match(bare):
                continue
            raise failure(name, number, "one column", "Give a token and its tag.")
        if _COMMENT.match(bare) and not _TAG.match(cells[-1].strip()):
            continue
        if columns and len(cells) != columns:
            what = f"{len(cells)} columns where the lines above have {columns}"
            raise failure(name, number, what, "Give each line as many.")
        columns = len(cells)
        token, said = cells[0].strip(), cells[-1].strip()
        tag = _TAG.match(said)
        if tag is None or not token:
            what = f'"{said}" is no tag such as B-LOC, I-LOC or O'
            raise failure(name, number, what, "The last column holds the tag.")
        label = tag[2] if tag[2] and is_place(tag[2], known_only=True) else None
        made.add(token, tag[1], label)
    if made.parts:
        yield made
