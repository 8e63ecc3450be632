"""Declared drops, gathered into runs: a full journal must not be filled further by one entry for each event it refuses."""

import logging
from dataclasses import dataclass

__all__ = ["DropRuns", "Run"]

_log = logging.getLogger("tracemark.sdk")


@dataclass(frozen=True, slots=True)
class Run:
    """Numbers `first` to `first + count - 1`, dropped for one reason."""

    first: int
    count: int
    reason: str


class DropRuns:
    """Gathers consecutive drops. Used under the outbox's lock.

    The first drop of a run is handed on at once, later ones when the run has doubled, so a long outage costs a few dozen
    entries. When events find room again the next heartbeat, which follows at once, has the counts; only a process that dies
    within a run leaves numbers behind that nothing explains, at most half of the run.
    """

    def __init__(self) -> None:
        """No run yet."""
        self._waiting: Run | None = None
        self._reason = ""
        self._declared = 0

    def add(self, seq: int, reason: str) -> list[Run]:
        """One more drop; returns the runs to declare now."""
        ended: list[Run] = []
        if reason != self._reason:
            ended = self._take()
            self._declared = 0
        if not self._reason:
            _log.error("events are being dropped (%s); AuditClient.accounting() has the counts", reason)
        self._reason = reason
        count = self._waiting.count + 1 if self._waiting else 1
        self._waiting = Run(seq - count + 1, count, reason)
        return ended + (self._take() if count >= self._declared else [])

    def end(self) -> None:
        """An event found room again."""
        if self._reason:
            _log.warning("events are accepted again; AuditClient.accounting() has the counts of those dropped")
            self._reason, self._declared, self._waiting = "", 0, None

    def _take(self) -> list[Run]:
        if self._waiting is None:
            return []
        run, self._waiting = self._waiting, None
        self._declared += run.count
        return [run]
