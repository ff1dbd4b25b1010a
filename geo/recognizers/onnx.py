"""Find mentions by the learned recognizer: a small network, run by onnxruntime on one core."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from geo.document import Document, Mention, Role
from geo.recognizers.span_rules import (
    FoundSpan,
    apply_rules,
    lies_around,
    overlap,
    without_surnames,
)
from geo.recognizers.tokenizer import Tokenizer, Word, windows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

__all__ = ["OnnxRecognizer"]


class OnnxRecognizer:
    """Find mentions with the model in `geo/data`; fulfills `geo.protocols.Recognizer`.

    Parameters
    ----------
    model
        An ONNX file made by `training.recognizer`, with its vocabulary beside it as
        `recognizer.vocab.txt`; the shipped one where nothing is said.
    caution
        Added to the evidence that a word names no place: above 0 fewer mentions are found and
        more of them are right, below 0 the reverse. Between -3 and 3 is useful.

    Notes
    -----
    Each window goes through the network alone. The 8-bit products take their scale from all
    that they are given, so windows in a batch would change each other's results.
    """

    def __init__(self, model: Path | str | None = None, *, caution: float = 0.0) -> None:
        self._model = Path(model or str(files("geo").joinpath("data/recognizer.onnx")))
        self._caution = caution

    def recognize(self, documents: Sequence[Document]) -> list[list[Mention]]:
        """Return the mentions of each document, ordered by `start`; the same for any batch."""
        return [self.at_cautions(document.text, [self._caution])[0] for document in documents]

    def at_cautions(self, text: str, cautions: Sequence[float]) -> list[list[Mention]]:
        """Return the mentions of a text at several cautions, for the price of one."""
        words = self._tokenizer.words(text)
        found: list[list[FoundSpan]] = [[] for _ in cautions]
        organizations: list[FoundSpan] = []
        people: list[FoundSpan] = []
        for start, end in windows(text, words):
            logits = self._logits(words[start:end])
            at = {c: list(_spans(text, words[start:end], logits, c)) for c in {0.0, *cautions}}
            for spans, caution in zip(found, cautions, strict=True):
                spans += at[caution] if caution >= 0 else _added(at[0.0], at[caution])
            for label, other in _others(text, words[start:end], logits):
                (people if label == _PERSON else organizations).append(other)
        return [
            _mentions(text, without_surnames(text, spans, people), organizations) for spans in found
        ]

    def _logits(self, window: Sequence[Word]) -> "NDArray[np.float32]":
        """Return the twelve logits of each word, taken at its first piece."""
        import numpy as np

        tokenizer = self._tokenizer
        pieces, cases, firsts = [tokenizer.first], [0], []
        for word in window:
            firsts.append(len(pieces))
            pieces += word.pieces
            cases += [word.case] * len(word.pieces)
        pieces.append(tokenizer.last)
        cases.append(0)
        given = {
            "pieces": np.array([pieces], dtype=np.int64),
            "cases": np.array([cases], dtype=np.int64),
        }
        # Any: onnxruntime does not say what its outputs are.
        logits: NDArray[np.float32] = self._session.run(["logits"], given)[0][0]
        return logits[firsts]

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        vocabulary = self._model.with_name("recognizer.vocab.txt").read_text(encoding="utf-8")
        return Tokenizer(vocabulary.split("\n")[:-1])

    @cached_property
    def _session(self) -> "InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            str(self._model), options, providers=["CPUExecutionProvider"]
        )


def _mentions(
    text: str, spans: Sequence[FoundSpan], organizations: Sequence[FoundSpan]
) -> list[Mention]:
    """Return the mentions, each organization with a place inside it right before that place."""
    found = []
    named: set[tuple[int, int]] = set()
    for span in apply_rules(text, spans):
        inside = span.inside and span.kind == "literal"
        around = next((o for o in organizations if inside and lies_around(o, span)), None)
        if around is not None and (around.start, around.end) not in named:
            named.add((around.start, around.end))
            found.append(_mention(text, around, "organization"))
        found.append(_mention(text, span, "inside" if inside else "name"))
    return found


def _mention(text: str, span: FoundSpan, role: Role) -> Mention:
    return Mention(
        start=span.start,
        end=span.end,
        text=text[span.start : span.end],
        kind=span.kind,
        role=role,
        score=round(min(0.9999, span.score), 4),
    )


def _others(
    text: str, words: Sequence[Word], logits: "NDArray[np.float32]"
) -> Iterator[tuple[int, FoundSpan]]:
    """Yield the people and organizations among the words of a window, each with its label."""
    import numpy as np

    others = logits[:, _OTHERS:]
    weights = np.exp(others - others.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    best = others.argmax(axis=1)
    for label in (_PERSON, _ORGANIZATION):
        sure = weights[:, label : label + 2].sum(axis=1)
        labels = [b if b in (1, 2) else 0 for b in (best - label + 1).tolist()]
        for start, end in _runs(text, words, labels):
            score = float(sure[start:end].min())
            yield label, FoundSpan(words[start].start, words[end - 1].end, score)


#: Where the logits of what is no place begin, and among them those that begin a label.
_OTHERS = 5
_PERSON, _ORGANIZATION = 1, 3


def _added(plain: Sequence[FoundSpan], daring: Sequence[FoundSpan]) -> list[FoundSpan]:
    """Return what is found at caution 0 as it is, and what daring adds: it would grow onto it."""
    return [*plain, *(d for d in daring if not any(overlap(d, other) for other in plain))]


def _spans(
    text: str, words: Sequence[Word], logits: "NDArray[np.float32]", caution: float
) -> Iterator[FoundSpan]:
    """Yield the places and the adjectives among the words of a window."""
    import numpy as np

    weights = np.exp(logits[:, :3] - logits[:, :3].max(axis=1, keepdims=True))
    place = 1 - weights[:, 0] / weights.sum(axis=1)  # that a word belongs to a place
    adjective = 1 / (1 + np.exp(-logits[:, 4]))
    shifted = logits[:, :_OTHERS] + np.array([caution, 0, 0, 0, -caution], dtype=np.float32)
    labels = shifted[:, :3].argmax(axis=1)
    associative = [
        bool(sure) and not label and word.case > 0
        for sure, label, word in zip(shifted[:, 4] > 0, labels, words, strict=True)
    ]
    for start, end in _runs(text, words, labels.tolist()):
        yield FoundSpan(
            words[start].start,
            words[end - 1].end,
            float(place[start:end].min()),
            inside=bool(logits[start, 3] > 0),
            kind="associative" if adjective[start:end].min() > 0.5 else "literal",
        )
    # "Sri Lankan" is one: the words of an adjective continue it.
    continued = [2 if flag else 0 for flag in associative]
    for start, end in _runs(text, words, continued):
        sure = float(adjective[start:end].min())
        yield FoundSpan(words[start].start, words[end - 1].end, sure, kind="associative")


def _runs(text: str, words: Sequence[Word], labels: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the half-open ranges of words that 1 begins and 2 continues, or begins after 0.

    None goes over an empty line.
    """
    start: int | None = None
    for i, label in enumerate((*labels, 0)):
        goes_on = label == 2 and start is not None and not _parted(text, words[i - 1], words[i])
        if start is not None and not goes_on:
            yield start, i
            start = None
        if label and start is None:
            start = i


def _parted(text: str, word: Word, following: Word) -> bool:
    """Tell whether an empty line lies between two words."""
    return text.count("\n", word.end, following.start) > 1
