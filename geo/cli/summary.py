"""`geo summary`: what documents are about."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.options import (
    AllowPrivate,
    CorrectionsFile,
    Country,
    DateColumn,
    Debug,
    Demonyms,
    ExactOnly,
    Fast,
    GazetteerFile,
    IdColumn,
    Json,
    Near,
    Outlet,
    Quiet,
    Recall,
    RecognizerName,
    Sources,
    TextColumn,
    WholePage,
    Year,
)

if TYPE_CHECKING:
    from geo.document import ParsedDocument
    from geo.protocols import Gazetteer
    from geo.summary import Summary

_SHOWN = ("about", "name", "country", "mentions", "documents", "share", "first", "last")
_NUMBERS = ("mentions", "documents", "share", "placed")
_BAR = 30  # characters


def summary(
    sources: Sources,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write a .csv, .json or .svg, print its path."
        ),
    ] = None,
    each: Annotated[bool, typer.Option("--each", help="A row a document.")] = False,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="Rows of each list; 10 in a table, else all."),
    ] = None,
    confidence: Annotated[
        float,
        typer.Option("--confidence", min=0, max=1, help="Leave out mentions that are less sure."),
    ] = 0.5,
    plot: Annotated[bool, typer.Option("--plot", help="Draw a bar behind each row.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    json: Json = False,
    recognizer: RecognizerName = None,
    fast: Fast = False,
    recall: Recall = None,
    gazetteer: GazetteerFile = None,
    demonyms: Demonyms = None,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    date_column: DateColumn = None,
    whole: WholePage = False,
    allow_private: AllowPrivate = False,
    near: Near = None,
    country: Country = None,
    outlet: Outlet = None,
    year: Year = None,
    exact_only: ExactOnly = None,
    corrections: CorrectionsFile = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Say what documents are about: their focus, and counts by country, division and place.

    A share says how much of all mentions it takes up; first and last are dates of documents. A
    folder that `geo scan` has written is read as it is.

    Example:  geo summary seeds/*.txt --plot

    Example:  geo summary seeds/ -o seeds.svg
    """
    from geo.atomic import check_target
    from geo.cli.console import print_line
    from geo.cli.work import Run, read_options
    from geo.summary import as_csv, as_json, summarize, write

    _check_usage(output, each, plot, csv, json)
    if output is not None:
        check_target(output)
    run = Run(
        sources,
        recognizer,
        gazetteer,
        demonyms,
        None,
        quiet,
        reading=read_options(text_column, id_column, date_column, whole, allow_private),
        corrections=corrections,
        near=near,
        country=country,
        outlet=outlet,
        year=year,
        exact_only=exact_only,
        fast=fast,
        recall=recall,
    )
    scans = run.scans()
    with run.parser() as parser:
        stream = run.counted(_scanned(scans, parser.gazetteer)) if scans else run.parsed(parser)
        if each:
            _print_each(stream, parser.gazetteer, confidence, json)
            run.stop_if_nothing_was_read()
            run.finish()
            return
        about = summarize(stream, gazetteer=parser.gazetteer, least=confidence)
    run.stop_if_nothing_was_read()
    if output is not None:
        print_line(str(write(about, output, limit=limit)))
    elif json:
        print_line(as_json(about, limit=limit))
    elif csv:
        print_line(as_csv(about, limit=limit).replace("\r\n", "\n").removesuffix("\n"))
    else:
        _print(about, limit or 10, plot)
    run.finish()


def _scanned(scans: "list[str]", gazetteer: "Gazetteer") -> "Iterator[ParsedDocument]":
    from geo.scan import ScannedCorpus

    for scan in scans:
        yield from ScannedCorpus(scan, gazetteer=gazetteer).documents()


def _check_usage(output: Path | None, each: bool, plot: bool, csv: bool, json: bool) -> None:
    if json and csv:
        raise typer.BadParameter("give --json or --csv, not both.")
    if output is not None and output.suffix.lower() not in (".csv", ".json", ".svg"):
        raise typer.BadParameter("a summary is .csv, .json or .svg.", param_hint="--output")
    if output is not None and (json or csv or plot):
        raise typer.BadParameter("the suffix of --output names the format; leave out the others.")
    if each and (output is not None or csv or plot):
        raise typer.BadParameter("--each is a table, or --json.")
    if plot and (json or csv):
        raise typer.BadParameter("--plot goes with the table.")


def _print(about: "Summary", limit: int, plot: bool) -> None:
    import sys

    from geo.cli.console import print_table
    from geo.summary import rows

    most = max((tally.mentions for tally in (*about.countries, *about.places)), default=1)
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    mark = "█" if unicode else "#"

    def bar(mentions: object) -> str:
        return mark * max(1, round(_BAR * int(str(mentions)) / most))

    print_table(
        [*_SHOWN, *([" "] if plot else [])],
        [
            [
                row["about"],
                row["name"],
                row["country_code"],
                f"{row['mentions']:,}",
                f"{row['documents']:,}",
                f"{row['share']:.2f}",
                row["first"],
                row["last"],
                *([bar(row["mentions"])] if plot else []),
            ]
            for row in rows(about, limit=limit)
        ],
        right=_NUMBERS,
    )


def _print_each(
    stream: "Iterator[ParsedDocument]", gazetteer: "Gazetteer", confidence: float, json: bool
) -> None:
    import json as json_

    from geo.cli.console import print_json, print_table
    from geo.summary import as_json, summarize

    cells: list[list[object]] = []
    for parsed in stream:
        document = parsed.document
        about = summarize(parsed, gazetteer=gazetteer, least=confidence)
        if json:
            named = {"document_id": document.id, "source": document.source, "title": document.title}
            print_json({**json_.loads(as_json(about)), **named})
            continue
        cells.append(
            [
                document.source or document.id,
                about.first,
                about.mentions,
                about.placed,
                ", ".join(tally.name for tally in about.focus),
                " ".join(f"{tally.country_code}:{tally.mentions}" for tally in about.countries),
            ]
        )
    if not json:
        columns = ["document", "published", "mentions", "placed", "focus", "countries"]
        print_table(columns, cells, right=_NUMBERS)
