"""Tables for `preview`: rows under headings, as the panel's overrides and transformations want them."""

import html
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Self

from tracemark.dashboards.macros import TimeRange
from tracemark.dashboards.panels import Json
from tracemark.dashboards.words import Words

__all__ = ["Answer", "Frame", "formatted", "painted", "table", "text"]

_LINE_PX, _FURTHER_LINE_PX, _HEAD_PX = 22, 17, 48
_LETTER_PX = {"en": 7, "zh": 12}
_DENSE = 11
_LIGHT = 128
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answered, by column."""

    names: Sequence[str]
    columns: Sequence[Sequence[Any]]

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The same by row."""
        return list(zip(*self.columns, strict=True))


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a panel is drawn: what it shows the time of, its inside in pixels, and the reader's language."""

    time: TimeRange
    width: int
    height: int
    words: Words
    zone: tzinfo


def table(panel: Json, answer: Answer, frame: Frame) -> str:
    """As many rows as fit, and how many more there are."""
    if not answer.columns or not answer.columns[0]:
        return f"<div class=body><div class=none>{text(panel['fieldConfig']['defaults']['noValue'])}</div></div>"
    look = _Look.of(panel)
    shown = [name for name in answer.names if name not in look.hidden]
    is_dense = len(shown) >= _DENSE and not look.wide
    head = "".join(f"<th>{_breakable(look.headings.get(name, name))}</th>" for name in shown)
    lines, left = list[str](), frame.height - _HEAD_PX - (2 * _FURTHER_LINE_PX if is_dense else 0)
    for row in answer.rows:
        values = dict(zip(answer.names, row, strict=True))
        broken = max(
            (
                _length(name, values[name], look) * _LETTER_PX[frame.words.language] / width
                for name, width in look.wide.items()
            ),
            default=0,
        )
        left -= _LINE_PX + int(broken) * _FURTHER_LINE_PX
        if left < 0:
            break
        lines.append("".join(_cell(name, values[name], look, frame.zone) for name in shown))
    if missing := len(answer.rows) - len(lines):
        lines.append(f"<td class=more colspan={len(shown)}>… {missing} {text(frame.words.say('preview', 'more'))}</td>")
    dense = " class=dense" if is_dense else ""
    return f"<div class=body><table{dense}><tr>{head}</tr><tr>{'</tr><tr>'.join(lines)}</tr></table></div>"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What a table's overrides and transformations say about its columns."""

    units: Mapping[str, str]
    links: AbstractSet[str]
    bad: AbstractSet[str]
    said: Mapping[str, Sequence[Json]]
    wide: Mapping[str, int]
    headings: Mapping[str, str]
    hidden: AbstractSet[str]

    @classmethod
    def of(cls, panel: Json) -> Self:
        """Read it from the board's JSON."""
        rules = [(o["matcher"]["options"], p) for o in panel["fieldConfig"]["overrides"] for p in o["properties"]]

        def by_column(kind: str) -> dict[str, Any]:
            return {column: prop["value"] for column, prop in rules if prop["id"] == kind}

        wrapped = {column for column, cell in by_column("custom.cellOptions").items() if cell.get("wrapText")}
        organised = [t["options"] for t in panel.get("transformations", []) if t["id"] == "organize"]
        return cls(
            units=by_column("unit"),
            links=by_column("links").keys(),
            bad=by_column("thresholds").keys(),
            said=by_column("mappings"),
            wide={column: width for column, width in by_column("custom.width").items() if column in wrapped},
            headings=by_column("displayName"),
            hidden={name for options in organised for name, is_hidden in options["excludeByName"].items() if is_hidden},
        )


def _length(name: str, value: Any, look: _Look) -> int:
    return len(str(_said(look.said.get(name, ()), value)["text"]))


def _cell(name: str, value: Any, look: _Look, zone: tzinfo) -> str:
    if name in look.said:
        return _mapped(look.said[name], value, look.wide.get(name))
    shown = text(formatted(value, look.units.get(name, "none"), zone))
    if name in look.wide:
        return f'<td class=wide style="width:{look.wide[name]}px">{shown}</td>'
    return f'<td class="{_class(name, value, look)}">{shown}</td>'


def _said(mappings: Sequence[Json], value: Any) -> Json:
    """Word and colour of a value, by the first mapping that knows it."""
    key = str(value).lower() if isinstance(value, bool) else str(value)
    for kind, options in ((mapping["type"], mapping["options"]) for mapping in mappings):
        if kind == "value" and key in options:
            return {"text": value, **options[key]}
        if kind == "regex" and re.search(options["pattern"].strip("/"), key):
            return {"text": value, **options["result"]}
    return {"text": value}


def _mapped(said: Sequence[Json], value: Any, width: int | None) -> str:
    entry = _said(said, value)
    style = painted(entry["color"]) if "color" in entry else f"width:{width}px" if width else ""
    return f'<td class="{"wide" if width else ""}" style="{style}">{text(entry["text"])}</td>'


def painted(colour: str) -> str:
    """The style of a coloured ground with legible letters on it, as Grafana chooses them."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"background:{colour};color:{'#1f2328' if 0.299 * red + 0.587 * green + 0.114 * blue > _LIGHT else '#fff'}"


def _class(name: str, value: Any, look: _Look) -> str:
    if isinstance(value, datetime):
        return "at"
    return "bad" if name in look.bad and value and value > 0 else "link" if name in look.links and value else ""


def _breakable(heading: str) -> str:
    return text(heading).replace("_", "_<wbr>")


def formatted(value: Any, unit: str, zone: tzinfo = UTC) -> str:
    """A value in its unit, an instant in its zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        there = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(zone)
        return f"{there:%Y-%m-%d %H:%M:%S}.{there.microsecond // 1000:03d}"
    if unit == "percentunit":
        return f"{value * 100:.1f}%"
    if unit == "s":
        return _age(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _age(seconds: float) -> str:
    for size, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.1f} s"


def text(value: object) -> str:
    """Any value as text of a page."""
    return html.escape(str(value), quote=True)
