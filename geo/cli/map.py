"""`geo map`: read, parse, write the page."""

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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.document import ParsedDocument
    from geo.protocols import Gazetteer


def map_(
    sources: Sources,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the page goes.")
    ] = Path("map.html"),
    title: Annotated[
        str | None, typer.Option("--title", help="The page's title.", show_default=False)
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(
            "--text",
            help="How much text the page holds: none, snippets or full, which is the default. A "
            "scan holds snippets.",
        ),
    ] = None,
    most: Annotated[
        int,
        typer.Option(
            "--most", metavar="N", min=1, help="Mentions of a scan that the page holds at most."
        ),
    ] = 50_000,
    theme: Annotated[
        str,
        typer.Option("--theme", help="auto (the reader's own setting), light or dark."),
    ] = "auto",
    embed: Annotated[
        bool,
        typer.Option(
            "--embed", help="Make a page for an iframe: the map, the rest behind a button."
        ),
    ] = False,
    tiles: Annotated[
        str | None,
        typer.Option(
            "--tiles",
            metavar="PROVIDER",
            help="An online map that the reader may turn on, as OpenStreetMap.Mapnik.",
            show_default=False,
        ),
    ] = None,
    borders: Annotated[
        Path | None,
        typer.Option(
            "--borders",
            metavar="FILE",
            help="GeoJSON of borders to draw instead of the base map's.",
            show_default=False,
        ),
    ] = None,
    redact: Annotated[
        Path | None,
        typer.Option(
            "--redact",
            metavar="FILE",
            help="Phrases, one a line, to keep out of the page's bytes.",
            show_default=False,
        ),
    ] = None,
    round_km: Annotated[
        float,
        typer.Option(
            "--round-km", metavar="N", help="Move places to the middles of cells N km wide."
        ),
    ] = 0,
    open_: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser when it is written.")
    ] = False,
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
    """Draw the places that documents mention on one self-contained HTML page.

    The page opens by double-click and asks the network for nothing.

    Example:  geo map seeds/*.txt -o map.html

    Example:  geo scan seeds/ -o out/ && geo map out/ -o map.html
    """
    from geo.atomic import check_target
    from geo.cli.console import print_line, print_note
    from geo.cli.work import Run, read_options
    from geo.corrections import row
    from geo.page.borders import read_borders
    from geo.page.hiding import Hiding, read_phrases
    from geo.page.look import Look, find_tiles
    from geo.page.page import PageExporter
    from geo.registry import names

    suffix = output.suffix.lower()
    if suffix in _NO_PAGES or suffix[1:] in set(names("geo.exporters")) - {"html"}:
        raise typer.BadParameter(
            f"the page is HTML, {output} would be none. End it in .html, or take `geo export` for "
            "data.",
            param_hint="--output",
        )
    if text not in (None, "none", "snippets", "full"):
        raise typer.BadParameter(f'"{text}" is not none, snippets or full', param_hint="--text")
    if theme not in ("auto", "light", "dark"):
        raise typer.BadParameter(f'"{theme}" is not auto, light or dark', param_hint="--theme")
    # Read before the work begins: a mistake here would cost all of it.
    hiding = Hiding(phrases=read_phrases(redact) if redact else (), round_km=round_km)
    look = Look(
        theme=theme,  # type: ignore[arg-type]  # checked
        embed=embed,
        tiles=find_tiles(tiles) if tiles else None,
        borders=read_borders(borders) if borders else None,
    )
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
    scans = run.scans()
    if scans and text == "full":
        raise typer.BadParameter("a scan holds snippets, not full texts", param_hint="--text")
    check_target(output)
    with run.parser() as parser:
        provenance = run.provenance(parser)
        if hiding.phrases:
            del provenance["settings"]  # guesses could be tried against a digest
        if scans:
            parsed = list(run.counted(_surest(scans, parser.gazetteer, most, provenance)))
        else:
            parsed = list(run.parsed(parser))
        run.stop_if_nothing_was_read()
        held = text or ("snippets" if scans else "full")
        exporter = PageExporter(
            title=title,
            text=held,  # type: ignore[arg-type]  # checked
            provenance=provenance,
            corrections=map(row, parser.corrections.of(parsed)),
            look=look,
            hiding=hiding,
        )
        exporter.export(parsed, output)
    if not quiet:
        print_note(f"{_HOLDS[held]}, {output.stat().st_size / 1e6:.1f} MB")
        if embed:
            print_note(_frame(output.name))
    print_line(str(output))
    if open_:
        typer.launch(output.resolve().as_uri())
    run.finish()


#: Suffixes that people try for a picture or a document, beside those that `geo export` writes.
_NO_PAGES = frozenset([".pdf", ".png", ".jpg", ".jpeg", ".svg", ".docx", ".txt"])

_HOLDS = {
    "full": "The page holds the full text",
    "snippets": "The page holds the sentences that name a place",
    "none": "The page holds none of the text",
}


def _frame(name: str) -> str:
    """Write the element that shows a page within another one."""
    from html import escape
    from urllib.parse import quote

    return (
        f'<iframe src="{escape(quote(name))}" title="Map" width="100%" height="520" '
        'style="border:0" loading="lazy"></iframe>'
    )


def _surest(
    scans: "list[str]", gazetteer: "Gazetteer", most: int, provenance: dict[str, str]
) -> "Iterator[ParsedDocument]":
    """Yield the documents of scans; where they hold too many mentions, the surest of each place."""
    from geo.cli.console import print_note
    from geo.scan import ScannedCorpus

    corpora = [ScannedCorpus(scan, gazetteer=gazetteer) for scan in scans]
    for scan, corpus in zip(scans, corpora, strict=True):
        if not corpus.is_complete:
            print_note(f"{scan} is not complete: `geo scan` goes on with it.")
    counted = [corpus.counts() for corpus in corpora]
    documents, mentions = (sum(numbers) for numbers in zip(*counted, strict=True))
    shown = f"{mentions:,} mentions in {documents:,} documents"
    if mentions > most:
        shown = f"{most:,} of {shown}"
        print_note(f"The page holds {shown}: of each place the surest. --most allows more.")
    provenance["scan"] = shown
    for corpus, (_, count) in zip(corpora, counted, strict=True):
        share = max(1, most * count // max(1, mentions))
        for parsed in corpus.documents() if mentions <= most else corpus.surest(share):
            if parsed.resolutions:
                yield parsed
