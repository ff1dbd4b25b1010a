"""`geo find`: list the mentions and their places."""

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


def find(
    sources: Sources,
    json: Json = False,
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
    """List the mentions in documents, each with its place and how sure that is.

    Example:  echo "Jets at the Kant airbase near Bishkek." | geo find -
    """
    from geo.cli.console import print_table
    from geo.cli.work import Run, read_options
    from geo.exporters import write_stream

    reading = read_options(text_column, id_column, date_column, whole, allow_private)
    run = Run(
        sources,
        recognizer,
        gazetteer,
        demonyms,
        organizations,
        quiet or not json,
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
    with run.parser() as parser:
        if json:
            import sys

            write_stream(run.parsed(parser), "jsonl", sys.stdout.buffer)
        else:
            parsed = list(run.parsed(parser))
            run.stop_if_nothing_was_read()
            many = len(parsed) > 1
            columns = ["start", "end", "mention", "place", "country", "latitude", "longitude"]
            print_table(
                [*(["document"] if many else []), *columns, "confidence"],
                [
                    [
                        *([p.document.source or p.document.id] if many else []),
                        r.mention.start,
                        r.mention.end,
                        r.mention.text,
                        r.place.name if r.place else f"({r.reason})",
                        r.place.country_code if r.place else None,
                        r.place.latitude if r.place else None,
                        r.place.longitude if r.place else None,
                        f"{r.confidence:.2f}",
                    ]
                    for p in parsed
                    for r in p.resolutions
                ],
                right=["start", "end", "latitude", "longitude", "confidence"],
            )
    run.stop_if_nothing_was_read()
    run.finish()
