"""A summary as bars, drawn as SVG."""

from html import escape

from geo.summary.counting import Summary, Tally

__all__ = ["as_svg"]

_WIDTH, _LABEL, _NUMBER, _STEP, _HEAD = 720, 190, 70, 24, 30
_LETTERS = 28  # of a label
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.head{font-weight:600}.end{text-anchor:end}"
    "rect{fill:#2f6db5}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}rect{fill:#7fb0ea}}"
)


def as_svg(summary: Summary, *, limit: int = 10) -> str:
    """Return a drawing of the `limit` most mentioned countries and first order divisions."""
    shapes: list[str] = []
    height = 0
    for title, tallies in (
        ("Mentions by country", summary.countries),
        ("Mentions by first order division", summary.admin1),
    ):
        if tallies:
            shapes.append(f'<text class="head" x="0" y="{height + 18}">{title}</text>')
            height += _HEAD
            shapes += _bars(tallies[:limit], height)
            height += _STEP * len(tallies[:limit]) + 12
    if not shapes:
        shapes, height = ['<text x="0" y="18">No place was found.</text>'], _HEAD
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 0 {_WIDTH + 16} {height}" '
        f'width="{_WIDTH + 16}" height="{height}" role="img">'
        f"<title>{escape(_title(summary))}</title><style>{_STYLE}</style>{''.join(shapes)}</svg>"
    )


def _bars(tallies: tuple[Tally, ...], top: int) -> list[str]:
    most = max(tally.mentions for tally in tallies)
    shapes = []
    for number, tally in enumerate(tallies):
        y = top + number * _STEP
        width = (_WIDTH - _LABEL - _NUMBER) * tally.mentions / most
        name = _drawable(tally.name)
        short = name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…"
        shapes.append(
            f'<g><title>{escape(name)}</title><text class="end" x="{_LABEL - 8}" y="{y + 15}">'
            f'{escape(short)}</text><rect x="{_LABEL}" y="{y + 2}" width="{width:.1f}" '
            f'height="18"/><text x="{_LABEL + width + 6:.1f}" y="{y + 15}">{tally.mentions:,}'
            f"</text></g>"
        )
    return shapes


def _title(summary: Summary) -> str:
    about = ", ".join(_drawable(tally.name) for tally in summary.focus)
    dates = f", {summary.first} to {summary.last}" if summary.first else ""
    noun = "document" if summary.documents == 1 else "documents"
    return f"{summary.documents:,} {noun}{dates}" + (f", about {about}" if about else "")


def _drawable(text: str) -> str:
    # XML carries no control characters.
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
