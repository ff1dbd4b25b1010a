"""Misread text as scanners do, so that the network has seen scanned text."""

import random
from dataclasses import replace

from training.recognizer.corpora import Text

__all__ = ["scanned"]

#: Letters that are read as one another.
_MISREAD = {
    "l": "1I!", "I": "l1", "o": "0", "O": "0Q", "e": "c", "c": "e", "i": "1l", "a": "o", "s": "5",
    "S": "5", "B": "8", "g": "q", "h": "b", "n": "u", "u": "n", "t": "f", "f": "t", "r": "n",
    "m": "n", "v": "y", "1": "l", "0": "O", "5": "S", ",": ".", ".": ",",
}  # fmt: skip

#: Of the gaps between two letters, those where a word falls apart; of the spaces, those lost.
_BROKEN, _LOST = 0.008, 0.008


def scanned(text: Text, rng: random.Random) -> Text:
    """Return `text` with one to five letters in a hundred misread, and words broken and joined."""
    share = rng.uniform(0.01, 0.05)
    read, starts = "", []
    for i, letter in enumerate(text.text):
        starts.append(len(read))
        if letter == " " and rng.random() < _LOST:
            continue
        misread = letter in _MISREAD and rng.random() < share
        read += rng.choice(_MISREAD[letter]) if misread else letter
        inside = letter.isalpha() and text.text[i + 1 : i + 2].isalpha()
        if inside and rng.random() < _BROKEN:
            read += " "
    starts.append(len(read))
    mentions = tuple(replace(m, start=starts[m.start], end=starts[m.end]) for m in text.mentions)
    return replace(text, text=read, mentions=mentions)
