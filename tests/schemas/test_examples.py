"""The example payloads: valid, complete, and test vectors of the event hash for other implementations."""

import json
from pathlib import Path
from typing import Any

import pytest

from support import second_avro
from tracemark.schemas import codec_by_id, decode, schemas
from tracemark.schemas.codegen._examples import EXAMPLES, from_json
from tracemark.schemas.definitions import EventSchema

SCHEMAS = {f"{s.event_type}.v{s.version}": s for s in schemas()}
AVRO = EXAMPLES.parent / "avro"
PATHS = sorted(EXAMPLES.iterdir())

each_example = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def load(path: Path) -> tuple[EventSchema, dict[str, Any]]:
    """The schema an example is named after, and its JSON."""
    return SCHEMAS[".".join(path.name.split(".")[:3])], json.loads(path.read_text(encoding="utf-8"))


def test_every_schema_version_has_an_example() -> None:
    """No schema without an example, no example without a schema."""
    assert {".".join(path.name.split(".")[:3]) for path in PATHS} == set(SCHEMAS)


@each_example
def test_an_example_is_a_valid_event(path: Path) -> None:
    """An example passes every check and survives the wire."""
    schema, event = load(path)
    row, codec = from_json(schema, event), codec_by_id(schema.schema_id)
    codec.check(row)
    sealed = codec.seal(row, row["salt"])
    assert decode(sealed.value) == (codec, row)
    assert codec.is_intact(row)


@each_example
def test_a_second_implementation_finds_the_same_hashes(path: Path) -> None:
    """Fingerprint, commitment and event hash follow from the written definition alone."""
    schema, event = load(path)
    found = second_avro.hashes(AVRO / f"{schema.event_type}.v{schema.version}.avsc", event)
    assert found == {
        "fingerprint": schema.fingerprint.hex(),
        "private_commitment": event["private_commitment"],
        "event_hash": event["event_hash"],
    }
