"""Valid rows and framed values of every event type, for tests that start behind the SDK."""

import itertools
import os
import uuid
from typing import Any

from tracemark.schemas import codec_for, schemas
from tracemark.schemas.definitions import REQUIRED, EventSchema, Field

_sequence = itertools.count(1)
_PRODUCER = str(uuid.uuid4())
_FIXED: dict[str, Any] = {
    "service_id": "svc-chat",
    "tenant_id": "t-1",
    "service_scope": "public_mainland",
    "provider_role": "provider_direct",
    "audience_class": "public_mainland",
    "jurisdiction": ["cn"],
}


def make_event(event_type: str, **overrides: Any) -> tuple[dict[str, Any], bytes]:
    """A complete row with a fresh identity, and its framed Kafka value."""
    schema = next(s for s in reversed(schemas()) if s.event_type == event_type)
    codec = codec_for(event_type)
    row = {f.name: _value(f) for f in schema.fields[:-3]} | _FIXED | _identity(schema) | overrides
    row["retention_class"] = codec.retention_class(row)
    salt = os.urandom(16)
    value = codec.seal(row, salt).value
    return row | {"salt": salt, "private_commitment": value[-64:-32], "event_hash": value[-32:]}, value


def _identity(schema: EventSchema) -> dict[str, Any]:
    return {
        "event_id": str(uuid.uuid4()),
        "event_type": schema.event_type,
        "schema_version": schema.version,
        "occurred_at": 1_767_225_600_000_000 + next(_sequence),
        "producer_id": _PRODUCER,
        "producer_seq": next(_sequence),
    }


def _value(f: Field) -> Any:
    if f.nullable:
        return None
    if f.default is not REQUIRED:
        return f.default
    simple: dict[str, Any] = {
        "string": "x-1",
        "enum": f.symbols[0] if f.symbols else "",
        "double": 0.5,
        "boolean": True,
        "fixed": bytes(range(f.size)),
        "array": list(f.symbols[:1]),
        "map": {},
    }
    return simple.get(f.kind, 1)
