"""Read the corpora that may shape shipped weights, each mention with its label and role.

A corpus line is `{"text", "mentions": [{"start", "end", …}], "aux"}`. LOC is a place; PER, ORG and
MISC are known only where `aux` is set. LGL and GeoWebNews have places only, some of them optional.
"""

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

__all__ = ["CORPORA", "FOLDS", "GEOPARSING", "OPEN", "STYLES", "Mention", "Text", "digest", "read"]

#: Corpora with open licences, below `ner/`, and the share of their windows without a place to keep.
OPEN = {
    "wikigold": 0.25,
    "wnut17": 0.2,
    "btc": 0.15,
    "uner_ewt": 0.25,
    "re3d": 0.25,
    "gum": 0.25,
    "idrisi": 0.25,
}
GEOPARSING = {"lgl": 0.5, "gwn": 0.5}
CORPORA = OPEN | GEOPARSING

#: In how many parts the geoparsing corpora are cut to score on each in turn.
FOLDS = 5

#: The number of each corpus whose way of marking the network learns apart. Our own sentences
#: follow the guideline, to which GeoWebNews is nearest: they are taken for it.
STYLES = {corpus: number for number, corpus in enumerate(CORPORA)}
STYLES["own"] = STYLES["gwn"]

#: Sources of re3d whose licences are open (CC BY, US public domain, OGL, CC BY-SA).
_RE3D = (
    "Australian Department of Foreign Affairs",
    "CENTCOM",
    "UK Government",
    "US State Department",
    "Wikipedia",
)

#: Disaster tweets are many and alike.
_MOST_TEXTS = {"idrisi": 1500}

#: Words that make a longer name an institution's, a paper's or a body's.
_INSTITUTION = frozenset(
    "academy administration agency airlines airways arena army assembly association athletic "
    "authority bank board brigade broadcasting bulletin bureau cathedral center centre chamber "
    "chronicle church clinic club coalition college command commission committee community "
    "company conference congress constabulary corporation council country county court daily "
    "democrat department diocese dispatch district enterprise examiner federation festival fire "
    "force forces foundation gazette government guard herald high historical hospital hotel "
    "independent institute journal league legislature library mail medical memorial ministry "
    "museum navy news observer office orchestra organization parish parliament parks party "
    "police polytechnic post power press public railway regional register republican review "
    "school schools senate service sheriff society standard star state sun symphony team "
    "telegraph theater theatre times tribune trust union university water zoo".split()
)

_BEFORE = re.compile(
    r"\b(?:University|College|Bank|Government|Diocese|Archdiocese|Museum|Church|Bishop|Archbishop|"
    r"Institute|Parliament|Supreme Court|Chamber of Commerce|Church|Federation|Roman Catholic "
    r"Diocese|School|Party|Association|Society|Ministry|House)s? (?:of|for|in) (?:the )?"
    r"(?:[A-Z]\w+ )?$"
)
_AFTER = re.compile(r"(?:[ -](?:[A-Z][\w’'&.-]*|of|and|for|the|&))+")

Label = Literal["LOC", "PER", "ORG", "MISC", "ADJ", "SKIP"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A labelled span; `ADJ` is a demonym, an adjective or a language, `SKIP` teaches nothing."""

    start: int
    end: int
    label: Label
    inside: bool | None = None  #: part of a longer name; None where that is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text for training."""

    corpus: str
    text: str
    mentions: tuple[Mention, ...]
    labels_others: bool  #: PER, ORG and MISC are annotated


def read(folder: Path, corpora: Iterable[str], *, seed: int, fold: int | None = None) -> list[Text]:
    """Read `corpora` in the order given; the same for the same seed.

    Of the geoparsing corpora, each fifth document is left out from number `fold` on, to score on.
    """
    rng = random.Random(seed)
    texts = []
    for corpus in corpora:
        rows = _rows(folder, corpus)
        if fold is not None and corpus in GEOPARSING:
            rows = [row for i, row in enumerate(rows) if i % FOLDS != fold]
        if corpus in _MOST_TEXTS:
            rows = rng.sample(rows, _MOST_TEXTS[corpus])
        convert = _from_geoparsing if corpus in GEOPARSING else _from_open
        texts += [convert(corpus, row) for row in rows]
    return _teach_places_in_names(texts)


def digest(folder: Path, corpora: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of each corpus."""
    return {c: hashlib.sha256(_path(folder, c).read_bytes()).hexdigest() for c in corpora}


def _path(folder: Path, corpus: str) -> Path:
    return folder / ("ner" if corpus in OPEN else "") / f"{corpus}.jsonl"


def _rows(folder: Path, corpus: str) -> list[dict[str, Any]]:  # Any: a line of JSON
    with _path(folder, corpus).open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row for row in rows if corpus != "re3d" or row["source"] in _RE3D]


def _from_open(corpus: str, row: dict[str, Any]) -> Text:
    text = row["text"]
    organizations = [(m["start"], m["end"]) for m in row["mentions"] if m["label"] == "ORG"]
    mentions = []
    for m in row["mentions"]:
        inside = None
        if m["label"] == "LOC":
            start, end = m["start"], m["end"]
            inside = any(a <= start and end <= b and b - a > end - start for a, b in organizations)
            if not inside and _capitalized_neighbor(text, start, end):
                inside = None
        mentions.append(Mention(start=m["start"], end=m["end"], label=m["label"], inside=inside))
    return Text(corpus=corpus, text=text, mentions=tuple(mentions), labels_others=bool(row["aux"]))


def _from_geoparsing(corpus: str, row: dict[str, Any]) -> Text:
    text = row["text"]
    mentions = []
    for m in row["mentions"]:
        start, end = m["start"], m["end"]
        if m.get("optional"):
            adjective = corpus == "lgl" or m.get("modifier") == "Adjective"
            adjective = adjective or m.get("type") in ("Demonym", "Language")
            mentions.append(Mention(start=start, end=end, label="ADJ" if adjective else "SKIP"))
        else:
            inside = _inside(text, m)
            mentions.append(Mention(start=start, end=end, label="LOC", inside=inside))
    mentions += _forgotten(text, mentions)
    return Text(corpus=corpus, text=text, mentions=tuple(mentions), labels_others=False)


def _inside(text: str, mention: dict[str, Any]) -> bool | None:
    """Tell whether a place is part of a longer name, by its type or else by what is around it."""
    start, end = mention["start"], mention["end"]
    if "type" in mention:
        if mention["type"].startswith("Embedded"):
            return True
        return None if _capitalized_neighbor(text, start, end) else False
    if _BEFORE.search(text[max(0, start - 50) : start]):
        return True
    after = _AFTER.match(text[end : end + 60])
    if after and _INSTITUTION & set(re.findall(r"\w+", after.group().lower())):
        return True
    return None if _capitalized_neighbor(text, start, end) else False


def _capitalized_neighbor(text: str, start: int, end: int) -> bool:
    before = re.search(r"([^\W\d_][\w’']*)[ -]$", text[max(0, start - 30) : start])
    after = re.match(r"[ -]([^\W\d_])", text[end : end + 2])
    return bool((before and before.group(1)[0].isupper()) or (after and after.group(1).isupper()))


def _forgotten(text: str, mentions: list[Mention]) -> list[Mention]:
    """Return the occurrences of annotated names that were not annotated: they teach nothing."""
    taken = [(m.start, m.end) for m in mentions]
    names = Counter(text[m.start : m.end] for m in mentions if m.label == "LOC")
    found = []
    for name, n in names.items():
        free = [
            match.span()
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)
            if not any(a < match.end() and match.start() < b for a, b in taken)
        ]
        if name[0].isupper() and len(free) <= n:
            found += [
                Mention(start=start, end=end, label="SKIP")
                for start, end in free
                if not _capitalized_neighbor(text, start, end)
            ]
    return found


def _teach_places_in_names(texts: list[Text]) -> list[Text]:
    """Label the places within names of organizations, where a corpus has only the whole.

    "Portsmouth" in "University of Portsmouth" becomes a place inside; where the longer name is no
    institution's ("Chelsea Clinton Foundation"), its places teach nothing instead of that they
    are none. A place is what is one elsewhere in the corpora at least twice.
    """
    counts = Counter(
        text.text[m.start : m.end] for text in texts for m in text.mentions if m.label == "LOC"
    )
    known = {name for name, n in counts.items() if n >= 2 and name[0].isupper() and len(name) > 2}
    return [_with_places_in_names(text, known) for text in texts]


def _with_places_in_names(text: Text, known: set[str]) -> Text:
    places = [(m.start, m.end) for m in text.mentions if m.label == "LOC"]
    added = []
    for mention in text.mentions:
        name = text.text[mention.start : mention.end]
        if mention.label not in ("ORG", "MISC") or " " not in name:
            continue
        institution = mention.label == "ORG" and _INSTITUTION & set(
            re.findall(r"\w+", name.lower())
        )
        for start, end in _known_within(name, known):
            start, end = start + mention.start, end + mention.start
            if any(a < end and start < b for a, b in places):
                continue
            label: Label = "LOC" if institution else "SKIP"
            added.append(Mention(start=start, end=end, label=label, inside=True))
    if not added:
        return text
    return Text(
        corpus=text.corpus,
        text=text.text,
        mentions=(*text.mentions, *added),
        labels_others=text.labels_others,
    )


def _known_within(name: str, known: set[str]) -> Iterable[tuple[int, int]]:
    words = [match.span() for match in re.finditer(r"[\w.’'-]+", name)]
    first = 0
    while first < len(words):
        for last in range(len(words), first, -1):
            start, end = words[first][0], words[last - 1][1]
            if name[start:end] in known and end - start < len(name):
                yield start, end
                first = last - 1
                break
        first += 1
