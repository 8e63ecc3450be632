"""How accepted events leave the process: to Kafka, or into the hands of whoever drains the journal."""

import logging
from collections.abc import Callable, Sequence

from tracemark.schemas.clock import Clock
from tracemark.sdk.adoption import Adoption
from tracemark.sdk.backoff import Backoff
from tracemark.sdk.courier import Courier, Delivered
from tracemark.sdk.journal import Entry
from tracemark.sdk.outbox import Outbox, Taken
from tracemark.sdk.parking import Parking
from tracemark.sdk.progress import Progress

__all__ = ["EmbeddedDelivery", "KafkaDelivery"]

_log = logging.getLogger("tracemark.sdk")

_BATCH_ENTRIES = 2000
_BATCH_BYTES = 1024 * 1024


class KafkaDelivery:
    """From the outbox to the broker, and between batches what was parked, and the journals of dead processes."""

    def __init__(
        self, outbox: Outbox, courier: Courier, parking: Parking, *, clock: Clock, adoption: Adoption | None
    ) -> None:
        """`adoption` is None when this process leaves other journals alone."""
        self._outbox = outbox
        self._courier = courier
        self._parking = parking
        self._adoption = adoption
        self._held: tuple[Taken, list[Entry]] | None = None
        self._retry_held = Backoff(0.5, 10.0, clock)

    def step(self) -> bool:
        """One batch of what was parked, one of our own events, and one of an adopted journal."""
        parked = self._parking.step(self._courier)
        own = self._step_own()
        adopted = self._adoption is not None and self._adoption.step(self._deliver_adopted)
        return parked or own or adopted

    def close(self, timeout_s: float) -> None:
        """Let the client, what is parked, and a half-drained journal go."""
        self._courier.close(timeout_s)
        self._parking.close()
        if self._adoption is not None:
            self._adoption.close()

    def _step_own(self) -> bool:
        if self._held is not None:
            return self._retry_held.due and self._deliver_held(*self._held)
        taken = self._outbox.take(_BATCH_ENTRIES, _BATCH_BYTES)
        if not taken.entries:
            return False
        return self._deliver_own(taken, taken.entries, is_replay=lambda entry: entry.seq in taken.replays)

    def _deliver_held(self, taken: Taken, entries: Sequence[Entry]) -> bool:
        """Again what could neither be sent nor parked; some of it may have been sent, when its topic went meanwhile."""
        self._held = None
        return self._deliver_own(taken, entries, is_replay=lambda _: True)

    def _deliver_own(self, taken: Taken, entries: Sequence[Entry], *, is_replay: Callable[[Entry], bool]) -> bool:
        done = self._parking.deliver(self._courier, entries, is_replay=is_replay, own=True)
        if done is None:
            return False
        for entry, code in done.refused:
            _log.error("the broker refuses an event for good (%s); it is counted as dropped", code)
            self._outbox.drop(entry.seq, "too_large")
        if done.left:
            self._held = taken, done.left
            self._retry_held.failed()
            return False
        self._retry_held.succeeded()
        self._outbox.done(taken)
        return True

    def _deliver_adopted(self, entries: Sequence[Entry]) -> Delivered | None:
        return self._parking.deliver(self._courier, entries, is_replay=lambda _: True, own=False)


class EmbeddedDelivery:
    """`tracemark up` drains the journal; this side only follows the cursor, so that receipts can be waited for."""

    def __init__(self, acknowledged_seq: Callable[[], int], progress: Progress) -> None:
        """`acknowledged_seq` reads how far the drain has come."""
        self._acknowledged_seq = acknowledged_seq
        self._progress = progress

    def step(self) -> bool:
        """Look at the cursor."""
        self._progress.advance(self._acknowledged_seq())
        return False

    def close(self, timeout_s: float) -> None:
        """Nothing is held."""
        del timeout_s
