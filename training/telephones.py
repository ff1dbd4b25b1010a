"""Make the table of telephone prefixes.

    python -m training.telephones

Writes `geo/resolver/telephones.csv` from the package phonenumbers (`pip install phonenumbers`;
Apache-2.0): the calling code of each country, and for the numbers of North America the state or
province of each area code. An area code that several share has its country only.
"""

import csv
import re
from pathlib import Path

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumber, region_code_for_number
from phonenumbers.geodata import GEOCODE_DATA

from geo.gazetteer import SqliteGazetteer, open_gazetteer

_TABLE = Path(__file__).resolve().parent.parent / "geo/resolver/telephones.csv"

#: Countries whose area codes are told apart by division.
_STATED = ("US", "CA")

#: "New York, NY": a city with its state.
_STATE = re.compile(r", ([A-Z]{2})$")


def main() -> None:
    """Write the table."""
    rows = [
        (f"+{code}", regions[0], "")
        for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()
        if regions[0] != "001" and code != 1
    ]
    with open_gazetteer() as gazetteer:
        rows += [row for code in range(200, 1000) if (row := _area(str(code), gazetteer))]
    with _TABLE.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(("prefix", "country_code", "admin1_code"))
        writer.writerows(sorted(rows))


def _area(code: str, gazetteer: SqliteGazetteer) -> tuple[str, str, str] | None:
    """Return the row of an area code; None where nobody has it."""
    number = PhoneNumber(country_code=1, national_number=int(f"{code}2345678"))
    country = region_code_for_number(number)
    if country is None:
        return None
    whole = GEOCODE_DATA.get(f"1{code}")
    parts = (text for key, text in GEOCODE_DATA.items() if key.startswith(f"1{code}"))
    names = {text["en"] for text in ([whole] if whole else parts)} if country in _STATED else ()
    divisions = {_division(name, country, gazetteer) for name in names}
    only = divisions.pop() if len(divisions) == 1 else None
    return f"+1{code}", country, only or ""


def _division(name: str, country: str, gazetteer: SqliteGazetteer) -> str | None:
    state = _STATE.search(name)
    if state:
        return f"{country}-{state.group(1)}"
    name = name.replace("Washington D.C.", "District of Columbia").removesuffix(" State")
    found = (c.place for c in gazetteer.lookup(name.replace("Colombia", "Columbia")))
    return next(
        (p.admin1_code for p in found if (p.country_code, p.feature_code) == (country, "ADM1")),
        None,
    )


if __name__ == "__main__":
    main()
