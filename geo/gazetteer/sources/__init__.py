"""Gazetteer sources: one module a source, each with `read() -> Iterator[Entry]`."""
