"""Rules on spans of names that need no gazetteer; each was kept because it gains on gold.

A span is what the network found. The rules cut off what is no name, take in what belongs to it,
and let a document agree with itself.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from geo.document import Kind, Mention
from geo.names import GENERIC_WORDS

__all__ = ["FoundSpan", "apply_rules", "fit", "lies_around", "overlap", "without_surnames"]


class FoundSpan(NamedTuple):
    """A name found in a text, and how sure that is."""

    start: int
    end: int
    score: float  #: 0 to 1, that it is a toponym
    inside: bool = False  #: part of a longer name
    kind: Kind = "literal"


#: Abbreviations of places that are written with a dot (`Ky.`, `Ont.`); the dot is the name's.
_ABBREVIATIONS = frozenset(
    "Ala Alta Ariz Ark Calif Cal Colo Conn Del Fla Ga Ill Ind Kan Kans Ky La Man Mass Md Me "
    "Mich Minn Miss Mo Mont N.B N.C N.D N.H N.J N.L N.M N.S N.Y Neb Nebr Nev Okla Ont Ore Oreg "
    "P.E.I Pa Penn Penna Que R.I S.C S.D Sask Tenn Tex Va Vt W.Va Wash Wis Wisc Wyo St Ave Blvd "
    "Rd Dr Hwy Mt Twp Co".split()
)
_INITIALS = re.compile(r"(?<!\w)(?:[A-Z]\.)+$")
_DOTTED = re.compile(r"(?:[A-Z]\.)+[A-Z]")

#: What begins a name before its dot, and is no street: a small word or a mark stands before it.
_SAINT = re.compile(r"(?:^|\b[a-z]+[ \n]|[^\w\s][ ]?|\n)((?:St|Ste|Mt|Ft)\.[ ])$")

#: Words that name nothing by themselves.
_JUNK = frozenset(
    "north south east west northern southern eastern western northeast northwest southeast "
    "southwest northeastern northwestern southeastern southwestern central upper lower mid st mt "
    "the of and in at city county state states province district river lake street avenue road "
    "town village island islands region area park united new el la los las san santa saint "
    "fort port mount republic highway hwy interstate route building".split()
)

_DIRECTION = re.compile(
    r"(?:north|south|east|west|central|mid)(?:-?(?:east|west|central))?(?:ern)?(?:most)?[ -]"
)
_ARTICLE = re.compile(r"the\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’‘`´]s?$|['’]S$")

_WORD = re.compile(r"\w+")

#: What a person's name must reach, and what a place's must not, for its surname to go.
_SURE_OF_A_PERSON = 0.5
_SURE_OF_A_PLACE = 0.97

_LOCATED = re.compile(r"\b(?:in|into|near|at|outside|inside|around)\s$")

#: A name is propagated from here on, counted in letters.
_SHORTEST = 3


def apply_rules(text: str, spans: Iterable[FoundSpan]) -> list[FoundSpan]:
    """Return the spans after all rules, by start; none overlaps another or is empty."""
    fitted = (fit(text, span) for span in spans)
    kept = _without_overlaps(span for span in fitted if span is not None)
    return _propagate(text, _without_small(text, kept))


def lies_around(outer: FoundSpan | Mention, inner: FoundSpan | Mention) -> bool:
    """Tell whether `outer` is longer than `inner` and holds all of it."""
    longer = outer.end - outer.start > inner.end - inner.start
    return longer and outer.start <= inner.start and inner.end <= outer.end


def overlap(one: FoundSpan | Mention, other: FoundSpan | Mention) -> bool:
    """Tell whether two spans share a character."""
    return one.start < other.end and other.start < one.end


def without_surnames(
    text: str, spans: Sequence[FoundSpan], people: Sequence[FoundSpan]
) -> list[FoundSpan]:
    """Leave out single words that are the surname of a person whom the text names in full.

    Not where the text is in a place of that name as well: "Benito Juarez", but "in Juarez".
    """
    surnames = {
        name.split()[-1]
        for name in (text[p.start : p.end] for p in people if p.score >= _SURE_OF_A_PERSON)
        if " " in name
    }
    surnames -= {
        text[span.start : span.end]
        for span in spans
        if _LOCATED.search(text, max(0, span.start - 10), span.start)
    }
    return [
        span
        for span in spans
        if span.score >= _SURE_OF_A_PLACE or text[span.start : span.end] not in surnames
    ]


def fit(text: str, span: FoundSpan) -> FoundSpan | None:
    """Move the ends of a span to those of the name; None where no name is left."""
    start, end = span.start, span.end
    while start < end and not text[start].isalnum():
        start += 1
    start = _skip(text, start, end, _ARTICLE)
    # "northern Mali" is Mali, but "Northern Ireland" is one name: small letters tell them apart,
    # unless there are no others.
    if not text[start:end].islower():
        start = _skip(text, start, end, _DIRECTION)
    start, end = _without_small_ends(text, start, end)
    possessive = _POSSESSIVE.search(text[start:end])
    if possessive:
        end = start + possessive.start()
    while end > start and not (text[end - 1].isalnum() or _closes(text, start, end)):
        end -= 1
    initials = _INITIALS.search(text, max(0, start - 8), start)
    if initials and _DOTTED.fullmatch(text[initials.start() : end].rstrip(".")):
        start = initials.start()  # not "S." alone of "U.S."
    saint = _SAINT.search(text, max(0, start - 30), start)
    if saint:
        start = saint.start(1)  # not "Pleasant" alone of "Mt. Pleasant"
    if end < len(text) and text[end] == "." and _abbreviated(text[start:end]):
        end += 1
    name = text[start:end]
    if len(name) < 2 or name.lower().rstrip(".") in _JUNK or not any(c.isalpha() for c in name):
        return None
    return span._replace(start=start, end=end)


def _without_small_ends(text: str, start: int, end: int) -> tuple[int, int]:
    """Cut words in small letters off a name with capitals: the verb of "cross Afghanistan".

    What says the type of a place stays behind its name: "Kant airbase".
    """
    words = list(_LONG_WORD.finditer(text, start, end))
    large = [word for word in words if not word.group().islower()]
    if not large:
        return start, end
    if words[0].group().islower() and len(words[0].group()) > 3:
        start = large[0].start()
    last = words[-1].group()
    if last.islower() and last not in GENERIC_WORDS | _TYPES:
        end = large[-1].end()
    return start, end


#: A word with its accents and hyphens, over the end of a line too.
_LONG_WORD = re.compile(r"[^\W\d_](?:-\r?\n|[\w'’.&\u0300-\u036f\u00ad\u200b-\u200d\u2060-])*")

#: Types of sites that stand behind a name in small letters, beside the gazetteer's.
_TYPES = frozenset(
    "aerodrome avenue barracks base bridge building camp cape castle cathedral cemetery center "
    "centre checkpoint church college complex courthouse creek crossing docks garden gardens "
    "headquarters highway hospital hotel house jail junction lagoon line mall market mine mosque "
    "motorway museum palace peak pier pipeline plant plaza power prison quarter refinery reservoir "
    "road school shrine square stadium station street streets swamp temple terminal tower trail "
    "tunnel university wadi wall waterfall wood woods works zoo".split()
)


def _skip(text: str, start: int, end: int, pattern: re.Pattern[str]) -> int:
    match = pattern.match(text, start, end)
    return match.end() if match and match.end() < end else start


def _closes(text: str, start: int, end: int) -> bool:
    """Tell whether the mark before `end` is the name's: an accent, the dot of "U.S."."""
    mark = text[end - 1]
    if mark == ".":
        return _abbreviated(text[start : end - 1])
    return "\u0300" <= mark <= "\u036f" or (mark == ")" and "(" in text[start : end - 1])


def _abbreviated(name: str) -> bool:
    last = re.split(r"[\s,]", name)[-1]
    return last in _ABBREVIATIONS or _DOTTED.fullmatch(last) is not None


def _without_small(text: str, spans: list[FoundSpan]) -> list[FoundSpan]:
    """Drop names in small letters, where most names of the text have capitals."""
    large = [span for span in spans if not text[span.start : span.end].islower()]
    return large if 3 * len(large) >= 2 * len(spans) else spans


def _without_overlaps(spans: Iterable[FoundSpan]) -> list[FoundSpan]:
    """Keep the longer of two spans that overlap."""
    kept: list[FoundSpan] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if kept and span.start < kept[-1].end:
            if span.end - span.start > kept[-1].end - kept[-1].start:
                kept[-1] = span
        else:
            kept.append(span)
    return kept


def _propagate(text: str, spans: Sequence[FoundSpan]) -> list[FoundSpan]:
    """Take a name in everywhere, if at least half of its occurrences were found.

    Not where a capitalized word stands beside it: "Paris" found does not make "Paris Hilton" one.
    """
    known: dict[str, list[FoundSpan]] = {}
    for span in spans:
        name = text[span.start : span.end]
        if len(name) >= _SHORTEST and name[0].isupper():
            known.setdefault(name, []).append(span)
    found = list(spans)
    for name, free in _occurrences(text, known, spans).items():
        if len(known[name]) >= len(free):
            score = sum(s.score for s in known[name]) / (len(known[name]) + len(free))
            found += [
                FoundSpan(start, start + len(name), score, kind=known[name][0].kind)
                for start in free
                if _stands_alone(text, start, start + len(name))
            ]
    return _without_overlaps(found)


def _occurrences(
    text: str, names: Iterable[str], spans: Sequence[FoundSpan]
) -> dict[str, list[int]]:
    """Return where each name stands outside of all spans, in one pass over the text."""
    by_first: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda n: (-len(n), n)):  # longest first
        first = _WORD.match(name)
        if first:
            by_first.setdefault(first.group(), []).append(name)
    free: dict[str, list[int]] = {}
    span = iter([*spans, FoundSpan(len(text), len(text), 0.0)])
    current = next(span)
    for word in _WORD.finditer(text) if by_first else ():
        start = word.start()
        while current.end <= start < len(text) and current.start < len(text):
            current = next(span)
        for name in by_first.get(word.group(), ()):
            end = start + len(name)
            if text.startswith(name, start) and not text[end : end + 1].isalnum():
                if end <= current.start:
                    free.setdefault(name, []).append(start)
                break
    return free


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = re.search(r"([^\W\d_][\w.]*)[ -]$", text[max(0, start - 30) : start])
    if before and before.group(1)[0].isupper() and before.group(1).lower() not in _OPENERS:
        return False
    return not re.match(r"[ -][^\W\d_a-z]", text[end : end + 2])


#: Capitalized words that may begin a sentence before a name.
_OPENERS = frozenset("the in from at on of and to for near across as but with after".split())
