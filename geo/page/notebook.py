"""The page within a notebook: a frame that can do nothing but show it."""

from collections.abc import Iterable
from html import escape

from geo.document import ParsedDocument
from geo.page.page import render
from geo.page.payload import TextMode

__all__ = ["NotebookMap", "frame"]

#: The page's scripts run, and its files can be saved. It has no origin: it reaches neither the
#: notebook nor what the notebook's server would let it fetch.
_SANDBOX = "allow-scripts allow-downloads"


class NotebookMap:
    """The page of some documents, drawn where a notebook shows a value.

    Parameters
    ----------
    parsed
        One document or many; read once.
    title, text
        As in `geo.page.page.render`.
    height
        Of the frame, in pixels.
    """

    def __init__(
        self,
        parsed: ParsedDocument | Iterable[ParsedDocument],
        *,
        title: str | None = None,
        text: TextMode = "full",
        height: int = 640,
    ) -> None:
        documents = [parsed] if isinstance(parsed, ParsedDocument) else parsed
        self._html = frame(render(documents, title=title, text=text), height=height)

    def _repr_html_(self) -> str:
        return self._html


def frame(html: str, *, height: int = 640) -> str:
    """Return an element that shows a page, itself included, in a sandbox."""
    return (
        f'<iframe sandbox="{_SANDBOX}" title="Map" height="{height:d}" '
        f'style="width:100%;border:0" srcdoc="{escape(html)}"></iframe>'
    )
