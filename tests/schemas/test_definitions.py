"""The `.avsc` files: their rules, their lock, and what is generated from them."""

import json
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from tracemark.schemas import SchemaDefinitionError, schemas
from tracemark.schemas.codegen._rules import violations
from tracemark.schemas.columns import table_columns
from tracemark.schemas.definitions import EventSchema, parse_schema

NO_LOCK = Path("/nonexistent")


def test_the_schemas_keep_the_rules() -> None:
    """Envelope, seal, personal fields, documentation, enumerations and ids are as the project wants them."""
    assert violations(schemas(), NO_LOCK) == []


def test_nothing_generated_is_stale() -> None:
    """The command that writes the generated files has nothing to write."""
    result = subprocess.run(
        [sys.executable, "-m", "tracemark.schemas.codegen", "--check"], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_a_field_without_a_privacy_class_cannot_be_registered() -> None:
    """The schema is the privacy gate: free text and raw identifiers have no class to stand under."""
    avro = json.loads(json.dumps(schemas()[0].avro))
    avro["fields"][0]["privacy"] = "free_text"
    with pytest.raises(SchemaDefinitionError, match="privacy class"):
        parse_schema(avro)


def test_a_personal_field_that_cannot_be_erased_is_refused() -> None:
    """Every personal field can be absent, because erasure makes it so."""
    schema = schemas()[0]
    fields = tuple(replace(f, nullable=False) if f.personal else f for f in schema.fields)
    assert any("erased" in text for text in violations([replace(schema, fields=fields)], NO_LOCK))


def test_another_envelope_is_refused() -> None:
    """All event types begin alike."""
    schema = schemas()[0]
    assert any("envelope" in text for text in violations([replace(schema, fields=schema.fields[1:])], NO_LOCK))


def test_a_released_schema_never_changes(tmp_path: Path) -> None:
    """A changed or removed schema is told by the lock file, with what to do instead."""
    lock = tmp_path / "ids.lock.json"
    lock.write_text((files("tracemark.schemas") / "ids.lock.json").read_text())
    first, *rest = schemas()
    changed = replace(first, fingerprint=bytes(32))
    assert any("add a new version" in text for text in violations([changed, *rest], lock))
    assert any("has been removed" in text for text in violations(rest, lock))


def test_one_name_has_one_type_everywhere() -> None:
    """Two event types cannot give one column two types."""
    first, second, *_ = schemas()
    clash = tuple(replace(f, kind="long") if f.name == "model_id" else f for f in second.fields)
    with pytest.raises(SchemaDefinitionError, match="model_id"):
        table_columns([first, replace(second, fields=clash)], "traffic")


@pytest.mark.parametrize("schema", schemas(), ids=lambda s: f"{s.event_type}.v{s.version}")
def test_every_field_has_a_sentence_and_a_class(schema: EventSchema) -> None:
    """Fields are documented for people and classified for privacy."""
    for f in schema.fields:
        assert f.doc.endswith(".")
        assert f.privacy in {"public", "pseudonym", "digest"}
