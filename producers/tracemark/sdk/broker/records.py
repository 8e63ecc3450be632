"""What goes to a broker, and what became of it."""

from dataclasses import dataclass

from tracemark.sdk.broker.errors import RecordTooLarge

__all__ = ["CLIENT_CLOSED", "Acknowledged", "Failed", "Outcome", "Record", "check_size"]

_FRAMING_BYTES = 100
"""An upper bound for what a batch header and one record's own lengths add; headers count separately."""


@dataclass(frozen=True, slots=True)
class Record:
    """One message. Records of one topic with the same key keep their order and share a partition."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def size(self) -> int:
        """An upper bound of the bytes this record takes on the wire before compression."""
        headers = sum(10 + 4 * len(name) + len(value) for name, value in self.headers)
        return _FRAMING_BYTES + len(self.key) + len(self.value) + headers


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Stored by all in-sync replicas. `offset` is -1 if the broker knew the record already, but no longer where."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Not known to be stored.

    Attributes:
        code: Why: a Kafka error name in lower case (`message_too_large`), or one of ours (`client_closed`).
        retriable: Sending the same record again can succeed. `False` means that this record never will.
        ambiguous: The record may have been stored all the same, so that a later send is a replay.
    """

    code: str
    retriable: bool
    ambiguous: bool


Outcome = Acknowledged | Failed | None
"""What became of a record; `None`: not resolved yet."""

CLIENT_CLOSED = Failed("client_closed", retriable=True, ambiguous=True)
"""The client was closed before the broker had answered."""


def check_size(record: Record, limit: int) -> None:
    """Raise RecordTooLarge if the record takes more than `limit` bytes."""
    if record.size > limit:
        raise RecordTooLarge(record.size, limit)
