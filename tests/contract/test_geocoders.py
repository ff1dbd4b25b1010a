"""What every geocoder of ours keeps to: geopy's calls, errors and answers, and the facts."""

import asyncio
import inspect
import math
import multiprocessing
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from geopy.exc import GeocoderQueryError
from geopy.extra.rate_limiter import AsyncRateLimiter, RateLimiter
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point

from geo.errors import GazetteerError, GeoError, GeoWarning
from geo.gazetteer import SqliteGazetteer
from geo.geocoders import (
    AnswerCache,
    AsyncGazetteerGeocoder,
    GazetteerGeocoder,
    OnlineGeocoder,
    QueryError,
)
from geo.testing import MemoryGazetteer


def online() -> OnlineGeocoder:
    """Return Photon as it would answer of Osh and of nothing else, without a socket."""
    from geopy.adapters import BaseSyncAdapter

    class Adapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy carries no types
        def get_json(self, url: str, *, timeout: object, headers: object) -> object:
            osh = {
                "geometry": {"type": "Point", "coordinates": [72.8, 40.53]},
                "properties": {"name": "Osh", "countrycode": "KG", "osm_id": 1, "osm_type": "N"},
            }
            return {"features": [osh] if "q=Osh" in url or "lat=40.5" in url else []}

        get_text = get_json

    return OnlineGeocoder(
        "photon",
        cache=AnswerCache(None),
        environment={},
        sleep=lambda _: None,
        adapter_factory=Adapter,
    )


# Any: what is tested here is what callers without types may do.
@pytest.fixture(params=["memory", "shipped", "online"])
def geocoder(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return GazetteerGeocoder(MemoryGazetteer())
    if request.param == "online":
        return online()
    return GazetteerGeocoder(request.getfixturevalue("gazetteer"))


@pytest.fixture
def shipped(gazetteer: SqliteGazetteer) -> Any:
    return GazetteerGeocoder(gazetteer)


def test_one_name_is_one_location(geocoder: Any) -> None:
    location = geocoder.geocode("Osh")
    assert isinstance(location, Location)
    assert location.address.startswith("Osh")
    assert location.point.latitude == pytest.approx(40.53, abs=0.02)
    assert location.point.longitude == pytest.approx(72.8, abs=0.02)
    assert isinstance(location.raw, dict)
    assert location.raw["origin"] in ("gazetteer", "online")


def test_a_list_is_given_when_asked_for(geocoder: Any) -> None:
    found = geocoder.geocode("Osh", exactly_one=False, limit=1)
    assert [type(location) for location in found] == [Location]
    assert geocoder.reverse((40.53, 72.8), exactly_one=False, limit=1)


@pytest.mark.parametrize("one", [True, False])
def test_nothing_found_is_none(geocoder: Any, one: bool) -> None:
    assert geocoder.geocode("Xqzzt", exactly_one=one) is None
    assert geocoder.reverse((0, -150), exactly_one=one) is None


@pytest.mark.parametrize("point", [(40.53, 72.8), [40.53, 72.8], "40.53, 72.8", Point(40.53, 72.8)])
def test_a_point_may_be_written_in_geopys_ways(geocoder: Any, point: Any) -> None:
    assert geocoder.reverse(point).latitude == pytest.approx(40.53, abs=0.02)


def test_country_codes_are_kept_to(geocoder: Any) -> None:
    assert geocoder.geocode("Osh", country_codes="kg") is not None
    assert geocoder.geocode("Osh", country_codes=["KG", "tj"]) is not None
    assert geocoder.geocode("Osh", country_codes="pe") is None


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("geocode", {"query": "Osh", "country_codes": "kgz"}),
        ("geocode", {"query": "Osh", "near": "north"}),
        ("geocode", {"query": "Osh", "exactly_one": False, "limit": 0}),
        ("reverse", {"query": "Osh"}),
        ("reverse", {"query": (91, 0)}),
        ("reverse", {"query": (0, math.nan)}),
    ],
)
def test_a_wrong_argument_is_an_error_of_ours_and_of_geopys(
    geocoder: Any, call: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(QueryError) as caught:
        getattr(geocoder, call)(**arguments)
    for kind in (GeoError, GeocoderQueryError, ValueError):
        assert isinstance(caught.value, kind)


def test_it_works_under_the_rate_limiter(geocoder: Any) -> None:
    limited = RateLimiter(geocoder.geocode, min_delay_seconds=0.0, swallow_exceptions=False)
    assert [limited(name) is not None for name in ("Osh", "Xqzzt")] == [True, False]
    assert limited("Osh", timeout=3).address == geocoder.geocode("Osh").address


def test_it_answers_many_threads(geocoder: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(geocoder.geocode, ["Osh", "Xqzzt"] * 40))
    assert [x is not None for x in found] == [True, False] * 40


def test_the_gazetteer_takes_what_nominatim_takes() -> None:
    """So that one may stand for the other; what is left out asks for a service's own details."""
    from geopy.geocoders import Nominatim

    theirs = set(inspect.signature(Nominatim.geocode).parameters)
    ours = set(inspect.signature(GazetteerGeocoder.geocode).parameters)
    assert theirs - ours == {"addressdetails", "geometry", "extratags", "namedetails"}
    theirs = set(inspect.signature(Nominatim.reverse).parameters)
    ours = set(inspect.signature(GazetteerGeocoder.reverse).parameters)
    assert theirs - ours == {"addressdetails", "zoom", "namedetails"}
    assert isinstance(GazetteerGeocoder(MemoryGazetteer()), Geocoder)


@pytest.mark.parametrize(
    ("query", "options", "address", "point"),
    [
        ("Kant airbase", {}, "Kant Air Base, Kyrgyzstan", (42.85, 74.85)),
        ("Kant airbase, Kyrgyzstan", {}, "Kant Air Base, Kyrgyzstan", (42.85, 74.85)),
        ("Kant airbase, Bishkek", {}, "Kant Air Base, Kyrgyzstan", (42.85, 74.85)),
        ("Juarez", {}, "Ciudad Juárez, Chihuahua, Mexico", (31.72, -106.46)),
        ("Troy, N.C.", {}, "Troy, North Carolina, United States", (35.36, -79.89)),
        ("Troy NC", {}, "Troy, North Carolina, United States", (35.36, -79.89)),
        (
            {"city": "Troy", "state": "NC", "country": "USA"},
            {},
            "Troy, North Carolina, United States",
            (35.36, -79.89),
        ),
        ("Paris, Texas", {}, "Paris, Texas, United States", (33.66, -95.56)),
        ("Paris", {"near": (33, -96)}, "Paris, Texas, United States", (33.66, -95.56)),
        (
            "Paris",
            {"viewbox": [(30, -100), (35, -90)], "bounded": True},
            "Paris, Texas, United States",
            (33.66, -95.56),
        ),
        ("London, Ontario", {}, "London, Ontario, Canada", (42.98, -81.23)),
        ("San Jose, Costa Rica", {}, "San José, Costa Rica", (9.93, -84.08)),
        ("Georgia", {"featuretype": "country"}, "Georgia", (42.0, 43.5)),
        ("Georgia", {"featuretype": "state"}, "Georgia, United States", (32.75, -83.5)),
        ("Luxembourg, Luxembourg", {"featuretype": "capital"}, "Luxembourg", (49.61, 6.13)),
        ("kg", {}, "Kyrgyzstan", (41.5, 75.0)),
    ],
)
def test_facts_of_the_shipped_gazetteer(
    shipped: Any, query: Any, options: dict[str, Any], address: str, point: tuple[float, float]
) -> None:
    location = shipped.geocode(query, **options)
    assert location.address == address
    assert (location.latitude, location.longitude) == pytest.approx(point, abs=0.6)


@pytest.mark.parametrize(
    "query", ["10 Main Street, Troy", "Paris, Kyrgyzstan", "", None, math.nan, {}]
)
def test_what_is_not_there_is_none(shipped: Any, query: Any) -> None:
    assert shipped.geocode(query) is None


def test_raw_holds_the_facts_of_the_place(shipped: Any) -> None:
    raw = shipped.geocode("Bishkek").raw
    assert raw["id"] == "geonames:1528675"
    assert (raw["feature"], raw["feature_class"], raw["feature_code"]) == ("P.PPLC", "P", "PPLC")
    assert raw["population"] > 500_000
    assert (raw["country_code"], raw["country"]) == ("KG", "Kyrgyzstan")
    assert (raw["match"], raw["query"]) == ("primary", "Bishkek")
    assert 0 < raw["score"] <= 1


def test_reverse_gives_the_nearest_with_distance_and_class(shipped: Any) -> None:
    bishkek = shipped.reverse((42.87, 74.59))
    assert bishkek.raw["id"] == "geonames:1528675"
    assert bishkek.raw["distance_km"] < 1
    kant = shipped.reverse((42.87, 74.59), featuretype="airbase")
    assert kant.address == "Kant Air Base, Kyrgyzstan"
    assert kant.raw["feature"] == "S.AIRB"
    # 0.26 degrees of longitude at this latitude.
    assert kant.raw["distance_km"] == pytest.approx(21, abs=2)
    assert shipped.reverse((42.87, 74.59), featuretype="airbase", radius_km=10) is None


def test_reverse_lists_by_distance(shipped: Any) -> None:
    found = shipped.reverse((42.87, 74.59), exactly_one=False, limit=5)
    distances = [location.raw["distance_km"] for location in found]
    assert len(distances) == 5
    assert distances == sorted(distances)


def test_what_is_found_is_found_again_where_it_lies(shipped: Any) -> None:
    for name in ("Osh", "Juarez", "Troy, N.C.", "Sydney", "Reykjavik", "Suva"):
        place = shipped.geocode(name, featuretype="city")
        around = shipped.reverse(place.point, exactly_one=False, radius_km=1)
        assert place.raw["id"] in [location.raw["id"] for location in around]


def test_another_language_is_warned_of(shipped: Any) -> None:
    with pytest.warns(GeoWarning, match='language="ru"'):
        assert shipped.geocode("Osh", language="ru").address.startswith("Osh")
    assert shipped.geocode("Osh", language="en-GB") is not None


def test_parts_too_fine_for_it_are_named(shipped: Any) -> None:
    raw = shipped.geocode({"street": "10 Main Street", "city": "Osh"}).raw
    assert raw["unused"] == ["street"]


def test_it_pickles_and_opens_anew(shipped: Any, gazetteer: SqliteGazetteer) -> None:
    shipped.geocode("Osh")
    again = pickle.loads(pickle.dumps(shipped))
    assert again.geocode("Osh").raw == shipped.geocode("Osh").raw
    with again as opened:
        assert opened.reverse((40.53, 72.8)) is not None
    assert again.geocode("Osh") is not None
    assert gazetteer.lookup("Osh"), "the one it was made from stays open"


def test_another_process_answers_the_same(shipped: Any) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        [answer] = pool.map(shipped.geocode, ["Kant airbase"])
    assert answer.raw == shipped.geocode("Kant airbase").raw


def test_a_missing_file_says_so_at_the_first_question(tmp_path: Path) -> None:
    geocoder = GazetteerGeocoder(tmp_path / "none.sqlite")
    with pytest.raises(GazetteerError, match=r"none\.sqlite"):
        geocoder.geocode("Osh")


def test_it_has_nobody_to_ask(shipped: Any) -> None:
    with pytest.raises(NotImplementedError):
        shipped.adapter.get_json("https://localhost/", timeout=1, headers={})


def test_asyncio_gets_the_same(shipped: Any) -> None:
    async def ask() -> list[Any]:
        async with AsyncGazetteerGeocoder(shipped) as geocoder:
            limited = AsyncRateLimiter(geocoder.geocode, min_delay_seconds=0.0)
            names = ["Osh", "Xqzzt", "Kant airbase"]
            found = list(await asyncio.gather(*(limited(name) for name in names)))
            return [*found, await geocoder.reverse((42.87, 74.59))]

    with ThreadPoolExecutor() as threads:  # another test's loop may run in this thread
        osh, nothing, kant, bishkek = threads.submit(lambda: asyncio.run(ask())).result()
    assert nothing is None
    assert osh.raw == shipped.geocode("Osh").raw
    assert kant.address == "Kant Air Base, Kyrgyzstan"
    assert bishkek.raw["id"] == "geonames:1528675"


def test_the_async_calls_take_what_the_others_take() -> None:
    for call in ("geocode", "reverse"):
        plain = inspect.signature(getattr(GazetteerGeocoder, call)).parameters
        awaited = inspect.signature(getattr(AsyncGazetteerGeocoder, call)).parameters
        assert list(plain) == list(awaited)


def test_it_works_in_pandas_apply(shipped: Any) -> None:
    pandas = pytest.importorskip("pandas")
    names = pandas.Series(["Osh", None, "Xqzzt", math.nan])
    found = names.apply(shipped.geocode)
    assert found[0].latitude == pytest.approx(40.53, abs=0.02)
    assert found[1:].isna().all()
