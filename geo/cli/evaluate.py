"""`geo evaluate`: measure against gold, compare two runs, hold to floors."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.options import Debug, GazetteerFile, Json, Quiet, RecognizerName

if TYPE_CHECKING:
    from geo.errors import GeoError
    from geo.evaluation import Change, Corpus, Floor, Prediction, Results, Rules
    from geo.protocols import Gazetteer
    from geo.settings import Settings

__all__ = ["BELOW_A_FLOOR", "evaluate"]

#: The exit code of a run that is below a floor.
BELOW_A_FLOOR = 4

_COUNTRIES = 10


def evaluate(
    gold: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="GOLD...",
            help="Files or folders of gold: JSONL, XML, CoNLL or brat; each is one corpus.",
            show_default=False,
        ),
    ] = None,
    given: Annotated[
        bool, typer.Option("--given", help="Hand the gold names over; measure only resolution.")
    ] = False,
    tolerant: Annotated[
        bool, typer.Option("--tolerant", help="A country is right within the disc of its area.")
    ] = False,
    demonyms: Annotated[
        bool | None,
        typer.Option(
            "--demonyms/--no-demonyms",
            help='Count mentions such as "Kyrgyz". By default only with --given.',
            show_default=False,
        ),
    ] = None,
    json: Json = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a report with plots.")
    ] = None,
    floor: Annotated[
        Path | None,
        typer.Option("--floor", metavar="FILE", help="Exit with 4 below one of these floors."),
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option(
            "--predictions", metavar="FILE", help="Measure these rows of `geo find --json`."
        ),
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            "--compare", metavar="A B", help="List each mention that changed from run A to run B."
        ),
    ] = None,
    bootstrap: Annotated[
        int,
        typer.Option(
            "--bootstrap", metavar="N", min=0, help="Draw 95 % intervals from N resamples."
        ),
    ] = 0,
    recognizer: RecognizerName = None,
    gazetteer: GazetteerFile = None,
    outlets: Annotated[
        bool, typer.Option("--outlets", help="Tell the resolver the gold's newspaper.")
    ] = False,
    sample: Annotated[
        int, typer.Option("--sample", metavar="N", min=1, help="Only each N-th document.")
    ] = 1,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="KEY", help="Recognition by a key of the gold's documents."),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="jsonl, xml, conll or brat; else told."),
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Measure how well mentions are found and placed, against gold that people made.

    Example:  geo evaluate gold.jsonl --bootstrap 1000 --html report.html
    """
    from geo.cli.console import print_error
    from geo.cli.work import SOME_NOT_READ
    from geo.errors import GeoError
    from geo.evaluation import Rules, read_floors, write_html
    from geo.gazetteer import open_gazetteer
    from geo.settings import load_settings

    if not gold and compare is None:
        raise typer.BadParameter("name a gold file, or two runs with --compare.")
    if compare is not None and (predictions is not None or floor is not None):
        raise typer.BadParameter("--compare goes with neither --predictions nor --floor.")
    rules = Rules(given=given, tolerant=tolerant, demonyms=demonyms)
    floors = read_floors(floor) if floor else []
    # Demonyms are always found, and left aside by the rules where they do not count.
    settings = load_settings(
        {
            "recognizer": recognizer,
            "gazetteer": str(gazetteer) if gazetteer else None,
            "demonyms": True,
            "organizations": False,
        }
    )
    errors: list[GeoError] = []

    def note(error: GeoError) -> None:
        errors.append(error)
        print_error(error)

    with open_gazetteer(Path(settings.gazetteer) if settings.gazetteer else None) as opened:
        corpora = [_read(name, format, outlets, sample, opened, note) for name in gold or []]
        if errors and not any(corpus.documents for corpus in corpora):
            raise typer.Exit(1)
        if compare is not None:
            changes = _compare(compare, corpora, rules)
            _print_changes(changes, json)
            results: list[Results] = []
        else:
            changes = None
            results = _measure(corpora, rules, predictions, bootstrap, settings, opened, quiet)
            _print_results(results, json, by)
    if html:
        write_html(results, html, changes=changes)
    broken = _broken(floors, results, settings.recognizer, sample, floor)
    for line in broken:
        print_error(f"{line} ({floor}).")
    if broken:
        raise typer.Exit(BELOW_A_FLOOR)
    if errors:
        raise typer.Exit(SOME_NOT_READ)


def _read(
    name: str,
    format: str | None,
    outlets: bool,
    sample: int,
    gazetteer: "Gazetteer",
    note: "Callable[[GeoError], None]",
) -> "Corpus":
    from dataclasses import replace
    from typing import cast

    from geo.evaluation import Format, located, read_corpus, with_outlets

    corpus = read_corpus(name, format=cast("Format | None", format), on_error=note)
    corpus = located(replace(corpus, documents=corpus.documents[::sample]), gazetteer)
    return with_outlets(corpus) if outlets else corpus


def _measure(
    corpora: "Sequence[Corpus]",
    rules: "Rules",
    file: Path | None,
    bootstrap: int,
    settings: "Settings",
    gazetteer: "Gazetteer",
    quiet: bool,
) -> "list[Results]":
    from geo.cli.console import progress
    from geo.evaluation import Traits, pooled, predict, predictions_of
    from geo.evaluation import evaluate as measure
    from geo.pipeline import Geoparser

    if file is not None:
        made = [_predictions(file, corpora, quiet)] * len(corpora)
    else:
        with Geoparser(settings, gazetteer=gazetteer) as parser:
            made = [
                predictions_of(
                    progress(
                        predict(corpus, parser, given=rules.given), label=corpus.name, quiet=quiet
                    )
                )
                for corpus in corpora
            ]
    describe = Traits(gazetteer)
    results = [
        measure(corpus, said, rules=rules, describe=describe, resamples=bootstrap)
        for corpus, said in zip(corpora, made, strict=True)
    ]
    return [*results, pooled(results)] if len(results) > 1 else results


def _predictions(
    path: Path, corpora: "Sequence[Corpus]", quiet: bool
) -> "dict[str, tuple[Prediction, ...]]":
    """Return the predictions of a file; say which documents of it no gold knows."""
    from collections import Counter

    from geo.cli.console import print_note
    from geo.errors import FormatError
    from geo.evaluation import read_predictions

    made = read_predictions(path)
    met = Counter(gold.document.id for corpus in corpora for gold in corpus.documents)
    twice = next((own for own, count in met.items() if count > 1), None)
    if twice is not None:
        raise FormatError(
            f'two corpora have a document "{twice}": {path} cannot tell them apart. '
            "Measure one corpus at a time."
        )
    strange = sum(own not in met for own in made)
    if strange == len(made) and made:
        raise FormatError(
            f"no document of {path} is in the gold. The ids must be the gold's own: parse the gold "
            "file itself with `geo find --json`."
        )
    if strange and not quiet:
        print_note(f"{strange:,} documents of {path} are not in the gold and are left out")
    return made


def _compare(
    paths: tuple[Path, Path], corpora: "Sequence[Corpus]", rules: "Rules"
) -> "list[Change]":
    from geo.evaluation import compare, read_predictions

    before, after = (read_predictions(path) for path in paths)
    return compare(before, after, corpora=corpora, rules=rules)


def _print_changes(changes: "Sequence[Change]", json: bool) -> None:
    from geo.cli.console import print_json, print_note, print_table
    from geo.evaluation.compare import summary_of
    from geo.evaluation.page import side

    if json:
        for change in changes:
            print_json(change.row())
    else:
        print_table(
            ["document", "start", "mention", "change", "before", "after", "km", "verdict"],
            [
                (
                    change.document_id,
                    change.start,
                    change.text,
                    change.kind,
                    side(change.before),
                    side(change.after),
                    None if change.distance_km is None else f"{change.distance_km:,.0f}",
                    change.verdict,
                )
                for change in changes
            ],
            right=["start", "km"],
        )
    print_note(summary_of(changes))


def _print_results(results: "Sequence[Results]", json: bool, by: str | None) -> None:
    from geo.cli.console import print_json, print_line, print_table
    from geo.evaluation.report import (
        GROUP_COLUMNS,
        RECOGNITION_COLUMNS,
        as_json,
        group_rows,
        heading,
        lines,
        recognition_rows,
    )

    for count, one in enumerate(results):
        if json:
            print_json(as_json(one, by=by))
            continue
        if count:
            print_line("")
        print_line(heading(one))
        for line in lines(one):
            print_line(line)
    if json:
        return
    if by is not None:
        print_line("")
        columns = (by, *RECOGNITION_COLUMNS[1:])
        print_table(columns, recognition_rows(results[-1], by), right=columns[1:])
    groups = list(group_rows(results[-1], countries=_COUNTRIES))
    if groups:
        print_line("")
        print_table(GROUP_COLUMNS, groups, right=GROUP_COLUMNS[2:])


def _broken(
    floors: "Sequence[Floor]",
    results: "Sequence[Results]",
    recognizer: str,
    sample: int,
    path: Path | None,
) -> list[str]:
    from geo.errors import FormatError
    from geo.evaluation import breaches, floors_for

    if path is None:
        return []
    broken: list[str] = []
    held = 0
    for one in results:
        own = floors_for(floors, one, recognizer=recognizer, sample=sample)
        held += len(own)
        broken += breaches(own, one)
    if not held:
        names = ", ".join(sorted({floor.gold for floor in floors}))
        raise FormatError(
            f"no floor in {path} is for this run. It has floors for {names}; gold, --given, "
            "--tolerant, --demonyms, --sample and the recognizer must be those of the floor."
        )
    return broken
