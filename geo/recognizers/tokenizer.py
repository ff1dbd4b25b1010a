"""Text to words, word pieces and windows: what the learned recognizer reads.

A text is cut into words with their offsets, each word into pieces of the encoder's vocabulary and
into one of seven cases (the vocabulary knows small letters only), and the words are packed into
windows of whole sentences. Training and recognition share this module, so that the network sees
at work what it saw at school.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["CASES", "Tokenizer", "Word", "split", "windows"]

#: The cases of a word; the number of a case is its place here.
CASES = ("punctuation", "lower", "title", "upper", "capital", "mixed", "digits")

#: A run of letters and digits with its accents; soft hyphens and zero-width joiners only within.
_MARK = "\u0300-\u036f"
_JOINER = "\u00ad\u200b-\u200d\u2060"
_LETTERS = rf"[^\W_][^\W_{_MARK}]*[{_MARK}]*(?:[^\W_]+[{_MARK}]*)*"
_BROKEN = r"-\r?\n(?=[a-z])"  # a word that goes on in the next line
_WORD = re.compile(rf"{_LETTERS}(?:(?:[{_JOINER}]+|{_BROKEN}){_LETTERS})*|[^\w\s]|_")

#: Where a space is missing, as in "theMexican"; not in "McAllen", "DeKalb" or "LaGrange".
_GLUED = re.compile(r"(?<=[^\W\d_])(?=[A-Z][a-z])")
_PREFIXES = frozenset("Mc Mac De Des Del Di Du El Al La Le Van Von St Fitz O D L".split())

#: More pieces of a word than these add nothing.
_MOST_PIECES = 6

#: The cache of words is emptied when it has grown to this.
_MOST_WORDS = 200_000

_SENTENCE_END = frozenset(".!?…")


class Word(NamedTuple):
    """A word of a text, as the network sees it."""

    start: int
    end: int
    pieces: tuple[int, ...]  #: numbers in the vocabulary, one to six
    case: int  #: index into `CASES`


class Tokenizer:
    """Cut texts into words and these into the pieces of a vocabulary.

    Parameters
    ----------
    vocabulary
        The pieces in the order of their numbers; one that continues a word begins with `##`.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._number = {piece: number for number, piece in enumerate(vocabulary)}
        self.first = self._number["[CLS]"]
        self.last = self._number["[SEP]"]
        self.padding = self._number["[PAD]"]
        self._unknown = self._number["[UNK]"]
        self._seen: dict[str, tuple[tuple[int, ...], int]] = {}

    def words(self, text: str) -> list[Word]:
        """Return the words of `text` in order; of an empty text, none."""
        if len(self._seen) > _MOST_WORDS:
            self._seen.clear()
        seen = self._seen
        found = []
        for start, end in split(text):
            written = text[start:end]
            known = seen.get(written)
            if known is None:
                whole = written.replace("-\r\n", "").replace("-\n", "")
                known = seen[written] = (self._pieces(whole), _case(whole))
            found.append(Word(start, end, *known))
        return found

    def _pieces(self, written: str) -> tuple[int, ...]:
        bare = _fold(written)
        found: list[int] = []
        start = 0
        while start < len(bare) and len(found) < _MOST_PIECES:
            for end in range(len(bare), start, -1):
                number = self._number.get(("##" if start else "") + bare[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return (self._unknown,)
        return tuple(found) or (self._unknown,)


def split(text: str) -> list[tuple[int, int]]:
    """Return the spans of the words and marks of `text`.

    >>> [("Juárez, theMexican city")[start:end] for start, end in split("Juárez, theMexican city")]
    ['Juárez', ',', 'the', 'Mexican', 'city']
    """
    found = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        written = match.group()
        if end - start > 3 and not (written.islower() or written[1:].islower()):
            for glued in _GLUED.finditer(written):
                cut = match.start() + glued.start()
                if text[cut - 1].islower() and text[start:cut] not in _PREFIXES:
                    found.append((start, cut))
                    start = cut
        found.append((start, end))
    return found


def windows(text: str, words: Sequence[Word], *, size: int = 128) -> list[tuple[int, int]]:
    """Pack words into windows of at most `size` pieces, the two that frame a window included.

    A window ends at the end of a sentence, if one lies in its second half; else after a mark or
    before a small word, so that no name is cut. The result depends on the text alone.

    Returns
    -------
    windows
        Half-open ranges of `words`, without gaps.
    """
    found = []
    start = 0
    while start < len(words):
        room = size - 2
        end = start
        while end < len(words) and len(words[end].pieces) <= room:
            room -= len(words[end].pieces)
            end += 1
        if end < len(words):
            end = _best_cut(text, words, start, end)
        found.append((start, end))
        start = end
    return found


def _best_cut(text: str, words: Sequence[Word], start: int, end: int) -> int:
    half = start + (end - start) // 2
    for ends in (_ends_sentence, _ends_phrase):
        for cut in range(end, half, -1):
            if ends(text, words, cut):
                return cut
    return end


def _ends_sentence(text: str, words: Sequence[Word], cut: int) -> bool:
    """Tell whether a sentence ends right before `words[cut]`."""
    between = text[words[cut - 1].end : words[cut].start]
    if not between or text[words[cut].start].islower():
        return False
    if "\n" in between:
        return True
    if text[words[cut - 1].start] not in _SENTENCE_END:
        return False
    # "St. Louis", "Gen. Votel", "U.S. troops": a short capitalized word before a dot is cut off.
    before = words[cut - 2] if cut >= 2 else None
    short = before is not None and before.end - before.start <= 4 and text[before.start].isupper()
    return text[words[cut - 1].start] != "." or not short


def _ends_phrase(text: str, words: Sequence[Word], cut: int) -> bool:
    mark = words[cut - 1].case == 0 and text[words[cut - 1].start] not in "-–'’./&"
    return mark or words[cut].case == 1


def _case(written: str) -> int:
    if not written[0].isalnum():
        return 0
    if written.isdigit():
        return 6
    if any(c.isdigit() for c in written):
        return 5
    if written.islower():
        return 1
    if len(written) == 1:
        return 4
    if written.isupper():
        return 3
    return 2 if written[0].isupper() and written[1:].islower() else 5


def _fold(written: str) -> str:
    """Return a word in small letters without accents, as the vocabulary has it."""
    if written.isascii():
        return written.lower()
    decomposed = unicodedata.normalize("NFKD", written).lower()
    return "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
