"""The whole sink, on a real broker and a real engine."""

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.embedded import EmbeddedProcess
from support.kafka import Kafka, KafkaBroker
from support.sinks import (
    KEY,
    Load,
    SinkProcess,
    event,
    events,
    produce,
    running_sink,
    sink_config,
    stored_offsets,
)
from support.waiting import eventually
from tracemark.schemas.clock import SystemClock
from tracemark.sink import DeadLetterKey, OffsetsLost, Position, Sink
from tracemark.sink._kafka import TopicPartition
from tracemark.sink.dead_letter_topic import KafkaDeadLetters
from tracemark.store import Store, StoreConfig, StoreError, migrate

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@pytest.fixture
def topic(kafka: Kafka, topic_name: str) -> str:
    """A topic of three partitions, which the sink finds."""
    return kafka.create_topic(topic_name, partitions=3)


def _settled(store: Store, topic: str) -> int:
    """Records that the ledger accounts for."""
    (row,) = store.query(
        "SELECT sum(records) AS n FROM ledger WHERE topic = {t:String} AND state = 'done'", {"t": topic}
    )
    return int(row["n"])


def _until_settled(store: Store, kafka: Kafka, topic: str, within: float = 60) -> None:
    def is_settled() -> bool:
        try:
            return _settled(store, topic) == sum(kafka.ends(topic).values())
        except StoreError:
            return False  # it is being restarted

    try:
        eventually(is_settled, within=within, every=0.2, what="every record is settled")
    except AssertionError as error:
        raise AssertionError(f"{error}; the topic ends at {kafka.ends(topic)}; {_ledger(store, topic)}") from None


def _ledger(store: Store, topic: str) -> str:
    """Who did what to which offsets: what one needs to know when a test fails that cannot be repeated."""
    sql = (
        "SELECT partition, first_offset, last_offset, state, epoch, writer, toString(recorded_at) AS at FROM ledger "
        "WHERE topic = {t:String} ORDER BY partition, at"
    )
    return "\n".join(["the ledger:", *(str(list(row.values())) for row in store.query(sql, {"t": topic}))])


def _until_more_is_settled(store: Store, topic: str) -> None:
    before = _settled(store, topic)
    eventually(lambda: _settled(store, topic) > before, within=90, what="the sink works")


def _assert_each_once(store: Store, kafka: Kafka, topic: str) -> None:
    """Every offset of every partition is one row, and the ledger's ranges follow each other without gap or overlap."""
    ends = {partition: end for partition, end in kafka.ends(topic).items() if end}
    for partition, offsets in stored_offsets(store, topic).items():
        twice = sorted(offset for offset, rows in Counter(offsets).items() if rows > 1)
        assert not twice, f"partition {partition}: {twice[0]} to {twice[-1]} are there twice; {_ledger(store, topic)}"
    assert stored_offsets(store, topic) == {partition: list(range(end)) for partition, end in ends.items()}
    sql = (
        "SELECT partition AS p, first_offset, last_offset FROM ledger "
        "WHERE topic = {t:String} AND state = 'done' ORDER BY p, first_offset"
    )
    follow: dict[int, int] = {}
    for row in store.query(sql, {"t": topic}):
        assert row["first_offset"] == follow.get(row["p"], 0)
        follow[row["p"]] = row["last_offset"] + 1
    assert follow == ends


def _committed(kafka: Kafka, group: str, topic: str) -> int:
    with kafka.admin() as found:
        admin: Any = found
        groups: dict[str, Any] = admin.list_group_offsets(group)
    offsets: dict[Any, Any] = groups.get(group, groups)
    return sum(at.offset for tp, at in offsets.items() if tp.topic == topic)


def test_a_sink_makes_its_topics_and_stores_every_event_once(
    kafka: Kafka, topic_name: str, migrated_store: Store
) -> None:
    """A sink that finds no topics makes them; every event sent is then a row at its offset, and every offset is committed."""
    config = sink_config(kafka.bootstrap, topic_name)
    with running_sink(config, migrated_store) as sink:
        eventually(lambda: sink.status().lanes, within=90, what="partitions are assigned")
        assert produce(kafka.bootstrap, topic_name, events(500)) == 500
        _until_settled(migrated_store, kafka, topic_name)
    assert len(kafka.ends(topic_name)) == config.partitions
    _assert_each_once(migrated_store, kafka, topic_name)
    assert _committed(kafka, config.group_id, topic_name) == 500


def test_poison_of_every_kind_is_put_aside_and_stops_nothing(kafka: Kafka, topic: str, migrated_store: Store) -> None:
    """Between good events, records without a value, garbage, cut frames, unknown schemas, broken fields and hashes become dead
    letters on their topic, which open under the key, and rows without a value; all good events are stored."""
    good = event()[0] or b""
    poison: list[tuple[bytes | None, list[tuple[str, bytes]]]] = [
        (None, []),
        (b"the users own words", []),
        (good[:-3], []),
        (b"\x00\x40\x00\x00\x01" + good[5:], []),
        (good, [("tm-schema", bytes(32))]),
        (good[:-1] + bytes([good[-1] ^ 1]), []),
        (good[:60] + b"x" * 200_000, []),
    ]
    config = sink_config(kafka.bootstrap, topic)
    with running_sink(config, migrated_store):
        for one in poison:
            produce(kafka.bootstrap, topic, [*events(5), one, *events(5)], partition=1)
        _until_settled(migrated_store, kafka, topic)
    sql = "SELECT offset, error_code FROM dead_letters WHERE topic = {t:String} ORDER BY offset"
    codes = {row["offset"]: row["error_code"] for row in migrated_store.query(sql, {"t": topic})}
    wanted = [
        "no_value",
        "frame_broken",
        "frame_broken",
        "schema_unknown",
        "schema_mismatch",
        "hash_mismatch",
        "frame_broken",
    ]
    assert list(codes.values()) == wanted
    assert stored_offsets(migrated_store, topic) == {1: [offset for offset in range(77) if offset not in codes]}
    letters = kafka.records(config.dead_letters_topic)
    opened = [_opened(letter.value or b"", dict(letter.headers)) for letter in letters]
    assert opened == [value for value, _ in poison]
    assert [dict(letter.headers)["tm-error"].decode() for letter in letters] == wanted
    assert b"words" not in b"".join((letter.value or b"") + repr(letter.headers).encode() for letter in letters)


def _opened(sealed: bytes, headers: dict[str, bytes]) -> bytes | None:
    position = Position(headers["tm-topic"].decode(), int(headers["tm-partition"]), int(headers["tm-offset"]))
    return DeadLetterKey(KEY).open(sealed, position).value


def test_replays_through_kafka_are_skipped(kafka: Kafka, topic: str, migrated_store: Store) -> None:
    """Events sent again under the replay header are counted as duplicates and are not stored again."""
    sent = events(50)
    config = sink_config(kafka.bootstrap, topic)
    with running_sink(config, migrated_store):
        produce(kafka.bootstrap, topic, sent, partition=0)
        produce(
            kafka.bootstrap, topic, [(value, [*headers, ("tm-replay", b"1")]) for value, headers in sent], partition=0
        )
        _until_settled(migrated_store, kafka, topic)
    assert stored_offsets(migrated_store, topic) == {0: list(range(50))}
    (row,) = migrated_store.query("SELECT sum(duplicates) AS n FROM ledger WHERE topic = {t:String}", {"t": topic})
    assert row["n"] == 50


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[EmbeddedProcess]:
    """An embedded server of this test's own, which it may stop and kill; already migrated."""
    with EmbeddedProcess(tmp_path / "data") as process:
        process.start()
        with Store.connect(StoreConfig.embedded(process.directory)) as store:
            migrate(store)
        yield process


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_store_stopped_and_killed_under_load_loses_and_doubles_nothing(
    kafka: Kafka, topic: str, own_server: EmbeddedProcess, end: str
) -> None:
    """While events flow, the store is ended and started again, three times; every event is stored once all the same."""
    store = Store(StoreConfig.embedded(own_server.directory))
    config = sink_config(kafka.bootstrap, topic)
    with running_sink(config, store) as sink:
        eventually(lambda: sink.status().lanes, within=60, what="the sink has its lanes")
        with Load(kafka.bootstrap, topic) as load:
            for _ in range(3):
                load.more(100)
                own_server.stop() if end == "stop" else own_server.kill()
                load.more(100)
                eventually(lambda: sink.status().state == "waiting", within=90, what="the sink says that it waits")
                own_server.start()
        _until_settled(store, kafka, topic)
        eventually(lambda: sink.status().state == "running", within=90, what="the sink goes on")
    _assert_each_once(store, kafka, topic)


def test_a_broker_away_under_load_loses_and_doubles_nothing(
    private_kafka: KafkaBroker, topic_name: str, migrated_store: Store
) -> None:
    """The broker is stopped and started while the sink reads; afterwards it goes on where it was."""
    topic = private_kafka.create_topic(topic_name, partitions=3)
    with running_sink(sink_config(private_kafka.bootstrap, topic), migrated_store):
        produce(private_kafka.bootstrap, topic, events(200))
        eventually(lambda: _settled(migrated_store, topic) > 0, within=90, what="the sink has begun")
        private_kafka.restart()
        produce(private_kafka.bootstrap, topic, events(200))
        _until_settled(migrated_store, private_kafka, topic, within=90)
    _assert_each_once(migrated_store, private_kafka, topic)


def _process(store: Store, kafka: Kafka, topic: str, log: Path, **settings: Any) -> SinkProcess:
    config = store.config
    return SinkProcess(f"{config.url}/{config.database}", config.password, kafka.bootstrap, topic, settings, log)


def test_sigterm_ends_a_sink_in_order(kafka: Kafka, topic: str, migrated_store: Store, tmp_path: Path) -> None:
    """Told to stop under load, a sink process commits what it has settled, leaves the group and exits with 0; another goes on."""
    with Load(kafka.bootstrap, topic) as load:
        for name in ("one", "two"):
            with _process(migrated_store, kafka, topic, tmp_path / name) as process:
                _until_more_is_settled(migrated_store, topic)
                load.more(40)
                process.signal(signal.SIGTERM)
                assert process.ended() == 0, (tmp_path / name).read_text()
                assert _committed(kafka, f"{topic}-group", topic) == _settled(migrated_store, topic)
    with running_sink(sink_config(kafka.bootstrap, topic), migrated_store):
        _until_settled(migrated_store, kafka, topic)
    _assert_each_once(migrated_store, kafka, topic)


def test_a_killed_sink_is_followed_without_loss_or_doubling(
    kafka: Kafka, topic: str, migrated_store: Store, tmp_path: Path
) -> None:
    """A sink killed in full flow, three times, leaves work half done; the next one finds out what is there and completes it."""
    with Load(kafka.bootstrap, topic) as load:
        for number in range(3):
            with _process(migrated_store, kafka, topic, tmp_path / str(number), range_age_s=0.05) as process:
                _until_more_is_settled(migrated_store, topic)
                load.more(40)
                process.signal(signal.SIGKILL)
    with running_sink(sink_config(kafka.bootstrap, topic), migrated_store):
        _until_settled(migrated_store, kafka, topic, within=120)
    _assert_each_once(migrated_store, kafka, topic)


def test_a_sink_that_thaws_after_its_partitions_were_taken_stores_nothing_twice(
    kafka: Kafka, topic: str, migrated_store: Store, tmp_path: Path
) -> None:
    """A sink frozen in full flow loses its partitions to another; when it thaws, no row and no range of the ledger doubles."""
    with (
        Load(kafka.bootstrap, topic) as load,
        _process(migrated_store, kafka, topic, tmp_path / "frozen", range_age_s=0.05) as frozen,
    ):
        _until_more_is_settled(migrated_store, topic)
        frozen.signal(signal.SIGSTOP)
        with running_sink(sink_config(kafka.bootstrap, topic, sink_id="successor"), migrated_store) as successor:
            eventually(lambda: _partitions(successor, topic) == 3, within=90, what="the successor has all partitions")
            _until_more_is_settled(migrated_store, topic)
            frozen.signal(signal.SIGCONT)
            eventually(lambda: _partitions(successor, topic) < 3, within=90, what="it is given some back")
            load.more(100)
            load.stop()
            _until_settled(migrated_store, kafka, topic, within=90)
    _assert_each_once(migrated_store, kafka, topic)


class JumpingClock(SystemClock):
    """The machine's clock, which goes forward at once when told to: how a standstill looks from inside."""

    def __init__(self) -> None:
        """Begin as the machine's."""
        self.ahead_s = 0.0

    def monotonic(self) -> float:
        """Seconds, and what it was set forward by."""
        return super().monotonic() + self.ahead_s


def test_a_sink_that_stood_still_begins_its_lanes_anew(
    kafka: Kafka, topic: str, migrated_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """A sink that notices a standstill as long as its session trusts nothing it knew of its lanes, and goes on where they are."""
    clock = JumpingClock()
    with (
        Load(kafka.bootstrap, topic) as load,
        running_sink(sink_config(kafka.bootstrap, topic, range_age_s=0.05), migrated_store, clock=clock),
    ):
        for _ in range(3):
            _until_more_is_settled(migrated_store, topic)
            clock.ahead_s += 60
            load.more(60)
        load.stop()
        _until_settled(migrated_store, kafka, topic)
    assert caplog.text.count("stood still") == 3
    _assert_each_once(migrated_store, kafka, topic)


def _partitions(sink: Sink, topic: str) -> int:
    return sum(lane.topic == topic for lane in sink.status().lanes)


def test_sinks_share_the_partitions_and_hand_them_over(kafka: Kafka, topic: str, migrated_store: Store) -> None:
    """A second sink of the group takes some partitions under load and gives them back; every event is stored once."""
    with (
        Load(kafka.bootstrap, topic) as load,
        running_sink(sink_config(kafka.bootstrap, topic, sink_id="a"), migrated_store) as first,
    ):
        eventually(lambda: _partitions(first, topic) == 3, within=90, what="one sink has all partitions")
        with running_sink(sink_config(kafka.bootstrap, topic, sink_id="b"), migrated_store) as second:
            eventually(lambda: 0 < _partitions(second, topic) < 3, within=60, what="they share")
            load.more(100)
        eventually(lambda: _partitions(first, topic) == 3, within=60, what="one sink has all partitions again")
        load.more(40)
        load.stop()
        _until_settled(migrated_store, kafka, topic)
    _assert_each_once(migrated_store, kafka, topic)


def test_an_offset_that_is_gone_stops_the_sink_with_the_remedy(kafka: Kafka, topic: str, migrated_store: Store) -> None:
    """When the broker has thrown away what was to be stored next, the sink says so instead of jumping over it."""
    config = sink_config(kafka.bootstrap, topic)
    with running_sink(config, migrated_store):
        produce(kafka.bootstrap, topic, events(10), partition=0)
        _until_settled(migrated_store, kafka, topic)
    produce(kafka.bootstrap, topic, events(10), partition=0)
    with kafka.admin() as admin:
        admin.delete_records({TopicPartition(topic, 0): 15})
    letters = KafkaDeadLetters(config)
    with pytest.raises(OffsetsLost, match="--reset-offsets --to-earliest") as lost:
        Sink(config, migrated_store, letters, DeadLetterKey(KEY)).run(threading.Event())
    assert (lost.value.topic, lost.value.partition, lost.value.offset) == (topic, 0, 10)


def test_the_status_of_every_lane_is_in_the_store(kafka: Kafka, topic: str, migrated_store: Store) -> None:
    """Each lane reports state, lag and totals; after an orderly end it is stopped."""
    with running_sink(sink_config(kafka.bootstrap, topic), migrated_store) as sink:
        produce(kafka.bootstrap, topic, [*events(10), (b"garbage", [])], partition=2)
        _until_settled(migrated_store, kafka, topic)
        eventually(lambda: sum(lane.stored_total for lane in sink.status().lanes) == 10, within=90, what="the report")
        assert (sink.status().state, sink.status().lag) == ("running", 0)
    lanes = migrated_store.query("SELECT * FROM sink_lanes WHERE topic = {t:String} ORDER BY partition", {"t": topic})
    assert [(row["partition"], row["state"], row["lag"]) for row in lanes] == [(p, "stopped", 0) for p in range(3)]
    assert (lanes[2]["stored_total"], lanes[2]["dead_letters_total"], lanes[2]["next_offset"]) == (10, 1, 11)
    assert lanes[2]["last_broker_ts"] is not None
