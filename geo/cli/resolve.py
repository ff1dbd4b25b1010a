"""`geo resolve`: place mentions that were found elsewhere."""

from geo.cli.options import Debug, GazetteerFile, Quiet, Sources


def resolve(
    sources: Sources,
    gazetteer: GazetteerFile = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Place mentions that were found elsewhere; prints the rows of `geo find --json`.

    Each line of the JSONL has `text` and `mentions`, each of these with `start` and `end`.

    Example:  geo resolve documents.jsonl
    """
    import sys

    from geo.cli.work import Run
    from geo.exporters import write_stream
    from geo.readers.jsonl import read_given

    run = Run(sources, gazetteer=gazetteer, quiet=quiet)
    with run.parser() as parser:
        given = read_given(sources, on_error=run.note)
        resolved = (parser.resolve(document, mentions) for document, mentions in given)
        write_stream(run.counted(resolved), "jsonl", sys.stdout.buffer)
    run.stop_if_nothing_was_read()
    run.finish()
