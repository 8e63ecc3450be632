"""The duties are judged by `tracemark up` itself, again and again, and nothing suffers from it."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from support.board_world import EVERYTHING, board_queries, open_store
from support.up import Service, Up
from support.waiting import eventually
from tracemark.cli.embedded.judging import JudgeLoop
from tracemark.dashboards.macros import TimeRange, panel_sql
from tracemark.query.obligations import load_pack
from tracemark.schemas.clock import FixedClock, SystemClock
from tracemark.store import Store, StoreConfig, StoreRefused, StoreUnavailable

PACK = load_pack("cn")
DUTIES = {duty.id for duty in PACK.obligations}
JUDGED = "SELECT uniqExact(obligation) AS duties, uniqExact(judged_at) AS times FROM duty_results"
FOR_MINUTES = "SELECT sum(sleepEachRow(0.1)) FROM numbers(6000) SETTINGS max_block_size = 1"


class Asked(Store):
    """A store that remembers who was judged, and refuses what it is told to."""

    def __init__(self) -> None:
        super().__init__(StoreConfig.parse("clickhouse://nobody@localhost"))
        self.refused = set[str]()
        self.away = False
        self.judged = set[str]()

    def command(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
        in_database: bool = True,
    ) -> None:
        assert sql.startswith(("INSERT", "\nINSERT"))
        assert in_database
        assert (settings or {})["max_threads"] == 1
        if self.away:
            raise StoreUnavailable("the store is away")
        duty = (parameters or {})["obligation"]
        if duty in self.refused:
            raise StoreRefused("not enough memory", code=241)
        self.judged.add(duty)


class Slow(Store):
    """A real store where every statement takes minutes."""

    def __init__(self, config: StoreConfig) -> None:
        super().__init__(config)
        self.asked = threading.Event()

    def command(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
        in_database: bool = True,
    ) -> None:
        if sql.startswith("KILL"):
            super().command(sql, parameters, settings=settings, in_database=in_database)
            return
        self.asked.set()
        super().command(FOR_MINUTES, settings=settings)


def test_one_duty_that_fails_leaves_the_others_alone_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """Every other duty is judged each time; the trouble is said when it begins, when it spreads, and when it is over."""
    store = Asked()
    judging = JudgeLoop(store, PACK, FixedClock())
    with caplog.at_level("INFO", "tracemark.up"):
        store.refused = {"INV-8"}
        for _ in range(3):
            assert judging.judge(lambda: False) == {"INV-8"}
        assert store.judged == DUTIES - {"INV-8"}
        store.away = True
        for _ in range(3):
            assert judging.judge(lambda: False) == DUTIES
        store.away, store.refused = False, set()
        for _ in range(2):
            assert judging.judge(lambda: False) == set()
    assert [message.partition(",")[0] for message in caplog.messages] == [
        f"1 of {len(DUTIES)} duties could not be judged",
        f"{len(DUTIES)} of {len(DUTIES)} duties could not be judged",
        "every duty was judged again",
    ]


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Slow]:
    for opened in open_store(tmp_path / "store"):
        with Slow(opened.writer.config) as store:
            yield store


def test_a_judgement_that_takes_minutes_does_not_hold_up_the_end(slow: Slow, caplog: pytest.LogCaptureFixture) -> None:
    """The statement that runs is ended, no further one is begun, and that is no trouble worth a line."""
    judging, stop = JudgeLoop(slow, PACK, SystemClock(), every_s=0.001), threading.Event()
    thread = threading.Thread(target=judging.run, args=(stop,))
    thread.start()
    assert slow.asked.wait(60)
    stop.set()

    def has_ended() -> bool:
        judging.interrupt()
        return not thread.is_alive()

    eventually(has_ended, every=0.2, what="the judge has ended")
    assert caplog.messages == []


def test_the_boards_of_an_embedded_server_have_judgements(tmp_path: Path) -> None:
    """Without any other process each duty is judged soon after the start, and again; services are stored meanwhile."""
    (age,) = (query.query["rawSql"] for query in board_queries() if str(query) == "overview:panel:judgement_age")
    with Up(tmp_path / "data", judge_every=0.5) as up:
        service = Service(up.data, tmp_path / "accepted", pause_s=0.001)
        eventually(lambda: up.rows(JUDGED)[0]["times"] >= 3, what="three judgements")
        assert up.rows(JUDGED)[0]["duties"] == len(DUTIES)
        now_ms = SystemClock().now_us() // 1000
        last_hour = TimeRange(from_ms=now_ms - 3_600_000, to_ms=now_ms + 60_000)
        (shown,) = up.rows(panel_sql(age, last_hour, EVERYTHING))
        assert 0 <= shown["judgement_age"] < 60
        accepted = len(service.accepted())
        eventually(lambda: up.rows("SELECT count() AS n FROM events")[0]["n"] > accepted, what="the drain goes on")
        service.finish()
        assert up.stop() == 0
    assert "could not be judged" not in up.log.read_text()


def test_who_wants_no_judgements_gets_none(tmp_path: Path) -> None:
    """`--judge-every 0` leaves the tables empty, for a `tracemark dashboards judge` elsewhere."""
    with Up(tmp_path / "data", canary_every=0.2) as up:
        eventually(lambda: up.rows("SELECT count() AS n FROM events")[0]["n"] > 10, what="time has passed")
        assert up.rows(JUDGED)[0]["times"] == 0
