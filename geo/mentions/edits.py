"""What somebody changed in a row: another point, another place, or no place at all."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from geo.corrections import AppliesTo, Correction
from geo.errors import FormatError
from geo.exporters.records import place_of
from geo.geocoders.search import nearest, search
from geo.mentions.files import MentionRow
from geo.names import fold
from geo.place import Place
from geo.protocols import Gazetteer

__all__ = ["Edited", "can_tell", "corrections_of", "edited"]

# Rows hold 5 decimals of a degree, so what was not touched differs by half of the last at most.
_SAME_DEGREES = 0.00002
#: Ids that spell their point: of coordinates in a text, of earlier corrections, of relations.
_SPELLED = re.compile(
    r"(?:coordinates|correction|relation):(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)", re.ASCII
)
#: As far as places around a point tell in which country it lies, if they agree.
_AROUND_KM = 50.0
#: Ids of names that were placed at one the text has them beside: that one's id follows.
_NEAR = "near:"
_AROUND = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What a row says now that it did not say when it was written."""

    place: Place | None  #: None: somebody emptied the cells, so it is not a place
    how: str  #: as "another point", for people


def edited(
    row: MentionRow, gazetteer: Gazetteer, *, before: Mapping[str, object] | None = None
) -> Edited | None:
    """Tell what somebody changed in a row; `None` where nothing was.

    Parameters
    ----------
    row
        As it is now.
    gazetteer
        Says where the place of `place_id` lies and what it is called, and what another name
        means. A place that it does not know counts as unchanged.
    before
        The row as it was written, if that is at hand; then nothing is left to the gazetteer.

    Raises
    ------
    FormatError
        The cells make no point, or name a place that nobody knows; the message says which row.
    """
    values = row.values
    latitude, longitude = values["latitude"], values["longitude"]
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        raise FormatError(f"{row}: {missing} is empty. Give both, or neither.")
    was = _before(row, gazetteer, before)
    if latitude is None:
        return _without_a_point(row, gazetteer, was, before)
    assert isinstance(latitude, float)
    assert isinstance(longitude, float)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise FormatError(
            f"{row}: {latitude:g}, {longitude:g} is no latitude and longitude in degrees. "
            "Mend the cells."
        )
    if was is None:
        known = values["place_id"] is not None and before is None
        return None if known else Edited(place=_point(row, gazetteer), how="a point")
    moved = not _is_at(was, latitude, longitude)
    identity = before is not None and values["place_id"] not in (None, was.id)
    if identity and not moved:
        known_place = gazetteer.place(str(values["place_id"]))
        if known_place is None:
            raise FormatError(f"{row}: no place has the id {values['place_id']}. Mend the cell.")
        return Edited(place=known_place, how="another place")
    if moved:
        return Edited(place=_point(row, gazetteer), how="another point")
    if values["place"] is None or _same_name(str(values["place"]), was.name):
        return None
    place = _named(row, gazetteer)
    if place is not None:
        return None if place.id == was.id else Edited(place=place, how="another place")
    return Edited(place=replace(was, name=str(values["place"])), how="another name")


def can_tell(row: MentionRow, gazetteer: Gazetteer) -> bool:
    """Tell whether `edited` can know, without the row as it was, what its place was."""
    return row.values["place_id"] is None or _before(row, gazetteer, None) is not None


def corrections_of(
    rows: Iterable[MentionRow],
    gazetteer: Gazetteer,
    *,
    before: Mapping[tuple[object, object, object], Mapping[str, object]] | None = None,
    created: dt.datetime | None = None,
    author: str = "",
    applies_to: AppliesTo = "mention",
) -> Iterator[Correction | FormatError]:
    """Yield a correction for each row that was edited, and an error for each that makes none.

    Parameters
    ----------
    before
        The rows as they were written, by `document_id`, `start` and `end`.
    created
        When it was said, with a time zone.
    """
    for row in rows:
        values = row.values
        key = (values["document_id"], values["start"], values["end"])
        try:
            change = edited(row, gazetteer, before=None if before is None else before.get(key))
        except FormatError as error:
            yield error
            continue
        if change is not None:
            yield Correction(
                document_id=str(values["document_id"]),
                start=int(str(values["start"])),
                end=int(str(values["end"])),
                mention=str(values["mention"]),
                action="reject" if change.place is None else "place",
                place=change.place,
                applies_to=applies_to,
                created=created,
                author=author,
                note=f"{change.how} in {row}",
            )


def _before(
    row: MentionRow, gazetteer: Gazetteer, before: Mapping[str, object] | None
) -> Place | None:
    if before is not None:
        return place_of(before)
    place_id = str(row.values["place_id"] or "")
    found = _SPELLED.fullmatch(place_id)
    if found is None:
        return _beside(row, gazetteer) or (gazetteer.place(place_id) if place_id else None)
    try:
        name = str(row.values["place"] or row.values["mention"])
        return Place(id=place_id, name=name, latitude=float(found[1]), longitude=float(found[2]))
    except ValueError:
        return None


def _beside(row: MentionRow, gazetteer: Gazetteer) -> Place | None:
    """Return the place that the resolver made for a name beside one it knows; else `None`."""
    place_id = str(row.values["place_id"] or "")
    known = place_id.startswith(_NEAR) and gazetteer.place(place_id.removeprefix(_NEAR))
    return replace(known, id=place_id, name=f"near {known.name}") if known else None


def _without_a_point(
    row: MentionRow,
    gazetteer: Gazetteer,
    was: Place | None,
    before: Mapping[str, object] | None,
) -> Edited | None:
    values = row.values
    name = values["place"]
    if name is not None:
        place = _named(row, gazetteer)
        if place is None:
            raise FormatError(
                f'{row}: no place goes by "{name}". Check the spelling, or give latitude and '
                "longitude."
            )
        return Edited(place=place, how="another place" if was else "a place")
    if values["place_id"] is not None and before is None and was is not None:
        return Edited(place=was, how="a place")
    # A mention that was not placed has its reason; one without was placed, and is no more.
    placed = before.get("place_id") is not None if before is not None else not values["reason"]
    return Edited(place=None, how="no place") if placed else None


def _named(row: MentionRow, gazetteer: Gazetteer) -> Place | None:
    """Return the place of the name in the row: among its alternatives, else the likeliest."""
    name = str(row.values["place"])
    others = row.values["alternatives"]
    for one in others if isinstance(others, list) else []:
        if isinstance(one, dict) and _same_name(str(one.get("place")), name):
            found = gazetteer.place(str(one.get("place_id")))
            if found is not None:
                return found
    candidates = search(gazetteer, name, limit=1).candidates
    return candidates[0].place if candidates else None


def _point(row: MentionRow, gazetteer: Gazetteer) -> Place:
    """Return the point in the row as a place of its own; what lies around says its country."""
    latitude, longitude = float(str(row.values["latitude"])), float(str(row.values["longitude"]))
    around = nearest(gazetteer, (latitude, longitude), radius_km=_AROUND_KM, limit=_AROUND)
    countries = {place.country_code for _, place in around}
    beside = _beside(row, gazetteer)
    # It is no longer near what it was placed at.
    stale = beside is not None and row.values["place"] == beside.name
    return Place(
        id=f"correction:{latitude:.5f},{longitude:.5f}",
        name=" ".join(str((not stale and row.values["place"]) or row.values["mention"]).split()),
        latitude=latitude,
        longitude=longitude,
        country_code=countries.pop() if len(countries) == 1 else None,
    )


def _is_at(place: Place, latitude: float, longitude: float) -> bool:
    return (
        abs(place.latitude - latitude) <= _SAME_DEGREES
        and abs(place.longitude - longitude) <= _SAME_DEGREES
    )


def _same_name(one: str, other: str) -> bool:
    return fold(one) == fold(other)
