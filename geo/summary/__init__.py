"""What documents are about, and how to write it down."""

from geo.summary.counting import Kind, Summary, Tally, summarize
from geo.summary.files import COLUMNS, SCHEMA, as_csv, as_json, rows, write
from geo.summary.plot import as_svg

__all__ = [
    "COLUMNS",
    "SCHEMA",
    "Kind",
    "Summary",
    "Tally",
    "as_csv",
    "as_json",
    "as_svg",
    "rows",
    "summarize",
    "write",
]
