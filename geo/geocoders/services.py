"""The services geopy knows: how each is reached, what it allows, what it calls its options."""

import difflib
import inspect
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from geo.errors import SettingsError, UnknownNameError

__all__ = ["CONTACT", "PREFIX", "Policy", "Service", "open_service", "service_names"]

#: Variables of services: `GEO_KEY_OPENCAGE`, `GEO_KEY_NOMINATIM_DOMAIN`.
PREFIX = "GEO_KEY_"

#: The variable with an address by which a service can reach who asks.
CONTACT = "GEO_CONTACT"

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a service allows."""

    interval_s: float = 0.2  #: between two questions
    most_questions: int | None = None  #: by one geocoder; None for services that count themselves
    keep_s: float = 30 * _DAY_S  #: how long an answer may be kept
    keep_empty_s: float = _DAY_S  #: how long "nothing found" is believed


#: The public servers that need no key are somebody's gift, so we are strict by ourselves.
#: Nominatim: 1 a second, no bulk (operations.osmfoundation.org/policies/nominatim). Photon:
#: "be fair", no figures. GeoNames: 1,000 credits an hour. OpenCage's free plan: 1 a second.
#: Mapbox: answers of its default endpoint may not be kept.
_POLICIES: dict[str, Policy] = {
    "banfrance": Policy(interval_s=0.1, most_questions=1_000),
    "geonames": Policy(interval_s=1.0, most_questions=1_000),
    "mapbox": Policy(keep_s=0.0, keep_empty_s=0.0),
    "nominatim": Policy(interval_s=1.0, most_questions=100),
    "opencage": Policy(interval_s=1.0),
    "photon": Policy(interval_s=1.0, most_questions=500),
}

#: On a server of one's own nothing but its own limits hold.
_OWN_SERVER = Policy(interval_s=0.0)

#: Parameters of geopy's constructors that are secret or personal.
_CREDENTIALS = (
    "api_key",
    "apikey",
    "subscription_key",
    "username",
    "auth_id",
    "app_id",
    "client_id",
    "password",
    "auth_token",
    "app_code",
    "secret_key",
    "security_key",
)

#: Further parameters that the environment may give.
_OTHERS = ("domain", "scheme", "referer", "auth_domain", "channel")

#: Where geopy's default would send the user's name in the clear.
_DEFAULTS: dict[str, dict[str, str]] = {
    "geonames": {"domain": "secure.geonames.org", "scheme": "https"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service, ready to be asked."""

    name: str
    host: str
    policy: Policy
    geocoder: Any  # geopy carries no types
    secrets: tuple[str, ...]  #: what may appear in no message

    def __repr__(self) -> str:
        return f"Service({self.name!r}, host={self.host!r})"

    def takes(self, call: str) -> frozenset[str]:
        """Return the parameters of geopy's `geocode` or `reverse` for this service."""
        return frozenset(inspect.signature(getattr(self.geocoder, call)).parameters)

    def hide(self, text: str) -> str:
        """Return a message without the secrets of the service."""
        for secret in self.secrets:
            for form in (secret, quote(secret), quote(secret, safe=""), quote_plus(secret)):
                text = text.replace(form, "***")
        return text


def service_names() -> list[str]:
    """Return the names of the services geopy knows, sorted."""
    from geopy.geocoders import SERVICE_TO_GEOCODER

    return sorted(SERVICE_TO_GEOCODER)


def open_service(
    name: str,
    *,
    user_agent: str,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    adapter_factory: Any = None,
) -> Service:
    """Make geopy's geocoder for a service with what the environment says of it.

    Parameters
    ----------
    name
        As geopy has it: `nominatim`, `photon`, `geonames`, `opencage`…
    user_agent
        Who asks.
    timeout
        Seconds to wait for an answer.
    environment
        Where `GEO_KEY_<SERVICE>` is the key (or user name) and `GEO_KEY_<SERVICE>_<PARAMETER>` any
        parameter of geopy's class; the process's where nothing is given.
    adapter_factory
        Makes geopy's HTTP client; for tests.

    Raises
    ------
    UnknownNameError
        geopy has no such service.
    SettingsError
        A key is missing, or a variable of the service is unknown.
    """
    from geopy.adapters import URLLibAdapter
    from geopy.exc import ConfigurationError
    from geopy.geocoders import SERVICE_TO_GEOCODER, get_geocoder_for_service

    name = name.lower()
    if name not in SERVICE_TO_GEOCODER:
        near = difflib.get_close_matches(name, SERVICE_TO_GEOCODER, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        raise UnknownNameError(
            f'unknown service "{name}".{hint} Available: {", ".join(service_names())}.'
        )
    make = get_geocoder_for_service(name)
    parameters = inspect.signature(make.__init__).parameters
    given = _from_environment(name, parameters, os.environ if environment is None else environment)
    defaults = {k: v.default for k, v in parameters.items() if v.default is not v.empty}
    defaults.update(_DEFAULTS.get(name, {}))
    arguments = {**_DEFAULTS.get(name, {}), **given}
    missing = [
        k
        for k, v in parameters.items()
        if k != "self" and v.default is v.empty and k not in arguments
    ]
    if missing:
        short = missing[0] in _CREDENTIALS and missing[0] == _first_credential(parameters)
        variable = _variable(name, None if short else missing[0])
        raise SettingsError(
            f"{name} needs {missing[0].replace('_', ' ')}. Set {variable} in the environment."
        )
    try:
        geocoder = make(
            **arguments,
            user_agent=user_agent,
            timeout=timeout,
            # `requests` puts whole addresses, keys and all, into its messages.
            adapter_factory=adapter_factory or URLLibAdapter,
        )
    except ConfigurationError as error:
        raise SettingsError(f"{name}: {error}") from error
    domain = str(arguments.get("domain") or defaults.get("domain") or "").strip("/")
    own = "domain" in given and domain != defaults.get("domain")
    return Service(
        name=name,
        host=domain or urlsplit(str(getattr(geocoder, "api", ""))).netloc or name,
        policy=_policy(name, own=own),
        geocoder=geocoder,
        secrets=tuple(
            value
            for parameter in _CREDENTIALS
            for value in [given.get(parameter, "")]
            if len(value) > 2
        ),
    )


def _policy(name: str, *, own: bool) -> Policy:
    policy = _POLICIES.get(name, Policy())
    if not own:
        return policy
    return replace(_OWN_SERVER, keep_s=policy.keep_s, keep_empty_s=policy.keep_empty_s)


def _from_environment(
    name: str, parameters: Mapping[str, object], environment: Mapping[str, str]
) -> dict[str, str]:
    known: dict[str, str] = {
        _variable(name, p): p for p in (*_CREDENTIALS, *_OTHERS) if p in parameters
    }
    first = _first_credential(parameters)
    if first is not None:
        known[_variable(name, None)] = first
    found: dict[str, str] = {}
    own = _variable(name, None)
    for variable, value in sorted(environment.items()):
        if variable in known:
            if value.strip():
                found[known[variable]] = value.strip()
        elif variable == own or (
            variable.startswith(own + "_") and not _belongs_to_another(variable, name)
        ):
            near = difflib.get_close_matches(variable, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise SettingsError(
                f"{name} has no use for {variable}.{hint} Known: {', '.join(known) or 'none'}."
            )
    scheme, separator, rest = found.get("domain", "").partition("://")
    if separator:
        found["domain"] = rest.rstrip("/")
        found.setdefault("scheme", scheme)
    return found


def _belongs_to_another(variable: str, name: str) -> bool:
    return any(
        len(other) > len(name) and variable.startswith(_variable(other, None))
        for other in service_names()
    )


def _first_credential(parameters: Sequence[str] | Mapping[str, object]) -> str | None:
    return next((p for p in _CREDENTIALS if p in parameters), None)


def _variable(name: str, parameter: str | None) -> str:
    return PREFIX + name.upper() + (f"_{parameter.upper()}" if parameter else "")
