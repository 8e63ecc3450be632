"""A board as one HTML page, drawn from the same JSON and the same queries as in Grafana, for places where there is no Grafana.

It is a likeness and says so: units, thresholds, descriptions and links of the board are kept, interaction is not.
"""

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from tracemark.dashboards._charts import Point, chart, spans
from tracemark.dashboards._tables import Answer, Frame, formatted, painted, table, text
from tracemark.dashboards.macros import ALL, TimeRange, Value, panel_sql
from tracemark.dashboards.panels import RED, Json
from tracemark.dashboards.words import Words

__all__ = ["Answer", "Ask", "page"]

_ROW_PX, _GAP_PX, _PAGE_PX, _COLUMNS = 34, 8, 1468, 24

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
th { text-align: left; vertical-align: bottom; border-bottom: 1px solid #d0d7de; padding: 2px 8px 2px 0; white-space: nowrap; }
td { border-bottom: 1px solid #eaeef2; padding: 2px 8px 2px 0; max-width: 190px; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; font-variant-numeric: tabular-nums; }
table.dense td { max-width: 130px; } table.dense th { white-space: normal; }
td.wide { white-space: normal; max-width: none; } table td.at { max-width: none; } td.more { border: 0; color: #8e8e8e; }
td.link { color: #2f6db5; } td.bad { background: RED; color: #fff; }
code { background: #eaeef2; border-radius: 3px; padding: 0 3px; }
svg { display: block; width: 100%; height: 100%; } footer { color: #57606a; margin-top: 10px; }
""".replace("RED", RED)


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
    words = Words("common", board["tags"][-1])
    zone = UTC if board["timezone"] == "browser" else ZoneInfo(board["timezone"])
    panels = "".join(_panel(panel, ask, time, variables, words, zone) for panel in board["panels"])
    chosen = "".join(
        f"<span>{text(variable['label'])}: {text(_shown(variables[variable['name']], words))}</span>"
        for variable in board["templating"]["list"]
        if variable["name"] in variables
    )
    begin, end = (f"{datetime.fromtimestamp(ms / 1000, zone):%Y-%m-%d %H:%M}" for ms in (time.from_ms, time.to_ms))
    return (
        f'<!doctype html><html lang="{board["tags"][-1]}"><meta charset="utf-8"><title>{text(board["title"])}</title>'
        f"<style>{_STYLE}</style><h1>{text(board['title'])}</h1><p class=about>{text(board['description'])}</p>"
        f"<div class=vars>{chosen}<span>{begin} – {end} {zone}</span></div><div class=grid>{panels}</div>"
        f"<footer>{text(words.say('preview', 'footer'))}</footer></html>\n"
    )


def _panel(  # noqa: PLR0917 - what a page gives to each of its panels
    panel: Json, ask: Ask, time: TimeRange, variables: Mapping[str, Value], words: Words, zone: tzinfo
) -> str:
    at = panel["gridPos"]
    place = f"grid-column:{at['x'] + 1}/span {at['w']};grid-row:{at['y'] + 1}/span {at['h']}"
    if panel["type"] == "text":
        content = f"<div class=body>{_marked(panel['options']['content'])}</div>"
    else:
        answer = ask(panel_sql(panel["targets"][0]["rawSql"], time, variables))
        width = round((_PAGE_PX + _GAP_PX) / _COLUMNS * at["w"]) - 3 * _GAP_PX
        height = at["h"] * (_ROW_PX + _GAP_PX) - 44
        content = _DRAW[panel["type"]](panel, answer, Frame(time, width, height, words, zone))
    title = html.escape(panel["description"].replace("**", ""), quote=True)
    return f'<div class=panel style="{place}" title="{title}"><h2>{text(panel["title"])}</h2>{content}</div>'


def _stat(panel: Json, answer: Answer, _frame: Frame) -> str:
    defaults = panel["fieldConfig"]["defaults"]
    value = answer.columns[-1][0] if answer.columns and answer.columns[-1] else None
    if value is None:
        nothing = defaults["mappings"][0]["options"]["result"]
        return f'<div class="stat nothing" style="{painted(nothing["color"])}">{text(nothing["text"])}</div>'
    reached = [step for step in defaults["thresholds"]["steps"] if step["value"] is None or value >= step["value"]]
    style = painted(reached[-1]["color"])
    return f'<div class=stat style="{style}">{text(formatted(value, defaults["unit"]))}</div>'


def _series(panel: Json, answer: Answer, frame: Frame) -> str:
    if not answer.rows:
        return f"<div class=body><div class=none>{text(panel['fieldConfig']['defaults']['noValue'])}</div></div>"
    points = [Point(row[0].timestamp() * 1000, str(row[1]), float(row[2])) for row in answer.rows]
    bars = panel["fieldConfig"]["defaults"]["custom"]["drawStyle"] == "bars"
    return f"<div class=body>{chart(points, frame.time, (frame.width, frame.height), bars=bars)}</div>"


def _traces(_panel: Json, answer: Answer, frame: Frame) -> str:
    rows = [dict(zip(answer.names, row, strict=True)) for row in answer.rows]
    return f"<div class=body>{spans(rows, (frame.width, frame.height))}</div>"


_DRAW: Mapping[str, Callable[[Json, Answer, Frame], str]] = {
    "stat": _stat,
    "table": table,
    "timeseries": _series,
    "traces": _traces,
}


def _shown(value: Value, words: Words) -> str:
    shown = value if isinstance(value, str) else ", ".join(value)
    return {ALL: words.say("preview", "all"), "": "–"}.get(shown, shown)


def _marked(markdown: str) -> str:
    """Bold, slanted and code of Markdown; everything else as it is."""
    safe = text(markdown)
    for pattern, tag in ((r"\*\*(.+?)\*\*", "b"), (r"\*(.+?)\*", "i"), (r"`(.+?)`", "code")):
        safe = re.sub(pattern, rf"<{tag}>\1</{tag}>", safe)
    return safe
