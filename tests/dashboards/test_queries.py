"""Every query of every board on the real engine: known numbers, right columns, no false green, whatever the variables hold."""

import re
from typing import Any

import pytest

from support.board_duties import EVENTS
from support.board_world import HOSTILE_TENANT, BoardQuery, BoardStore, board_queries
from tracemark.dashboards.macros import Value
from tracemark.dashboards.panels import GREEN, TIME

QUERIES = board_queries()
STATS = [query for query in QUERIES if query.kind == "stat"]

KNOWN: dict[str, list[tuple[Any, ...]]] = {
    "pipeline:panel:canary": [(180.0,)],
    "pipeline:panel:freshness": [(30.0,)],
    "pipeline:panel:stored": [(14 + EVENTS,)],
    "pipeline:panel:unexplained": [(2,)],
    "pipeline:panel:dead_letters": [(1,)],
    "pipeline:panel:dropped": [(1,)],
    "pipeline:panel:clock_suspect": [(1 / (14 + EVENTS),)],
    "pipeline:panel:sink_report": [(3000.0,)],
    "pipeline:panel:lag": [(12,)],
    "pipeline:panel:halted": [(1,)],
    "pipeline:panel:unaccounted": [(1,)],
    "pipeline:panel:sessions_open": [(3,)],
    "pipeline:panel:silent": [(2,)],
    "pipeline:panel:sealed_age": [(3180.0,)],
    "pipeline:panel:sealed_share": [(12 / 13,)],
    "pipeline:panel:unsealed": [(1,)],
    "pipeline:panel:breaks": [(1,)],
    "pipeline:panel:hash_mismatch": [(0,)],
    "pipeline:variable:tenant": [("default",), (HOSTILE_TENANT,), ("t-1",), ("t-2",), ("t-3",)],
    "pipeline:variable:service": [("svc-chat",), ("svc-image",), ("svc-odd",), ("svc-video",), ("tracemark-canary",)],
    "labels:variable:model": [("m-1",), ("m-2",)],
    "labels:panel:freshness": [(3240.0,)],
    "labels:panel:without_explicit": [(3,)],
    "labels:panel:without_implicit": [(0,)],
    "labels:panel:delivered_without": [(1,)],
    "labels:panel:broken": [(1,)],
    "moderation:panel:freshness": [(30.0,)],
    "moderation:panel:measures": [(6,)],
    "moderation:panel:unreported": [(1,)],
    "moderation:panel:measures_in_breach": [(1,)],
    "moderation:panel:complaints_in_breach": [(1,)],
    "moderation:panel:requests_in_breach": [(1,)],
    "investigation:panel:found": [(30,)],
    "investigation:panel:requests": [(2,)],
    "investigation:panel:outputs": [(5,)],
    "investigation:panel:refused": [(0.0,)],
    "investigation:panel:measures": [(6,)],
    "access:panel:freshness": [(1740.0,)],
    "access:panel:reads": [(2,)],
    "access:panel:readers": [(1,)],
    "access:panel:anonymous": [(1,)],
    "access:panel:purposeless": [(1,)],
    "access:panel:unapproved_exports": [(1,)],
    "access:panel:door_age": [(240.0,)],
    "access:panel:unrecorded": [(1,)],
    "access:panel:reused": [(1,)],
    "access:panel:door_reads": [(4,)],
    "access:panel:door_statements": [(57,)],
    "access:panel:door_rows": [(5750,)],
    "obligations:panel:freshness": [(600.0,)],
    "obligations:variable:regime": [("cn",)],
    "overview:panel:judgement_age": [(600.0,)],
    "overview:panel:freshness": [(30.0,)],
    "overview:panel:unexplained": [(2,)],
    "overview:panel:dead_letters": [(1,)],
    "overview:panel:complaints_in_breach": [(1,)],
    "overview:panel:requests_in_breach": [(1,)],
    "overview:panel:delivered_without": [(1,)],
}

OF_T2: dict[str, list[tuple[Any, ...]]] = {
    "pipeline:panel:stored": [(3,)],
    "pipeline:panel:unexplained": [(0,)],
    "pipeline:panel:dropped": [(0,)],
    "pipeline:panel:clock_suspect": [(1 / 3,)],
    "pipeline:panel:sessions_open": [(0,)],
    "pipeline:panel:silent": [(0,)],
    "labels:panel:without_explicit": [(1,)],
    "labels:panel:broken": [(None,)],
    "moderation:panel:complaints_in_breach": [(None,)],
    "investigation:panel:found": [(1,)],
    "access:panel:reads": [(0,)],
    "obligations:panel:breaches": [(2,)],
}

CHOSEN = ("tenant", "service", "model", "regime", "obligation")
TYPED = ("request_id", "content_id", "case_id", "event_id", "subject_ref")

HOSTILE: list[Value] = [
    ("o'brien",),
    ("$__all", "x"),
    ("租户",),
    ("\\') OR 1=1 -- ",),
    ("') UNION ALL SELECT 1 /*",),
    ("${tenant}", "$__timeFilter(x)"),
    ("100%27",),
]


def ask(store: BoardStore, name: str, **variables: Value) -> list[tuple[Any, ...]]:
    return store.run(_by_name(name).query, variables).rows


def _by_name(name: str) -> BoardQuery:
    return next(query for query in QUERIES if str(query) == name)


@pytest.mark.parametrize("name", KNOWN)
def test_known_numbers_with_all(world: BoardStore, name: str) -> None:
    """With All chosen every stat and variable shows the number that the world was made with."""
    assert ask(world, name) == KNOWN[name]


@pytest.mark.parametrize("name", OF_T2)
def test_known_numbers_of_one_tenant(world: BoardStore, name: str) -> None:
    """With one tenant chosen the numbers are those of that tenant."""
    assert ask(world, name, tenant=("t-2",)) == OF_T2[name]


def test_two_chosen_tenants_are_both_counted(world: BoardStore) -> None:
    """A choice of several values takes each of them."""
    assert ask(world, "pipeline:panel:stored", tenant=("t-1", "t-2")) == [(11,)]


def test_a_hostile_name_that_is_stored_is_found_by_itself(world: BoardStore) -> None:
    """Quotes, backslashes, comment signs and Chinese in a value reach the comparison unharmed."""
    assert ask(world, "pipeline:panel:stored", tenant=(HOSTILE_TENANT,)) == [(1,)]


@pytest.mark.parametrize("value", HOSTILE, ids=[f"value-{number}" for number in range(len(HOSTILE))])
@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_hostile_values_find_nothing_and_break_nothing(world: BoardStore, query: BoardQuery, value: Value) -> None:
    """A value that tries to be SQL is compared like any other: no error, and no row of another tenant."""
    typed = value[0]
    found = world.run(
        query.query,
        {**dict.fromkeys(CHOSEN, value), **dict.fromkeys(TYPED, typed)},
    )
    about_tenants = "${tenant" in query.query["rawSql"]
    if query.kind in ("table", "timeseries", "traces") and about_tenants:
        assert found.rows == []


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_the_answer_has_the_shape_that_the_panel_needs(world: BoardStore, query: BoardQuery) -> None:
    """Columns and types fit the format that the plugin is told."""
    frame = world.run(query.query, {"request_id": "r-1", "case_id": "k-1"})
    assert frame.rows, "the world has something for every panel"
    assert len(set(frame.names)) == len(frame.names)
    _SHAPES[query.kind](frame.names, frame.types)


def _stat(names: tuple[str, ...], types: tuple[str, ...]) -> None:
    assert len(names) == 1
    assert re.fullmatch(r"(Nullable\()?(U?Int64|Float64)\)?", types[0])


def _timeseries(names: tuple[str, ...], types: tuple[str, ...]) -> None:
    assert names[0] == "time"
    assert types[0].startswith("DateTime")
    assert "String" in types[1]
    assert re.fullmatch(r"U?Int64|Float64", types[2])


def _traces(names: tuple[str, ...], types: tuple[str, ...]) -> None:
    found = dict(zip(names, types, strict=True))
    assert {found[name] for name in ("traceID", "spanID", "parentSpanID")} == {"String"}
    assert found["startTime"].startswith("DateTime64")
    assert found["duration"] == "Float64"
    assert found["tags"] == found["serviceTags"] == "Array(Map(String, String))"
    assert {"operationName", "serviceName", "statusCode"} <= found.keys()


def _annotation(names: tuple[str, ...], types: tuple[str, ...]) -> None:
    ends = ("timeEnd",) if "timeEnd" in names else ()
    assert names == ("time", *ends, "title", "text", "tags")
    assert all(type_.startswith("DateTime") for type_ in types[: 1 + len(ends)])
    assert all("String" in type_ for type_ in types[1 + len(ends) :])


def _table(names: tuple[str, ...], types: tuple[str, ...]) -> None:
    assert len(names) > 1
    assert not any("FixedString" in type_ for type_ in types), "bytes are no text for a browser"


def _variable(names: tuple[str, ...], types: tuple[str, ...]) -> None:
    assert len(names) == 1
    assert "String" in types[0]


_SHAPES = {
    "stat": _stat,
    "timeseries": _timeseries,
    "traces": _traces,
    "table": _table,
    "variable": _variable,
    "annotation": _annotation,
}


@pytest.mark.parametrize("query", [q for q in QUERIES if q.kind == "table"], ids=str)
def test_what_a_table_says_about_a_column_is_about_a_column_of_its_query(world: BoardStore, query: BoardQuery) -> None:
    """Units, links and colours name columns that the query returns."""
    assert query.panel is not None
    matchers = [override["matcher"] for override in query.panel["fieldConfig"]["overrides"]]
    named = {matcher["options"] for matcher in matchers if matcher["id"] == "byName"}
    assert named <= set(world.run(query.query, {"request_id": "r-1", "case_id": "k-1"}).names)


@pytest.mark.parametrize("query", [q for q in QUERIES if q.kind == "table"], ids=str)
def test_only_numbers_and_instants_have_a_unit(world: BoardStore, query: BoardQuery) -> None:
    """Grafana leaves a text alone only where no unit is given: version 2.1 stays 2.1, an id of digits keeps its zeros."""
    assert query.panel is not None
    config = query.panel["fieldConfig"]
    units = {
        override["matcher"]["options"]: prop["value"]
        for override in config["overrides"]
        for prop in override["properties"]
        if prop["id"] == "unit"
    }
    assert "unit" not in config["defaults"]
    frame = world.run(query.query, {"request_id": "r-1", "case_id": "k-1"})
    for name, type_ in zip(frame.names, frame.types, strict=True):
        if re.match(r"(Nullable\()?DateTime", type_):
            assert units.get(name) == TIME, f"{name}: without it the milliseconds are hidden"
        elif not re.fullmatch(r"(Nullable\()?(U?Int\d+|Float64)\)?", type_):
            assert name not in units, (name, type_)


@pytest.mark.parametrize("query", STATS, ids=str)
def test_a_stat_of_an_empty_store_is_never_green(empty_store: BoardStore, query: BoardQuery) -> None:
    """Every stat answers one row on an empty store, and what would be green at zero answers NULL: no evidence."""
    assert query.panel is not None
    value = empty_store.run(query.query, {"request_id": "r-1"}).value
    steps = query.panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    if steps[0]["color"] == GREEN:
        assert value is None
    else:
        assert not value, "zero, or no evidence where nothing can be divided"


@pytest.mark.parametrize("query", [q for q in QUERIES if q.kind != "stat"], ids=str)
def test_everything_else_of_an_empty_store_is_empty(empty_store: BoardStore, query: BoardQuery) -> None:
    """Tables, series and lists have no row, and no error, before the first event."""
    assert empty_store.run(query.query, {"request_id": "r-1"}).rows == []
