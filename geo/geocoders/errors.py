"""What geocoders raise: errors of ours and of geopy at once, so that either is caught."""

from geopy.exc import GeocoderQueryError, GeocoderServiceError

from geo.errors import GeoError

__all__ = ["OnlineError", "QueryError"]


class OnlineError(GeoError, GeocoderServiceError):  # type: ignore[misc]  # geopy carries no types
    """Say that a service gave no answer: it failed, refused, or may not be asked so often."""


class QueryError(GeoError, GeocoderQueryError):  # type: ignore[misc]  # geopy carries no types
    """Say that a question is not one: an unknown option, a point that is none (a `ValueError`)."""
