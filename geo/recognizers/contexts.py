"""What stands beside a name can settle that it is no place, or that it is one.

"The yacht Valencia", "a glass of Madeira", "Ms. England" name other things; in a list whose other
items are places, an item that the gazetteer knows is one too.
"""

import itertools
import re
from collections.abc import Container, Iterator, Sequence

from geo.document import Mention

__all__ = ["is_something_else", "list_items"]

#: Things that are named after places, by the word right before the name.
_THINGS = (
    "yacht ship frigate destroyer cruiser battleship carrier submarine gunboat steamer steamship "
    "liner ferry tanker trawler schooner brig barque tug tugboat lifeboat freighter vessel boat "
    "locomotive airship USS HMS HMAS HMCS MV MS SS RMS USNS "
    "Chevrolet Chevy Ford Toyota Hyundai Kia Seat Fiat Opel Vauxhall Dodge Chrysler Buick Cadillac "
    "Pontiac GMC Nissan Honda Jeep Mazda Mitsubishi Subaru Volkswagen Skoda Lancia Renault Peugeot "
    "font typeface novel album film movie song sitcom musical perfume"
)

#: Measures of what one drinks, eats or plays: "a bottle of Bordeaux".
_MEASURES = (
    "glass glasses bottle bottles pint pints cup cups mug can cans tin tins jar pot slice slices "
    "wedge spoonful game round"
)

#: Titles of one person. Those that offices share with places ("Governor", "Mayor") are left out.
_TITLES = "Mr Mrs Ms Miss Mx Dr Prof Professor Sgt Cpl Capt Lt Sen Rep Sir Dame Madame Justice"

_BEFORE = re.compile(
    rf"(?:\b(?:{'|'.join((_THINGS).split())})|"
    rf"\b(?:{'|'.join(_MEASURES.split())}) of(?: the)?|"
    rf"\b(?:{'|'.join(_TITLES.split())})\.?)[ \u00a0][\"“‘']?$"
)

#: Food and drink right after a name: "Vienna sausages".
_AFTER = re.compile(
    r"[ \u00a0](?:pale ale|ale|lager|stout|wines?|whisk(?:e)?y|gin|brandy|sherry|cheeses?|"
    r"sausages?|ham|mustard|sauce|sprouts|peppers?|salad|steak|roast|terriers?|spaniels?|"
    r"retrievers?|shepherds?|cats?|ponies|pony|marble|porcelain|lace|tweed)\b"
)

#: Codes of states that are words as well; a code follows a comma or stands before a number.
_WORDLIKE = frozenset("OK OR IN ME HI OH AS ID PA MA LA AL".split())

_CONTAINED = re.compile(r"[A-Z][^\s,]*,[ \u00a0]?$")

#: What parts the items of a list; a comma does so in sentences too.
_ITEM = re.compile(r"[^;|•·\n/,]+")
_FEWEST_ITEMS = 3


def is_something_else(text: str, mention: Mention) -> bool:
    """Tell whether the words beside a mention say that it names no place."""
    start, end = mention.start, mention.end
    if mention.text in _WORDLIKE:
        stated = _CONTAINED.search(text, max(0, start - 40), start)
        return not stated and not re.match(r" \d{5}", text[end : end + 6])
    if _BEFORE.search(text, max(0, start - 24), start):
        return " " not in mention.text or mention.role == "name"
    return _AFTER.match(text, end) is not None


def list_items(
    text: str, mentions: Sequence[Mention], known: Container[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the known names that are whole items of a list of places.

    A list has three items or more on one line or one an own line, all of them known. Where only
    commas part them, half must have been found as places, for lists of people look the same.
    """
    found = {(m.start, m.end) for m in mentions if m.kind == "literal"}
    run: list[tuple[int, int]] = []
    for span in (*_items(text), (len(text) + 1, len(text) + 1)):
        follows = not run or set(text[run[-1][1] : span[0]]) <= _BETWEEN
        if follows and (span in known or span in found):
            run.append(span)
            continue
        yield from _new(text, run, found)
        run = [span] if span in known or span in found else []


_BETWEEN = frozenset(" \t\u00a0;|•·\n/,-*–—.:)(0123456789")


def _items(text: str) -> Iterator[tuple[int, int]]:
    """Yield what stands between the marks of lists, bare of bullets, numbers and stops."""
    for match in _ITEM.finditer(text):
        item = match.group()
        bare = item.lstrip(" \t\u00a0-*–—.)(0123456789")
        start = match.start() + len(item) - len(bare)
        bare = bare.rstrip(" \t\u00a0-–—.:)(0123456789")
        if bare:
            yield start, start + len(bare)


def _new(
    text: str, run: Sequence[tuple[int, int]], found: set[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    if len(run) < _FEWEST_ITEMS:
        return
    between = {c for one, two in itertools.pairwise(run) for c in text[one[1] : two[0]]}
    only_commas = not between & set(";|•·\n/")
    share = sum(span in found for span in run) / len(run)
    if share >= (0.5 if only_commas else 0.0):
        yield from (span for span in run if span not in found)
