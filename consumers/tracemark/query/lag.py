"""How far the store is behind what services have recorded: what an answer cannot know yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tracemark.query.answer import Remark
from tracemark.query.events import iso
from tracemark.query.reader import Reader

__all__ = ["Behind", "Lane", "SilentSession", "how_far_behind"]

SILENT_AFTER = timedelta(seconds=90)
"""Three heartbeats: a producer that said nothing for so long, and did not close, may hold events that nobody has sent."""

REPORT_EVERY = timedelta(seconds=60)
"""A sink reports every few seconds; one that was silent for so long does not run."""

LOOK_BACK = timedelta(days=14)
"""How far back dead letters and silent producers are counted when no period is given: as long as dead letters are kept."""

_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The last report about one partition, or lane of the journal.

    Attributes:
        topic: What is read, and `partition` of it.
        state: `running`, `waiting`, `blocked` or `stopped`, as the sink said.
        reason: Why it waits or is blocked.
        lag: Records received and not yet settled.
        reported_at: When the sink said so.
    """

    topic: str
    partition: int
    state: str
    reason: str
    lag: int
    reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentSession:
    """A producer that neither closed nor gave a sign of life for three heartbeats.

    Attributes:
        producer_id: The process.
        service_id: Its service.
        last_seq: The highest number it said it had drawn.
        seen_at: When its last sign of life was received.
    """

    producer_id: str
    service_id: str
    last_seq: int
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What the store does not hold, as far as the store itself and the caller can tell.

    Attributes:
        as_of: When this was looked up.
        last_event_at: Receipt of the newest event stored; None for an empty store.
        lanes: The last report of each partition.
        silent: Producers that fell silent, the latest first; at most a hundred.
        dead_letters: Records put aside in the period, by error code.
        journal_events: Events that wait in journals the caller can see.
    """

    as_of: datetime
    last_event_at: datetime | None
    lanes: tuple[Lane, ...]
    silent: tuple[SilentSession, ...]
    dead_letters: Mapping[str, int]
    journal_events: int

    @property
    def lag(self) -> int:
        """Records received and not yet settled, over all lanes."""
        return sum(lane.lag for lane in self.lanes)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What to tell somebody who relies on an answer; none when nothing is behind."""
        return tuple(
            remark
            for remark in (
                self._lag(),
                self._sinks(),
                self._journals(),
                self._silent(),
                self._dead_letters(),
            )
            if remark is not None
        )

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "as_of": iso(self.as_of),
            "last_event_at": iso(self.last_event_at) if self.last_event_at else None,
            "lag": self.lag,
            "lanes": [
                {
                    "topic": lane.topic,
                    "partition": lane.partition,
                    "state": lane.state,
                    "reason": lane.reason,
                    "lag": lane.lag,
                    "reported_at": iso(lane.reported_at),
                }
                for lane in self.lanes
            ],
            "silent": [
                {
                    "producer_id": session.producer_id,
                    "service_id": session.service_id,
                    "last_seq": session.last_seq,
                    "seen_at": iso(session.seen_at),
                }
                for session in self.silent
            ],
            "dead_letters": dict(self.dead_letters),
            "journal_events": self.journal_events,
            "remarks": [remark.to_dict() for remark in self.remarks],
        }

    def _lag(self) -> Remark | None:
        if not self.lag:
            return None
        behind = [lane for lane in self.lanes if lane.lag]
        text = (
            f"the store is {self.lag} records behind in {len(behind)} partitions; ask again once the sink has caught up"
        )
        return Remark("lag", text)

    def _sinks(self) -> Remark | None:
        stuck = [lane for lane in self.lanes if lane.state in {"waiting", "blocked"}]
        if stuck:
            why = ", ".join(sorted({lane.reason for lane in stuck if lane.reason})) or "no reason given"
            return Remark("sink_stuck", f"{len(stuck)} partitions are {stuck[0].state} ({why}): see `tracemark doctor`")
        newest = max((lane.reported_at for lane in self.lanes), default=None)
        if newest is None or self.as_of - newest <= REPORT_EVERY:
            return None
        return Remark("sink_away", f"no sink has reported since {iso(newest)}: start one with `tracemark sink`")

    def _journals(self) -> Remark | None:
        if not self.journal_events:
            return None
        text = f"{self.journal_events} events wait in journals and are not stored yet: see `tracemark journal list`"
        return Remark("journal_waiting", text)

    def _silent(self) -> Remark | None:
        if not self.silent:
            return None
        services = ", ".join(sorted({session.service_id for session in self.silent}))
        number = f"{len(self.silent)}{' or more' if len(self.silent) == _MOST else ''}"
        return Remark(
            "producer_silent",
            f"{number} producers fell silent without closing ({services}): their last events may not have been sent yet",
        )

    def _dead_letters(self) -> Remark | None:
        if not self.dead_letters:
            return None
        codes = ", ".join(f"{code} {count}" for code, count in self.dead_letters.items())
        return Remark(
            "dead_letters", f"records were put aside and not stored ({codes}): mend the cause, then replay them"
        )


def how_far_behind(reader: Reader, now: datetime, *, since: datetime | None = None, journal_events: int = 0) -> Behind:
    """Ask the store how current it is; four round trips.

    Args:
        reader: The store.
        now: The present instant.
        since: Beginning of the period that dead letters and silent producers are counted in; by default the last 14 days.
        journal_events: Events that wait in journals, for callers that can see those.
    """
    period = since or now - LOOK_BACK
    return Behind(
        as_of=now,
        last_event_at=_last_event(reader),
        lanes=_lanes(reader),
        silent=_silent_sessions(reader, period, now - SILENT_AFTER),
        dead_letters=_dead_letters(reader, period),
        journal_events=journal_events,
    )


def _last_event(reader: Reader) -> datetime | None:
    row = reader.query("SELECT count() AS stored, max(_broker_ts) AS newest FROM events")[0]
    return row["newest"] if row["stored"] else None


def _lanes(reader: Reader) -> tuple[Lane, ...]:
    sql = "SELECT topic, partition, state, reason, lag, reported_at FROM sink_lanes ORDER BY topic, partition"
    return tuple(Lane(**row) for row in reader.query(sql))


def _silent_sessions(reader: Reader, since: datetime, until: datetime) -> tuple[SilentSession, ...]:
    sql = f"""
        SELECT producer_id, argMax(service_id, last_seq) AS service, max(last_seq) AS seq, max(_broker_ts) AS seen_at
        FROM events_traffic WHERE event_type = 'producer.session' AND _broker_ts >= {{since:DateTime64(3, 'UTC')}}
        GROUP BY producer_id
        HAVING argMax(session_state, events_traffic.last_seq) != 'close' AND seen_at < {{until:DateTime64(3, 'UTC')}}
        ORDER BY seen_at DESC LIMIT {_MOST}"""
    return tuple(
        SilentSession(
            producer_id=str(row["producer_id"]), service_id=row["service"], last_seq=row["seq"], seen_at=row["seen_at"]
        )
        for row in reader.query(sql, {"since": since, "until": until})
    )


def _dead_letters(reader: Reader, since: datetime) -> dict[str, int]:
    sql = """
        SELECT error_code, uniqExact(topic, topic_id, partition, offset) AS records FROM dead_letters
        WHERE recorded_at >= {since:DateTime64(6, 'UTC')} GROUP BY error_code ORDER BY error_code"""
    return {row["error_code"]: row["records"] for row in reader.query(sql, {"since": since})}
