"""Country shapes and labels by ISO 3166-1 alpha-2 code, from the atlas nearer to the UN's view.

Areas without a code of their own join the country that the UN's maps show them in (northern
Cyprus: `CY`, Somaliland: `SO`); the Siachen glacier, which no code covers, stays blank. Overseas
areas that the atlas draws with their state, but that ISO codes, become shapes of their own, so
that an article about France does not tint South America.
"""

import math
from typing import Any

import numpy as np
import pycountry
import shapely
from basemap_sources import Atlas, Country, Inputs, Point, planar
from shapely.geometry.base import BaseGeometry

#: Tolerance of the simplified arcs, degrees; the shapes are drawn up to zoom 5.
TOLERANCE = 0.05
#: Islands smaller than this, square degrees, are left out where the country has larger ones.
SMALLEST = 0.01
#: Radius of the sphere with the Earth's area, km.
AUTHALIC_RADIUS_KM = 6371.0072

JOINED = {"CYN": "CY", "SOL": "SO", "XKX": "XK", "ATC": "AU"}

#: Areas to take out of a state's shape: code, the state's code, box (west, south, east, north).
OVERSEAS = (
    ("GF", "FR", (-56.0, 1.5, -51.0, 6.5)),
    ("GP", "FR", (-62.0, 15.7, -60.9, 16.6)),
    ("MQ", "FR", (-61.4, 14.3, -60.7, 15.0)),
    ("RE", "FR", (55.0, -21.6, 56.0, -20.7)),
    ("YT", "FR", (44.9, -13.1, 45.4, -12.5)),
    ("SJ", "NO", (-10.0, 70.5, 36.0, 81.5)),
    ("BQ", "NL", (-69.0, 11.9, -62.5, 18.0)),
    ("CX", "IOA", (105.0, -11.0, 106.0, -10.0)),
)
# Svalbard's box holds a corner of the mainland, Nordkapp; only islands north of it are meant.
SVALBARD_SOUTH = 73.5

#: Too small for the atlas: code, latitude, longitude, radius in km of the disk with their area.
SPECKS = (
    ("BV", -54.42, 3.36, 4.0),
    ("CC", -12.17, 96.83, 2.1),
    ("GI", 36.14, -5.35, 1.5),
    ("TK", -9.2, -171.85, 2.0),
    ("VA", 41.9, 12.45, 0.4),
)

#: Names where the input abbreviates, or is not the name in general use.
NAMES = {
    "AG": "Antigua and Barbuda",
    "AX": "Åland",
    "BA": "Bosnia and Herzegovina",
    "BL": "Saint Barthélemy",
    "BV": "Bouvet Island",
    "BQ": "Caribbean Netherlands",
    "CC": "Cocos Islands",
    "CD": "DR Congo",
    "CF": "Central African Republic",
    "CG": "Republic of the Congo",
    "CK": "Cook Islands",
    "CX": "Christmas Island",
    "DO": "Dominican Republic",
    "EH": "Western Sahara",
    "FK": "Falkland Islands (Malvinas)",
    "FM": "Micronesia",
    "FO": "Faroe Islands",
    "GI": "Gibraltar",
    "GF": "French Guiana",
    "GP": "Guadeloupe",
    "GQ": "Equatorial Guinea",
    "GS": "South Georgia and the South Sandwich Islands",
    "HM": "Heard and McDonald Islands",
    "IO": "British Indian Ocean Territory",
    "KN": "Saint Kitts and Nevis",
    "KY": "Cayman Islands",
    "MF": "Saint Martin",
    "MH": "Marshall Islands",
    "MP": "Northern Mariana Islands",
    "MQ": "Martinique",
    "PF": "French Polynesia",
    "PM": "Saint Pierre and Miquelon",
    "PN": "Pitcairn Islands",
    "RE": "Réunion",
    "SB": "Solomon Islands",
    "SJ": "Svalbard and Jan Mayen",
    "SS": "South Sudan",
    "ST": "São Tomé and Príncipe",
    "SZ": "Eswatini",
    "TC": "Turks and Caicos Islands",
    "TF": "French Southern Lands",
    "TK": "Tokelau",
    "TR": "Türkiye",
    "US": "United States",
    "VA": "Vatican City",
    "VC": "Saint Vincent and the Grenadines",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
    "WF": "Wallis and Futuna",
    "YT": "Mayotte",
}

Label = tuple[str, str, float, float, int, float, float]


def alpha2(code: str) -> str | None:
    """Turn an atlas's alpha-3 code into ISO's alpha-2; `None` for what ISO does not code."""
    if code in JOINED:
        return JOINED[code]
    country = pycountry.countries.get(alpha_3=code)
    return None if country is None else str(country.alpha_2)


def country_polygons(atlas: Atlas, *, tolerance: float) -> dict[str, BaseGeometry]:
    """Give each country's area, in degrees, cut at the antimeridian.

    Arcs are simplified before they are joined, so that neighbors keep a common border.
    """
    arcs = [_simplify(arc, tolerance) for arc in atlas.arcs]
    areas: dict[str, list[BaseGeometry]] = {}
    for country in atlas.countries:
        code = alpha2(country.code) or country.code
        area = planar(country.polygons, arcs)
        if area.is_empty:  # too small to be simplified
            area = planar(country.polygons, atlas.arcs)
        areas.setdefault(code, []).append(area)
    shapes = {code: shapely.union_all(parts) for code, parts in areas.items()}
    for code, state, box in OVERSEAS:
        inside: list[BaseGeometry] = []
        outside: list[BaseGeometry] = []
        for part in shapely.get_parts(shapes.get(state, shapely.Polygon())):
            (inside if _belongs(code, part, box) else outside).append(part)
        if inside:
            shapes[code] = shapely.union_all(inside)
            shapes[state] = shapely.union_all(outside)
    for code, latitude, longitude, radius_km in SPECKS:
        shapes[code] = shapely.Point(longitude, latitude).buffer(radius_km / 111)
    return {
        code: shape
        for code, shape in sorted(shapes.items())
        if len(code) == 2 and not shape.is_empty
    }


def main_polygons(shape: BaseGeometry) -> list[shapely.Polygon]:
    """Give a country's polygons, the largest first, without the islands too small to be seen."""
    parts = sorted(
        (p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"), key=lambda p: -p.area
    )
    large = [p for p in parts if p.area >= SMALLEST] or parts[:1]
    # The smallest states would vanish in the quantisation: give them a visible speck.
    return [p if p.area >= 0.0004 else p.centroid.buffer(0.02, quad_segs=1) for p in large]


def country_labels(
    inputs: Inputs, names: list[Country], exact: dict[str, BaseGeometry]
) -> list[Label]:
    """Give each country's label: code, name, latitude, longitude, rank, zoom, radius in km.

    Natural Earth's own points and ranks where the 1:110m table has them; for the rest the point
    furthest inside the largest polygon, and a zoom at which the country is worth a name.
    """
    known: dict[str, dict[str, Any]] = {  # Any: a row of the attribute table
        row["ISO_A2_EH"]: row for row in inputs.records("ne_110m_admin_0_countries")
    }
    atlas_names = {alpha2(c.code): c.name for c in names if c.code not in ("CYN", "SOL", "ATC")}
    labels: list[Label] = []
    for code, shape in exact.items():
        radius = round(math.sqrt(area_km2(shape) / math.pi), 1)
        row = known.get(code)
        if row is not None:
            name, longitude, latitude = row["NAME"], row["LABEL_X"], row["LABEL_Y"]
            rank, zoom = int(row["LABELRANK"]), float(row["MIN_LABEL"])
        else:
            name = atlas_names.get(code, code)
            longitude, latitude = _inner_point(shape)
            rank = 6 if radius > 50 else 7
            zoom = 4.5 if radius > 50 else 5.5 if radius > 12 else 6.5
        name = NAMES.get(code, name)
        labels.append((code, name, round(latitude, 2), round(longitude, 2), rank, zoom, radius))
    return sorted(labels, key=lambda label: (label[4], label[5], -label[6], label[0]))


def area_km2(shape: BaseGeometry) -> float:
    """Measure an area on the sphere: the cylinder projection of Lambert keeps it."""

    def project(xy: Any) -> Any:  # Any: arrays of numpy, untyped in shapely's stubs
        return np.column_stack((np.radians(xy[:, 0]), np.sin(np.radians(xy[:, 1]))))

    area: float = shapely.transform(shape, project).area
    return area * AUTHALIC_RADIUS_KM**2


def _inner_point(shape: BaseGeometry) -> Point:
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    center = shapely.maximum_inscribed_circle(largest, tolerance=0.01).coords[0]
    return float(center[0]), float(center[1])


def _belongs(code: str, part: BaseGeometry, box: tuple[float, float, float, float]) -> bool:
    point = part.representative_point()
    jan_mayen = code == "SJ" and point.x < 0
    if code == "SJ" and not jan_mayen and point.y < SVALBARD_SOUTH:
        return False
    return bool(shapely.box(*box).contains(point))


def _simplify(arc: list[Point], tolerance: float) -> list[Point]:
    if tolerance == 0 or len(arc) < 3:
        return arc
    simple = list(shapely.LineString(arc).simplify(tolerance, preserve_topology=False).coords)
    closed = arc[0] == arc[-1]
    return arc if closed and len(simple) < 4 else [(x, y) for x, y in simple]
