"""`geo geocode`: look names and points up."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.options import Debug, GazetteerFile, Json, Quiet

if TYPE_CHECKING:
    from geo.geocoders.lookup import Lookup, Row
    from geo.geocoders.online import OnlineGeocoder

_COLUMNS = ("name", "country", "admin1", "feature", "population", "latitude", "longitude", "id")
_NUMBERS = ("population", "latitude", "longitude", "distance_km")


def geocode(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME",
            help="Names to look up, or - for one a line of stdin; with --reverse LAT,LON.",
            show_default=False,
        ),
    ] = None,
    country: Annotated[
        str | None,
        typer.Option(
            "--country",
            metavar="CODE",
            help="Only places there, ISO 3166-1 alpha-2; kg,tj is both.",
        ),
    ] = None,
    feature: Annotated[
        str | None,
        typer.Option(
            "--feature", metavar="WORD", help="Only such places: city, airport, P.PPLC..."
        ),
    ] = None,
    near: Annotated[
        str | None,
        typer.Option("--near", metavar="LAT,LON", help="Prefer places close to this point."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Places a name.")] = 1,
    reverse: Annotated[
        bool, typer.Option("--reverse", help="Look points up: what is nearest to them?")
    ] = False,
    batch: Annotated[
        str | None,
        typer.Option("--batch", metavar="FILE", help="Look up a column of a CSV, - for stdin."),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option("--column", metavar="NAME", help="Which column, with --batch."),
    ] = None,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write, with --batch."),
    ] = "-",
    online: Annotated[
        str | None,
        typer.Option(
            "--online", metavar="SERVICE", help="Ask nominatim, photon... what is not found here."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count what --online would ask.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
    gazetteer: GazetteerFile = None,
    debug: Debug = False,
) -> None:
    """Look names up in the gazetteer, without any context; or points, or a table of either.

    Exits with 1 where a name is not found; a table says how many are not, and exits with 0.

    Example:  geo geocode Juarez --limit 2

    Example:  geo geocode "Troy, N.C." --json

    Example:  geo geocode --reverse 42.87,74.59 -33.87,151.21
    """
    _check_usage(names, reverse, batch, column, output, online, dry_run, json, limit, feature)
    with _lookup(country, feature, near, limit, online, gazetteer, dry_run) as lookup:
        if batch is not None:
            _answer_table(lookup, batch, column, output, reverse, dry_run, quiet)
        else:
            questions = _questions(names or [])
            if dry_run:
                _print_plan(lookup, questions)
            else:
                _answer(lookup, questions, reverse, json)


def _check_usage(
    names: list[str] | None,
    reverse: bool,
    batch: str | None,
    column: str | None,
    output: str,
    online: str | None,
    dry_run: bool,
    json: bool,
    limit: int,
    feature: str | None,
) -> None:
    for name in names or []:
        if len(name) > 1 and name[0] == "-" and not (name[1].isdigit() or name[1] == "."):
            raise typer.BadParameter(f'no such option: "{name}". See geo geocode --help.')
    wrong = {
        "give names, or a table with --batch.": not names and batch is None,
        "give names or --batch, not both.": bool(names) and batch is not None,
        "--column and --output go with --batch.": batch is None and (column or output != "-"),
        "--batch writes CSV and one place a row; leave out --json and --limit.": batch is not None
        and (json or limit != 1),
        "--dry-run goes with --online.": dry_run and online is None,
        "--online looks up names; leave out --reverse.": reverse and online is not None,
        "a service knows no --feature; leave it out.": online is not None and feature is not None,
    }
    for message, is_so in wrong.items():
        if is_so:
            raise typer.BadParameter(message)


@contextmanager
def _lookup(
    country: str | None,
    feature: str | None,
    near: str | None,
    limit: int,
    online: str | None,
    gazetteer: Path | None,
    dry_run: bool,
) -> "Iterator[Lookup]":
    from contextlib import ExitStack

    from geo.gazetteer import open_gazetteer
    from geo.geocoders.features import parse_features
    from geo.geocoders.lookup import Lookup
    from geo.geocoders.query import parse_country_codes, parse_point

    try:
        parse_country_codes(country)
        parse_features(feature)
        point = parse_point(near) if near is not None else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with ExitStack() as stack:
        service = None if online is None else stack.enter_context(_service(online, dry_run))
        yield Lookup(
            gazetteer=stack.enter_context(open_gazetteer(gazetteer)),
            online=service,
            limit=limit,
            country_codes=country,
            features=feature,
            near=point,
        )


def _service(name: str, dry_run: bool) -> "OnlineGeocoder":
    from geo.cli.console import print_note
    from geo.geocoders.online import OnlineGeocoder

    service = OnlineGeocoder(name)
    verb = "would ask" if dry_run else "asking"
    print_note(f"{verb} {service.host} ({service.service}) for names the gazetteer lacks")
    return service


def _questions(names: list[str]) -> list[str]:
    import sys

    if names != ["-"]:
        return names
    return [line.strip() for line in sys.stdin if line.strip()]


def _answer(lookup: "Lookup", questions: Iterable[str], reverse: bool, json: bool) -> None:
    from geo.cli.console import print_json, print_table

    cells: list[list[object]] = []
    missing = 0
    try:
        for question in questions:
            found = _points(lookup, question) if reverse else lookup.name(question)
            if not found:
                missing += 1
                _print_missing(lookup, question, reverse)
            for row in found:
                if json:
                    print_json(_object(question, row))
                else:
                    cells.append([*_cells(row), *([row.distance_km] if reverse else [])])
    finally:
        # A service that fails halfway does not take away what was found before.
        if cells:
            print_table([*_COLUMNS, *(["distance_km"] if reverse else [])], cells, right=_NUMBERS)
    if missing:
        raise typer.Exit(1)


def _print_missing(lookup: "Lookup", question: str, reverse: bool) -> None:
    from geo.cli.console import print_error

    if reverse:
        print_error(f"no place lies within {lookup.radius_km:.0f} km of {question}.")
        return
    narrow = lookup.country_codes or lookup.features
    hint = ", or drop --country and --feature" if narrow else ""
    print_error(f'no place goes by "{question}". Check the spelling{hint}.')


def _points(lookup: "Lookup", question: str) -> "list[Row]":
    try:
        return lookup.point(question)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _point_of_row(lookup: "Lookup", question: str) -> "list[Row]":
    # A cell that is no point has no place; it does not stop the rows after it.
    try:
        return lookup.point(question)
    except ValueError:
        return []


def _read(file: str) -> bytes:
    import sys

    from geo.errors import ReadError

    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise ReadError(
            f"cannot read {file}: {what}. Give a path that exists, or - for standard input."
        ) from error


def _answer_table(
    lookup: "Lookup",
    batch: str,
    column: str | None,
    output: str,
    reverse: bool,
    dry_run: bool,
    quiet: bool,
) -> None:
    import json
    import sys
    from functools import lru_cache, partial

    from geo.cli.console import count, print_line, print_note, progress
    from geo.geocoders.table import fill, fill_stream, read_table

    table = read_table(_read(batch), batch, column=column, points=reverse)
    if lookup.online is not None:
        lacking = lookup.lacking(table.questions)
        if dry_run:
            _print_plan(lookup, lacking)
            return
        plan = lookup.online.plan(
            lacking, limit=lookup.limit, country_codes=lookup.country_codes, near=lookup.near
        )
        lookup.online.allow(plan.questions)
    ask = lru_cache(maxsize=100_000)(partial(_point_of_row, lookup) if reverse else lookup.name)
    if output == "-":
        answered = fill_stream(table, sys.stdout.buffer, ask)
    else:
        settings = [
            lookup.country_codes,
            lookup.features,
            lookup.near,
            lookup.online and [lookup.online.service, lookup.online.host],
            getattr(lookup.gazetteer, "meta", {}).get("digest"),
        ]
        answered = fill(table, Path(output), ask, settings=json.dumps(settings))
    found = list(progress(answered, label="rows", quiet=quiet))
    if output != "-":
        print_line(output)
    if not quiet:
        print_note(f"{count(len(found), 'row')}, {len(found) - sum(found):,} not found")


def _print_plan(lookup: "Lookup", questions: Iterable[str]) -> None:
    from geo.cli.console import print_table

    service = lookup.online
    assert service is not None  # the usage was checked
    lacking = lookup.lacking(questions)
    plan = service.plan(
        lacking, limit=lookup.limit, country_codes=lookup.country_codes, near=lookup.near
    )
    print_table(
        ("host", "questions", "kept", "seconds"),
        [[service.host, plan.questions, plan.kept, f"{plan.seconds:.0f}"]],
        right=("questions", "kept", "seconds"),
    )


def _cells(row: "Row") -> list[object]:
    place = row.place
    return [
        place.name,
        place.country_code,
        place.admin1,
        row.feature,
        f"{place.population:,}" if place.population else "",
        place.latitude,
        place.longitude,
        place.id,
    ]


def _object(question: str, row: "Row") -> dict[str, object]:
    place = row.place
    found: dict[str, object] = {
        "query": question,
        "name": place.name,
        "country_code": place.country_code,
        "admin1": place.admin1,
        "feature_class": place.feature_class,
        "feature_code": place.feature_code,
        "population": place.population,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "radius_km": place.radius_km,
        "id": place.id,
        "match": row.match,
        "score": None if row.score is None else round(row.score, 4),
        "origin": row.origin,
    }
    if row.distance_km is not None:
        found["distance_km"] = row.distance_km
    return found
