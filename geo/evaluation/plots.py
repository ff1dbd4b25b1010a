"""Plots as SVG, drawn by hand: plain shapes and text, colors from the page's style."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

__all__ = ["bars", "curves", "reliability_plot"]

_SIZE = 320
_LEFT, _TOP, _RIGHT, _BOTTOM = 46, 14, 14, 40
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

#: A point of a curve: both from 0 to 1.
Point = tuple[float, float]


def reliability_plot(rows: Sequence[tuple[float, float, float, float, float]]) -> str:
    """Draw stated confidence against the share that is right; the diagonal is perfect.

    Parameters
    ----------
    rows
        As `geo.evaluation.metrics.reliability` yields them.
    """
    most = max((row[2] for row in rows), default=1)
    shapes = [
        f'<line class="guide" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>',
        *(
            f'<rect class="share" x="{_x(low)}" y="{_y(0.12 * pins / most)}" '
            f'width="{_x(high) - _x(low) - 1:.1f}" height="{_y(0) - _y(0.12 * pins / most):.1f}">'
            f"<title>{pins:,.0f} pins from {low:.1f} to {high:.1f}</title></rect>"
            for low, high, pins, _, _ in rows
        ),
        _line("first", [(said, right) for _, _, _, said, right in rows]),
        *(
            f'<circle class="first" cx="{_x(said)}" cy="{_y(right)}" r="4"><title>{pins:,.0f} pins '
            f"at {said:.3f} on average: {right:.3f} right</title></circle>"
            for _, _, pins, said, right in rows
        ),
    ]
    return _plot("Reliability", "confidence", "share that is right", shapes)


def curves(named: Sequence[tuple[str, Sequence[Point]]], *, title: str, across: str) -> str:
    """Draw up to three curves over confidence, each named at its end and in the legend."""
    styles = ("first", "second", "third")
    shapes = []
    for place, ((name, points), style) in enumerate(zip(named, styles, strict=False)):
        shapes.append(_line(style, points))
        y = _y(0.05) - 16 * (len(named) - 1 - place)
        shapes.append(
            f'<line class="{style}" x1="{_x(0.04)}" y1="{y - 4:.1f}" x2="{_x(0.12)}" '
            f'y2="{y - 4:.1f}"/><text x="{_x(0.14)}" y="{y:.1f}">{escape(name)}</text>'
        )
    return _plot(title, across, "", shapes)


def bars(rows: Sequence[tuple[str, float, str]], *, title: str) -> str:
    """Draw a bar a row: its name, its length from 0 to 1, and what to write behind it."""
    width, height, label = 560, 22, 150
    full = width - label - 150
    shapes = [
        f'<text class="end" x="{label - 8}" y="{n * height + 15}">{escape(name)}</text>'
        f'<rect class="rest" x="{label}" y="{n * height + 4}" width="{full}" height="14"/>'
        f'<rect class="bar" x="{label}" y="{n * height + 4}" width="{full * share:.1f}" '
        f'height="14"/><text x="{label + full + 8}" y="{n * height + 15}">{escape(said)}</text>'
        for n, (name, share, said) in enumerate(rows)
    ]
    return _svg(title, width, max(1, len(rows)) * height + 4, shapes)


def _plot(title: str, across: str, up: str, shapes: Iterable[str]) -> str:
    return _svg(title, _SIZE, _SIZE, [*_axes(across, up), *shapes])


def _axes(across: str, up: str) -> Iterator[str]:
    for tick in _TICKS:
        yield (
            f'<line class="grid" x1="{_x(tick)}" y1="{_y(0)}" x2="{_x(tick)}" y2="{_y(1)}"/>'
            f'<line class="grid" x1="{_x(0)}" y1="{_y(tick)}" x2="{_x(1)}" y2="{_y(tick)}"/>'
            f'<text class="middle" x="{_x(tick)}" y="{_y(0) + 16}">{tick:g}</text>'
            f'<text class="end" x="{_x(0) - 6}" y="{_y(tick) + 4}">{tick:g}</text>'
        )
    middle = _y(0.5)
    yield f'<text class="middle" x="{_x(0.5)}" y="{_SIZE - 6}">{escape(across)}</text>'
    if up:
        yield (
            f'<text class="middle" x="12" y="{middle}" '
            f'transform="rotate(-90 12 {middle})">{escape(up)}</text>'
        )


def _line(style: str, points: Iterable[Point]) -> str:
    path = " ".join(f"{_x(x)},{_y(y)}" for x, y in points)
    return f'<polyline class="{style}" points="{path}"/>' if path else ""


def _svg(title: str, width: int, height: int, shapes: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>{"".join(shapes)}</svg>'
    )


def _scale(low: float, high: float) -> Callable[[float], float]:
    return lambda share: round(low + (high - low) * share, 1)


_x = _scale(_LEFT, _SIZE - _RIGHT)
_y = _scale(_SIZE - _BOTTOM, _TOP)
