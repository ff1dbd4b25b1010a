"""What the commands that parse documents have in common: read, parse, count, and the exit code."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import typer

from geo.cli.console import count, print_error, print_note
from geo.cli.watching import document_progress, first_interrupt
from geo.document import Document, Hints, ParsedDocument
from geo.errors import GeoError, ReadError, SettingsError
from geo.mentions import documents_of, is_table_of_mentions, read_rows
from geo.pipeline import Geoparser
from geo.protocols import Gazetteer
from geo.readers import read_sources
from geo.readers.options import DEFAULTS, ReadOptions
from geo.resolver import home_of
from geo.settings import load_settings

__all__ = ["INTERRUPTED", "SOME_NOT_READ", "Run", "hinted", "hints_of", "read_options"]

#: The exit code of a run that is done, but some documents could not be read.
SOME_NOT_READ = 3
#: That of a run that Ctrl-C ended.
INTERRUPTED = 130

#: What `--precision` adds to the evidence against a mention, and `--recall` takes from it.
_CAUTION = 1.0


@dataclass(slots=True)
class Run:
    """One run over sources: what was parsed is counted, what could not be read is named."""

    sources: Sequence[str]
    recognizer: str | None = None
    gazetteer: Path | None = None
    demonyms: bool | None = None
    organizations: bool | None = None
    quiet: bool = False
    reading: ReadOptions = DEFAULTS
    corrections: Path | None = None
    near: str | None = None
    country: str | None = None
    outlet: str | None = None
    year: int | None = None
    exact_only: bool | None = None
    relations: bool | None = None
    fast: bool = False
    recall: bool | None = None
    documents: int = 0
    mentions: int = 0
    unresolved: int = 0
    places: set[str] = field(default_factory=set)
    errors: list[GeoError] = field(default_factory=list)
    interrupted: bool = False

    def parser(self) -> Geoparser:
        """Return the parser that the flags, the environment and `geo.toml` ask for."""
        if self.fast and self.recognizer not in (None, "fast"):
            raise SettingsError(f'--fast is a recognizer of its own: drop "{self.recognizer}".')
        caution = None if self.recall is None else _CAUTION if not self.recall else -_CAUTION
        settings = load_settings(
            {
                "recognizer": "fast" if self.fast else self.recognizer,
                "caution": caution,
                "gazetteer": str(self.gazetteer) if self.gazetteer else None,
                "demonyms": self.demonyms,
                "organizations": self.organizations,
                "exact_only": self.exact_only,
                "relations": self.relations,
            }
        )
        return Geoparser(settings, corrections=self.corrections)

    def provenance(self, parser: Geoparser) -> dict[str, str]:
        """Say what the run was made with, for the page."""
        made = {
            "recognizer": parser.settings.recognizer,
            "resolver": parser.settings.resolver,
            "settings": parser.settings.digest,
        }
        meta = getattr(parser.gazetteer, "meta", {})
        if "digest" in meta:
            made["gazetteer"] = str(meta["digest"])
        return made

    def parsed(self, parser: Geoparser) -> Iterator[ParsedDocument]:
        """Yield the parsed documents; what cannot be read is named in the summary."""
        if scans := [source for source in self.sources if _is_scan(source)]:
            raise ReadError(
                f"{scans[0]} is a scan, not a document. `geo map` and `geo summary` read it, and "
                f"any SQL engine reads {scans[0].rstrip('/')}/part-*.parquet."
            )
        for source in self.sources:
            if source.startswith(("http://", "https://")):
                print_note(f"asking {urlsplit(source).hostname}")
        tables = [source for source in self.sources if is_table_of_mentions(source)]
        sources = [source for source in self.sources if source not in tables]
        documents = read_sources(sources, on_error=self.note, options=self.reading)
        hints = self.hints(parser.gazetteer)
        told = (hinted(document, hints) for document in documents)
        read_back = (parsed for table in tables for parsed in self.read_back(table, parser))
        return self.counted(chain(parser.parse_all(told), read_back))

    def read_back(self, table: str, parser: Geoparser) -> Iterator[ParsedDocument]:
        """Yield the documents of a table of mentions, with what was edited in it."""
        gazetteer = parser.gazetteer
        try:
            rows = read_rows(table, on_error=self.note)
            for parsed in documents_of(rows, gazetteer, on_error=self.note):
                yield parser.corrections.replay(parsed, gazetteer=gazetteer)
        except GeoError as error:
            self.note(error)

    def scans(self) -> list[str]:
        """Return the sources, if they are output of `geo scan`; none if they are documents.

        Raises
        ------
        ReadError
            They are of both kinds.
        """
        scans = [source for source in self.sources if _is_scan(source)]
        if scans and len(scans) < len(self.sources):
            raise ReadError(
                f"{scans[0]} is a scan, the other sources are documents. Scan them too, or leave "
                "it out."
            )
        return scans

    def hints(self, gazetteer: Gazetteer) -> Hints:
        """Return the hints of the command line; see `hints_of`."""
        return hints_of(gazetteer, self.near, self.country, self.outlet, self.year)

    def note(self, error: GeoError) -> None:
        """Keep what cannot be read for the summary, and go on."""
        self.errors.append(error)

    def counted(self, stream: Iterable[ParsedDocument]) -> Iterator[ParsedDocument]:
        """Pass parsed documents on, with progress on stderr, and count them.

        Ctrl-C ends the stream after the document in hand, so that what was done is written.
        """
        watched = document_progress(
            stream, self.sources, quiet=self.quiet, failed=lambda: len(self.errors)
        )
        with first_interrupt() as asked:
            for parsed in watched:
                self.documents += 1
                self.mentions += len(parsed.resolutions)
                self.unresolved += sum(r.place is None for r in parsed.resolutions)
                self.places.update(place.id for place in parsed.places)
                yield parsed
                if asked():
                    self.interrupted = True
                    return

    def stop_if_nothing_was_read(self) -> None:
        """End with exit code 1 when no document could be read at all."""
        if self.errors and not self.documents:
            self._list_errors()
            raise typer.Exit(1)

    def finish(self) -> None:
        """Print the summary on stderr; the exit code is 3 if something was not read.

        It is 130 if somebody pressed Ctrl-C.
        """
        self._list_errors()
        if not self.quiet:
            counts = [
                count(self.documents, "document"),
                count(self.mentions, "mention"),
                count(len(self.places), "place"),
                f"{self.unresolved:,} unresolved",
            ]
            if self.errors:
                counts.append(f"{len(self.errors):,} not read")
            print_note(", ".join(counts))
        if self.interrupted:
            print_error("interrupted; what was done is kept, the rest was not read.")
            raise typer.Exit(INTERRUPTED)
        if self.errors:
            raise typer.Exit(SOME_NOT_READ)

    def _list_errors(self) -> None:
        for error in self.errors:
            print_error(error)


def _is_scan(source: str) -> bool:
    address = "://" in source and not source.startswith(("http://", "https://"))
    if not (address or Path(source, "manifest.json").is_file()):
        return False  # the common case costs no import
    if address:
        print_note(f"asking {source.split('://')[0]}://{urlsplit(source).hostname}")
    from geo.scan import is_scan

    return is_scan(source)


def hints_of(
    gazetteer: Gazetteer,
    near: str | None,
    country: str | None,
    outlet: str | None,
    year: int | None,
) -> Hints:
    """Return the hints of the command line.

    Raises
    ------
    SettingsError
        No place goes by the name that was given, the country code is none, or nobody told us where
        that outlet is at home.
    """
    point = _point(near, gazetteer) if near else None
    code = _country(country, gazetteer) if country else None
    if outlet and point is None and home_of(outlet) is None:
        raise SettingsError(
            f'--outlet: the home of "{outlet}" is not known. Say where it is with --near.'
        )
    return Hints(country=code, near=point, outlet=outlet, year=year)


def hinted(document: Document, given: Hints) -> Document:
    """Give a document hints; those it brings itself stay."""
    return replace(document, hints=document.hints.or_else(given))


def _country(given: str, gazetteer: Gazetteer) -> str:
    from geo.geocoders.query import parse_country_codes
    from geo.geocoders.search import country_name

    try:
        [code] = parse_country_codes(given)
    except ValueError:
        raise SettingsError(
            f'--country takes two letters (ISO 3166-1 alpha-2), got "{given}".'
        ) from None
    if country_name(gazetteer, code) == code:  # no country's name is two capitals
        raise SettingsError(f'--country: no country has the code "{given}". Give one such as KG.')
    return code


def _point(near: str, gazetteer: Gazetteer) -> tuple[float, float]:
    try:
        latitude, longitude = map(float, near.split(","))
    except ValueError:
        found = gazetteer.lookup(near, limit=1)
    else:
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            raise SettingsError(
                f'--near: "{near}" is no latitude and longitude in degrees. Latitude is first.'
            )
        return latitude, longitude
    if not found:
        raise SettingsError(
            f'--near: no place goes by "{near}". Give a name that `geo geocode` finds, or a point '
            'such as "42.87,74.59".'
        )
    return found[0].place.latitude, found[0].place.longitude


def read_options(
    text_columns: list[str] | None,
    id_column: str | None,
    date_column: str | None,
    whole_page: bool,
    allow_private: bool,
) -> ReadOptions:
    """Return how sources are read; an address on the command line is a wish to fetch it."""
    return ReadOptions(
        text_columns=tuple(text_columns or ()),
        id_column=id_column,
        date_column=date_column,
        whole_page=whole_page,
        addresses=True,
        allow_private=allow_private,
    )
