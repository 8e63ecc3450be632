"""One event of a chain, as an auditor reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from tracemark.query.integrity import Integrity, verify_row
from tracemark.schemas import UnknownSchema, schema_by_id
from tracemark.schemas.columns import from_column
from tracemark.schemas.definitions import Field, load_envelope

__all__ = ["ChainEvent", "Position", "iso", "read_event"]

Details = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where the event was received.

    Attributes:
        topic: Kafka topic, or `journal`.
        partition: Partition, or lane of the journal.
        offset: Offset in it.
        received_at: By the broker's clock.
    """

    topic: str
    partition: int
    offset: int
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEvent:
    """A stored event.

    Attributes:
        event_id: Identity of the event.
        event_type: E.g. `output.generated`.
        occurred_at: By the producer's clock; see `clock_suspect`.
        producer_id: The process that recorded it, and `producer_seq`, its number there.
        service_id: The service that recorded it.
        tenant_id: Its customer.
        request_id: The generation, or empty; likewise `content_id`, `case_id`, `model_id`, `model_version`, `subject_ref`.
        details: The type's own public fields that are present; times as datetimes.
        clock_suspect: The producer's clock was wrong: durations from it are no evidence.
        erased_by: Order that erased the personal fields, or empty.
        integrity: What the row's own hashes say.
        event_hash: The event's identity for proofs.
        position: Where it was received.
    """

    event_id: str
    event_type: str
    occurred_at: datetime
    producer_id: str
    producer_seq: int
    service_id: str
    tenant_id: str
    request_id: str
    content_id: str
    case_id: str
    model_id: str
    model_version: str
    subject_ref: str
    details: Details
    clock_suspect: bool
    erased_by: str
    integrity: Integrity
    event_hash: bytes
    position: Position

    @property
    def order(self) -> tuple[datetime, str, int]:
        """The order of a trace: nothing else promises any across producers."""
        return self.occurred_at, self.producer_id, self.producer_seq

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "event_id": self.event_id,
            "event_type": self.event_type,
            "occurred_at": iso(self.occurred_at),
            "clock_suspect": self.clock_suspect,
            "producer_id": self.producer_id,
            "producer_seq": self.producer_seq,
            "service_id": self.service_id,
            "tenant_id": self.tenant_id,
            "request_id": self.request_id,
            "content_id": self.content_id,
            "case_id": self.case_id,
            "model_id": self.model_id,
            "model_version": self.model_version,
            "subject_ref": self.subject_ref,
            "details": {name: _plain(value) for name, value in self.details.items()},
            "erased_by": self.erased_by,
            "integrity": self.integrity,
            "event_hash": self.event_hash.hex(),
            "position": {
                "topic": self.position.topic,
                "partition": self.position.partition,
                "offset": self.position.offset,
                "received_at": iso(self.position.received_at),
            },
        }


def iso(moment: datetime) -> str:
    """UTC with microseconds: `2026-01-01T00:00:00.000000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_event(row: Mapping[str, Any]) -> ChainEvent:
    """A row of the view `events`, with its integrity checked."""
    same = (
        "event_type",
        "occurred_at",
        "producer_seq",
        "service_id",
        "tenant_id",
        "request_id",
        "content_id",
        "case_id",
    )
    more = ("model_id", "model_version", "subject_ref", "clock_suspect", "erased_by", "event_hash")
    return ChainEvent(
        **{name: row[name] for name in same + more},
        event_id=str(row["event_id"]),
        producer_id=str(row["producer_id"]),
        details=MappingProxyType(_details(row)),
        integrity=verify_row(row),
        position=Position(
            topic=row["_topic"],
            partition=row["_partition"],
            offset=row["_offset"],
            received_at=row["_broker_ts"],
        ),
    )


def _details(row: Mapping[str, Any]) -> dict[str, Any]:
    fields = _own_fields(row["_schema_id"])
    return {field.name: row[field.name] for field in fields if _is_present(field, row[field.name])}


def _is_present(field: Field, value: Any) -> bool:
    return from_column(field, value) not in (None, [], {})


@cache
def _own_fields(schema_id: int) -> tuple[Field, ...]:
    try:
        schema = schema_by_id(schema_id)
    except UnknownSchema:
        return ()
    envelope = {field.name for field in load_envelope()}
    return tuple(f for f in schema.public if f.name not in envelope and f.privacy == "public")


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value
