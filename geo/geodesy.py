"""Distances on a sphere, fast enough for the hot path; `geopy.distance.geodesic` is exact."""

import math

__all__ = ["great_circle_km"]

#: Mean diameter of the Earth, km.
_DIAMETER_KM = 12742.0


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the distance of two points in degrees WGS84, within 0.5 % of the ellipsoid's."""
    a, b = math.radians(lat1), math.radians(lat2)
    h = (
        math.sin((b - a) / 2) ** 2
        + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return _DIAMETER_KM * math.asin(min(1.0, math.sqrt(h)))
