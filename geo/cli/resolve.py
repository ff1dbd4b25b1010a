"""`geo resolve`: place mentions that were found elsewhere."""

from geo.cli.options import (
    Country,
    Debug,
    ExactOnly,
    GazetteerFile,
    Near,
    Outlet,
    Quiet,
    Sources,
    Year,
)


def resolve(
    sources: Sources,
    gazetteer: GazetteerFile = None,
    near: Near = None,
    country: Country = None,
    outlet: Outlet = None,
    year: Year = None,
    exact_only: ExactOnly = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Place mentions that were found elsewhere; prints the rows of `geo find --json`.

    Each line of the JSONL has `text` and `mentions`, each of these with `start` and `end`.

    Example:  geo resolve documents.jsonl
    """
    import sys

    from geo.cli.work import Run, hinted
    from geo.exporters import write_stream
    from geo.readers.jsonl import read_given

    run = Run(
        sources,
        gazetteer=gazetteer,
        quiet=quiet,
        near=near,
        country=country,
        outlet=outlet,
        year=year,
        exact_only=exact_only,
    )
    with run.parser() as parser:
        hints = run.hints(parser.gazetteer)
        resolved = (
            parser.resolve(hinted(document, hints), mentions)
            for document, mentions in read_given(sources, on_error=run.note)
        )
        write_stream(run.counted(resolved), "jsonl", sys.stdout.buffer)
    run.stop_if_nothing_was_read()
    run.finish()
