"""`geo map`: read, parse, write the page."""

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
    GazetteerFile,
    IdColumn,
    Near,
    Organizations,
    Quiet,
    RecognizerName,
    Sources,
    TextColumn,
    WholePage,
)


def map_(
    sources: Sources,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the page goes.")
    ] = Path("map.html"),
    title: Annotated[
        str | None, typer.Option("--title", help="The page's title.", show_default=False)
    ] = None,
    text: Annotated[
        str, typer.Option("--text", help="How much text the page holds: none, snippets or full.")
    ] = "full",
    open_: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser when it is written.")
    ] = False,
    recognizer: RecognizerName = None,
    gazetteer: GazetteerFile = None,
    demonyms: Demonyms = None,
    organizations: Organizations = None,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    date_column: DateColumn = None,
    whole: WholePage = False,
    allow_private: AllowPrivate = False,
    near: Near = None,
    in_country: Country = None,
    corrections: CorrectionsFile = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Draw the places that documents mention on one self-contained HTML page.

    The page opens by double-click and asks the network for nothing.

    Example:  geo map seeds/*.txt -o map.html
    """
    from geo.cli.console import print_line
    from geo.cli.work import Run, read_options
    from geo.page.page import PageExporter

    if text not in ("none", "snippets", "full"):
        raise typer.BadParameter(f'"{text}" is not none, snippets or full', param_hint="--text")
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
        country=in_country,
    )
    with run.parser() as parser:
        parsed = list(run.parsed(parser))
        run.stop_if_nothing_was_read()
        exporter = PageExporter(
            title=title,
            text=text,  # type: ignore[arg-type]  # checked above
            provenance=run.provenance(parser),
        )
        exporter.export(parsed, output)
    print_line(str(output))
    if open_:
        typer.launch(output.resolve().as_uri())
    run.finish()
