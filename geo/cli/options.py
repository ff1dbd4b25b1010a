"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "AllowPrivate",
    "CorrectionsFile",
    "Country",
    "DateColumn",
    "Debug",
    "Demonyms",
    "ExactOnly",
    "Fast",
    "GazetteerFile",
    "IdColumn",
    "Json",
    "Near",
    "Organizations",
    "Outlet",
    "Quiet",
    "Recall",
    "RecognizerName",
    "Relations",
    "Sources",
    "TextColumn",
    "WholePage",
    "Year",
]

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE...",
        help="Files, folders, globs, addresses, or - for standard input.",
        show_default=False,
    ),
]
CorrectionsFile = Annotated[
    Path | None,
    typer.Option("--corrections", metavar="FILE", help="Corrections to replay."),
]
Near = Annotated[
    str | None,
    typer.Option(
        "--near", metavar="PLACE", help='Where the documents come from: "42.87,74.59" or a name.'
    ),
]
Country = Annotated[
    str | None,
    typer.Option("--country", metavar="CODE", help="The country they are about, ISO 3166-1."),
]
Outlet = Annotated[
    str | None,
    typer.Option(
        "--outlet", metavar="NAME", help="The newspaper they are from: its domain or its name."
    ),
]
Year = Annotated[
    int | None,
    typer.Option(
        "--year", metavar="YEAR", min=1, max=9999, help="When they were written; weighs old names."
    ),
]
ExactOnly = Annotated[
    bool | None,
    typer.Option("--exact-only", help="Place no name near what it is named with."),
]
Relations = Annotated[
    bool | None,
    typer.Option("--relations", help='Give areas as well: "20 km east of", "the border of".'),
]
TextColumn = Annotated[
    list[str] | None,
    typer.Option("--text-column", metavar="NAME", help="The column of a table with the text."),
]
IdColumn = Annotated[
    str | None, typer.Option("--id-column", metavar="NAME", help="The column with a row's id.")
]
DateColumn = Annotated[
    str | None, typer.Option("--date-column", metavar="NAME", help="The column with its date.")
]
WholePage = Annotated[bool, typer.Option("--whole", help="Keep all text of a web page, menus too.")]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Fetch addresses of this network as well.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress and no summary.")]
RecognizerName = Annotated[
    str | None,
    typer.Option("--recognizer", metavar="NAME", help="Who finds the mentions; see `geo doctor`."),
]
Fast = Annotated[
    bool, typer.Option("--fast", help="Use the small network: four times as fast, less is found.")
]
Recall = Annotated[
    bool | None,
    typer.Option(
        "--recall/--precision",
        help="Find more, some of it wrong; or less, and that surer.",
        show_default=False,
    ),
]
GazetteerFile = Annotated[
    Path | None,
    typer.Option("--gazetteer", metavar="FILE", help="A gazetteer other than the shipped one."),
]
Demonyms = Annotated[
    bool | None,
    typer.Option("--demonyms/--no-demonyms", help='Give mentions such as "Kyrgyz".'),
]
Organizations = Annotated[
    bool | None,
    typer.Option("--organizations", help="Give the longer names around places as well."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show a stack trace on an error.")]
