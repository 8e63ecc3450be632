"""What `BrokerClient` promises, held against the broker in memory and both libraries on a real one."""

from collections import defaultdict

import pytest

from support.broker_rigs import Rig
from support.waiting import eventually
from tracemark.sdk.broker import (
    Acknowledged,
    BrokerBusy,
    BrokerUnavailable,
    Failed,
    Record,
    TopicMissing,
)

HEADERS = (("tm-schema", b"\x00\xff"), ("tm-replay", b"1"))


def numbered(topic: str, count: int, *, keys: int = 7, start: int = 0) -> list[Record]:
    """Records whose values count up, spread over a few keys."""
    return [Record(topic, b"key-%d" % (n % keys), b"%d" % n) for n in range(start, start + count)]


def test_an_acknowledgement_tells_where_the_record_is(rig: Rig, topic_name: str) -> None:
    """Partition and offset of each acknowledgement are those under which the record is read back, unchanged."""
    rig.create_topic(topic_name, 3)
    records = [Record(topic_name, b"key-%d" % n, b"value-%d" % n, HEADERS) for n in range(50)]
    batch = rig.connected().submit(records)
    assert batch.wait(60)
    stored = {(partition, offset): rest for partition, offset, *rest in rig.stored(topic_name)}
    for record, outcome in zip(records, batch.outcomes(), strict=True):
        assert isinstance(outcome, Acknowledged)
        assert stored[outcome.partition, outcome.offset] == [record.key, record.value, record.headers]


def test_order_is_kept_per_key(rig: Rig, topic_name: str) -> None:
    """Records of one key are read in the order in which they were submitted, over many batches."""
    rig.create_topic(topic_name, 3)
    client = rig.connected()
    batches = [client.submit(numbered(topic_name, 500, start=500 * n)) for n in range(10)]
    assert all(batch.wait(60) for batch in batches)
    by_key: dict[bytes, list[int]] = defaultdict(list)
    for _, _, key, value, _ in rig.stored(topic_name):
        by_key[key].append(int(value))
    assert sorted(value for values in by_key.values() for value in values) == list(range(5000))
    assert all(values == sorted(values) for values in by_key.values())


def test_a_record_that_is_too_large_fails_alone(rig: Rig, topic_name: str) -> None:
    """Of a batch only the record above the limit fails, for good; the others and later batches are stored."""
    rig.create_topic(topic_name, 1)
    client = rig.connected()
    huge = Record(topic_name, b"key", b"x" * 200_000)
    batch = client.submit([Record(topic_name, b"key", b"before"), huge, Record(topic_name, b"key", b"after")])
    assert batch.wait(60)
    before, refused, after = batch.outcomes()
    assert isinstance(before, Acknowledged)
    assert refused == Failed("message_too_large", retriable=False, ambiguous=False)
    assert isinstance(after, Acknowledged)
    assert client.submit([Record(topic_name, b"key", b"later")]).wait(60)
    assert rig.values(topic_name) == [b"before", b"after", b"later"]


def test_an_empty_batch_is_resolved(rig: Rig) -> None:
    """Nothing to send is done at once."""
    batch = rig.connected().submit([])
    assert batch.wait(0)
    assert list(batch.outcomes()) == []


def test_an_unknown_topic_is_named_with_the_remedy(rig: Rig, topic_name: str) -> None:
    """A missing topic is not created but reported, and the client can be used once somebody has made it."""
    client = rig.connected()
    with pytest.raises(TopicMissing, match=r"kafka-topics\.sh --create"):
        client.submit(numbered(topic_name, 3))
    rig.create_topic(topic_name, 1)

    def is_taken() -> bool:
        try:
            return client.submit(numbered(topic_name, 3)).wait(60)
        except TopicMissing:
            return False  # a broker may answer from what it knew before

    eventually(is_taken, what="the topic is known")
    assert rig.values(topic_name) == [b"0", b"1", b"2"]


def test_submitting_needs_a_connection(rig: Rig, topic_name: str) -> None:
    """A client that was never connected says so."""
    with pytest.raises(BrokerUnavailable, match="connect"):
        rig.client().submit(numbered(topic_name, 1))


def test_connecting_again_does_nothing(rig: Rig, topic_name: str) -> None:
    """`connect` on a connected client keeps the connection and what is open on it."""
    rig.create_topic(topic_name, 1)
    client = rig.connected()
    batch = client.submit(numbered(topic_name, 3))
    client.connect(20)
    assert batch.wait(60)


def test_a_closed_client_stays_closed(rig: Rig, topic_name: str) -> None:
    """After `close`, which may be repeated, neither `connect` nor `submit` works."""
    client = rig.connected()
    client.close(5)
    client.close(5)
    with pytest.raises(BrokerUnavailable, match="closed"):
        client.connect(5)
    with pytest.raises(BrokerUnavailable, match="closed"):
        client.submit(numbered(topic_name, 1))


def test_closing_first_sends_what_is_open(rig: Rig, topic_name: str) -> None:
    """`close` on a healthy broker leaves every record acknowledged."""
    rig.create_topic(topic_name, 1)
    client = rig.connected()
    batch = client.submit(numbered(topic_name, 500))
    client.close(30)
    assert all(isinstance(outcome, Acknowledged) for outcome in batch.outcomes())
    assert len(rig.values(topic_name)) == 500


def test_a_frozen_broker_loses_nothing(breakable_rig: Rig, topic_name: str) -> None:
    """While the broker is frozen a batch stays open; afterwards every record is stored once and in order."""
    rig = breakable_rig
    rig.create_topic(topic_name, 1)
    client = rig.connected()
    assert client.submit(numbered(topic_name, 5, keys=1)).wait(60)
    rig.freeze()
    batch = client.submit(numbered(topic_name, 100, keys=1, start=5))
    assert not batch.wait(1)
    assert list(batch.outcomes()) == [None] * 100
    rig.thaw()
    assert batch.wait(60)
    assert rig.values(topic_name) == [b"%d" % n for n in range(105)]


def test_a_broker_that_comes_back_loses_nothing(breakable_rig: Rig, topic_name: str) -> None:
    """Records submitted while the broker is away are stored once and in order when it is back."""
    rig = breakable_rig
    rig.create_topic(topic_name, 1)
    client = rig.connected()
    assert client.submit(numbered(topic_name, 5, keys=1)).wait(60)
    rig.stop()
    batches = [client.submit(numbered(topic_name, 50, keys=1, start=5 + 50 * n)) for n in range(2)]
    assert not batches[-1].wait(1)
    rig.start()
    assert all(batch.wait(60) for batch in batches)
    assert rig.values(topic_name) == [b"%d" % n for n in range(105)]


def test_memory_is_bounded_while_the_broker_is_away(breakable_rig: Rig, topic_name: str) -> None:
    """What waits for acknowledgement has a bound in bytes; at it the client is busy, not broken."""
    rig = breakable_rig
    rig.create_topic(topic_name, 1)
    client = rig.connected()
    large = [Record(topic_name, b"key", b"x" * 90_000)] * 100
    assert client.submit(large).wait(60)
    rig.freeze()
    batches = [client.submit(large) for _ in range(3)]
    with pytest.raises(BrokerBusy, match="max_in_flight_bytes"):
        client.submit(large)
    rig.thaw()
    assert all(batch.wait(60) for batch in batches)
    assert client.submit(large).wait(60)


def test_closing_while_the_broker_is_away_gives_up_in_time(breakable_rig: Rig, topic_name: str) -> None:
    """`close` returns with a dead broker too, and every open record is then failed as ambiguous."""
    rig = breakable_rig
    rig.create_topic(topic_name, 1)
    client = rig.connected()
    assert client.submit(numbered(topic_name, 1)).wait(60)
    rig.stop()
    batch = client.submit(numbered(topic_name, 10))
    client.close(0.5)
    found = batch.outcomes()
    # kafka-python may notice the lost connection before it is closed: another code, the same meaning.
    assert [(o.retriable, o.ambiguous) for o in found if isinstance(o, Failed)] == [(True, True)] * 10
    assert batch.wait(0)
    with pytest.raises(BrokerUnavailable, match=r"no broker at|away"):
        rig.client().connect(1)


def test_a_client_that_found_nobody_may_try_again(breakable_rig: Rig, topic_name: str) -> None:
    """`connect` raises while the broker is away, and succeeds on the same client afterwards."""
    rig = breakable_rig
    rig.create_topic(topic_name, 1)
    rig.stop()
    client = rig.client()
    with pytest.raises(BrokerUnavailable):
        client.connect(1)
    rig.start()
    client.connect(30)
    assert client.submit(numbered(topic_name, 3)).wait(60)
