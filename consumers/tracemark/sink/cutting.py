"""Records of a partition, cut into ranges. Pure: time is passed in."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from tracemark.sink.records import StreamRecord

__all__ = ["CutLimits", "Cutter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutLimits:
    """Where a range ends: at the first of these. A record that is larger than `bytes_` is a range of its own."""

    rows: int
    bytes_: int
    age_s: float


@dataclass(slots=True)
class _Chunk:
    records: list[StreamRecord]
    bytes_: int
    since: float
    month: tuple[int, int]


class Cutter:
    """Collects records of one partition in offset order and gives them back as ranges: all of them, in order, each once.

    A range never spans two months of broker time, so that it falls into one ClickHouse partition of `events_traffic`. Not
    thread-safe.
    """

    def __init__(self, limits: CutLimits) -> None:
        """Empty."""
        self._limits = limits
        self._chunks: deque[_Chunk] = deque()
        self.rows = 0
        self.bytes_ = 0

    def add(self, records: Iterable[StreamRecord], now: float) -> None:
        """Take records that follow those taken before; `now` is monotonic seconds."""
        for record in records:
            size = _size(record)
            last = self._chunks[-1] if self._chunks else None
            if last is None or not self._fits(last, record, size):
                last = _Chunk([], 0, now, _month(record.broker_ts_ms))
                self._chunks.append(last)
            last.records.append(record)
            last.bytes_ += size
            self.rows += 1
            self.bytes_ += size

    def cut(self, now: float) -> tuple[StreamRecord, ...] | None:
        """The next range, when it is full or old enough."""
        if not self._chunks:
            return None
        first = self._chunks[0]
        is_full = (
            len(self._chunks) > 1 or len(first.records) >= self._limits.rows or first.bytes_ >= self._limits.bytes_
        )
        if not is_full and now - first.since < self._limits.age_s:
            return None
        self._chunks.popleft()
        self.rows -= len(first.records)
        self.bytes_ -= first.bytes_
        return tuple(first.records)

    def _fits(self, chunk: _Chunk, record: StreamRecord, size: int) -> bool:
        if len(chunk.records) >= self._limits.rows or chunk.bytes_ + size > self._limits.bytes_:
            return False
        begins, ends = chunk.month
        return begins <= record.broker_ts_ms < ends


def _size(record: StreamRecord) -> int:
    return len(record.value or b"") + len(record.key or b"")


def _month(ts_ms: int) -> tuple[int, int]:
    """First millisecond of the month of `ts_ms`, and of the next."""
    begins = datetime.fromtimestamp(ts_ms / 1000, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ends = begins.replace(year=begins.year + begins.month // 12, month=begins.month % 12 + 1)
    return int(begins.timestamp()) * 1000, int(ends.timestamp()) * 1000
