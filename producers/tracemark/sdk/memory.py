"""The queue in memory, for the time in which no disk can be written: a FIFO with a bound in bytes."""

from collections import deque
from itertools import islice

from tracemark.sdk.journal import Entry

__all__ = ["MemoryFull", "MemoryQueue"]

_OVERHEAD = 200
"""Bytes that one waiting entry takes beside its key and value."""


class MemoryFull(Exception):
    """The entry would pass the bound; nothing was queued."""


class MemoryQueue:
    """Entries in order. Not thread-safe: used under the lock of its owner."""

    def __init__(self, max_bytes: int) -> None:
        """`max_bytes` bounds what waits, with some overhead for each entry."""
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._max_bytes = max_bytes

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def bytes(self) -> int:
        """What waits."""
        return self._bytes

    @property
    def head(self) -> Entry:
        """The oldest entry; raises IndexError when there is none."""
        return self._entries[0]

    @property
    def last_seq(self) -> int:
        """The highest number that waits; 0 when none does."""
        return self._entries[-1].last_seq if self._entries else 0

    def add(self, entry: Entry) -> None:
        """Queue an entry; raises `MemoryFull`."""
        size = _size(entry)
        if self._bytes + size > self._max_bytes:
            raise MemoryFull
        self._entries.append(entry)
        self._bytes += size

    def first(self, count: int) -> tuple[Entry, ...]:
        """The oldest entries, left where they are."""
        return tuple(islice(self._entries, count))

    def pop(self) -> Entry:
        """Take the oldest entry out."""
        entry = self._entries.popleft()
        self._bytes -= _size(entry)
        return entry


def _size(entry: Entry) -> int:
    return _OVERHEAD + len(entry.key) + len(entry.value)
