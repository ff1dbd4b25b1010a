"""`geo gazetteer`: remake the gazetteer, describe it, add to it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.options import Debug, GazetteerFile, Json, Quiet

if TYPE_CHECKING:
    from geo.gazetteer.list_records import ListRecord

    Progress = Callable[[str, int, int], None]

app = typer.Typer(
    help="Make and describe the database of places, and add to it.",
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
    from geo.gazetteer.build import build as make
    from geo.gazetteer.lists import OwnGazetteer

    with _progress(quiet=quiet) as progress:
        if output is None:
            output = OwnGazetteer().build(progress=progress)
        else:
            make(output, progress=progress)
    print_line(str(output))


@app.command()
def info(gazetteer: GazetteerFile = None, json: Json = False, debug: Debug = False) -> None:
    """Say which gazetteer is in use and what it was made from.

    Example:  geo gazetteer info
    """
    from geo.cli.console import print_json, print_line
    from geo.gazetteer import open_gazetteer
    from geo.gazetteer.lists import OwnGazetteer

    own = OwnGazetteer()
    with open_gazetteer(gazetteer) as opened:
        counts = opened.counts()
        sources = {
            key.removeprefix("source."): value
            for key, value in opened.meta.items()
            if key.startswith("source.")
        }
        lists = own.lists() if opened.path == own.path else []
        if json:
            print_json(
                {
                    "path": str(opened.path),
                    "schema": opened.meta["schema"],
                    "digest": opened.meta["digest"],
                    "sources": sources,
                    "lists": [record.name for record in lists],
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
        if lists:
            print_line("lists   " + " · ".join(record.name for record in lists))


@app.command()
def install(
    source: Annotated[str, typer.Argument(metavar="geonames", help="What to fetch: geonames.")],
    countries: Annotated[
        str | None,
        typer.Option(
            "--countries", metavar="CODES", help="Only these, ISO 3166-1 alpha-2, as KG,TJ."
        ),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="All of GeoNames: 600 MB to fetch, 4 GB on the disk.")
    ] = False,
    mirror: Annotated[
        str | None,
        typer.Option(
            "--mirror",
            metavar="URL",
            envvar="GEONAMES_MIRROR",
            help="Another server with the same files.",
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="Take the files from here; no network."),
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Add GeoNames' places to the gazetteer, fetched from its download server.

    Example:  geo gazetteer install geonames --countries KG,TJ
    """
    from geo.cli.console import print_line, print_note
    from geo.gazetteer.download import GEONAMES_URL, Downloader, host_of
    from geo.gazetteer.geonames_files import FolderOfFiles
    from geo.gazetteer.lists import OwnGazetteer

    codes = [code for code in (countries or "").split(",") if code.strip()]
    if source != "geonames":
        raise typer.BadParameter(f'there is no "{source}" to install, only geonames.')
    if bool(codes) == all_:
        raise typer.BadParameter("give either --countries KG,TJ or --all.")
    url = mirror or GEONAMES_URL
    print_note(f"taking files from {folder}" if folder else f"fetching from {host_of(url)}")
    own = OwnGazetteer()
    with _progress(quiet=quiet) as progress:
        record = own.install_geonames(
            lambda target: (
                FolderOfFiles(folder, target)
                if folder
                else Downloader(url, target, progress=progress)
            ),
            countries=codes,
            progress=progress,
        )
    _print_added(record, quiet=quiet)
    print_line(str(own.path))


@app.command()
def add(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .csv, .tsv, .geojson, .jsonld or .gpkg.")
    ],
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="Of the list; default: the file's name."),
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Add a list of one's own to the gazetteer, in place of an earlier one of that name.

    Example:  geo gazetteer add places.csv --name newsroom
    """
    from geo.cli.console import print_line
    from geo.gazetteer.lists import OwnGazetteer

    own = OwnGazetteer()
    with _progress(quiet=quiet) as progress:
        record = own.add(file, name=name, progress=progress)
    _print_added(record, quiet=quiet)
    print_line(str(own.path))


@app.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `geo gazetteer list` shows it.")],
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Take a list out of the gazetteer again.

    Example:  geo gazetteer remove newsroom
    """
    from geo.cli.console import print_line
    from geo.gazetteer import gazetteer_path
    from geo.gazetteer.lists import OwnGazetteer

    with _progress(quiet=quiet) as progress:
        OwnGazetteer().remove(name, progress=progress)
    print_line(str(gazetteer_path()))


@app.command()
def refresh(quiet: Quiet = False, debug: Debug = False) -> None:
    """Make the gazetteer anew from the shipped one and what was added, as after an upgrade.

    Example:  geo gazetteer refresh
    """
    from geo.cli.console import print_line
    from geo.gazetteer import gazetteer_path
    from geo.gazetteer.lists import OwnGazetteer

    with _progress(quiet=quiet) as progress:
        OwnGazetteer().refresh(progress=progress)
    print_line(str(gazetteer_path()))


@app.command("list")
def list_(json: Json = False, debug: Debug = False) -> None:
    """List what was added to the shipped gazetteer.

    Example:  geo gazetteer list
    """
    from dataclasses import asdict

    from geo.cli.console import print_json, print_note, print_table
    from geo.gazetteer.lists import OwnGazetteer

    own = OwnGazetteer()
    lists = own.lists()
    if json:
        for record in lists:
            print_json(asdict(record))
    elif lists:
        print_table(
            ("name", "from", "countries", "new places", "known places", "new names", "added"),
            [
                (
                    record.name,
                    record.origin,
                    _countries(record),
                    f"{record.new:,}",
                    f"{record.known:,}",
                    f"{record.names:,}",
                    record.added,
                )
                for record in lists
            ],
            right=("new places", "known places", "new names"),
        )
    else:
        print_note("nothing was added; see `geo gazetteer add --help`.")
    if own.is_stale():
        print_note("the gazetteer is older than its parts: run `geo gazetteer refresh`.")


def _countries(record: "ListRecord") -> str:
    if record.kind != "geonames":
        return ""
    return " ".join(record.countries) or "all"


def _print_added(record: "ListRecord", *, quiet: bool) -> None:
    from geo.cli.console import count, print_note

    if not quiet:
        places = count(record.new + record.known, "place")
        print_note(
            f"{record.name}: {places}, {record.new:,} of them new; new names: {record.names:,}"
        )


@contextmanager
def _progress(*, quiet: bool) -> Iterator["Progress | None"]:
    """Show what is done on a terminal: bytes of files, places, names."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("gazetteer")
        yield lambda what, done, of: bar.update(
            task, description=what, completed=done, total=of or None
        )
