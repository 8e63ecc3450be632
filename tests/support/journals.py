"""Journals, entries and processes around them, for the journal's tests."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tracemark.sdk.journal import Entry, JournalLimits, JournalMeta, JournalReader, Kind, Priority

PRODUCER = "0198a3c2-0000-7000-8000-000000000001"
SMALL = JournalLimits(
    max_bytes=64 * 1024,
    segment_bytes=4 * 1024,
    critical_reserve_bytes=8 * 1024,
    drop_reserve_bytes=2 * 1024,
    reserve_free_bytes=0,
    ballast_bytes=4 * 1024,
)
"""Limits that a test reaches soon."""


def meta(producer_id: str = PRODUCER) -> JournalMeta:
    """Who writes the journals of the tests."""
    return JournalMeta(
        producer_id=producer_id,
        service_id="chat",
        tenant_id="t-1",
        sdk_version="0.1.0",
        started_us=1_767_225_600_000_000,
        pid=1,
        hostname="host-1",
        boot_id="boot-1",
        mode="kafka",
        session={"scopes": ["a", "b"], "started": 7},
    )


def event(seq: int, *, priority: Priority = Priority.STANDARD, size: int = 400, closes: bool = False) -> Entry:
    """An event whose value can be told from every other's."""
    value = (f"{seq}:".encode() * size)[:size]
    return Entry(seq, Kind.EVENT, priority, f"request-{seq}".encode(), value, closes=closes)


def drop(seq: int, *, reason: str = "journal_full", covers: int = 1) -> Entry:
    """A declared loss."""
    return Entry(seq, Kind.DROP, Priority.STANDARD, b"", b"", reason, covers)


def read_all(reader: JournalReader) -> list[Entry]:
    """Everything there is to read now, unacknowledged."""
    entries: list[Entry] = []
    while batch := reader.read(100, 64 * 1024):
        entries += [entry for _, entry in batch]
    return entries


def drain(reader: JournalReader) -> list[Entry]:
    """Everything there is to read now, acknowledged batch by batch."""
    entries: list[Entry] = []
    while batch := reader.read(7, 64 * 1024):
        entries += [entry for _, entry in batch]
        reader.acknowledge(batch[-1][0])
    return entries


@contextmanager
def worker(*arguments: str | Path) -> Generator[subprocess.Popen[bytes]]:
    """A real process that does `support.journal_worker`'s bidding; killed at the end if it still runs."""
    command = [sys.executable, "-m", "support.journal_worker", *map(str, arguments)]
    tests = Path(__file__).parents[1]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tests) as process:
        try:
            yield process
        finally:
            process.kill()


def next_line(process: subprocess.Popen[bytes]) -> str:
    """The next line a worker prints; empty when it has ended."""
    if process.stdout is None:
        raise ValueError("the worker was started without a pipe")
    return process.stdout.readline().decode().strip()


def say(process: subprocess.Popen[bytes], word: str) -> None:
    """Give a waiting worker its cue."""
    if process.stdin is None:
        raise ValueError("the worker was started without a pipe")
    process.stdin.write(f"{word}\n".encode())
    process.stdin.flush()
