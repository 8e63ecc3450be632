"""What all clients share: their life with its bound on open bytes, and the names of failures."""

import os
from collections import deque
from typing import Generic, Protocol, TypeVar

from tracemark.sdk.broker.errors import BrokerBusy, BrokerUnavailable
from tracemark.sdk.broker.records import Failed

__all__ = ["NOT_CONNECTED", "NOT_SENT", "TOO_LARGE", "Life", "reported"]

TOO_LARGE = Failed("message_too_large", retriable=False, ambiguous=False)
"""Larger than `max_record_bytes`: never handed to the library."""

NOT_SENT = Failed("not_sent", retriable=True, ambiguous=False)
"""An earlier record of the same call could not be handed over, and order forbids going on."""

NOT_CONNECTED = "not connected: call connect() first"

_KAFKA_ERRORS = {
    3: "unknown_topic_or_partition",
    10: "message_too_large",
    17: "invalid_topic_exception",
    18: "record_list_too_large",
    29: "topic_authorization_failed",
    31: "cluster_authorization_failed",
    45: "out_of_order_sequence_number",
    47: "invalid_producer_epoch",
    58: "sasl_authentication_failed",
    59: "unknown_producer_id",
    87: "invalid_record",
}


def reported(errno: int) -> Failed:
    """A failure that the broker (number >= 0) or the library itself (below) reports for a record.

    Always ambiguous: after one fatal error both libraries give the same error to records that had nothing to do
    with it, some of which may be stored. Never final, for the same reason.
    """
    code = _KAFKA_ERRORS.get(errno, f"kafka_error_{errno}" if errno >= 0 else "client_error")
    return Failed(code, retriable=True, ambiguous=True)


class _Open(Protocol):
    @property
    def resolved(self) -> bool: ...

    @property
    def failure(self) -> Failed | None: ...

    def give_up(self) -> None: ...


BatchT = TypeVar("BatchT", bound=_Open)


class Life(Generic[BatchT]):
    """The life of one client: its process, its open batches and their bytes, and what ended it. Not thread-safe."""

    def __init__(self, max_in_flight_bytes: int) -> None:
        """Begin in this process, with nothing open."""
        self._limit = max_in_flight_bytes
        self._pid = os.getpid()
        self._ended: str | None = None
        self._bytes = 0
        self._batches: deque[tuple[BatchT, int]] = deque()

    @property
    def in_own_process(self) -> bool:
        """Whether this is still the process that made the client: neither library works in a forked child."""
        return os.getpid() == self._pid

    def check(self) -> None:
        """Raise BrokerUnavailable if the client was closed, or ended by a failure, or belongs to another process."""
        if not self.in_own_process:
            raise BrokerUnavailable("this client belongs to the parent process: make a new one after a fork")
        for batch, _ in self._batches:
            if batch.failure is not None:
                self._end(f"this client ended with {batch.failure.code}: close it and make a new one")
        if self._ended is not None:
            raise BrokerUnavailable(self._ended)

    def check_room(self, size: int) -> None:
        """Raise BrokerBusy if a batch of `size` bytes does not fit. One batch alone always fits."""
        while self._batches and self._batches[0][0].resolved:
            self._bytes -= self._batches.popleft()[1]
        if self._batches and self._bytes + size > self._limit:
            raise BrokerBusy(
                f"{self._bytes} bytes wait for acknowledgement and max_in_flight_bytes is {self._limit}: wait for an"
                " earlier batch first"
            )

    def add(self, batch: BatchT, size: int) -> None:
        """Count a batch until it is resolved."""
        self._batches.append((batch, size))
        self._bytes += size

    def open_batches(self) -> list[BatchT]:
        """What was added and not yet found resolved, in order."""
        return [batch for batch, _ in self._batches]

    def close(self) -> None:
        """End the client; what is open is given up."""
        self._end("this client is closed: make a new one")
        for batch, _ in self._batches:
            batch.give_up()
        self._batches.clear()
        self._bytes = 0

    def _end(self, reason: str) -> None:
        self._ended = self._ended or reason
