"""The broker in memory: its switches for trouble."""

import threading

import pytest

from tracemark.schemas.clock import FixedClock
from tracemark.sdk.broker import Acknowledged, BrokerUnavailable, Failed, Record, RecordTooLarge, check_size
from tracemark.sdk.testing import MemoryBroker

REFUSED = Failed("invalid_record", retriable=False, ambiguous=False)


def record(value: bytes = b"value", key: bytes = b"key") -> Record:
    """A record for the only topic."""
    return Record("topic", key, value)


def test_records_carry_the_brokers_time() -> None:
    """The timestamp is the broker's, from its clock, in milliseconds."""
    broker = MemoryBroker({"topic": 1}, clock=FixedClock(5_000_000))
    client = broker.client()
    client.connect(1)
    client.submit([record()])
    assert [stored.timestamp_ms for stored in broker.records("topic")] == [5_000]


def test_a_paused_broker_withholds_acknowledgements() -> None:
    """Records are stored but not acknowledged until it resumes, which wakes whoever waits."""
    broker = MemoryBroker({"topic": 1})
    client = broker.client()
    client.connect(1)
    broker.pause()
    batch = client.submit([record()])
    assert not batch.wait(0)
    assert len(broker.records("topic")) == 1
    threading.Timer(0.01, broker.resume).start()
    assert batch.wait(60)
    assert list(batch.outcomes()) == [Acknowledged(0, 0)]


def test_a_refused_record_fails_alone() -> None:
    """Only the records that the predicate is true of fail, as they are told to, and a final failure ends nothing."""
    broker = MemoryBroker({"topic": 1})
    client = broker.client()
    client.connect(1)
    broker.refuse(lambda each: each.value == b"bad", REFUSED)
    assert list(client.submit([record(b"bad"), record(b"good")]).outcomes()) == [REFUSED, Acknowledged(0, 0)]
    broker.accept_all()
    assert list(client.submit([record(b"bad")]).outcomes()) == [Acknowledged(0, 1)]


def test_a_lost_acknowledgement_leaves_the_record_stored() -> None:
    """The batch is stored, its client told of an ambiguous failure and thereby ended; a new client goes on."""
    broker = MemoryBroker({"topic": 1})
    client = broker.client()
    client.connect(1)
    broker.lose_ack_once()
    (outcome,) = client.submit([record()]).outcomes()
    assert isinstance(outcome, Failed)
    assert outcome.ambiguous
    assert len(broker.records("topic")) == 1
    with pytest.raises(BrokerUnavailable, match="ack_lost"):
        client.submit([record()])
    successor = broker.client()
    successor.connect(1)
    assert list(successor.submit([record()]).outcomes()) == [Acknowledged(0, 1)]


def test_what_a_closed_client_held_is_not_stored_later() -> None:
    """A broker that comes back takes nothing from a client that gave up meanwhile."""
    broker = MemoryBroker({"topic": 1})
    client = broker.client()
    client.connect(1)
    client.submit([record(b"first")])
    broker.go_away()
    client.submit([record(b"second")])
    client.close(0)
    broker.come_back()
    assert [stored.value for stored in broker.records("topic")] == [b"first"]


def test_a_record_can_be_checked_before_it_is_handed_over() -> None:
    """The check that clients make is there for others, and its text holds sizes, not content."""
    check_size(record(), 1_000)
    with pytest.raises(RecordTooLarge, match="max_record_bytes=50") as refusal:
        check_size(record(), 50)
    assert (refusal.value.limit, refusal.value.size) == (50, record().size)
