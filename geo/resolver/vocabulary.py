"""What the words of a text tell of the country it was written in or about.

"Selectmen" meet in New England, a "taluk" lies in India, and who writes "colour" is no American.
None of it is a place name, so none of it can be mistaken for one.
"""

import csv
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["spoken_countries", "words_of"]

_WORD = re.compile(r"[^\W_]+(?:['’&-][^\W_]+)*['’]?")

_LONGEST = 3  # words of an expression


def spoken_countries(text: str) -> Mapping[str, float]:
    """Return how much the words of a text speak for each country, below 1.

    Each expression of `country_words.csv` counts once for every country that it is used in; the
    count is divided by one more than the highest, so that few words say little.

    >>> spoken_countries("The selectmen met at the theater.")
    {'US': 0.6666666666666666}
    """
    table = _table()
    words = [match.group().lower().replace("’", "'") for match in _WORD.finditer(text)]
    found = {word for word in words if word in table}
    for length in range(2, _LONGEST + 1):
        found.update(
            expression
            for at, word in enumerate(words[: len(words) - length + 1])
            if word in _heads() and (expression := " ".join(words[at : at + length])) in table
        )
    votes = Counter(code for expression in found for code in table[expression])
    most = max(votes.values(), default=0) + 1
    return {code: count / most for code, count in votes.items()}


def words_of(country_code: str) -> list[str]:
    """Return the expressions that speak for a country, sorted."""
    return sorted(word for word, codes in _table().items() if country_code in codes)


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    table = files("geo.resolver").joinpath("country_words.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines())
    return {row["word"]: tuple(row["countries"].split("|")) for row in rows}


@cache
def _heads() -> frozenset[str]:
    return frozenset(word.partition(" ")[0] for word in _table() if " " in word)
