"""Text to map: recognize the places a document mentions, resolve them, and draw them.

>>> import geo
>>> parsed = geo.parse("Russian jets fly from the Kant airbase, 20 km east of Bishkek.")
>>> [(r.mention.text, r.place.country_code) for r in parsed.resolutions if r.place]
[('Russian', 'RU'), ('Kant airbase', 'KG'), ('Bishkek', 'KG')]
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from geo.document import Document, Hints, Mention, ParsedDocument, Resolution, Section
from geo.errors import (
    ExportError,
    FormatError,
    GazetteerError,
    GeoError,
    GeoWarning,
    MissingExtraError,
    ReadError,
    SettingsError,
    UnknownNameError,
)
from geo.place import Candidate, Place
from geo.settings import Settings

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo.page.notebook import NotebookMap
    from geo.pipeline import Geoparser
    from geo.summary import Summary

__version__ = "0.1.0"

__all__ = [
    "Candidate",
    "Document",
    "ExportError",
    "FormatError",
    "GazetteerError",
    "GeoError",
    "GeoWarning",
    "Geoparser",
    "Hints",
    "Mention",
    "MissingExtraError",
    "ParsedDocument",
    "Place",
    "ReadError",
    "Resolution",
    "Section",
    "Settings",
    "SettingsError",
    "UnknownNameError",
    "__version__",
    "export",
    "parse",
    "parse_all",
    "read",
    "show",
    "summarize",
    "to_dataframe",
    "to_geodataframe",
]


def read(*sources: str | Path) -> Iterator[Document]:
    """Read documents from files, folders, globs or `-` (standard input).

    Parameters
    ----------
    sources
        Paths as given on the command line. A folder gives every file of a known format below it.

    Yields
    ------
    document
        In the order of the sources, files of a folder by name.

    Raises
    ------
    ReadError, FormatError
        At the first source that cannot be read; `geo.readers.read_sources` goes on instead.
    """
    from geo.readers import read_sources

    return read_sources(sources)


def parse(document: Document | str) -> ParsedDocument:
    """Recognize the mentions of one document or text and resolve each to a place.

    It opens the gazetteer anew on each call: for many documents use `parse_all` or `Geoparser`.
    """
    from geo.pipeline import Geoparser

    with Geoparser() as parser:
        return parser.parse(document)


def parse_all(documents: Iterable[Document | str]) -> Iterator[ParsedDocument]:
    """Parse documents or texts as they come, in their order."""
    from geo.pipeline import Geoparser

    with Geoparser() as parser:
        yield from parser.parse_all(documents)


def export(parsed: ParsedDocument | Iterable[ParsedDocument], path: str | Path) -> Path:
    """Write parsed documents to a file whose suffix names the format, and return its path.

    Raises
    ------
    UnknownNameError
        No exporter writes that suffix.
    ExportError
        The file cannot be written; what was there before stays.
    """
    from geo.exporters import export as write

    return write([parsed] if isinstance(parsed, ParsedDocument) else parsed, Path(path))


def show(parsed: ParsedDocument | Iterable[ParsedDocument], *, height: int = 640) -> "NotebookMap":
    """Show the map of documents in a notebook, `height` pixels high, as the value of a cell.

    A single `ParsedDocument` shows itself without it.
    """
    from geo.page.notebook import NotebookMap

    return NotebookMap(parsed, height=height)


def to_dataframe(parsed: ParsedDocument | Iterable[ParsedDocument]) -> "pd.DataFrame":
    """Return a data frame of pandas, a row a mention; see `geo.integrations.pandas`.

    Raises
    ------
    MissingExtraError
        pandas is not installed.
    """
    from geo.integrations.pandas import to_dataframe as convert

    return convert(parsed)


def to_geodataframe(parsed: ParsedDocument | Iterable[ParsedDocument]) -> "gpd.GeoDataFrame":
    """Return the same as a frame of geopandas with points, for `.explore()` and `.to_file()`.

    Raises
    ------
    MissingExtraError
        geopandas is not installed.
    """
    from geo.integrations.pandas import to_geodataframe as convert

    return convert(parsed)


def summarize(
    parsed: ParsedDocument | Iterable[ParsedDocument], *, least: float = 0.5
) -> "Summary":
    """Say what documents are about: focus, counts by country and division, dates.

    Parameters
    ----------
    parsed
        One document or many; read once.
    least
        Mentions of a lower confidence, 0 to 1, are not counted.

    Raises
    ------
    GazetteerError
        There is no gazetteer to ask for the names of countries.
    """
    from geo.gazetteer import open_gazetteer
    from geo.summary import summarize as count

    with open_gazetteer() as gazetteer:
        return count(parsed, gazetteer=gazetteer, least=least)


def __getattr__(name: str) -> object:
    # The pipeline loads on first use, so that `import geo` stays light.
    if name == "Geoparser":
        from geo.pipeline import Geoparser

        return Geoparser
    raise AttributeError(f"module 'geo' has no attribute '{name}'")
