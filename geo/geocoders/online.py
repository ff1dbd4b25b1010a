"""Any of geopy's services behind one wrapper: its policy kept, its answers kept, its key hidden."""

import json
import os
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from http.client import HTTPException
from types import TracebackType
from typing import Any, NamedTuple, Self

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
)
from geopy.location import Location

from geo.geocoders.answers import country_code_of, place_of
from geo.geocoders.arguments import common_arguments, naming, nearness
from geo.geocoders.cache import Answer, AnswerCache, cache_path
from geo.geocoders.errors import OnlineError, QueryError
from geo.geocoders.query import parse_country_codes, parse_point
from geo.geocoders.services import CONTACT, open_service
from geo.place import Place

__all__ = ["OnlineGeocoder", "Plan"]

#: Asking again after these is of no use.
_FINAL = (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
)

#: What geopy lets through when a connection breaks, or an answer is not what is documented.
_BROKEN = (OSError, HTTPException, LookupError, TypeError, AttributeError, ValueError)

#: The first wait before asking again, seconds; it doubles.
_FIRST_WAIT_S = 1.0


class Plan(NamedTuple):
    """What asking for many names would mean."""

    questions: int  #: to ask
    kept: int  #: answered already
    seconds: float  #: that the policy alone takes


class OnlineGeocoder:
    """Ask one online service, as its policy allows, and keep what it answers.

    Each use opens the network: nothing in `geo` makes one unless it is told the service's name.

    Parameters
    ----------
    service
        As geopy has it: `nominatim`, `photon`, `geonames`, `opencage`…
    cache
        Where answers are kept, and turns are taken; None is the user's own file.
    environment
        Where keys, domains and the contact are; None is the process's.
    timeout
        Seconds to wait for one answer.
    retries
        How often to ask again after a failure that may pass.
    longest_wait_s
        A service that asks for more patience than this is not asked again.
    most_questions
        Overrides the policy's: where a server's owner has allowed more.
    clock, sleep
        Time, for tests.
    adapter_factory
        Makes geopy's HTTP client, for tests.

    Raises
    ------
    UnknownNameError
        geopy has no such service.
    SettingsError
        A key is missing, or a variable of the service is unknown.
    """

    def __init__(
        self,
        service: str,
        *,
        cache: AnswerCache | None = None,
        environment: Mapping[str, str] | None = None,
        timeout: float = 10.0,
        retries: int = 3,
        longest_wait_s: float = 60.0,
        most_questions: int | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
        adapter_factory: Any = None,
    ) -> None:
        self._service = open_service(
            service,
            user_agent=_user_agent(environment),
            timeout=timeout,
            environment=environment,
            adapter_factory=adapter_factory,
        )
        self._cache = cache or AnswerCache(cache_path(environment), clock=clock)
        self._owns_cache = cache is None
        self._retries = retries
        self._longest_wait_s = longest_wait_s
        self._most = most_questions or self._service.policy.most_questions
        self._sleep = sleep
        self._lock = threading.Lock()
        #: How many questions were put to the service so far, retries not counted.
        self.asked = 0

    @property
    def service(self) -> str:
        """Give the name of the service."""
        return self._service.name

    @property
    def host(self) -> str:
        """Give the host that is asked."""
        return self._service.host

    def geocode(
        self,
        query: str | Mapping[str, str],
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        country_codes: str | Sequence[str] | None = None,
        near: str | Sequence[float] | None = None,
        language: str | None = None,
        options: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> Any:
        """Return the service's answer, from the cache where it is there.

        Parameters
        ----------
        query
            A name or an address; for the services that take one, a structured query.
        exactly_one
            False gives a list.
        limit
            At most so many places in the list.
        country_codes
            Only places there. A service that cannot be told is asked without, and answers that
            name another country are dropped.
        near
            Prefer places close to it: latitude, longitude; a service that cannot be told ignores
            it.
        language
            Of the answer, as BCP 47; a service that cannot be told ignores it.
        options
            More of the service's own options, as geopy's class names them; JSON values only.
        timeout
            Seconds to wait, for this call.

        Returns
        -------
        location
            A `geopy.location.Location` or a list of them; None where nothing is found. `raw` is
            what the service sent, with `"origin": "online"` and the `service`.

        Raises
        ------
        OnlineError
            The service failed, refused, or may not be asked so often (a geopy
            error too).
        QueryError
            An argument is not what it should be (a `ValueError`, and a geopy error).
        """
        countries = _checked(parse_country_codes, country_codes)
        arguments = naming(self._service, exactly_one, limit, countries, language, options)
        if near is not None:
            arguments.update(nearness(self._service, _checked(parse_point, near)))
        answers = [
            answer
            for answer in self._answers("geocode", _plain(query), arguments, timeout)
            if not countries or country_code_of(answer.raw) in {*countries, None}
        ]
        return self._as_asked(answers, exactly_one, limit)

    def reverse(
        self,
        query: str | Sequence[float],
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        language: str | None = None,
        options: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> Any:
        """Return what the service says is at a point; arguments and errors as with `geocode`.

        Raises
        ------
        OnlineError
            Also where the service answers no such questions.
        """
        if not hasattr(self._service.geocoder, "reverse"):
            raise OnlineError(f"{self.service} looks up names, no points. Ask another service.")
        latitude, longitude = _checked(parse_point, query)
        arguments = common_arguments(
            self._service, "reverse", exactly_one, limit, language, options
        )
        answers = self._answers("reverse", f"{latitude},{longitude}", arguments, timeout)
        return self._as_asked(answers, exactly_one, limit)

    def places(
        self,
        name: str,
        *,
        limit: int = 5,
        country_codes: str | Sequence[str] | None = None,
        near: str | Sequence[float] | None = None,
    ) -> list[Place]:
        """Return the service's answers as places, its best first; none is an empty list."""
        found = self.geocode(
            name, exactly_one=False, limit=limit, country_codes=country_codes, near=near
        )
        return [self.place(location) for location in found or []]

    def place(self, location: Any) -> Place:
        """Return the place that a location of this geocoder stands for."""
        answer = Answer(
            address=location.address,
            latitude=location.latitude,
            longitude=location.longitude,
            raw=location.raw,
        )
        return place_of(answer, self.service)

    def plan(
        self,
        names: Iterable[str],
        *,
        limit: int = 5,
        country_codes: str | Sequence[str] | None = None,
        near: str | Sequence[float] | None = None,
    ) -> Plan:
        """Count the questions that `places` would ask for these names, and ask none."""
        countries = _checked(parse_country_codes, country_codes)
        arguments = naming(self._service, False, limit, countries)
        if near is not None:
            arguments.update(nearness(self._service, _checked(parse_point, near)))
        distinct = {self._question("geocode", _plain(name), arguments) for name in names}
        kept = sum(self._cache.get(question) is not None for question in distinct)
        left = len(distinct) - kept
        return Plan(left, kept, max(0, left - 1) * self._service.policy.interval_s)

    def allow(self, questions: int) -> None:
        """Raise `OnlineError` where asking so many more questions would break the policy."""
        if self._most is not None and self.asked + questions > self._most:
            raise OnlineError(
                f"{self.host} is a public server: at most {self._most} questions a run, and this "
                f"needs {self.asked + questions}. Use a server of your own "
                f"(GEO_KEY_{self.service.upper()}_DOMAIN), or ask in smaller parts on other days."
            )

    def close(self) -> None:
        """Close the cache, if it was opened here."""
        if self._owns_cache:
            self._cache.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"OnlineGeocoder({self.service!r}, host={self.host!r})"

    def _question(self, call: str, query: object, arguments: Mapping[str, object]) -> str:
        whole = [self.service, self.host, call, query, arguments]
        try:
            return json.dumps(whole, ensure_ascii=False, sort_keys=True)
        except TypeError as error:
            raise QueryError(f"options are JSON values: {error}.") from error

    def _answers(
        self, call: str, query: object, arguments: Mapping[str, object], timeout: float | None
    ) -> list[Answer]:
        question = self._question(call, query, arguments)
        kept = self._cache.get(question)
        if kept is not None:
            return kept
        with self._lock:
            self.allow(1)
            self.asked += 1
        answers = self._ask(call, query, arguments, timeout)
        policy = self._service.policy
        self._cache.put(question, answers, keep_s=policy.keep_s if answers else policy.keep_empty_s)
        return answers

    def _ask(
        self, call: str, query: object, arguments: Mapping[str, object], timeout: float | None
    ) -> list[Answer]:
        """Ask in our turn, and again after failures that may pass."""
        ask = getattr(self._service.geocoder, call)
        more = {} if timeout is None else {"timeout": timeout}
        wait_s = _FIRST_WAIT_S
        for left in range(self._retries, -1, -1):
            self._wait_for_turn()
            try:
                return _listed(ask(query, **arguments, **more))
            except GeocoderRateLimited as error:
                pause = wait_s if error.retry_after is None else float(error.retry_after)
                if not left or pause > self._longest_wait_s:
                    raise self._failure(error, error.retry_after) from None
                self._cache.hold(self.host, seconds=pause)
            except (GeocoderServiceError, *_BROKEN) as error:
                if not left or not _may_pass(error):
                    raise self._failure(error, None) from None
                self._cache.hold(self.host, seconds=wait_s)
            wait_s *= 2
        raise AssertionError("the last try returns or raises")

    def _wait_for_turn(self) -> None:
        wait = self._cache.take_turn(self.host, interval_s=self._service.policy.interval_s)
        if wait > 0:
            self._sleep(wait)

    def _failure(self, error: Exception, pause_s: float | None) -> OnlineError:
        """Return what to raise: in one line, without keys; the cause may hold them, so it goes."""
        if pause_s is not None:
            then = f"It asks to wait {pause_s:.0f} s: run again then, its answers so far are kept."
        elif isinstance(error, GeocoderAuthenticationFailure | GeocoderInsufficientPrivileges):
            then = f"Check the key: GEO_KEY_{self.service.upper()}."
        elif isinstance(error, GeocoderQuotaExceeded):
            then = "Wait for the quota, or ask another service."
        elif isinstance(error, GeocoderQueryError):
            then = "Check the query and the options."
        else:
            then = "Run again later: its answers so far are kept."
        what = " ".join(self._service.hide(str(error)).split())[:200] or type(error).__name__
        if isinstance(error, GeocoderParseError):
            what = "the answer is not JSON"
        elif not isinstance(error, GeocoderServiceError | OSError | HTTPException):
            what = f"the answer is not what the service documents ({type(error).__name__})"
        return OnlineError(f"{self.service} ({self.host}): {what.rstrip('.')}. {then}")

    def _as_asked(self, answers: list[Answer], exactly_one: bool, limit: int | None) -> Any:
        found = [
            Location(
                answer.address,
                (answer.latitude, answer.longitude),
                {
                    **(answer.raw if isinstance(answer.raw, dict) else {"answer": answer.raw}),
                    "origin": "online",
                    "service": self.service,
                },
            )
            for answer in answers[:limit]
        ]
        if not found:
            return None
        return found[0] if exactly_one else found


def _listed(found: Any) -> list[Answer]:
    """Check what geopy made of an answer at the door."""
    locations = [] if found is None else found if isinstance(found, list) else [found]
    answers = []
    for location in locations:
        latitude, longitude = parse_point((location.latitude, location.longitude))
        if latitude == longitude == 0.0:
            # What geopy makes of an answer without coordinates; nothing lies there but a buoy.
            raise ValueError("an answer has no position")
        raw = json.loads(json.dumps(location.raw))
        answers.append(
            Answer(address=str(location.address), latitude=latitude, longitude=longitude, raw=raw)
        )
    return answers


def _may_pass(error: BaseException) -> bool:
    """Tell whether asking again may help: not after 4xx, nor where JSON of another kind came."""
    if isinstance(error, _FINAL):
        return False
    if not isinstance(error, GeocoderServiceError | OSError | HTTPException):
        return False
    status = getattr(error.__cause__, "status_code", None)
    return not (isinstance(status, int) and 400 <= status < 500 and status != 408)


def _plain(query: str | Mapping[str, str]) -> Any:
    """Return one form of equal queries, so that they are asked once."""
    if isinstance(query, str):
        return " ".join(unicodedata.normalize("NFC", query).split())
    return {key: _plain(value) for key, value in sorted(query.items())}


def _checked(parse: Callable[[Any], Any], value: object) -> Any:
    try:
        return parse(value)
    except ValueError as error:
        raise QueryError(str(error)) from error


def _user_agent(environment: Mapping[str, str] | None) -> str:
    from geo import __version__

    variables = os.environ if environment is None else environment
    contact = "".join(variables.get(CONTACT, "").split())
    return f"mentionmap/{__version__}" + (f" (+{contact})" if contact else "")
