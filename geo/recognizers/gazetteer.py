"""Find mentions by the gazetteer's names, their case and a few rules; small, and without a model.

Each name that `Gazetteer.scan` finds begins with how likely its best candidate is meant at all,
gains by what speaks for a place (a preposition, a container right after it) and loses by what
speaks against one (an ordinary word, a person's name, a longer capitalized run).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from geo.document import Document, Kind, Mention, Role
from geo.names import strip_article
from geo.place import Candidate
from geo.protocols import Gazetteer, Span

__all__ = ["GazetteerRecognizer"]

#: Mentions below it are left out.
_ACCEPT = 0.5

_LOCATIVE = re.compile(
    r"\b(?:in|at|from|near|to|of|between|across|towards?|outside|around|into|through|via|inside|"
    r"within|throughout|leaving|reach(?:ed)?|north|south|east|west|northern|southern|eastern|"
    r"western|central|city|town|village|province|region|capital|and)[ \n]+(?:the )?$",
    re.IGNORECASE,
)

_TITLE_WORDS = (
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|President|Prime Minister|Minister|Secretary|General|"
    r"Gen|Col|Colonel|Capt|Captain|Lt|Sgt|Maj|Major|Senator|Sen|Rep|Gov|Governor|Judge|Justice|"
    r"Chief|Sheriff|Officer|Mayor|King|Queen|Prince|Princess|Sir|Lord|Lady|Saint|Rev|Pope|"
    r"Ambassador|Spokesman|Spokeswoman|Chairman|Coach|Detective|named|called)\.? +"
)
_TITLE = re.compile(_TITLE_WORDS + "$")
_TITLE_WORD = re.compile(_TITLE_WORDS)

#: A given name or a title, initials, and what follows as the rest of a person's name.
_PERSON = re.compile(
    r"(president )?\b([A-Z][a-z]+)(?: [A-Z]\.?)?"
    r"((?: (?:de|la|del|bin|al|von|van|De|La|[A-Z][a-z’'-]+)){1,3})"
)

#: Words after a name that make it part of an organization's name.
_ORGANIZATION = frozenset(
    "academy administration agency air army association authority bank bar board brigade bureau "
    "cartel center centre chamber church club college command commission committee company "
    "conference congress corp corporation council court daily department district fire force "
    "foundation gazette guard guardian hall herald high hospital hotel initiative institute "
    "international journal league legislature library ministry morning mosque museum national "
    "network news newspaper office organization parliament party police post press school senate "
    "sheriff society star state street sun supreme symphony temple theater theatre times treaty "
    "tribune union university".split()
)

_DIRECTIONS = frozenset("north south east west central northern southern eastern western".split())

_SENTENCE_END = re.compile(r"(?:^|[.!?:;•\"“”(\[]|\n)[\s\"“”'‘’(\[]*$")


class _Context(NamedTuple):
    """What surrounds a name."""

    before: str  #: up to 40 characters
    after: str
    word_before: str  #: the capitalized word right before it, or empty
    word_after: str
    begins_sentence: bool


class GazetteerRecognizer:
    """Find mentions by the names of a gazetteer; fulfills `geo.protocols.Recognizer`."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def recognize(self, documents: Sequence[Document]) -> list[list[Mention]]:
        """Return the mentions of each document, ordered by `start`."""
        return [self._mentions(document.text) for document in documents]

    def _mentions(self, text: str) -> list[Mention]:
        original, text = text, text.replace("\u00a0", " ")
        people = _people(text)
        small_words = set(re.findall(r"\b[a-z]{2,}\b", text))
        found = []
        for span in self._gazetteer.scan(text):
            for start, end, role in _place_within(text, span):
                mention = self._judge(text, start, end, role, people, small_words)
                if mention is not None:
                    found.append(replace(mention, text=original[start:end]))
        return found

    def _judge(
        self, text: str, start: int, end: int, role: Role, people: set[str], small_words: set[str]
    ) -> Mention | None:
        surface = text[start:end]
        candidates = self._gazetteer.lookup(surface, limit=5)
        if not candidates:
            return None
        best = candidates[0]
        context = _context(text, start, end)
        kind: Kind = "associative" if best.match == "demonym" else "literal"
        if kind == "literal" and context.word_after.lower() in _ORGANIZATION:
            role = "inside"
        score = best.score + self._evidence(surface, best, context, people, small_words)
        if _container_follows(self._gazetteer, context.after):
            score += 0.3
        if score < _ACCEPT:
            return None
        return Mention(
            start=start,
            end=end,
            text=surface,
            kind=kind,
            role=role,
            score=min(0.99, round(score, 4)),
        )

    def _evidence(
        self,
        surface: str,
        best: Candidate,
        context: _Context,
        people: set[str],
        small_words: set[str],
    ) -> float:
        words = surface.split()
        lower = surface.lower()
        sure = best.place.is_country or best.place.feature_class in ("H", "T", "L")
        score = 0.0
        if len(surface) == 1:
            return -1.0
        if context.after[:1] == "-" and context.after[1:2].islower():
            score -= 0.2
        if len(words) > 1:
            score += 0.15 if len(words) == 2 else 0.3
        elif lower in _DIRECTIONS:
            score -= 1.0
        elif not best.place.is_country and (
            lower in _word_list("ordinary_words") or lower in small_words
        ):
            score -= 0.5
        if surface.isupper() and len(surface) <= 4 and best.match != "abbreviation":
            score -= 0.6
        if best.match == "abbreviation":
            state_code = best.place.feature_code == "ADM1" and len(surface) == 2
            if best.place.feature_class == "S" or (
                state_code and not context.before.endswith((", ", ","))
            ):
                score -= 0.6  # "(AP)" is an agency, ", PA" is a state
        if _LOCATIVE.search(context.before):
            score += 0.15
        titled = _TITLE.search(context.before)
        given = context.word_before.lower() in _word_list("person_names")
        if titled or given or (words[-1].lower() in people and not sure):
            score -= 0.5
        elif context.word_before and not context.begins_sentence and not sure:
            score -= 0.2
        if context.word_after and context.word_after.lower() not in _ORGANIZATION and not sure:
            given = words[0].lower() in _word_list("person_names") or len(words) > 2
            score -= 0.5 if given else 0.15
        return score


def _place_within(text: str, span: Span) -> Iterator[tuple[int, int, Role]]:
    """Yield the place itself: without "the", or the state of "University of New Mexico"."""
    surface = text[span.start : span.end]
    start = span.end - len(strip_article(surface))
    inside = re.match(r"(?:University|College|Bank|Government|Republic) of (?:the )?", text[start:])
    if inside and not inside.group().startswith("Republic"):
        yield start + inside.end(), span.end, "inside"
    else:
        yield start, span.end, "name"


def _context(text: str, start: int, end: int) -> _Context:
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    word_before = re.search(r"([^\W\d_]\S*) $", before)
    word_after = re.match(r" ([^\W\d_]+)", after)
    return _Context(
        before=before,
        after=after,
        word_before=_if_capitalized(word_before.group(1) if word_before else ""),
        word_after=_if_capitalized(word_after.group(1) if word_after else ""),
        begins_sentence=bool(_SENTENCE_END.search(before)),
    )


def _if_capitalized(word: str) -> str:
    return word.strip(".,’'") if word[:1].isupper() else ""


def _container_follows(gazetteer: Gazetteer, after: str) -> bool:
    """Tell whether a comma and a country or a division follow: "Troy, N.C."."""
    match = re.match(r", ?((?:[A-Z]\.){2,}|[A-Z][\w.]+(?: [A-Z][a-z]+)?)", after)
    if match is None:
        return False
    name = match.group(1)
    for written in (name, name.rstrip("."), name.split()[0]):
        for candidate in gazetteer.lookup(written, limit=5):
            if candidate.place.feature_class == "A" and candidate.match != "variant":
                return True
    return False


def _people(text: str) -> set[str]:
    """Return the last words, in small letters, of names that begin with a given name or a title."""
    names = _word_list("person_names")
    found: set[str] = set()
    for match in _PERSON.finditer(_TITLE_WORD.sub("president ", text)):
        titled, first, rest = match.groups()
        if titled or first.lower() in names:
            found.update(re.sub(r"[’']s$", "", word).lower() for word in rest.split()[-2:])
    return found


@cache
def _word_list(name: str) -> frozenset[str]:
    """Return a list that `training/word_lists.py` made."""
    data = files("geo").joinpath(f"data/{name}.txt").read_text(encoding="utf-8")
    return frozenset(data.split())
