"""Two plots as SVG: plain shapes and text, readable on light and dark pages."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

__all__ = ["growth_plot", "trade_plot"]

_WIDTH, _HEIGHT = 640, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 40, 24, 46
_COLORS = ("#d55e00", "#e69f00", "#0072b2", "#009e73", "#7f7f7f", "#cc79a7")
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#444}.grid{stroke:#8884}"
    "@media(prefers-color-scheme:dark){text{fill:#bbb}}"
)


def growth_plot(points: Mapping[str, Sequence[tuple[float, float, float]]]) -> str:
    """Draw processor time over documents, both on a logarithmic scale, a line a system."""
    x = _logarithmic(10, 100_000, _LEFT, _WIDTH - _RIGHT)
    seconds = [row[1] for rows in points.values() for row in rows]
    low, high = min(seconds), max(seconds)
    y = _logarithmic(low, high, _HEIGHT - _BOTTOM, _TOP)
    shapes = _grid(x, [10, 100, 1_000, 10_000, 100_000], y, _decades(low, high), "s")
    for (name, rows), color in zip(points.items(), _COLORS, strict=False):
        path = " ".join(f"{x(n):.1f},{y(s):.1f}" for n, s, _ in rows)
        shapes.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        shapes += [
            f'<circle cx="{x(n):.1f}" cy="{y(s):.1f}" r="3" fill="{color}"><title>{escape(name)}: '
            f"{n:,.0f} documents, {s:,.1f} s, {mb:,.0f} MB</title></circle>"
            for n, s, mb in rows
        ]
    shapes += _legend(list(points), left=_WIDTH - _RIGHT - 210)  # where no line goes
    return _svg("Processor time over documents", "documents", shapes)


def trade_plot(systems: Mapping[str, tuple[float, float]]) -> str:
    """Draw right pins (F1) over documents a second, a point a system."""
    rates = [rate for rate, _ in systems.values()]
    low, high = min(rates) / 2, max(rates) * 2
    x = _logarithmic(low, high, _LEFT, _WIDTH - _RIGHT)
    y = _linear(0, 1, _HEIGHT - _BOTTOM, _TOP)
    shapes = _grid(x, _decades(low, high), y, [0, 0.2, 0.4, 0.6, 0.8, 1], "")
    for (name, (rate, score)), color in zip(systems.items(), _COLORS, strict=False):
        shapes.append(
            f'<circle cx="{x(rate):.1f}" cy="{y(score):.1f}" r="6" fill="{color}"><title>'
            f"{escape(name)}: {rate:,.1f} a second, F1 {score:.3f}</title></circle>"
        )
    shapes += _legend(list(systems), left=_LEFT + 10)
    return _svg("Right pins against speed", "documents a second on one core", shapes)


def _grid(
    x: Callable[[float], float],
    across: Sequence[float],
    y: Callable[[float], float],
    up: Sequence[float],
    unit: str,
) -> list[str]:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    shapes = []
    for value in across:
        shapes.append(
            f'<line class="grid" x1="{x(value):.1f}" y1="{_TOP}" x2="{x(value):.1f}" '
            f'y2="{bottom}"/><text x="{x(value):.1f}" y="{bottom + 16}" '
            f'text-anchor="middle">{value:,g}</text>'
        )
    for value in up:
        shapes.append(
            f'<line class="grid" x1="{_LEFT}" y1="{y(value):.1f}" x2="{right}" '
            f'y2="{y(value):.1f}"/><text x="{_LEFT - 8}" y="{y(value) + 4:.1f}" '
            f'text-anchor="end">{value:,g} {unit}</text>'
        )
    return shapes


def _legend(names: Sequence[str], *, left: int) -> list[str]:
    top = _HEIGHT - _BOTTOM - 18 * len(names) - 8
    return [
        f'<rect x="{left}" y="{top + 18 * n}" width="10" height="10" fill="{color}"/>'
        f'<text x="{left + 16}" y="{top + 9 + 18 * n}">{escape(name)}</text>'
        for n, (name, color) in enumerate(zip(names, _COLORS, strict=False))
    ]


def _svg(title: str, across: str, shapes: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img"><title>{escape(title)}</title>'
        f'<style>{_STYLE}</style>{"".join(shapes)}<text x="{_WIDTH / 2}" y="{_HEIGHT - 8}" '
        f'text-anchor="middle">{escape(across)}</text></svg>\n'
    )


def _decades(low: float, high: float) -> list[float]:
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    return [10.0**power for power in range(first, last + 1)]


def _linear(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (end - start) * (value - low) / (high - low)


def _logarithmic(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    scale = _linear(math.log(low), math.log(high), start, end)
    return lambda value: scale(math.log(value))
