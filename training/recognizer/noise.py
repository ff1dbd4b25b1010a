"""Misread letters as scanners do, so that the network has seen scanned text."""

import random
from dataclasses import replace

from training.recognizer.corpora import Text

__all__ = ["scanned"]

#: Letters that are read as one another; each keeps the text's length.
_MISREAD = {
    "l": "1I!", "I": "l1", "o": "0", "O": "0Q", "e": "c", "c": "e", "i": "1l", "a": "o", "s": "5",
    "S": "5", "B": "8", "g": "q", "h": "b", "n": "u", "u": "n", "t": "f", "f": "t", "r": "n",
    "m": "n", "v": "y", "1": "l", "0": "O", "5": "S", ",": ".", ".": ",",
}  # fmt: skip


def scanned(text: Text, rng: random.Random) -> Text:
    """Return `text` with one to five letters in a hundred misread; spans keep their places."""
    share = rng.uniform(0.01, 0.05)
    letters = [
        rng.choice(_MISREAD[c]) if c in _MISREAD and rng.random() < share else c for c in text.text
    ]
    return replace(text, text="".join(letters))
