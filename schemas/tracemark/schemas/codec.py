"""What the generated code of one schema version offers, and the base of the typed events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Literal

from tracemark.schemas import sealing
from tracemark.schemas.errors import InvalidEvent
from tracemark.schemas.framing import frame_header

__all__ = ["Delivery", "Event", "EventCodec", "Row", "Sealed"]

Row = Mapping[str, Any]
"""All fields of an event by name: enums as text, timestamps as microseconds, digests as bytes."""

Delivery = Literal["standard", "heartbeat", "protective", "permissive"]
"""How an event must be kept: `protective` and `permissive` are the critical ones, durable before `emit` returns."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encoded event.

    Attributes:
        value: The framed Kafka value.
        event_hash: Its identity for proofs.
    """

    value: bytes
    event_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCodec:
    """Checks and encoders of one schema version; all are pure and thread-safe.

    `people` names the fields that hold a person's pseudonym.
    """

    event_type: str
    version: int
    topic: str
    schema_id: int
    fingerprint: bytes
    has_tokens: bool
    people: tuple[str, ...]
    check_own: Callable[[Row], None]
    check_filled: Callable[[Row], None]
    check_envelope: Callable[[Row], None]
    encode_public: Callable[[Row], bytes]
    encode_personal: Callable[[Row], bytes]
    retention_class: Callable[[Row], str]
    delivery: Callable[[Row], Delivery]

    def check(self, row: Row) -> None:
        """Every rule of the schema, for a row that somebody else has filled; raises `InvalidEvent`."""
        self.check_filled(row)
        self.check_envelope(row)
        self.check_own(row)
        if (row["event_type"], row["schema_version"]) != (self.event_type, self.version):
            raise InvalidEvent(
                "event_type", "is not the one of the frame's schema", f"send {self.event_type} v{self.version}"
            )
        if row["retention_class"] != self.retention_class(row):
            raise InvalidEvent("retention_class", "is not what the schema says", "leave it to the SDK")

    def seal(self, row: Row, salt: bytes) -> Sealed:
        """Encode a complete, checked row and compute both hashes.

        The layout is public fields, personal fields, salt, private_commitment, event_hash: both hashes are taken over
        segments of the one encoding.
        """
        public, personal = self.encode_public(row), self.encode_personal(row)
        commitment = sealing.private_commitment(salt, personal)
        digest = sealing.event_hash(self.fingerprint, public, commitment)
        value = b"".join((frame_header(self.schema_id), public, personal, b"\x02", salt, commitment, digest))
        return Sealed(value, digest)

    def rebuild_hash(self, row: Row) -> bytes:
        """`event_hash` from the values of a stored row, erased or not."""
        return sealing.event_hash(self.fingerprint, self.encode_public(row), row["private_commitment"])

    def is_intact(self, row: Row) -> bool:
        """Whether both hashes of a decoded row are what its values say; an erased row keeps its commitment unproved."""
        if self.rebuild_hash(row) != row["event_hash"]:
            return False
        salt: bytes | None = row["salt"]
        return salt is None or sealing.private_commitment(salt, self.encode_personal(row)) == row["private_commitment"]


class Event:
    """Base of the generated event classes: what a caller may say about an event."""

    __slots__ = ()
    EVENT_TYPE: ClassVar[str]
    SCHEMA_VERSION: ClassVar[int]

    def values(self) -> dict[str, Any]:
        """The caller's fields by name."""
        names: tuple[str, ...] = self.__slots__
        return dict(zip(names, _getter(names)(self), strict=True))


@cache
def _getter(names: tuple[str, ...]) -> Callable[[Event], tuple[Any, ...]]:
    """Reads all fields at once; every event has more than one."""
    return attrgetter(*names)
