"""Where the telephone numbers of a text are: "(952) 555-0142" rings in Minnesota."""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["called", "prefixes_of"]

#: "+996 312 66 00 00".
_ABROAD = re.compile(r"(?<![\w+])\+(?P<digits>[1-9]\d{0,2}(?:[ ().-]{0,2}\d){6,12})(?!\d)")

#: "(952) 555-0142", "952-555-0142", "1-952-555-0142".
_AT_HOME = re.compile(
    r"(?<![\w+.-])(?:1[ .-])?(?:\((?P<a>[2-9]\d\d)\)[ .-]?|(?P<b>[2-9]\d\d)[.-])"
    r"\d{3}[.-]\d{4}(?![\w-])"
)

_LONGEST = 4  # digits of a prefix


def called(text: str) -> dict[str, tuple[str, str | None]]:
    """Return for each prefix in a text its country code, and its division's code if it has one.

    >>> called("Call (952) 555-0142 or +996 312 66 00 00.")
    {'+996': ('KG', None), '+1952': ('US', 'US-MN')}
    """
    if not any(map(str.isdigit, text)):
        return {}
    numbers = [re.sub(r"\D", "", match["digits"]) for match in _ABROAD.finditer(text)]
    numbers += [f"1{match['a'] or match['b']}" for match in _AT_HOME.finditer(text)]
    table = _table()
    found = {}
    for number in numbers:
        prefixes = (f"+{number[:length]}" for length in range(_LONGEST, 0, -1))
        prefix = next((prefix for prefix in prefixes if prefix in table), None)
        if prefix:
            found[prefix] = table[prefix]
    return found


def prefixes_of(country_code: str, admin1_code: str) -> list[str]:
    """Return the prefixes of a division, else those of its country, sorted.

    >>> prefixes_of("US", "US-ME"), prefixes_of("KG", "KG-O")
    (['+1207'], ['+996'])
    """
    codes = (country_code, admin1_code)
    found = [prefix for prefix, rings in _table().items() if rings == codes]
    return found or [prefix for prefix, rings in _table().items() if rings == (country_code, None)]


@cache
def _table() -> Mapping[str, tuple[str, str | None]]:
    table = files("geo.resolver").joinpath("telephones.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines())
    return {row["prefix"]: (row["country_code"], row["admin1_code"] or None) for row in rows}
