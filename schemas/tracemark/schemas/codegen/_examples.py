"""Example payloads: realistic events as JSON, sealed so that they are test vectors of both hashes, too.

An author writes the values; `content_commitment` and the two hashes are computed. Bytes are hex text.
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from tracemark.schemas.definitions import EventSchema, load_schemas

__all__ = ["EXAMPLES", "from_json", "render_examples", "to_json"]

EXAMPLES = Path(str(files("tracemark.schemas") / "examples"))


def from_json(schema: EventSchema, values: dict[str, Any]) -> dict[str, Any]:
    """A row from the JSON form: hex text becomes bytes."""
    fixed = {f.name for f in schema.fields if f.kind == "fixed"}
    return {name: bytes.fromhex(v) if name in fixed and v is not None else v for name, v in values.items()}


def to_json(row: dict[str, Any]) -> str:
    """The JSON form of a row."""
    plain = {name: v.hex() if isinstance(v, bytes) else v for name, v in row.items()}
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"


def render_examples() -> Iterator[tuple[Path, str]]:
    """Every example with its hashes as they must be."""
    from tracemark.schemas.registry import codec_by_id  # noqa: PLC0415 - only once the codecs have been generated

    schemas = {f"{s.event_type}.v{s.version}": s for s in load_schemas()}
    for path in sorted(EXAMPLES.glob("*.json")):
        schema = schemas[".".join(path.name.split(".")[:3])]
        row = from_json(schema, json.loads(path.read_text(encoding="utf-8")))
        codec = codec_by_id(schema.schema_id)
        value = codec.seal(row, row["salt"]).value
        ordered = {f.name: row.get(f.name) for f in schema.fields}
        yield path, to_json(ordered | {"private_commitment": value[-64:-32], "event_hash": value[-32:]})
