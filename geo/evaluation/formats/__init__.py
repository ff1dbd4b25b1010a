"""Gold formats: one module each, all with `read(source)` that yields documents or errors."""

__all__: list[str] = []
