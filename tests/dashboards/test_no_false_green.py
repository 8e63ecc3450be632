"""No tile is green, and no rule quiet, because nothing was looked at, nobody looked lately, or the wrong thing was counted."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.board_world import BoardStore, board_queries, open_store
from support.stored import NOON, StoredEvents, micros
from tracemark.cli._judgement import judge
from tracemark.cli.canary import CANARY_SERVICE
from tracemark.dashboards import boards
from tracemark.dashboards.alerts import alert_group
from tracemark.dashboards.macros import TimeRange, alert_sql
from tracemark.query.obligations import load_pack
from tracemark.store import SUMMARIES

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES: dict[str, dict[str, Any]] = {
    rule["uid"].removeprefix("tracemark-"): rule
    for rule in alert_group({board["uid"]: board for board in boards("en")})["rules"]
}
RESULT = (
    "judged_at",
    "regime",
    "obligation",
    "severity",
    "tenant_id",
    "service_id",
    "denominator",
    "offending",
    "unusable",
)
ACCOUNT = (
    *("producer_id", "tenant_ids", "service_ids", "session_state"),
    *("emitted", "stored", "first_seen", "last_seen", "counted_at"),
)
OURS: dict[str, Any] = {"service_id": "svc-1", "tenant_id": "t-1"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardStore]:
    """Migrated tables."""
    for opened in open_store(tmp_path_factory.mktemp("boards-false-green")):
        for table in ("duty_results", "duty_breaches", "reads_seen"):
            opened.writer.command(f"ALTER TABLE {table} REMOVE TTL")
        for view in SUMMARIES.values():
            opened.writer.command(f"SYSTEM STOP VIEW {view}")  # the tests count by hand
        yield opened


@pytest.fixture
def empty(store: BoardStore) -> BoardStore:
    """The same without a row."""
    for table in (
        "events_traffic",
        "events_records",
        "duty_results",
        "duty_breaches",
        "dead_letters",
        *SUMMARIES,
    ):
        store.writer.command(f"TRUNCATE TABLE {table}")
    return store


@pytest.fixture
def story(empty: BoardStore) -> StoredEvents:
    """Nothing was told yet."""
    return StoredEvents(empty.insert)


def shown(store: BoardStore, name: str, *, back: timedelta = DAY, **variables: Any) -> Any:
    """What a panel answers at noon: the number of a stat, the rows of a table."""
    query = next(query for query in board_queries() if str(query) == name)
    time = TimeRange(from_ms=micros(NOON - back) // 1000, to_ms=micros(NOON) // 1000)
    frame = store.run(query.query, variables, time=time)
    return frame.value if query.kind == "stat" else frame.records()


def asked(store: BoardStore, rule: str) -> dict[str, float]:
    """What a rule's query answers at noon, by regime and obligation."""
    query = RULES[rule]["data"][0]
    back = timedelta(seconds=query["relativeTimeRange"]["from"])
    time = TimeRange(from_ms=micros(NOON - back) // 1000, to_ms=micros(NOON) // 1000)
    rows = store.ask(alert_sql(query["model"]["rawSql"], time)).records()
    return {" ".join(str(row[name]) for name in ("regime", "obligation") if name in row): row["value"] for row in rows}


def _verdicts(store: BoardStore, *rows: tuple[timedelta, str, str, int, int], regime: str = "cn") -> None:
    told = [
        (NOON - ago, regime, duty, gravity, "t-1", "svc-1", judged, bad, 0) for ago, duty, gravity, judged, bad in rows
    ]
    store.insert("duty_results", RESULT, [list(column) for column in zip(*told, strict=True)])


def test_a_new_installation_that_judged_nothing_is_grey(empty: BoardStore) -> None:
    """The first judgement of an empty store finds nothing to judge: no tile about duties is green, and no rule about them fires."""
    judge(empty.writer, load_pack("cn"), NOON - timedelta(minutes=5))
    for board in ("overview", "obligations"):
        assert shown(empty, f"{board}:panel:failing") is None
        assert shown(empty, f"{board}:panel:unknown") == len(load_pack("cn").obligations)
    assert shown(empty, "overview:panel:critical") is None
    for rule in RULES.keys() - {"canary"}:
        answers = asked(empty, rule).values()
        (condition,) = RULES[rule]["data"][2]["model"]["conditions"]
        assert not any(value > condition["evaluator"]["params"][0] for value in answers), rule


def test_critical_duties_without_evidence_are_not_green_beside_others_that_pass(empty: BoardStore) -> None:
    """A pass of another duty says nothing about the critical ones."""
    _verdicts(empty, (HOUR, "INV-13", "critical", 0, 0), (HOUR, "INV-8", "high", 3, 0))
    assert shown(empty, "overview:panel:critical") is None
    assert shown(empty, "overview:panel:failing") == 0


def test_a_pass_that_later_judgements_left_out_is_no_evidence(empty: BoardStore) -> None:
    """The regime was judged ten minutes ago, one of its duties only three hours ago: its pass has gone stale, a breach has not."""
    fresh, stale = timedelta(minutes=10), 3 * HOUR
    _verdicts(empty, (fresh, "A", "high", 3, 0), (stale, "B", "high", 3, 0), (stale, "C", "high", 3, 1))
    rows = shown(empty, "obligations:panel:duties")
    assert {row["obligation"]: row["verdict"] for row in rows} == {"A": "pass", "B": "no evidence", "C": "fail"}


def test_a_judgement_that_nobody_renewed_for_a_day_is_no_evidence(empty: BoardStore) -> None:
    """Looking back a week, a pass of two days ago does not say that all is well now."""
    _verdicts(empty, (2 * DAY, "A", "high", 3, 0))
    assert shown(empty, "obligations:panel:passing", back=7 * DAY) == 0
    assert shown(empty, "obligations:panel:failing", back=7 * DAY) is None


def test_the_canary_keeps_no_board_of_services_young(empty: BoardStore, story: StoredEvents) -> None:
    """With the canary alone alive, the age above moderation is unknown, not small."""
    story.tell("producer.session", at=-30, service_id=CANARY_SERVICE, tenant_id="default", session_state="heartbeat")
    story.save()
    assert shown(empty, "moderation:panel:freshness") is None
    assert shown(empty, "overview:panel:freshness") is None


def test_exports_are_judged_only_when_there_were_any(empty: BoardStore, story: StoredEvents) -> None:
    """A trace that was read is no export that was approved."""
    story.tell("audit.accessed", at=-60, access_kind="trace", access_interface="cli", **OURS)
    story.save()
    assert shown(empty, "access:panel:unapproved_exports") is None


def test_dead_letters_of_others_excuse_no_gap(empty: BoardStore) -> None:
    """Three numbers are missing here and two elsewhere, two dead letters tell no sender: up to three are unexplained here."""
    rows = [
        (uuid.uuid4(), [tenant], ["svc-1"], "heartbeat", 10, stored, NOON - HOUR, NOON - timedelta(minutes=1), NOON)
        for tenant, stored in (("t-1", 7), ("t-2", 8), ("t-3", 10))
    ]
    empty.insert("producer_accounts", ACCOUNT, [list(column) for column in zip(*rows, strict=True)])
    letters = ("topic", "topic_id", "partition", "offset", "error_code", "recorded_at")
    for offset in (1, 2):
        empty.insert("dead_letters", letters, [["t"], ["T"], [0], [offset], ["schema_unknown"], [NOON - HOUR / 2]])
    assert shown(empty, "pipeline:panel:unexplained") == 3
    assert [shown(empty, "pipeline:panel:unexplained", tenant=(f"t-{n}",)) for n in (1, 2, 3)] == [3, 2, 0]


def test_a_label_that_was_never_due_is_not_lost(empty: BoardStore, story: StoredEvents) -> None:
    """A hand-over without a label of a kind that needs none is told from one of a listed kind."""
    for content, basis in (("c-1", "none"), ("c-2", "ds17_1_2_voice")):
        story.tell(
            "content.delivered", at=-60, content_id=content, duty_basis=basis, explicit_verdict="missing",
            delivery_channel="download", grant_id="", **OURS,
        )  # fmt: skip
    story.save()
    assert [row["content_id"] for row in shown(empty, "labels:panel:lost")] == ["c-2"]
    (service,) = shown(empty, "overview:panel:services")
    (channel,) = shown(empty, "labels:panel:survival")
    told = (channel["explicit_missing"], channel["explicit_not_due"], channel["explicit_survival"])
    assert (service["lost_labels"], told) == (1, (1, 1, 0.0))
    assert shown(empty, "labels:panel:delivered_without") == 1


def test_labels_that_were_not_due_make_no_survival_better(empty: BoardStore, story: StoredEvents) -> None:
    """Of ten hand-overs of a listed kind five kept their label; a hundred of other kinds, all labelled, say nothing about that."""
    bases = [("none", "verified")] * 100 + [("ds17_1_2_voice", "verified"), ("ds17_1_2_voice", "missing")] * 5
    for number, (basis, verdict) in enumerate(bases):
        given: dict[str, Any] = {"duty_basis": basis, "explicit_verdict": verdict, "delivery_channel": "download"}
        story.tell("content.delivered", at=-60, content_id=f"c-{number}", grant_id="", **given, **OURS)
    story.save()
    (channel,) = shown(empty, "labels:panel:survival")
    parts = ("not_due", "found", "waived", "missing", "not_checked")
    assert [channel[f"explicit_{part}"] for part in parts] == [100, 5, 0, 5, 0]
    assert (channel["handed_over"], channel["explicit_survival"]) == (110, 0.5)


def test_two_tenants_with_a_service_of_one_name_drift_nowhere(empty: BoardStore, story: StoredEvents) -> None:
    """One tenant's service is closed and serves its staff, the other's is public: neither is shown with the other's audience."""
    for tenant, scope, audience in (
        ("t-1", "not_public", "staff_or_member"),
        ("t-2", "public_mainland", "public_mainland"),
    ):
        story.tell(
            "prompt.received", at=-60, request_id=f"r-{tenant}", service_id="chat", tenant_id=tenant,
            service_scope=scope, audience_class=audience,
        )  # fmt: skip
    story.save()
    rows = shown(empty, "overview:panel:services")
    told = {row["tenant_id"]: (list(row["declared_scopes"]), list(row["audiences"])) for row in rows}
    assert told == {"t-1": (["not_public"], ["staff_or_member"]), "t-2": (["public_mainland"], ["public_mainland"])}


def test_tile_and_table_agree_on_what_needs_a_basis(empty: BoardStore, story: StoredEvents) -> None:
    """To lift a measure takes no basis; to warn does, and a report."""
    user: dict[str, Any] = {
        "moderation_target": "user",
        "subject_ref": "s-1",
        "detector": "human",
        "case_id": "k-1",
        **OURS,
    }
    story.tell("moderation.action", at=-3600, action="warn", basis_law="IM-14-2", basis_contract="c-1", **user)
    story.tell("moderation.action", at=-3000, action="lift", basis_law="", basis_contract="", **user)
    story.tell("authority.report", at=-2400, case_id="k-1", report_state="sent", **OURS)
    story.save()
    judge(empty.writer, load_pack("cn"), NOON)
    assert shown(empty, "moderation:panel:measures_in_breach") == 0
    names = ("without_basis", "not_reported", "jump_without_reason")
    assert [[row[name] for name in names] for row in shown(empty, "moderation:panel:ladder")] == [[0, 0, 0]]


def test_a_producer_is_not_silent_because_nobody_counted_lately(empty: BoardStore) -> None:
    """An account four minutes old tells of a producer that was heard right before it was counted."""
    four, nine = timedelta(minutes=4), timedelta(minutes=9)
    for heard in (four, nine):
        row = (uuid.uuid4(), ["t-1"], ["svc-1"], "heartbeat", 1, 1, NOON - HOUR, NOON - heard, NOON - four)
        empty.insert("producer_accounts", ACCOUNT, [[value] for value in row])
    assert [row["session_state"] for row in shown(empty, "pipeline:panel:producers")] == ["heartbeat", "silent"]


def test_a_report_that_falls_due_days_after_the_measure_still_raises_its_alert(
    empty: BoardStore, story: StoredEvents
) -> None:
    """The provider gives itself three days; the case was dealt with five days ago and never reported."""
    target: dict[str, Any] = {
        "policy_kind": "moderation_targets",
        "applies_to": "report",
        "limit_value": 3,
        "limit_unit": "days",
    }
    story.tell("policy.published", at=-9 * 86_400, effective_from=micros(NOON - 9 * DAY), **target, **OURS)
    found: dict[str, Any] = {"detector": "human", "moderation_target": "content", "moderation_stage": "output"}
    given: dict[str, Any] = {"case_id": "k-1", "content_id": "c-1", "reason_codes": ["violence"], "detected_at": None}
    story.tell("moderation.action", at=-5 * 86_400, action="remove", **found, **given, **OURS)
    story.save()
    judge(empty.writer, load_pack("cn"), NOON - timedelta(minutes=5))
    assert asked(empty, "case-unreported") == {"": 1.0}


def test_one_process_of_several_that_falls_silent_is_noticed(empty: BoardStore, story: StoredEvents) -> None:
    """Another of the same service goes on; one that closed its session is not missed."""
    ids = [str(uuid.uuid4()) for _ in range(3)]
    for producer, seconds, state in zip(ids, (-30, -1200, -1200), ("heartbeat", "heartbeat", "close"), strict=True):
        told: dict[str, Any] = {"session_state": state, "producer_seq": 5, "last_seq": 5}
        story.tell("producer.session", at=seconds, producer_id=producer, **told, **OURS)
    story.save()
    assert asked(empty, "process-silent") == {"": 1.0}
    assert asked(empty, "silence")[""] == pytest.approx(30)


def _count(store: BoardStore, table: str, ago: timedelta) -> None:
    counted = datetime.now(tz=UTC) - ago  # the store counts by its own clock
    row = {
        "label_coverage": {"received_hour": counted, "tenant_id": "t-1", "service_id": "svc-1", "outputs": 1},
        "producer_accounts": {"producer_id": uuid.uuid4(), "emitted": 1, "stored": 1, "last_seen": counted},
    }[table] | {"counted_at": counted}
    store.insert(table, list(row), [[value] for value in row.values()])


def _is_stale(store: BoardStore) -> bool:
    (condition,) = RULES["counts-stale"]["data"][2]["model"]["conditions"]
    return asked(store, "counts-stale")[""] > float(condition["evaluator"]["params"][0])


@pytest.mark.parametrize("stuck", SUMMARIES)
@pytest.mark.parametrize(("ago", "is_stale"), [(HOUR / 12, False), (HOUR, True), (9 * DAY, True)])
def test_a_store_that_stopped_counting_is_noticed(
    empty: BoardStore, stuck: str, ago: timedelta, is_stale: bool
) -> None:
    """Whichever count is old raises the alert, for as long as it is, though the other one is young."""
    for table in SUMMARIES:
        _count(empty, table, ago if table == stuck else HOUR / 60)
    assert _is_stale(empty) is is_stale
    if stuck == "label_coverage":
        assert shown(empty, "labels:panel:summary_age") == pytest.approx(ago.total_seconds(), abs=600)


def test_a_store_that_never_counted_is_noticed(empty: BoardStore, story: StoredEvents) -> None:
    """Events that nobody counts raise the alert once they are half an hour old; nothing was missed where nothing happened."""

    def tell(event_type: str, ago: timedelta, **fields: Any) -> None:
        story.tell(event_type, occurred_at=micros(datetime.now(tz=UTC) - ago), request_id="r-1", **fields, **OURS)
        story.save()

    assert not _is_stale(empty)
    tell("prompt.received", HOUR / 12)
    assert not _is_stale(empty)
    tell("prompt.received", HOUR)
    assert _is_stale(empty), "nobody counts the producers"
    _count(empty, "producer_accounts", HOUR / 60)
    assert not _is_stale(empty)
    tell("output.generated", HOUR, content_id="c-1", finish="complete")
    assert _is_stale(empty), "nobody counts the labels"


def test_services_that_were_heard_weeks_ago_are_still_missed(empty: BoardStore, story: StoredEvents) -> None:
    """Silence does not end by lasting."""
    story.tell("prompt.received", at=-20 * 86_400, request_id="r-1", **OURS)
    story.save()
    assert asked(empty, "silence")[""] > 300


def test_each_duty_of_each_regime_raises_an_alert_of_its_own(empty: BoardStore) -> None:
    """A second duty that fails is not hidden behind the first; those that fire are those that the tiles count."""
    _verdicts(empty, (HOUR, "INV-13", "critical", 3, 1), (HOUR, "INV-8", "high", 3, 1))
    _verdicts(empty, (HOUR, "EU-50-1", "medium", 3, 1), (HOUR, "EU-12", "high", 3, 0), regime="eu")
    assert asked(empty, "duty-critical") == {"cn INV-13": 1}
    assert asked(empty, "duty-failing") == {"cn INV-8": 1, "eu EU-50-1": 1, "eu EU-12": 0}
    firing = [value for rule in ("duty-critical", "duty-failing") for value in asked(empty, rule).values() if value > 0]
    assert shown(empty, "overview:panel:failing") == len(firing)


def test_an_alert_about_a_deadline_ends_when_the_answer_is_given(empty: BoardStore, story: StoredEvents) -> None:
    """One complaint was answered late and one still waits: both were late, something can be done about one."""
    due = micros(NOON - 2 * DAY)
    for case in ("k-1", "k-2"):
        story.tell("complaint.transition", at=-5 * 86_400, case_id=case, complaint_state="received", due_at=due, **OURS)
        story.tell(
            "rights_request.transition", at=-5 * 86_400, case_id=case, rights_state="received", due_at=due, **OURS
        )
    told: dict[str, Any] = {"case_id": "k-1", "feedback_sent_at": micros(NOON - DAY), **OURS}
    story.tell("complaint.transition", at=-86_400, complaint_state="feedback_sent", **told)
    story.tell("rights_request.transition", at=-86_400, rights_state="done", **told)
    story.save()
    judge(empty.writer, load_pack("cn"), NOON)
    for rule, tile in (("complaint-overdue", "complaints_in_breach"), ("request-overdue", "requests_in_breach")):
        assert (asked(empty, rule), shown(empty, f"moderation:panel:{tile}")) == ({"": 1.0}, 2)


def test_a_breach_whose_reason_is_not_known_is_neither_zero_nor_calm(empty: BoardStore) -> None:
    """A judgement that did not say why, as those of earlier releases, may have found a report overdue."""
    _verdicts(empty, (HOUR, "INV-6", "critical", 3, 2), (HOUR, "INV-8", "high", 3, 1), (HOUR, "INV-9", "high", 3, 0))
    assert shown(empty, "moderation:panel:unreported") is None
    assert shown(empty, "moderation:panel:complaints_in_breach") == 1
    assert asked(empty, "case-unreported") == {"": 2.0}
    assert asked(empty, "complaint-overdue") == {"": 1.0}
    assert asked(empty, "request-overdue") == {"": 0.0}


def test_no_tile_about_a_duty_is_green_on_what_nobody_renewed(empty: BoardStore) -> None:
    """Looking back a week, that nothing was wrong two days ago is no evidence; what was wrong is still shown."""
    _verdicts(
        empty, (2 * DAY, "INV-6", "critical", 3, 0), (2 * DAY, "INV-8", "high", 3, 0), (2 * DAY, "INV-9", "high", 3, 1)
    )
    tiles = ("unreported", "complaints_in_breach", "requests_in_breach", "measures_in_breach")
    assert [shown(empty, f"moderation:panel:{tile}", back=7 * DAY) for tile in tiles] == [None, None, 1, None]
