"""The generated boards: up to date, keeping every rule, the same in both languages."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tracemark.dashboards import boards, differing, problems, stored
from tracemark.dashboards.errors import BoardInvalid
from tracemark.dashboards.lint import queries_of
from tracemark.dashboards.queries import load_sql
from tracemark.dashboards.versions import LANGUAGES, Language
from tracemark.dashboards.words import Words

Board = dict[str, Any]


def test_the_generated_files_are_up_to_date() -> None:
    """What is provisioned and pushed is what the builders make now."""
    assert differing() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_board_keeps_the_rules(language: Language) -> None:
    """No rule of the linter is broken."""
    assert problems(stored(language)) == []


def test_both_languages_ask_the_same() -> None:
    """Queries, layout and variables do not depend on the language; titles and descriptions do."""
    for english, chinese in zip(boards("en"), boards("zh"), strict=True):
        assert [query["rawSql"] for _, query in queries_of(english)] == [
            query["rawSql"] for _, query in queries_of(chinese)
        ]
        assert [panel["gridPos"] for panel in english["panels"]] == [panel["gridPos"] for panel in chinese["panels"]]
        for one, other in zip(english["panels"], chinese["panels"], strict=True):
            assert one["title"] != other["title"]
            assert one["description"] != other["description"]


def test_uids_do_not_change() -> None:
    """Bookmarks, links and alert rules hold these."""
    assert [board["uid"] for language in LANGUAGES for board in boards(language)] == [
        f"tracemark-{name}{suffix}"
        for suffix in ("", "-zh")
        for name in (
            *("overview", "obligations", "labels", "moderation", "investigation"),
            *("trace", "pipeline", "access"),
        )
    ]


def test_missing_words_and_queries_are_named() -> None:
    """The error names what is missing, where."""
    with pytest.raises(BoardInvalid, match=r"catalogue/trace.toml lacks panels.nothing.title.zh"):
        Words("trace", "zh").title("nothing")
    with pytest.raises(BoardInvalid, match="catalogue/nowhere"):
        Words("nowhere", "en")
    with pytest.raises(BoardInvalid, match="sql/nowhere"):
        load_sql("nowhere")


def _panel(board: Board, key: str) -> Board:
    return next(panel for panel in board["panels"] if any(target["refId"] == key for target in panel["targets"]))


def _sql(key: str, change: Callable[[str], str]) -> Callable[[Board], None]:
    def apply(board: Board) -> None:
        query = _panel(board, key)["targets"][0]
        query["rawSql"] = change(query["rawSql"])

    return apply


def _set(key: str, name: str, value: object) -> Callable[[Board], None]:
    def apply(board: Board) -> None:
        _panel(board, key)[name] = value

    return apply


def _unit(key: str, unit: str) -> Callable[[Board], None]:
    def apply(board: Board) -> None:
        _panel(board, key)["fieldConfig"]["defaults"]["unit"] = unit

    return apply


def _heading(key: str, column: str) -> Callable[[Board], None]:
    def apply(board: Board) -> None:
        said = {"id": "displayName", "value": "Counted"}
        _panel(board, key)["fieldConfig"]["overrides"].append(
            {"matcher": {"id": "byName", "options": column}, "properties": [said]}
        )

    return apply


def _target(name: str, value: object) -> Callable[[Board], None]:
    def apply(board: Board) -> None:
        _panel(board, "stored")["targets"][0][name] = value

    return apply


def _board(name: str, value: object) -> Callable[[Board], None]:
    def apply(board: Board) -> None:
        board[name] = value

    return apply


def _without_freshness(board: Board) -> None:
    board["panels"].remove(_panel(board, "sink_report"))


def _undefined(board: Board) -> None:
    board["templating"]["list"] = [v for v in board["templating"]["list"] if v["name"] != "service"]


def _any_store(board: Board) -> None:
    board["templating"]["list"][0]["current"] = {}


def _unused(board: Board) -> None:
    board["templating"]["list"].append({**board["templating"]["list"][1], "name": "colour"})


def _stale_list(board: Board) -> None:
    board["templating"]["list"][1]["refresh"] = 1


def _bad_link(board: Board) -> None:
    for override in _panel(board, "latest")["fieldConfig"]["overrides"]:
        for prop in override["properties"]:
            if prop["id"] == "links":
                prop["value"][0]["url"] = "/d/tracemark-trace/trace?var-nothing=1"


def _bad_link_time(board: Board) -> None:
    _bad_link(board)
    for override in _panel(board, "latest")["fieldConfig"]["overrides"]:
        for prop in override["properties"]:
            if prop["id"] == "links":
                prop["value"][0]["url"] = "/d/tracemark-trace/trace?time=${__data.fields.nowhere.numeric}&time.window=1"


def _without_links(board: Board) -> None:
    config = _panel(board, "latest")["fieldConfig"]
    config["overrides"] = [o for o in config["overrides"] if o["properties"][0]["id"] != "links"]


BROKEN: dict[str, tuple[Callable[[Board], None], str]] = {
    "old schema": (_board("schemaVersion", 39), "schemaVersion"),
    "editable": (_board("editable", True), "not editable"),
    "uid": (_board("uid", "No Uid"), "uid"),
    "title": (_board("description", ""), "title and a description"),
    "no data source variable": (_board("templating", {"list": []}), "variable `datasource`"),
    "any data source": (_any_store, "whichever store"),
    "long title": (_set("stored", "title", "Events that were received within the range"), "cut off"),
    "panel of another source": (_set("stored", "datasource", {"type": "x", "uid": "y"}), "not the board's variable"),
    "panel without reading aid": (_set("stored", "description", "Stored events."), "what it does not prove"),
    "panel without query": (_set("stored", "targets", []), "no query"),
    "overlap": (_set("stored", "gridPos", {"x": 0, "y": 0, "w": 4, "h": 4}), "over another"),
    "too wide": (_set("stored", "gridPos", {"x": 22, "y": 200, "w": 4, "h": 4}), "wider"),
    "one id twice": (_set("stored", "id", 1), "two panels have one id"),
    "unit": (_set("stored", "fieldConfig", {"defaults": {"unit": "parsec"}, "overrides": []}), "parsec"),
    "rounded count": (_unit("stored", "short"), "short is no unit"),
    "unit of a table": (
        _set("latest", "fieldConfig", {"defaults": {"unit": "none"}, "overrides": []}),
        "makes numbers of ids",
    ),
    "plugin version": (_target("pluginVersion", ""), "pluginVersion"),
    "format": (_target("format", 0), "disagree"),
    "star": (_sql("stored", lambda sql: "SELECT * FROM events"), "name the columns"),
    "settings": (_sql("stored", lambda sql: sql + " SETTINGS max_threads = 1"), "read-only"),
    "shadowed": (_sql("stored_by_type", lambda sql: sql.replace("AS time", "AS _broker_ts")), "compare buckets"),
    "date filter": (_sql("stored", lambda sql: sql + " AND $__dateFilter(_broker_ts)"), "last day"),
    "ad hoc": (_sql("stored", lambda sql: sql + " $__adHocFilters('events')"), "filters nothing"),
    "pasted": (_sql("stored", lambda sql: sql + " AND tenant_id = '$tenant'"), "pasted as SQL"),
    "pasted with format": (_sql("stored", lambda sql: sql + " AND x IN (${tenant:singlequote})"), "pasted as SQL"),
    "no limit": (_sql("producers", lambda sql: sql.replace("LIMIT 500", "")), "without LIMIT"),
    "chart that loses its end": (_sql("stored_by_type", lambda sql: sql.replace("LIMIT -", "LIMIT ")), "newest points"),
    "chart out of order": (
        _sql("lag_by_lane", lambda sql: sql.replace("ORDER BY time, ", "ORDER BY ")),
        "newest points",
    ),
    "another limit than told": (
        _sql("producers", lambda sql: sql.replace("LIMIT 500", "LIMIT 50")),
        "limit of 50 rows",
    ),
    "column by another name than its heading": (_heading("producers", "counted_at"), "says counted_at where"),
    "undefined": (_undefined, "used but not defined"),
    "unused": (_unused, "defined but not used"),
    "stale list": (_stale_list, "refresh 2"),
    "no freshness": (_without_freshness, "no age of the newest data"),
    "never null": (_sql("halted", lambda sql: sql.replace("NULL", "0")), "never NULL"),
    "link": (_bad_link, "lacks"),
    "link that drops a choice": (_bad_link, "drops the choice of ['tenant']"),
    "link that drops the time": (_bad_link, "drops the time range"),
    "link to another time": (_bad_link_time, "drops the time range"),
    "id that leads nowhere": (_without_links, "request_id leads nowhere"),
    "panel without article": (_set("stored", "description", "**Read** a **Limits** b"), "no article"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_each_rule_catches_its_fault(fault: str) -> None:
    """A board with one planted fault is told apart from a good one, by a sentence about that fault."""
    plant, sentence = BROKEN[fault]
    found = copy.deepcopy(boards("en"))
    plant(next(board for board in found if board["uid"] == "tracemark-pipeline"))
    assert any(sentence in problem for problem in problems(found))
