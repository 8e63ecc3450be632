"""The events in which a producer speaks of itself: open, heartbeat, close.

They carry the highest sequence number and the counts of drops, so that lost tails and silent producers can be found later.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from typing import Any, Literal

from tracemark.schemas import UnknownSchema, codec_for, decode
from tracemark.schemas.clock import Clock
from tracemark.sdk.ids import IdSource
from tracemark.sdk.journal import AdoptedJournal, Entry, Kind, Priority

__all__ = ["SDK_VERSION", "DropTally", "closing_entry", "session_row"]

SDK_VERSION = version("tracemark")

State = Literal["open", "heartbeat", "close"]

_ABSENT = dict.fromkeys(
    ("request_id", "content_id", "case_id", "model_id", "model_version", "policy_version", "trace_id", "span_id"), None
)


def session_row(
    base: Mapping[str, Any],
    *,
    state: State,
    seq: int,
    emitted: int,
    dropped: Mapping[str, int],
    durability: str,
    now_us: int,
    event_id: str,
    closed_by: Literal["owner", "adopter"] | None = None,
    adopted_by: str | None = None,
) -> dict[str, Any]:
    """A complete row of `producer.session`, but for its seal; `base` holds the session's envelope fields and `producer_id`."""
    return {
        **_ABSENT,
        **base,
        "event_id": event_id,
        "event_type": "producer.session",
        "schema_version": 1,
        "occurred_at": now_us,
        "producer_seq": seq,
        "retention_class": "NET",
        "dimensions": {},
        "session_state": state,
        "last_seq": seq,
        "producer_time": now_us,
        "closed_by": closed_by,
        "durability": durability,
        "sdk_version": SDK_VERSION,
        "emitted_total": emitted,
        "dropped": dict(dropped),
        "adopted_by": adopted_by,
        "subject_ref": None,
    }


class DropTally:
    """What a dead producer dropped, by reason, as far as its journal still tells. Give it every entry in order.

    A session's own event has the totals up to it; declarations behind it are added. Numbers that are missing right behind
    a declaration are the rest of its run. Other missing numbers are explained by the next session event, as far as its totals
    exceed what was declared; only those that nothing explains are `journal_damaged`.
    """

    def __init__(self, producer_id: str) -> None:
        """Nothing seen yet."""
        self._key = producer_id.encode()
        self._counts: Counter[str] = Counter()
        self._unexplained = 0
        self._damaged = 0
        self._run = ""

    @property
    def damaged(self) -> int:
        """How many numbers are missing, and nothing explains them."""
        return self._damaged + self._unexplained

    @property
    def counts(self) -> dict[str, int]:
        """The totals so far."""
        damaged = {"journal_damaged": self.damaged} if self.damaged else {}
        return dict(self._counts + Counter(damaged))

    def see(self, entry: Entry, missing: int = 0) -> None:
        """The next entry, and how many numbers are missing before it."""
        if missing and self._run:
            self._counts[self._run] += missing
        else:
            self._unexplained += missing
        self._run = entry.reason if entry.kind is Kind.DROP else ""
        if entry.kind is Kind.DROP:
            self._counts[entry.reason] += entry.covers
        elif entry.key == self._key:
            with suppress(UnknownSchema):  # a newer release's: its own declarations still count
                _, row = decode(entry.value)
                if row["event_type"] == "producer.session":
                    self._take_totals(Counter(row["dropped"]))

    def _take_totals(self, totals: Counter[str]) -> None:
        told = max(0, totals.total() - self._counts.total())
        self._damaged += max(0, self._unexplained - told)
        self._unexplained = 0
        self._counts = totals


def closing_entry(
    journal: AdoptedJournal, *, adopted_by: str | None, dropped: Mapping[str, int], clock: Clock, ids: IdSource
) -> Entry:
    """The `producer.session` event that ends a dead producer's session, as an entry under its own sequence."""
    meta, now_us, seq = journal.meta, clock.now_us(), journal.last_seq + 1
    row = session_row(
        {**meta.session, "producer_id": meta.producer_id},
        state="close",
        seq=seq,
        emitted=seq - sum(dropped.values()),
        dropped=dropped,
        durability="memory" if meta.durability == "memory" else "journal",
        now_us=now_us,
        event_id=ids.uuid(now_us),
        closed_by="adopter",
        adopted_by=adopted_by,
    )
    value = codec_for("producer.session").seal(row, ids.salt()).value
    return Entry(seq, Kind.EVENT, Priority.CRITICAL, meta.producer_id.encode(), value, closes=True)
