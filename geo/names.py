"""Names: one normalization for the gazetteer, the recognizer and the resolver.

`fold` turns a name as written into the key it is looked up by; both sides of every comparison go
through it. `relaxed` gives weaker keys, to be tried only when the key itself leads nowhere.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["GENERIC_WORDS", "fold", "relaxed", "strip_article", "strip_possessive"]

#: Characters that vanish: dots ("U.S."), apostrophes and their many look-alikes ("Sana'a").
_VANISH = dict.fromkeys(map(ord, ".'’‘ʻʼʽ`´ʹʺ′\"“”ˈ\u00ad\u200b\u200c\u200d\u2060\ufeff"))

_NOT_WORD = re.compile(r"[^0-9a-z]+")

#: Abbreviated words within names. A key spells them out, so that both spellings meet.
_SPELLED_OUT = {
    "st": "saint",
    "ste": "sainte",
    "mt": "mount",
    "mtn": "mountain",
    "mts": "mountains",
    "ft": "fort",
    "pt": "point",
    "twp": "township",
    "hts": "heights",
    "intl": "international",
    "natl": "national",
    "univ": "university",
    "afb": "airbase",
}

#: Words that are abbreviated only at the end of a name.
_SPELLED_OUT_LAST = {"co": "county", "is": "islands", "ab": "airbase", "pen": "peninsula"}

#: Words that are abbreviated only at the head of a name.
_SPELLED_OUT_FIRST = {"n": "north", "s": "south", "e": "east", "w": "west"}

#: Several words that name one thing.
_JOINED = (
    ("air force base", "airbase"),
    ("air base", "airbase"),
    ("air field", "airfield"),
    ("air port", "airport"),
)

#: Words that say what kind of place a name is; a key may lose one when nothing else matches.
GENERIC_WORDS = frozenset(
    "airbase airfield airport area archipelago basin bay beach borough canal canton city coast "
    "corridor county creek dam delta department desert district division emirate forest "
    "governorate gulf harbor harbour heights highlands hill hills island islands kingdom lake "
    "metropolis mount mountain mountains municipality oblast parish park pass peninsula plain "
    "plateau port prefecture province raion range rayon region republic river sea state strait "
    "straits suburb suburbs territories territory town township valley village voivodeship "
    "volcano zone".split()
)

#: Heads that a key may lose when nothing else matches.
_RELAXED_HEADS = (
    "autonomous republic of ",
    "city of ",
    "county of ",
    "democratic republic of ",
    "district of ",
    "federal republic of ",
    "gulf of ",
    "islamic republic of ",
    "isle of ",
    "kingdom of ",
    "municipality of ",
    "port of ",
    "province of ",
    "republic of ",
    "sea of ",
    "state of ",
    "strait of ",
    "sultanate of ",
    "town of ",
    "township of ",
    "village of ",
    "ciudad de ",
    "ciudad ",
    "villa de ",
    "central ",
    "downtown ",
    "east ",
    "eastern ",
    "greater ",
    "inner ",
    "lake ",
    "lower ",
    "mainland ",
    "metro ",
    "metropolitan ",
    "mount ",
    "north ",
    "northeast ",
    "northeastern ",
    "northern ",
    "northwest ",
    "northwestern ",
    "old ",
    "outer ",
    "river ",
    "south ",
    "southeast ",
    "southeastern ",
    "southern ",
    "southwest ",
    "southwestern ",
    "upper ",
    "west ",
    "western ",
)

_POSSESSIVE = re.compile(r"['’]s?$")


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return the key of a name: Latin letters a to z, digits and single spaces.

    Case, accents, scripts, dots, apostrophes and hyphens fold; abbreviated words are spelled out
    ("St." is "saint"); "air base" and "airbase" are one; a leading "the" goes. An empty key means
    that nothing is left to look up. Folding twice changes nothing.

    >>> fold("Ciudad Juárez"), fold("ST. LOUIS"), fold("Kant Air Base"), fold("Бишкек")
    ('ciudad juarez', 'saint louis', 'kant airbase', 'bishkek')
    """
    text = name.lower() if name.isascii() else _to_ascii(name)
    text = _NOT_WORD.sub(" ", text.translate(_VANISH)).strip()
    return _canonical(text)


def _to_ascii(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_VANISH)
    if not bare.isascii():
        from anyascii import anyascii

        bare = anyascii(bare)
    return bare.lower()


def _canonical(text: str) -> str:
    words = text.split()
    while len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1:
        words[0] = _SPELLED_OUT_FIRST.get(words[0], words[0])
        words[-1] = _SPELLED_OUT_LAST.get(words[-1], words[-1])
        words = [_SPELLED_OUT.get(word, word) for word in words]
    text = " ".join(words)
    if "air" in text:
        for several, one in _JOINED:
            text = re.sub(rf"\b{several}\b", one, text)
    return text


def relaxed(key: str) -> Iterator[str]:
    """Yield weaker keys for a key that leads nowhere, the most faithful first.

    A generic word or a direction is left out, words are joined, a plural loses its s, an Arabic
    name has its article again: "Qamishli" is Al Qamishli.

    >>> list(relaxed("northern fergana valley"))[:2]
    ['fergana valley', 'northern fergana']
    """
    seen = {key}
    for weaker in _relaxations(key):
        if len(weaker) > 2 and weaker not in seen and weaker not in GENERIC_WORDS:
            seen.add(weaker)
            yield weaker


def _relaxations(key: str) -> Iterator[str]:
    for head in _RELAXED_HEADS:
        if key.startswith(head):
            yield key[len(head) :]
    words = key.split()
    if len(words) > 1 and words[-1] in GENERIC_WORDS:
        yield " ".join(words[:-1])
    if len(words) > 1 and words[-1].endswith("s") and words[-1][:-1] in GENERIC_WORDS:
        yield " ".join(words[:-1])
    if len(words) > 1:
        yield "".join(words)
    if len(words) == 1 and len(key) > 5 and key.endswith("s") and not key.endswith("ss"):
        yield key[:-1]
    if len(key) >= _ARABIC_LETTERS:
        yield from (f"{article} {key}" for article in ("al", "el", _before_sun_letter(key)))


#: Shorter names are not tried with an article.
_ARABIC_LETTERS = 6


def _before_sun_letter(key: str) -> str:
    """Return the Arabic article as it sounds before a name: "ar" Raqqah, "ash" Sharqiyah."""
    return "a" + (key[:2] if key[:2] in ("sh", "th", "dh") else key[:1])


def strip_possessive(name: str) -> str:
    """Return a name without its possessive ending.

    >>> strip_possessive("London’s"), strip_possessive("Honduras'")
    ('London', 'Honduras')
    """
    return _POSSESSIVE.sub("", name)


def strip_article(name: str) -> str:
    """Return a name without a leading "the".

    >>> strip_article("The Hague"), strip_article("the Pamirs")
    ('Hague', 'Pamirs')
    """
    head, _, rest = name.partition(" ")
    return rest.lstrip() if head.lower() == "the" and rest.strip() else name
