"""The board *Moderation* and the duties say the same of every case: whose it is, what answers it, which steps are missing."""

import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

import pytest

from support.board_world import BoardStore, board_queries, open_store
from support.stored import NOON, StoredEvents, micros
from tracemark.cli._judgement import judge_duty
from tracemark.dashboards.alerts import backend_only
from tracemark.dashboards.macros import TimeRange, Value, alert_sql
from tracemark.dashboards.queries import load_sql
from tracemark.query.obligations import Scope, Window, evaluate, load_pack
from tracemark.query.testing import AS_OF, World, plants

PACK = load_pack("cn")
TABLES = {"INV-6": "cases", "INV-8": "complaints", "INV-9": "rights"}
DUTIES = (*TABLES, "INV-7")
A_MONTH = timedelta(days=31)
DESK: dict[str, Any] = {"tenant_id": "t-1", "service_id": "svc-desk"}
CHAT: dict[str, Any] = {"tenant_id": "t-1", "service_id": "svc-chat"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardStore]:
    """Tables that keep what is old."""
    for opened in open_store(tmp_path_factory.mktemp("boards-as-judged")):
        for table in ("duty_results", "duty_breaches"):
            opened.writer.command(f"ALTER TABLE {table} REMOVE TTL")
        yield opened


@pytest.fixture(scope="module")
def store(empty: BoardStore) -> BoardStore:
    """Tenant t-1 with cases that are easily misread, judged two hours after noon, when every limit of an hour had passed."""
    story = StoredEvents(empty.insert)
    for kind in ("complaint_sla", "rights_sla"):
        limit: dict[str, Any] = {"effective_from": _at(-60), "limit_value": 1, "limit_unit": "hours"}
        story.tell("policy.published", at=-3600, policy_kind=kind, **limit, **CHAT)
    _complaints(story)
    _requests(story)
    _contents(story)
    _measures(story)
    story.save()
    _judge(empty, NOON + timedelta(minutes=120))
    return empty


def _complaints(story: StoredEvents) -> None:
    """One that another service answered, one reopened and forgotten, one that was closed before its answer."""
    for case, minute, state, who in (
        ("elsewhere", 0, "received", CHAT),
        ("elsewhere", 30, "feedback_sent", DESK),
        ("reopened", 1, "received", CHAT),
        ("reopened", 10, "feedback_sent", CHAT),
        ("reopened", 20, "reopened", CHAT),
        ("closed", 2, "received", CHAT),
        ("closed", 10, "closed", CHAT),
        ("closed", 20, "feedback_sent", CHAT),
    ):
        story.tell("complaint.transition", at=minute * 60, case_id=case, complaint_state=state, **who)


def _requests(story: StoredEvents) -> None:
    """One that was done, one closed, one refused, all without telling the user; and one whose answer gives no reason."""
    for minute, case in enumerate(("done", "closed", "refused")):
        for at, state in ((minute * 60, "received"), (1200, case)):
            told: dict[str, Any] = {"rights_state": state, "refusal_code": None, "retained_basis": None}
            story.tell("rights_request.transition", at=at, case_id=f"r-{case}", **told, **CHAT)
    for at, state in ((300, "received"), (1200, "refused"), (1300, "feedback_sent")):
        given: dict[str, Any] = {"rights_state": state, "refusal_code": None, "retained_basis": None}
        story.tell("rights_request.transition", at=at, case_id="r-no-reason", **given, **CHAT)


def _contents(story: StoredEvents) -> None:
    """Refused and then blocked where it is too late; one content of two stopped; restored; found by a machine; a refused input."""
    output: dict[str, Any] = {"moderation_target": "content", "moderation_stage": "output", "detected_at": None}
    by_people: dict[str, Any] = {**output, "detector": "human", "reason_codes": ["obscenity"]}
    published: dict[str, Any] = {**by_people, "moderation_stage": "post_publication"}
    by_machine: dict[str, Any] = {**by_people, "detector": "classifier"}
    refused: dict[str, Any] = {**by_machine, "moderation_stage": "input"}
    for case, content, minute, action, how in (
        ("late-block", "c-1", 1, "refuse", by_people),
        ("late-block", "c-1", 2, "block", published),
        ("two", "c-2", 3, "remove", by_people),
        ("two", "c-3", 4, "block", by_people),
        ("lawful", "c-4", 5, "remove", by_people),
        ("lawful", "c-4", 9, "restore", by_people),
        ("machine", "c-5", 6, "block", by_machine),
        ("input", "", 7, "refuse", refused),
    ):
        story.tell("moderation.action", at=minute * 60, action=action, case_id=case, content_id=content, **how, **CHAT)
    for case in ("late-block", "two"):
        story.tell("authority.report", at=600, case_id=case, report_state="sent", sent_at=_at(10), **DESK)
        story.tell("model.remediation", at=660, case_id=case, remediation_state="planned", completed_at=None, **DESK)


def _measures(story: StoredEvents) -> None:
    """A user who was warned, then suspended at once, then shut out on no contract and without a report."""
    user: dict[str, Any] = {"moderation_target": "user", "subject_ref": "s-1", "detector": "human", "reason_codes": []}
    for minute, action, contract, case in (
        (20, "warn", "c-1", "two"),
        (21, "suspend_service", "c-1", "two"),
        (22, "terminate_service", "", "unreported"),
    ):
        given: dict[str, Any] = {"basis_law": "IM-14-2", "basis_contract": contract, "case_id": case}
        story.tell("moderation.action", at=minute * 60, action=action, **given, **user, **CHAT)


def _at(minute: float) -> int:
    return micros(NOON + timedelta(minutes=minute))


def _judge(store: BoardStore, as_of: datetime) -> None:
    for duty in DUTIES:
        judge_duty(store.writer, PACK, PACK[duty], as_of)


def _shown(store: BoardStore, panel: str, service: str = "", *, at: datetime = NOON) -> list[dict[str, Any]]:
    """The rows of a panel of the board, for the days around an instant."""
    variables: dict[str, Value] = {"service": (service,)} if service else {}
    time = TimeRange(from_ms=micros(at - A_MONTH) // 1000, to_ms=micros(at + timedelta(hours=3)) // 1000)
    (query,) = (query.query for query in board_queries() if str(query) == f"moderation:panel:{panel}")
    return store.run(query, variables, time=time).records()


def _reasons(store: BoardStore, panel: str, service: str = "") -> list[tuple[str, str]]:
    return [(row["case_id"], row["reason"]) for row in _shown(store, panel, service)]


def _alert(store: BoardStore, name: str) -> float:
    time = TimeRange(from_ms=_at(-1200) // 1000, to_ms=_at(130) // 1000)
    return float(store.ask(alert_sql(backend_only(load_sql(f"alerts/{name}")), time)).value)


@pytest.mark.parametrize("service", ["", "svc-chat"], ids=["all", "where-it-began"])
def test_a_complaint_is_answered_by_whoever_answers_it(store: BoardStore, service: str) -> None:
    """It belongs to the service where it began, and is in time by the feedback of another one."""
    assert ("elsewhere", "") in _reasons(store, "complaints", service)
    assert _reasons(store, "complaints", "svc-desk") == []


def test_a_reopened_complaint_waits_for_an_answer_of_its_own(store: BoardStore) -> None:
    """The old feedback stays with the old round; the alert counts the new one."""
    rounds = [
        (r["reason"], r["feedback_at"] is None) for r in _shown(store, "complaints") if r["case_id"] == "reopened"
    ]
    assert rounds == [("overdue", True), ("", False)]
    assert _alert(store, "complaints_waiting") == 1


def test_a_complaint_that_was_closed_first_stays_unanswered(store: BoardStore) -> None:
    """Feedback after the end does not mend it; breaches come first."""
    assert _reasons(store, "complaints")[:2] == [("reopened", "overdue"), ("closed", "closed_without_feedback")]
    assert _shown(store, "complaints_in_breach") == [{"complaints_in_breach": 2}]


def test_a_request_is_answered_when_the_user_was_told(store: BoardStore) -> None:
    """Done, closed or refused is no answer, and a refusal needs a reason."""
    assert dict(_reasons(store, "rights")) == {
        "r-done": "overdue",
        "r-closed": "closed_without_feedback",
        "r-refused": "overdue",
        "r-no-reason": "refused_without_reason",
    }
    assert {row["case_id"] for row in _shown(store, "rights") if row["feedback_at"]} == {"r-no-reason"}
    assert _shown(store, "requests_in_breach") == [{"requests_in_breach": 4}]
    assert _alert(store, "requests_waiting") == 2


def test_steps_of_a_case_are_those_of_the_duty(store: BoardStore) -> None:
    """A refusal stops nothing, a block after publication removes nothing, each content counts, and a planned remedy is one."""
    steps = ("reason", "found_to_stop", "found_to_remove", "found_to_report", "found_to_remedy")
    assert {row["case_id"]: tuple(row[step] for step in steps) for row in _shown(store, "cases")} == {
        "two": ("no_stop", None, 60.0, 420.0, 480.0),
        "late-block": ("no_remove", 60.0, None, 540.0, 600.0),
        "lawful": ("", None, 0.0, None, None),
        "machine": ("", 0.0, 0.0, None, None),
    }
    assert _reasons(store, "cases", "svc-desk") == []
    assert [case for case, _ in _reasons(store, "cases")][:2] == ["two", "late-block"]


def test_a_case_in_breach_is_shown_though_nothing_was_done_lately(store: BoardStore) -> None:
    """What was found in breach leaves the table with the duty, not with the range."""
    time = TimeRange(from_ms=_at(115) // 1000, to_ms=_at(125) // 1000)
    cases, ladder = (store.run({"rawSql": load_sql(f"moderation/{name}")}, time=time) for name in ("cases", "ladder"))
    assert cases.column("case_id") == ["two", "late-block"]
    assert [list(steps) for steps in ladder.column("ladder")] == [["suspend_service", "terminate_service"]]


def test_a_measure_lacks_what_the_duty_says(store: BoardStore) -> None:
    """A jump without a reason and a measure without a report stand beside those without a basis; the tile counts measures."""
    names = ("without_basis", "not_reported", "jump_without_reason")
    assert [[row[name] for name in names] for row in _shown(store, "ladder")] == [[1, 1, 1]]
    assert _shown(store, "measures_in_breach") == [{"measures_in_breach": 2}]


def test_illegal_is_what_the_duty_calls_illegal() -> None:
    """Board and duty have the same list of reasons."""
    queries = resources.files("tracemark.query.obligations") / "queries"
    duty = (queries / "illegal_content.sql").read_text(encoding="utf-8")
    board = load_sql("moderation/cases")
    lists = [re.findall(r"'(\w+)'", sql.partition("AS illegal_codes")[0].rpartition("[")[2]) for sql in (duty, board)]
    assert len(lists[0]) == 12
    assert lists[0] == lists[1]


def test_the_board_says_of_every_planted_case_what_the_duties_say(empty: BoardStore) -> None:
    """Whatever the kit plants, for all services and for each: the same reasons, and no time for a step that is missing."""
    for block in World(requests=50, plants=plants(regime="cn")).blocks():
        empty.writer.insert(block.table, block.column_names, block.columns, query_id=uuid.uuid4().hex)
    _judge(empty, AS_OF)
    window = Window(since=AS_OF - A_MONTH, until=AS_OF)
    services = {row["service_id"] for row in empty.writer.query("SELECT DISTINCT service_id FROM duty_breaches")}
    for service in ("", *sorted(services)):
        scope = Scope(service=service, limit=10_000)
        report = evaluate(empty.writer, PACK, window, AS_OF, scope=scope, only=TABLES)
        for answer in report.answers:
            assert answer.offenders or service
            rows = _shown(empty, TABLES[answer.obligation.id], service, at=AS_OF)
            told = sorted((row["case_id"], row["reason"]) for row in rows if row["reason"])
            assert told == sorted((o.case_id, o.reason) for o in answer.offenders), (service, answer.obligation.id)
    for row in _shown(empty, "cases", at=AS_OF):
        for step, column in (("stop", "stop"), ("remove", "remove"), ("report", "report"), ("remediate", "remedy")):
            lacks = row["reason"].split(",")
            assert f"no_{step}" not in lacks or row[f"found_to_{column}"] is None
            assert f"late_{step}" not in lacks or row[f"found_to_{column}"] is not None
