"""Waiting for the disk, and being interrupted."""

import gc
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

import pytest

from support.journals import drain, event, meta
from tracemark.sdk.journal import (
    Entry,
    JournalLimits,
    JournalMisuse,
    JournalNotDurable,
    JournalWriter,
    Position,
    Priority,
)
from tracemark.sdk.journal._commit import GroupCommit

ROOMY = JournalLimits(segment_bytes=16 * 1024, reserve_free_bytes=0)


def test_many_threads_share_a_sync(tmp_path: Path) -> None:
    """Critical emitters on many threads each return with their entry on the disk, across segments."""
    writer = JournalWriter.create(tmp_path, meta(), ROOMY)
    lock = threading.Lock()

    def emit(_: int) -> Position:
        with lock:
            position = writer.append(event(writer.last_seq + 1, priority=Priority.CRITICAL))
        writer.sync_through(position, 30)
        return position

    with ThreadPoolExecutor(16) as threads:
        positions = list(threads.map(emit, range(400)))
    assert len(set(positions)) == 400
    assert [entry.seq for entry in drain(writer.reader())] == list(range(1, 401))


def test_syncing_what_is_durable_returns_at_once(tmp_path: Path) -> None:
    """Nothing to do is done, also after the segment was delivered and deleted."""
    writer = JournalWriter.create(tmp_path, meta(), ROOMY)
    position = writer.append(event(1))
    for seq in range(2, 100):
        writer.append(event(seq))
    drain(writer.reader())
    writer.sync()
    writer.sync_through(position)
    with pytest.raises(JournalMisuse, match="lies behind the end"):
        writer.sync_through(Position(99, 0), 1)


class Disk:
    """A disk whose syncs happen when, and as, the test says."""

    def __init__(self) -> None:
        self.written = Position(1, 0)
        self.fails = False
        self.syncs = 0
        self.may_go = threading.Semaphore(0)

    def sync(self) -> tuple[Position, bool]:
        through = self.written
        self.may_go.acquire()
        self.syncs += 1
        return through, self.fails


def test_a_disk_that_stalls_meets_the_deadline() -> None:
    """The caller gets its answer in time, and a later one when the disk is back."""
    disk = Disk()
    commit = GroupCommit(disk.sync)
    with pytest.raises(JournalNotDurable, match=r"longer than 0\.01 s"):
        commit.wait(disk.written, 0.01)
    disk.may_go.release()
    commit.wait(disk.written, 30)
    assert disk.syncs == 1
    commit.stop()


def test_a_failed_sync_is_never_forgotten() -> None:
    """What a failed sync covered stays in doubt after a later one succeeds; what came before and after does not."""
    disk = Disk()
    commit = GroupCommit(disk.sync)
    for fails, at in ((False, 10), (True, 20), (False, 30)):
        disk.fails, disk.written = fails, Position(1, at)
        disk.may_go.release()
        if fails:
            with pytest.raises(JournalNotDurable, match="the disk failed"):
                commit.wait(Position(1, 15), 30)
        else:
            commit.wait(Position(1, at), 30)
    commit.wait(Position(1, 10), 30)
    commit.wait(Position(1, 25), 30)
    with pytest.raises(JournalNotDurable, match="the disk failed"):
        commit.wait(Position(1, 11), 30)
    assert disk.syncs == 3
    commit.stop()


def test_closing_releases_those_who_wait() -> None:
    """A waiter learns that its entry is not known to be durable, instead of waiting for ever."""
    disk = Disk()
    commit = GroupCommit(disk.sync)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(commit.wait, disk.written, None)
        commit.stop()
        with pytest.raises(JournalNotDurable, match="closed meanwhile"):
            waiting.result(30)
    disk.may_go.release()


class Interrupted(Exception):
    """What a worker's time limit raises from a signal handler."""


# An exception between opening a file and the `with` that closes it leaves the closing to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupted_append_leaves_no_doubt(tmp_path: Path) -> None:
    """An exception from a signal handler in the middle of an append: the entry is in, or it is not, and the writer knows."""
    limits = JournalLimits(segment_bytes=4096, reserve_free_bytes=0)
    writer = JournalWriter.create(tmp_path, meta(), limits)

    def interrupt(_signum: int, _frame: FrameType | None) -> None:
        raise Interrupted

    accepted: dict[int, Entry] = {}
    interruptions = 0
    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        while interruptions < 300:
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.00005 + interruptions % 50 * 0.000007)
                for _ in range(200):  # an exception raised inside a finaliser is swallowed by Python
                    entry = event(writer.last_seq + 1)._replace(key=f"attempt-{interruptions}".encode())
                    writer.append(entry)
                    accepted[entry.seq] = entry
            except Interrupted:
                interruptions += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        gc.collect()
    last = writer.last_seq
    reader = writer.reader()
    delivered = {entry.seq: entry for entry in drain(reader)}
    assert list(delivered) == list(range(1, last + 1))
    assert accepted.items() <= delivered.items()
    assert all(found.first_missing_seq is None for found in reader.damage)
    assert writer.bytes_pending == 0
