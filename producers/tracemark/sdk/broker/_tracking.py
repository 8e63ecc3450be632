"""What both libraries' clients share: the bound on open bytes, the life of a client, the names of failures."""

import os
from collections import deque
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from tracemark.sdk.broker.errors import BrokerBusy, BrokerUnavailable
from tracemark.sdk.broker.records import Failed

__all__ = ["NOT_SENT", "TOO_LARGE", "OpenBatches", "OwnProcess", "reported"]

TOO_LARGE = Failed("message_too_large", retriable=False, ambiguous=False)
"""Larger than `max_record_bytes`: never handed to the library."""

NOT_SENT = Failed("not_sent", retriable=True, ambiguous=False)
"""An earlier record of the same call could not be handed over, and order forbids going on."""

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


BatchT = TypeVar("BatchT", bound=_Open)


class OpenBatches(Generic[BatchT]):
    """The batches that still wait for the broker, and how many bytes they hold. Not thread-safe."""

    def __init__(self, limit: int) -> None:
        """`limit` in bytes."""
        self._limit = limit
        self._bytes = 0
        self._batches: deque[tuple[BatchT, int]] = deque()

    def __iter__(self) -> Iterator[BatchT]:
        return iter([batch for batch, _ in self._batches])

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

    def clear(self) -> None:
        """Count nothing any more."""
        self._batches.clear()
        self._bytes = 0


class OwnProcess:
    """Remembers which process made it: neither library works in a forked child."""

    def __init__(self) -> None:
        self._pid = os.getpid()

    @property
    def here(self) -> bool:
        """Whether this is still the process that made the client."""
        return os.getpid() == self._pid

    def check(self) -> None:
        """Raise BrokerUnavailable in a forked child."""
        if not self.here:
            raise BrokerUnavailable("this client belongs to the parent process: make a new one after a fork")
