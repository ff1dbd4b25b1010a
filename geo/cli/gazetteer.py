"""`geo gazetteer`: remake the gazetteer, describe it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.options import Debug, GazetteerFile, Json, Quiet

app = typer.Typer(
    help="Make and describe the database of places.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
def build(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Default: the user's data folder."),
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Make the gazetteer anew from the installed data packages and our tables.

    Example:  geo gazetteer build -o gazetteer.sqlite
    """
    from geo.cli.console import print_line
    from geo.gazetteer.build import SCHEMA_VERSION
    from geo.gazetteer.build import build as make
    from geo.settings import data_folder

    target = output or data_folder() / f"gazetteer-{SCHEMA_VERSION}.sqlite"
    if quiet or not sys.stderr.isatty():
        make(target)
    else:
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("gazetteer")
            make(
                target,
                progress=lambda what, done, of: bar.update(
                    task, description=what, completed=done, total=of
                ),
            )
    print_line(str(target))


@app.command()
def info(gazetteer: GazetteerFile = None, json: Json = False, debug: Debug = False) -> None:
    """Say which gazetteer is in use and what it was made from.

    Example:  geo gazetteer info
    """
    from geo.cli.console import print_json, print_line
    from geo.gazetteer import open_gazetteer

    with open_gazetteer(gazetteer) as opened:
        counts = opened.counts()
        sources = {
            key.removeprefix("source."): value
            for key, value in opened.meta.items()
            if key.startswith("source.")
        }
        if json:
            print_json(
                {
                    "path": str(opened.path),
                    "schema": opened.meta["schema"],
                    "digest": opened.meta["digest"],
                    "sources": sources,
                    **counts,
                }
            )
            return
        print_line(f"path    {opened.path}   (schema {opened.meta['schema']})")
        print_line(f"digest  {opened.meta['digest']}")
        print_line("source  " + " · ".join(f"{name} {value}" for name, value in sources.items()))
        print_line(
            f"places  {counts['places']:,}   names {counts['names']:,}   "
            f"countries {counts['countries']:,}"
        )
