"""What a scan is made with: everything that changes its rows, as one record that travels."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from geo.document import Hints
from geo.errors import SettingsError
from geo.languages import detect_language
from geo.pipeline import Geoparser
from geo.readers.options import ReadOptions
from geo.settings import Settings

__all__ = ["Job", "Limits", "differences"]


#: Its language is told wherever languages can be told.
_ENGLISH = "The road from Osh to Bishkek is closed, officials said, and will stay so for a week."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost; beyond it, it is named in `failed.jsonl`."""

    seconds: float = 60.0  #: to parse it, or to read the file it is in
    memory_mb: int = 1000  #: beside what a process holds before

    def __post_init__(self) -> None:
        if self.seconds <= 0 or self.memory_mb <= 0:
            raise SettingsError(
                f"a limit is more than 0, got {self.seconds} seconds and {self.memory_mb} MB."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A scan, but for its documents."""

    output: str  #: the folder of the parts: a path or a URL
    folder: str  #: where relative paths begin
    settings: Settings
    reading: ReadOptions = field(default_factory=ReadOptions)
    hints: Hints = field(default_factory=Hints)  #: for documents that bring none
    corrections: str | None = None  #: path of a corrections file
    limits: Limits = field(default_factory=Limits)

    def parser(self) -> Geoparser:
        """Open the parser that the job asks for."""
        return Geoparser(self.settings, corrections=self.corrections)

    def made_with(self, parser: Geoparser) -> dict[str, object]:
        """Say what the rows depend on: settings, and digests of what they name."""
        from geo import __version__

        settings = asdict(self.settings)
        reading = asdict(self.reading)
        hints = asdict(self.hints)
        return {
            "version": __version__,
            "models": _digest_of_models(),
            "gazetteer": _digest_of_gazetteer(parser),
            "tells_languages": detect_language(_ENGLISH) is not None,
            "corrections": _digest_of_file(self.corrections) if self.corrections else None,
            **{key: settings[key] for key in settings if key != "gazetteer"},
            **{key: _digest_of_lists(settings[key]) for key in ("never", "always")},
            **{
                key: list(value) if isinstance(value, tuple) else value
                for key, value in reading.items()
                if key in ("text_columns", "id_column", "date_column", "whole_page")
            },
            "country": hints["country"],
            "near": list(hints["near"]) if hints["near"] else None,
            "outlet": hints["outlet"],
            "year": hints["year"],
        }


def differences(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """Return a line for each setting in which two scans differ: `recognizer: "a", now "b"`."""
    found = []
    for key in sorted({*one, *other}):
        before, now = one.get(key), other.get(key)
        if before != now:
            found.append(f"{key}: {json.dumps(before)}, now {json.dumps(now)}")
    return found


@cache
def _digest_of_models() -> str:
    """Return one digest of the models and word lists that are shipped, but for the gazetteer."""
    digest = hashlib.sha256()
    folder = files("geo").joinpath("data")
    for name in sorted(entry.name for entry in folder.iterdir()):
        if name.endswith((".onnx", ".json", ".txt")):
            digest.update(name.encode() + b"\0" + folder.joinpath(name).read_bytes())
    return digest.hexdigest()[:16]


def _digest_of_gazetteer(parser: Geoparser) -> str:
    meta = getattr(parser.gazetteer, "meta", {})
    return str(meta.get("digest", type(parser.gazetteer).__name__))


def _digest_of_file(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}. Check the path.") from error


def _digest_of_lists(given: str) -> str:
    """Return the phrases that are given, with a digest for each file of them."""
    lines = [
        f"{line.strip()} {_digest_of_file(line.strip()[1:])}" if line.strip()[:1] == "@" else line
        for line in given.splitlines()
    ]
    return "\n".join(lines)
