"""Name to candidates: the gazetteer that is shipped, and those a user makes."""

from pathlib import Path

from geo.gazetteer.sqlite import SqliteGazetteer, gazetteer_path

__all__ = ["SqliteGazetteer", "gazetteer_path", "open_gazetteer"]


def open_gazetteer(path: Path | None = None) -> SqliteGazetteer:
    """Open the gazetteer at `path`, or the one in use: the user's own, else the shipped."""
    return SqliteGazetteer(path)
