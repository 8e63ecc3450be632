"""What recording an event costs the thread that calls: `python benchmarks/emit.py [--events N] [--json FILE]`.

First one call after another: the whole of `AuditClient.emit` (check, tokens of a 2 kB output, seal, append to the journal)
beside its own last step, beside a yardstick that everybody knows, a line of JSON through the standard library's logging into a
file, and beside what a journal replaces: an Avro encoder and a Kafka client's `send` on the caller's thread. Contestants take
turns in one run, fifty calls each, so that whatever else the machine does hits all alike. Then whole clients at a thousand
events a second and as fast as they can, with their senders at work in the same process.
"""

import io
import json
import logging
import statistics
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastavro
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from measuring import Report, arguments, folder, kafka_broker, percentile, text_of
from tracemark.schemas import codec_for, decode, schemas
from tracemark.schemas.events import OutputGenerated
from tracemark.sdk import AuditClient, ClientConfig
from tracemark.sdk.journal import Entry, JournalLimits, JournalMeta, JournalWriter, Kind, Priority
from tracemark.sdk.keyring import Keyring
from tracemark.sdk.testing import Recorder

TURN = 50
PACE = 1000
BYTES = 2048
ENGLISH, CHINESE = text_of(BYTES, "en"), text_of(BYTES, "zh")
Contestant = Callable[[], object]


def event() -> OutputGenerated:
    """What a service says about an output."""
    return OutputGenerated(
        modality=("text",),
        output_index=0,
        finish="complete",
        duty_basis="ds17_1_1_text_dialogue_writing",
        generation_ms=1200,
        request_id="r-0123456789",
        content_id="c-0123456789",
        model_id="m-1",
        model_version="2026-01",
    )


def client(where: Path, ring: Path, url: str, topic: str = "tracemark.events") -> AuditClient:
    """A client as a service holds it."""
    config = ClientConfig(
        url=url, service_id="benchmark", keyring=ring, journal_dir=where, topic=topic, journal_max_bytes=1 << 30
    )
    return AuditClient(config)


def emit(audit: AuditClient, text: str) -> Contestant:
    """The whole way."""
    return lambda: audit.emit(event(), user="u-42", content=text)


def sample(where: Path) -> tuple[dict[str, Any], bytes]:
    """A finished event as a row and as its framed value."""
    recorder = Recorder(where)
    recorder.client.emit(event(), user="u-42", content=ENGLISH)
    [row] = recorder.events("output.generated")
    recorder.close()
    codec = codec_for("output.generated")
    value = codec.seal(dict(row), bytes(row["salt"])).value
    return decode(value)[1], value


def append(where: Path, value: bytes) -> Contestant:
    """A journal's append alone, of the same bytes."""
    meta = JournalMeta(
        producer_id=str(uuid.uuid4()),
        service_id="benchmark",
        tenant_id="benchmark",
        sdk_version="0",
        started_us=0,
        pid=0,
        hostname="",
        boot_id="",
        mode="kafka",
    )
    writer = JournalWriter.create(where, meta, JournalLimits(max_bytes=1 << 30))
    return lambda: writer.append(Entry(writer.last_seq + 1, Kind.EVENT, Priority.STANDARD, b"r-0123456789", value))


def fastavro_encode(row: dict[str, Any]) -> Callable[[], bytes]:
    """The same row through the usual encoder."""
    definition = next(one.avro for one in schemas() if one.event_type == "output.generated")
    parsed = fastavro.parse_schema(json.loads(json.dumps(definition)))

    def encode() -> bytes:
        buffer = io.BytesIO()
        fastavro.schemaless_writer(buffer, parsed, row)
        return buffer.getvalue()

    return encode


def logged(where: Path) -> Contestant:
    """A line of JSON with the fields that an application log would have, through `logging`."""
    logger = logging.getLogger("benchmark")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    handler = logging.FileHandler(where / "app.log")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    told = {"request": "r-0123456789", "content": "c-0123456789", "model": "m-1", "finish": "complete", "ms": 1200}
    return lambda: logger.info(json.dumps(told))


def in_turns(contestants: dict[str, Contestant], events: int, settle: Contestant) -> dict[str, list[float]]:
    """Microseconds of each call: `TURN` calls of one contestant, then of the next, again and again.

    `settle` is called between them, so that what one left to a thread does not slow the next.
    """
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for round_ in range(events // TURN + 1):
        for name, call in contestants.items():
            taken = [microseconds(call) for _ in range(TURN)]
            times[name] += taken if round_ else []  # the first round warms up
            settle()
    return times


def microseconds(call: Contestant) -> float:
    """Of one call."""
    started = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - started) / 1000


def one_thread(report: Report, events: int, where: Path, ring: Path) -> None:
    """Call after call, nothing else in this process."""
    row, value = sample(where / "sample")
    audit = client(where / "alone", ring, f"embedded://{where / 'nobody'}")
    contestants: dict[str, Contestant] = {
        "logging: one line of JSON into a file": logged(where),
        "journal append alone, the same bytes": append(where / "bare", value),
        "fastavro, encoding alone": fastavro_encode(row),
        "emit, 2 kB of English": emit(audit, ENGLISH),
        "emit, 2 kB of Chinese": emit(audit, CHINESE),
    }
    show(report, in_turns(contestants, events, list))
    audit.close(1)


def beside_send(report: Report, events: int, where: Path, ring: Path, broker: str) -> None:
    """What an SDK without a journal would do on the caller's thread; its own thread works in this process, too."""
    audit = client(where / "beside", ring, f"embedded://{where / 'nobody'}")
    encode = fastavro_encode(sample(where / "sample-2")[0])
    producer, topic = KafkaProducer(bootstrap_servers=broker, acks="all", linger_ms=20), fresh_topic(broker)
    producer.partitions_for(topic)
    contestants: dict[str, Contestant] = {
        "logging, again": logged(where),
        "fastavro + kafka-python send on the caller": lambda: producer.send(topic, key=b"r-1", value=encode()),
        "emit, 2 kB of English, again": emit(audit, ENGLISH),
    }
    show(report, in_turns(contestants, events, producer.flush))
    producer.close(timeout=30)
    audit.close(1)


def show(report: Report, times: dict[str, list[float]]) -> None:
    """One row for each, with the ratio to the first one's median."""
    yardstick = statistics.median(next(iter(times.values())))
    for name, taken in times.items():
        middle = statistics.median(taken)
        report.add(
            name,
            middle,
            percentile(taken, 990),
            percentile(taken, 999),
            1e6 / statistics.mean(taken),
            middle / yardstick,
        )


def paced(call: Contestant, events: int) -> list[float]:
    """A thousand calls a second."""
    times: list[float] = []
    due = time.perf_counter()
    for _ in range(events):
        due += 1 / PACE
        time.sleep(max(0.0, due - time.perf_counter()))
        times.append(microseconds(call))
    return times


def saturated(call: Contestant, events: int) -> list[float]:
    """One call after another."""
    return [microseconds(call) for _ in range(events)]


def paced_and_saturated(report: Report, name: str, call: Contestant, events: int) -> None:
    """Two rows: at a steady pace, where every call finds cold caches, and one call after another."""
    quick = min(events, 5 * PACE)
    for load, taken in (("1,000/s", paced(call, quick)), ("flat out", saturated(call, events))):
        middle, rate = statistics.median(taken), 1e6 / statistics.mean(taken)
        report.add(f"{name}, {load}", middle, percentile(taken, 990), percentile(taken, 999), rate, None)


def whole_clients(report: Report, events: int, where: Path, ring: Path, broker: str | None) -> None:
    """With the sender thread at work beside the caller."""
    paced_and_saturated(report, "logging", logged(where), events)
    senders = {"nobody drains": f"embedded://{where / 'nobody'}"}
    if broker is not None:
        senders["Kafka, kafka-python"] = f"kafka://{broker}?client_library=kafka-python"
        senders["Kafka, librdkafka"] = f"kafka://{broker}?client_library=librdkafka"
    for name, url in senders.items():
        topic = fresh_topic(broker) if broker is not None else "none"
        audit = client(where / f"whole-{name}", ring, url, topic)
        call = emit(audit, ENGLISH)
        saturated(call, 2000)
        audit.flush(30)
        paced_and_saturated(report, f"emit, {name}", call, events)
        done = audit.close(60)
        if done.dropped or (done.remaining and "Kafka" in name):
            print(f"  not clean: {done}")


def fresh_topic(broker: str) -> str:
    """A topic of this run's own with four partitions."""
    name = f"benchmark-{uuid.uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=broker)
    admin.create_topics([NewTopic(name, 4, 1, topic_configs={"message.timestamp.type": "LogAppendTime"})])
    admin.close()
    return name


def main() -> None:
    """Run and print."""
    told = arguments(__doc__, events=20_000)
    with folder() as where, kafka_broker() as broker:
        ring = where / "keyring.json"
        Keyring.create().save(ring)
        report = Report("Recording an event", ("p50 µs", "p99 µs", "p99.9 µs", "calls/s", "p50 : logging"))
        one_thread(report, told.events, where, ring)
        if broker is not None:
            beside_send(report, told.events // 2, where, ring, broker)
        whole_clients(report, told.events, where, ring, broker)
        report.write(told.json)


if __name__ == "__main__":
    main()
