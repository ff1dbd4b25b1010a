"""Make the word lists of the gazetteer recognizer from the corpora for development.

    python -m training.word_lists ../shared/corpora

Writes `geo/data/ordinary_words.txt` (words that are names in the gazetteer, but are written small
far more often than they name a place) and `geo/data/person_names.txt` (words that begin or end
the names of people more often than those of places). Only corpora that may shape what ships are
read: the open ones below `ner/`, LGL and GeoWebNews. No text of theirs is in the lists.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geo.gazetteer import open_gazetteer
from geo.names import fold

_DATA = Path(__file__).resolve().parent.parent / "geo/data"
_WORD = re.compile(r"[^\W\d_]+")


def main(corpora: Path) -> None:
    """Read the corpora and write both lists."""
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    place: Counter[str] = Counter()
    person: Counter[str] = Counter()
    for document in _documents(corpora):
        text = document["text"]
        places = [
            (m["start"], m["end"]) for m in document["mentions"] if m.get("label", "LOC") == "LOC"
        ]
        for match in _WORD.finditer(text):
            word = match.group().lower()
            if match.group().islower():
                small[word] += 1
            elif any(start <= match.start() < end for start, end in places):
                place[word] += 1
            elif match.group()[1:].islower():
                large[word] += 1
        for mention in document["mentions"]:
            if mention.get("label") == "PER":
                words = _WORD.findall(text[mention["start"] : mention["end"]])
                person.update(word.lower() for word in words)
    with open_gazetteer() as gazetteer:
        known = set(gazetteer.known({fold(word) for word in (*small, *large)}))
    ordinary = [
        word
        for word in {*small, *large}
        if word in known
        and len(word) > 1
        and (small[word] >= 3 + 3 * place[word] or large[word] >= 12 + 12 * place[word])
    ]
    names = [word for word, n in person.items() if n >= 2 + 2 * place[word] and len(word) > 2]
    _write("ordinary_words.txt", ordinary)
    _write("person_names.txt", names)


def _documents(corpora: Path) -> Iterator[dict[str, Any]]:  # Any: parsed JSON
    for path in [
        *sorted(corpora.glob("ner/*.jsonl")),
        corpora / "lgl.jsonl",
        corpora / "gwn.jsonl",
    ]:
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _write(name: str, words: list[str]) -> None:
    (_DATA / name).write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")
    print(f"{name}: {len(words)} words")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
