"""What a place is, in words, and what it lies in."""

from collections.abc import Mapping

from geo.place import Place

__all__ = ["feature_words", "path"]

#: GeoNames feature codes that texts name, in the words of a reader rather than of the code book.
_CODES = {
    "ADM1": "first-order division",
    "ADM2": "second-order division",
    "ADM3": "third-order division",
    "ADM4": "fourth-order division",
    "AIRB": "air base",
    "AIRF": "airfield",
    "AIRH": "heliport",
    "AIRP": "airport",
    "ANS": "archaeological site",
    "BAY": "bay",
    "BCH": "beach",
    "BDG": "bridge",
    "BLDG": "building",
    "CAPE": "cape",
    "CHN": "channel",
    "CMP": "camp",
    "CNL": "canal",
    "CONT": "continent",
    "CRSSG": "border crossing",
    "CSTL": "castle",
    "CSTM": "customs post",
    "DAM": "dam",
    "DLTA": "delta",
    "DSRT": "desert",
    "FRM": "farm",
    "GLCR": "glacier",
    "GULF": "gulf",
    "HLL": "hill",
    "HSP": "hospital",
    "INSM": "military installation",
    "ISL": "island",
    "ISLS": "islands",
    "LK": "lake",
    "LKS": "lakes",
    "MILB": "military base",
    "MN": "mine",
    "MNMT": "monument",
    "MT": "mountain",
    "MTS": "mountains",
    "NVB": "naval base",
    "OCN": "ocean",
    "OILF": "oil field",
    "PASS": "pass",
    "PCL": "country",
    "PCLD": "dependent territory",
    "PCLF": "freely associated state",
    "PCLH": "former country",
    "PCLI": "country",
    "PCLIX": "part of a country",
    "PCLS": "country",
    "PEN": "peninsula",
    "PK": "peak",
    "PLAT": "plateau",
    "PLN": "plain",
    "PP": "police post",
    "PPL": "populated place",
    "PPLA": "regional capital",
    "PPLA2": "district seat",
    "PPLA3": "populated place",
    "PPLA4": "populated place",
    "PPLC": "capital",
    "PPLG": "seat of government",
    "PPLH": "former populated place",
    "PPLL": "small settlement",
    "PPLX": "part of a town",
    "PRK": "park",
    "PRN": "prison",
    "PRT": "port",
    "PS": "power station",
    "RD": "road",
    "RES": "reserve",
    "RESN": "nature reserve",
    "RGN": "region",
    "RGNE": "economic region",
    "RGNH": "historical region",
    "RR": "railway",
    "RSTN": "railway station",
    "RSV": "reservoir",
    "RUIN": "ruins",
    "SCH": "school",
    "SEA": "sea",
    "STM": "river",
    "STMS": "rivers",
    "STRT": "strait",
    "TERR": "territory",
    "UNIV": "university",
    "VAL": "valley",
    "VLC": "volcano",
    "WTRF": "waterfall",
    "ZN": "zone",
}
_CLASSES = {
    "A": "administrative division",
    "H": "water",
    "L": "area",
    "P": "populated place",
    "R": "road or railway",
    "S": "site",
    "T": "landform",
    "U": "undersea feature",
    "V": "vegetation",
}
#: People from whom on a populated place is called a city.
_CITY = 100_000


def feature_words(place: Place) -> str:
    """Say what kind of place it is: `capital`, `air base`, `country`; `place` where unknown."""
    if place.id.startswith("near:"):  # the resolver's, for a name beside one it knows
        return "unlisted place"
    code = place.feature_code or ""
    if place.feature_class == "P" and code in ("", "PPL", "PPLA2", "PPLA3", "PPLA4"):
        if (place.population or 0) >= _CITY:
            return "city"
        return _CODES.get(code, "populated place")
    return _CODES.get(code) or _CLASSES.get(place.feature_class or "", "place")


def path(place: Place, *, countries: Mapping[str, str]) -> str:
    """Say what the place lies in, the smallest first: `Chuy Region, Kyrgyzstan`.

    Parameters
    ----------
    place
        Any place; a country lies in nothing.
    countries
        Names by ISO 3166-1 alpha-2 code; a code that is missing stands for itself.
    """
    if place.is_country or place.country_code is None:
        return ""
    country = countries.get(place.country_code, place.country_code)
    parts = [part for part in (place.admin2, place.admin1, country) if part]
    kept = [part for number, part in enumerate(parts) if part not in parts[:number]]
    return ", ".join(part for part in kept if part != place.name or part == country)
