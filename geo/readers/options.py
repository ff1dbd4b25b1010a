"""What a person may say about how sources are read."""

from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

from geo.protocols import Reader

__all__ = ["DEFAULTS", "ReadOptions", "ReaderWithOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """Everything that changes how sources are read; made once at the edge and passed down."""

    text_columns: tuple[str, ...] = ()  #: the columns of a table that hold the text, in this order
    id_column: str | None = None  #: the column that holds the id of a row
    date_column: str | None = None  #: the column that holds the date of a row
    whole_page: bool = False  #: keep all text of an HTML page, menus and comments too
    addresses: bool = False  #: fetch sources that are http and https addresses
    allow_private: bool = False  #: fetch from addresses of this machine and its networks too
    fetch_seconds: float = 30.0  #: how long fetching one address may take, redirects included
    largest_bytes: int = 200 * 2**20  #: larger sources are refused

    def __post_init__(self) -> None:
        if self.largest_bytes <= 0 or self.fetch_seconds <= 0:
            raise ValueError("largest_bytes and fetch_seconds are more than 0")


#: What holds where nobody says anything.
DEFAULTS = ReadOptions()


@runtime_checkable
class ReaderWithOptions(Reader, Protocol):
    """A reader that looks at the options. Optional for a `Reader`."""

    def with_options(self, options: ReadOptions) -> Self:
        """Return a reader like this one that keeps to `options`."""
        ...
