"""How far the store that a command asks is behind: what it does not hold is no proof of anything yet."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tracemark.cli.access import AUDIT_SERVICE
from tracemark.query.answer import Remark
from tracemark.query.lag import Behind, how_far_behind
from tracemark.query.reader import Reader
from tracemark.schemas.clock import Clock
from tracemark.sdk.journal import JournalInfo, find_journals
from tracemark.store import StoreConfig

__all__ = ["Arrivals", "store_behind"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PASSING: Final = frozenset({"lag", "journal_waiting"})
"""Codes of what passes by itself."""
_RECENT: Final = timedelta(days=1)
"""What fell silent or was put aside longer ago has been looked after."""
_PATIENCE_S: Final = 10.0
_POLL_S: Final = 0.2


def store_behind(store: Reader, config: StoreConfig, now: datetime, *, since: datetime | None = None) -> Behind:
    """As `how_far_behind`, with the events that wait in journals which can be seen from here."""
    waiting = sum(info.events_pending for info in _journals(config))
    return how_far_behind(store, now, since=since, journal_events=waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Waits until a store holds what had been recorded when it was asked.

    Attributes:
        store: The open store.
        config: Where it is.
        clock: For deadlines.
        pause: Called with the seconds to the next look.
    """

    store: Reader
    config: StoreConfig
    clock: Clock
    pause: Callable[[float], None] = time.sleep

    def doubts(self) -> tuple[Remark, ...]:
        """Wait at most ten seconds; why something may still be missing, or nothing.

        What is recorded meanwhile is not waited for: a busy store is always a little behind.
        """
        remarks = self._remarks()
        lasting = tuple(remark for remark in remarks if remark.code not in _PASSING)
        if lasting or not remarks:
            return lasting
        ends = self._ends()
        deadline = self.clock.monotonic() + _PATIENCE_S
        while not self._reached(ends):
            if self.clock.monotonic() >= deadline:
                return self._remarks()
            self.pause(_POLL_S)
        return ()

    def _remarks(self) -> tuple[Remark, ...]:
        now = _EPOCH + timedelta(microseconds=self.clock.now_us())
        return store_behind(self.store, self.config, now, since=now - _RECENT).remarks

    def _ends(self) -> Mapping[tuple[str, int], int]:
        """How far each lane and each journal must come."""
        ends = {(topic, partition): end for topic, partition, _, end in self._lanes()}
        return ends | {(info.producer_id, -1): info.last_seq for info in _journals(self.config)}

    def _reached(self, ends: Mapping[tuple[str, int], int]) -> bool:
        """Has each come so far? A journal that is gone has."""
        settled = {(topic, partition): start - 1 for topic, partition, start, _ in self._lanes()}
        for info in _journals(self.config):
            settled[info.producer_id, -1] = info.last_seq if info.first_seq is None else info.first_seq - 1
        return all(settled.get(key, end) >= end for key, end in ends.items())

    def _lanes(self) -> list[tuple[str, int, int, int]]:
        """Topic, partition, the first number that is not settled, and the last one that there is."""
        rows = self.store.query("SELECT topic, partition, next_offset, end_offset FROM sink_lanes")
        return [(row["topic"], row["partition"], row["next_offset"], row["end_offset"] - 1) for row in rows]


def _journals(config: StoreConfig) -> list[JournalInfo]:
    """Those that the embedded server drains; journals of services elsewhere cannot be seen from here."""
    if config.directory is None:
        return []
    found = find_journals(config.directory / "journals")
    # Records of earlier reads may wait there, too; nobody looks for those.
    return [info for info in found if info.meta is None or info.meta.service_id != AUDIT_SERVICE]
