"""Find mentions by a GLiNER model: `--recognizer gliner:FOLDER`."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from geo.document import Document, Mention
from geo.errors import MissingExtraError, SettingsError
from geo.protocols import Gazetteer
from geo.recognizers.span_rules import FoundSpan, fit
from geo.recognizers.tokenizer import split

if TYPE_CHECKING:
    from gliner import GLiNER

__all__ = ["GlinerRecognizer"]

#: What the model is asked for, and the kind of a mention that has it.
_LABELS = ("place", "facility", "nationality")
_ASSOCIATIVE = "nationality"

#: Entities below it are left out; the model's own default.
_THRESHOLD = 0.5

#: Words that go to the model together: most models cut off what goes beyond 384.
_WORDS = 250


class GlinerRecognizer:
    """Find mentions by a model that takes its labels as words; fulfills `Recognizer`.

    Parameters
    ----------
    gazetteer
        Not used: the model knows its own mind.
    model
        The folder of a model, or its name where the hub is reached.
    caution
        Moves the threshold of 0.5 by a tenth for each 1.

    Raises
    ------
    MissingExtraError
        gliner is not installed; raised at the first text, as the next one is.
    SettingsError
        There is no such model.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        *,
        model: str = "urchade/gliner_small-v2.1",
        caution: float = 0.0,
    ) -> None:
        self._name = model
        self._threshold = min(0.95, max(0.05, _THRESHOLD + caution / 10))

    def recognize(self, documents: Sequence[Document]) -> list[list[Mention]]:
        """Return the mentions of each document, ordered by `start`."""
        return [list(self._mentions(document.text)) for document in documents]

    def _mentions(self, text: str) -> Iterator[Mention]:
        end = 0
        for offset, part in _parts(text):
            entities = self._model.predict_entities(
                part, list(_LABELS), threshold=self._threshold, flat_ner=True
            )
            for entity in sorted(entities, key=lambda e: (e["start"], -e["end"])):
                found = FoundSpan(offset + entity["start"], offset + entity["end"], entity["score"])
                span = fit(text, found)
                if span is None or span.start < end:
                    continue
                end = span.end
                yield Mention(
                    start=span.start,
                    end=end,
                    text=text[span.start : end],
                    kind="associative" if entity["label"] == _ASSOCIATIVE else "literal",
                    score=round(float(span.score), 4),
                )

    @cached_property
    def _model(self) -> "GLiNER":
        try:
            from gliner import GLiNER
        except ImportError as error:
            raise MissingExtraError(
                'recognizer "gliner" needs an extra: pip install "mentionmap[gliner]".'
            ) from error
        try:
            return GLiNER.from_pretrained(self._name)
        except Exception as error:  # the hub's client raises many kinds
            raise SettingsError(
                f'there is no GLiNER model "{self._name}": {error}. Give the folder of one: '
                "--recognizer gliner:FOLDER."
            ) from error


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield pieces of the text of at most `_WORDS` words with their offsets, cut after a stop."""
    words = split(text)
    first = 0
    while first < len(words):
        last = min(first + _WORDS, len(words))
        if last < len(words):
            stops = (i for i in range(last, first, -1) if text[words[i - 1][0]] in ".!?")
            last = next(stops, last)
        start, end = words[first][0], words[last - 1][1]
        yield start, text[start:end]
        first = last
