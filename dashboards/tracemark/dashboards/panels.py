"""Panels as Grafana's classic JSON; each takes its query and its words by the same key.

Colours mean the same on every board: red is bad, orange wants a look, green is good, grey is *no evidence*. A stat whose zero is
good answers NULL when there was nothing to count, so that silence is never green.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tracemark.dashboards.queries import DATASOURCE, columns_of, target
from tracemark.dashboards.words import Words

__all__ = [
    "BLUE",
    "COUNT",
    "GREEN",
    "GREY",
    "ORANGE",
    "RED",
    "TIME",
    "Json",
    "age_stat",
    "count_stat",
    "in_words",
    "stat",
    "table",
    "text",
    "time_bars",
    "time_lines",
    "trace_view",
    "verdicts",
    "zero_is_good",
]

Json = dict[str, Any]

GREY, GREEN, ORANGE, RED, BLUE = "#a5a8ab", "#1dc46b", "#efb21c", "#a3161a", "#296dd7"
"""Grafana's own green and red look the same to some people. These differ for everybody, and in lightness."""

_TIME_PX, _REASON_PX, _CELL_PX = 190, 240, 80

_BUCKETS = 168
"""Buckets of time that a chart asks for, about: with every duty of a regime in it, any usual range stays below the limit."""

TIME = "time:YYYY-MM-DD HH:mm:ss.SSS"
"""Unit of an instant: without it a table hides the milliseconds."""

COUNT = "none"
"""Unit of a count: every digit is shown, for people hold counts against those of a report; `short` would say 41.5 K."""

_STAT = {"w": 4, "h": 4}

_KINDS = {
    "severity": "severities",
    **dict.fromkeys(("is_file", "reached_by_cn", "automated", "clock_suspect", "access_ok", "ok"), "truths"),
}
"""By column: what kind of value it holds that has a word in every language."""

_EMPTY_CELLS: Json = {"matcher": {"id": "byRegexp", "options": "/.*/"}, "properties": [{"id": "noValue", "value": ""}]}
"""What a table says when it has no row is not said in every cell that has no value."""


def _panel(words: Words, key: str, kind: str, size: Mapping[str, int], targets: Sequence[Json]) -> Json:
    return {
        "type": kind,
        "title": words.title(key),
        "description": words.description(key),
        "datasource": DATASOURCE,
        "targets": list(targets),
        "gridPos": dict(size),
        "fieldConfig": {"defaults": {}, "overrides": []},
        "options": {},
    }


def stat(words: Words, key: str, *, unit: str, steps: Sequence[tuple[float, str]], base: str = GREEN) -> Json:
    """One number. `base` colours it below the first step; NULL is shown as *no evidence*, in grey.

    Args:
        words: Of the board.
        key: Of the panel: its query is `sql/<board>/<key>.sql`.
        unit: Grafana's id of the unit.
        steps: From which value on it has which colour.
        base: The colour below them.
    """
    panel = _panel(words, key, "stat", _STAT, [target(f"{words.board}/{key}", "table")])
    nothing = {"color": GREY, "index": 0, "text": words.say("no_evidence")}
    panel["fieldConfig"]["defaults"] = {
        "unit": unit,
        "noValue": words.say("no_evidence"),
        "color": {"mode": "thresholds"},
        "mappings": [{"type": "special", "options": {"match": "null+nan", "result": nothing}}],
        "thresholds": {
            "mode": "absolute",
            "steps": [{"color": base, "value": None}, *({"color": colour, "value": at} for at, colour in steps)],
        },
    }
    panel["options"] = {
        "colorMode": "background",
        "graphMode": "none",
        "justifyMode": "center",
        "textMode": "value",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    }
    return panel


def count_stat(words: Words, key: str, *, unit: str = COUNT) -> Json:
    """A number that is neither good nor bad."""
    return stat(words, key, unit=unit, steps=(), base=BLUE)


def zero_is_good(words: Words, key: str, *, bad_from: float = 1, colour: str = RED, unit: str = COUNT) -> Json:
    """A number that should be zero; NULL, not zero, when there was nothing to count."""
    return stat(words, key, unit=unit, steps=((bad_from, colour),))


def age_stat(words: Words, key: str, *, late_s: float, dead_s: float) -> Json:
    """An age in seconds: it stands beside every stat whose zero is good, for a board that hears nothing shows zeros."""
    return stat(words, key, unit="s", steps=((late_s, ORANGE), (dead_s, RED)))


def table(
    words: Words,
    key: str,
    *,
    height: int = 10,
    width: int = 24,
    units: Mapping[str, str] | None = None,
    links: Mapping[str, Json] | None = None,
    bad: Sequence[str] = (),
    reasons: Sequence[str] = (),
    wide: Mapping[str, int] | None = None,
) -> Json:
    """Rows, under headings in the reader's language (`catalogue/headings.toml`).

    There is no unit for all columns: with one Grafana reads a text that looks like a number as one, and shows version 2.1 as 2.10.

    Args:
        words: Of the board.
        key: Of the panel.
        height: In grid rows.
        width: Of 24.
        units: Units by column, of numbers and instants only.
        links: Where the cells of a column lead.
        bad: Columns whose zero is good.
        reasons: Columns that say in codes what is wrong; empty is good, *no evidence* is neither.
        wide: Widths in pixels of columns that hold sentences, which are broken into lines.
    """
    panel = _panel(words, key, "table", {"w": width, "h": height}, [target(f"{words.board}/{key}", "table")])
    columns = columns_of(panel["targets"][0]["rawSql"])
    headings = {column: heading for column in columns if (heading := words.heading(column)) is not None}
    panel["fieldConfig"]["defaults"] = {
        "custom": {"align": "auto", "filterable": True, "inspect": True, "minWidth": _CELL_PX},
        "noValue": words.say("nothing"),
    }
    panel["fieldConfig"]["overrides"] = [
        _EMPTY_CELLS,
        *(_override(column, "unit", unit) for column, unit in (units or {}).items()),
        *(_override(column, "custom.width", _TIME_PX) for column, unit in (units or {}).items() if unit == TIME),
        *(_override(column, "links", [link]) for column, link in (links or {}).items()),
        *(_bad_when_positive(column) for column in bad),
        *(_bad_when_said(column, words) for column in reasons),
        *(_wrapped(column, pixels) for column, pixels in (wide or {}).items()),
        *(_override(column, "displayName", heading) for column, heading in headings.items()),
        *(in_words(column, words.values(kind)) for column, kind in _KINDS.items() if column in columns),
    ]
    panel["options"] = {"cellHeight": "sm", "showHeader": True}
    return panel


def time_bars(words: Words, key: str, *, unit: str = COUNT) -> Json:
    """Counts per time bucket, stacked: for parts of a whole."""
    return _over_time(words, key, unit=unit, style="bars", stacking="normal")


def time_lines(words: Words, key: str, *, unit: str = COUNT) -> Json:
    """Values over time, not stacked."""
    return _over_time(words, key, unit=unit, style="line", stacking="none")


def trace_view(words: Words, key: str, *, height: int = 10) -> Json:
    """One chain of events as spans."""
    return _panel(words, key, "traces", {"w": 24, "h": height}, [target(f"{words.board}/{key}", "traces")])


def text(words: Words, key: str, *, height: int = 4) -> Json:
    """A note without a query: who this board is for, what it is not for."""
    panel = _panel(words, key, "text", {"w": 24, "h": height}, [])
    panel["options"] = {"mode": "markdown", "content": words.say("panels", key, "content")}
    return panel


def verdicts(words: Words, column: str) -> Json:
    """The three answers to a duty, in words and colours: a column that holds pass, fail or no evidence."""
    shown = {
        "pass": {"color": GREEN, "index": 0, "text": words.say("verdicts", "pass")},
        "fail": {"color": RED, "index": 1, "text": words.say("verdicts", "fail")},
        "no evidence": {"color": GREY, "index": 2, "text": words.say("no_evidence")},
    }
    return {
        "matcher": {"id": "byName", "options": column},
        "properties": [
            {"id": "mappings", "value": [{"type": "value", "options": shown}]},
            {"id": "custom.cellOptions", "value": {"type": "color-background"}},
        ],
    }


def in_words(column: str, said: Mapping[str, str]) -> Json:
    """What the values of a column are called, by value."""
    shown = {value: {"index": number, "text": text} for number, (value, text) in enumerate(said.items())}
    return _override(column, "mappings", [{"type": "value", "options": shown}])


def _wrapped(column: str, pixels: int) -> Json:
    cell = {"type": "auto", "wrapText": True}
    return {
        "matcher": {"id": "byName", "options": column},
        "properties": [{"id": "custom.width", "value": pixels}, {"id": "custom.cellOptions", "value": cell}],
    }


def _newest_only(words: Words, panel: Json) -> Json:
    """A chart says what its query keeps: the newest points, should there be more than its limit."""
    (limit,) = re.findall(r"LIMIT -(\d+)$", panel["targets"][0]["rawSql"])
    panel["description"] += " " + words.say("newest_points").format(limit=f"{int(limit):,}")
    return {**panel, "maxDataPoints": _BUCKETS}


def _over_time(words: Words, key: str, *, unit: str, style: Literal["bars", "line"], stacking: str) -> Json:
    panel = _panel(words, key, "timeseries", {"w": 12, "h": 8}, [target(f"{words.board}/{key}", "timeseries")])
    panel = _newest_only(words, panel)
    custom = {
        "drawStyle": style,
        "fillOpacity": 70 if style == "bars" else 5,
        "lineWidth": 1,
        "showPoints": "never" if style == "bars" else "auto",
        "spanNulls": False,  # a hole in the data is shown as a hole
        "stacking": {"group": "A", "mode": stacking},
    }
    panel["fieldConfig"]["defaults"] = {
        "unit": unit,
        "displayName": f"${{__field.labels.{columns_of(panel['targets'][0]['rawSql'])[1]}}}",
        "noValue": words.say("nothing"),
        "min": 0,
        "color": {"mode": "palette-classic-by-name"},
        "custom": custom,
    }
    panel["options"] = {
        "legend": {
            "calcs": ["sum"] if style == "bars" else ["lastNotNull"],
            "displayMode": "table",
            "placement": "bottom",
        },
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return panel


def _override(column: str, name: str, value: object) -> Json:
    return {"matcher": {"id": "byName", "options": column}, "properties": [{"id": name, "value": value}]}


def _bad_when_said(column: str, words: Words) -> Json:
    unknown = {"no evidence": {"color": GREY, "index": 0, "text": words.say("no_evidence")}}
    said = {"pattern": "/.+/", "result": {"color": RED, "index": 1}}
    steps = [{"color": "transparent", "value": None}]
    return {
        "matcher": {"id": "byName", "options": column},
        "properties": [
            {"id": "custom.width", "value": _REASON_PX},
            {"id": "custom.cellOptions", "value": {"type": "color-background"}},
            {"id": "mappings", "value": [{"type": "value", "options": unknown}, {"type": "regex", "options": said}]},
            {"id": "thresholds", "value": {"mode": "absolute", "steps": steps}},
        ],
    }


def _bad_when_positive(column: str) -> Json:
    steps = [{"color": "transparent", "value": None}, {"color": RED, "value": 1}]
    return {
        "matcher": {"id": "byName", "options": column},
        "properties": [
            {"id": "custom.cellOptions", "value": {"type": "color-background"}},
            {"id": "thresholds", "value": {"mode": "absolute", "steps": steps}},
        ],
    }
