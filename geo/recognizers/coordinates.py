"""Find coordinates that are written in a text: decimal, DMS, MGRS, UTM, `geo:` and map links.

Each notation needs a mark of its own, because texts are full of harmless numbers: a degree sign, a
hemisphere on both halves, a label, a scheme, or enough decimals. What can be read in two ways is
not read: it would be a wrong pin.
"""

import math
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

__all__ = ["Coordinates", "Notation", "find_coordinates"]

Notation = Literal["decimal", "dms", "geo-uri", "iso-6709", "link", "mgrs", "plus-code", "utm"]


class Coordinates(NamedTuple):
    """A point written in a text: `text[start:end]` is what says it."""

    start: int
    end: int
    latitude: float  #: degrees, WGS84
    longitude: float
    notation: Notation


def find_coordinates(text: str) -> list[Coordinates]:
    r"""Return the points that are written in `text`, in order; they do not overlap.

    Of decimal pairs without any mark those are read that have at least three decimals in both
    halves (about 100 m), a comma, semicolon or slash between them, and no further number in the
    row; with just three in both, which a European writes for thousands, only in brackets. MGRS
    needs four digits and four. "50 N 30 E", "12 30 45", "2.5, 3.5" and dates are no points.
    Latitude goes first where no hemisphere, label or link says otherwise.

    Examples
    --------
    >>> [found] = find_coordinates("The base (42°51'11\"N 74°50'47\"E) lies near Bishkek.")
    >>> round(found.latitude, 4), round(found.longitude, 4), found.notation
    (42.8531, 74.8464, 'dms')
    """
    found = [one for scan in _SCANS for one in scan(text)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Coordinates] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _point(
    start: int, end: int, latitude: float, longitude: float, notation: Notation
) -> Iterator[Coordinates]:
    """Yield the point if it lies on Earth."""
    if abs(latitude) <= 90 and abs(longitude) <= 180:  # false for nan too
        yield Coordinates(start, end, latitude, longitude, notation)


# --- degrees, minutes, seconds -------------------------------------------------------------------

_GAP = "[ \\t\u00a0\u2009\u202f]"
_HEMISPHERE = (
    r"[NSEW](?![\w'’])|(?i:north|south|east|west)\b|"
    rf"[сСюЮ]\.?{_GAP}?[шШ]\b\.?|[вВзЗ]\.?{_GAP}?[дД]\b\.?"
)
_SIDES = {"с": "N", "ю": "S", "в": "E", "з": "W"}


def _half(name: str, *, before: bool, after: bool) -> str:
    """Return the pattern of one half; all its groups begin with `name`."""
    leading = rf"(?P<{name}side>[NSEW])[ .:]?{_GAP}?" if before else ""
    trailing = rf"{_GAP}?(?P<{name}side>{_HEMISPHERE})" if after else ""
    return rf"""
        {leading}
        (?P<{name}sign>[-−+])?
        (?P<{name}d>\d{{1,3}}(?:[.,]\d{{1,12}})?)
        (?:{_GAP}?(?P<{name}dmark>[°º˚]|d(?=\d)|(?i:deg(?:rees?)?\b\.?)))?
        (?:
            (?:{_GAP}{{1,2}}|-|(?<=[°º˚d])|(?<=[°º˚]{_GAP}))
            (?P<{name}m>\d{{1,2}}(?:[.,]\d{{1,12}})?)
            (?:{_GAP}?(?P<{name}mmark>['′’‘´`]|m(?=\d)|(?i:min(?:utes?)?\b\.?)))?
            (?:
                (?:{_GAP}{{1,2}}|-|(?<=['′’‘´`m])|(?<=['′’‘´`]{_GAP}))
                (?P<{name}s>\d{{1,2}}(?:[.,]\d{{1,12}})?)
                (?:{_GAP}?(?P<{name}smark>["″”“]|''|′′|’’|s(?=[NSEW ,;])|(?i:sec(?:onds?)?\b\.?)))?
            )?
        )?
        {trailing}
    """


_BETWEEN = rf"(?:{_GAP}?[,;/|]{_GAP}?|\s{{1,2}}|,\s{{1,2}}|,?{_GAP}(?:and|by|и){_GAP})"
_LONGITUDE_WORD = r"(?:(?i:longitude|long?)\b[.:]?[ ]?)?"


def _pair(*, before: bool, after: bool) -> "re.Pattern[str]":
    first, second = (_half(name, before=before, after=after) for name in ("a", "b"))
    # Where each half is marked by its side, nothing need stand between them.
    between = _BETWEEN + ("?" if before or after else "")
    return re.compile(rf"(?<![\w.]){first}{between}{_LONGITUDE_WORD}{second}(?![\w])", re.VERBOSE)


_SIDED = (_pair(before=True, after=False), _pair(before=False, after=True))
_SIGNED = _pair(before=False, after=False)


def _dms(text: str) -> Iterator[Coordinates]:
    for pattern in _SIDED:
        for match in pattern.finditer(text):
            sides = [_side(match["aside"]), _side(match["bside"])]
            if "".join(sides) not in _ORDERS:
                continue
            first, second = (
                _degrees(match, name, side) for name, side in zip("ab", sides, strict=True)
            )
            if first is None or second is None:
                continue
            if sides[0] in "EW":
                first, second = second, first
            yield from _point(match.start(), match.end(), first, second, _notation(match))
    for match in _SIGNED.finditer(text):
        # "30°, 35°" are temperatures or turns.
        exact = all(match[n + "m"] or _decimals(match[n + "d"]) >= 3 for n in "ab")
        if match["admark"] and match["bdmark"] and exact:
            latitude, longitude = (_degrees(match, name, "") for name in "ab")
            if latitude is not None and longitude is not None:
                yield from _point(match.start(), match.end(), latitude, longitude, _notation(match))


_ORDERS = frozenset(a + b for pair in ("NS EW", "EW NS") for a in pair[:2] for b in pair[3:])


def _side(written: str) -> str:
    first = written[0]
    return _SIDES.get(first.lower(), first.upper())


def _degrees(match: "re.Match[str]", name: str, side: str) -> float | None:
    """Return the value of one half in degrees; `None` where it has no mark or is no angle."""
    d, m, s = (match[name + part] for part in "dms")
    if side and match[name + "sign"] and match[name + "sign"] != "+":
        return None  # "-74.8 W" is east or west
    degrees, minutes, seconds = _number(d), _number(m), _number(s)
    whole = "." not in d and "," not in d
    if (m and not whole) or (s and ("." in m or "," in m)):
        return None
    if minutes >= 60 or seconds >= 60:
        return None
    marked = match[name + "dmark"] or match[name + "mmark"]
    # Without marks: "42.8532", "42 51.18" and "42 51 11", but not "50" or "12 30".
    enough = _decimals(d) >= 3 if not m else bool(s) or len(m) > 2
    if not marked and not (side and enough):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    negative = side in ("S", "W") or match[name + "sign"] in ("-", "−")
    return -value if negative else value


def _number(written: str | None) -> float:
    return float(written.replace(",", ".")) if written else 0.0


def _notation(match: "re.Match[str]") -> Notation:
    return "dms" if match["am"] or match["bm"] else "decimal"


_COMPACT = re.compile(
    r"(?<!\w)(\d\d)([0-5]\d)([0-5]\d(?:\.\d{1,4})?)?([NS])[ /,]?[ ]?"
    r"([01]\d\d)([0-5]\d)([0-5]\d(?:\.\d{1,4})?)?([EW])(?!\w)"
)


def _compact(text: str) -> Iterator[Coordinates]:
    """Yield the points of aviation: `4251N07450E`, `425111N 0745047E`."""
    for match in _COMPACT.finditer(text):
        d, m, s, north, far, minutes, seconds, east = match.groups()
        if (s is None) != (seconds is None):
            continue
        latitude = int(d) + int(m) / 60 + float(s or 0) / 3600
        longitude = int(far) + int(minutes) / 60 + float(seconds or 0) / 3600
        yield from _point(
            *match.span(),
            -latitude if north == "S" else latitude,
            -longitude if east == "W" else longitude,
            "dms",
        )


# --- decimal degrees -----------------------------------------------------------------------------

_FLOAT = r"[-−+]?\d{1,3}\.\d{1,15}"
_BARE = re.compile(
    r"""
    (?<![\w.,$€£¥%+−-])(?<!\d[,;/]\s)(?<!\d[,;/])(?<!\d\s)
    (?P<open>[(\[])?
    (?P<a>[-−+]?\d{1,2}\.\d{3,15})
    (?:\s?[,;/]\s?)
    (?P<b>[-−+]?\d{1,3}\.\d{3,15})
    (?P<close>[)\]])?
    (?![\w%€£$°º˚]|[.,;/]\d|[,;/]\s[-−+]?\d|\s\d)
    """,
    re.VERBOSE,
)
#: A decimal comma. Four digits after it, since three may be thousands.
_COMMAS = re.compile(
    r"(?<![\w.,$€£¥%+−-])([-−+]?\d{1,2},\d{4,15})\s?;\s?([-−+]?\d{1,3},\d{4,15})(?![\w%]|[.,;]\s?\d)"
)
_MARK = r"[\"'”]?\s?[:=]?\s?[\"'“]?"
_LABELLED = re.compile(
    rf"""
    \b(?:
        (?P<first>lat(?:itude)?)\b\.?{_MARK}(?P<a>{_FLOAT}|[-−+]?\d{{1,3}})\b[\"'”°]?
        (?:\s?[,;&/]\s?|\s{{1,2}}|,?\s(?:and|by)\s|\s?[,;]\s?[\"'“])
        (?P<second>long?(?:gitude)?|lng)\b\.?{_MARK}(?P<b>{_FLOAT}|[-−+]?\d{{1,3}})\b(?!\.\d)[\"'”°]?
      |
        (?P<third>long?(?:gitude)?|lng)\b\.?{_MARK}(?P<d>{_FLOAT}|[-−+]?\d{{1,3}})\b[\"'”°]?
        (?:\s?[,;&/]\s?|\s{{1,2}}|,?\s(?:and|by)\s|\s?[,;]\s?[\"'“])
        (?P<fourth>lat(?:itude)?)\b\.?{_MARK}(?P<c>{_FLOAT}|[-−+]?\d{{1,3}})\b(?!\.\d)[\"'”°]?
      |
        (?:coordinates?|coords?|gps|lat{_GAP}?[/,]{_GAP}?(?:long?|lng))\b
        (?:\s(?:are|is|of|at))?\s?[:=]?\s?[(\[]?
        (?P<e>{_FLOAT})°?(?:\s?[,;/]\s?|\s)(?P<f>{_FLOAT})°?(?![\w%]|\.\d|\s?[NSEW]\b)
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def _bare(text: str) -> Iterator[Coordinates]:
    for match in _BARE.finditer(text):
        a, b = match["a"], match["b"]
        bracketed = match["open"] and match["close"]
        if not bracketed and _decimals(a) == 3 and _decimals(b) == 3:
            continue
        yield from _point(match.start("a"), match.end("b"), _value(a), _value(b), "decimal")
    for match in _COMMAS.finditer(text):
        yield from _point(*match.span(), _value(match[1]), _value(match[2]), "decimal")


def _labelled(text: str) -> Iterator[Coordinates]:
    for match in _LABELLED.finditer(text):
        for latitude, longitude in (("a", "b"), ("c", "d"), ("e", "f")):
            if match[latitude]:
                start = match.start("e" if latitude == "e" else 0)
                end = max(match.end(latitude), match.end(longitude))
                values = _value(match[latitude]), _value(match[longitude])
                yield from _point(start, end, *values, "decimal")


def _decimals(written: str) -> int:
    return len(written.replace(",", ".").partition(".")[2])


def _value(written: str) -> float:
    return float(written.replace("−", "-").replace(",", "."))


# --- addresses and codes -------------------------------------------------------------------------

_GEO_URI = re.compile(
    r"(?<!\w)geo:(-?\d{1,3}(?:\.\d{1,15})?),(-?\d{1,3}(?:\.\d{1,15})?)"
    r"(?:,-?\d{1,6}(?:\.\d{1,9})?)?((?:;[A-Za-z0-9-]{1,40}(?:=[\w.%-]{1,40})?){0,9})",
    re.IGNORECASE,
)
_ISO_6709 = re.compile(
    r"(?<![\w.+-])([+-])(\d{2}|\d{4}|\d{6})(\.\d{1,12})?([+-])(\d{3}|\d{5}|\d{7})(\.\d{1,12})?"
    r"(?:[+-]\d{1,5}(?:\.\d{1,6})?)?(?:CRSWGS_84)?/"
)
_PLAIN = r"(-?\d{1,3}\.\d{2,15})"
_LINKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<=/@){_PLAIN},{_PLAIN}(?=,|\b)",
        rf"(?<=[?&/]){{0}}(?:q|ll|sll|center|query|daddr|saddr|destination|cp)=(?:loc:)?"
        rf"{_PLAIN}(?:,|%2C|~)(?:\+|%20)?{_PLAIN}",
        rf"(?<=#map=)\d{{1,2}}/{_PLAIN}/{_PLAIN}",
        rf"mlat={_PLAIN}&(?:amp;)?mlon={_PLAIN}",
        rf"!3d{_PLAIN}!4d{_PLAIN}",
    )
)


def _geo_uri(text: str) -> Iterator[Coordinates]:
    for match in _GEO_URI.finditer(text):
        crs = re.search(r";crs=([\w-]+)", match[3], re.IGNORECASE)
        if crs is None or crs[1].lower() == "wgs84":
            yield from _point(*match.span(), float(match[1]), float(match[2]), "geo-uri")


def _iso_6709(text: str) -> Iterator[Coordinates]:
    for match in _ISO_6709.finditer(text):
        south, d, fraction, west, e, more = match.groups()
        if len(d) != len(e) - 1:
            continue
        latitude, longitude = _sexagesimal(d, fraction, 2), _sexagesimal(e, more, 3)
        if math.isnan(latitude + longitude):
            continue
        yield from _point(
            *match.span(),
            -latitude if south == "-" else latitude,
            -longitude if west == "-" else longitude,
            "iso-6709",
        )


def _sexagesimal(digits: str, fraction: str | None, degree_digits: int) -> float:
    parts = [digits[:degree_digits]]
    parts += [digits[at : at + 2] for at in range(degree_digits, len(digits), 2)]
    parts[-1] += fraction or ""
    if any(float(part) >= 60 for part in parts[1:]):
        return math.nan
    return math.fsum(float(part) / 60**power for power, part in enumerate(parts))


def _links(text: str) -> Iterator[Coordinates]:
    if "/" not in text:
        return
    for pattern in _LINKS:
        for match in pattern.finditer(text):
            span = match.start(1), match.end(2)
            yield from _point(*span, float(match[1]), float(match[2]), "link")


_MGRS = re.compile(
    rf"(?<![\w.])(\d{{1,2}}[C-HJ-NP-X]){_GAP}?([A-HJ-NP-Z][A-HJ-NP-V])"
    rf"{_GAP}?(?:(\d{{8}}|\d{{10}})|(\d{{4}}){_GAP}(\d{{4}})|(\d{{5}}){_GAP}(\d{{5}}))(?!\w)"
)
_UTM = re.compile(
    rf"""
    (?<![\w.])(?:(?i:zone){_GAP})?(?P<zone>\d{{1,2}}){_GAP}?(?P<band>[C-HJ-NP-X])
    [,:]?{_GAP}(?P<e0>E{_GAP}?)?(?P<easting>\d{{6}}(?:\.\d{{1,4}})?){_GAP}?(?P<e1>m?{_GAP}?E\b|m\b)?
    [,;/]?{_GAP}(?P<n0>N{_GAP}?)?(?P<northing>\d{{1,8}}(?:\.\d{{1,4}})?){_GAP}?(?P<n1>m?{_GAP}?N\b|m\b)?
    (?![\w]|\.\d)
    """,
    re.VERBOSE,
)
#: Rows of the grid, eight degrees each from 80 degrees south.
_BANDS = "CDEFGHJKLMNPQRSTUVWX"


def _mgrs(text: str) -> Iterator[Coordinates]:
    for match in _MGRS.finditer(text):
        zone, square, *digits = match.groups()
        point = _of_mgrs(zone.zfill(3) + square + "".join(filter(None, digits)))
        if point is not None:
            yield from _point(*match.span(), *point, "mgrs")


def _utm(text: str) -> Iterator[Coordinates]:
    for match in _UTM.finditer(text):
        zone, band = int(match["zone"]), match["band"]
        easting, northing = float(match["easting"]), float(match["northing"])
        marked = (match["e0"] or match["e1"]) and (match["n0"] or match["n1"])
        if not 1 <= zone <= 60 or northing > 10_000_000 or (northing < 1_000_000 and not marked):
            continue
        # "43N" is the row just north of the equator, or all of the north: the northing tells.
        found = [
            point
            for north in (True, False)
            if (point := _of_utm(zone, easting, northing, north=north)) is not None
            and _BANDS[min(19, int((point[0] + 80) // 8))] == band
        ]
        if not found and band in "NS":
            found = [p for p in [_of_utm(zone, easting, northing, north=band == "N")] if p]
        if found:
            yield from _point(*match.span(), *found[0], "utm")


def _of_mgrs(code: str) -> tuple[float, float] | None:
    import mgrs

    try:
        latitude, longitude = mgrs.MGRS().toLatLon(code)
    except (mgrs.core.MGRSError, ValueError, RuntimeError):
        return None  # a square that this zone does not have
    return float(latitude), float(longitude)


def _of_utm(
    zone: int, easting: float, northing: float, *, north: bool
) -> tuple[float, float] | None:
    import mgrs

    try:
        code = mgrs.MGRS().UTMToMGRS(zone, "N" if north else "S", easting, northing, 5)
    except (mgrs.core.MGRSError, ValueError, RuntimeError):
        return None
    return _of_mgrs(code)


_PLUS_DIGITS = "23456789CFGHJMPQRVWX"
_PLUS_CODE = re.compile(rf"(?<![\w+])([{_PLUS_DIGITS}]{{8}})\+([{_PLUS_DIGITS}]{{2,3}})(?![\w+])")


def _plus_codes(text: str) -> Iterator[Coordinates]:
    """Yield the full codes of Open Location Code; short ones need a place to start from."""
    for match in _PLUS_CODE.finditer(text):
        digits = [_PLUS_DIGITS.index(digit) for digit in match[1] + match[2]]
        latitude, longitude, step = -90.0, -180.0, 400.0
        for north, east in zip(digits[0:10:2], digits[1:10:2], strict=True):
            step /= 20
            latitude, longitude = latitude + north * step, longitude + east * step
        height = width = step
        for digit in digits[10:]:
            height, width = height / 5, width / 4
            latitude, longitude = latitude + digit // 4 * height, longitude + digit % 4 * width
        yield from _point(*match.span(), latitude + height / 2, longitude + width / 2, "plus-code")


_SCANS = (_geo_uri, _links, _iso_6709, _dms, _compact, _labelled, _bare, _mgrs, _utm, _plus_codes)
