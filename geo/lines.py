"""The lines of a text, and what may begin one."""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["BULLET", "HEAD_LINES", "LINE_END", "Line", "Scanner", "lines_of"]

BULLET = re.compile(r"[•▪●◦‣*·]\s|[-–—]\s|\d{1,3}[.)]\s|#{2,}")

LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_BLANK = " \t\xa0\u200b\ufeff\u3000"


#: Lines of a head (titles, byline, credits) that are looked at together.
HEAD_LINES = 8


class Line(NamedTuple):
    """A line with something on it; `start` and `text` leave out the white space around it."""

    start: int
    text: str
    above: int  #: blank lines above
    below: int  #: blank lines below


def lines_of(text: str) -> list[Line]:
    """Return the lines that have something on them."""
    found: list[Line] = []
    blank = 0
    for start, content in _split(text, 0):
        if not content:
            blank += 1
            continue
        if found:
            found[-1] = found[-1]._replace(below=blank)
        found.append(Line(start, content, blank, 0))
        blank = 0
    return found


def _split(text: str, start: int) -> Iterator[tuple[int, str]]:
    while start <= len(text):
        match = LINE_END.search(text, start)
        end = match.start() if match else len(text)
        bare = text[start:end].strip().strip(_BLANK)
        yield (start + text[start:end].find(bare) if bare else start), bare
        if match is None:
            return
        start = match.end()


class _OpeningLine(NamedTuple):
    start: int
    text: str
    first: bool


class Scanner:
    """Give the first lines with something on them from an offset on."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._start = start

    def __iter__(self) -> Iterator[_OpeningLine]:
        seen = 0
        for start, content in _split(self._text, self._start):
            if content:
                yield _OpeningLine(start, content, seen == 0)
                seen += 1
            if seen > HEAD_LINES:
                return
