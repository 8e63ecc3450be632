"""The other process of the journal's tests: `python -m support.journal_worker <what> ROOT [argument]`."""

import ctypes
import os
import resource
import sys
from pathlib import Path

from support.journals import PRODUCER, drop, event, meta, read_all
from tracemark.sdk.journal import (
    JournalLimits,
    JournalReader,
    JournalUnavailable,
    JournalWriter,
    Priority,
    adopt,
)

ROOMY = JournalLimits(segment_bytes=16 * 1024, reserve_free_bytes=0)


def _tell(line: object) -> None:
    os.write(1, f"{line}\n".encode())


def _await_cue() -> None:
    sys.stdin.readline()


def write(root: Path, count: str) -> None:
    """Append `count` events, tell each number once its append has returned, and hold the journal until killed."""
    writer = JournalWriter.create(root, meta(), ROOMY)
    for seq in range(1, int(count) + 1):
        writer.append(event(seq, size=100 + seq * 37 % 900))
        _tell(seq)
    _await_cue()


def write_fast(root: Path, count: str) -> None:
    """Append `count` events as fast as it goes, beginning a segment every few events; tell when there is a journal."""
    writer = JournalWriter.create(root, meta(), JournalLimits(segment_bytes=4 * 1024, reserve_free_bytes=0))
    _tell("created")
    for seq in range(1, int(count) + 1):
        writer.append(event(seq))
    _await_cue()


def write_closing(root: Path, count: str) -> None:
    """Append `count` events, the last one closing the session, and close in good order."""
    writer = JournalWriter.create(root, meta(), ROOMY)
    for seq in range(1, int(count) + 1):
        writer.append(event(seq, closes=seq == int(count)))
    writer.close()
    _tell("closed")


def fork(root: Path, _: str) -> None:
    """Append one event, fork a child that outlives this process, and end without closing. The child holds stdout."""
    writer = JournalWriter.create(root, meta(), ROOMY)
    writer.append(event(1))
    child = os.fork()
    if child == 0:
        try:
            writer.append(event(2))
        except JournalUnavailable:
            _tell("child refused")
        writer.close()
        _await_cue()
        os._exit(0)
    _await_cue()
    os._exit(0)


def fork_unseen(root: Path, _: str) -> None:
    """Append one event, and fork a child that Python does not know of: it keeps every descriptor, and outlives this."""
    writer = JournalWriter.create(root, meta(), ROOMY)
    writer.append(event(1))
    libc = ctypes.CDLL(None)
    child = libc.fork()
    if child == 0:
        libc.pause()
    _tell(child)
    _await_cue()


def adopt_on_cue(root: Path, _: str) -> None:
    """Try to adopt as soon as a line comes in; hold what was won until the next line."""
    _tell("ready")
    _await_cue()
    _tell("won" if adopt(root, PRODUCER) else "lost")
    _await_cue()


def adopt_and_die(root: Path, _: str) -> None:
    """Adopt, read without acknowledging, append the closing record, and be killed."""
    adopted = adopt(root, PRODUCER)
    if adopted:
        read_all(adopted.reader)
        adopted.append(event(adopted.last_seq + 1, closes=True))
    _tell("appended")
    _await_cue()


def drain(root: Path, last: str) -> None:
    """Drain a living owner's journal until number `last`, telling every number."""
    reader = JournalReader.open(root, PRODUCER)
    seen = 0
    while seen < int(last):
        for position, entry in reader.read(50, 64 * 1024):
            _tell(entry.seq)
            seen = entry.seq
            reader.acknowledge(position)
    _tell("damage" if reader.damage else "sound")


def fill(root: Path, limit: str) -> None:
    """Under a file size limit: append until refused, then a critical event and a drop; tell what was taken."""
    writer = JournalWriter.create(root, meta(), ROOMY)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    try:
        while True:
            writer.append(event(writer.last_seq + 1))
    except JournalUnavailable:
        _tell(writer.last_seq)
    for entry in (event(101, priority=Priority.CRITICAL), drop(102)):
        try:
            writer.append(entry._replace(seq=writer.last_seq + 1))
            _tell("taken")
        except JournalUnavailable:
            _tell("refused")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


if __name__ == "__main__":
    {
        "write": write,
        "write-fast": write_fast,
        "write-closing": write_closing,
        "fork": fork,
        "fork-unseen": fork_unseen,
        "adopt-on-cue": adopt_on_cue,
        "adopt-and-die": adopt_and_die,
        "drain": drain,
        "fill": fill,
    }[sys.argv[1]](Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
