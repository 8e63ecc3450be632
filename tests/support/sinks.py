"""Sinks for tests: in a thread, or in a process that can be told to stop, frozen and killed; and records to feed them."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from kafka import KafkaProducer

from support.events import make_event
from support.waiting import eventually
from tracemark.schemas import HEADER_REPLAY, HEADER_SCHEMA, codec_for
from tracemark.schemas.clock import Clock
from tracemark.sink import DeadLetterKey, Range, Sink, SinkConfig, StreamRecord
from tracemark.sink.config import KafkaConnection
from tracemark.sink.dead_letter_topic import KafkaDeadLetters
from tracemark.store import Store

__all__ = [
    "KEY",
    "Load",
    "SinkProcess",
    "event",
    "events",
    "produce",
    "range_of",
    "record",
    "running_sink",
    "sink_config",
    "stored_offsets",
]

KEY = bytes(range(32))
"""The dead-letter key of every test."""

Sent = tuple[bytes | None, Sequence[tuple[str, bytes]]]
_numbers = itertools.count()


def event(event_type: str = "prompt.received", *, replay: bool = False, **overrides: Any) -> Sent:
    """A valid event that happens now, as value and headers."""
    now = {"occurred_at": time.time_ns() // 1000}
    _, value = make_event(event_type, **{**now, **overrides})
    headers = [(HEADER_SCHEMA, codec_for(event_type).fingerprint)]
    return value, [*headers, (HEADER_REPLAY, b"1")] if replay else headers


def events(count: int) -> list[Sent]:
    """Valid events of several types."""
    types = ("prompt.received", "output.generated", "label.applied", "moderation.action", "producer.session")
    return [event(types[number % len(types)], request_id=f"r-{next(_numbers)}") for number in range(count)]


def record(
    sent: Sent, offset: int, *, topic: str = "tracemark.events", partition: int = 0, ts_ms: int | None = None
) -> StreamRecord:
    """What a broker would give out for `sent`."""
    value, headers = sent
    ts = time.time_ns() // 1_000_000 if ts_ms is None else ts_ms
    return StreamRecord(topic, partition, offset, ts, b"k", value, tuple(headers))


def range_of(sent: Iterable[Sent], first: int = 0, *, topic_id: str = "", epoch: int = 0, **where: Any) -> Range:
    """Records from offset `first` on, as one range."""
    records = tuple(record(one, offset, **where) for offset, one in enumerate(sent, first))
    return Range(
        topic=records[0].topic, partition=records[0].partition, records=records, topic_id=topic_id, epoch=epoch
    )


class Source:
    """A producer of records for one topic."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._topic = topic
        self._producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=5)

    def send(self, sent: Iterable[Sent], *, partition: int | None = None) -> int:
        """Send records and wait for all acknowledgements; how many there were."""
        futures = [self._send(value, headers, partition) for value, headers in sent]
        self._producer.flush(timeout=60)
        for future in futures:
            future.get(60)
        return len(futures)

    def close(self) -> None:
        """Close the connections."""
        self._producer.close(timeout=10)

    def _send(self, value: bytes | None, headers: Sequence[tuple[str, bytes]], partition: int | None) -> Any:
        key = b"k" if value is None else None  # a record without a value must have a key
        return self._producer.send(self._topic, key=key, value=value, headers=list(headers), partition=partition)


def produce(bootstrap: str, topic: str, sent: Iterable[Sent], *, partition: int | None = None) -> int:
    """Send records and wait for all acknowledgements; how many there were."""
    source = Source(bootstrap, topic)
    try:
        return source.send(sent, partition=partition)
    finally:
        source.close()


class Load:
    """Sends events all the time, from a thread, as long as the `with` block lasts or until `stop`."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._source = Source(bootstrap, topic)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.sent = 0

    def more(self, count: int) -> None:
        """Wait until so many more were sent."""
        wanted = self.sent + count
        eventually(lambda: self.sent >= wanted, within=60, what="more is sent")

    def stop(self) -> None:
        """Send no more; may be called twice."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join()
            self._source.close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _work(self) -> None:
        while not self._stop.wait(0.02):
            self.sent += self._source.send(events(20))


def sink_config(bootstrap: str, topic: str, **overrides: Any) -> SinkConfig:
    """A sink for topics that begin with `topic`, quick to cut and to try again."""
    settings: dict[str, Any] = {
        "group_id": f"{topic}-group",
        "events_topic": topic,
        "control_topic": f"{topic}.control",
        "dead_letters_topic": f"{topic}.dead",
        "partitions": 3,
        "range_age_s": 0.2,
        "session_timeout_s": 6.0,
        "retry_s": 0.1,
        "retry_limit_s": 0.5,
        "status_every_s": 0.5,
    }
    return SinkConfig(kafka=KafkaConnection(servers=bootstrap), **{**settings, **overrides})


@contextmanager
def running_sink(config: SinkConfig, store: Store, clock: Clock | None = None) -> Generator[Sink]:
    """A sink in a thread; what it raises is raised at the end of the block."""
    letters = KafkaDeadLetters(config)
    sink, stop, errors = (
        Sink(config, store, letters, DeadLetterKey(KEY), clock=clock),
        threading.Event(),
        list[BaseException](),
    )

    def work() -> None:
        try:
            sink.run(stop)
        except BaseException as error:  # noqa: BLE001 - raised again below, in the test's thread
            errors.append(error)

    thread = threading.Thread(target=work, name="sink")
    thread.start()
    try:
        yield sink
    finally:
        stop.set()
        thread.join(60)
        letters.close()
    assert not thread.is_alive()
    if errors:
        raise errors[0]


def stored_offsets(store: Store, topic: str) -> dict[int, list[int]]:
    """Offsets of all rows of a topic, by partition, in order: exactly once means that these are the offsets sent."""
    rows = store.query(
        "SELECT _partition AS p, arraySort(groupArray(_offset)) AS offsets FROM events WHERE _topic = {topic:String} GROUP BY p",
        {"topic": topic},
    )
    return {row["p"]: list(row["offsets"]) for row in rows}


@dataclass
class SinkProcess:
    """`python -m support.sink_process` on a store and a topic: a whole sink in a process of its own."""

    store_url: str
    store_password: str
    bootstrap: str
    topic: str
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    log: Path | None = None
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it needs a moment until it reads."""
        told = json.dumps([self.store_url, self.bootstrap, self.topic, self.settings])
        environ = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parent.parent),
            "TRACEMARK_STORE_PASSWORD": self.store_password,
        }
        out = subprocess.DEVNULL if self.log is None else self.log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.sink_process", told], env=environ, stdout=out, stderr=out
        )
        if not isinstance(out, int):
            out.close()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def ended(self) -> int:
        """Wait until it has ended; its exit code."""
        process = self._process
        assert process is not None
        eventually(lambda: process.poll() is not None, within=60, what="the sink process ends")
        return process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(30)
