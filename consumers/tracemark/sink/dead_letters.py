"""Records put aside: what is known about them, and where their sealed values go."""

from dataclasses import dataclass
from typing import Protocol

from tracemark.sink.judging import ErrorCode, Rejected
from tracemark.sink.records import Position
from tracemark.sink.sealing import DeadLetterKey

__all__ = ["DeadLetter", "DeadLetterSink"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One record put aside.

    Attributes:
        position: Where it stands.
        topic_id: Incarnation of the topic, empty when unknown.
        broker_ts_ms: When it was received.
        error_code: Why.
        path: The field to blame, or empty; never a value.
        schema_id: Of its frame, 0 when it has none.
        value_bytes: Size of its value.
        key_bytes: Size of its key.
        digest: Keyed digest of its value.
        key_id: Which key sealed it.
        sealed: The record under seal.
    """

    position: Position
    topic_id: str
    broker_ts_ms: int
    error_code: ErrorCode
    path: str
    schema_id: int
    value_bytes: int
    key_bytes: int
    digest: bytes
    key_id: str
    sealed: bytes

    @classmethod
    def of(cls, rejected: Rejected, topic_id: str, key: DeadLetterKey) -> "DeadLetter":
        """Seal a rejected record."""
        record = rejected.record
        return cls(
            position=record.position,
            topic_id=topic_id,
            broker_ts_ms=record.broker_ts_ms,
            error_code=rejected.code,
            path=rejected.path,
            schema_id=rejected.schema_id,
            value_bytes=len(record.value or b""),
            key_bytes=len(record.key or b""),
            digest=key.digest(record.value),
            key_id=key.key_id,
            sealed=key.seal(record),
        )


class DeadLetterSink(Protocol):
    """Where sealed dead letters rest. The sink calls it from any of its threads, one call at a time for each."""

    def put(self, letters: list[DeadLetter]) -> None:
        """Keep `letters`; they are safe when this returns. The same letter may come again after a failure.

        Raises:
            DeadLettersUnavailable: Not all of them are safe; the sink tries again and commits nothing before.
        """
        ...
