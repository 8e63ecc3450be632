"""Cutting ranges: nothing lost, nothing twice, limits kept."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tracemark.sink import StreamRecord
from tracemark.sink.cutting import CutLimits, Cutter

_DAY_MS = 24 * 3600 * 1000
_START_MS = int(datetime(2026, 1, 30, tzinfo=UTC).timestamp() * 1000)


def _record(offset: int, *, size: int = 1, ts_ms: int = _START_MS) -> StreamRecord:
    return StreamRecord("t", 0, offset, ts_ms, None, b"x" * size, ())


def _month(record: StreamRecord) -> tuple[int, int]:
    at = datetime.fromtimestamp(record.broker_ts_ms / 1000, UTC)
    return at.year, at.month


@given(
    sizes=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40)), max_size=60),
    rows=st.integers(1, 7),
    bytes_=st.integers(1, 60),
    batch=st.integers(1, 9),
)
def test_ranges_hold_every_record_once_within_the_limits(
    sizes: list[tuple[int, int]], rows: int, bytes_: int, batch: int
) -> None:
    """Whatever comes, the ranges together are the records in order; each keeps rows, bytes and month."""
    records = [_record(i, size=size, ts_ms=_START_MS + day * _DAY_MS) for i, (size, day) in enumerate(sizes)]
    cutter = Cutter(CutLimits(rows=rows, bytes_=bytes_, age_s=1))
    ranges: list[tuple[StreamRecord, ...]] = []
    for start in range(0, len(records), batch):
        cutter.add(records[start : start + batch], now=0)
        while (cut := cutter.cut(now=0)) is not None:
            ranges.append(cut)
    while (cut := cutter.cut(now=1)) is not None:
        ranges.append(cut)
    assert [record for one in ranges for record in one] == records
    assert (cutter.rows, cutter.bytes_) == (0, 0)
    for one in ranges:
        assert len(one) <= rows
        assert len(one) == 1 or sum(len(r.value or b"") for r in one) <= bytes_
        assert len({_month(record) for record in one}) == 1


def test_a_range_waits_for_its_age() -> None:
    """A range that is not full is cut when its first record has waited long enough, and not before."""
    cutter = Cutter(CutLimits(rows=10, bytes_=100, age_s=1))
    cutter.add([_record(0)], now=5)
    cutter.add([_record(1)], now=5.9)
    assert cutter.cut(now=5.99) is None
    assert cutter.cut(now=6) == (_record(0), _record(1))
    assert cutter.cut(now=99) is None


def test_a_full_range_does_not_wait() -> None:
    """A range is cut at once when the next record would not fit."""
    cutter = Cutter(CutLimits(rows=2, bytes_=100, age_s=1))
    cutter.add([_record(0), _record(1), _record(2)], now=0)
    assert cutter.cut(now=0) == (_record(0), _record(1))
    assert cutter.cut(now=0) is None


def test_months_are_those_of_utc() -> None:
    """A range ends at the last millisecond of a month in UTC, also of a December."""
    for year, month in ((2026, 2), (2027, 1)):
        first = int(datetime(year, month, 1, tzinfo=UTC).timestamp() * 1000)
        cutter = Cutter(CutLimits(rows=10, bytes_=100, age_s=1))
        cutter.add([_record(0, ts_ms=first - 1), _record(1, ts_ms=first)], now=0)
        assert cutter.cut(now=0) == (_record(0, ts_ms=first - 1),)
