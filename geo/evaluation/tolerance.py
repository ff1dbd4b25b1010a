"""How far from a country's gold point still lies within the country.

Corpora put the point of a country in different places: its capital, its middle, Wikipedia's
choice. With `--tolerant` a country is right within the radius of a disc of its area.
"""

import csv
from functools import cache
from importlib.resources import files

__all__ = ["country_radius_km"]


def country_radius_km(name: str) -> float:
    """Return the radius of a disc of the area of the country of that name, km; else 0.

    Only current and common former names of whole countries count, in any case, with or without
    "the". The areas are those of the countries in the gazetteer.

    >>> country_radius_km("the Netherlands"), country_radius_km("Texas")
    (115.0, 0.0)
    """
    return _radii().get(name.lower().removeprefix("the "), 0.0)


@cache
def _radii() -> dict[str, float]:
    table = files("geo.evaluation").joinpath("country_radii.csv")
    with table.open(encoding="utf-8") as lines:
        return {row["name"]: float(row["radius_km"]) for row in csv.DictReader(lines)}
