"""What annotators said: the records that every gold format is read into."""

from dataclasses import dataclass

from geo.document import Document, Mention

__all__ = ["Corpus", "GoldDocument", "GoldMention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldMention:
    """A mention as annotated: the half-open span `[start, end)` and, where known, its point."""

    start: int
    end: int
    text: str
    latitude: float | None = None  #: degrees WGS84
    longitude: float | None = None
    optional: bool = False  #: a demonym or an adjective: neither a miss nor a false alarm
    place_id: str | None = None  #: `geonames:1528675`
    feature_code: str | None = None  #: GeoNames' code
    radius_km: float | None = None  #: the gold's own word on how far a pin may be off
    target: bool = False  #: what a challenge is about; the others are its context

    @property
    def is_linked(self) -> bool:
        """Tell whether the annotators gave a point."""
        return self.latitude is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldDocument:
    """A document and its gold mentions, in the order of the file."""

    document: Document
    mentions: tuple[GoldMention, ...] = ()

    def given(self) -> list[Mention]:
        """Return each gold span once, as a mention to be resolved."""
        spans = {(gold.start, gold.end): gold.text for gold in self.mentions}
        return [Mention(start=start, end=end, text=text) for (start, end), text in spans.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The gold documents of one source, each with an id of its own."""

    name: str  #: the file or folder, without the path
    documents: tuple[GoldDocument, ...] = ()

    @property
    def is_linked(self) -> bool:
        """Tell whether any mention has a point; else only recognition can be measured."""
        return any(mention.is_linked for gold in self.documents for mention in gold.mentions)
