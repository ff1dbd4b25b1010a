"""Commands that make what lies in `geo/data` from corpora; not part of the wheel."""
