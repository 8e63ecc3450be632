"""The one background thread of a producer: delivers its events, gives signs of life, adopts the journals of the dead.

It is started lazily, is a daemon, and never holds a lock of the emitting threads while it waits for a broker.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from tracemark.schemas.clock import Clock
from tracemark.sdk.broker import BrokerClient
from tracemark.sdk.courier import Courier
from tracemark.sdk.ids import IdSource
from tracemark.sdk.journal import AdoptedJournal, JournalError, adopt, journal_ids
from tracemark.sdk.outbox import Outbox
from tracemark.sdk.progress import Progress
from tracemark.sdk.sessions import DropTally, closing_entry

__all__ = ["Delivery", "EmbeddedDelivery", "KafkaDelivery", "Worker"]

_log = logging.getLogger("tracemark.sdk")

_IDLE_S = 0.02
"""Events are gathered for this long: a timer costs the emitting thread nothing, a notification would."""

_BATCH_ENTRIES = 2000
_BATCH_BYTES = 1024 * 1024
_ADOPT_EVERY_S = 10.0


class Delivery(Protocol):
    """How accepted events leave the process. Used by the worker's thread alone."""

    @property
    def trouble(self) -> str:
        """Why nothing is delivered at the moment; empty when all is well."""
        ...

    def step(self) -> bool:
        """Do a piece of work, for as long as it takes; tell whether there was any."""
        ...

    def close(self, timeout_s: float) -> None:
        """Let connections go."""
        ...


class KafkaDelivery:
    """From the outbox to the broker, and between batches from the journals of dead processes."""

    def __init__(
        self,
        outbox: Outbox,
        new_client: Callable[[], BrokerClient],
        *,
        topic: str,
        stop: threading.Event,
        tick: Callable[[], None],
        adoption: "Adoption | None",
    ) -> None:
        """`adoption` is None when this process leaves other journals alone."""
        self._outbox = outbox
        self._courier = Courier(new_client, topic=topic, stop=stop, tick=tick)
        self._adoption = adoption

    @property
    def trouble(self) -> str:
        """What the courier last complained of."""
        return self._courier.trouble

    def step(self) -> bool:
        """One batch of our own events, and one of an adopted journal."""
        taken = self._outbox.take(_BATCH_ENTRIES, _BATCH_BYTES)
        if taken.entries:
            refused = self._courier.deliver(taken.entries, is_replay=lambda entry: entry.seq in taken.replays)
            if refused is None:
                return False
            for entry, code in refused:
                _log.error("the broker refuses an event for good (%s); it is counted as dropped", code)
                self._outbox.drop(entry.seq, "too_large")
            self._outbox.done(taken)
        adopted = self._adoption is not None and self._adoption.step(self._courier)
        return bool(taken.entries) or adopted

    def close(self, timeout_s: float) -> None:
        """Let the client and a half-drained journal go."""
        self._courier.close(timeout_s)
        if self._adoption is not None:
            self._adoption.close()


class Adoption:
    """Takes over the journals of processes that died, delivers what they hold as replays, and closes their sessions."""

    def __init__(self, root: Path, *, producer_id: str, clock: Clock, ids: IdSource) -> None:
        """`producer_id` is the adopter's own: it is named in the closing event."""
        self._root = root
        self._producer_id = producer_id
        self._clock = clock
        self._ids = ids
        self._current: AdoptedJournal | None = None
        self._lost = 0
        self._tally = DropTally("")
        self._next_look = clock.monotonic()

    def step(self, courier: Courier) -> bool:
        """Deliver one batch of an adopted journal, or look for one when it is time; tell whether anything was done."""
        try:
            if self._current is None:
                self._current = self._look()
            return self._current is not None and self._drain(self._current, courier)
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
                self._lost = 0
                self._tally = DropTally(producer_id)
                return found
        return None

    def _drain(self, journal: AdoptedJournal, courier: Courier) -> bool:
        batch = journal.reader.read(_BATCH_ENTRIES, _BATCH_BYTES)
        self._lost = missing_numbers(journal)
        if batch:
            if courier.deliver([entry for _, entry in batch], is_replay=lambda _: True) is None:
                return False
            journal.reader.acknowledge(batch[-1][0])
            for _, entry in batch:
                self._tally.see(entry)
        elif not journal.session_closed:
            dropped = self._tally.counts | ({"journal_damaged": self._lost} if self._lost else {})
            journal.append(
                closing_entry(journal, adopted_by=self._producer_id, dropped=dropped, clock=self._clock, ids=self._ids)
            )
        else:
            if self._lost or journal.torn_bytes:
                _log.error("a dead producer's journal was damaged: %d events are unreadable", self._lost)
            journal.finish()
            self._current = None
        return True


def _try_adopt(root: Path, producer_id: str) -> AdoptedJournal | None:
    """A journal that cannot be read must not keep us from the others."""
    try:
        return adopt(root, producer_id)
    except JournalError as error:
        _log.warning("the journal of producer %s is left alone: %s", producer_id, error)
        return None


def missing_numbers(journal: AdoptedJournal) -> int:
    """How many sequence numbers damage has made unreadable, so far as it is known."""
    bounds = ((found.first_missing_seq, found.last_missing_seq) for found in journal.reader.damage)
    return sum(last - first + 1 for first, last in bounds if first is not None and last is not None)


class EmbeddedDelivery:
    """`tracemark up` drains the journal; this side only follows the cursor, so that receipts can be waited for."""

    def __init__(self, acknowledged_seq: Callable[[], int], progress: Progress) -> None:
        """`acknowledged_seq` reads how far the drain has come."""
        self._acknowledged_seq = acknowledged_seq
        self._progress = progress

    @property
    def trouble(self) -> str:
        """Nothing to complain of: a journal that nobody drains is `tracemark doctor`'s business."""
        return ""

    def step(self) -> bool:
        """Look at the cursor."""
        self._progress.advance(self._acknowledged_seq())
        return False

    def close(self, timeout_s: float) -> None:
        """Nothing is held."""
        del timeout_s


class Worker:
    """Runs a delivery on a daemon thread until told to stop."""

    def __init__(self, delivery: Delivery, *, stop: threading.Event, tick: Callable[[], None], name: str) -> None:
        """`tick` is called between steps: heartbeats."""
        self._delivery = delivery
        self._stop = stop
        self._tick = tick
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Ask the thread to end and wait for it, at most `timeout_s`."""
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._tick()
                busy = self._delivery.step()
            except Exception:  # noqa: BLE001 - the thread must outlive whatever goes wrong
                # The service must not notice, and the journal keeps everything: say it loudly and go on.
                _log.exception("delivery failed unexpectedly; events wait in the journal")
                busy = False
                self._stop.wait(1.0)
            if not busy:
                self._stop.wait(_IDLE_S)
        self._delivery.close(0.0)
