"""Settings: a flag, then `GEO_*`, then the nearest `geo.toml`, then the default below."""

import difflib
import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from geo.errors import SettingsError

__all__ = ["Settings", "data_folder", "load_settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that changes what comes out; made once at the edge and passed down."""

    recognizer: str = "onnx"  #: a name of the group `geo.recognizers`, for some `NAME:MODEL`
    caution: float = 0.0  #: above 0 fewer mentions and surer ones, below 0 more; within -5 and 5
    resolver: str = "ranking"  #: a name of the entry point group `geo.resolvers`
    gazetteer: str | None = None  #: path of a gazetteer file; None is the newest one there is
    demonyms: bool = True  #: give mentions such as "Kyrgyz", as `associative`
    organizations: bool = False  #: give the longer name around a place that is `inside` it
    exact_only: bool = False  #: place no name by what it is named with
    relations: bool = False  #: give areas that are told by others: "20 km east of Bishkek"
    minimum_score: float = 0.0  #: mentions below it are left out, 0 to 1
    never: str = ""  #: phrases that are no places, one a line; `@file` reads them from a file
    always: str = ""  #: lines `name = place`, an id or a point; `@file` reads a CSV `name,place`

    def __post_init__(self) -> None:
        if not -5 <= self.caution <= 5:
            raise SettingsError(
                f"caution lies within -5 and 5, got {self.caution}. 0 finds as many as are right."
            )
        if not 0 <= self.minimum_score <= 1:
            raise SettingsError(
                f"minimum_score lies within 0 and 1, got {self.minimum_score}. "
                "0 keeps every mention."
            )

    @property
    def digest(self) -> str:
        """Tell settings apart: `sha256:` and 16 hex digits, the gazetteer's path left out."""
        values = asdict(replace(self, gazetteer=None))
        made = json.dumps(values, sort_keys=True).encode()
        return f"sha256:{hashlib.sha256(made).hexdigest()[:16]}"


def data_folder() -> Path:
    """Return the folder of the user's own data: `GEO_HOME`, else the platform's."""
    home = os.environ.get("GEO_HOME")
    if home:
        return Path(home)
    import platformdirs

    return Path(platformdirs.user_data_dir("geo", appauthor=False))


def load_settings(
    flags: Mapping[str, object] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """Join flags, environment and the nearest `geo.toml` into settings.

    Parameters
    ----------
    flags
        Values given by hand; `None` values count as not given.
    environment
        Defaults to the process's.
    folder
        Where the search for `geo.toml` begins, upwards; defaults to the current folder.

    Raises
    ------
    SettingsError
        An unknown key or a value of the wrong type, with the place it was found in.
    """
    settings = Settings()
    file = _nearest_file(folder or Path.cwd())
    if file is not None:
        settings = _apply(settings, _read_file(file), f"{file}")
    variables = os.environ if environment is None else environment
    given = {
        key.removeprefix("GEO_").lower(): value
        for key, value in variables.items()
        if key.startswith("GEO_") and not key.startswith(_NOT_SETTINGS)
    }
    settings = _apply(settings, given, "the environment")
    return _apply(settings, {k: v for k, v in (flags or {}).items() if v is not None}, "the call")


#: Variables that are no settings: the data folder, and what online services ask for.
_NOT_SETTINGS = ("GEO_HOME", "GEO_CONTACT", "GEO_KEY_")


def _nearest_file(folder: Path) -> Path | None:
    for parent in (folder, *folder.parents):
        candidate = parent / "geo.toml"
        if candidate.is_file():
            return candidate
    return None


def _read_file(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{file} is not valid TOML: {error}. Mend the line it names."
        ) from error
    except OSError as error:
        raise SettingsError(f"cannot read {file}: {error.strerror}.") from error


def _apply(settings: Settings, values: Mapping[str, object], where: str) -> Settings:
    known = {field.name: field for field in fields(Settings)}
    changes: dict[str, object] = {}
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise SettingsError(
                f'unknown setting "{key}" in {where}.{hint} Known: {", ".join(sorted(known))}.'
            )
        default = getattr(Settings(), key)
        changes[key] = _convert(key, value, default, where)
    return replace(settings, **changes)  # type: ignore[arg-type]  # values were converted by field


def _convert(key: str, value: object, default: object, where: str) -> object:
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        word = str(value).lower()
        if word in ("1", "true", "yes", "on"):
            return True
        if word in ("0", "false", "no", "off"):
            return False
    elif isinstance(default, float):
        try:
            return float(str(value))
        except ValueError:
            pass
    elif isinstance(value, (str, Path)):
        return str(value)
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    elif isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        return "\n".join(f"{name} = {item}" for name, item in value.items())
    wanted = "text"
    if isinstance(default, (bool, float)):
        wanted = "true or false" if isinstance(default, bool) else "a number"
    raise SettingsError(f'{key} in {where} takes {wanted}, got "{value}".')
