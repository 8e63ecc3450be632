"""How fast the sink's heart is, and where its time goes: `python benchmarks/sink.py [--events N] [--rows N] [--json FILE]`.

Real events of a real client (a prompt, an output and a label of each generation) are written range by range into an embedded
server in a process of its own. Then each step is timed by itself on the same records, in turns with the whole, so that the
shares can be compared. One writing thread: a sink has two by default, and its processes share the partitions; what several of
them do together is `benchmarks/sink_workers.py`. The rows in italics are no part of the whole: what it would cost without readers.
"""

import gc
import statistics
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from measuring import Report, arguments, embedded_store, folder, text_of, timed
from tracemark.schemas import HEADER_SCHEMA, decode
from tracemark.schemas.clock import SystemClock
from tracemark.sdk import AuditClient, ClientConfig
from tracemark.sdk.journal import JournalReader, Kind
from tracemark.sink import DeadLetterKey, Range, RangeWriter, StreamRecord
from tracemark.sink.collector import tune_collector
from tracemark.sink.columns import block_of
from tracemark.sink.judging import Accepted, Judge
from tracemark.sink.looking import Found, Look
from tracemark.sink.sorting import sorted_out
from tracemark.store import Store, merkle_root, migrate

TOPIC = "tracemark.events"


class NoLetters:
    """Dead letters would spoil the figures."""

    def put(self, letters: object) -> None:
        """Say so."""
        raise SystemExit(f"events were put aside: the figures would mean nothing ({letters})")


def recorded(where: Path, events: int) -> list[bytes]:
    """Framed values as the SDK makes them."""
    config = ClientConfig(url=f"embedded://{where}", service_id="benchmark", journal_max_bytes=1 << 30)
    audit = AuditClient(config)
    for number in range(events // 3):
        with audit.generation(model="m-1", user=f"u-{number % 997}") as gen:
            gen.prompt(text_of(200, "zh") + str(number))
            gen.output(answer := text_of(900, "en") + str(number))
            gen.label(kind="explicit", carrier="text_prompt", positions=["end"], labelled=answer + " (AI)")
    audit.close(0.1)
    root = where / "journals"
    [name] = [path.name for path in root.iterdir() if not path.name.startswith(".")]
    reader = JournalReader.open(root, name)
    found: list[bytes] = []
    while batch := reader.read(5000, 8 << 20):
        found += [entry.value for _, entry in batch if entry.kind is Kind.EVENT]
    reader.close()
    return found


def records(values: list[bytes]) -> list[StreamRecord]:
    """What a broker would give out."""
    now = time.time_ns() // 1_000_000
    headers = {value[:5]: ((HEADER_SCHEMA, decode(value)[0].fingerprint),) for value in values[:10]}
    return [
        StreamRecord(TOPIC, 0, offset, now, b"k", value, headers.get(value[:5], ()))
        for offset, value in enumerate(values)
    ]


def steps(part: list[StreamRecord], store: Store) -> dict[str, Callable[[], object]]:
    """Each part of the work on one range, as often as one likes."""
    judge, look = Judge(), Look(store)
    verdicts = [judge(record) for record in part]
    events = [event for event in verdicts if isinstance(event, Accepted)]
    tables = {name: [e for e in events if e.schema.table == name] for name in ("traffic", "records")}
    tables = {name: mine for name, mine in tables.items() if mine}
    blocks = {name: block_of(name, mine) for name, mine in tables.items()}

    def insert() -> None:
        for name, block in blocks.items():
            query = uuid.uuid4().hex
            store.insert(f"scratch_{name}", block.names, block.columns, query_id=query, column_types=block.types)

    return {
        "judge: read, check and prove in one pass": lambda: [judge(record) for record in part],
        "sort out what is there already": lambda: sorted_out(verdicts, Found(), look),
        "turn rows into columns": lambda: [block_of(name, mine) for name, mine in tables.items()],
        "Merkle root of the range": lambda: merkle_root(event.event_hash for event in events),
        "insert: serialize, send, store": insert,
        "*judge step by step: decode, check, encode, hash*": lambda: [judge.examine(record) for record in part],
        "*fastavro's decoding alone*": lambda: [decode(record.value or b"") for record in part],
    }


def measure(report: Report, values: list[bytes], rows: int, store: Store) -> None:
    """The whole range by range, with every step after each."""
    writer = RangeWriter(store, NoLetters(), DeadLetterKey(bytes(32)))
    every = records(values)
    whole: list[float] = []
    alone: dict[str, list[float]] = {}
    for start in range(0, len(every) - rows + 1, rows):
        part = every[start : start + rows]
        range_ = Range(topic=TOPIC, partition=0, records=tuple(part))
        taken = timed(lambda range_=range_: writer.write(range_))  # type: ignore[misc]  # called at once
        if start:  # the first one asks what is there already
            whole.append(taken)
            gc.collect()
            gc.freeze()  # what this benchmark holds must not slow the steps
            for name, step in steps(part, store).items():
                alone.setdefault(name, []).append(timed(step))
    show(report, whole, alone, rows)


def show(report: Report, whole: list[float], alone: dict[str, list[float]], rows: int) -> None:
    """Medians over the ranges."""
    total = statistics.median(whole)
    report.add("a whole range", rows / total, total / rows * 1e6, 100.0)
    for name, taken in alone.items():
        middle = statistics.median(taken)
        report.add(name, rows / middle, middle / rows * 1e6, middle / total * 100)


def main() -> None:
    """Run and print."""
    told = arguments(__doc__, events=120_000, rows=20_000)
    tune_collector()  # as the sink does
    with folder() as where, embedded_store(where / "store") as config, Store(config, SystemClock()) as store:
        migrate(store)
        for name in ("traffic", "records"):
            store.command(f"CREATE TABLE scratch_{name} AS events_{name}")
        values = recorded(where / "service", told.events)
        size = statistics.mean(len(value) for value in values)
        what = f"Writing {len(values):,} events of {size:.0f} bytes on average, in ranges of {told.rows:,}, one thread"
        report = Report(what, ("events/s", "µs each", "% of the whole"))
        measure(report, values, told.rows, store)
        report.write(told.json)


if __name__ == "__main__":
    main()
