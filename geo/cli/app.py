"""The `geo` command: joins the commands, and turns errors into one line and an exit code."""

import itertools
import os
import sys
from typing import Annotated

import typer

from geo import __version__
from geo.cli.console import print_error, print_line, setup
from geo.cli.corrections import app as corrections
from geo.cli.doctor import doctor
from geo.cli.evaluate import evaluate
from geo.cli.export import export
from geo.cli.find import find
from geo.cli.gazetteer import app as gazetteer
from geo.cli.geocode import geocode
from geo.cli.map import map_
from geo.cli.resolve import resolve
from geo.cli.scan import scan
from geo.cli.summary import summary
from geo.errors import GeoError

__all__ = ["app", "main"]

# Without these two flags every call would load rich first.
app = typer.Typer(
    name="geo",
    help="Text to map: find the places that documents mention, and draw them, offline.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("map")(map_)
app.command("find")(find)
app.command("resolve")(resolve)
# A southern latitude begins with a minus and is no option; `geocode` refuses what else does.
app.command("geocode", context_settings={"ignore_unknown_options": True})(geocode)
app.command("export")(export)
app.command("summary")(summary)
app.command("scan")(scan)
app.command("evaluate")(evaluate)
app.add_typer(gazetteer, name="gazetteer")
app.add_typer(corrections, name="corrections")
app.command("doctor")(doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        print_line(f"geo {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Text to map: find the places that documents mention, and draw them, offline."""


def main() -> None:
    """Run the command line; the exit code is 0, 1, 2, 3 or 130 as documented."""
    setup()
    for option, value in itertools.pairwise(sys.argv[1:]):
        # An empty variable before it (`-o $OUT --fast`) would make a file of that name.
        if option in ("-o", "--output") and value.startswith("--"):
            print_error(f"{option} needs a path, got {value}. Write ./{value} if you mean it.")
            raise SystemExit(2)
    try:
        app()
    except GeoError as error:
        if "--debug" in sys.argv:
            raise
        print_error(error)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print_error("interrupted.")
        raise SystemExit(130) from None
    except BrokenPipeError:
        # The reader of stdout went away (`geo find … | head`): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
