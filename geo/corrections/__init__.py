"""Corrections: what people said of mentions, kept in a file and replayed on the next run."""

from geo.corrections.file import extend, read, row, write
from geo.corrections.merge import Conflict, merge
from geo.corrections.record import SCHEMA, Action, AppliesTo, Correction
from geo.corrections.replay import Corrections, Stale, check, replay

__all__ = [
    "SCHEMA",
    "Action",
    "AppliesTo",
    "Conflict",
    "Correction",
    "Corrections",
    "Stale",
    "check",
    "extend",
    "merge",
    "read",
    "replay",
    "row",
    "write",
]
