"""Small US places: the names of the postal service's ZIP areas that city lists lack."""

from collections import defaultdict
from collections.abc import Iterator

from geo.gazetteer.entry import Entry

__all__ = ["read"]


def read() -> Iterator[Entry]:
    """Yield a place for each name and state, at the mean of its ZIP areas."""
    import zipcodes

    areas: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for area in zipcodes.list_all():  # type: ignore[no-untyped-call]  # it has no types
        if area["country"] != "US" or not area["lat"] or area["zip_code_type"] == "MILITARY":
            continue
        point = (float(area["lat"]), float(area["long"]))
        for name in {area["city"], *area["acceptable_cities"]}:
            if name and not any(c.isdigit() for c in name):
                areas[area["state"], name].append(point)
    for (state, name), points in sorted(areas.items()):
        latitude = sum(p[0] for p in points) / len(points)
        longitude = sum(p[1] for p in points) / len(points)
        yield Entry(
            id=f"zip:{state}:{name.replace(' ', '_')}",
            name=name,
            latitude=round(latitude, 4),
            longitude=round(longitude, 4),
            source="zipcodes",
            feature_class="P",
            feature_code="PPL",
            country_code="US",
            admin1=f"US.{state}",
        )
