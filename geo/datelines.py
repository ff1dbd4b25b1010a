"""What a dateline looks like: "BISHKEK, Kyrgyzstan (AP) -- ", "OSH, May 3 - "."""

import re
from typing import NamedTuple

__all__ = ["MONTH", "Dateline", "match_dateline"]

#: A month in English, short or long.
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)


class Dateline(NamedTuple):
    """Where the place of a dateline stands in its line."""

    start: int
    end: int
    full: bool  #: has an agency, a region or a date too, so it needs no title above it


_WORD = r"[^\W\d_][\w'’.\-]*"
_DATELINE = re.compile(
    rf"\(?(?P<place>(?P<city>{_WORD}(?:[ /]{_WORD}){{0,3}}?)"
    rf"(?P<region>(?:,\s(?!{MONTH}){_WORD}(?:\s{_WORD}){{0,3}}?){{0,2}}))"
    rf"(?P<date>[,.]?\s+(?:{MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{MONTH})(?:,?\s+\d{{4}})?)?"
    r"(?P<agency>\s*\([^()\n]{2,40}\))?"
    r"(?:\)|\.(?=\s))?\s*(?P<mark>--+|[–—―‒_]|-(?=\s)|:(?=\s)|(?(date)(?<=\.)\s*(?=[A-Z/])|(?!)))\s*(?=\S)"
)
_AGENCY = re.compile(
    r"\(\s*(?:AP|AFP|Reuters|REUTERS|Xinhua|IRIN|TASS|CNN|UPI|BBC|IANS|PTI|APP|ANI|EFE|ANSA|CP|"
    r"dpa|DPA|Interfax|RIA Novosti|RFE/RL|24\.kg|AKIpress|Kabar|KABAR|TCA|Bloomberg|Thomson|"
    r"Associated Press|Agence France|IWPR|IPS|TSCA)\b"
)
_SMALL = frozenset(
    "al da das de del des di do dos du el en la las le los of on sur the und".split()
)
#: "McALLEN" and "DeKALB" are in capitals too.
_PREFIX = re.compile(r"(?:Mc|Mac|De|Du|La|Le)(?=[A-Z]{2})")
_NO_CITY = frozenset("and at by for in to with".split())
#: Words in capitals before a colon or a dash that open a note or a part, and name no place.
_LABELS = frozenset(
    """abstract afp analysis answer ap background bbc blog breaking caption cnn comment
    conclusion conclusions contact correction design discussion editor exclusive fact feature
    file findings graphic image interview introduction keywords map methods moderator news note
    notes notice objective opinion photo photos picture pictures question read results reuters
    review see source sources speaker summary tags update updated upi video warning watch""".split()
)


def match_dateline(text: str) -> Dateline | None:
    """Return the dateline that a line opens with, or `None`."""
    match = _DATELINE.match(text)
    if match is None:
        return None
    city, agency, mark = match["city"], match["agency"] or "", match["mark"]
    words = re.split(r"[ /]", city)
    if not _is_in_capitals(words) and not (_AGENCY.search(agency) and _is_name(words)):
        return None
    folded = [word.casefold() for word in words]
    if folded[0] in _LABELS or folded[-1] in _LABELS or not _NO_CITY.isdisjoint(folded):
        return None
    if mark == ":" and (match["region"] or match["date"]) and not agency:
        # "LONDON, England: ..." is rare, "PUTIN, President of Russia: ..." is not.
        return None
    full = bool(agency or match["date"] or match["region"]) and mark != ":"
    return Dateline(match.start("place"), match.end("place"), full)


def _is_in_capitals(words: list[str]) -> bool:
    letters = sum(map(str.isalpha, "".join(words)))
    return letters >= 3 and all(_PREFIX.sub("", w).isupper() or w in _SMALL for w in words)


def _is_name(words: list[str]) -> bool:
    # A long word with a full stop ended the sentence before: "By Ann Lee. BISHKEK (Reuters) -".
    return words[0][0].isupper() and not any(len(w) > 4 and w.endswith(".") for w in words)
