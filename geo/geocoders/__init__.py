"""Names to points and back, as geopy has it: offline from the gazetteer, online when asked.

>>> from geo.geocoders import GazetteerGeocoder
>>> with GazetteerGeocoder() as geocoder:
...     print(geocoder.geocode("Kant airbase", country_codes="kg").address)
Kant Air Base, Kyrgyzstan
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.geocoders.cache import AnswerCache
    from geo.geocoders.errors import OnlineError, QueryError
    from geo.geocoders.gazetteer import AsyncGazetteerGeocoder, GazetteerGeocoder
    from geo.geocoders.online import OnlineGeocoder

__all__ = [
    "AnswerCache",
    "AsyncGazetteerGeocoder",
    "GazetteerGeocoder",
    "OnlineError",
    "OnlineGeocoder",
    "QueryError",
]

_HOMES = {
    "AnswerCache": "cache",
    "AsyncGazetteerGeocoder": "gazetteer",
    "GazetteerGeocoder": "gazetteer",
    "OnlineError": "errors",
    "OnlineGeocoder": "online",
    "QueryError": "errors",
}


def __getattr__(name: str) -> object:
    # geopy takes a fifth of a second to load; who only searches the gazetteer need not wait.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"geo.geocoders.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'geo.geocoders' has no attribute '{name}'")
