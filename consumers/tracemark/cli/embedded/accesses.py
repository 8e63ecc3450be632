"""Reads through the embedded server's own door: noted as the door saw them, and recorded as `audit.accessed`.

Told about every statement by the server, it adds up who read how much in a minute: by user, door, board and outcome. Each sum is a
read with an id of its own. It is *noted* in the store's `reads_seen`, and *recorded* as one event through a journal like everybody
else's; neither waits for the other, so a read that was noted and never recorded shows (INV-17). Reads that a command claims to
record itself (see `tracemark.cli.claims`) are noted under the command's id, and left to it to record.

Left out is what the machinery reads for its own work: it logs in as the writer and calls itself `tracemark`. A process that is
killed takes the reads of up to a minute with it.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from tracemark.cli.claims import claimed_read
from tracemark.schemas.clock import Clock
from tracemark.schemas.events import AccessInterface, AccessKind, AuditAccessed
from tracemark.sdk import Receipt
from tracemark.sdk.ids import IdSource, RandomIds
from tracemark.store.embedded import Credentials, QueryAudit
from tracemark.store.reads_seen import Caller, Door, SeenRead

__all__ = ["EVERY_S", "MOST", "AccessLog", "Recorder", "access_event"]

_log = logging.getLogger("tracemark.up")

EVERY_S: Final = 60.0
"""Reads are added up for this long."""

MOST: Final = 1000
"""Sums that are told apart, and sums that wait at most: beyond it reads are added up under less, and for longer."""

_READS: Final = frozenset({"SELECT", "WITH", "FROM", "("})
_MACHINERY: Final = "tracemark "
_CLOSE_S: Final = 5.0
_RECORDED_AS: Final[dict[Door, tuple[AccessKind, AccessInterface]]] = {
    "grafana": ("dashboard", "grafana"),
    "http": ("query", "http"),
    "native": ("query", "api"),
}


class Recorder(Protocol):
    """The part of `AuditClient` that is needed."""

    def emit(self, event: AuditAccessed, *, accessor: str) -> Receipt:
        """Record one event."""
        ...

    def close(self, timeout: float) -> object:
        """End the session; what is not delivered stays in the journal."""
        ...


def access_event(read_id: str, door: Door, rows: int, *, ok: bool) -> AuditAccessed:
    """The record of a read that no command records; `door` is not `cli`."""
    kind, interface = _RECORDED_AS[door]
    return AuditAccessed(access_kind=kind, access_interface=interface, rows_read=rows, access_ok=ok, request_id=read_id)


@dataclass(frozen=True, slots=True)
class _Who:
    """What reads are added up by."""

    user: str
    door: Door
    ok: bool
    board: str = ""
    person: str = ""
    claim: str = ""


@dataclass(slots=True)
class _Sum:
    """Reads of one of them."""

    who: _Who
    read_id: str
    began_us: int
    statements: int = 0
    rows: int = 0

    def seen(self) -> SeenRead:
        who = self.who
        return SeenRead(
            read_id=self.read_id,
            seen_at_us=self.began_us,
            reader=who.user,
            door=who.door,
            board=who.board,
            statements=self.statements,
            rows=self.rows,
            ok=who.ok,
        )


class AccessLog:
    """Collects reads on the requests' threads; notes and records them on a thread of its own."""

    def __init__(
        self,
        passwords: Credentials,
        recorder: Callable[[], Recorder],
        note: Callable[[Sequence[SeenRead]], object],
        clock: Clock,
        *,
        ids: IdSource | None = None,
        every_s: float = EVERY_S,
    ) -> None:
        """`recorder` opens a client, when there is the first read to record; `note` writes to `reads_seen`, all or none."""
        self._passwords = passwords
        self._open_recorder = recorder
        self._write = note
        self._clock = clock
        self._ids = ids or RandomIds()
        self._every_s = every_s
        self._due = clock.monotonic() + every_s
        self._lock = threading.Lock()
        self._open: dict[_Who, _Sum] = {}
        self._turn = threading.Lock()
        self._unnoted: list[_Sum] = []
        self._unrecorded: list[_Sum] = []
        self._recorder: Recorder | None = None

    def heard(self, audit: QueryAudit) -> None:
        """Take note of a statement; quick, from any thread."""
        if audit.kind not in _READS:
            return
        claim = claimed_read(audit.client, self._passwords.writer_password)
        if not claim and audit.user == self._passwords.writer and audit.client.startswith(_MACHINERY):
            return
        who = _who(audit, claim)
        with self._lock:
            if not self._open:
                self._due = self._clock.monotonic() + self._every_s
            found = self._sum(who)
            found.statements += 1
            found.rows += audit.rows

    def record_due(self) -> None:
        """Note and record what was added up, once the time is over."""
        with self._lock:
            is_due = self._clock.monotonic() >= self._due
        if is_due and (self._open or self._unnoted or self._unrecorded):
            self.record()

    def record(self) -> None:
        """Note and record what was added up so far; what fails is tried again with the next."""
        with self._turn:
            if self._is_full():
                self._flush()
            if not self._is_full():  # else the sums stay open, and are added up further
                self._take()
            self._flush()
            if self._unnoted or self._unrecorded:
                self._due = self._clock.monotonic() + self._every_s

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

    def _sum(self, who: _Who) -> _Sum:
        if who not in self._open and len(self._open) >= MOST:
            # A claim beyond the bound is one no longer: recorded twice rather than not at all.
            who = replace(who, door="http" if who.claim else who.door, board="", person="", claim="")
        if who not in self._open:
            now_us = self._clock.now_us()
            self._open[who] = _Sum(who, who.claim or self._ids.uuid(now_us), now_us)
        return self._open[who]

    def _is_full(self) -> bool:
        return max(len(self._unnoted), len(self._unrecorded)) >= MOST

    def _flush(self) -> None:
        self._note()
        self._record()

    def _take(self) -> None:
        with self._lock:
            closed, self._open = list(self._open.values()), {}
        self._unnoted += closed
        self._unrecorded += [one for one in closed if not one.who.claim]

    def _note(self) -> None:
        if not self._unnoted:
            return
        try:
            self._write([one.seen() for one in self._unnoted])
        except Exception:  # noqa: BLE001 - whatever it is: the reads are kept, and the server goes on
            _log.exception("reads of the store could not be noted; it is tried again")
        else:
            self._unnoted = []

    def _record(self) -> None:
        waiting, self._unrecorded = self._unrecorded, []
        for one in waiting:
            try:
                is_recorded = self._emit(one)
            except Exception:  # noqa: BLE001 - likewise
                _log.exception("a read of the store could not be recorded; it is tried again")
                is_recorded = False
            if not is_recorded:
                self._unrecorded.append(one)

    def _emit(self, one: _Sum) -> bool:
        if self._recorder is None:
            self._recorder = self._open_recorder()
        event = access_event(one.read_id, one.who.door, one.rows, ok=one.who.ok)
        return self._recorder.emit(event, accessor=one.who.person or one.who.user).accepted


def _who(audit: QueryAudit, claim: str) -> _Who:
    if claim:
        return _Who(audit.user, "cli", audit.ok, claim=claim)
    caller = Caller.of(audit.client)
    door: Door = "grafana" if caller.is_grafana else "http"
    return _Who(audit.user, door, audit.ok, caller.board, caller.person)
