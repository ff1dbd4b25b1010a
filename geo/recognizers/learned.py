"""Find mentions by the learned recognizer together with the gazetteer; the default."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from geo.document import Document, Mention
from geo.languages import is_english
from geo.protocols import Gazetteer
from geo.recognizers.contexts import is_something_else
from geo.recognizers.gazetteer import GazetteerRecognizer
from geo.recognizers.onnx import OnnxRecognizer
from geo.recognizers.rules import is_a_thing, mend
from geo.recognizers.span_rules import lies_around, overlap

__all__ = ["LearnedRecognizer", "fast_recognizer"]

#: How far the network's doubt may go where lists and rules find the same name, in log-odds.
_DOUBTFUL = -3.0

#: How sure lists and rules must be of it, 0 to 1.
_LISTED = 0.7

#: The score of a mention that took both to find.
_TOGETHER = 0.6


class LearnedRecognizer:
    """Find mentions by the network in `geo/data`, by lists, and by rules over both.

    Fulfills `geo.protocols.Recognizer`.

    Parameters
    ----------
    gazetteer
        Whose names the rules go by.
    model, caution
        As `OnnxRecognizer` takes them.

    Notes
    -----
    What the network doubts and the lists are sure of is a mention as well: in tables and lists of
    small places there is no sentence that the network could go by. It learned English, so in a
    document that says it is of another language the lists need no consent.
    """

    def __init__(
        self, gazetteer: Gazetteer, *, model: Path | str | None = None, caution: float = 0.0
    ) -> None:
        self._gazetteer = gazetteer
        self._caution = caution
        self._network = OnnxRecognizer(model)
        self._lists = GazetteerRecognizer(gazetteer)

    def recognize(self, documents: Sequence[Document]) -> list[list[Mention]]:
        """Return the mentions of each document, ordered by `start`; the same for any batch."""
        return [self._mentions(document) for document in documents]

    def _mentions(self, document: Document) -> list[Mention]:
        sure, doubtful = self._network.at_cautions(
            document.text, [self._caution, self._caution + _DOUBTFUL]
        )
        organizations = [m for m in sure if m.role == "organization"]
        sure = [m for m in sure if m.role != "organization"]
        found = mend(document, sure, self._gazetteer)
        [listed] = self._lists.recognize([document])
        if is_english(document.language):
            found += _together(found, doubtful, listed)
        else:
            found = _listed(found, listed)
        found = [m for m in found if not self._is_no_place(document.text, m)]
        inside = [m for m in found if m.role == "inside"]
        found += [m for m in organizations if any(lies_around(m, place) for place in inside)]
        return sorted(found, key=lambda m: (m.start, -m.end))

    def _is_no_place(self, text: str, mention: Mention) -> bool:
        return is_something_else(text, mention) or is_a_thing(text, mention, self._gazetteer)


def fast_recognizer(gazetteer: Gazetteer, *, caution: float = 0.0) -> LearnedRecognizer:
    """Return the recognizer with the small network: less is found in a quarter of the time."""
    model = Path(str(files("geo").joinpath("data/recognizer-fast.onnx")))
    return LearnedRecognizer(gazetteer, model=model, caution=caution)


def _together(
    found: Sequence[Mention], doubtful: Sequence[Mention], listed: Sequence[Mention]
) -> Iterator[Mention]:
    """Yield what the lists are sure of and the network at least considers."""
    for mention in listed:
        if mention.kind != "literal" or mention.score < _LISTED:
            continue
        considered = any(overlap(mention, other) for other in doubtful)
        if considered and not any(overlap(mention, other) for other in found):
            yield replace(mention, score=_TOGETHER)


def _listed(found: Sequence[Mention], listed: Sequence[Mention]) -> list[Mention]:
    """Join what the network found, which learned English, and the names that the lists know.

    Of the same words the lists say better whether a place is meant or a people: the network goes
    by English endings.
    """
    names = [mention for mention in listed if mention.kind == "literal"]
    spans = {(mention.start, mention.end) for mention in names}
    kept = [m for m in found if m.kind == "literal" or (m.start, m.end) not in spans]
    return [*kept, *(m for m in names if not any(overlap(m, other) for other in kept))]
