"""`geo export`: any format by suffix."""

from pathlib import Path
from typing import Annotated

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
    Near,
    Organizations,
    Outlet,
    Quiet,
    Recall,
    RecognizerName,
    Relations,
    Sources,
    TextColumn,
    WholePage,
    Year,
)


def export(
    sources: Sources,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The suffix names the format; - is stdout."
        ),
    ],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="NAME", help="The format, where the suffix does not name it."
        ),
    ] = None,
    by: Annotated[
        str,
        typer.Option("--by", metavar="WHAT", help="A Feature of GeoJSON is a mention or a place."),
    ] = "mention",
    recognizer: RecognizerName = None,
    fast: Fast = False,
    recall: Recall = None,
    gazetteer: GazetteerFile = None,
    demonyms: Demonyms = None,
    organizations: Organizations = None,
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
    relations: Relations = None,
    corrections: CorrectionsFile = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write the mentions and their places as JSONL, GeoJSON, CSV or a map.

    Example:  geo export seeds/*.txt -o seeds.geojson

    Example:  geo export seeds/*.txt -o places.geojson --by place
    """
    import sys

    from geo.cli.console import print_line
    from geo.cli.work import Run, read_options
    from geo.exporters import check, write_stream
    from geo.exporters import export as write
    from geo.exporters.geojson import GeojsonExporter

    if output == "-" and format_ is None:
        raise typer.BadParameter("writing to - needs --format", param_hint="--format")
    if by not in ("mention", "place"):
        raise typer.BadParameter(f'"{by}" is not mention or place', param_hint="--by")
    name = format_ or Path(output).suffix.removeprefix(".")
    if by == "place" and name.lower() != "geojson":
        raise typer.BadParameter("only GeoJSON is written by place", param_hint="--by")
    reading = read_options(text_column, id_column, date_column, whole, allow_private)
    run = Run(
        sources,
        recognizer,
        gazetteer,
        demonyms,
        organizations,
        quiet,
        reading=reading,
        corrections=corrections,
        near=near,
        country=country,
        outlet=outlet,
        year=year,
        exact_only=exact_only,
        relations=relations,
        fast=fast,
        recall=recall,
    )
    format_or_exporter = GeojsonExporter(by="place") if by == "place" else format_
    check(output, format=format_or_exporter)
    with run.parser() as parser:
        if output == "-":
            write_stream(run.parsed(parser), format_or_exporter or "", sys.stdout.buffer)
            run.stop_if_nothing_was_read()
        else:
            parsed = list(run.parsed(parser))
            run.stop_if_nothing_was_read()
            write(parsed, Path(output), format=format_or_exporter)
            print_line(output)
    run.finish()
