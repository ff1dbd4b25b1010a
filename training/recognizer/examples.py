"""Turn labelled texts into windows of numbers, the network's examples."""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.recognizers.tokenizer import Tokenizer, windows
from training.recognizer.corpora import CORPORA, GEOPARSING, STYLES, Text
from training.recognizer.noise import scanned

__all__ = ["IGNORE", "OTHERS", "Example", "examples"]

#: A label that no loss is taken of.
IGNORE = -100

#: The first number of each label of the auxiliary head; the second continues it.
OTHERS = {"PER": 1, "ORG": 3, "MISC": 5}

#: Copies for texts without or with nothing but capitals, and for headlines: the share of windows
#: that is copied, and what becomes of each of `geo.recognizers.tokenizer.CASES`.
_COPIES = (
    (0.06, (0, 1, 1, 1, 1, 1, 6)),
    (0.06, (0, 3, 3, 3, 4, 3, 6)),
    (0.03, (0, 2, 2, 3, 4, 5, 6)),
)


#: The share of texts that come again as if scanned.
_SCANNED = 0.08


@dataclass(frozen=True, slots=True)
class Example:
    """A window: all lists have one element a piece, labels stand on the first piece of a word."""

    pieces: list[int]
    cases: list[int]
    place: list[int]  #: 0 outside, 1 begins, 2 continues a place
    others: list[int]  #: 0, or one of `OTHERS`
    inside: list[int]  #: 1: the place is part of a longer name
    adjective: list[int]  #: 1: a demonym, an adjective or a language
    style: int  #: one of `STYLES`


def examples(texts: Iterable[Text], tokenizer: Tokenizer, *, seed: int) -> list[Example]:
    """Return the windows of all texts, with copies in other cases; the same for the same seed.

    The geoparsing corpora come twice: they are what we are after, and few.
    """
    rng = random.Random(seed)
    found = []
    texts = list(texts)
    texts += [scanned(text, rng) for text in texts if rng.random() < _SCANNED]
    for text in texts:
        for example, has_place in _windows(text, tokenizer):
            if not has_place and rng.random() > CORPORA.get(text.corpus, 1.0):
                continue
            found += [example] * (2 if text.corpus in GEOPARSING else 1)
            for share, cases in _COPIES:
                if rng.random() < share:
                    found.append(_copy(example, cases))
    return found


def _copy(example: Example, cases: Sequence[int]) -> Example:
    return Example(
        example.pieces,
        [cases[c] for c in example.cases],
        example.place,
        example.others,
        example.inside,
        example.adjective,
        example.style,
    )


def _windows(text: Text, tokenizer: Tokenizer) -> Iterable[tuple[Example, bool]]:
    words = tokenizer.words(text.text)
    place, others, inside, adjective = _labels(text, words)
    for start, end in windows(text.text, words):
        pieces, cases = [tokenizer.first], [0]
        columns: list[list[int]] = [[IGNORE], [IGNORE], [IGNORE], [IGNORE]]
        for i in range(start, end):
            pieces += words[i].pieces
            cases += [words[i].case] * len(words[i].pieces)
            rest = [IGNORE] * (len(words[i].pieces) - 1)
            for column, labels in zip(columns, (place, others, inside, adjective), strict=True):
                column += [labels[i], *rest]
        pieces.append(tokenizer.last)
        cases.append(0)
        for column in columns:
            column.append(IGNORE)
        yield (
            Example(pieces, cases, *columns, STYLES[text.corpus]),
            any(label > 0 for label in place[start:end]),
        )


def _labels(text: Text, words: Sequence[tuple[int, int, object, object]]) -> list[list[int]]:
    starts = [word[0] for word in words]
    ends = [word[1] for word in words]
    place = [0] * len(words)
    others = [0 if text.labels_others else IGNORE] * len(words)
    inside = [IGNORE] * len(words)
    # Only the geoparsing corpora mark every adjective; elsewhere one cannot tell.
    adjective = [IGNORE if text.labels_others else 0] * len(words)
    if text.corpus == "idrisi":
        adjective = [IGNORE] * len(words)
    rank = {"SKIP": 0, "ADJ": 0, "LOC": 1}
    # The longest of nested places wins; what teaches nothing yields to all.
    for m in sorted(text.mentions, key=lambda m: (rank.get(m.label, 2), m.start - m.end)):
        span = range(bisect_right(ends, m.start), bisect_left(starts, m.end))
        if not span:
            continue
        if m.label == "SKIP":
            for i in span:
                place[i] = adjective[i] = IGNORE
        elif m.label == "ADJ":
            for i in span:
                place[i], adjective[i] = 0, 1
        elif m.label == "LOC":
            if not any(place[i] > 0 for i in span):
                for i in span:
                    place[i] = 1 if i == span[0] else 2
                    inside[i] = IGNORE if m.inside is None else int(m.inside)
        elif text.labels_others and not any(others[i] for i in span):
            for i in span:
                others[i] = OTHERS[m.label] + (i != span[0])
    return [place, others, inside, adjective]
