"""Services online, played by a loopback server that answers as they document, and with faults."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy.exc import GeocoderServiceError

from geo.errors import GeoError
from geo.geocoders.cache import Answer, AnswerCache
from geo.geocoders.errors import OnlineError, QueryError
from geo.geocoders.lookup import Lookup
from geo.geocoders.online import OnlineGeocoder
from geo.testing import MemoryGazetteer

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

#: As documented at nominatim.org/release-docs/latest/api/Output.
NOMINATIM = [
    {
        "place_id": 100149,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. https://osm.org/copyright",
        "osm_type": "node",
        "osm_id": 107775,
        "boundingbox": ["42.8", "42.9", "74.8", "74.9"],
        "lat": "42.8512",
        "lon": "74.8463",
        "display_name": "Авиабаза Кант, Чүй облусу, Кыргызстан",
        "class": "aeroway",
        "type": "aerodrome",
        "importance": 0.4,
        "address": {"state": "Чүй облусу", "country": "Кыргызстан", "country_code": "kg"},
    },
    {
        "place_id": 2,
        "osm_type": "way",
        "osm_id": 3,
        "lat": "60.7",
        "lon": "-135.0",
        "display_name": "Kant, Yukon, Canada",
        "class": "place",
        "type": "hamlet",
        "address": {"state": "Yukon", "country": "Canada", "country_code": "ca"},
    },
]


#: As documented at github.com/komoot/photon; GeoJSON has longitude first.
def photon_feature(name: str, code: str, longitude: float, latitude: float) -> object:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
        "properties": {
            "osm_id": 62422,
            "osm_type": "R",
            "osm_key": "place",
            "osm_value": "city",
            "type": "city",
            "countrycode": code,
            "name": name,
            "state": "A state",
            "country": "A country",
        },
    }


PHOTON = {
    "type": "FeatureCollection",
    "features": [
        photon_feature("Berlin", "DE", 13.39, 52.52),
        photon_feature("Berlin", "US", -71.18, 44.47),
    ],
}


class Reply:
    """One answer of the server."""

    def __init__(
        self,
        body: object = None,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        text: str | None = None,
        hang: bool = False,
        drop: bool = False,
    ) -> None:
        self.status = status
        self.headers = headers or {}
        self.content = (json.dumps(body) if text is None else text).encode()
        self.hang = hang
        self.drop = drop


class Server:
    """Give the replies in turn, the last one for ever, and remember what was asked."""

    def __init__(self) -> None:
        self.replies: list[Reply] = [Reply(NOMINATIM)]
        self.asked: list[tuple[str, dict[str, list[str]], str]] = []
        self.released = threading.Event()
        lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                with lock:
                    parts = urlsplit(self.path)
                    agent = self.headers["User-Agent"]
                    server.asked.append((parts.path, parse_qs(parts.query), agent))
                    reply = server.replies[0]
                    if len(server.replies) > 1:
                        server.replies.pop(0)
                if reply.hang:
                    server.released.wait(10)
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                length = len(reply.content) * (2 if reply.drop else 1)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(reply.content)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        class Listener(ThreadingHTTPServer):
            request_queue_size = 64  # a queue of five makes eight threads wait a second

        self._server = Listener(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))
        self._thread.start()

    @property
    def domain(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "*")
    played = Server()
    yield played
    played.close()


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def cache(time: Time) -> AnswerCache:
    return AnswerCache(None, clock=time)


def online(
    server: Server,
    cache: AnswerCache,
    time: Time,
    service: str = "nominatim",
    *,
    environment: dict[str, str] | None = None,
    retries: int = 3,
    timeout: float = 5.0,
    most_questions: int | None = None,
) -> OnlineGeocoder:
    return OnlineGeocoder(
        service,
        cache=cache,
        environment={f"GEO_KEY_{service.upper()}_DOMAIN": server.domain, **(environment or {})},
        clock=time,
        sleep=time.sleep,
        retries=retries,
        timeout=timeout,
        most_questions=most_questions,
    )


def test_nominatim_answers(server: Server, cache: AnswerCache, time: Time) -> None:
    geocoder = online(server, cache, time, environment={"GEO_CONTACT": "me@example.org"})
    location = geocoder.geocode("  Kant   airbase ", country_codes="KG", language="ky")
    assert location.address == "Авиабаза Кант, Чүй облусу, Кыргызстан"
    assert (location.latitude, location.longitude) == (42.8512, 74.8463)
    assert location.raw["origin"] == "online"
    assert location.raw["service"] == "nominatim"
    assert location.raw["osm_id"] == 107775
    [(path, query, agent)] = server.asked
    assert path == "/search"
    assert query["q"] == ["Kant airbase"]
    assert query["limit"] == ["1"]
    assert query["countrycodes"] == ["kg"]
    assert query["accept-language"] == ["ky"]
    assert agent.startswith("mentionmap/")
    assert agent.endswith(" (+me@example.org)")


def test_nominatim_gives_places(server: Server, cache: AnswerCache, time: Time) -> None:
    first, second = online(server, cache, time).places("Kant", limit=2)
    assert (first.id, first.name, first.country_code) == ("osm:node/107775", "Авиабаза Кант", "KG")
    assert (first.feature_class, first.feature_code) == ("S", "AIRP")
    assert (first.admin1, first.source) == ("Чүй облусу", "nominatim")
    assert (second.id, second.feature_class, second.country_code) == ("osm:way/3", "P", "CA")


def test_photon_answers(server: Server, cache: AnswerCache, time: Time) -> None:
    server.replies = [Reply(PHOTON)]
    geocoder = online(server, cache, time, "photon")
    found = geocoder.geocode("berlin", exactly_one=False, limit=2, near="52,13")
    assert [(x.latitude, x.longitude) for x in found] == [(52.52, 13.39), (44.47, -71.18)]
    assert geocoder.place(found[0]).id == "osm:relation/62422"
    assert geocoder.place(found[0]).country_code == "DE"
    [(path, query, _)] = server.asked
    assert path.startswith("/api")
    assert query["limit"] == ["2"]
    assert (query["lat"], query["lon"]) == (["52.0"], ["13.0"])


def test_photon_cannot_be_told_countries_so_its_answers_are_chosen_from(
    server: Server, cache: AnswerCache, time: Time
) -> None:
    server.replies = [Reply(PHOTON)]
    geocoder = online(server, cache, time, "photon")
    assert geocoder.geocode("berlin", country_codes="us").latitude == 44.47
    assert geocoder.geocode("berlin", country_codes="fr") is None
    assert len(server.asked) == 1


def test_a_key_is_sent_and_never_shown(server: Server, cache: AnswerCache, time: Time) -> None:
    secret = "k3y+of/mine"
    geocoder = online(server, cache, time, "opencage", environment={"GEO_KEY_OPENCAGE": secret})
    server.replies = [Reply({}, status=401, headers={"X": secret})]
    with pytest.raises(OnlineError, match="GEO_KEY_OPENCAGE") as caught:
        geocoder.geocode("Osh")
    assert secret not in f"{caught.value}{geocoder!r}"
    assert server.asked[0][1]["key"] == [secret]
    server.replies = [
        Reply(
            {
                "results": [
                    {
                        "formatted": "Osh",
                        "geometry": {"lat": 40.5, "lng": 72.8},
                        "components": {"country_code": "kg"},
                    }
                ],
                "status": {"code": 200, "message": "OK"},
            }
        )
    ]
    assert geocoder.geocode("Osh").latitude == 40.5
    with cache._using() as connection:
        rows = connection.execute("SELECT * FROM answer").fetchall()
    assert len(rows) == 1
    assert secret not in str(rows)


def test_a_key_that_the_server_repeats_is_hidden(
    server: Server, cache: AnswerCache, time: Time
) -> None:
    geocoder = online(server, cache, time, "pickpoint", environment={"GEO_KEY_PICKPOINT": "k3y-1"})
    server.replies = [Reply({"error": "the key k3y-1 has expired"})]
    with pytest.raises(OnlineError, match=r"the key \*\*\* has expired"):
        geocoder.geocode("Osh")


def test_an_answer_is_asked_for_once(server: Server, cache: AnswerCache, time: Time) -> None:
    geocoder = online(server, cache, time)
    assert geocoder.geocode("Kant") == geocoder.geocode(" Kant ")
    assert geocoder.asked == len(server.asked) == 1
    geocoder.geocode("Kant", language="ru")
    assert len(server.asked) == 2
    time.now += 31 * 86_400
    geocoder.geocode("Kant")
    assert len(server.asked) == 3


def test_nothing_found_is_believed_for_a_day(
    server: Server, cache: AnswerCache, time: Time
) -> None:
    server.replies = [Reply([])]
    geocoder = online(server, cache, time)
    assert geocoder.geocode("Nowhere") is None
    assert geocoder.geocode("Nowhere", exactly_one=True) is None
    assert len(server.asked) == 1
    time.now += 86_401
    assert geocoder.geocode("Nowhere") is None
    assert len(server.asked) == 2


def test_reverse_is_kept_apart(server: Server, cache: AnswerCache, time: Time) -> None:
    server.replies = [Reply(NOMINATIM[0])]
    geocoder = online(server, cache, time)
    assert geocoder.reverse((42.85, 74.85)).latitude == 42.8512
    [(path, query, _)] = server.asked
    assert path == "/reverse"
    assert (query["lat"], query["lon"]) == (["42.85"], ["74.85"])
    server.replies = [Reply({"error": "Unable to geocode"})]
    assert geocoder.reverse("0,-150") is None


def test_retry_after_is_kept(server: Server, cache: AnswerCache, time: Time) -> None:
    server.replies = [
        Reply({}, status=429, headers={"Retry-After": "17"}),
        Reply({}, status=429),
        Reply(NOMINATIM),
    ]
    assert online(server, cache, time).geocode("Kant").latitude == 42.8512
    # What the server said; then our own second wait, for it said nothing.
    assert time.slept == [17.0, 2.0]


def test_a_retry_after_beyond_patience_ends_it(
    server: Server, cache: AnswerCache, time: Time
) -> None:
    server.replies = [Reply({}, status=429, headers={"Retry-After": "3600"})]
    with pytest.raises(OnlineError, match="wait 3600 s"):
        online(server, cache, time).geocode("Kant")
    assert len(server.asked) == 1
    assert time.slept == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_server_is_asked_again(
    server: Server, cache: AnswerCache, time: Time, status: int
) -> None:
    server.replies = [Reply({}, status=status), Reply({}, status=status), Reply(NOMINATIM)]
    assert online(server, cache, time).geocode("Kant").latitude == 42.8512
    assert time.slept == [1.0, 2.0]


def test_retries_are_bounded_and_failures_are_not_kept(
    server: Server, cache: AnswerCache, time: Time
) -> None:
    server.replies = [Reply({}, status=500)]
    geocoder = online(server, cache, time, retries=2)
    with pytest.raises(OnlineError, match="Run again"):
        geocoder.geocode("Kant")
    assert len(server.asked) == 3
    server.replies = [Reply(NOMINATIM)]
    assert geocoder.geocode("Kant").latitude == 42.8512


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 414])
def test_a_refusal_is_not_asked_again(
    server: Server, cache: AnswerCache, time: Time, status: int
) -> None:
    server.replies = [Reply({}, status=status)]
    with pytest.raises(OnlineError, match="nominatim"):
        online(server, cache, time).geocode("Kant")
    assert len(server.asked) == 1


def test_a_time_out_ends_the_call(server: Server, cache: AnswerCache, time: Time) -> None:
    server.replies = [Reply(hang=True)]
    with pytest.raises(OnlineError, match="timed out"):
        online(server, cache, time, retries=1, timeout=0.03).geocode("Kant")
    assert time.slept == [1.0]
    with pytest.raises(OnlineError, match="timed out"):
        online(server, cache, time, retries=0).geocode("Kant", timeout=0.03)


@pytest.mark.filterwarnings("ignore:Latitude normalization")  # geopy's, before it raises
@pytest.mark.parametrize(
    ("service", "reply", "times"),
    [
        ("nominatim", Reply(text="<html>busy</html>"), 2),
        ("nominatim", Reply(text='[{"lat": "1", "lo'), 2),
        ("nominatim", Reply(NOMINATIM, drop=True), 2),
        ("nominatim", Reply([7]), 1),
        ("nominatim", Reply([{"lat": "north", "lon": "1", "display_name": "x"}]), 1),
        ("nominatim", Reply([{"lat": "91", "lon": "1", "display_name": "x"}]), 1),
        ("nominatim", Reply([{"display_name": "x"}]), 1),
        ("photon", Reply([]), 1),
        ("photon", Reply({"features": [{}]}), 1),
    ],
)
def test_an_answer_that_is_none_is_an_error_of_ours(
    server: Server, cache: AnswerCache, time: Time, service: str, reply: Reply, times: int
) -> None:
    server.replies = [reply]
    with pytest.raises(OnlineError, match=service) as caught:
        online(server, cache, time, service, retries=1).geocode("Kant")
    assert isinstance(caught.value, GeoError)
    assert isinstance(caught.value, GeocoderServiceError)
    assert "\n" not in str(caught.value)
    assert len(server.asked) == times


def test_nobody_there_is_an_error_of_ours(server: Server, cache: AnswerCache, time: Time) -> None:
    geocoder = online(server, cache, time, retries=0)
    server.close()
    with pytest.raises(OnlineError, match=r"127\.0\.0\.1"):
        geocoder.geocode("Kant")


def test_the_public_nominatim_is_asked_once_a_second(cache: AnswerCache, time: Time) -> None:
    geocoder = played(cache, time)
    for name in ("Kant", "Osh", "Osh", "Naryn"):
        geocoder.geocode(name)
    assert time.slept == [1.0, 1.0]


def test_the_public_nominatim_refuses_bulk(cache: AnswerCache, time: Time) -> None:
    geocoder = played(cache, time)
    with pytest.raises(OnlineError, match=r"at most 100.*GEO_KEY_NOMINATIM_DOMAIN"):
        geocoder.allow(101)
    for n in range(100):
        geocoder.geocode(f"Kant {n}")
    with pytest.raises(OnlineError, match="at most 100"):
        geocoder.geocode("One more")
    assert geocoder.geocode("Kant 7") is not None


def played(cache: AnswerCache, time: Time) -> OnlineGeocoder:
    """Return Nominatim under its own domain, whose answers need no socket."""
    from geopy.adapters import BaseSyncAdapter

    class Adapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy carries no types
        def get_json(self, url: str, *, timeout: object, headers: object) -> object:
            assert url.startswith("https://nominatim.openstreetmap.org/")
            return NOMINATIM

        get_text = get_json

    return OnlineGeocoder(
        "nominatim",
        cache=cache,
        environment={},
        clock=time,
        sleep=time.sleep,
        adapter_factory=Adapter,
    )


def test_a_server_of_ones_own_is_asked_as_fast_as_it_answers(
    server: Server, cache: AnswerCache, time: Time
) -> None:
    geocoder = online(server, cache, time)
    geocoder.allow(10**6)
    for name in ("Kant", "Osh", "Naryn"):
        geocoder.geocode(name)
    assert time.slept == []


def test_a_plan_counts_and_asks_nothing(server: Server, cache: AnswerCache, time: Time) -> None:
    geocoder = online(server, cache, time)
    geocoder.places("Kant", limit=1)
    assert geocoder.plan(["Kant", "Osh", " Osh", "Naryn"], limit=1) == (2, 1, 0.0)
    assert len(server.asked) == 1
    assert played(cache, time).plan(["Kant", "Osh", "Naryn"], limit=1) == (3, 0, 2.0)


@pytest.mark.parametrize(
    "arguments",
    [
        {"limit": 0, "exactly_one": False},
        {"country_codes": "kgz"},
        {"near": "here"},
        {"options": {"key": "x"}},
        {"options": {"geometry": object()}},
    ],
)
def test_a_wrong_argument_asks_nothing(
    server: Server, cache: AnswerCache, time: Time, arguments: dict[str, object]
) -> None:
    with pytest.raises(QueryError) as caught:
        online(server, cache, time).geocode("Kant", **arguments)  # type: ignore[arg-type]
    assert isinstance(caught.value, ValueError)
    assert server.asked == []


def test_options_of_the_service_pass_through(
    server: Server, cache: AnswerCache, time: Time
) -> None:
    online(server, cache, time).geocode("Kant", options={"namedetails": True})
    assert server.asked[0][1]["namedetails"] == ["1"]


def test_a_service_without_reverse_says_so(time: Time, cache: AnswerCache) -> None:
    geocoder = OnlineGeocoder("databc", cache=cache, environment={})
    with pytest.raises(OnlineError, match="no points"):
        geocoder.reverse((1, 2))


def test_lookup_asks_only_for_what_the_gazetteer_lacks(
    server: Server, cache: AnswerCache, time: Time
) -> None:
    lookup = Lookup(gazetteer=MemoryGazetteer(), online=online(server, cache, time))
    [bishkek] = lookup.name("Bishkek")
    assert (bishkek.origin, server.asked) == ("gazetteer", [])
    [kant] = lookup.name("Kant airbase")
    assert (kant.origin, kant.match, kant.score) == ("online", "online:nominatim", None)
    assert lookup.name(" ") == []
    assert len(server.asked) == 1


def test_threads_ask_each_question_in_turn(server: Server, cache: AnswerCache, time: Time) -> None:
    from concurrent.futures import ThreadPoolExecutor

    geocoder = online(server, cache, time)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(geocoder.geocode, [f"Kant {n}" for n in range(24)]))
    assert all(location.latitude == 42.8512 for location in found)
    assert geocoder.asked == len(server.asked) == 24


WORKER = """
import sys
from pathlib import Path
from geo.geocoders import AnswerCache, OnlineGeocoder
with AnswerCache(Path(sys.argv[1])) as cache:
    geocoder = OnlineGeocoder(
        "nominatim", cache=cache, environment={"GEO_KEY_NOMINATIM_DOMAIN": sys.argv[2]}
    )
    names = [f"Kant {n}" for n in range(20)]
    if sys.argv[3] == "backwards":
        names.reverse()
    assert all(geocoder.geocode(name).latitude == 42.8512 for name in names)
    print(geocoder.asked)
"""


def test_two_processes_answer_from_one_cache(server: Server, tmp_path: Path) -> None:
    """They meet in the middle; what one asked the other need not, and a third asks nothing."""
    path = tmp_path / "answers.sqlite"

    def start(order: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", WORKER, str(path), server.domain, order],
            stdout=subprocess.PIPE,
            text=True,
        )

    both = [start("forwards"), start("backwards")]
    asked = sum(int(worker.communicate(timeout=60)[0]) for worker in both)
    assert [worker.returncode for worker in both] == [0, 0]
    assert 20 <= asked == len(server.asked) <= 40
    third = start("forwards")
    assert third.communicate(timeout=60)[0] == "0\n"
    assert third.returncode == 0


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"countryCode": "KG"}, "KG"),
        ({"components": {"country_code": "kg"}}, "KG"),
        (
            {
                "address_components": [
                    {"short_name": "CA", "types": ["administrative_area_level_1"]},
                    {"short_name": "US", "types": ["country", "political"]},
                ]
            },
            "US",
        ),
        (
            {
                "context": [
                    {"id": "region.1", "short_code": "US-TX"},
                    {"id": "country.1", "short_code": "us"},
                ]
            },
            "US",
        ),
        ({"country_code": "840"}, None),
        (["a list"], None),
        (None, None),
    ],
)
def test_country_codes_are_found_where_services_put_them(raw: object, code: str | None) -> None:
    from geo.geocoders.answers import country_code_of

    assert country_code_of(raw) == code


def test_a_place_of_a_service_without_ids_is_named_by_its_point() -> None:
    from geo.geocoders.answers import place_of

    answer = Answer(address="10 Main St, Troy", latitude=35.36, longitude=-79.89, raw={})
    place = place_of(answer, "opencage")
    assert (place.id, place.name) == ("opencage:35.36000,-79.89000", "10 Main St")


def geo_geocode(
    home: Path, *arguments: str | Path, domain: str | None = None
) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GEO_")}
    if domain:
        environment["GEO_KEY_NOMINATIM_DOMAIN"] = domain
    return subprocess.run(
        [sys.executable, "-m", "geo", "geocode", *map(str, arguments), "--online", "nominatim"],
        capture_output=True,
        encoding="utf-8",
        env={**environment, "GEO_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
        check=False,
        timeout=60,
    )


def test_the_command_names_the_host_first_and_asks_once(server: Server, tmp_path: Path) -> None:
    for _ in range(2):
        done = geo_geocode(tmp_path, "Osh", "Xqzzt", "--json", domain=server.domain)
        assert done.returncode == 0
        host = server.domain.removeprefix("http://")
        assert done.stderr.splitlines() == [
            f"asking {host} (nominatim) for names the gazetteer lacks"
        ]
        osh, found = [json.loads(line) for line in done.stdout.splitlines()]
        assert (osh["origin"], found["origin"]) == ("gazetteer", "online")
        assert (found["query"], found["id"]) == ("Xqzzt", "osm:node/107775")
        assert (found["match"], found["score"]) == ("online:nominatim", None)
    assert len(server.asked) == 1
    assert (tmp_path / "answers.sqlite").is_file()


def test_the_command_prints_what_was_found_before_a_failure(server: Server, tmp_path: Path) -> None:
    server.replies = [Reply({}, status=403)]
    done = geo_geocode(tmp_path, "Osh", "Xqzzt", "Naryn", domain=server.domain)
    assert done.returncode == 1
    assert "Osh" in done.stdout
    assert "403" in done.stderr.splitlines()[1] or "Forbidden" in done.stderr.splitlines()[1]


def test_a_table_goes_on_where_the_service_failed(server: Server, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("name\nXqzzt\nOsh\nYqzzt\nZqzzt\n")
    output = tmp_path / "out.csv"
    server.replies = [Reply(NOMINATIM), Reply({}, status=403)]
    done = geo_geocode(tmp_path, "--batch", names, "-o", output, domain=server.domain)
    assert done.returncode == 1
    assert not output.exists()
    server.replies = [Reply([])]
    done = geo_geocode(tmp_path, "--batch", names, "-o", output, domain=server.domain)
    assert done.returncode == 0
    assert "4 rows, 2 not found" in done.stderr
    # Xqzzt and Yqzzt in the first run; Yqzzt again and Zqzzt in the second.
    assert [query["q"] for _, query, _ in server.asked] == [
        ["Xqzzt"],
        ["Yqzzt"],
        ["Yqzzt"],
        ["Zqzzt"],
    ]
    ids = [line.split(",")[1] for line in output.read_text(encoding="utf-8").splitlines()[1:]]
    assert ids == ["osm:node/107775", "geonames:1527534", "", ""]


def test_the_command_refuses_bulk_before_it_asks(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("name\n" + "".join(f"Xqzzt {n}\n" for n in range(101)))
    done = geo_geocode(tmp_path, "--batch", names)
    assert done.returncode == 1
    assert "at most 100 questions" in done.stderr
    assert done.stdout == ""
