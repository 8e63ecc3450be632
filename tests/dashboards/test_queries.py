"""Every query of every board on the real engine: known numbers, right columns, no false green, whatever the variables hold."""

import re
from datetime import timedelta
from typing import Any

import pytest

from support.board_duties import EVENTS, JUDGED_AT
from support.board_story import NOISE_ROWS
from support.board_world import AROUND_NOON, HOSTILE_TENANT, BoardQuery, BoardStore, board_queries
from tracemark.cli._judgement import judge
from tracemark.dashboards.macros import TimeRange, Value
from tracemark.dashboards.panels import GREEN, TIME
from tracemark.query.obligations import Window, evaluate, load_pack

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


def test_the_accounting_of_each_producer(world: BoardStore) -> None:
    """Emitted numbers are stored, dropped or missing; the worst producer comes first."""
    rows = world.run(_by_name("pipeline:panel:producers").query).records()
    told = [(*r["services"], r["session_state"], r["emitted"], r["stored"], r["dropped"], r["missing"]) for r in rows]
    assert told == [
        ("svc-chat", "heartbeat", 12, 8, 1, 3),
        ("tracemark-canary", "heartbeat", 3, 3, 0, 0),
        ("svc-video", "close", EVENTS, EVENTS, 0, 0),
        ("svc-image", "close", 3, 3, 0, 0),
        ("svc-odd", "silent", 1, 1, 0, 0),
    ]


def test_the_ledger_counts_a_range_once_and_shows_breaks(world: BoardStore) -> None:
    """A range that was settled twice counts once; intended ones and those outside the time range do not count."""
    rows = world.run(_by_name("pipeline:panel:ledger").query).records()
    names = (
        "partition",
        "settled_ranges",
        "from_offset",
        "to_offset",
        "read",
        "stored",
        "dead_letters",
        "unaccounted",
        "breaks",
        "unsealed",
    )
    assert [tuple(row[name] for name in names) for row in rows] == [
        (0, 2, 0, 11, 12, 10, 1, 0, 0, 0),
        (1, 2, 0, 6, 4, 3, 0, 1, 1, 1),
    ]


def test_a_range_is_shown_with_what_it_can_be_held_against(world: BoardStore) -> None:
    """Each settled range has its rows' root and its records' digest in hexadecimal; one that was not sealed shows zeros."""
    rows = world.run(_by_name("pipeline:panel:roots").query).records()
    told = {(row["partition"], row["first_offset"]): row["root_of_the_rows"] for row in rows}
    assert told == {(0, 0): "72" * 32, (0, 5): "72" * 32, (1, 0): "72" * 32, (1, 5): "00" * 32}
    assert {row["digest_of_the_records"] for row in rows} == {"64" * 32}


def test_the_audit_log_itself_is_no_service(world: BoardStore) -> None:
    """The canary is left out of services and of their newest event, until it is what was chosen."""
    assert "tracemark-canary" not in world.run(_by_name("overview:panel:services").query).column("service_id")
    assert ask(world, "pipeline:panel:freshness", service=("tracemark-canary",)) == [(180.0,)]
    assert ask(world, "pipeline:panel:canary", service=("svc-chat",)) == [(180.0,)]


def test_services_of_one_name_are_told_apart_by_tenant(world: BoardStore) -> None:
    """Each row is one tenant's service, so that what one tenant declared and whom another one served is no drift of scope."""
    for name in ("overview:panel:services", "investigation:panel:models", "labels:panel:coverage"):
        rows = world.run(_by_name(name).query).records()
        pairs = {(row["service_id"], row["tenant_id"]) for row in rows}
        assert {("svc-chat", "t-1"), ("svc-image", "t-2"), ("svc-video", "t-3")} <= pairs


def test_dead_letters_by_code_and_lanes(world: BoardStore) -> None:
    """A record that was written down twice is one dead letter, and a lane shows its last report."""
    letters = world.run(_by_name("pipeline:panel:dead_letters_by_code").query).records()
    assert [(row["error_code"], row["dead_letters"]) for row in letters] == [("schema_unknown", 1)]
    lanes = world.run(_by_name("pipeline:panel:lanes").query).records()
    assert [(row["partition"], row["state"], row["lag"]) for row in lanes] == [(1, "blocked", 7), (0, "running", 5)]


def test_series_sum_up_to_the_stats(world: BoardStore) -> None:
    """The bars by type add up to the stored events, and the lag's line keeps each lane's largest value."""
    assert sum(world.run(_by_name("pipeline:panel:stored_by_type").query).column("stored")) == 14 + EVENTS
    assert sorted(world.run(_by_name("pipeline:panel:lag_by_lane").query).column("behind")) == [5, 7, 50]


def test_coverage_by_modality_service_and_basis(world: BoardStore) -> None:
    """Explicit labels are due for listed kinds, implicit ones for files; the worst rows come first."""
    rows = world.run(_by_name("labels:panel:coverage").query, {"tenant": ("t-3",)}).records()
    names = ("modality", "generated", "explicit", "implicit", "without_explicit", "without_implicit")
    assert [tuple(row[name] for name in names) for row in rows] == [("image", 1, 0, 1, 1, 0), ("text", 1, 1, 0, 0, 0)]


def test_survival_counts_only_what_was_checked(world: BoardStore) -> None:
    """Each channel shows what was found at hand-over; an implicit label that nobody looked for is neither found nor missing."""
    rows = world.run(_by_name("labels:panel:survival").query).records()
    names = ("delivery_channel", "explicit_found", "explicit_missing", "explicit_survival", "implicit_found")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("download", 1, 0, 1.0, 0),
        ("export", 0, 1, 0.0, 1),
    ]


def test_a_case_goes_from_finding_to_remedy(world: BoardStore) -> None:
    """Each step's time counts from the finding; a case that lacks steps is shown first, and says which."""
    rows = world.run(_by_name("moderation:panel:cases").query).records()
    names = ("case_id", "found_to_stop", "found_to_remove", "found_to_report", "found_to_remedy", "reason")
    assert [tuple(row[name] for name in names) for row in rows if row["service_id"] == "svc-video"] == [
        ("k-3", None, 60.0, None, None, "no_remediate,no_report,no_stop"),
        ("k-2", 60.0, 120.0, 300.0, 780.0, ""),
    ]


def test_ladder_complaints_and_requests(world: BoardStore) -> None:
    """Measures stand in order, a complaint and a request past their due time are told from those in time."""
    (person,) = world.run(_by_name("moderation:panel:ladder").query).records()
    assert (list(person["ladder"]), person["without_basis"]) == (["warn", "suspend_service"], 1)
    complaints = world.run(_by_name("moderation:panel:complaints").query).records()
    assert [(row["case_id"], row["reason"]) for row in complaints] == [("k-4", "overdue"), ("k-5", "")]
    requests = world.run(_by_name("moderation:panel:rights").query).records()
    assert [(row["case_id"], row["rights_state"], row["reason"]) for row in requests] == [("k-6", "done", "overdue")]


def test_a_subject_is_investigated_by_its_pseudonym(world: BoardStore) -> None:
    """Only what concerns the subject is found, and the pseudonym itself is not shown."""
    found = world.run(_by_name("investigation:panel:events").query, {"subject_ref": "s-1"})
    assert found.column("outcome") == ["suspend_service", "warn"]
    assert not any("s-1" in map(str, row) for row in found.rows)


def test_the_board_says_what_the_obligations_say(world: BoardStore) -> None:
    """Verdict, denominator, breaches and reasons of every duty are those of the catalogue's own evaluation at that moment."""
    window = Window(since=JUDGED_AT - timedelta(days=31), until=JUDGED_AT)
    report = evaluate(world.writer, load_pack("cn"), window, JUDGED_AT)
    rows = world.run(_by_name("obligations:panel:duties").query).records()
    told = {row["obligation"]: (row["verdict"], row["denominator"], row["offending"], row["unusable"]) for row in rows}
    assert told == {
        answer.obligation.id: (
            answer.result.replace("_", " "),
            answer.denominator,
            answer.offending,
            answer.unusable,
        )
        for answer in report.answers
    }
    listed = world.writer.query(
        "SELECT obligation, sumMap(reasons) AS by_reason FROM duty_results "
        "WHERE judged_at = {at:DateTime64(6, 'UTC')} GROUP BY obligation",
        {"at": JUDGED_AT},
    )
    assert {row["obligation"]: row["by_reason"] for row in listed} == {
        answer.obligation.id: {reason.code: reason.rows for reason in answer.reasons if reason.usable}
        for answer in report.answers
    }
    counted = {ask(world, f"obligations:panel:{kind}")[0][0] for kind in ("failing", "unknown", "passing")}
    assert counted == {sum(row["verdict"] == name for row in rows) for name in ("fail", "no evidence", "pass")}


@pytest.mark.parametrize(
    ("models", "requests"),
    [(("m-1",), {"r-1", "r-2"}), (("m-2",), {"r-11", "r-12"}), (("m-1", "m-2"), {"r-1", "r-2", "r-11", "r-12"})],
    ids=["one", "another", "both"],
)
def test_breaches_of_a_model_are_those_of_its_contents_and_requests(
    world: BoardStore, models: Value, requests: set[str]
) -> None:
    """A breach about neither, such as one of the service as a whole, belongs to no model; verdicts are not narrowed."""
    found = world.run(_by_name("obligations:panel:offenders").query, {"model": models})
    assert {row["request_id"] for row in found.records() if row["request_id"]} == requests
    assert not {"ROW-1", "INV-11"} & set(found.column("obligation"))
    assert found.read_rows < NOISE_ROWS / 10
    assert ask(world, "obligations:panel:breaches", model=models) == ask(world, "obligations:panel:breaches")


def test_a_breach_that_is_gone_is_not_shown(world: BoardStore) -> None:
    """Only the last judgement of a duty counts: one with nothing to judge leaves no old breach on the board."""
    later = TimeRange(from_ms=AROUND_NOON.from_ms, to_ms=AROUND_NOON.to_ms + 90 * 86_400_000)
    offenders = _by_name("obligations:panel:offenders").query
    assert "INV-2" in world.run(offenders).column("obligation")
    judge(world.writer, load_pack("cn"), JUDGED_AT + timedelta(days=80), days=1)
    assert "INV-2" not in world.run(offenders, time=later).column("obligation")
