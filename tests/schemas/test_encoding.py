"""The generated encoders against fastavro, and both hashes against their definition."""

import hashlib
import io
import os
from functools import cache
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.event_rows import rows, values
from support.events import make_event
from tracemark.schemas import FrameError, SchemaError, UnknownSchema, codec_for, decode, schema_by_id, schemas
from tracemark.schemas.columns import from_column, to_column
from tracemark.schemas.definitions import EventSchema, schema_id
from tracemark.schemas.framing import frame_header

each_schema = pytest.mark.parametrize("schema", schemas(), ids=lambda s: f"{s.event_type}.v{s.version}")


@each_schema
@settings(max_examples=25)
@given(data=st.data())
def test_the_generated_encoder_writes_what_fastavro_writes(schema: EventSchema, data: st.DataObject) -> None:
    """For every legal row the generated encoder and fastavro agree byte by byte, map keys sorted."""
    row, salt = data.draw(rows(schema)), os.urandom(16)
    codec = codec_for(schema.event_type)
    codec.check_own(row)
    value = codec.seal(row, salt).value
    seal = {"salt": salt, "private_commitment": value[-64:-32], "event_hash": value[-32:]}
    ordered = {k: dict(sorted(v.items())) if isinstance(v, dict) else v for k, v in row.items()}
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, _parsed(schema.schema_id), ordered | seal)
    assert value == frame_header(schema.schema_id) + stream.getvalue()


@cache
def _parsed(schema_id: int) -> Any:
    """The schema as fastavro wants it; parsing costs more than the rest of the test."""
    avro = schema_by_id(schema_id).avro
    return fastavro.parse_schema({**avro, "fields": [{**f, "type": _plain(f["type"])} for f in avro["fields"]]})


def _plain(node: Any) -> Any:
    """A type without logical types: the encoders take microseconds and text, not datetimes and UUIDs."""
    if isinstance(node, dict):
        return {k: _plain(v) for k, v in node.items() if k != "logicalType"}
    return [_plain(item) for item in node] if isinstance(node, list) else node


@each_schema
@settings(max_examples=25)
@given(data=st.data())
def test_the_hash_is_rebuilt_from_the_stored_row(schema: EventSchema, data: st.DataObject) -> None:
    """A row that went through the columns gives back its event_hash, and still does once its personal fields are erased."""
    codec = codec_for(schema.event_type)
    _, sealed = decode(codec.seal(data.draw(rows(schema)), os.urandom(16)).value)
    stored = {f.name: from_column(f, to_column(f, sealed[f.name])) for f in schema.fields}
    assert stored == sealed
    assert codec.is_intact(stored)
    erased = stored | {f.name: None for f in schema.personal} | {"salt": None}
    assert codec.is_intact(erased)
    assert codec.rebuild_hash(erased) == sealed["event_hash"]


@each_schema
@settings(max_examples=25)
@given(data=st.data())
def test_any_change_of_a_public_field_changes_the_hash(schema: EventSchema, data: st.DataObject) -> None:
    """No public field of a row can be altered without `is_intact` noticing."""
    codec = codec_for(schema.event_type)
    _, row = decode(codec.seal(data.draw(rows(schema)), os.urandom(16)).value)
    f = data.draw(st.sampled_from(schema.fields[:-3]))
    other = data.draw(values(f).filter(lambda value: value != row[f.name]))
    assert not codec.is_intact(row | {f.name: other})


@each_schema
def test_the_hashes_are_what_their_definition_says(schema: EventSchema) -> None:
    """`private_commitment` and `event_hash` are the documented SHA-256 over segments of the one encoding."""
    row, value = make_event(schema.event_type)
    codec, datum = codec_for(schema.event_type), value[5:]
    personal = codec.encode_personal(row)
    public = datum[: -(17 + 32 + 32) - len(personal)]
    commitment = hashlib.sha256(b"\x01" + row["salt"] + personal).digest()
    assert row["private_commitment"] == commitment
    assert row["event_hash"] == hashlib.sha256(b"\x00" + schema.fingerprint + public + commitment).digest()


@given(st.binary(max_size=200))
def test_random_bytes_give_only_the_documented_errors(value: bytes) -> None:
    """Whatever bytes arrive, decoding raises FrameError or UnknownSchema and nothing else."""
    with pytest.raises((FrameError, UnknownSchema)):
        decode(value)


@given(st.data())
def test_damaged_events_give_only_the_documented_errors(data: st.DataObject) -> None:
    """A real event cut short or with a byte changed either fails as documented or decodes to an event that is not intact."""
    schema = next(s for s in schemas() if s.event_type == "output.generated")
    value = codec_for(schema.event_type).seal(data.draw(rows(schema)), bytes(range(16))).value
    at = data.draw(st.integers(5, len(value) - 1))
    damaged = bytearray(value)
    damaged[at] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.booleans())
    try:
        codec, row = decode(value[:at] if cut else bytes(damaged))
        codec.check(row)
        intact = codec.is_intact(row)
    except SchemaError:
        return
    else:
        assert not intact


@each_schema
def test_ids_come_from_the_fingerprint(schema: EventSchema) -> None:
    """A schema's id is 0x40000000 with the first 30 bits of its fingerprint, so no registry is needed to know it."""
    bits = int(schema.fingerprint.hex(), 16) >> (256 - 30)
    assert schema.schema_id == schema_id(schema.fingerprint) == 0x40000000 + bits
