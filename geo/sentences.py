"""Where a sentence begins and ends around a mention."""

import re
from collections.abc import Iterator

from geo.lines import BULLET, LINE_END

__all__ = ["sentence_span"]

_SENTENCE_CHARACTERS = 600


def sentence_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the sentence around `text[start:end]`, at most 600 characters of it.

    A sentence ends at `.`, `!` or `?` before a space and a capital, a digit or a quotation mark,
    but not after an initial or a common abbreviation; and at the end of a line, unless the line
    only wraps. Both ends are free of white space; a longer mention is returned as it is.
    """
    low = max(0, start - _SENTENCE_CHARACTERS)
    high = min(len(text), end + _SENTENCE_CHARACTERS)
    first, last = low, high
    for close, opening in _breaks(text, low, high):
        if opening <= start:
            first = opening
        elif close >= end:
            last = close
            break
    if last - first > _SENTENCE_CHARACTERS:
        first, last = _around(text, start, end, first, last)
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BREAK = re.compile(
    "(?P<line>(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])\\s*)"
    "|(?P<stop>[.!?…]+[\"'”’»)\\]]*)(?P<space>[^\\S\n\r\x0b\x0c\x85\u2028\u2029]+)"
    "|(?P<wide>[。！？])"
)
_BEFORE_STOP = re.compile(r"[\w.'’]*$")
_ABBREVIATIONS = _set(
    """adm apr aug ave blvd brig bros calif capt cmdr co col colo conn corp cpl dec dept det dr e.g
    ed est feb fig fla fr ft ga gen gov hon i.e ill inc ind jan jr jul jun kan km ky la lt ltd maj
    mar mass md mich minn miss mo mont mr mrs ms mt neb nev no nov oct okla ore p pa pfc pres prof
    pvt rep reps rev sec sen sens sept sgt sr st ste supt tenn tex univ v va vol vs vt wash wis
    wyo"""
)
#: Words that open a sentence after an abbreviation such as "U.S." far more often than they go on.
_OPENERS = _set(
    """A After All An And As At But For From He Her His If In It Its No On She So That The Their
    There These They This Those To We When While With You"""
)
_TERMINAL = (".", "!", "?", "…", ":", "。", "”", '"', "»")


def _breaks(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield, in order, where a sentence closes and where the next opens."""
    for match in _BREAK.finditer(text, low, high):
        if match["line"] is not None:
            ends = not _only_wraps(text, match.start(), match.end())
        elif match["wide"] is not None:
            ends = True
        else:
            ends = _ends_sentence(text, match, low)
        if ends:
            close = match.end("stop") if match["stop"] is not None else match.start()
            yield (match.end() if match["wide"] else close), match.end()


def _ends_sentence(text: str, match: "re.Match[str]", low: int) -> bool:
    following = text[match.end() : match.end() + 24]
    opening = following.lstrip("\"'“‘«([„")
    if not following or not opening:
        return True
    if not (opening[0].isupper() or opening[0].isdigit() or _caseless(opening[0])):
        return False
    if match["stop"][0] != "." or match["stop"].startswith(".."):
        return True
    before = _BEFORE_STOP.search(text, max(low, match.start() - 24), match.start())
    word = before[0].lstrip("'’.") if before else ""
    acronym = "." in word or (len(word) == 1 and word.isupper())
    if acronym and word.casefold() not in _ABBREVIATIONS:
        return re.split(r"\W", opening, maxsplit=1)[0] in _OPENERS
    return word.casefold() not in _ABBREVIATIONS


def _caseless(character: str) -> bool:
    return character.isalpha() and character.lower() == character.upper()


def _only_wraps(text: str, start: int, end: int) -> bool:
    """Tell whether the line end in `[start, end)` stands within a hard-wrapped sentence."""
    if len(LINE_END.findall(text, start, end)) > 1:
        return False
    head = re.split(LINE_END, text[max(0, start - 121) : start])[-1].rstrip()
    tail = re.split(LINE_END, text[end : end + 121], maxsplit=1)[0]
    if not tail or len(head) > 120 or len(tail) > 120 or head.endswith(_TERMINAL):
        return False
    if BULLET.match(tail):
        return False
    # A line wraps where the next word did not fit; shorter lines are headings, lists and verse.
    return len(head) + 1 + len(tail.split(maxsplit=1)[0]) >= 60


def _around(text: str, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    """Narrow `[first, last)` to 600 characters around the mention, at white space."""
    room = max(0, _SENTENCE_CHARACTERS - (end - start))
    left = min(start - first, max(room // 2, room - (last - end)))
    right = min(last - end, room - left)
    low, high = start - left, end + right
    if low > first:
        low = next((i + 1 for i in range(low, start) if text[i].isspace()), low)
    if high < last:
        high = next((i for i in range(high - 1, end - 1, -1) if text[i].isspace()), high)
    return low, high
