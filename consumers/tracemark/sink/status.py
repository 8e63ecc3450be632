"""What a sink is doing: a snapshot for those who ask it, and rows of `sink_status` for those who ask the store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from tracemark.store import Store

__all__ = ["LaneState", "LaneStatus", "SinkStatus", "StatusTable"]

LaneState = Literal["running", "waiting", "blocked", "stopped"]
"""`waiting`: the store or Kafka is away, it will go on by itself. `blocked`: it will not before somebody mends the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneStatus:
    """One partition, as its sink sees it.

    Attributes:
        topic: What is read.
        partition: Which partition, or journal lane.
        state: Whether it goes on.
        reason: Kind of the last error while it waits or is blocked, else empty.
        next_offset: First offset that is not settled.
        end_offset: Next offset the topic will give out, -1 when unknown.
        stored_total: Rows stored since the sink started.
        dead_letters_total: Records put aside since then.
        duplicates_total: Replays skipped since then.
        last_broker_ts_ms: Receipt of the last record settled, None before the first.
        rows_per_second: Over the time since the report before.
    """

    topic: str
    partition: int
    state: LaneState
    reason: str
    next_offset: int
    end_offset: int
    stored_total: int
    dead_letters_total: int
    duplicates_total: int
    last_broker_ts_ms: int | None
    rows_per_second: float = 0.0

    @property
    def lag(self) -> int:
        """Records that wait in the topic."""
        return max(0, self.end_offset - self.next_offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkStatus:
    """A sink at one moment.

    Attributes:
        sink_id: Which.
        reported_at_us: When.
        lanes: By topic and partition; empty before partitions are assigned.
    """

    sink_id: str
    reported_at_us: int
    lanes: tuple[LaneStatus, ...] = ()

    @property
    def lag(self) -> int:
        """Records that wait in all lanes."""
        return sum(lane.lag for lane in self.lanes)

    @property
    def state(self) -> LaneState:
        """The worst of its lanes'."""
        states = {lane.state for lane in self.lanes}
        for state in _WORST_FIRST:
            if state in states:
                return state
        return "stopped"


_WORST_FIRST: Final[tuple[LaneState, ...]] = ("blocked", "waiting", "running")
_COLUMNS: Final[dict[str, tuple[str, Callable[[LaneStatus], Any]]]] = {
    "topic": ("LowCardinality(String)", lambda s: s.topic),
    "partition": ("UInt16", lambda s: s.partition),
    "state": ("LowCardinality(String)", lambda s: s.state),
    "reason": ("LowCardinality(String)", lambda s: s.reason),
    "next_offset": ("UInt64", lambda s: max(0, s.next_offset)),
    "end_offset": ("UInt64", lambda s: max(0, s.end_offset)),
    "lag": ("UInt64", lambda s: s.lag),
    "stored_total": ("UInt64", lambda s: s.stored_total),
    "dead_letters_total": ("UInt64", lambda s: s.dead_letters_total),
    "duplicates_total": ("UInt64", lambda s: s.duplicates_total),
    "rows_per_second": ("Float64", lambda s: s.rows_per_second),
    "last_broker_ts": ("Nullable(DateTime64(3, 'UTC'))", lambda s: s.last_broker_ts_ms),
}


class StatusTable:
    """Writes rows of `sink_status`; thread-safe. Whoever drains journals uses it, too, with `_topic` journal."""

    def __init__(self, store: Store) -> None:
        """Nothing is written yet."""
        self._store = store

    def insert(self, status: SinkStatus) -> None:
        """One row for each lane; raises `StoreError`."""
        if not status.lanes:
            return
        lanes: Sequence[LaneStatus] = status.lanes
        names = ("reported_at", "sink_id", *_COLUMNS)
        types = ("DateTime64(6, 'UTC')", "LowCardinality(String)", *(type_ for type_, _ in _COLUMNS.values()))
        columns: list[list[Any]] = [[status.reported_at_us] * len(lanes), [status.sink_id] * len(lanes)]
        columns += [[take(lane) for lane in lanes] for _, take in _COLUMNS.values()]
        query_id = f"tm-status-{status.sink_id}-{status.reported_at_us}"
        self._store.insert("sink_status", names, columns, query_id=query_id, column_types=types)
