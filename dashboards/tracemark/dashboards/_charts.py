"""Small SVG pictures for `preview`: bars, lines and spans."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracemark.dashboards.macros import TimeRange
from tracemark.dashboards.panels import RED

__all__ = ["Point", "Size", "chart", "spans"]

_PALETTE = ("#2f6db5", "#c77700", "#2e7d4f", "#8a4fbf", "#00838f", "#b0476d", "#6d6d00", "#5c6bc0")
_LEFT, _AXIS_PX, _LEGEND_PX, _LETTER_PX, _SPAN_PX = 46, 12, 18, 7, 24
_NAMES_PX = 260

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one series."""

    at_ms: float
    series: str
    value: float


def chart(points: Sequence[Point], time: TimeRange, size: Size, *, bars: bool) -> str:
    """Values over the time range, from zero; bars are stacked, lines are not. A time without a value stays empty."""
    series = sorted({point.series for point in points})
    colours = {name: _PALETTE[number % len(_PALETTE)] for number, name in enumerate(series)}
    top = _top(points, bars=bars)
    width, height = size
    legend = _legend(colours, width)
    floor = height - _AXIS_PX - _LEGEND_PX * len(legend)

    def x(at_ms: float) -> float:
        share = (at_ms - time.from_ms) / max(time.to_ms - time.from_ms, 1)
        return _LEFT + share * (width - _LEFT - 8)

    def y(value: float) -> float:
        return floor - value / top * (floor - 10)

    drawn = [
        f'<line x1="{_LEFT}" x2="{width}" y1="{y(top * part):.1f}" y2="{y(top * part):.1f}" stroke="#eaeef2"/>'
        f'<text x="{_LEFT - 6}" y="{y(top * part) + 4:.1f}" text-anchor="end">{top * part:g}</text>'
        for part in (0, 0.5, 1)
    ]
    if bars:
        thick = max(2.0, x(time.from_ms + time.interval_ms) - x(time.from_ms) - 1)
        base = dict[float, float]()
        for point in sorted(points, key=lambda p: (p.at_ms, p.series)):
            low = base.get(point.at_ms, 0.0)
            base[point.at_ms] = low + point.value
            upper, lower = y(low + point.value), y(low)
            box = f'x="{x(point.at_ms):.1f}" width="{thick:.1f}" y="{upper:.1f}" height="{lower - upper:.1f}"'
            drawn.append(f'<rect {box} fill="{colours[point.series]}"/>')
    else:
        for name in series:
            own = sorted((p.at_ms, p.value) for p in points if p.series == name)
            path = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in own)
            drawn.append(f'<polyline points="{path}" fill="none" stroke="{colours[name]}" stroke-width="2"/>')
            drawn += [f'<circle cx="{x(at):.1f}" cy="{y(v):.1f}" r="3" fill="{colours[name]}"/>' for at, v in own]
    drawn += [
        f'<g transform="translate(0,{floor + _AXIS_PX + number * _LEGEND_PX})">{line}</g>'
        for number, line in enumerate(legend)
    ]
    return _svg(size, drawn)


def spans(rows: Sequence[Mapping[str, Any]], size: Size) -> str:
    """Spans from top to bottom, each under its parent, with their place in time."""
    if not rows:
        return _svg(size, [])
    starts = [row["startTime"].timestamp() * 1000 for row in rows]
    begin, end = min(starts), max(start + row["duration"] for start, row in zip(starts, rows, strict=True))
    depth = dict[str, int]()
    drawn: list[str] = []
    for number, (row, start) in enumerate(zip(_in_order(rows), sorted(starts), strict=True)):
        level = depth[row["spanID"]] = depth.get(row["parentSpanID"], -1) + 1
        top = 8 + number * _SPAN_PX
        left = _NAMES_PX + (start - begin) / max(end - begin, 1) * (size[0] - _NAMES_PX - 90)
        width = max(3.0, row["duration"] / max(end - begin, 1) * (size[0] - _NAMES_PX - 90))
        colour = RED if row["statusCode"] == 2 else _PALETTE[0]  # noqa: PLR2004 - Grafana's code for an error
        name = html.escape(f"{row['serviceName']}  {row['operationName']}")
        drawn.append(f'<text x="{8 + level * 14}" y="{top + 13}">{name}</text>')
        drawn.append(f'<rect x="{left:.1f}" y="{top + 3}" width="{width:.1f}" height="13" rx="2" fill="{colour}"/>')
        drawn.append(f'<text x="{left + width + 5:.1f}" y="{top + 13}" fill="#57606a">{row["duration"]:g} ms</text>')
    return _svg(size, drawn)


def _in_order(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: row["startTime"])


def _top(points: Sequence[Point], *, bars: bool) -> float:
    totals = dict[float, float]()
    for point in points:
        before = totals.get(point.at_ms, 0.0)
        totals[point.at_ms] = before + point.value if bars else max(before, point.value)
    return max([1.0, *totals.values()])


def _legend(colours: Mapping[str, str], width: int) -> list[str]:
    """Lines of entries, each as long as fits."""
    lines, left = [""], float(_LEFT)
    for name, colour in colours.items():
        needed = 30 + _LETTER_PX * len(name)
        if lines[-1] and left + needed > width:
            lines.append("")
            left = _LEFT
        lines[-1] += f'<rect x="{left:.0f}" width="10" height="10" fill="{colour}"/>'
        lines[-1] += f'<text x="{left + 14:.0f}" y="9">{html.escape(name)}</text>'
        left += needed
    return lines


def _svg(size: Size, drawn: Sequence[str]) -> str:
    box = f'viewBox="0 0 {size[0]} {size[1]}" preserveAspectRatio="xMinYMin meet"'
    return f'<svg {box} font-size="12" font-family="system-ui">{"".join(drawn)}</svg>'
