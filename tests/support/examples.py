"""The published example payloads as typed events, ready to be emitted."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from tracemark.schemas import Event, events, schemas
from tracemark.schemas.codegen._examples import from_json
from tracemark.schemas.definitions import EventSchema

__all__ = ["example_events"]

_BY_THE_CLIENT = {"producer.session"}


def example_events(**envelope: Any) -> Iterator[tuple[Event, dict[str, Any]]]:
    """One event of every type but the client's own, with what `emit` is to be told about it; `envelope` overrides ids."""
    for schema in schemas():
        if schema.event_type not in _BY_THE_CLIENT:
            yield _event(schema, envelope), _about(schema)


def _event(schema: EventSchema, envelope: dict[str, Any]) -> Event:
    folder = Path(str(files("tracemark.schemas") / "examples"))
    path = min(folder.glob(f"{schema.event_type}.v{schema.version}.*.json"))
    row = from_json(schema, json.loads(path.read_text(encoding="utf-8")))
    own = {f.name: row[f.name] for f in schema.public if f.filled_by == "caller"}
    made: Event = getattr(events, schema.name)(**own | envelope)
    return made


def _about(schema: EventSchema) -> dict[str, Any]:
    people = {"subject_ref": "user", "recipient_ref": "recipient", "accessor_ref": "accessor"}
    about: dict[str, Any] = {people[f.name]: f"id of a {people[f.name]}" for f in schema.personal if f.name in people}
    return about | ({"content": f"content of {schema.event_type}"} if schema.has_tokens else {})
