"""Places told by another place: "20 km east of Bishkek", "outside Aleppo", "the border of X and Y".

What is found here is an area with a stated radius, never the place itself: the name in it keeps its
own resolution.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from geo.document import Mention, Resolution
from geo.geodesy import great_circle_km
from geo.place import Candidate, Place

__all__ = ["Relation", "area_of", "exact_only", "find_relations", "told_by_next", "with_relations"]

#: Compass points in words, as degrees from north.
_BEARINGS = {
    "north": 0.0,
    "northeast": 45.0,
    "east": 90.0,
    "southeast": 135.0,
    "south": 180.0,
    "southwest": 225.0,
    "west": 270.0,
    "northwest": 315.0,
}

_UNITS_KM = {"k": 1.0, "mi": 1.609344, "m": 0.001}

_NUMBER = r"(?P<number>\d{1,3}(?:[,\u00a0 ]\d{3})+|\d+(?:\.\d+)?)"
_UNIT = r"(?P<unit>km|kms|kilomet(?:er|re)s?|miles?|mi|met(?:er|re)s?)"
_COMPASS = r"(?P<compass>(?:north|south)[- ]?(?:east|west)|north|south|east|west)(?:ern|wards?)?"
_THE = r"(?:(?:the|its) )?(?:(?:city|town|village|capital|border town|port) of )?(?:the )?"

#: "20 km (12 miles) to the north-east of the city of ", read up to the name.
_OFFSET = re.compile(
    rf"(?:\b(?:about|around|roughly|some|nearly|almost|over|just) )?(?<![\d.,]){_NUMBER}"
    rf"[ \u00a0-]?{_UNIT}\b(?: \([^()]{{1,24}}\))?,? (?:away )?"
    rf"(?:(?:to the |due )?{_COMPASS} (?:of|from)|outside(?: of)?|from|away from|off) {_THE}$",
    re.IGNORECASE,
)
#: "north of ".
_SIDE = re.compile(rf"\b(?:to the |just |due |further )?{_COMPASS} of {_THE}$", re.IGNORECASE)
#: "on the outskirts of ".
_AROUND = re.compile(
    rf"\b(?:(?:just )?outside(?: of)?|near|close to|not far from|on the (?:outskirts|edge) of|"
    rf"in the (?:vicinity|suburbs|environs) of|around) {_THE}$",
    re.IGNORECASE,
)
#: "the border of X and Y", "the border between X and Y", "X's border with Y", "the X-Y border".
_BORDER_BEFORE = re.compile(
    r"\b(?P<word>border|frontier|boundary)(?:s| area| region)? (?:of|between) (?:the )?$", re.I
)
_BORDER_AND = re.compile(r" and (?:the )?|, ?")
_BORDER_WITH = re.compile(
    r"(?:['’]s?)? (?P<word>border|frontier|boundary)(?: area| region)? with (?:the )?", re.I
)
_BORDER_DASH = re.compile(r" ?[-‐–—/] ?")
_BORDER_BEHIND = re.compile(r" (?P<word>border|frontier|boundary)\b", re.I)

#: How far "north of" a town reaches where no distance is told, and "near" it, km.
_SIDE_KM, _AROUND_KM = 25.0, 15.0

#: A distance is rounded and the town has a size: an offset is as uncertain as a fifth of it.
_ROUNDED = 0.2
_LEAST_RADIUS_KM = 3.0

#: How sure an area is beside what the confidence of its names says.
_SURE = {"offset": 0.9, "side": 0.7, "around": 0.85, "border": 0.8}


class Relation(NamedTuple):
    """Words that place something by other names: `text[start:end]` stands before or beside them."""

    kind: str  #: offset, side, around, border
    start: int
    end: int
    bearing: float | None  #: degrees from north
    distance_km: float | None
    of: tuple[int, ...]  #: indices of the mentions it is told by


def find_relations(text: str, mentions: Sequence[Mention]) -> list[Relation]:
    """Find the relations that a text tells by its mentions, in text order.

    Parameters
    ----------
    mentions
        Ordered by `start`, not overlapping.
    """
    found: list[Relation] = []
    for index, mention in enumerate(mentions):
        relation = _before(text, mention, index)
        if relation is not None:
            found.append(relation)
        if index + 1 < len(mentions):
            border = _border(text, mention, mentions[index + 1], index)
            if border is not None:
                found.append(border)
    return [r for r in found if not any(m.start < r.end and r.start < m.end for m in mentions)]


def _before(text: str, mention: Mention, index: int = 0) -> Relation | None:
    """Return the relation that ends right before a mention: "20 km east of " before "Bishkek"."""
    begin = max(0, mention.start - 90)
    before = text[begin : mention.start]
    for kind, pattern in (("offset", _OFFSET), ("side", _SIDE), ("around", _AROUND)):
        match = pattern.search(before)
        if match is None:
            continue
        groups = match.groupdict()
        compass = re.sub(r"[- ]", "", (groups.get("compass") or "").lower())
        distance = None
        if groups.get("number"):
            unit = groups["unit"].lower()
            scale = _UNITS_KM["k" if unit[0] == "k" else "mi" if unit[:2] == "mi" else "m"]
            distance = float(re.sub(r"[, \u00a0]", "", groups["number"])) * scale
        end = begin + len(before.rstrip())
        bearing = _BEARINGS.get(compass)
        return Relation(kind, begin + match.start(), end, bearing, distance, (index,))
    return None


def _border(text: str, one: Mention, other: Mention, index: int) -> Relation | None:
    between = text[one.end : other.start]
    of = (index, index + 1)
    match = _BORDER_WITH.fullmatch(between)
    if match is not None:
        start = one.end + match.start("word")
        return Relation("border", start, start + len(match["word"]), None, None, of)
    if _BORDER_AND.fullmatch(between):
        before = _BORDER_BEFORE.search(text[max(0, one.start - 40) : one.start])
        if before is not None:
            start = max(0, one.start - 40) + before.start("word")
            return Relation("border", start, start + len(before["word"]), None, None, of)
    if _BORDER_DASH.fullmatch(between) or _BORDER_AND.fullmatch(between):
        behind = _BORDER_BEHIND.match(text, other.end)
        if behind is not None:
            return Relation("border", behind.start("word"), behind.end("word"), None, None, of)
    return None


def exact_only(resolutions: Sequence[Resolution]) -> list[Resolution]:
    """Return resolutions without places that a name only stands near.

    Such a name gets its likeliest own place, if it has one, else none.
    """
    found = []
    for resolution in resolutions:
        own = tuple(c for c in resolution.candidates if c.match != "near")
        if not resolution.approximate:
            found.append(replace(resolution, candidates=own or resolution.candidates))
        elif own:
            found.append(
                replace(
                    resolution,
                    place=own[0].place,
                    confidence=min(resolution.confidence, own[0].score),
                    candidates=own,
                    approximate=False,
                    explanation="The likeliest place of that name, though the text speaks for a "
                    "place that no gazetteer has.",
                )
            )
        else:
            found.append(
                Resolution(
                    mention=resolution.mention,
                    reason="no-candidate",
                    explanation="The gazetteer has no place that goes by "
                    f'"{resolution.mention.text}".',
                )
            )
    return found


def told_by_next(text: str, resolutions: Sequence[Resolution], index: int) -> Resolution:
    """Place a name that no gazetteer has by the relation behind it: "Ak-Jol, 20 km east of Osh".

    A resolution that is not approximate, or has no such relation behind it, is returned as it is.
    """
    resolution = resolutions[index]
    if not resolution.approximate or index + 1 == len(resolutions):
        return resolution
    anchor = resolutions[index + 1]
    relation = _before(text, anchor.mention)
    if relation is None or anchor.place is None or anchor.approximate:
        return resolution
    if relation.start < resolution.mention.end:
        return resolution
    if text[resolution.mention.end : relation.start].strip(" \u00a0,(–—-"):
        return resolution
    area = area_of(relation, [anchor.place], [anchor.mention.text])
    if area is None:
        return resolution
    told = " ".join(text[relation.start : anchor.mention.end].split())
    return replace(
        resolution,
        place=area,
        candidates=(Candidate(place=area, name=area.name, match="near", score=1.0),),
        explanation=f'The gazetteer has no place that goes by "{resolution.mention.text}"; '
        f"the text says: {told}.",
    )


def with_relations(text: str, resolutions: Sequence[Resolution]) -> list[Resolution]:
    """Add to resolutions, ordered by `start`, the areas that the text tells by them.

    Each is approximate and stands on the words of the relation, so that nothing overlaps.
    """
    placed = [r for r in resolutions if r.mention.kind == "literal"]
    added = []
    for relation in find_relations(text, [r.mention for r in placed]):
        anchors = [placed[n] for n in relation.of]
        area = area_of(relation, [r.place for r in anchors], [r.mention.text for r in anchors])
        if area is None:
            continue
        start, end = relation.start, relation.end
        confidence = min(r.confidence for r in anchors) * _SURE[relation.kind]
        added.append(
            Resolution(
                mention=Mention(start=start, end=end, text=text[start:end]),
                place=area,
                confidence=round(confidence, 4),
                candidates=(Candidate(place=area, name=area.name, match="near", score=1.0),),
                approximate=True,
                explanation=f"Told by {' and '.join(r.mention.text for r in anchors)}; "
                f"lies within about {area.radius_km:,.0f} km of this point.",
            )
        )
    return sorted([*resolutions, *added], key=lambda r: (r.mention.start, -r.mention.end))


def area_of(
    relation: Relation, places: Sequence[Place | None], names: Sequence[str]
) -> Place | None:
    """Return the area that a relation tells by resolved places; None where one is missing."""
    known = [place for place in places if place is not None]
    if len(known) < len(places):
        return None
    if relation.kind == "border":
        return _border_area(known[0], known[1], names)
    [anchor] = known
    size = anchor.radius_km or 0.0
    point = (anchor.latitude, anchor.longitude)
    if relation.bearing is not None:
        distance = relation.distance_km
        told = distance is not None
        distance = distance if distance is not None else _SIDE_KM + size
        point = _offset(point, relation.bearing, distance)
        radius = _ROUNDED * distance + min(size, distance) if told else distance
    else:
        radius = (relation.distance_km or _AROUND_KM) * (1 + _ROUNDED) + size
    return _area(relation.kind, names, point, max(_LEAST_RADIUS_KM, radius), anchor)


def _offset(point: tuple[float, float], bearing: float, km: float) -> tuple[float, float]:
    from geopy.distance import geodesic

    at = geodesic(kilometers=km).destination(point, bearing=bearing)
    return at.latitude, at.longitude


def _border_area(one: Place, other: Place, names: Sequence[str]) -> Place | None:
    """Return where two areas meet: between their points, as far from each as it is large."""
    first, second = one.radius_km or 1.0, other.radius_km or 1.0
    apart = great_circle_km(one.latitude, one.longitude, other.latitude, other.longitude)
    share = first / (first + second)
    east = (other.longitude - one.longitude + 180) % 360 - 180
    latitude = one.latitude + (other.latitude - one.latitude) * share
    longitude = (one.longitude + east * share + 180) % 360 - 180
    # No border is longer than the smaller of two neighbors is wide, as a rule.
    radius = max(20.0, min(first, second, apart))
    return _area("border", names, (latitude, longitude), radius, None)


def _area(
    kind: str,
    names: Sequence[str],
    point: tuple[float, float],
    radius_km: float,
    anchor: Place | None,
) -> Place:
    latitude, longitude = round(point[0], 4), round(point[1], 4)
    name = {"border": "border of "}.get(kind, "near ") + " and ".join(names)
    return Place(
        id=f"relation:{latitude:.4f},{longitude:.4f}",
        name=name,
        latitude=latitude,
        longitude=longitude,
        feature_class="L",
        feature_code="RGN",
        country_code=anchor.country_code if anchor else None,
        admin1=anchor.admin1 if anchor else None,
        admin1_code=anchor.admin1_code if anchor else None,
        radius_km=round(radius_km, 1) if math.isfinite(radius_km) else None,
        source="text",
    )
