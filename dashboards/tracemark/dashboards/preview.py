"""A board as one HTML page, drawn from the same JSON and the same queries as in Grafana, for places where there is no Grafana.

It is a likeness and says so: units, thresholds, descriptions and links of the board are kept, interaction is not.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tracemark.dashboards._charts import Point, chart, spans
from tracemark.dashboards.macros import TimeRange, Value, panel_sql
from tracemark.dashboards.panels import TIME, Json

__all__ = ["Answer", "Ask", "page"]

_ROWS = 14
_ROW_PX, _GAP_PX = 34, 8
_COLOURS = {"green": "#2e7d4f", "orange": "#c77700", "red": "#c0392b", "blue": "#2f6db5", "transparent": "transparent"}
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

_STYLE = """
body { font: 13px/1.35 system-ui, "Noto Sans CJK SC", sans-serif; background: #f4f5f7; color: #1f2328; margin: 16px; }
h1 { font-size: 20px; margin: 0 0 2px; } .about { color: #57606a; margin: 0 0 10px; }
.vars span { background: #fff; border: 1px solid #d0d7de; border-radius: 4px; padding: 2px 8px; margin-right: 6px; }
.grid { display: grid; grid-template-columns: repeat(24, 1fr); grid-auto-rows: 34px; gap: 8px; margin-top: 12px; }
.panel { background: #fff; border: 1px solid #d0d7de; border-radius: 4px; overflow: hidden; display: flex; flex-direction: column; }
.panel h2 { font-size: 12px; font-weight: 600; margin: 0; padding: 6px 8px 4px; white-space: nowrap; }
.stat { flex: 1; display: flex; align-items: center; justify-content: center; color: #fff; font-size: 30px; font-weight: 600; }
.stat.nothing { font-size: 18px; }
.body { padding: 0 8px 6px; overflow: hidden; flex: 1; } .none { color: #8e8e8e; padding: 12px 0; }
table { border-collapse: collapse; width: 100%; font-size: 12px; }
th { text-align: left; border-bottom: 1px solid #d0d7de; padding: 2px 8px 2px 0; white-space: nowrap; }
td { border-bottom: 1px solid #eaeef2; padding: 2px 8px 2px 0; max-width: 190px; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; font-variant-numeric: tabular-nums; }
td.link { color: #2f6db5; } td.bad { background: #c0392b; color: #fff; }
code { background: #eaeef2; border-radius: 3px; padding: 0 3px; }
svg { display: block; width: 100%; height: 100%; } footer { color: #57606a; margin-top: 10px; }
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answered, by column."""

    names: Sequence[str]
    columns: Sequence[Sequence[Any]]

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The same by row."""
        return list(zip(*self.columns, strict=True))


Ask = Callable[[str], Answer]
"""Runs one SELECT as a user who may only read."""


def page(board: Json, ask: Ask, time: TimeRange, variables: Mapping[str, Value]) -> str:
    """The board as a complete HTML document; every value in it is escaped.

    Args:
        board: As generated.
        ask: Where its queries go.
        time: What the time picker says.
        variables: By name; each that the board has.
    """
    panels = "".join(_panel(panel, ask, time, variables) for panel in board["panels"])
    chosen = "".join(
        f"<span>{_text(variable['label'])}: {_text(_shown(variables[variable['name']]))}</span>"
        for variable in board["templating"]["list"]
        if variable["name"] in variables
    )
    begin, end = (f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M}" for ms in (time.from_ms, time.to_ms))
    return (
        f'<!doctype html><html lang="{board["tags"][-1]}"><meta charset="utf-8"><title>{_text(board["title"])}</title>'
        f"<style>{_STYLE}</style><h1>{_text(board['title'])}</h1><p class=about>{_text(board['description'])}</p>"
        f"<div class=vars>{chosen}<span>{begin} – {end} UTC</span></div><div class=grid>{panels}</div>"
        "<footer>tracemark dashboards preview: the same queries as in Grafana, another renderer.</footer></html>\n"
    )


def _panel(panel: Json, ask: Ask, time: TimeRange, variables: Mapping[str, Value]) -> str:
    at = panel["gridPos"]
    place = f"grid-column:{at['x'] + 1}/span {at['w']};grid-row:{at['y'] + 1}/span {at['h']}"
    if panel["type"] == "text":
        content = f"<div class=body>{_marked(panel['options']['content'])}</div>"
    else:
        answer = ask(panel_sql(panel["targets"][0]["rawSql"], time, variables))
        height = at["h"] * (_ROW_PX + _GAP_PX) - 44
        content = _DRAW[panel["type"]](panel, answer, time, height)
    title = html.escape(panel["description"].replace("**", ""), quote=True)
    return f'<div class=panel style="{place}" title="{title}"><h2>{_text(panel["title"])}</h2>{content}</div>'


def _stat(panel: Json, answer: Answer, _time: TimeRange, _height: int) -> str:
    defaults = panel["fieldConfig"]["defaults"]
    value = answer.columns[-1][0] if answer.columns and answer.columns[-1] else None
    if value is None:
        nothing = defaults["mappings"][0]["options"]["result"]
        return f'<div class="stat nothing" style="background:{nothing["color"]}">{_text(nothing["text"])}</div>'
    reached = [step for step in defaults["thresholds"]["steps"] if step["value"] is None or value >= step["value"]]
    colour = _COLOURS[reached[-1]["color"]]
    return f'<div class=stat style="background:{colour}">{_text(_formatted(value, defaults["unit"]))}</div>'


def _table(panel: Json, answer: Answer, _time: TimeRange, height: int) -> str:
    if not answer.columns or not answer.columns[0]:
        return "<div class=body><div class=none>–</div></div>"
    rules = [
        (o["matcher"]["options"], p["id"], p["value"])
        for o in panel["fieldConfig"]["overrides"]
        for p in o["properties"]
    ]
    units = {column: value for column, kind, value in rules if kind == "unit"}
    links = {column for column, kind, _ in rules if kind == "links"}
    bad = {column for column, kind, _ in rules if kind == "thresholds"}
    organised = [t["options"] for t in panel.get("transformations", []) if t["id"] == "organize"]
    hidden = {name for options in organised for name, is_hidden in options["excludeByName"].items() if is_hidden}
    renamed = {old: new for options in organised for old, new in options["renameByName"].items()}
    said = {column: value[0]["options"] for column, kind, value in rules if kind == "mappings"}
    shown = [name for name in answer.names if name not in hidden]
    head = "".join(f"<th>{_text(renamed.get(name, name))}</th>" for name in shown)
    fits = min(_ROWS, height // 22)
    lines = [
        "".join(
            _mapped(said[name], value)
            if name in said
            else f'<td class="{_class(name, value, links, bad)}">{_text(_formatted(value, units.get(name, "none")))}</td>'
            for name, value in zip(answer.names, row, strict=True)
            if name not in hidden
        )
        for row in answer.rows[:fits]
    ]
    return f"<div class=body><table><tr>{head}</tr><tr>{'</tr><tr>'.join(lines)}</tr></table></div>"


def _mapped(said: Mapping[str, Json], value: Any) -> str:
    entry = said[str(value)]
    colour = _COLOURS.get(entry["color"], entry["color"])
    return f'<td style="background:{colour};color:#fff">{_text(entry["text"])}</td>'


def _class(name: str, value: Any, links: set[str], bad: set[str]) -> str:
    return "bad" if name in bad and value and value > 0 else "link" if name in links and value else ""


def _series(panel: Json, answer: Answer, time: TimeRange, height: int) -> str:
    points = [Point(row[0].timestamp() * 1000, str(row[1]), float(row[2])) for row in answer.rows]
    bars = panel["fieldConfig"]["defaults"]["custom"]["drawStyle"] == "bars"
    return f"<div class=body>{chart(points, time, height, bars=bars)}</div>"


def _traces(_panel: Json, answer: Answer, _time: TimeRange, height: int) -> str:
    rows = [dict(zip(answer.names, row, strict=True)) for row in answer.rows]
    return f"<div class=body>{spans(rows, height)}</div>"


_DRAW: Mapping[str, Callable[[Json, Answer, TimeRange, int], str]] = {
    "stat": _stat,
    "table": _table,
    "timeseries": _series,
    "traces": _traces,
}


def _formatted(value: Any, unit: str) -> str:
    if value is None:
        return ""
    if unit == TIME or isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}"
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


def _shown(value: Value) -> str:
    text = value if isinstance(value, str) else ", ".join(value)
    return {"$__all": "All", "": "–"}.get(text, text)


def _marked(text: str) -> str:
    """Bold, slanted and code of Markdown; everything else as it is."""
    safe = _text(text)
    for pattern, tag in ((r"\*\*(.+?)\*\*", "b"), (r"\*(.+?)\*", "i"), (r"`(.+?)`", "code")):
        safe = re.sub(pattern, rf"<{tag}>\1</{tag}>", safe)
    return safe


def _text(value: object) -> str:
    return html.escape(str(value), quote=True)
