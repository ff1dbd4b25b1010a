"""Tables of mentions read back: what `geo export` wrote, and people edited in a spreadsheet."""

from geo.exporters.records import resolution_of
from geo.mentions.documents import documents_of
from geo.mentions.edits import Edited, can_tell, corrections_of, edited
from geo.mentions.files import MentionRow, is_table_of_mentions, read_rows

__all__ = [
    "Edited",
    "MentionRow",
    "can_tell",
    "corrections_of",
    "documents_of",
    "edited",
    "is_table_of_mentions",
    "read_rows",
    "resolution_of",
]
