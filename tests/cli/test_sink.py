"""`tracemark sink` between real services, a real broker and a real store."""

import json
from pathlib import Path

import pytest

from support.kafka import KafkaBroker
from support.up import LongRunning, Service, Up, tracemark
from support.waiting import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

IDS = "SELECT toString(event_id) AS id FROM events WHERE event_type = 'prompt.received'"


def sink(kafka: str, up: Up) -> LongRunning:
    """A sink between the broker and the embedded store."""
    return LongRunning(
        ["sink", "--kafka", kafka, "--data", up.data, "--partitions", "3"], up.data.with_suffix(".sink.log")
    )


def test_a_prompt_goes_from_a_service_over_kafka_to_a_trace(private_kafka: KafkaBroker, tmp_path: Path) -> None:
    """Every accepted event is stored once, also those sent while no sink ran, and its text leads to its chain."""
    kafka = private_kafka.bootstrap
    with Up(tmp_path / "data") as up:
        with sink(kafka, up) as first:
            assert len(first.ready["lanes"]) == 4  # three of events, one of control
            service = Service(up.data, tmp_path / "accepted-1", kafka=kafka, count=300)
            eventually(lambda: len(up.rows(IDS)) == 300, what="300 prompts")
            service.finish()
        later = Service(up.data, tmp_path / "accepted-2", kafka=kafka, count=200)
        eventually(lambda: len(later.accepted()) == 200)
        later.finish()
        with sink(kafka, up):
            eventually(lambda: len(up.rows(IDS)) == 500, what="what was sent without a sink")
            assert sorted(row["id"] for row in up.rows(IDS)) == sorted(service.accepted() + later.accepted())
        asked = tmp_path / "asked.txt"
        asked.write_text("question 7")
        answer = json.loads(tracemark("trace", "--text-file", asked, "--json", data=up.data, check=0).stdout)
        assert answer["total"] == 2
        findings = json.loads(tracemark("doctor", "--json", "--kafka", kafka, data=up.data).stdout)["findings"]
        assert [found for found in findings if found["verdict"] == "fail"] == []


def test_a_sink_stops_when_asked(private_kafka: KafkaBroker, tmp_path: Path) -> None:
    """SIGTERM ends it with exit code 0."""
    with Up(tmp_path / "data") as up:
        running = sink(private_kafka.bootstrap, up).start()
        assert running.stop() == 0
