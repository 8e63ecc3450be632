"""The canary goes the whole way, in embedded mode and over Kafka, and stands for no service."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.board_world import EVERYTHING, board_queries
from support.kafka import KafkaBroker
from support.up import LongRunning, Up
from support.waiting import eventually
from tracemark.cli.canary import CANARY_SERVICE, canary_client, keep_canary
from tracemark.dashboards.macros import TimeRange, panel_sql
from tracemark.query.obligations import Window, evaluate, load_pack
from tracemark.schemas.clock import SystemClock
from tracemark.sdk import AuditClient, ClientConfig
from tracemark.sdk.journal import JournalUnavailable

ALIVE = f"SELECT count() AS n FROM events WHERE service_id = '{CANARY_SERVICE}' AND session_state = 'heartbeat'"
CLOSED = f"SELECT closed_by FROM events WHERE service_id = '{CANARY_SERVICE}' AND session_state = 'close'"


def signs_of_life(up: Up) -> int:
    return int(up.rows(ALIVE)[0]["n"])


def shown(up: Up, name: str) -> Any:
    """The number of a board's stat over the last hour."""
    (sql,) = (query.query["rawSql"] for query in board_queries() if str(query) == name)
    now_ms = SystemClock().now_us() // 1000
    ((value,),) = (
        row.values() for row in up.rows(panel_sql(sql, TimeRange(from_ms=now_ms - 3_600_000, to_ms=now_ms), EVERYTHING))
    )
    return value


def test_up_keeps_a_canary_that_is_no_service(tmp_path: Path) -> None:
    """Signs of life are stored by the clock and shown apart; no service was heard, and no duty has evidence of one."""
    with Up(tmp_path / "data", canary_every=0.2) as up:
        eventually(lambda: signs_of_life(up) >= 3, what="three signs of life")
        assert 0 <= shown(up, "pipeline:panel:canary") < 60
        assert shown(up, "pipeline:panel:freshness") is None
        later = datetime.now(UTC) + timedelta(hours=2)  # when everything that came until now is judged
        with up.store() as store:
            report = evaluate(store, load_pack("cn"), Window(since=later - timedelta(days=1), until=later), later)
        assert {answer.result for answer in report.answers} == {"no_evidence"}
        assert up.stop() == 0
        up.start()
        eventually(lambda: up.rows(CLOSED), what="its session is closed")
        assert up.rows(CLOSED)[0] == {"closed_by": "owner"}


def test_who_wants_no_canary_gets_none(tmp_path: Path) -> None:
    """`--canary-every 0` emits nothing."""
    data = tmp_path / "data"
    with Up(data) as up, AuditClient(ClientConfig(url=f"embedded://{data}", service_id="svc-1")):
        eventually(lambda: up.rows("SELECT count() AS n FROM events")[0]["n"], what="the service's session")
        services = up.rows("SELECT DISTINCT service_id FROM events")
        assert services == [{"service_id": "svc-1"}]


def test_without_a_journal_the_canary_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A full disk stops no server: the trouble is said once, and the canary sings as soon as it can."""
    stop, tries = threading.Event(), list[int]()

    def opened() -> AuditClient:
        tries.append(len(tries))
        if len(tries) <= 3:
            raise JournalUnavailable("no space is left")
        stop.set()
        return canary_client(tmp_path, every_s=60)

    keep_canary(opened, stop, again_s=0.001)
    assert len(tries) == 4
    assert [message for message in caplog.messages if "there is no canary" in message] == caplog.messages
    assert len(caplog.messages) == 1


@pytest.mark.kafka
@pytest.mark.slow
def test_over_kafka_it_is_missing_while_the_way_is_broken(
    private_kafka: KafkaBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signs of life reach the store while a sink runs, none while it does not, and all of them once there is one again."""
    monkeypatch.setenv("TRACEMARK_URL", f"kafka://{private_kafka.bootstrap}")
    monkeypatch.setenv("TRACEMARK_JOURNAL_DIR", str(tmp_path / "journals"))
    with Up(tmp_path / "data") as up:
        sink: list[str | Path] = ["sink", "--kafka", private_kafka.bootstrap, "--data", up.data, "--partitions", "2"]
        singing: list[str | Path] = ["canary", "--every", "1", "--keyring", up.data / "keyring.json"]
        with LongRunning(sink, tmp_path / "sink.log"), LongRunning(singing, tmp_path / "canary.log") as canary:
            eventually(lambda: signs_of_life(up) >= 2, within=60, what="two signs of life")
        before = signs_of_life(up)
        with LongRunning(singing, tmp_path / "canary.log") as canary:
            assert canary.ready["service_id"] == CANARY_SERVICE
            assert signs_of_life(up) == before
            with LongRunning(sink, tmp_path / "sink.log"):
                eventually(lambda: signs_of_life(up) > before, within=60, what="a sign of life behind the break")
                assert canary.stop() == 0
                eventually(lambda: len(up.rows(CLOSED)) == 2, within=60, what="both sessions are closed")
