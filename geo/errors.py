"""Errors and warnings.

The tree::

    GeoError
    ├── ReadError (OSError)            a source cannot be read
    ├── FormatError (ValueError)       what was read is not in the format it claims
    ├── SettingsError (ValueError)     a setting is unknown or out of range
    ├── UnknownNameError (LookupError) no implementation goes by that name
    ├── MissingExtraError (ImportError) an optional package is needed
    ├── GazetteerError (RuntimeError)  the gazetteer is missing, broken or of another version
    └── ExportError (OSError)          an output cannot be written

`geo.geocoders` adds `QueryError` and `OnlineError`, which inherit geopy's errors as well.

    GeoWarning (UserWarning)           a doubtful result: a guessed encoding, a replaced character

A message says what happened, where, and what to do next.
"""

__all__ = [
    "ExportError",
    "FormatError",
    "GazetteerError",
    "GeoError",
    "GeoWarning",
    "MissingExtraError",
    "ReadError",
    "SettingsError",
    "UnknownNameError",
]


class GeoError(Exception):
    """Be the root of all errors that `geo` raises on purpose."""


class ReadError(GeoError, OSError):
    """Say that a source cannot be read: it is missing, denied, binary or broken."""


class FormatError(GeoError, ValueError):
    """Say that something is not in the format it claims to be in."""


class SettingsError(GeoError, ValueError):
    """Say that a setting is unknown or out of its range."""


class UnknownNameError(GeoError, LookupError):
    """Say that no implementation is registered under a name."""


class MissingExtraError(GeoError, ImportError):
    """Say which optional packages a feature needs."""


class GazetteerError(GeoError, RuntimeError):
    """Say that the gazetteer is missing, broken or made for another version."""


class ExportError(GeoError, OSError):
    """Say that an output cannot be written."""


class GeoWarning(UserWarning):
    """Mark a doubtful result that did not stop the work."""
