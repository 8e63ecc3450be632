"""Rules every `.avsc` keeps, checked before anything is generated."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tracemark.schemas.columns import table_columns
from tracemark.schemas.definitions import EventSchema, load_envelope

__all__ = ["violations"]

_SEAL = ("salt", "private_commitment", "event_hash")


def violations(schemas: Sequence[EventSchema], lock_path: Path) -> list[str]:
    """One sentence per broken rule, with what to do."""
    table_columns(schemas, "traffic")
    return [*_shape(schemas), *_identity(schemas), *_enumerations(schemas), *_released(schemas, lock_path)]


def _shape(schemas: Sequence[EventSchema]) -> Iterator[str]:
    envelope = load_envelope()
    for schema in schemas:
        label = f"{schema.event_type}.v{schema.version}"
        if schema.fields[: len(envelope)] != envelope:
            yield f"{label}: its first fields differ from envelope.v1.avsc; copy them from there"
        if tuple(f.name for f in schema.fields[-3:]) != _SEAL:
            yield f"{label}: it must end with {', '.join(_SEAL)}"
        personal = [f.personal for f in schema.fields[:-3]]
        if personal != sorted(personal):
            yield f"{label}: personal fields must stand together just before the salt"
        if schema.table not in {"traffic", "records"}:
            yield f"{label}: table must be traffic or records"
        if schema.topic not in {"events", "control"}:
            yield f"{label}: topic must be events or control"
        yield from (f"{label}.{f.name}: a sentence of doc is missing" for f in schema.fields if not f.doc.strip())
        yield from (
            f"{label}.{f.name}: a personal field must be nullable, so that it can be erased"
            for f in schema.personal
            if not f.nullable
        )


def _identity(schemas: Sequence[EventSchema]) -> Iterator[str]:
    seen: dict[int, str] = {}
    for schema in schemas:
        label = f"{schema.event_type}.v{schema.version}"
        if schema.schema_id in seen:
            yield f"{label}: its id collides with {seen[schema.schema_id]}; reword a name so that the fingerprint changes"
        seen[schema.schema_id] = label


def _enumerations(schemas: Sequence[EventSchema]) -> Iterator[str]:
    """An enumeration only ever grows at its end, from one version of a schema to the next."""
    seen: dict[str, tuple[str, ...]] = {}
    for f in (f for schema in schemas for f in schema.fields if f.enum_name):
        known = seen.setdefault(f.enum_name, f.symbols)
        shorter = min(len(known), len(f.symbols))
        if known[:shorter] != f.symbols[:shorter]:
            yield f"{f.name}: enumeration {f.enum_name} has other symbols elsewhere; give both the same, new ones at the end"
        seen[f.enum_name] = max(known, f.symbols, key=len)


def _released(schemas: Sequence[EventSchema], lock_path: Path) -> Iterator[str]:
    if not lock_path.exists():
        return
    lock: Mapping[str, Mapping[str, Any]] = json.loads(lock_path.read_text(encoding="utf-8"))
    now = {f"{s.event_type}.v{s.version}": s for s in schemas}
    for label in lock:
        if label not in now:
            yield f"{label}: a released schema has been removed; restore its .avsc"
        elif lock[label]["fingerprint"] != now[label].fingerprint.hex():
            yield f"{label}: a released schema has been changed; restore it and add a new version instead"
