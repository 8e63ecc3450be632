"""The SQL of the boards: one file per query under `sql/`, with shared fragments, and how the plugin wants to be sent it."""

import re
from functools import cache
from importlib import resources
from typing import Any, Literal

from tracemark.dashboards.errors import BoardInvalid
from tracemark.dashboards.versions import PLUGIN_ID, PLUGIN_VERSION

__all__ = ["DATASOURCE", "FORMATS", "Shape", "columns_of", "load_sql", "target"]

Shape = Literal["timeseries", "table", "logs", "traces"]

FORMATS: dict[Shape, int] = {"timeseries": 0, "table": 1, "logs": 2, "traces": 3}
"""What the plugin's backend reads, beside `queryType`, which its editor reads."""

DATASOURCE = {"type": PLUGIN_ID, "uid": "${datasource}"}
"""The board's own variable: a viewer may point the same board at another store."""

_SELECT = re.compile(r"^SELECT\b", re.MULTILINE)
_FROM = re.compile(r"^FROM\b", re.MULTILINE)
_BESIDE = re.compile(r"--[^\n]*|'(?:[^'\\]|\\.)*'")
_PARTS = re.compile(r"\w+|[()\[\],]")
_FRAGMENT = re.compile(r"\{\{([\w/]+)(?:\((.*?)\))?\}\}", re.DOTALL)


@cache
def load_sql(name: str) -> str:
    """The query `sql/<name>.sql`, with `{{x}}` replaced by `sql/fragments/x.sql` and `{{board/panel}}` by that panel's.

    `{{x(a, b WHERE c)}}` is the fragment x with `{{by}}` replaced by `a, b` and `{{where}}` by `c`, which may hold plain ones.

    Raises:
        BoardInvalid: there is no such file.
    """
    return _filled(_text(name))


def _text(name: str) -> str:
    path = resources.files("tracemark.dashboards") / "sql" / f"{name}.sql"
    if not path.is_file():
        raise BoardInvalid(f"there is no sql/{name}.sql")
    return path.read_text(encoding="utf-8").strip()


def _filled(text: str) -> str:
    return _FRAGMENT.sub(_fragment, text)


def _fragment(found: re.Match[str]) -> str:
    name, given = found[1] if "/" in found[1] else f"fragments/{found[1]}", found[2]
    if given is None:
        return load_sql(name)
    by, _, where = given.partition(" WHERE ")
    return _filled(_text(name).replace("{{by}}", by).replace("{{where}}", where))


def columns_of(sql: str) -> tuple[str, ...]:
    """Names of the columns that a query returns; its outermost `SELECT` and `FROM` begin a line, each column has a name."""
    *_, behind = _SELECT.split(_BESIDE.sub("", sql))
    depth, names = 0, [""]
    for part in _PARTS.findall(_FROM.split(behind)[0]):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(part, 0)
        if part == "," and depth == 0:
            names.append("")
        elif depth == 0 and part not in ")]":
            names[-1] = part
    return tuple(names)


def target(name: str, shape: Shape) -> dict[str, Any]:
    """A panel's query; its refId is the last part of the query's name."""
    return {
        "refId": name.rpartition("/")[2],
        "datasource": DATASOURCE,
        "editorType": "sql",
        "rawSql": load_sql(name),
        "format": FORMATS[shape],
        "queryType": shape,
        "pluginVersion": PLUGIN_VERSION,
    }
