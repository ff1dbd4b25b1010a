"""From a row of the shared columns to the resolution that it was written from."""

from collections.abc import Mapping
from dataclasses import fields

from geo.document import Mention, Resolution
from geo.place import Bounds, Candidate, Place

__all__ = ["place_from", "place_of", "resolution_of"]


def resolution_of(row: Mapping[str, object]) -> Resolution:
    """Make the resolution that a row was written from, as far as it tells.

    Raises
    ------
    ValueError, KeyError, TypeError
        It is no such row: each record checks its own values.
    """
    place = place_of(row)
    alternatives = row.get("alternatives") or []
    if not isinstance(alternatives, list):
        raise TypeError('"alternatives" is not a list')
    others = [(place_of(one), one.get("confidence") or 0.0) for one in alternatives]
    known: dict[str, object] = {
        key: row[key] for key in ("kind", "role", "score") if row.get(key) is not None
    }
    return Resolution(
        mention=Mention(
            start=row["start"],  # type: ignore[arg-type]  # as above
            end=row["end"],  # type: ignore[arg-type]  # as above
            text=row["mention"],  # type: ignore[arg-type]  # as above
            **known,  # type: ignore[arg-type]  # as above
        ),
        place=place,
        confidence=row.get("confidence") or 0.0,  # type: ignore[arg-type]  # as above
        candidates=tuple(
            Candidate(place=p, name=str(row["mention"]), match="primary", score=score)
            for p, score in [*([(place, 1.0)] if place else []), *others]
            if p is not None
        ),
        origin=row.get("origin") or "resolver",  # type: ignore[arg-type]  # as above
        approximate=bool(row.get("approximate")),
        explanation=str(row.get("explanation") or ""),
        reason=None if place else row.get("reason") or "no-candidate",  # type: ignore[arg-type]
    )


def place_from(
    row: Mapping[str, object], *, bounds: Bounds | None = None, source: str | None = None
) -> Place:
    """Make the place of a row that has a `place_id`, or of one of its alternatives.

    Rows do not tell `bounds` and `source`.
    """
    return Place(
        id=str(row["place_id"]),
        name=str(row["place"]),
        bounds=bounds,
        source=source,
        **{key: row.get(key) for key in _SHARED},  # type: ignore[arg-type]  # checked by Place
    )


def place_of(row: Mapping[str, object]) -> Place | None:
    """Make the place of a row, or of one of its alternatives; `None` where it has no id."""
    return None if row.get("place_id") is None else place_from(row)


#: Fields of a place that are columns of the same name; no row has bounds or source.
_SHARED = {one.name for one in fields(Place)} - {"id", "name", "bounds", "source"}
