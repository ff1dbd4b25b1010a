"""What the gazetteer knows better than the learned recognizer: rules over its spans.

Each rule takes the mentions so far and gives them back mended; `mend` applies them in order. What
each brings is in the model card.
"""

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from geo.document import Document, Mention
from geo.names import fold
from geo.place import Candidate, Place
from geo.protocols import Gazetteer
from geo.recognizers.contexts import list_items
from geo.sections import dateline

__all__ = ["is_a_thing", "mend"]

#: Mentions without a candidate and less sure than this are dropped.
_SURE = 0.7

#: How sure a mention is that only the gazetteer found.
_BY_LIST = 0.85

#: Types of divisions and towns; in small letters they are no part of the name.
_SMALL_TYPES = frozenset(
    "area borough city county department district governorate municipality parish province "
    "region state territory town township village".split()
)

_Known = dict[tuple[int, int], Candidate]


def mend(document: Document, mentions: Sequence[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Return the mentions of a document, mended by what the gazetteer knows; ordered by `start`."""
    text = document.text
    known = _known(text, gazetteer)
    found = [part for mention in mentions for part in _parted(mention, gazetteer)]
    found = [_narrowed(text, mention, gazetteer) for mention in found]
    found = [_spaced(text, mention, gazetteer) for mention in found]
    found = [_owning(text, mention, gazetteer) for mention in found]
    found = _completed(text, found, known)
    found = _marked(found, gazetteer)
    found = [m for m in found if m.score >= _SURE or gazetteer.lookup(m.text, limit=1)]
    found += _missing(text, found, known, _is_demonym)
    found += _missing(text, found, known, _is_strong)
    found += _missing(text, found, known, _is_division)
    found += _missing(text, found, known, _is_code)
    found += _missing(text, found, _datelines(document, known), lambda *_: True)
    found += _missing(text, found, known, _is_constituency)
    found += _missing(text, found, _listed(text, found, known), _is_place)
    return sorted(found, key=lambda m: (m.start, -m.end))


def _known(text: str, gazetteer: Gazetteer) -> _Known:
    """Return the gazetteer's names in the text, each with its likeliest candidate."""
    known = {}
    for span in gazetteer.scan(text):
        found = gazetteer.lookup(text[span.start : span.end], limit=1)
        if found:
            known[span.start, span.end] = found[0]
    return known


def _listed(text: str, mentions: Sequence[Mention], known: _Known) -> _Known:
    """Return the known names that are the whole text, or items of a list of places."""
    whole = len(text) - len(text.lstrip()), len(text.rstrip())
    spans = {whole, *list_items(text, mentions, known)}
    return {span: candidate for span, candidate in known.items() if span in spans}


def _is_place(text: str, start: int, end: int, candidate: Candidate) -> bool:
    named = candidate.match in ("primary", "alternate")
    if text[start:end] in calendar.month_name:
        return False
    return named and text[start].isupper() and candidate.place.feature_class in ("A", "P")


def _parted(mention: Mention, gazetteer: Gazetteer) -> list[Mention]:
    """Part "Moscow's Domodedovo Airport" into the town and what it has."""
    head, mark, rest = mention.text.partition("'s " if "'s " in mention.text else "’s ")
    if not mark or not _named(head, gazetteer) or _has_an_s(mention.text, gazetteer):
        return [mention]
    at = mention.start + len(head) + len(mark)
    return [
        replace(mention, end=mention.start + len(head), text=head),
        replace(mention, start=at, text=rest),
    ]


def _owning(text: str, mention: Mention, gazetteer: Gazetteer) -> Mention:
    """Take in what a name goes on with behind its s: "Cox's Bazar", "St. John's"."""
    rest = _OWN.match(text, mention.end)
    if rest is None or mention.kind != "literal":
        return mention
    ends = [rest.end()] if rest["owned"] else []
    if _NO_NOUN_FOLLOWS.match(text, rest.end("s")):
        ends.append(rest.end("s"))
    for end in ends:
        if _has_an_s(text[mention.start : end], gazetteer):
            return _at(text, mention, mention.start, end)
    return mention


_OWN = re.compile(r"(?P<s>['’]s)(?: (?P<owned>[A-Z][^\W\d_]+))?\b")
_NO_NOUN_FOLLOWS = re.compile(
    r"\s*(?:$|[.,;:)!?\n]|(?:and|or|in|on|at|to|from|is|was|has|had|the)\b)"
)


def _has_an_s(name: str, gazetteer: Gazetteer) -> bool:
    """Tell whether the s of a name is its own: that of "Martha's Vineyard", not of "Lyon's"."""
    if _OWNED.search(name) and not _is_name(name, gazetteer):
        return False
    place = _place_named(name, gazetteer)
    return place is not None and not _APOSTROPHES.isdisjoint(place.name)


_APOSTROPHES = frozenset("'’")


def _narrowed(text: str, mention: Mention, gazetteer: Gazetteer) -> Mention:
    """Cut off what the gazetteer does not know as part of the name.

    The direction of "Northeast Nebraska", the office of "Jackson County Circuit" Court, and what
    is written small: "Lancaster park", "L.A. port", "Idlib province".
    """
    head, _, last = mention.text.rpartition(" ")
    if last.islower() and _named(head, gazetteer) and not _is_site(mention.text, gazetteer):
        return _at(text, mention, mention.start, mention.start + len(head))
    if " " not in mention.text or _named(mention.text, gazetteer):
        return mention
    direction = _DIRECTION.match(mention.text)
    if direction and _named(mention.text[direction.end() :], gazetteer):
        start = mention.start + direction.end()
        return replace(mention, start=start, text=mention.text[direction.end() :])
    if last in _OFFICE and _is_capitalized(text[mention.end :]) and _named(head, gazetteer):
        end = mention.start + len(head)
        return replace(mention, end=end, text=head, role="inside")
    return mention


def _is_site(name: str, gazetteer: Gazetteer) -> bool:
    """Tell whether the likeliest place of a name is what its last word says: "Beirut airport"."""
    best = gazetteer.lookup(name, limit=1)
    last = name.split()[-1]
    if not best or best[0].match == "variant" or best[0].place.feature_class == "A":
        return False
    return last in fold(best[0].place.name).split()


def _spaced(text: str, mention: Mention, gazetteer: Gazetteer) -> Mention:
    """Put right where a space is missing or too much: "Quitoand", "theUS", "Hali fax"."""
    rest = _REST.match(text, mention.end) if mention.text[-1].isalpha() else None
    whole = mention.text + rest.group(1) if rest else ""
    if (
        rest
        and _is_name(whole, gazetteer)
        and _people(whole, gazetteer) > 10 * _people(mention.text, gazetteer)
    ):
        return _at(text, mention, mention.start, rest.end())
    head = _GLUED_HEAD.match(mention.text)
    start = mention.start + (head.end() if head else 0)
    tail = _GLUED_TAIL.search(text, start, mention.end)
    end = tail.start() if tail else mention.end
    if _named(mention.text, gazetteer) or not _named(text[start:end], gazetteer):
        return mention
    return _at(text, mention, start, end)


def _is_name(text: str, gazetteer: Gazetteer) -> bool:
    """Tell whether all of a text is a name; a look-up would search for misspelled ones as well."""
    return any(span.end - span.start == len(text) for span in gazetteer.scan(text))


def _people(name: str, gazetteer: Gazetteer) -> int:
    """Return how many live in the likeliest place of just that name, 0 where there is none."""
    place = _place_named(name, gazetteer)
    return (place.population or 0) if place else 0


def _place_named(name: str, gazetteer: Gazetteer) -> Place | None:
    """Return what a name means likeliest, if that is a place of just that name."""
    best = gazetteer.lookup(name, limit=1)
    return best[0].place if best and best[0].match in ("primary", "alternate") else None


#: Small words that lost the space beside a name.
_GLUED_HEAD = re.compile(r"(?:the|in|of|to|and|from|at|near|for|on|by)(?=[A-Z])")
_GLUED_TAIL = re.compile(r"(?<=[a-z]{3})(?:and|to|the|from|was|with|where)$")

#: What may be the second half of a name that fell apart: no small word, lest "Kant on" be Canton.
_REST = re.compile(
    r" (?!(?:and|as|at|by|for|from|he|in|is|it|of|on|or|the|to|was|we|with)\b)([a-z]{2,})\b"
)


def _at(text: str, mention: Mention, start: int, end: int) -> Mention:
    return replace(mention, start=start, end=end, text=text[start:end])


def _named(name: str, gazetteer: Gazetteer) -> bool:
    """Tell whether the gazetteer has a place of just that name."""
    best = gazetteer.lookup(name, limit=1)
    return bool(best) and best[0].match in ("primary", "alternate", "abbreviation")


_OWNED = re.compile("['’]s ")

#: Directions and parts that are capitalized before a name at times.
_DIRECTION = re.compile(
    r"(?:(?:North|South|East|West|Central|Mid|Sub)(?:[- ]?(?:east|west|East|West))?(?:ern)?|"
    r"Upper|Lower|Inner|Outer|Downtown|Upstate|Metro|Greater)[ -](?=[A-Z])"
)

#: Words after a place that begin the name of an office or a school: the next is capitalized.
_OFFICE = frozenset(
    "Area Central Christian Circuit City Civil Community District General High International "
    "Medical Memorial Metro Metropolitan Middle Municipal Police Public Regional State "
    "Superior".split()
)


def _completed(text: str, mentions: list[Mention], known: _Known) -> list[Mention]:
    """Grow a span that lies strictly within a longer name: "Kant" to "Kant airbase"."""
    kept_at: dict[tuple[int, int], Mention] = {}
    taken = {(mention.start, mention.end) for mention in mentions}
    for mention in mentions:
        span = (mention.start, mention.end)
        for (start, end), candidate in known.items():
            inside = start <= mention.start and mention.end <= end and (start, end) != span
            if not inside or candidate.match in ("demonym", "variant"):
                continue
            is_area = candidate.place.feature_class in ("A", "P")
            before = text[start : mention.start].lower()
            # "New Mexico" stays in "University of New Mexico", but "Kansas City" has its Power.
            named_so = before in ("", "the ") and is_area and candidate.match == "primary"
            if mention.role == "inside" and not named_so:
                continue
            owner = _OWNED.search(text, start, end) if not _OWNED.search(mention.text) else None
            owned = owner and (start, owner.start()) in taken
            rest = text[mention.end : end].strip()
            if not owned and rest not in _SMALL_TYPES and not (is_area and rest.islower()):
                span = (start, end)
        if span == (mention.start, mention.end):
            better = mention
        else:
            head = 4 if text[span[0] : span[0] + 4].lower() == "the " else 0
            start, end = span[0] + head, span[1]
            if text[end : end + 1] == "." and text[end - 3 : end] in ("Twp", "Mts"):
                end += 1
            better = replace(mention, start=start, end=end, text=text[start:end])
        kept = kept_at.get((better.start, better.end))
        if kept is None or better.score > kept.score:
            kept_at[better.start, better.end] = better
    return _without_overlaps(list(kept_at.values()))


def _marked(mentions: list[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Mark as associative what the gazetteer knows as a demonym."""
    marked = []
    for mention in mentions:
        best = gazetteer.lookup(mention.text, limit=1)
        if best and best[0].match == "demonym":
            mention = replace(mention, kind="associative", role="name")
        marked.append(mention)
    return marked


def _missing(
    text: str,
    mentions: Sequence[Mention],
    known: _Known,
    wanted: Callable[[str, int, int, Candidate], bool],
) -> list[Mention]:
    """Return what is known and wanted, but overlaps no mention."""
    taken = sorted((m.start, m.end) for m in mentions)
    found = []
    for (start, end), candidate in known.items():
        if any(s < end and start < e for s, e in taken):
            continue
        if wanted(text, start, end, candidate):
            head = 4 if text[start : start + 4].lower() == "the " else 0
            found.append(
                Mention(
                    start=start + head,
                    end=end,
                    text=text[start + head : end],
                    kind="associative" if candidate.match == "demonym" else "literal",
                    score=_BY_LIST,
                )
            )
    return found


def _is_demonym(_text: str, _start: int, _end: int, candidate: Candidate) -> bool:
    return candidate.match == "demonym"


def _is_strong(text: str, start: int, end: int, candidate: Candidate) -> bool:
    """Tell whether a name of several words can mean nothing else."""
    if _is_capitalized(text[end : end + 2]) or candidate.match not in ("primary", "alternate"):
        return False
    if len(fold(text[start:end]).split()) < 2:
        return False
    place = candidate.place
    return (
        place.is_country or place.feature_class in ("H", "T", "L") or place.feature_code == "AIRB"
    )


def _is_division(text: str, start: int, end: int, candidate: Candidate) -> bool:
    """Tell whether a name says that it is a county: that of "Anderson County Courthouse"."""
    last = fold(text[start:end]).split()[-1]
    return candidate.place.feature_code == "ADM2" and last in _DIVISIONS and text[start].isupper()


_DIVISIONS = frozenset("county parish borough oblast".split())


def _is_code(text: str, start: int, end: int, _: Candidate) -> bool:
    """Tell whether a name is an abbreviation of a country or union, in a text in small letters."""
    around = text[max(0, start - 40) : end + 40]
    return text[start:end] in _CODES and sum(map(str.islower, around)) > len(around) / 2


_CODES = frozenset("EU UK US USA UAE DRC DPRK PRC USSR".split())


def _is_constituency(text: str, start: int, end: int, candidate: Candidate) -> bool:
    """Tell whether a name says where a politician comes from: "D-Charleston"."""
    return _PARTY.search(text, max(0, start - 6), start) is not None and text[start].isupper()


#: Parties of the United States before the place of a member.
_PARTY = re.compile(r"(?<!\w)(?:D|R|I|DFL|GOP|Dem|Rep)[-–]$")


def is_a_thing(text: str, mention: Mention, gazetteer: Gazetteer) -> bool:
    """Tell whether an article makes a town or a country a thing: "a Cordoba from 1978".

    An article that belongs to a noun further on ("a Boston office") says nothing, and "the" may
    go with a river of that name.
    """
    start, end = mention.start, mention.end
    alone = _ARTICLE.search(text, max(0, start - 4), start) and _NO_NOUN.match(text, end)
    if not alone or not mention.text.isalpha():
        return False
    place = _place_named(mention.text, gazetteer)
    if place is None:
        return False
    state = (place.country_code, place.feature_code) == ("US", "ADM1")
    return place.feature_class == "P" or place.is_country or state


_ARTICLE = re.compile(r"\b[Aa]n?[ \u00a0]$")

#: What follows a name that no noun follows; after "and" or a comma one may ("an Oxford and ...").
_NO_NOUN = re.compile(
    r"[.;:!?]|[ \u00a0](?:on|in|from|before|after|with|without|but|is|was|were|are|had|has|have|"
    r"will|would|into|onto|to|at|by|for|than|that|which|who|when|while|until|over|under|near)\b"
)


def _is_capitalized(after: str) -> bool:
    return after[:1] in (" ", "\u00a0") and after[1:2].isupper()


def _datelines(document: Document, known: _Known) -> _Known:
    """Return the known names within the datelines of the document's sections."""
    starts = [section.start for section in document.sections] or [0]
    found: _Known = {}
    for start in starts:
        span = dateline(document.text, start)
        if span is not None:
            parts = {
                (span[0] + part.start(), span[0] + part.end())
                for part in _PART.finditer(document.text[span[0] : span[1]])
            }
            found |= {k: c for k, c in known.items() if k in parts}
    return found


#: What stands between the commas and brackets of a dateline.
_PART = re.compile(r"[^\s,(](?:[^,(]*[^\s,(])?")


def _without_overlaps(mentions: list[Mention]) -> list[Mention]:
    """Keep the longer of two mentions that overlap."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if not any(m.start < mention.end and mention.start < m.end for m in kept):
            kept.append(mention)
    return sorted(kept, key=_start)


def _start(mention: Mention) -> int:
    return mention.start
