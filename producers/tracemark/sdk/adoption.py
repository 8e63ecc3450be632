"""The journals of processes that died: found, taken over, delivered, and their sessions closed."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from tracemark.schemas.clock import Clock
from tracemark.sdk.courier import Delivered
from tracemark.sdk.ids import IdSource
from tracemark.sdk.journal import AdoptedJournal, Entry, JournalError, Position, adopt, journal_ids
from tracemark.sdk.parking import is_parking
from tracemark.sdk.sessions import DropTally, closing_entry

__all__ = ["Adoption"]

_log = logging.getLogger("tracemark.sdk")

_BATCH_ENTRIES = 2000
_BATCH_BYTES = 1024 * 1024
_ADOPT_EVERY_S = 10.0

Deliver = Callable[[Sequence[Entry]], Delivered | None]
"""Delivers entries as replays; None when told to stop."""


class Adoption:
    """Takes over the journals of processes that died, delivers what they hold as replays, and closes their sessions."""

    def __init__(self, root: Path, *, producer_id: str, clock: Clock, ids: IdSource) -> None:
        """`producer_id` is the adopter's own: it is named in the closing event."""
        self._root = root
        self._producer_id = producer_id
        self._clock = clock
        self._ids = ids
        self._current: AdoptedJournal | None = None
        self._next_look = clock.monotonic()

    def step(self, deliver: Deliver) -> bool:
        """Deliver one batch of an adopted journal, or look for one when it is time; tell whether anything was done."""
        try:
            if self._current is None:
                self._current = self._look()
            return self._current is not None and self._drain(self._current, deliver)
        except JournalError as error:
            _log.warning("an adopted journal is left for later: %s", error)
            self.close()
            return False
        except BaseException:
            # What was read and not delivered must be read again: only another reader does that.
            self.close()
            raise

    def close(self) -> None:
        """Leave the journal at hand to a later adopter."""
        if self._current is not None:
            self._current.close()
            self._current = None

    def _look(self) -> AdoptedJournal | None:
        if self._clock.monotonic() < self._next_look:
            return None
        self._next_look = self._clock.monotonic() + _ADOPT_EVERY_S
        for producer_id in journal_ids(self._root):
            found = _try_adopt(self._root, producer_id)
            if found is not None:
                self._next_look = self._clock.monotonic()
                return found
        return None

    def _drain(self, journal: AdoptedJournal, deliver: Deliver) -> bool:
        if not journal.session_closed and not is_parking(journal.meta):
            self._close_session(journal)
        batch = journal.reader.read(_BATCH_ENTRIES, _BATCH_BYTES)
        if batch:
            return self._deliver(journal, batch, deliver)
        if any(found.reason != "sequence_gap" for found in journal.reader.damage):
            _log.error("an adopted journal was damaged in %d places", len(journal.reader.damage))
        journal.finish()
        self._current = None
        return True

    def _deliver(self, journal: AdoptedJournal, batch: Sequence[tuple[Position, Entry]], deliver: Deliver) -> bool:
        done = deliver([entry for _, entry in batch])
        if done is None:
            return False
        if done.left:
            _log.warning("an adopted journal is left for later: some of its events can neither be sent nor set aside")
            self._next_look = self._clock.monotonic() + _ADOPT_EVERY_S
            self.close()
            return False
        journal.reader.acknowledge(batch[-1][0])
        return True

    def _close_session(self, journal: AdoptedJournal) -> None:
        """Before anything is delivered: should this process die on the way, the next one finds the totals written down."""
        tally = DropTally(journal.meta.producer_id)
        for entry, missing in journal.history():
            tally.see(entry, missing)
        if tally.damaged or journal.torn_bytes:
            _log.error("a dead producer's journal was damaged: %d events are unreadable", tally.damaged)
        dropped = tally.counts
        journal.append(
            closing_entry(journal, adopted_by=self._producer_id, dropped=dropped, clock=self._clock, ids=self._ids)
        )


def _try_adopt(root: Path, producer_id: str) -> AdoptedJournal | None:
    """A journal that cannot be read must not keep us from the others."""
    try:
        return adopt(root, producer_id)
    except JournalError as error:
        _log.warning("the journal of producer %s is left alone: %s", producer_id, error)
        return None
