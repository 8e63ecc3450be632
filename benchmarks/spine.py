"""The whole way, with real processes: `python benchmarks/spine.py [--events N] [--json FILE]`.

SDK → Kafka → `tracemark sink` → the embedded server of `tracemark up`, and embedded mode, SDK → journal → `tracemark up`.
For each, how many events a second arrive when one process emits as fast as it can, and how long it takes from `emit` until a
query shows the event, at two hundred events a second. The store is asked again and again for what is new, so a latency is late
by up to one round of asking, which is shown. Everything shares the cores of one machine.
"""

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from measuring import Report, arguments, folder, kafka_broker, percentile, text_of
from support.up import LongRunning, Up
from tracemark.schemas.clock import SystemClock
from tracemark.sdk import AuditClient, ClientConfig
from tracemark.store import Store, StoreConfig

PACE = 200
PACED_S = 20
DEADLINE_S = 120.0
TEXT = text_of(2048, "en")


def generation(audit: AuditClient) -> list[int]:
    """A prompt, an output, a label; their sequence numbers."""
    with audit.generation(model="m-1", user="u-42") as gen:
        told = [
            gen.prompt(TEXT[:200]),
            gen.output(TEXT),
            gen.label(kind="explicit", carrier="text_prompt", positions=["end"], labelled=TEXT + " (AI)"),
        ]
    return [receipt.seq for receipt in told]


class Watch:
    """Asks the store for numbers of one producer that it has not seen yet."""

    def __init__(self, store: Store, producer_id: str) -> None:
        """Nothing is asked yet."""
        self._store = store
        self._producer_id = producer_id
        self._below = 0
        self.seen: dict[int, float] = {}
        self.rounds: list[float] = []

    def look(self) -> None:
        """One round; what is new becomes visible now."""
        started = time.perf_counter()
        numbers = self._store.columns(
            "SELECT producer_seq FROM events_traffic WHERE producer_id = {id:UUID} AND producer_seq > {below:Int64}",
            {"id": self._producer_id, "below": self._below},
        )
        now = time.perf_counter()
        self.rounds.append(now - started)
        for seq in (seq for column in numbers.data for seq in column):
            self.seen.setdefault(seq, now)
        while self._below + 1 in self.seen:
            self._below += 1

    def until(self, wanted: Mapping[int, float]) -> None:
        """Until all of them are visible."""
        deadline = time.perf_counter() + DEADLINE_S
        while wanted.keys() - self.seen.keys():
            if time.perf_counter() > deadline:
                raise SystemExit(f"{len(wanted.keys() - self.seen.keys())} events did not arrive in {DEADLINE_S} s")
            self.look()
            time.sleep(0.02)


def flood(audit: AuditClient, store: Store, events: int) -> tuple[float, float]:
    """Events a second at `emit`, and on the whole way to the store."""
    before = stored(store)
    started = time.perf_counter()
    for _ in range(events // 3):
        generation(audit)
    emitted = time.perf_counter() - started
    while (missing := before + events // 3 * 3 - stored(store)) > 0:
        if time.perf_counter() - started > DEADLINE_S:
            raise SystemExit(f"{missing} events did not arrive in {DEADLINE_S} s")
        time.sleep(0.05)
    return events / emitted, events / (time.perf_counter() - started)


def stored(store: Store) -> int:
    """Events of the service, without those of its session."""
    [row] = store.query("SELECT count() AS n FROM events_traffic WHERE event_type != 'producer.session'")
    return int(row["n"])


def trickle(audit: AuditClient, store: Store) -> tuple[list[float], list[float]]:
    """Seconds from emit to visible for each event, and how long rounds of asking took."""
    producer_id = audit.accounting().producer_id
    watch, emitted = Watch(store, producer_id), dict[int, float]()
    due = time.perf_counter()
    for number in range(PACE * PACED_S // 3):
        due += 3 / PACE
        time.sleep(max(0.0, due - time.perf_counter()))
        now = time.perf_counter()
        emitted.update(dict.fromkeys(generation(audit), now))
        if number % 2:
            watch.look()
    watch.until(emitted)
    return [watch.seen[seq] - at for seq, at in emitted.items()], watch.rounds


@contextmanager
def through_kafka(up: Up, broker: str, where: Path) -> Generator[str]:
    """With a sink between."""
    told = ["sink", "--kafka", broker, "--data", str(up.data), "--partitions", "4"]
    with LongRunning(told, where / "sink.log"):
        yield f"kafka://{broker}?client_library="


def measure(report: Report, name: str, up: Up, url: str, events: int) -> None:
    """Both questions for one way."""
    config = ClientConfig(url=url, service_id="benchmark", keyring=up.data / "keyring.json")
    writer = StoreConfig.embedded(up.data)
    with AuditClient(config) as audit, Store(writer, SystemClock()) as store:
        flood(audit, store, 3000)
        at_emit, whole = flood(audit, store, events)
    with AuditClient(config) as audit, Store(writer, SystemClock()) as store:
        latencies, rounds = trickle(audit, store)
        report.add(
            name,
            at_emit,
            whole,
            *(percentile(latencies, per_mille) * 1000 for per_mille in (500, 990)),
            percentile(rounds, 500) * 1000,
        )


def main() -> None:
    """Run and print."""
    told = arguments(__doc__, events=60_000)
    columns = ("emitted/s", "stored/s", "visible p50 ms", "visible p99 ms", "one look ms")
    report = Report("From emit to the store", columns)
    with folder() as where:
        with Up(where / "embedded") as up:
            measure(report, "embedded", up, f"embedded://{up.data}", told.events)
        with kafka_broker() as broker, Up(where / "store") as up:
            if broker is not None:
                with through_kafka(up, broker, where) as url:
                    for library in ("librdkafka", "kafka-python"):
                        measure(report, f"Kafka, {library}, one sink", up, url + library, told.events)
    report.write(told.json)


if __name__ == "__main__":
    main()
