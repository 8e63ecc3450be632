"""Alert rules: they fire on what is wrong and stay quiet on what is well, and lead to panel and runbook."""

import re
from pathlib import Path
from typing import Any

import pytest

from support.board_duties import JUDGED_AT
from support.board_world import BoardStore
from support.stored import NOON, micros
from tracemark.dashboards import boards
from tracemark.dashboards.alerts import RULES, alert_group
from tracemark.dashboards.macros import TimeRange, alert_sql

ENGLISH = {board["uid"]: board for board in boards("en")}
GROUP: dict[str, dict[str, Any]] = {rule["uid"]: rule for rule in alert_group(ENGLISH)["rules"]}
SILENCE = {"tracemark-canary", "tracemark-judgement-missing"}
SILENT = {*SILENCE, "tracemark-silence"}
NOON_MS = micros(NOON) // 1000
RUNBOOK = (Path(__file__).resolve().parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")


def fires(store: BoardStore, rule: dict[str, Any], now_ms: int) -> bool:
    """What Grafana does: the query over the rule's own range, its last value, the threshold."""
    query, _, threshold = rule["data"]
    time = TimeRange(from_ms=now_ms - query["relativeTimeRange"]["from"] * 1000, to_ms=now_ms)
    values = [row["value"] for row in store.ask(alert_sql(query["model"]["rawSql"], time)).records()]
    assert values, "a rule's query always answers"
    (condition,) = threshold["model"]["conditions"]
    assert condition["evaluator"]["type"] == "gt"
    return any(value > condition["evaluator"]["params"][0] for value in values)


@pytest.mark.parametrize("uid", sorted(GROUP.keys() - SILENT - {"tracemark-lag", "tracemark-counts-stale"}))
def test_a_breach_fires(world: BoardStore, uid: str) -> None:
    """An hour after noon everything that can be wrong is wrong."""
    assert fires(world, GROUP[uid], NOON_MS + 60 * 60_000)


@pytest.mark.parametrize("uid", sorted(GROUP.keys() - SILENCE))
def test_calm_stays_quiet(world: BoardStore, empty_store: BoardStore, uid: str) -> None:
    """Three hours before noon one service said that it is well: no rule about breaches fires, nor on an empty store."""
    assert not fires(world, GROUP[uid], NOON_MS - 179 * 60_000)
    assert not fires(empty_store, GROUP[uid], NOON_MS)


def test_lag_fires_above_its_threshold(world: BoardStore) -> None:
    """The world's lag of 12 is below ten thousand; the same query fires when it is more."""
    rule = GROUP["tracemark-lag"]
    (condition,) = rule["data"][2]["model"]["conditions"]
    lower = {**rule["data"][2], "model": {"conditions": [{"evaluator": {**condition["evaluator"], "params": [10]}}]}}
    assert not fires(world, rule, NOON_MS + 1_800_000)
    assert fires(world, {**rule, "data": [*rule["data"][:2], lower]}, NOON_MS + 1_800_000)


def test_silence_fires_and_is_never_mistaken_for_calm(world: BoardStore, empty_store: BoardStore) -> None:
    """Nothing to look at fires; a young event or judgement does not."""
    for uid in SILENCE:
        assert fires(empty_store, GROUP[uid], NOON_MS)
        assert GROUP[uid]["noDataState"] == "Alerting"
    assert not fires(world, GROUP["tracemark-silence"], NOON_MS + 60 * 60_000)
    assert not fires(world, GROUP["tracemark-judgement-missing"], micros(JUDGED_AT) // 1000 + 60_000)
    assert fires(world, GROUP["tracemark-judgement-missing"], micros(JUDGED_AT) // 1000 + 3_600_000)


@pytest.mark.parametrize(
    ("minute", "canary", "silence"),
    [(60, False, False), (102, False, True), (122, True, False), (200, True, True)],
    ids=["all-is-well", "services-are-silent", "canary-is-missing", "nothing-arrives"],
)
def test_a_broken_way_is_told_from_silent_services(world: BoardStore, minute: int, canary: bool, silence: bool) -> None:
    """The canary is heard while services are not, and the other way round; a young event of either says nothing of the other."""
    now_ms = NOON_MS + minute * 60_000
    assert fires(world, GROUP["tracemark-canary"], now_ms) is canary
    assert fires(world, GROUP["tracemark-silence"], now_ms) is silence


@pytest.mark.parametrize("uid", GROUP)
def test_a_late_event_is_seen_and_one_on_its_way_is_no_gap(uid: str) -> None:
    """A rule looks back an hour at least, far behind what is still on its way; a rule about gaps waits for that to arrive."""
    rule = GROUP[uid]
    query = rule["data"][0]
    assert query["relativeTimeRange"]["from"] >= 3600
    assert query["relativeTimeRange"]["to"] == 0
    if uid == "tracemark-gap":
        assert rule["for"] == "15m"
    assert rule["noDataState"] == ("Alerting" if uid in SILENCE else "NoData"), "no answer is a broken query, not calm"


@pytest.mark.parametrize("uid", GROUP)
def test_a_rule_can_be_acted_on(uid: str) -> None:
    """It has a severity, an owner, an article, a runbook that exists, and a panel that asks the same."""
    rule = GROUP[uid]
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}", uid)
    assert rule["labels"]["severity"] in ("critical", "high", "medium")
    assert all(rule["labels"].values())
    assert all(rule["annotations"].values())
    for name in ("title_zh", "summary_zh", "runbook_zh"):
        assert re.search("[\u4e00-\u9fff]", rule["annotations"][name])
    assert not re.search("[\u4e00-\u9fff]", rule["title"] + rule["annotations"]["summary"])
    (part,) = (p for p in RUNBOOK.split("\n## ") if p.startswith(f"{uid.removeprefix('tracemark-')}\n"))
    for words in (rule["title"], *(rule["annotations"][name] for name in ("title_zh", "summary", "article"))):
        assert words in part, "the runbook says the same"
    assert rule["annotations"]["runbook"] in part, "and the alert says what to do by itself"
    assert f"\n## {rule['annotations']['runbook_page'].partition('#')[2]}\n" in RUNBOOK
    assert "runbook_url" not in rule["annotations"], "a link that leads nowhere is worse than none"
    linked = {each["uid"]: each for each in alert_group(ENGLISH, runbooks="https://wiki/alerts")["rules"]}[uid]
    assert linked["annotations"]["runbook_url"] == f"https://wiki/alerts#{uid.removeprefix('tracemark-')}"
    board = ENGLISH[rule["annotations"]["__dashboardUid__"]]
    (panel,) = (p for p in board["panels"] if str(p["id"]) == rule["annotations"]["__panelId__"])
    (wanted,) = (r.panel for r in RULES if f"tracemark-{r.name}" == uid)
    assert panel["targets"][0]["refId"] == wanted.partition("/")[2]


@pytest.mark.parametrize("uid", GROUP)
def test_a_rule_needs_no_browser(uid: str) -> None:
    """No variable is left in its query, and a query that fails is not taken for calm."""
    sql = GROUP[uid]["data"][0]["model"]["rawSql"]
    assert "${" not in sql
    assert "conditionalAll" not in sql
    assert GROUP[uid]["execErrState"] == "Error"
