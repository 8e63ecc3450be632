"""The field reference page and the lock file."""

import hashlib
import json
from collections.abc import Sequence
from typing import cast

from tracemark.schemas.columns import column_of
from tracemark.schemas.definitions import EventSchema, Field, load_envelope

__all__ = ["render_lock", "render_reference"]


def render_reference(schemas: Sequence[EventSchema]) -> str:
    """`docs/events.md`."""
    head = [
        "# Events, field by field",
        "",
        "Generated from the `.avsc` files by `python -m tracemark.schemas.codegen`; edit those.",
        "Every event begins with the envelope and ends with the seal. *Personal* fields are cleared by erasure.",
        "Privacy classes: `public`; `pseudonym` (keyed, stands for a person or key); `digest` (keyed or salted).",
        "",
        "## Envelope",
        "",
        *_table(load_envelope()),
    ]
    envelope = {f.name for f in load_envelope()}
    for schema in schemas:
        head += ["", f"## `{schema.event_type}` version {schema.version}", "", schema.doc, "", *_facts(schema), ""]
        head += _table([f for f in schema.fields if f.name not in envelope])
    return "\n".join(head) + "\n"


def _facts(schema: EventSchema) -> list[str]:
    kept = f"Table `events_{schema.table}` · retention class `{schema.retention_class}` · delivery `{schema.delivery}`"
    facts = [f"{kept} · id `{schema.schema_id:#x}`"]
    for what, when in (("Retention class", schema.retention_class_when), ("Delivery", schema.delivery_when)):
        facts += [
            "",
            *(
                f"{what} by `{name}`: " + ", ".join(f"`{k}` → `{v}`" for k, v in values.items()) + "."
                for name, values in when.items()
            ),
        ]
    return facts


def _table(fields: Sequence[Field]) -> list[str]:
    rows = [
        f"| `{f.name}` | {_kind(f)} | `{column_of(f).type}` | {f.privacy}{', personal' if f.personal else ''} | {f.doc} |"
        for f in fields
    ]
    return ["| field | values | column | privacy | meaning |", "| --- | --- | --- | --- | --- |", *rows]


def _kind(f: Field) -> str:
    if f.symbols:
        shown = ", ".join(f"`{symbol}`" for symbol in f.symbols)
        text = f"list of {shown}" if f.kind == "array" else shown
    elif f.kind == "array":
        text = f"list of {f.format}"
    elif f.kind == "map":
        text = f"map of {f.item} by " + ", ".join(f"`{key}`" for key in f.keys)
    else:
        text = f.format if f.kind == "string" else f.kind if f.kind != "fixed" else f"{f.size} bytes"
    return text + (", or absent" if f.nullable else "")


def render_lock(schemas: Sequence[EventSchema]) -> str:
    """`ids.lock.json`: a released schema's id, fingerprint and whole meaning never change."""
    entries = {
        f"{schema.event_type}.v{schema.version}": {
            "schema_id": f"{schema.schema_id:#x}",
            "fingerprint": schema.fingerprint.hex(),
            "meaning": _meaning(schema),
        }
        for schema in schemas
    }
    return json.dumps(entries, indent=2) + "\n"


def _meaning(schema: EventSchema) -> str:
    """A digest of everything but the documentation: logical types, privacy classes, formats and policies are meaning, too."""
    return hashlib.sha256(json.dumps(_without_doc(schema.avro), sort_keys=True).encode()).hexdigest()


def _without_doc(node: object) -> object:
    if isinstance(node, dict):
        return {key: _without_doc(value) for key, value in cast("dict[str, object]", node).items() if key != "doc"}
    return [_without_doc(item) for item in cast("list[object]", node)] if isinstance(node, list) else node
