"""Gold corpora: files and folders to gold documents, the format told by suffix and content."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import BinaryIO, Literal, get_args

from geo.errors import FormatError, GeoError, ReadError
from geo.evaluation.formats import brat, conll, jsonl, xml
from geo.evaluation.gold import Corpus, GoldDocument, GoldMention
from geo.protocols import Gazetteer, Source
from geo.readers.sources import open_sources

__all__ = ["Format", "located", "read_corpus", "with_outlets"]

#: A format of gold; `brat` is a text with its annotations beside it.
Format = Literal["jsonl", "xml", "conll", "brat"]

_FORMATS: tuple[Format, ...] = get_args(Format)
_SUFFIXES: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xml": "xml",
    ".conll": "conll",
    ".conll03": "conll",
    ".bio": "conll",
    ".iob": "conll",
    ".iob2": "conll",
    ".tsv": "conll",
    ".ann": "brat",
}


def read_corpus(
    source: str | Path,
    *,
    format: Format | None = None,
    on_error: Callable[[GeoError], None] | None = None,
    stdin: BinaryIO | None = None,
) -> Corpus:
    """Read one gold corpus.

    Parameters
    ----------
    source
        A file, a folder or a glob of files of one corpus, or `-` for standard input.
    format
        Else told by the suffix, for others by how the content begins.
    on_error
        Called with each document that is broken; reading then goes on.
    stdin
        What `-` reads.

    Raises
    ------
    ReadError, FormatError
        Without `on_error`; and where nothing could be read at all.
    """
    documents: list[GoldDocument] = []
    failed = False
    met: Counter[str] = Counter()
    for record in _records(str(source), format, stdin):
        if isinstance(record, GeoError):
            if on_error is None:
                raise record
            failed = True
            on_error(record)
            continue
        own = record.document.id
        met[own] += 1
        if met[own] > 1:
            numbered = replace(record.document, id=f"{own}#{met[own]}")
            record = replace(record, document=numbered)
        documents.append(record)
    if not documents and not failed:
        raise FormatError(f"cannot measure on {source}: it holds no gold document.")
    return Corpus(name=PurePath(str(source)).name or str(source), documents=tuple(documents))


def located(corpus: Corpus, gazetteer: Gazetteer) -> Corpus:
    """Give mentions that carry only a place's id the point the gazetteer has for it."""

    def point(gold: GoldMention) -> GoldMention:
        place = gazetteer.place(gold.place_id) if gold.place_id and not gold.is_linked else None
        if place is None:
            return gold
        return replace(gold, latitude=place.latitude, longitude=place.longitude)

    return replace(
        corpus,
        documents=tuple(
            replace(gold, mentions=tuple(map(point, gold.mentions))) for gold in corpus.documents
        ),
    )


def with_outlets(corpus: Corpus) -> Corpus:
    """Tell the resolver the newspaper of each document that names its `domain`."""

    def hinted(gold: GoldDocument) -> GoldDocument:
        document = gold.document
        outlet = document.hints.outlet or document.metadata.get("domain")
        hints = replace(document.hints, outlet=outlet)
        return replace(gold, document=replace(document, hints=hints))

    return replace(corpus, documents=tuple(map(hinted, corpus.documents)))


def _records(
    name: str, format: Format | None, stdin: BinaryIO | None
) -> Iterator[GoldDocument | GeoError]:
    if format is not None and format not in _FORMATS:
        raise FormatError(f'unknown gold format "{format}". Available: {", ".join(_FORMATS)}.')
    for opened in open_sources([name], suffixes=_wanted(name, format), stdin=stdin):
        if isinstance(opened, GeoError):
            yield opened
            continue
        source = opened.source
        kind = format or _SUFFIXES.get(PurePath(source.name).suffix.lower()) or _guess(source)
        if kind == "brat":
            yield from _brat(source)
        else:
            yield from _READERS[kind](source)


def _wanted(name: str, format: Format | None) -> Sequence[str]:
    """Return the suffixes that a folder stands for: annotations, where there are any."""
    path = Path(name)
    if not path.is_dir():
        return ()
    if format is None and any(path.rglob("*.ann")):
        return (".ann",)
    return [suffix for suffix, kind in _SUFFIXES.items() if format in (None, kind)]


def _guess(source: Source) -> Format:
    head = source.content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{"):
        return "jsonl"
    if head.startswith(b"<"):
        return "xml"
    return "brat" if Path(source.name).with_suffix(".ann").is_file() else "conll"


def _brat(source: Source) -> Iterable[GoldDocument | GeoError]:
    """Read a text and its annotations, whichever of the two was named."""
    path = Path(source.name)
    other = path.with_suffix(".txt" if path.suffix.lower() == ".ann" else ".ann")
    try:
        content = other.read_bytes()
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        return [ReadError(f"cannot read {other}: {what}. brat keeps it beside {path.name}.")]
    pair = Source(str(other), content)
    return brat.read(pair, source) if other.suffix == ".txt" else brat.read(source, pair)


_READERS: dict[Format, Callable[[Source], Iterator[GoldDocument | GeoError]]] = {
    "jsonl": jsonl.read,
    "xml": xml.read,
    "conll": conll.read,
}
