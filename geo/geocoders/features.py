"""Filters of features: `P`, `P.PPLC`, `PPLC`, or a word such as "city" or "airport"."""

import difflib
from collections.abc import Iterable

from geo.place import Place

__all__ = ["FEATURE_WORDS", "feature_of", "has_feature", "parse_features"]

#: Words for GeoNames' classes and codes; a `*` stands for any ending.
FEATURE_WORDS: dict[str, tuple[str, ...]] = {
    "admin1": ("A.ADM1",),
    "admin2": ("A.ADM2",),
    "airbase": ("S.AIRB",),
    "airfield": ("S.AIRF", "S.AIRP", "S.AIRB"),
    "airport": ("S.AIRP", "S.AIRB", "S.AIRF", "S.AIRH"),
    "bay": ("H.BAY*", "H.GULF"),
    "canal": ("H.CNL*",),
    "capital": ("P.PPLC",),
    "city": ("P",),
    "continent": ("L.CONT",),
    "country": ("A.PCL*",),
    "county": ("A.ADM2",),
    "dam": ("S.DAM*",),
    "desert": ("T.DSRT*",),
    "district": ("A.ADM2", "A.ADM3"),
    "division": ("A",),
    "gulf": ("H.GULF", "H.BAY*"),
    "hill": ("T.HLL*",),
    "island": ("T.ISL*", "T.ATOL*"),
    "lake": ("H.LK*", "H.RSV*"),
    "mountain": ("T.MT*", "T.PK*", "T.RDG*", "T.VLC*"),
    "ocean": ("H.OCN",),
    "park": ("L.PRK*", "L.RES*"),
    "pass": ("T.PASS*",),
    "peninsula": ("T.PEN*", "T.CAPE"),
    "place": ("P",),
    "plain": ("T.PLN*",),
    "plateau": ("T.PLAT*", "T.UPLD"),
    "province": ("A.ADM1",),
    "region": ("L.RGN*", "A.ADM1"),
    "river": ("H.STM*",),
    "road": ("R",),
    "sea": ("H.SEA", "H.OCN"),
    "settlement": ("P",),
    "site": ("S",),
    "state": ("A.ADM1",),
    "strait": ("H.STRT", "H.CHN*"),
    "town": ("P",),
    "valley": ("T.VAL*",),
    "village": ("P",),
    "volcano": ("T.VLC",),
    "water": ("H",),
}

_CLASSES = frozenset("AHLPRSTUV")


def parse_features(wanted: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the patterns that a filter stands for; none lets everything through.

    Parameters
    ----------
    wanted
        A class (`P`), class and code (`P.PPLC`), a code (`PPLC`, `PPL*`), a word of
        `FEATURE_WORDS` in singular or plural, or several of these, as a list or with commas.

    Raises
    ------
    ValueError
        It is none of these; the message names the nearest word.

    Examples
    --------
    >>> parse_features("capital, airbases")
    ('P.PPLC', 'S.AIRB')
    """
    if wanted is None:
        return ()
    parts = wanted.split(",") if isinstance(wanted, str) else list(wanted)
    return tuple(pattern for part in parts if part.strip() for pattern in _patterns(part.strip()))


def _patterns(word: str) -> tuple[str, ...]:
    lower = word.lower().replace(" ", "").replace("_", "")
    for singular in (lower, lower.removesuffix("s"), lower.removesuffix("ies") + "y"):
        if singular in FEATURE_WORDS:
            return FEATURE_WORDS[singular]
    upper = word.upper()
    if upper in _CLASSES:
        return (upper,)
    letter, dot, code = upper.partition(".")
    if dot and letter in _CLASSES and code:
        return (upper,)
    if word == upper and len(word) > 2 and word.rstrip("*").isalnum():
        return (f"?.{upper}",)
    near = difflib.get_close_matches(lower, FEATURE_WORDS, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    raise ValueError(
        f'unknown feature "{word}".{hint} Give a class (P), class and code (P.PPLC) or one of '
        f"{', '.join(FEATURE_WORDS)}."
    )


def has_feature(place: Place, patterns: tuple[str, ...]) -> bool:
    """Tell whether a place passes a filter of `parse_features`."""
    return not patterns or any(_fits(place, pattern) for pattern in patterns)


def _fits(place: Place, pattern: str) -> bool:
    letter, _, code = pattern.partition(".")
    if letter not in ("?", place.feature_class):
        return False
    own = place.feature_code or ""
    return own.startswith(code[:-1]) if code.endswith("*") else code in ("", own)


def feature_of(place: Place) -> str:
    """Return class and code with a dot between, `P.PPLC`; as much of it as is known."""
    return ".".join(part for part in (place.feature_class, place.feature_code) if part)
