"""Gazetteer sources: one module a source, each with `read() -> Iterator[Entry]`."""

__all__: list[str] = []
