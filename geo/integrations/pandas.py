"""Mentions as data frames of pandas and geopandas, and a column of texts parsed."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from geo.document import ParsedDocument
from geo.errors import MissingExtraError
from geo.exporters.rows import TYPES, ColumnType, encode, rows
from geo.pipeline import Geoparser

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["geoparse", "to_dataframe", "to_geodataframe"]

# Every frame has these, an empty one too. Offsets are always known, populations are not.
_DTYPES: dict[ColumnType, str] = {
    "text": "string",
    "integer": "Int64",
    "number": "float64",
    "truth": "bool",
    "date": "datetime64[s]",
    "list": "object",
}


def to_dataframe(parsed: ParsedDocument | Iterable[ParsedDocument]) -> "pd.DataFrame":
    """Return a data frame with a row a mention.

    Parameters
    ----------
    parsed
        One document or many; read once, all rows are held.

    Returns
    -------
    frame
        The columns of `geo.exporters.rows` on a range index: texts as `string`, numbers as
        `float64` and `Int64`, `approximate` as `bool`, `published` as `datetime64[s]`,
        `alternatives` as lists of dictionaries. What is not known is missing (`isna`).

    Raises
    ------
    MissingExtraError
        pandas is not installed.

    Examples
    --------
    >>> import geo
    >>> frame = to_dataframe(geo.parse("The road from Osh to Bishkek is open."))
    >>> frame[["mention", "country_code"]].values.tolist()
    [['Osh', 'KG'], ['Bishkek', 'KG']]
    """
    return _frame([row for document in _each(parsed) for row in rows(document)])


def to_geodataframe(parsed: ParsedDocument | Iterable[ParsedDocument]) -> "gpd.GeoDataFrame":
    """Return the same as a frame of geopandas, for `.explore()`, `.plot()`, `.to_file(...)`.

    Parameters
    ----------
    parsed
        One document or many; read once, all rows are held.

    Returns
    -------
    frame
        As `to_dataframe`, with points in EPSG:4326 as `geometry`, `None` where nothing was
        placed. `alternatives` is JSON text, since no layer of a map holds lists.

    Raises
    ------
    MissingExtraError
        geopandas is not installed.
    """
    try:
        import geopandas as gpd
        import shapely
    except ImportError as error:
        raise MissingExtraError(
            'a GeoDataFrame needs an extra: pip install "mentionmap[geopandas]".'
        ) from error
    frame = to_dataframe(parsed)
    frame["alternatives"] = frame["alternatives"].map(encode).astype("string")
    points = [
        None if row.longitude != row.longitude else shapely.Point(row.longitude, row.latitude)
        for row in frame[["longitude", "latitude"]].itertuples(index=False)
    ]
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(points, index=frame.index, crs=4326))


def geoparse(texts: "pd.Series", *, parser: Geoparser | None = None) -> "pd.DataFrame":
    """Parse a column of texts, and return a row a mention under the index of its text.

    Parameters
    ----------
    texts
        A series of strings; a missing value has no mentions. Its index may repeat itself.
    parser
        Defaults to one with the settings of the environment and the nearest `geo.toml`.

    Returns
    -------
    rows
        The columns of `to_dataframe`. Texts without a mention have no row, so
        `frame.join(geoparse(frame["body"]))` keeps them and repeats the others.

    Raises
    ------
    MissingExtraError
        pandas is not installed.
    TypeError
        What was given is no series, or a value no text; then the message names its index.
    """
    pd = _pandas()
    if not isinstance(texts, pd.Series):
        raise TypeError(
            f"geoparse takes one column of texts (a Series), got {type(texts).__name__}. "
            'Give frame["body"], or pandas.Series(texts).'
        )
    given = []
    for label, text in texts.items():
        if isinstance(text, str):
            given.append(text)
        elif not pd.isna(text):
            raise TypeError(
                f"the value at index {label!r} is a {type(text).__name__}, no text. "
                "Convert the column with .astype(str), or give another."
            )
    found: list[dict[str, object]] = []
    places: list[int] = []
    for place, parsed in enumerate(_parsed(given, parser)):
        new = list(rows(parsed))
        found += new
        places += [place] * len(new)
    frame = _frame(found)
    # Taken from the index itself, so that levels, names and types stay.
    kept = texts.index[[isinstance(text, str) for text in texts]]
    frame.index = kept.take(places)
    return frame


def _parsed(texts: Iterable[str], parser: Geoparser | None) -> Iterator[ParsedDocument]:
    if parser is not None:
        yield from parser.parse_all(texts)
        return
    with Geoparser() as own:
        yield from own.parse_all(texts)


def _each(parsed: ParsedDocument | Iterable[ParsedDocument]) -> Iterable[ParsedDocument]:
    return [parsed] if isinstance(parsed, ParsedDocument) else parsed


def _frame(found: list[dict[str, object]]) -> "pd.DataFrame":
    pd = _pandas()
    return pd.DataFrame(
        {
            column: pd.Series([_value(row[column]) for row in found], dtype=_DTYPES[kind])
            for column, kind in TYPES.items()
        }
    )


def _value(value: object) -> object:
    # Arrow, which holds texts here, is UTF-8 and knows no lone surrogates.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


# Any: the module; pandas carries no types.
def _pandas() -> Any:
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtraError(
            'a data frame needs an extra: pip install "mentionmap[pandas]".'
        ) from error
    return pd
