"""Labels are missed only where the rules reach: boards, precomputed counts and alerts go by the duties' own condition."""

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from support.board_world import BoardStore, board_queries, open_store
from support.stored import NOON, StoredEvents, micros
from tracemark.dashboards import boards
from tracemark.dashboards.alerts import alert_group
from tracemark.dashboards.macros import TimeRange, alert_sql
from tracemark.dashboards.queries import load_sql
from tracemark.query.obligations import Answer, Window, evaluate, load_pack
from tracemark.store import refresh_summaries
from tracemark.store.migrations._ddl import numbered

CN = load_pack("cn")
REACH = CN["INV-1"].rules.reach.events("cn")
AN_HOUR = timedelta(hours=1)
WHO: list[dict[str, Any]] = [
    {"service_scope": scope, "audience_class": audience, "jurisdiction": regimes}
    for scope, audience, regimes in itertools.product(
        ("public_mainland", "offshore_to_mainland", "undetermined", "outside_mainland", "not_public"),
        ("public_mainland", "unknown", "public_outside", "staff_or_member"),
        (["cn"], [], ["eu"], ["eu", "cn"]),
    )
]
"""Every kind of service and audience, under every kind of regime."""


def flat(sql: str) -> str:
    """Without line breaks."""
    return re.sub(r"\s+", " ", sql).strip()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardStore]:
    """Each of them hands over a picture of a listed kind without any label, and the file comes back without one."""
    for opened in open_store(tmp_path_factory.mktemp("boards-reach")):
        story = StoredEvents(opened.insert)
        for number, who in enumerate(WHO):
            about: dict[str, Any] = {"service_id": f"svc-{number}", "content_id": f"c-{number}", **who}
            picture: dict[str, Any] = {"media_type": "image/png", "modality": ["image"], "duty_basis": "ds17_1_2_voice"}
            lost: dict[str, Any] = {"explicit_verdict": "missing", "implicit_verdict": "missing", "grant_id": ""}
            story.tell("output.generated", at=-1800, finish="complete", **picture, **about)
            story.tell("content.delivered", at=-1700, delivery_channel="download", **lost, **picture, **about)
            story.tell("label.verified", at=-1600, label_state="missing", label_kind="implicit", **about)
        story.save()
        refresh_summaries(opened.writer)
        yield opened


@pytest.fixture(scope="module")
def judged(store: BoardStore) -> dict[str, Answer]:
    """What the duties say."""
    report = evaluate(store.writer, CN, Window(since=NOON - AN_HOUR, until=NOON), NOON)
    return {answer.obligation.id: answer for answer in report.answers}


def shown(store: BoardStore, name: str, **variables: Any) -> Any:
    """The number of a stat, the rows of a table."""
    query = next(query for query in board_queries() if str(query) == name)
    time = TimeRange(from_ms=micros(NOON - AN_HOUR) // 1000, to_ms=micros(NOON) // 1000)
    frame = store.run(query.query, variables, time=time)
    return frame.value if query.kind == "stat" else frame.records()


def test_the_boards_condition_is_the_pack_s() -> None:
    """One condition decides whose traffic is judged, on the boards as in the duties, and in what is counted beforehand."""
    assert flat(load_sql("fragments/reached_by_cn")) == flat(REACH)
    counts = [
        text for step in numbered() for text in step.statements if "VIEW IF NOT EXISTS label_coverage_refresh" in text
    ]
    assert f" {flat(REACH)} AS is_reached" in flat(counts[-1])


@pytest.mark.parametrize(
    ("duty", "panel"),
    [
        ("INV-1", "labels:panel:without_implicit"),
        ("INV-2", "labels:panel:without_explicit"),
        ("INV-3", "labels:panel:delivered_without"),
        ("INV-3", "overview:panel:delivered_without"),
        ("ROW-20", "labels:panel:broken"),
    ],
)
def test_a_tile_counts_what_its_duty_counts(
    store: BoardStore, judged: dict[str, Answer], duty: str, panel: str
) -> None:
    """Of services whom the rules do not reach nothing is missing, as the duty says."""
    assert 0 < judged[duty].offending < len(WHO)
    assert shown(store, panel) == judged[duty].offending


def test_tables_count_what_the_tiles_count(store: BoardStore) -> None:
    """Live rows and precomputed ones add up to the tiles; the others are shown as not due."""
    count = shown(store, "labels:panel:delivered_without")
    (channel,) = shown(store, "labels:panel:survival")
    assert (channel["explicit_missing"], channel["implicit_missing"]) == (count, count)
    assert channel["explicit_not_due"] == len(WHO) - count
    assert len(shown(store, "labels:panel:lost")) == 2 * count
    assert [row["missing"] for row in shown(store, "labels:panel:read_back")] == [count]
    coverage = shown(store, "labels:panel:coverage")
    assert len(coverage) == len(WHO)
    for kind in ("explicit", "implicit"):
        assert sum(row[f"without_{kind}"] for row in coverage) == count
        assert {row[f"{kind}_coverage"] for row in coverage if not row["reached_by_cn"]} == {None}
    assert sum(row["lost_labels"] for row in shown(store, "overview:panel:services")) == 2 * count


def test_a_service_out_of_reach_is_grey_and_raises_no_alert(store: BoardStore, judged: dict[str, Answer]) -> None:
    """A closed service that serves its staff has no evidence about labels, and its hand-overs wake nobody up."""
    closed = (
        f"svc-{WHO.index({'service_scope': 'not_public', 'audience_class': 'staff_or_member', 'jurisdiction': ['cn']})}"
    )
    for name in ("without_explicit", "without_implicit", "delivered_without", "broken"):
        assert shown(store, f"labels:panel:{name}", service=(closed,)) is None
    rules = alert_group({board["uid"]: board for board in boards("en")})["rules"]
    (rule,) = (rule for rule in rules if rule["uid"] == "tracemark-label-lost")
    time = TimeRange(from_ms=micros(NOON - AN_HOUR) // 1000, to_ms=micros(NOON) // 1000)
    fired = store.ask(alert_sql(rule["data"][0]["model"]["rawSql"], time)).value
    assert fired == judged["INV-3"].offending
