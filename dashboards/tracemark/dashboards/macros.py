"""The queries of a board as ClickHouse receives them: what Grafana's template engine and the ClickHouse plugin make of them.

A panel's query is expanded twice: by the browser (`$__conditionalAll`, then the dashboard's variables), then by the plugin's
backend (time macros). An alert rule's query sees the backend alone, so a variable in it is an error here, as it is there.

    panel_sql("SELECT count() FROM events WHERE $__timeFilter(_broker_ts)", TimeRange(from_ms=0, to_ms=60_000), {})

The outputs are those of grafana-clickhouse-datasource 4.20; golden tests hold them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from tracemark.dashboards.errors import MacroInvalid

__all__ = ["ALL", "TimeRange", "Value", "alert_sql", "in_backend", "in_browser", "panel_sql", "without_choices"]

Value = str | tuple[str, ...]
"""A variable's value: text, or several texts for a variable that allows them."""

ALL: Final = "$__all"
"""The value of a variable whose *All* is chosen."""

_VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\$(\w+)")
_MACRO = re.compile(r"\$__(\w+)")
_CONDITIONAL = "$__conditionalAll("
_LEFT = re.compile(r"\$\{?[A-Za-z_]\w*")
_COMMENT_OR_STRING = re.compile(r"'(?:\\.|''|[^'\\])*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_DURATION = re.compile(r"(\d+)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """What the time picker says, in Unix milliseconds, and the width of a bucket that Grafana chose for it."""

    from_ms: int
    to_ms: int
    interval_ms: int = 60_000


def panel_sql(sql: str, time: TimeRange, variables: Mapping[str, Value]) -> str:
    """The statement that a panel, a variable or an annotation sends; raises MacroInvalid when something stays unexpanded."""
    return _complete(in_backend(in_browser(sql, variables, time), time))


def alert_sql(sql: str, time: TimeRange) -> str:
    """The statement that an alert rule sends; raises MacroInvalid when it needs a browser."""
    return _complete(in_backend(sql, time))


def without_choices(sql: str, variables: Mapping[str, Value]) -> str:
    """The query with `$__conditionalAll` decided by these variables, and every other macro left for the backend."""
    return _conditionals(sql, variables)


def in_browser(sql: str, variables: Mapping[str, Value], time: TimeRange) -> str:
    """`$__conditionalAll` first, then the variables, as the page does it. Unknown names stay as they are."""
    known: dict[str, Value] = {
        "__from": str(time.from_ms),
        "__to": str(time.to_ms),
        "__interval": f"{max(time.interval_ms // 1000, 1)}s",
        "__interval_ms": str(time.interval_ms),
        **variables,
    }
    return _VARIABLE.sub(lambda found: _interpolated(found, known), _conditionals(sql, known))


def in_backend(sql: str, time: TimeRange) -> str:
    """The plugin's own macros, inside out; comments are taken out first. Unknown ones stay as they are."""
    text = _without_comments(sql)
    for found in reversed(list(_MACRO.finditer(text))):
        text = _expanded(text, found, time)
    return text


def _conditionals(sql: str, variables: Mapping[str, Value]) -> str:
    while (start := sql.rfind(_CONDITIONAL)) != -1:
        arguments, end = _arguments(sql, start + len(_CONDITIONAL) - 1)
        if len(arguments) != 2:  # noqa: PLR2004 - a condition and a variable
            raise MacroInvalid("$__conditionalAll takes a condition and a variable, parted by one comma")
        name = arguments[1].strip().strip("${}")
        if name not in variables:
            raise MacroInvalid(f"$__conditionalAll names ${name}, which the board does not define")
        everything = variables[name] in ("", ALL, (), ("",), (ALL,))
        sql = sql[:start] + ("1=1" if everything else arguments[0]) + sql[end:]
    return sql


def _interpolated(found: re.Match[str], variables: Mapping[str, Value]) -> str:
    name, style = found[1] or found[3], found[2] or ""
    if name not in variables:
        return found[0]
    value = variables[name]
    if value == (ALL,):
        raise MacroInvalid(f"${name} stands for All outside $__conditionalAll: rows of unlisted values would vanish")
    if style not in _STYLES:
        raise MacroInvalid(
            f"${{{name}:{style}}}: this format is not known here; known are {', '.join(sorted(_STYLES))}"
        )
    return _STYLES[style](value)


def _as_is(value: Value) -> str:
    """The plugin's own way: several values are quoted, one is not; nothing is escaped."""
    return value if isinstance(value, str) else "'" + "','".join(value) + "'"


def _single_quoted(value: Value) -> str:
    values = (value,) if isinstance(value, str) else value
    return ",".join("'" + v.replace("'", "\\'") + "'" for v in values)


def _percent_encoded(value: Value) -> str:
    """Letters, digits and `_.-~` only: whatever the value, it cannot leave the string literal around it."""
    return quote(value if isinstance(value, str) else "{" + ",".join(value) + "}", safe="")


_STYLES: dict[str, Callable[[Value], str]] = {
    "": _as_is,
    "raw": _as_is,
    "singlequote": _single_quoted,
    "percentencode": _percent_encoded,
}


def _without_comments(sql: str) -> str:
    return _COMMENT_OR_STRING.sub(lambda found: found[0] if found[0].startswith("'") else "", sql)


def _arguments(sql: str, opening: int) -> tuple[list[str], int]:
    """The arguments in the parentheses that open at `opening`, and the position behind them; brackets alone are counted."""
    depth, last, arguments = 0, opening + 1, list[str]()
    for found in re.finditer(r"[(),]", sql[opening:]):
        at = opening + found.start()
        depth += {"(": 1, ")": -1, ",": 0}[found[0]]
        if depth == 0 or (found[0] == "," and depth == 1):
            arguments.append(sql[last:at])
            last = at + 1
        if depth == 0:
            return arguments, at + 1
    raise MacroInvalid("a macro's parenthesis is never closed")


def _expanded(sql: str, found: re.Match[str], time: TimeRange) -> str:
    name, arguments, end = found[1], list[str](), found.end()
    if name not in _BACKEND:
        return sql
    if sql[end : end + 1] == "(":
        arguments, end = _arguments(sql, end)
    count, build = _BACKEND[name]
    arguments = [argument.strip() for argument in arguments]
    if count and len(arguments) != count:
        raise MacroInvalid(f"$__{name} takes {count} argument(s), not {len(arguments)}")
    return sql[: found.start()] + build(arguments, time) + sql[end:]


def _date(ms: int) -> str:
    return f"toDate('{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d}')"


def _second(ms: int) -> str:
    return f"toDateTime({ms // 1000})"


def _milli(ms: int) -> str:
    return f"fromUnixTimestamp64Milli({ms})"


def _between(column: str, time: TimeRange, bound: Callable[[int], str]) -> str:
    return f"{column} >= {bound(time.from_ms)} AND {column} <= {bound(time.to_ms)}"


def _date_time(columns: list[str], time: TimeRange) -> str:
    return f"({_between(columns[0], time, _date)}) AND ({_between(columns[1], time, _second)})"


def _interval_s(time: TimeRange) -> int:
    return max(time.interval_ms // 1000, 1)


def _start(column: str, seconds: int) -> str:
    return f"toStartOfInterval(toDateTime({column}), INTERVAL {seconds} second)"


def _duration_s(text: str) -> int:
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise MacroInvalid("$__timeGroup takes a Go duration such as 5m or 1h30m; days do not exist there")
    return max(int(sum(int(number) * _SECONDS[unit] for number, unit in parts)), 1)


_Builder = Callable[[list[str], TimeRange], str]

_BACKEND: dict[str, tuple[int, _Builder]] = {
    "timeFilter": (1, lambda a, t: _between(a[0], t, _second)),
    "timeFilter_ms": (1, lambda a, t: _between(a[0], t, _milli)),
    "dateFilter": (1, lambda a, t: _between(a[0], t, _date)),
    "dateTimeFilter": (2, _date_time),
    "dt": (2, _date_time),
    "timeFrom": (1, lambda a, t: f"{a[0]} >= {_second(t.from_ms)}"),
    "timeTo": (1, lambda a, t: f"{a[0]} <= {_second(t.to_ms)}"),
    "fromTime": (0, lambda _, t: _second(t.from_ms)),
    "toTime": (0, lambda _, t: _second(t.to_ms)),
    "fromTime_ms": (0, lambda _, t: _milli(t.from_ms)),
    "toTime_ms": (0, lambda _, t: _milli(t.to_ms)),
    "timeInterval": (1, lambda a, t: _start(a[0], _interval_s(t))),
    "timeInterval_ms": (
        1,
        lambda a, t: f"toStartOfInterval(toDateTime64({a[0]}, 3), INTERVAL {max(t.interval_ms, 1)} millisecond)",
    ),
    "timeGroup": (2, lambda a, _: _start(a[0], _duration_s(a[1]))),
    "interval_s": (0, lambda _, t: str(_interval_s(t))),
}


def _complete(sql: str) -> str:
    left = sorted({found[0] + "}" * found[0].startswith("${") for found in _LEFT.finditer(sql)})
    if left:
        raise MacroInvalid(
            f"{', '.join(left)} would reach ClickHouse unexpanded: not a macro or variable that is known there"
        )
    return sql
