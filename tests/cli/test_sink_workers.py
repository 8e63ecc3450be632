"""`tracemark sink --workers`: one command, several processes, every event once."""

import os
import signal
from pathlib import Path

import pytest

from support.kafka import KafkaBroker
from support.sinks import events, produce
from support.up import LongRunning, Up
from support.waiting import eventually
from tracemark.store import StoreConfig
from tracemark.store.embedded import Credentials

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

STORED = "SELECT count() AS n, uniqExact(_partition, _offset) AS places FROM events WHERE _topic = 'tracemark.events'"
SINKS = (
    "SELECT DISTINCT sink_id FROM sink_lanes WHERE topic = 'tracemark.events' AND state = 'running' ORDER BY sink_id"
)


def _workers(supervisor: int) -> dict[str, int]:
    """Process ids of the workers by name."""
    found: dict[str, int] = {}
    for child in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split():
        words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
        if "--name" in words:
            found[words[words.index("--name") + 1]] = int(child)
    return found


def _url_with_password(up: Up) -> str:
    """The store as somebody might name it in TRACEMARK_STORE."""
    passwords, port = Credentials.read(up.data / "credentials.json"), up.ready["url"].rpartition(":")[2]
    database = StoreConfig.embedded(up.data).database
    return f"clickhouse://{passwords.writer}:{passwords.writer_password}@127.0.0.1:{port}/{database}"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for the workers in /proc")
def test_workers_share_the_partitions_and_are_replaced_when_killed(private_kafka: KafkaBroker, tmp_path: Path) -> None:
    """Two workers store every event once between them, report apart, and go on after one was killed; SIGTERM ends all with 0.

    No worker's command line holds the password of the store.
    """
    kafka = private_kafka.bootstrap
    with Up(tmp_path / "data") as up:
        arguments = [
            "sink",
            "--kafka",
            kafka,
            "--store",
            _url_with_password(up),
            "--keyring",
            str(up.data / "keyring.json"),
            "--partitions",
            "4",
            "--workers",
            "2",
            "--name",
            "here",
        ]
        running = LongRunning(arguments, tmp_path / "sink.log").start()
        assert running.process is not None
        supervisor = running.process.pid
        assert running.ready["sink_id"] in {"here-1", "here-2"}
        eventually(lambda: len(up.rows(SINKS)) == 2, within=60, what="both have partitions")
        assert produce(kafka, "tracemark.events", events(400)) == 400
        eventually(lambda: up.rows(STORED) == [{"n": 400, "places": 400}], within=60, what="400 events")
        first = _workers(supervisor)
        secret = Credentials.read(up.data / "credentials.json").writer_password
        assert not any(secret in Path(f"/proc/{pid}/cmdline").read_text() for pid in first.values())
        os.kill(first["here-1"], signal.SIGKILL)
        assert produce(kafka, "tracemark.events", events(400)) == 400
        eventually(lambda: up.rows(STORED) == [{"n": 800, "places": 800}], within=120, what="800 events")
        second = _workers(supervisor)
        assert second["here-1"] != first["here-1"]
        assert second["here-2"] == first["here-2"]
        assert running.stop() == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in second.values())
