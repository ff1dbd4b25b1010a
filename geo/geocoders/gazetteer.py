"""The gazetteer as a geopy geocoder: the same calls, no network, no key, no limit."""

import asyncio
import os
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, Self

from geopy.adapters import BaseSyncAdapter
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from geo.errors import GeoWarning
from geo.gazetteer import SqliteGazetteer, open_gazetteer
from geo.geocoders.errors import QueryError
from geo.geocoders.features import feature_of
from geo.geocoders.search import country_name, nearest, search
from geo.place import Candidate, Place
from geo.protocols import Gazetteer

__all__ = ["AsyncGazetteerGeocoder", "GazetteerGeocoder"]

#: How many places a list has where no limit is given, as with Nominatim.
_LIMIT = 10

#: A box as geopy has it: two corners (latitude, longitude); or west, south, east, north.
Box = Sequence[float] | Sequence[str | Sequence[float]]


# Any: geopy carries no types, so its `Location` is one for mypy.
class GazetteerGeocoder(Geocoder):  # type: ignore[misc]  # geopy carries no types
    """Look names up in the gazetteer, as a geopy geocoder.

    It is thread safe, and goes to other processes by pickle or fork: each opens the file anew.

    Parameters
    ----------
    gazetteer
        The path of a gazetteer file, or anything that fulfills `geo.protocols.Gazetteer`; None
        is the one in use.
    timeout
        Taken because geopy's geocoders take it; there is nothing to wait for.

    Raises
    ------
    GazetteerError
        At the first question: the file is missing, broken or of another schema.
    """

    def __init__(
        self,
        gazetteer: str | Path | Gazetteer | None = None,
        *,
        timeout: object = DEFAULT_SENTINEL,
    ) -> None:
        super().__init__(timeout=timeout, adapter_factory=_NoAdapter)
        if isinstance(gazetteer, SqliteGazetteer):
            gazetteer = gazetteer.path
        self._given = Path(gazetteer) if isinstance(gazetteer, str) else gazetteer
        self._forget()

    def geocode(
        self,
        query: str | Mapping[str, str] | None,
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        country_codes: str | Sequence[str] | None = None,
        viewbox: Box | None = None,
        bounded: bool = False,
        near: str | Sequence[float] | None = None,
        featuretype: str | Sequence[str] | None = None,
        language: str | None = None,
        timeout: object = DEFAULT_SENTINEL,
    ) -> Any:
        """Return the place that a query most likely means.

        Parameters
        ----------
        query
            "Kant airbase", "Troy, N.C.", "Osh, Osh, Kyrgyzstan", or a mapping with some of `name`,
            `city`, `county`, `state`, `country`. An empty one, None and NaN find nothing.
        exactly_one
            False gives a list.
        limit
            At most so many places in the list, 10 where nothing is said.
        country_codes
            Only places there: ISO 3166-1 alpha-2, `"kg,tj"` or a list.
        viewbox
            Prefer places in it: two corners (latitude, longitude); or west, south, east, north.
        bounded
            Only places in the viewbox.
        near
            Prefer places close to it: latitude, longitude.
        featuretype
            Only such places: `P`, `P.PPLC`, "city", "airport"…; see `FEATURE_WORDS`.
        language
            The gazetteer has one name a place, mostly the English one: asking for another language
            is answered with a `GeoWarning` and that name.
        timeout
            Taken for geopy's sake.

        Returns
        -------
        location
            A `geopy.location.Location` with the address "Name, Admin1, Country", or a list of them;
            None where nothing is found. `raw` has the columns of `geo geocode --json`, the names
            of country and divisions, `match` and `score`, and says `"origin": "gazetteer"`.

        Raises
        ------
        QueryError
            An argument is not what it should be (a `ValueError`, and a geopy error).
        """
        if language is not None and language.lower().partition("-")[0] not in ("", "en"):
            warnings.warn(
                f'the gazetteer has one name a place; language="{language}" changes nothing.',
                GeoWarning,
                stacklevel=2,
            )
        if query is None or query != query:
            # A missing cell of a data frame: nothing was asked.
            return None
        with self._asking() as gazetteer:
            found = search(
                gazetteer,
                query,
                limit=_most(exactly_one, limit),
                country_codes=country_codes,
                features=featuretype,
                viewbox=viewbox,
                bounded=bounded,
                near=near,
            )
            locations = [self._found(gazetteer, query, c, found.unused) for c in found.candidates]
        return _as_asked(locations, exactly_one)

    def reverse(
        self,
        query: str | Sequence[float],
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        radius_km: float = 100.0,
        featuretype: str | Sequence[str] | None = None,
        language: str | None = None,
        timeout: object = DEFAULT_SENTINEL,
    ) -> Any:
        """Return the place nearest to a point.

        Parameters
        ----------
        query
            Latitude and longitude in degrees: a pair, a `geopy.Point`, or "LAT,LON".
        exactly_one
            False gives a list, nearest first.
        limit
            At most so many places in the list, 10 where nothing is said.
        radius_km
            Nothing farther than this is given.
        featuretype
            Only such places; without it everything but divisions and countries.
        language, timeout
            As with `geocode`.

        Returns
        -------
        location
            As with `geocode`; `raw["distance_km"]` is how far the place is, and there is no match
            and no score.

        Raises
        ------
        QueryError
            An argument is not what it should be (a `ValueError`, and a geopy error).
        """
        with self._asking() as gazetteer:
            found = nearest(
                gazetteer,
                query,
                radius_km=radius_km,
                limit=_most(exactly_one, limit),
                features=featuretype,
            )
            locations = [
                self._location(gazetteer, place, {"distance_km": round(km, 3)})
                for km, place in found
            ]
        return _as_asked(locations, exactly_one)

    def close(self) -> None:
        """Close the gazetteer, if it was opened here; the next question opens it again."""
        with self._lock:
            if isinstance(self._opened, SqliteGazetteer) and self._opened is not self._given:
                self._opened.close()
            self._forget()

    def __exit__(self, *details: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, object]:
        return {"gazetteer": self._given, "timeout": self.timeout}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__init__(state["gazetteer"], timeout=state["timeout"])  # type: ignore[misc]  # anew

    def _forget(self) -> None:
        self._lock = threading.RLock()
        self._opened: Gazetteer | None = None
        self._process = os.getpid()
        self._countries: dict[str, str] = {}

    @contextmanager
    def _asking(self) -> Iterator[Gazetteer]:
        if self._process != os.getpid():
            # SQLite's connections, and locks held by other threads, do not survive a fork.
            self._forget()
        with self._lock:
            if self._opened is None:
                given = self._given
                self._opened = (
                    open_gazetteer(given) if given is None or isinstance(given, Path) else given
                )
            try:
                yield self._opened
            except ValueError as error:
                raise QueryError(str(error)) from error

    def _found(
        self,
        gazetteer: Gazetteer,
        query: str | Mapping[str, str],
        candidate: Candidate,
        unused: Sequence[str],
    ) -> Any:
        more: dict[str, object] = {
            "match": candidate.match,
            "score": round(candidate.score, 4),
            "query": query if isinstance(query, str) else dict(query),
        }
        if unused:
            more["unused"] = list(unused)
        return self._location(gazetteer, candidate.place, more)

    def _location(self, gazetteer: Gazetteer, place: Place, more: Mapping[str, object]) -> Any:
        code = place.country_code
        if code is not None and code not in self._countries:
            self._countries[code] = country_name(gazetteer, code)
        country = self._countries[code] if code else None
        parts = [place.name, place.admin1, country]
        address = ", ".join(dict.fromkeys(part for part in parts if part))
        return Location(address, (place.latitude, place.longitude), _raw(place, country, more))


class AsyncGazetteerGeocoder:
    """The same for asyncio: each question is answered in a worker thread.

    Works under geopy's `AsyncRateLimiter`.

    Parameters
    ----------
    geocoder
        What answers; anything with geopy's `geocode` and `reverse`.
    """

    def __init__(self, geocoder: GazetteerGeocoder | None = None) -> None:
        self._geocoder = geocoder or GazetteerGeocoder()

    async def geocode(
        self,
        query: str | Mapping[str, str] | None,
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        country_codes: str | Sequence[str] | None = None,
        viewbox: Box | None = None,
        bounded: bool = False,
        near: str | Sequence[float] | None = None,
        featuretype: str | Sequence[str] | None = None,
        language: str | None = None,
        timeout: object = DEFAULT_SENTINEL,
    ) -> Any:
        """Return the place that a query most likely means; see `GazetteerGeocoder.geocode`."""
        return await asyncio.to_thread(
            self._geocoder.geocode,
            query,
            exactly_one=exactly_one,
            limit=limit,
            country_codes=country_codes,
            viewbox=viewbox,
            bounded=bounded,
            near=near,
            featuretype=featuretype,
            language=language,
            timeout=timeout,
        )

    async def reverse(
        self,
        query: str | Sequence[float],
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        radius_km: float = 100.0,
        featuretype: str | Sequence[str] | None = None,
        language: str | None = None,
        timeout: object = DEFAULT_SENTINEL,
    ) -> Any:
        """Return the place nearest to a point; see `GazetteerGeocoder.reverse`."""
        return await asyncio.to_thread(
            self._geocoder.reverse,
            query,
            exactly_one=exactly_one,
            limit=limit,
            radius_km=radius_km,
            featuretype=featuretype,
            language=language,
            timeout=timeout,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        await asyncio.to_thread(self._geocoder.close)


class _NoAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy carries no types
    """Stand where geopy wants an HTTP client: there is nobody to ask."""

    def get_json(self, url: str, *, timeout: object, headers: object) -> NoReturn:
        raise NotImplementedError("the gazetteer is asked, not a service")

    get_text = get_json


def _most(exactly_one: bool, limit: int | None) -> int:
    if exactly_one:
        return 1
    return _LIMIT if limit is None else limit


def _as_asked(locations: list[Any], exactly_one: bool) -> Any:
    if not locations:
        return None
    return locations[0] if exactly_one else locations


def _raw(place: Place, country: str | None, more: Mapping[str, object]) -> dict[str, object]:
    return {
        "id": place.id,
        "name": place.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "country_code": place.country_code,
        "country": country,
        "admin1": place.admin1,
        "admin1_code": place.admin1_code,
        "admin2": place.admin2,
        "admin2_code": place.admin2_code,
        "feature": feature_of(place),
        "feature_class": place.feature_class,
        "feature_code": place.feature_code,
        "population": place.population,
        "radius_km": place.radius_km,
        "bounds": list(place.bounds) if place.bounds else None,
        "source": place.source,
        "origin": "gazetteer",
        **more,
    }
