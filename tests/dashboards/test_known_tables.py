"""What tables and series of the boards show of the seeded world, and that they say what the obligations say."""

from datetime import timedelta
from typing import Any

import pytest

from support.board_duties import EVENTS, JUDGED_AT
from support.board_story import NOISE_ROWS
from support.board_world import AROUND_NOON, BoardQuery, BoardStore, board_queries
from tracemark.cli._judgement import judge
from tracemark.dashboards.macros import TimeRange, Value
from tracemark.query.obligations import Window, evaluate, load_pack

QUERIES = {str(query): query for query in board_queries()}


def ask(store: BoardStore, name: str, **variables: Value) -> list[tuple[Any, ...]]:
    return store.run(_by_name(name).query, variables).rows


def _by_name(name: str) -> BoardQuery:
    return QUERIES[name]


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
