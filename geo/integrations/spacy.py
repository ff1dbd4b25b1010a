"""A spaCy component: `nlp.add_pipe("geo")` gives a pipeline's documents places.

spaCy finds it by the entry point `spacy_factories`; nothing is to be imported.
"""

import itertools
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from geo.document import Document, Resolution
from geo.errors import MissingExtraError
from geo.place import Place
from geo.settings import load_settings

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

    from geo.pipeline import Geoparser

__all__ = ["GeoComponent", "make"]

#: What is known of the mentions, under this key of `Doc.user_data` and this name in `Doc.spans`.
_KEY = "geo"

#: Labels of OntoNotes, which spaCy's own models give, by GeoNames' feature class.
_LABELS = {"A": "GPE", "P": "GPE", "S": "FAC", "R": "FAC"}


class GeoComponent:
    """Add mentions and their places to documents of spaCy.

    `doc.spans["geo"]` holds each mention, widened to whole tokens, with the id of its place as
    `kb_id_`. `doc.ents` holds those that overlap no entity found before; of an entity with the
    same tokens the label stays and the id is added. On each such span, `span._.place` is the
    `Place` or `None`, `span._.confidence` is 0 to 1 and `span._.explanation` a sentence.

    Parameters
    ----------
    settings
        Names and values of `geo.Settings`; the environment and `geo.toml` say the rest.
    overwrite
        Let mentions take the room of the entities they overlap.
    """

    def __init__(self, settings: dict[str, object] | None = None, *, overwrite: bool = False):
        self._settings = load_settings(settings)
        self._overwrite = overwrite
        self._parser: Geoparser | None = None
        _set_extensions()

    def __call__(self, doc: "Doc") -> "Doc":
        """Add the places of one document, and return it."""
        [done] = self.pipe([doc])
        return done

    def pipe(self, stream: "Iterable[Doc]", *, batch_size: int = 16) -> "Iterator[Doc]":
        """Add the places of documents, some at a time, and yield them in their order."""
        # spaCy loads this module whenever it looks for a component, ours or not.
        from geo.pipeline import Geoparser

        # Opened late: `nlp.pipe(n_process=2)` hands the component to processes of their own.
        self._parser = self._parser or Geoparser(self._settings)
        documents = iter(stream)
        while batch := list(itertools.islice(documents, batch_size)):
            texts = [Document(text=doc.text) for doc in batch]
            for doc, parsed in zip(batch, self._parser.parse_all(texts), strict=True):
                yield self._annotated(doc, parsed.resolutions)

    def __getstate__(self) -> dict[str, object]:
        """Leave out the parser, whose gazetteer and model belong to this process."""
        return {**self.__dict__, "_parser": None}

    def _annotated(self, doc: "Doc", resolutions: Iterable[Resolution]) -> "Doc":
        from spacy.tokens import Span
        from spacy.util import filter_spans

        known: dict[str, dict[str, object]] = {}
        spans = []
        before = {(ent.start, ent.end): ent for ent in doc.ents}
        for resolution in resolutions:
            mention = resolution.mention
            found = doc.char_span(mention.start, mention.end, alignment_mode="expand")
            if found is None:
                continue
            ent = before.get((found.start, found.end))
            label = ent.label_ if ent is not None else _label(resolution)
            place = resolution.place.id if resolution.place else ""
            span = Span(doc, found.start, found.end, label=label, kb_id=place)
            known.setdefault(_at(span), _row(resolution))
            spans.append(span)
        doc.user_data[_KEY] = known
        doc.spans[_KEY] = spans
        same = {(span.start, span.end) for span in spans}
        others = [ent for ent in doc.ents if (ent.start, ent.end) not in same]
        if self._overwrite:
            others = [e for e in others if not any(_overlap(e, s) for s in spans)]
        kept = [span for span in spans if not any(_overlap(span, ent) for ent in others)]
        doc.ents = [*others, *filter_spans(kept)]
        return doc


def make(nlp: "Language", name: str, settings: dict[str, object], overwrite: bool) -> GeoComponent:
    """Make the component, as spaCy asks for it."""
    return GeoComponent(settings, overwrite=overwrite)


def _label(resolution: Resolution) -> str:
    if resolution.mention.kind == "associative":
        return "NORP"
    place = resolution.place
    return "GPE" if place is None else _LABELS.get(place.feature_class or "", "LOC")


def _row(resolution: Resolution) -> dict[str, object]:
    # Plain values, so that `Doc.to_bytes`, `DocBin` and other processes can carry them.
    place = resolution.place
    return {
        "place": place and asdict(place),
        "confidence": float(resolution.confidence),
        "explanation": resolution.explanation,
    }


def _at(span: "Span") -> str:
    return f"{span.start_char}-{span.end_char}"


def _overlap(one: "Span", other: "Span") -> bool:
    return bool(one.start < other.end and other.start < one.end)


def _known(span: "Span") -> dict[str, Any]:
    # Any: the values of a row differ, and msgpack brings lists for tuples.
    row: dict[str, Any] = span.doc.user_data.get(_KEY, {}).get(_at(span), {})
    return row


def _place_of(span: "Span") -> Place | None:
    found = _known(span).get("place")
    if found is None:
        return None
    bounds = found["bounds"]
    return Place(**{**found, "bounds": None if bounds is None else tuple(bounds)})


def _set_extensions() -> None:
    try:
        from spacy.tokens import Span
    except ImportError as error:
        raise MissingExtraError(
            'the component "geo" needs an extra: pip install "mentionmap[spacy]".'
        ) from error
    for name, getter in (
        ("place", _place_of),
        ("confidence", lambda span: _known(span).get("confidence")),
        ("explanation", lambda span: _known(span).get("explanation")),
    ):
        if not Span.has_extension(name):
            Span.set_extension(name, getter=getter)


def _register() -> None:
    from spacy.language import Language

    Language.factory(
        "geo",
        func=make,
        default_config={"settings": {}, "overwrite": False},
        assigns=["doc.ents", "doc.spans", "span._.place", "span._.confidence"],
    )


# Without spaCy there is nobody to register with; the component itself says what to install.
with suppress(ImportError):
    _register()
