"""Find mentions by a spaCy pipeline: `--recognizer spacy:en_core_web_md`."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from geo.document import Document, Mention
from geo.errors import MissingExtraError, SettingsError
from geo.protocols import Gazetteer
from geo.recognizers.span_rules import FoundSpan, fit

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["SpacyRecognizer"]

#: Labels of the common schemes (OntoNotes, CoNLL) that are places.
_PLACES = frozenset({"GPE", "LOC", "FAC", "LOCATION"})

#: Labels that are demonyms where the gazetteer knows them as such: parties and faiths are no place.
_GROUPS = frozenset({"NORP", "MISC"})

#: spaCy does not say how sure it is.
_SCORE = 0.8


class SpacyRecognizer:
    """Find mentions by the entities of a spaCy pipeline; fulfills `geo.protocols.Recognizer`.

    Parameters
    ----------
    gazetteer
        Tells demonyms from other groups.
    model
        The name of an installed pipeline, or its folder.

    Raises
    ------
    MissingExtraError
        spaCy is not installed.
    SettingsError
        There is no such pipeline; raised at the first text.
    """

    def __init__(self, gazetteer: Gazetteer, *, model: str = "en_core_web_sm") -> None:
        self._gazetteer = gazetteer
        self._model = model

    def recognize(self, documents: Sequence[Document]) -> list[list[Mention]]:
        """Return the mentions of each document, ordered by `start`."""
        texts = [document.text for document in documents]
        return [
            list(self._mentions(text, [(e.start_char, e.end_char, e.label_) for e in doc.ents]))
            for text, doc in zip(texts, self._pipeline.pipe(texts), strict=True)
        ]

    def _mentions(self, text: str, entities: list[tuple[int, int, str]]) -> Iterator[Mention]:
        for start, end, label in entities:
            if label not in _PLACES | _GROUPS:
                continue
            span = fit(text, FoundSpan(start, end, _SCORE))
            if span is None:
                continue
            name = text[span.start : span.end]
            best = self._gazetteer.lookup(name, limit=1)
            demonym = bool(best) and best[0].match == "demonym"
            if label in _GROUPS and not demonym:
                continue
            yield Mention(
                start=span.start,
                end=span.end,
                text=name,
                kind="associative" if demonym else "literal",
                score=_SCORE,
            )

    @cached_property
    def _pipeline(self) -> "Language":
        try:
            import spacy
        except ImportError as error:
            raise MissingExtraError(
                'recognizer "spacy" needs an extra: pip install "mentionmap[spacy]".'
            ) from error
        try:
            pipeline = spacy.load(self._model)
        except OSError as error:
            raise SettingsError(
                f'there is no spaCy pipeline "{self._model}". Install its package, or give the '
                "folder of one: --recognizer spacy:FOLDER."
            ) from error
        # Its own limit of a million characters is for pipelines that parse; texts may be longer.
        pipeline.max_length = 10_000_000
        return pipeline
