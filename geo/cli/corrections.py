"""`geo corrections`: check, apply and merge what people corrected."""

import json as json_
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.options import Debug, Json

if TYPE_CHECKING:
    from geo.corrections import Correction
    from geo.document import Resolution
    from geo.place import Place

    Row = dict[str, object]

app = typer.Typer(
    help="Check, replay and join files of corrections.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="Corrections, as the page saves them.")]


@app.command()
def check(
    file: File,
    sources: Annotated[
        list[str],
        typer.Argument(metavar="DOCS...", help="The documents: JSON lines or any other source."),
    ],
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Name the lines that no longer fit the documents; exit code 1 if there are any.

    Example:  geo corrections check fixes.jsonl docs.jsonl
    """
    from geo.cli.console import print_error, print_json, print_line
    from geo.corrections import check as stale_of
    from geo.corrections import read
    from geo.errors import GeoError
    from geo.readers import read_sources

    not_read: list[GeoError] = []

    def note(error: GeoError) -> None:
        not_read.append(error)
        print_error(error)

    corrections = read(file)
    stale = stale_of(corrections, read_sources(sources, on_error=note))
    width = max((len(str(s.correction.line)) for s in stale), default=0)
    for one in stale:
        line = one.correction.line
        if json:
            print_json({"line": line, "status": "stale", "reason": one.reason})
        else:
            reason = " ".join(one.reason.split())
            print_line(f"line {line:<{width}}  stale  {reason}")
    if not json:
        print_line(f"{len(corrections) - len(stale):,} of {len(corrections):,} apply")
    if stale:
        raise typer.Exit(1)
    if not_read:
        raise typer.Exit(3)


@app.command()
def apply(
    file: File,
    mentions: Annotated[
        Path, typer.Argument(metavar="MENTIONS.jsonl", help="Rows, as `geo export` writes them.")
    ],
    debug: Debug = False,
) -> None:
    """Replay corrections on a JSONL of mentions, and print its rows.

    Example:  geo corrections apply fixes.jsonl mentions.jsonl
    """
    import sys

    from geo.corrections import read

    corrections = read(file)
    for line in _applied(corrections, _read_rows(mentions)):
        sys.stdout.buffer.write((line + "\n").encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


@app.command()
def merge(
    first: Annotated[Path, typer.Argument(metavar="A", help="One person's corrections.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another's.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the joined file goes.")
    ],
    prefer: Annotated[
        str | None,
        typer.Option("--prefer", metavar="later", help="Let the later word win a conflict."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Join two files of corrections; on a conflict name it, write nothing, exit code 1.

    Example:  geo corrections merge anna.jsonl bo.jsonl -o both.jsonl
    """
    from geo.cli.console import print_line, print_note
    from geo.corrections import merge as join
    from geo.corrections import read, write

    if prefer not in (None, "later"):
        raise typer.BadParameter(f'"{prefer}" is not later', param_hint="--prefer")
    corrections, conflicts = join([read(first), read(second)])
    for conflict in conflicts:
        print_note(f"conflict  {' '.join(str(conflict).split())}")
    if conflicts and prefer is None:
        print_note(
            f"{output} is not written: {len(conflicts)} in conflict. "
            "Settle them in the files, or give --prefer later."
        )
        raise typer.Exit(1)
    write(corrections, output)
    print_line(str(output))


def _read_rows(path: Path) -> "Iterator[tuple[int, str, Row]]":
    """Yield number, line and row of a `geo.mentions/1` file."""
    from geo.errors import FormatError, ReadError

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise ReadError(f"cannot read {path}: {what}. Give a file.") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"cannot read {path}: not UTF-8. Save it as UTF-8.") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if not line or line.isspace():
            continue
        try:
            row = json_.loads(line)
            name, _, version = str(row["schema"]).partition("/")
            if name != "geo.mentions" or version.partition(".")[0] != "1":
                raise ValueError(f'its schema is "{row["schema"]}"')
            _resolution(row)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise FormatError(
                f"{path}, line {number}: no row of geo.mentions/1 ({error}). "
                "Write them with `geo export`."
            ) from error
        yield number, line, row


def _applied(
    corrections: "list[Correction]", lines: "Iterable[tuple[int, str, Row]]"
) -> Iterator[str]:
    """Yield the lines after the corrections; what they do not change stays as it was written."""
    import warnings

    from geo.corrections import Corrections, check
    from geo.document import Document, ParsedDocument
    from geo.errors import GeoWarning
    from geo.exporters.jsonl import SCHEMA
    from geo.exporters.rows import encode, rows

    by_document: dict[str, list[tuple[str, Row]]] = {}
    for _, line, row in lines:
        by_document.setdefault(str(row["document_id"]), []).append((line, row))
    for stale in check(corrections, (Document(text=" ", id=name) for name in by_document)):
        if stale.reason.startswith("no document"):
            where = f"corrections {stale.correction.source}, line {stale.correction.line}"
            warnings.warn(f"{where}: {stale.reason} among the rows.", GeoWarning, stacklevel=1)
    replayed = Corrections(corrections)
    for name, given in by_document.items():
        before = {_key(r): (line, row, r) for line, row in given for r in [_resolution(row)]}
        ordered = sorted((r for _, _, r in before.values()), key=_key)
        text = _text_of(name, ordered, corrections)
        document = Document(text=text, id=name)
        after = replayed.replay(ParsedDocument(document=document, resolutions=tuple(ordered)))
        about = {key: given[0][1].get(key) for key in ("source", "title", "published")}
        for resolution, row in zip(after.resolutions, rows(after), strict=True):
            old = before.get(_key(resolution))
            if old is not None and old[2] == resolution:
                yield old[0]
                continue
            kept = {"section": None, "sentence": None, **about}
            if old is not None:
                kept = {key: old[1].get(key) for key in kept}
            yield encode({"schema": SCHEMA, **row, **kept})


def _text_of(name: str, resolutions: "list[Resolution]", corrections: "list[Correction]") -> str:
    """Return as much of a document's text as its rows tell, NUL where nothing is known.

    An id made from the text is as good as the text: what a correction read there is there.
    """
    spans = [(r.mention.start, r.mention.text) for r in resolutions]
    if name.startswith("sha256:"):
        spans += [(c.start, c.mention) for c in corrections if c.document_id == name]
    text = ["\0"] * max(start + len(words) for start, words in spans)
    for start, words in reversed(spans):
        text[start : start + len(words)] = words
    return "".join(text)


def _key(resolution: "Resolution") -> tuple[int, int, str]:
    mention = resolution.mention
    return mention.start, -mention.end, mention.role


def _resolution(row: Mapping[str, object]) -> "Resolution":
    """Make the resolution that a row was written from, as far as it tells."""
    from geo.document import Mention, Resolution
    from geo.place import Candidate

    place = _place(row)
    alternatives = row.get("alternatives") or []
    if not isinstance(alternatives, list):
        raise TypeError('"alternatives" is not a list')
    others = [(_place(one), one.get("confidence") or 0.0) for one in alternatives]
    # Each record checks its own values, and a wrong type raises what the caller catches.
    known: dict[str, object] = {
        key: row[key] for key in ("kind", "role", "score") if row.get(key) is not None
    }
    return Resolution(
        mention=Mention(
            start=row["start"],  # type: ignore[arg-type]  # as above
            end=row["end"],  # type: ignore[arg-type]  # as above
            text=row["mention"],  # type: ignore[arg-type]  # as above
            **known,  # type: ignore[arg-type]  # as above
        ),
        place=place,
        confidence=row.get("confidence") or 0.0,  # type: ignore[arg-type]  # as above
        candidates=tuple(
            Candidate(place=p, name=str(row["mention"]), match="primary", score=score)
            for p, score in [*([(place, 1.0)] if place else []), *others]
            if p is not None
        ),
        origin=row.get("origin") or "resolver",  # type: ignore[arg-type]  # as above
        approximate=bool(row.get("approximate")),
        explanation=str(row.get("explanation") or ""),
        reason=None if place else row.get("reason") or "no-candidate",  # type: ignore[arg-type]
    )


def _place(row: Mapping[str, object]) -> "Place | None":
    from dataclasses import fields

    from geo.place import Place

    if row.get("place_id") is None:
        return None
    columns = {one.name for one in fields(Place)} - {"id", "name", "bounds", "source"}
    return Place(
        id=str(row["place_id"]),
        name=str(row["place"]),
        **{key: row.get(key) for key in columns},  # type: ignore[arg-type]  # checked by Place
    )
