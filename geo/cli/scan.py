"""`geo scan`: a corpus of any size to Parquet parts."""

from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.options import (
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
    Organizations,
    Outlet,
    Quiet,
    Recall,
    RecognizerName,
    Relations,
    TextColumn,
    WholePage,
    Year,
)

if TYPE_CHECKING:
    from geo.scan import ScanSummary


def scan(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Files, folders, globs, or URLs of an object store (s3://...).",
            show_default=False,
        ),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="OUT", help="The folder of the parts.")
    ],
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", min=1, help="Processes; as many as cores."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="A Dask scheduler to run on."),
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="What a document may take.")
    ] = 60.0,
    memory: Annotated[
        int, typer.Option("--memory", metavar="MB", help="What a document may take.")
    ] = 1000,
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
    near: Near = None,
    country: Country = None,
    outlet: Outlet = None,
    year: Year = None,
    exact_only: ExactOnly = None,
    relations: Relations = None,
    corrections: CorrectionsFile = None,
    json_: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Scan a corpus of any size to GeoParquet parts; go on where an earlier run was left.

    What fails is named in OUT/failed.jsonl, and the scan goes on. Killed at any instant, the same
    call goes on with what is left. OUT/part-*.parquet are read by any SQL engine, and by
    `geo map OUT`.

    Example:  geo scan seeds/ -o out/ --workers 2
    """
    from dataclasses import asdict

    from geo.cli.console import print_error, print_json, print_line, print_note, scan_progress
    from geo.cli.work import INTERRUPTED, SOME_NOT_READ, Run, read_options
    from geo.scan import Limits
    from geo.scan import scan as run

    made = Run(
        sources,
        recognizer,
        gazetteer,
        demonyms,
        organizations,
        quiet,
        near=near,
        country=country,
        outlet=outlet,
        year=year,
        exact_only=exact_only,
        relations=relations,
        fast=fast,
        recall=recall,
    )
    if not quiet:
        for address in dict.fromkeys(map(_host, [*sources, output, cluster or ""])):
            if address:
                print_note(f"asking {address}")
    with made.parser() as parser:
        settings, hints = parser.settings, made.hints(parser.gazetteer)
    try:
        with scan_progress(quiet=quiet) as on_progress:
            summary = run(
                sources,
                output,
                settings=settings,
                reading=read_options(text_column, id_column, date_column, whole, False),
                hints=hints,
                corrections=str(corrections) if corrections else None,
                limits=Limits(seconds=timeout, memory_mb=memory),
                workers=workers,
                cluster=cluster,
                on_progress=on_progress,
            )
    except KeyboardInterrupt:
        print_error("interrupted; what is done is kept, the same call goes on.")
        raise typer.Exit(INTERRUPTED) from None
    if json_:
        print_json(asdict(summary))
    else:
        print_line(_sentence(summary))
    if summary.failed:
        if not quiet:
            print_note("Run again to try those that failed once more.")
        raise typer.Exit(SOME_NOT_READ)


def _host(address: str) -> str:
    """Return scheme and host of a URL, nothing of a path."""
    scheme, mark, rest = address.partition("://")
    return scheme + mark + rest.split("/")[0].rpartition("@")[2] if mark else ""


def _sentence(summary: "ScanSummary") -> str:
    from geo.cli.console import count

    parts = [count(summary.documents, "document"), count(summary.mentions, "mention")]
    if summary.failed:
        parts.append(f"{summary.failed:,} not read ({summary.failed_path})")
    return ", ".join(parts)
