"""`tracemark record` over a real broker: events and governance events, each on its topic."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.kafka import KafkaBroker
from support.up import LongRunning, Up
from support.waiting import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

COMPLAINT = ("complaint", "--kind", "complaint", "--state", "received", "--case-id", "c-1", "--owner-role", "support")
RETENTION = (
    "retention", "--applied-class", "OPS", "--applied-action", "dropped", "--rows-applied", "7",
    "--cutoff", "2026-01-01T00:00:00+08:00",
)  # fmt: skip


def test_what_is_recorded_over_kafka_is_stored(private_kafka: KafkaBroker, tmp_path: Path) -> None:
    """A complaint goes by the events topic, a retention record by the control topic; both are acknowledged by the broker."""
    with Up(tmp_path / "data") as up:
        sink: list[str | Path] = ["sink", "--kafka", private_kafka.bootstrap, "--data", up.data, "--partitions", "1"]
        with LongRunning(sink, tmp_path / "sink.log"):
            where = [
                "--service-id",
                "svc-1",
                "--kafka",
                private_kafka.bootstrap,
                "--keyring",
                str(up.data / "keyring.json"),
            ]
            for said in (COMPLAINT, RETENTION):
                command = [sys.executable, "-m", "tracemark.cli.main", "record", *said, *where, "--no-input", "--json"]
                environ = {**os.environ, "TRACEMARK_JOURNAL_DIR": str(tmp_path / "journals")}
                done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
                assert json.loads(done.stdout)["recorded"][0]["acknowledged"], done.stderr
            sql = "SELECT event_type, _topic FROM events_records ORDER BY event_type"
            eventually(lambda: len(up.rows(sql)) == 2, within=60, what="both are stored")
            assert [(row["event_type"], row["_topic"]) for row in up.rows(sql)] == [
                ("complaint.transition", "tracemark.events"),
                ("retention.applied", "tracemark.control"),
            ]
