"""The contract that each implementation of a protocol must pass; pytest runs what is inherited."""

import itertools
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from geo.document import Document, Mention, ParsedDocument, Resolution
from geo.errors import ExportError, GeoError, GeoWarning, ReadError
from geo.geodesy import great_circle_km
from geo.protocols import (
    Exporter,
    Gazetteer,
    Reader,
    Recognizer,
    Resolver,
    Source,
)
from geo.testing.doubles import HOSTILE_TEXTS, ListRecognizer, MemoryGazetteer

if TYPE_CHECKING:
    pass

__all__ = [
    "ExporterContract",
    "GazetteerContract",
    "ReaderContract",
    "RecognizerContract",
    "ResolverContract",
]


class ReaderContract:
    """What every reader keeps to; `encode` says how a text looks in its format."""

    make: Callable[[], Reader]

    def encode(self, text: str) -> bytes:
        """Return a source that holds `text`; here, plain UTF-8."""
        return text.encode()

    def _read(self, content: bytes, name: str = "folder/a b.x") -> list[Document]:
        reader = self.make()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GeoWarning)
            return list(reader.read(Source(name, content)))

    def test_fulfills_the_protocol(self) -> None:
        """It has what `Reader` asks for."""
        reader = self.make()
        assert isinstance(reader, Reader)
        _check_suffixes(reader.suffixes)

    def test_keeps_the_words_of_any_text(self) -> None:
        """Every character but white space arrives."""
        for text in HOSTILE_TEXTS:
            [document] = self._read(self.encode(text))
            assert "".join(text.split()) in "".join(document.text.split())
            document.text.encode("utf-8")

    def test_names_the_source(self) -> None:
        """A document knows where it came from."""
        [document] = self._read(self.encode("Bishkek is a city."), "folder/a b.x")
        assert document.source is not None
        assert document.source.partition("#")[0] == "folder/a b.x"

    def test_sections_lie_within_the_text(self) -> None:
        """Sections are ordered, and none ends beyond the text."""
        for text in HOSTILE_TEXTS:
            for document in self._read(self.encode(text)):
                starts = [section.start for section in document.sections]
                assert starts == sorted(starts)
                assert all(section.end <= len(document.text) for section in document.sections)

    def test_reads_the_same_twice(self) -> None:
        """Equal bytes are equal documents, whatever was read between."""
        for text in HOSTILE_TEXTS:
            assert self._read(self.encode(text)) == self._read(self.encode(text))

    def test_says_so_when_there_is_nothing(self) -> None:
        """An empty source is a `ReadError` that names it."""
        with _raises(ReadError, "a b.x"):
            self._read(b"")

    def test_fails_on_rubbish_only_with_errors_of_ours(self) -> None:
        """Broken bytes give documents or a `GeoError`, nothing else."""
        whole = self.encode("Bishkek is a city.")
        for content in (bytes(range(256)), b"\0" * 99, b"\xff\xfe\xd8", whole[:-7], b"{" + whole):
            with suppress(GeoError):
                assert all(isinstance(document, Document) for document in self._read(content))


class _NeedsGazetteer:
    """Give the gazetteer that recognizers and resolvers under test are made with."""

    def gazetteer(self) -> Gazetteer:
        """Return a gazetteer that knows Bishkek and Osh."""
        return MemoryGazetteer(demonyms={"test:kyrgyzstan": ["Kyrgyz"]})


class RecognizerContract(_NeedsGazetteer):
    """What every recognizer keeps to; `finds` are mentions it must find in `text`."""

    make: Callable[[Gazetteer], Recognizer]
    text: ClassVar[str] = "The road from Osh to Bishkek is open, officials in Bishkek said."
    finds: ClassVar[Sequence[str]] = ("Osh", "Bishkek", "Bishkek")

    def _recognize(self, *texts: str) -> list[list[Mention]]:
        return self.make(self.gazetteer()).recognize([Document(text=text) for text in texts])

    def test_fulfills_the_protocol(self) -> None:
        """It has what `Recognizer` asks for."""
        assert isinstance(self.make(self.gazetteer()), Recognizer)

    def test_finds_what_it_is_for(self) -> None:
        """The names in plain sight are found, in order."""
        [mentions] = self._recognize(self.text)
        assert [m.text for m in mentions if m.role != "organization"] == list(self.finds)

    def test_nothing_gives_nothing(self) -> None:
        """No documents, no lists; an empty text, an empty list."""
        assert self._recognize() == []
        assert self._recognize("", " \n", "") == [[], [], []]

    def test_spans_are_slices_of_the_text(self) -> None:
        """`mention.text` is what stands at its span."""
        for text, mentions in zip(HOSTILE_TEXTS, self._recognize(*HOSTILE_TEXTS), strict=True):
            assert all(m.end <= len(text) and text[m.start : m.end] == m.text for m in mentions)

    def test_mentions_are_ordered_and_do_not_overlap(self) -> None:
        """By start; only an organization lies around another mention."""
        for mentions in self._recognize(self.text, *HOSTILE_TEXTS):
            assert mentions == sorted(mentions, key=lambda m: (m.start, -m.end))
            given = [m for m in mentions if m.role != "organization"]
            assert all(one.end <= two.start for one, two in itertools.pairwise(given))

    def test_a_batch_changes_nothing(self) -> None:
        """A document has the same mentions alone, in a batch and in another order."""
        texts = (self.text, *HOSTILE_TEXTS)
        together = self._recognize(*texts)
        assert together == [self._recognize(text)[0] for text in texts]
        assert together == self._recognize(*reversed(texts))[::-1]


class GazetteerContract:
    """What every gazetteer keeps to; it must know `name`, a place in `country_code`."""

    make: Callable[[], Gazetteer]
    name: ClassVar[str] = "Bishkek"
    country_code: ClassVar[str] = "KG"
    text: ClassVar[str] = "The road from Osh to Bishkek is open."

    def test_fulfills_the_protocol(self) -> None:
        """It has what `Gazetteer` asks for."""
        assert isinstance(self.make(), Gazetteer)

    def test_knows_a_place(self) -> None:
        """The likeliest place of a known name is the right one."""
        assert self.make().lookup(self.name)[0].place.country_code == self.country_code

    def test_the_likeliest_come_first_and_each_once(self) -> None:
        """Scores fall, places differ, `limit` cuts the end off."""
        gazetteer = self.make()
        found = gazetteer.lookup(self.name)
        scores = [candidate.score for candidate in found]
        assert scores == sorted(scores, reverse=True)
        assert len({candidate.place.id for candidate in found}) == len(found)
        assert gazetteer.lookup(self.name, limit=1) == found[:1]
        assert gazetteer.lookup(self.name) == found

    def test_an_unknown_name_is_an_empty_list(self) -> None:
        """Nothing is found, nothing is raised."""
        gazetteer = self.make()
        for name in ("", " ", "Qqzzxqy", "'; DROP TABLE place; --", "%", "\ud800", "x" * 9999):
            assert gazetteer.lookup(name) == [], name

    def test_places_have_ids(self) -> None:
        """A place is found again by its id."""
        gazetteer = self.make()
        for candidate in gazetteer.lookup(self.name):
            assert gazetteer.place(candidate.place.id) == candidate.place
        assert gazetteer.place("nothing:0") is None

    def test_near_is_near(self) -> None:
        """Places within the radius, nearest first, the place of the point itself among them."""
        gazetteer = self.make()
        place = gazetteer.lookup(self.name)[0].place
        near = gazetteer.near(place.latitude, place.longitude, radius_km=100.0)
        distances = [
            great_circle_km(place.latitude, place.longitude, other.latitude, other.longitude)
            for other in near
        ]
        assert place in near
        assert all(a <= b + 1.0 for a, b in itertools.pairwise(distances))
        assert all(km <= 101.0 for km in distances)

    def test_scan_finds_names_in_a_text(self) -> None:
        """Spans are ordered, do not overlap, and what they hold can be looked up."""
        gazetteer = self.make()
        spans = list(gazetteer.scan(self.text))
        assert self.name in {self.text[span.start : span.end] for span in spans}
        for text in (self.text, "", *HOSTILE_TEXTS):
            spans = list(gazetteer.scan(text))
            assert all(0 <= span.start < span.end <= len(text) for span in spans)
            assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
            assert all(gazetteer.lookup(text[span.start : span.end]) for span in spans)

    def test_columns_hold_what_lookup_gives(self) -> None:
        """`candidates` groups by name, in the order asked."""
        gazetteer = self.make()
        try:
            table = gazetteer.candidates([self.name, "Qqzzxqy", self.name])
        except NotImplementedError:  # a gazetteer that no hot path asks may leave it out
            return
        found = gazetteer.lookup(self.name)
        assert {len(column) for column in table} == {2 * len(found)}
        assert table.name.tolist() == [0] * len(found) + [2] * len(found)
        latitudes = sorted(round(candidate.place.latitude, 3) for candidate in found)
        assert sorted(round(float(x), 3) for x in table.latitude[: len(found)]) == latitudes


class ResolverContract(_NeedsGazetteer):
    """What every resolver keeps to."""

    make: Callable[[Gazetteer], Resolver]
    text: ClassVar[str] = "The road from Osh to Bishkek is open, officials in Qqzzxqy said."
    places: ClassVar[Mapping[str, str | None]] = {
        "Osh": "test:osh",
        "Bishkek": "test:bishkek",
        "Qqzzxqy": None,
    }

    def _resolve(self, *names: str) -> list[Resolution]:
        document = Document(text=self.text)
        starts = [self.text.index(name) for name in names]
        mentions = [
            Mention(start=start, end=start + len(name), text=name)
            for start, name in zip(starts, names, strict=True)
        ]
        resolutions = self.make(self.gazetteer()).resolve(document, mentions)
        assert [resolution.mention for resolution in resolutions] == mentions
        return resolutions

    def test_fulfills_the_protocol(self) -> None:
        """It has what `Resolver` asks for."""
        assert isinstance(self.make(self.gazetteer()), Resolver)

    def test_resolves_each_mention_in_the_order_given(self) -> None:
        """A place where there is one; else the reason, or what the name stands near."""
        resolutions = self._resolve(*self.places)
        exact = [r.place.id if r.place and not r.approximate else None for r in resolutions]
        assert exact == list(self.places.values())
        assert {r.reason for r in resolutions if r.place is None} <= {"no-candidate"}
        assert all(resolution.confidence > 0 for resolution in resolutions if resolution.place)

    def test_the_place_is_one_of_the_candidates(self) -> None:
        """Alternatives are what else the name may mean."""
        for resolution in self._resolve(*self.places):
            if resolution.place and not resolution.approximate:
                ids = [candidate.place.id for candidate in resolution.candidates]
                assert resolution.place.id in ids
                assert len(resolution.alternatives) == len(ids) - 1

    def test_nothing_gives_nothing(self) -> None:
        """No mentions, no resolutions."""
        assert self._resolve() == []

    def test_resolves_the_same_twice(self) -> None:
        """Equal input is equal output."""
        assert self._resolve(*self.places) == self._resolve(*self.places)


class ExporterContract:
    """What every exporter keeps to."""

    make: Callable[[], Exporter]

    def parsed(self) -> list[ParsedDocument]:
        """Return documents to write: hostile texts, resolved mentions, unresolved ones, none."""
        recognizer, gazetteer = ListRecognizer(["Bishkek", "Osh", "alert"]), MemoryGazetteer()
        documents = [
            Document(text=text, source=f"{text[:20]}.txt", title=text[:40])
            for text in HOSTILE_TEXTS
        ]
        found = recognizer.recognize(documents)
        return [
            ParsedDocument(
                document=document,
                resolutions=tuple(_first_candidate(gazetteer, mention) for mention in mentions),
            )
            for document, mentions in zip(documents, found, strict=True)
        ]

    def _path(self, folder: Path) -> Path:
        return folder / f"карта 1 [x]{self.make().suffixes[0]}"

    def test_fulfills_the_protocol(self) -> None:
        """It has what `Exporter` asks for."""
        exporter = self.make()
        assert isinstance(exporter, Exporter)
        _check_suffixes(exporter.suffixes)

    def test_writes_the_same_bytes_twice(self, tmp_path: Path) -> None:
        """A list and a stream, a new file and an old one give equal bytes."""
        path = self._path(tmp_path)
        self.make().export(self.parsed(), path)
        first = path.read_bytes()
        self.make().export(iter(self.parsed()), path)
        assert first
        assert path.read_bytes() == first
        assert list(tmp_path.iterdir()) == [path]

    def test_writes_a_file_for_no_documents(self, tmp_path: Path) -> None:
        """Nothing found is a valid file."""
        self.make().export([], self._path(tmp_path))
        assert self._path(tmp_path).is_file()

    def test_a_failing_stream_leaves_what_was_there(self, tmp_path: Path) -> None:
        """Neither a half file nor a stray one stays, and the error passes unchanged."""

        def failing() -> Iterator[ParsedDocument]:
            yield from self.parsed()
            raise ArithmeticError("on purpose")

        with _raises(ArithmeticError, "on purpose"):
            self.make().export(failing(), self._path(tmp_path))
        assert list(tmp_path.iterdir()) == []
        self._path(tmp_path).write_bytes(b"old")
        with _raises(ArithmeticError, "on purpose"):
            self.make().export(failing(), self._path(tmp_path))
        assert self._path(tmp_path).read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [self._path(tmp_path)]

    def test_says_what_cannot_be_written(self, tmp_path: Path) -> None:
        """A folder that is not there, or is in the place of the file, is an `ExportError`."""
        with _raises(ExportError, "missing"):
            self.make().export(self.parsed(), self._path(tmp_path / "missing"))
        self._path(tmp_path).mkdir()
        with _raises(ExportError, str(self._path(tmp_path))):
            self.make().export(self.parsed(), self._path(tmp_path))


def _first_candidate(gazetteer: Gazetteer, mention: Mention) -> Resolution:
    candidates = tuple(gazetteer.lookup(mention.text))
    if not candidates:
        return Resolution(mention=mention, reason="no-candidate")
    return Resolution(
        mention=mention, place=candidates[0].place, confidence=0.9, candidates=candidates
    )


def _check_suffixes(suffixes: tuple[str, ...]) -> None:
    assert suffixes
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in suffixes)


@contextmanager
def _raises(error: type[Exception], words: str) -> Iterator[None]:
    caught: Exception | None = None
    try:
        yield
    except error as met:
        caught = met
    assert caught is not None, f"nothing was raised, a {error.__name__} was due"
    assert words in str(caught), f'"{caught}" does not say "{words}"'
