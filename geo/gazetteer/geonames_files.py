"""GeoNames' files of some countries or of all: which they are, and what they add."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from geo.errors import GazetteerError
from geo.gazetteer.download import NotOnServerError
from geo.gazetteer.extend import Addition
from geo.gazetteer.sources import geonames

__all__ = ["GEONAMES", "Fetcher", "FolderOfFiles", "addition", "digest_of", "fetch", "files_of"]

#: The name of the list.
GEONAMES = "geonames"

_LICENCE = "GeoNames, CC BY 4.0"

_ALL_FILES = ("allCountries.zip", "alternateNamesV2.zip")
_COMMON_FILES = ("admin1CodesASCII.txt", "admin2Codes.txt", "hierarchy.zip")


class Fetcher(Protocol):
    """Whoever brings GeoNames' files: `geo.gazetteer.download.Downloader`, or a folder."""

    host: str

    def fetch(self, name: str) -> Path:
        """Return where the file is now; raise `NotOnServerError` where there is none."""
        ...


class FolderOfFiles:
    """Take GeoNames' files from a folder, for machines without a network."""

    def __init__(self, folder: Path, target: Path) -> None:
        self.host = str(folder)
        self._folder = folder
        self._target = target

    def fetch(self, name: str) -> Path:
        """Copy a file; `alternatenames/KG.zip` may also lie there as `alternatenames-KG.zip`."""
        flat = name.replace("/", "-")
        for given in (self._folder / name, self._folder / flat):
            if given.is_file():
                return Path(shutil.copyfile(given, self._target / flat))
        raise NotOnServerError(
            f"there is no {name} in {self._folder}. Fetch it from GeoNames' download server."
        )


def fetch(source: Fetcher, countries: Sequence[str]) -> None:
    """Fetch the files of these countries, or of all where none are named."""
    for name in (*_COMMON_FILES, *([] if countries else _ALL_FILES)):
        source.fetch(name)
    for country in countries:
        _fetch_country(source, country)


def _fetch_country(source: Fetcher, country: str) -> None:
    source.fetch(f"{country}.zip")
    try:
        source.fetch(f"alternatenames/{country}.zip")
    except NotOnServerError:
        return  # a mirror without them: the short list in the country's own file is taken


def files_of(folder: Path, countries: Sequence[str]) -> list[Path]:
    """Return those files of a folder that are there."""
    names = [*_COMMON_FILES]
    for country in countries:
        names += [f"{country}.zip", f"alternatenames-{country}.zip"]
    if not countries:
        names += _ALL_FILES
    return [folder / name for name in names if (folder / name).is_file()]


def digest_of(paths: Sequence[Path]) -> str:
    """Return a digest of the names and the bytes of files."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        digest.update(f"{path.name} {content}\n".encode())
    return digest.hexdigest()


def addition(folder: Path, *, countries: Sequence[str], digest: str) -> Addition:
    """Return what the files in `folder` add.

    Raises
    ------
    GazetteerError
        A file is gone.
    """
    archives = [folder / name for name in ([f"{c}.zip" for c in countries] or [_ALL_FILES[0]])]
    alternates = {
        archive: folder / (f"alternatenames-{archive.name}" if countries else _ALL_FILES[1])
        for archive in archives
    }
    common = [folder / name for name in _COMMON_FILES]
    for path in (*archives, *common):
        if not path.is_file():
            raise GazetteerError(
                f"GeoNames' file {path} is gone. Fetch it again: run `geo gazetteer install "
                "geonames` with the same countries."
            )
    divisions = geonames.Divisions(common[:2], common[2])
    there = [path for path in alternates.values() if path.is_file()]
    return Addition(
        name=GEONAMES,
        digest=digest,
        version=f"{' '.join(countries) or 'all countries'} {digest[:12]}",
        entries=geonames.read(
            archives,
            divisions=divisions,
            unnamed=[a for a, names in alternates.items() if names not in there],
        ),
        names=geonames.names(there),
        divisions=divisions.ids,
        licence=_LICENCE,
        is_large=True,
    )
