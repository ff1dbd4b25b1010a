"""`geo corrections`: check, apply, merge and add what people corrected."""

import json as json_
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.options import Debug, GazetteerFile, Json, Quiet

if TYPE_CHECKING:
    from geo.corrections import Correction
    from geo.document import Resolution

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
    from contextlib import ExitStack
    from itertools import chain

    from geo.cli.console import print_error, print_json, print_line
    from geo.corrections import check as stale_of
    from geo.corrections import read
    from geo.errors import GeoError
    from geo.gazetteer import open_gazetteer
    from geo.mentions import documents_of, is_table_of_mentions, read_rows
    from geo.readers import read_sources

    not_read: list[GeoError] = []

    def note(error: GeoError) -> None:
        not_read.append(error)
        print_error(error)

    corrections = read(file)
    tables = [source for source in sources if is_table_of_mentions(source)]
    others = [source for source in sources if source not in tables]
    with ExitStack() as stack:
        documents = read_sources(others, on_error=note)
        if tables:
            gazetteer = stack.enter_context(open_gazetteer())
            rows = (row for table in tables for row in read_rows(table, on_error=note))
            read_back = documents_of(rows, gazetteer, on_error=note)
            documents = chain(documents, (parsed.document for parsed in read_back))
        stale = stale_of(corrections, documents)
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


@app.command()
def add(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file that is kept; made if there is none.")
    ],
    saved: Annotated[
        list[Path], typer.Argument(metavar="SAVED...", help="Corrections, as the page saves them.")
    ],
    debug: Debug = False,
) -> None:
    """Add to a file what it does not say yet; what is there stays as it is.

    Example:  geo corrections add fixes.jsonl ~/Downloads/corrections.jsonl
    """
    from geo.cli.console import print_line, print_note
    from geo.corrections import extend, read

    added = extend(file, [line for path in saved for line in read(path)])
    print_line(str(file))
    print_note(f"{added:,} {'line' if added == 1 else 'lines'} added")


@app.command("from")
def from_(
    table: Annotated[
        Path, typer.Argument(metavar="TABLE", help="Rows of `geo export`, edited: .csv, .xlsx...")
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="Where they go; a file is added to."),
    ],
    original: Annotated[
        Path | None,
        typer.Option("--original", metavar="FILE", help="The rows as they were written."),
    ] = None,
    applies_to: Annotated[
        str,
        typer.Option("--applies-to", metavar="SCOPE", help="mention, document or corpus."),
    ] = "mention",
    author: Annotated[str, typer.Option("--author", metavar="NAME", help="Who said so.")] = "",
    gazetteer: GazetteerFile = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Turn what was edited in a spreadsheet into corrections.

    Without --original the gazetteer says what the rows said before.

    Example:  geo corrections from rows.xlsx -o fixes.jsonl --author Jo
    """
    import datetime as dt
    from typing import get_args

    from geo.cli.console import count, print_error, print_line, print_note
    from geo.corrections import AppliesTo, Correction, extend
    from geo.errors import FormatError, GeoError
    from geo.gazetteer import open_gazetteer
    from geo.mentions import can_tell, corrections_of, read_rows

    if applies_to not in get_args(AppliesTo):
        raise typer.BadParameter(f'"{applies_to}" is not mention, document or corpus')
    wrong: list[GeoError] = []

    def note(error: GeoError) -> None:
        wrong.append(error)
        print_error(error)

    rows = list(read_rows(table, on_error=note))
    before = None
    if original is not None:
        written = (row.values for row in read_rows(original))
        before = {(row["document_id"], row["start"], row["end"]): row for row in written}
    found: list[Correction] = []
    with open_gazetteer(gazetteer) as opened:
        for one in corrections_of(
            rows,
            opened,
            before=before,
            created=dt.datetime.now(dt.UTC).replace(microsecond=0),
            author=author,
            applies_to=applies_to,  # type: ignore[arg-type]  # checked above
        ):
            if isinstance(one, FormatError):
                note(one)
            else:
                found.append(one)
        unknown = 0 if before is not None else sum(not can_tell(row, opened) for row in rows)
    if unknown and not quiet:
        print_note(
            f"{unknown:,} rows name places that this gazetteer lacks: whether they were edited, "
            "only --original can tell."
        )
    if not rows:
        raise typer.Exit(1)
    extend(output, found)
    print_line(str(output))
    if not quiet:
        print_note(
            f"{count(len(rows), 'row')}, {len(found):,} edited, {len(wrong):,} not understood"
        )
    if wrong:
        raise typer.Exit(3)


def _read_rows(path: Path) -> "Iterator[tuple[int, str, Row]]":
    """Yield number, line and row of a `geo.mentions/1` file."""
    from geo.errors import FormatError, ReadError
    from geo.mentions import resolution_of

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
            resolution_of(row)
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
    from geo.mentions import resolution_of

    by_document: dict[str, list[tuple[str, Row]]] = {}
    for _, line, row in lines:
        by_document.setdefault(str(row["document_id"]), []).append((line, row))
    for stale in check(corrections, (Document(text=" ", id=name) for name in by_document)):
        if stale.reason.startswith("no document"):
            where = f"corrections {stale.correction.source}, line {stale.correction.line}"
            warnings.warn(f"{where}: {stale.reason} among the rows.", GeoWarning, stacklevel=1)
    replayed = Corrections(corrections)
    for name, given in by_document.items():
        before = {_key(r): (line, row, r) for line, row in given for r in [resolution_of(row)]}
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
