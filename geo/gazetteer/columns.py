"""The columns of all places as arrays, for look-ups of many names at once; see `schema.sql`."""

import sqlite3
import sys
from array import array

__all__ = ["write_columns"]


def write_columns(connection: sqlite3.Connection) -> None:
    """Write the arrays of `column_array` anew, one pass over the places."""
    countries = _labels(connection, "COALESCE(country_code, '')")
    feature = "COALESCE(feature_class, '') || '.' || COALESCE(feature_code, '')"
    features = _labels(connection, feature)
    columns: dict[str, tuple[array[int] | array[float], str | None]] = {
        "latitude": (array("f"), None),
        "longitude": (array("f"), None),
        "population": (array("i"), None),
        "country": (array("h"), "\t".join(countries)),
        "admin1": (array("i"), None),
        "feature": (array("h"), "\t".join(features)),
    }
    latitude, longitude, population, country, admin1, features_ = (
        values.append for values, _labels_ in columns.values()
    )
    for lat, lon, people, code, division, kind in connection.execute(
        "SELECT latitude, longitude, MIN(COALESCE(population, 0), 2147483647), "
        "COALESCE(country_code, ''), "
        "CASE feature_code WHEN 'ADM1' THEN number ELSE COALESCE(admin1, 0) END, "
        f"{feature} FROM place ORDER BY number"
    ):
        latitude(lat)
        longitude(lon)
        population(people)
        country(countries[code])
        admin1(division)
        features_(features[kind])
    for name, (values, labels) in columns.items():
        if sys.byteorder == "big":
            values.byteswap()
        connection.execute(
            "INSERT OR REPLACE INTO column_array VALUES (?, ?, ?, ?)",
            (name, values.typecode, values.tobytes(), labels),
        )


def _labels(connection: sqlite3.Connection, expression: str) -> dict[str, int]:
    found = sorted(row[0] for row in connection.execute(f"SELECT DISTINCT {expression} FROM place"))
    return {label: number for number, label in enumerate(found)}
