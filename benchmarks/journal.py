"""What an append costs: `python benchmarks/journal.py [--events N]`.

Standard appends on one thread, alone and beside a drainer in the same process; critical ones (append, then wait for the
disk) on one thread and on sixteen. The journal lies in a temporary directory: set TMPDIR to measure another disk.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tracemark.sdk.journal import Entry, JournalLimits, JournalMeta, JournalWriter, Kind, Priority

KEY, VALUE = b"k" * 36, b"v" * 424


def open_journal(root: Path) -> JournalWriter:
    meta = JournalMeta(
        producer_id="benchmark",
        service_id="benchmark",
        tenant_id="benchmark",
        sdk_version="0",
        started_us=0,
        pid=0,
        hostname="",
        boot_id="",
        mode="kafka",
    )
    return JournalWriter.create(root, meta, JournalLimits(max_bytes=1 << 30))


def append(writer: JournalWriter, priority: Priority) -> None:
    writer.append(Entry(writer.last_seq + 1, Kind.EVENT, priority, KEY, VALUE))


def standard(writer: JournalWriter, events: int) -> list[float]:
    return [timed(lambda: append(writer, Priority.STANDARD)) for _ in range(events)]


def standard_drained(writer: JournalWriter, events: int) -> list[float]:
    stop = threading.Event()
    drainer = threading.Thread(target=drain, args=(writer, stop))
    drainer.start()
    timings = standard(writer, events)
    stop.set()
    drainer.join()
    return timings


def drain(writer: JournalWriter, stop: threading.Event) -> None:
    reader = writer.reader()
    while not stop.wait(0.02):
        while batch := reader.read(500, 262_144):
            reader.acknowledge(batch[-1][0])
    reader.close()


def critical(writer: JournalWriter, events: int, threads: int) -> list[float]:
    lock = threading.Lock()
    timings: list[float] = []

    def emit() -> None:
        with lock:
            append(writer, Priority.CRITICAL)
            position = writer.end
        writer.sync_through(position)

    def run() -> None:
        timings.extend([timed(emit) for _ in range(events // threads)])

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return timings


def timed(action: Callable[[], None]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1e6


def report(name: str, run: Callable[[JournalWriter], list[float]]) -> None:
    with tempfile.TemporaryDirectory() as root:
        writer = open_journal(Path(root))
        start = time.perf_counter()
        timings = run(writer)
        seconds = time.perf_counter() - start
        writer.close()
    cuts = statistics.quantiles(timings, n=1000)
    figures = f"{cuts[499]:9.1f} {cuts[989]:9.1f} {cuts[998]:9.1f}"
    print(f"{name:34} {figures} {len(timings) / seconds:11,.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=100_000)
    events = parser.parse_args().events
    print(f"{'append of 486 bytes':34} {'p50 us':>9} {'p99 us':>9} {'p99.9 us':>9} {'events/s':>11}")
    report("standard", lambda writer: standard(writer, events))
    report("standard, drained by a thread", lambda writer: standard_drained(writer, events))
    report("critical, one thread", lambda writer: critical(writer, events // 20, 1))
    report("critical, sixteen threads", lambda writer: critical(writer, events // 5, 16))


if __name__ == "__main__":
    main()
