"""What the environment says of a service, and that nothing of it is ever printed."""

import pytest

from geo.errors import SettingsError, UnknownNameError
from geo.geocoders.services import Service, open_service, service_names

SECRET = "s3cr&t/key"


def opened(name: str, environment: dict[str, str]) -> Service:
    return open_service(name, user_agent="mentionmap/test", timeout=1.0, environment=environment)


def test_a_service_without_a_key_needs_nothing() -> None:
    service = opened("Nominatim", {})
    assert (service.name, service.host) == ("nominatim", "nominatim.openstreetmap.org")
    assert service.geocoder.headers == {"User-Agent": "mentionmap/test"}
    assert service.geocoder.timeout == 1.0
    assert service.policy.interval_s == 1.0
    assert service.policy.most_questions == 100


@pytest.mark.parametrize(
    ("name", "environment", "attribute"),
    [
        ("opencage", {"GEO_KEY_OPENCAGE": SECRET}, "api_key"),
        ("opencage", {"GEO_KEY_OPENCAGE_API_KEY": SECRET}, "api_key"),
        ("geonames", {"GEO_KEY_GEONAMES": SECRET}, "username"),
        ("azure", {"GEO_KEY_AZURE": SECRET}, "api_key"),
        ("google", {"GEO_KEY_GOOGLE": SECRET, "GEO_KEY_GOOGLEV3": "another"}, "api_key"),
    ],
)
def test_keys_come_from_the_environment_and_stay_hidden(
    name: str, environment: dict[str, str], attribute: str
) -> None:
    service = opened(name, environment)
    assert getattr(service.geocoder, attribute) == SECRET
    assert SECRET not in repr(service)
    assert service.hide(f"GET /?key={SECRET}") == "GET /?key=***"
    assert service.hide("GET /?key=s3cr%26t%2Fkey") == "GET /?key=***"


def test_geonames_is_not_asked_in_the_clear() -> None:
    service = opened("geonames", {"GEO_KEY_GEONAMES": "me"})
    assert service.geocoder.api.startswith("https://secure.geonames.org/")


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("opencage", "GEO_KEY_OPENCAGE"),
        ("geonames", "GEO_KEY_GEONAMES"),
        ("liveaddress", "GEO_KEY_LIVEADDRESS"),
        ("pelias", "GEO_KEY_PELIAS_DOMAIN"),
    ],
)
def test_a_missing_key_is_named(name: str, variable: str) -> None:
    with pytest.raises(SettingsError, match=rf"{variable} in the environment"):
        opened(name, {"GEO_KEY_OTHER": "x"})


@pytest.mark.parametrize(
    "environment",
    [
        {"GEO_KEY_NOMINATIM_DOMAIN": "localhost:8080", "GEO_KEY_NOMINATIM_SCHEME": "http"},
        {"GEO_KEY_NOMINATIM_DOMAIN": "http://localhost:8080/"},
    ],
)
def test_a_server_of_ones_own_has_no_limits(environment: dict[str, str]) -> None:
    service = opened("nominatim", environment)
    assert service.geocoder.api == "http://localhost:8080/search"
    assert service.host == "localhost:8080"
    assert service.policy.interval_s == 0.0
    assert service.policy.most_questions is None


def test_the_public_domain_written_out_keeps_its_limits() -> None:
    service = opened("nominatim", {"GEO_KEY_NOMINATIM_DOMAIN": "nominatim.openstreetmap.org"})
    assert service.policy.most_questions == 100


def test_an_unknown_variable_is_an_error_that_shows_no_value() -> None:
    with pytest.raises(SettingsError, match="Did you mean GEO_KEY_NOMINATIM_DOMAIN") as caught:
        opened("nominatim", {"GEO_KEY_NOMINATIM_DOMIAN": SECRET})
    assert SECRET not in str(caught.value)


def test_an_unknown_service_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match='Did you mean "nominatim"'):
        opened("nominatum", {})


@pytest.mark.parametrize("name", service_names())
def test_every_service_of_geopy_opens(name: str) -> None:
    """With all the environment may give, and with a host to name."""
    environment = {f"GEO_KEY_{name.upper()}": "c2VjcmV0"}
    own = {"pelias": "DOMAIN", "liveaddress": "AUTH_TOKEN", "here": "APIKEY"}
    if name in own:
        environment[f"GEO_KEY_{name.upper()}_{own[name]}"] = "c2VjcmV0"
    if name == "here":
        del environment["GEO_KEY_HERE"]
    if name in ("arcgis", "ignfrance"):
        environment = {}
    try:
        service = opened(name, environment)
    except SettingsError as error:
        if "no use for" not in str(error):
            raise
        service = opened(name, {})
    assert service.host
    assert service.policy.interval_s >= 0
    assert "exactly_one" in service.takes("geocode")
