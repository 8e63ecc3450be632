"""Reads through the embedded server's own door, recorded as `audit.accessed`.

Told about every statement by the server, it adds up who read how much in a minute, and then records one event for each user, door
and outcome, through a journal like everybody else's. A board that asks every five seconds leaves one event a minute.

Left out is what records itself (see `tracemark.cli.claims`), and what the machinery reads for its own work: it logs in as the
writer and calls itself `tracemark`. A process that is killed takes the reads of up to a minute with it.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from tracemark.cli.claims import is_claimed
from tracemark.schemas.clock import Clock
from tracemark.schemas.events import AccessInterface, AuditAccessed
from tracemark.sdk import Receipt
from tracemark.store.embedded import Credentials, QueryAudit

__all__ = ["EVERY_S", "AccessLog", "Recorder"]

_log = logging.getLogger("tracemark.up")

EVERY_S: Final = 60.0
"""Reads are added up for this long."""

_READS: Final = frozenset({"SELECT", "WITH", "FROM", "("})
_MACHINERY: Final = "tracemark "
_CLOSE_S: Final = 5.0


class Recorder(Protocol):
    """The part of `AuditClient` that is needed."""

    def emit(self, event: AuditAccessed, *, accessor: str) -> Receipt:
        """Record one event."""
        ...

    def close(self, timeout: float) -> object:
        """End the session; what is not delivered stays in the journal."""
        ...


@dataclass(frozen=True, slots=True)
class _Who:
    """What reads are added up by; there are two users, two doors and two outcomes, so never more than eight of them."""

    user: str
    door: AccessInterface
    ok: bool


class AccessLog:
    """Collects reads on the requests' threads, and records them on a thread of its own."""

    def __init__(
        self, passwords: Credentials, recorder: Callable[[], Recorder], clock: Clock, *, every_s: float = EVERY_S
    ) -> None:
        """`recorder` opens a client, when there is the first read to record."""
        self._passwords = passwords
        self._open = recorder
        self._clock = clock
        self._every_s = every_s
        self._lock = threading.Lock()
        self._rows: dict[_Who, int] = {}
        self._due = clock.monotonic() + every_s
        self._recorder: Recorder | None = None

    def heard(self, audit: QueryAudit) -> None:
        """Take note of a statement; quick, from any thread."""
        if audit.kind not in _READS or self._is_ours(audit):
            return
        door: AccessInterface = "grafana" if "grafana" in audit.client.lower() else "http"
        who = _Who(audit.user, door, audit.ok)
        with self._lock:
            if not self._rows:
                self._due = self._clock.monotonic() + self._every_s
            self._rows[who] = self._rows.get(who, 0) + audit.rows

    def record_due(self) -> None:
        """Record what was added up, once the time is over."""
        with self._lock:
            is_due = bool(self._rows) and self._clock.monotonic() >= self._due
        if is_due:
            self.record()

    def record(self) -> None:
        """Record what was added up so far; what fails is tried again with the next."""
        with self._lock:
            rows, self._rows = self._rows, {}
        for who, count in rows.items():
            try:
                self._emit(who, count)
            except Exception:  # noqa: BLE001 - whatever it is: the reads are kept, and the server goes on
                _log.exception("a read of the store could not be recorded; it is tried again")
                self._keep(who, count)

    def run(self, stop: threading.Event, *, look_s: float = 1.0) -> None:
        """Record every minute until told to stop."""
        while not stop.wait(min(look_s, self._every_s)):
            self.record_due()

    def close(self, wait_s: float = _CLOSE_S) -> None:
        """Record the rest, end the session, and wait until it is stored. May be called again, for reads that came after all."""
        self.record()
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.close(wait_s)

    def _is_ours(self, audit: QueryAudit) -> bool:
        if is_claimed(audit.client, self._passwords.writer_password):
            return True
        return audit.user == self._passwords.writer and audit.client.startswith(_MACHINERY)

    def _emit(self, who: _Who, count: int) -> None:
        if self._recorder is None:
            self._recorder = self._open()
        event = AuditAccessed(
            access_kind="dashboard" if who.door == "grafana" else "query",
            access_interface=who.door,
            rows_read=count,
            access_ok=who.ok,
        )
        if not self._recorder.emit(event, accessor=who.user).accepted:
            self._keep(who, count)

    def _keep(self, who: _Who, count: int) -> None:
        with self._lock:
            self._rows[who] = self._rows.get(who, 0) + count
            self._due = self._clock.monotonic() + self._every_s
