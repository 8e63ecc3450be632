"""A topic that the broker refuses holds up nobody but its own events."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.waiting import eventually
from tracemark.schemas import HEADER_REPLAY, decode
from tracemark.schemas.events import AuditAccessed
from tracemark.schemas.topics import CONTROL_TOPIC
from tracemark.sdk import AuditClient, ClientConfig, Receipt
from tracemark.sdk.journal import find_journals
from tracemark.sdk.keyring import Keyring
from tracemark.sdk.testing import MemoryBroker, Recorder


def read(recorder: Recorder, number: int = 0) -> Receipt:
    """An event of the control topic."""
    event = AuditAccessed(access_kind="trace", access_interface="cli", access_ok=True, rows_read=number)
    return recorder.client.emit(event)


def verdict(recorder: Recorder) -> Receipt:
    """An event of the usual topic."""
    return recorder.client.moderation(action="pass", detector="classifier", content_id="c-1")


def control(broker: MemoryBroker) -> list[dict[str, Any]]:
    """What the control topic holds, in order."""
    return [decode(record.value)[1] for record in broker.records(CONTROL_TOPIC)]


def closes(recorder: Recorder) -> bool:
    """Whether the accounting identity holds."""
    now = recorder.client.accounting()
    return now.emitted == now.acknowledged + now.waiting + sum(now.dropped.values())


@pytest.fixture
def loner(tmp_path: Path) -> Iterator[Recorder]:
    """A client that leaves other journals alone."""
    made = Recorder(tmp_path / "loner", adopt=False, heartbeat_s=3600)
    yield made
    made.close()


def test_a_missing_topic_holds_up_no_other_events(recorder: Recorder) -> None:
    """Prompts and verdicts go on; the governance event waits on disk, counted as waiting, and its receipt says so."""
    recorder.client.flush(10)
    held = read(recorder)
    behind = [verdict(recorder) for _ in range(20)]
    assert all(receipt.wait(60) for receipt in behind)
    assert held.accepted
    assert not held.acknowledged
    assert recorder.client.accounting().waiting == 1
    assert recorder.client.flush(0.05).remaining == 1
    assert closes(recorder)
    own = recorder.client.accounting().producer_id
    [parked] = [found for found in find_journals(recorder.config.journal_root) if found.producer_id != own]
    assert parked.events_pending == 1


def test_parked_events_arrive_in_order_once_the_topic_is_there(recorder: Recorder) -> None:
    """Nothing is lost, doubled or overtaken; every one is marked as a replay, and the second journal is gone."""
    receipts = [read(recorder, number) for number in range(5)]
    assert verdict(recorder).wait(60)
    receipts += [read(recorder, number) for number in range(5, 10)]
    assert verdict(recorder).wait(60)
    recorder.broker.create_topic(CONTROL_TOPIC)
    assert all(receipt.wait(60) for receipt in receipts)
    assert [row["rows_read"] for row in control(recorder.broker)] == list(range(10))
    assert all((HEADER_REPLAY, b"1") in record.headers for record in recorder.broker.records(CONTROL_TOPIC))
    after = read(recorder, 10)
    eventually(lambda: len(find_journals(recorder.config.journal_root)) == 1, what="the second journal is gone")
    assert after.wait(60)
    assert recorder.client.flush(60).complete
    assert closes(recorder)


def test_a_dead_process_leaves_what_it_parked(loner: Recorder, recorder: Recorder) -> None:
    """The next process delivers both journals, and closes one session, not two."""
    loner.client.flush(10)
    child = os.fork()
    if child == 0:
        read(loner)
        verdict(loner).wait(10)
        eventually(lambda: loner.client.accounting().waiting == 1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    loner.close()
    root = loner.config.journal_root
    assert sorted(found.events_pending for found in find_journals(root)) == [0, 1]
    broker = MemoryBroker({recorder.config.topic: 1, CONTROL_TOPIC: 1})
    config = ClientConfig(url="kafka://memory:9092", service_id="svc-2", journal_dir=root)
    with AuditClient(config, keyring=Keyring.create(), broker=broker.client):
        eventually(lambda: len(find_journals(root)) == 1, what="both journals of the dead process are gone")
    assert [row["producer_seq"] for row in control(broker)] == [2]
    rows = [decode(record.value)[1] for record in broker.records(recorder.config.topic)]
    [closing] = [row for row in rows if row.get("closed_by") == "adopter"]
    assert closing["dropped"] == {}


def test_adopted_events_of_a_missing_topic_hold_up_nobody_either(loner: Recorder, recorder: Recorder) -> None:
    """An adopter parks them in its turn, finishes the dead one's journal, and goes on with its own events."""
    loner.client.flush(10)
    loner.broker.go_away()
    child = os.fork()
    if child == 0:
        read(loner)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    loner.broker.come_back()
    loner.close()
    root = loner.config.journal_root
    broker = MemoryBroker({recorder.config.topic: 1})
    config = ClientConfig(url="kafka://memory:9092", service_id="svc-2", journal_dir=root)
    with AuditClient(config, keyring=Keyring.create(), broker=broker.client) as adopter:
        own = adopter.accounting().producer_id
        eventually(lambda: [found.producer_id for found in find_journals(root)] == [own, own + ".parked"])
        assert adopter.moderation(action="pass", detector="classifier", content_id="c-1").wait(60)
        now = adopter.accounting()
        assert (now.waiting, now.emitted) == (0, now.acknowledged)
        broker.create_topic(CONTROL_TOPIC)
        eventually(lambda: len(control(broker)) == 1, what="the adopted event arrived")


def test_a_full_parking_place_holds_and_loses_nothing(tmp_path: Path) -> None:
    """Beyond its bound the others have to wait after all, and everything arrives once the topic is there."""
    recorder = Recorder(tmp_path, journal_max_bytes=2 * 1024 * 1024, heartbeat_s=3600)
    parked = [read(recorder, number) for number in range(1500)]
    last = verdict(recorder)
    eventually(lambda: recorder.client.accounting().waiting >= 1500)
    assert closes(recorder)
    recorder.broker.create_topic(CONTROL_TOPIC)
    assert last.wait(60)
    assert all(receipt.wait(60) for receipt in parked)
    numbers = [row["rows_read"] for row in control(recorder.broker)]
    assert list(dict.fromkeys(numbers)) == list(range(1500))
    assert closes(recorder)
    recorder.close()
