"""Legal rows of every event type, as hypothesis draws them."""

import os
import string
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tracemark.schemas import codec_by_id, schema_by_id
from tracemark.schemas.definitions import EventSchema, Field

__all__ = ["bare_row", "full_row", "ordinary_rows", "rows", "sealed", "values"]

# By alphabet and length: the same texts drawn from regular expressions take much longer.
IDS = st.text(string.ascii_letters + string.digits + "._:-", min_size=1, max_size=64)
FORMATS: dict[str, st.SearchStrategy[Any]] = {
    "id": IDS,
    "uuid": st.uuids().map(str),
    "uuid_text": st.uuids().map(str),
    "trace_id": st.text("0123456789abcdef", min_size=32, max_size=32),
    "span_id": st.text("0123456789abcdef", min_size=16, max_size=16),
    "subject_ref": st.text("0123456789abcdef", min_size=32, max_size=32),
    "jurisdiction": st.sampled_from(["cn", "eu", "us-ca"]),
    "language": st.sampled_from(["zh", "zh-Hans-CN", "en-GB"]),
    "media_type": st.sampled_from(["image/png", "application/pdf", "audio/mpeg"]),
    "aigc": st.text([chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"\\'], min_size=1, max_size=256),
}


def values(f: Field) -> st.SearchStrategy[Any]:
    """Legal values of a field."""
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "string": FORMATS[f.format],
        "enum": st.sampled_from(f.symbols or ("",)),
        "int": st.integers(0, 2**31 - 1),
        "long": st.integers(0, 2**63 - 1),
        "timestamp": st.integers(0, 10_413_791_999_999_999),
        "double": st.floats(0, f.maximum or 1e9),
        "boolean": st.booleans(),
        "fixed": st.binary(min_size=f.size, max_size=f.size).filter(any),
    }
    one = kinds.get(f.kind)
    if f.kind == "array":
        one = st.lists(st.sampled_from(f.symbols) if f.symbols else FORMATS[f.format], max_size=8)
    if f.kind == "map":
        entry = IDS if f.item == "string" else st.integers(0, 2**63 - 1)
        one = st.dictionaries(st.sampled_from(f.keys), entry)
    assert one is not None
    return st.none() | one if f.nullable else one


def rows(schema: EventSchema) -> st.SearchStrategy[dict[str, Any]]:
    """Legal rows, field by field and but for the seal."""
    return _rows(schema.schema_id)


@cache
def _rows(schema_id: int) -> st.SearchStrategy[dict[str, Any]]:
    """Made once: hypothesis remembers what it knows of a strategy, not of one like it."""
    schema = schema_by_id(schema_id)
    return st.fixed_dictionaries({f.name: values(f) for f in schema.fields[:-3]})


def ordinary_rows(schema: EventSchema) -> st.SearchStrategy[dict[str, Any]]:
    """Rows that a sink accepts, but for the seal: legal as a whole, and of a time that a clock may show."""
    return _ordinary_rows(schema.schema_id)


@cache
def _ordinary_rows(schema_id: int) -> st.SearchStrategy[dict[str, Any]]:
    schema = schema_by_id(schema_id)
    times = st.integers(1_000_000_000_000_000, 10_413_791_999_999_999)
    now = {f.name: st.none() | times if f.nullable else times for f in schema.fields if f.kind == "timestamp"}
    identity = {
        "event_type": st.just(schema.event_type),
        "schema_version": st.just(schema.version),
        "producer_seq": st.integers(1, 2**63 - 1),
    }
    fields = {f.name: values(f) for f in schema.fields[:-3]} | now | identity
    return st.fixed_dictionaries(fields).map(lambda row: _retained(schema, row))


def full_row(schema: EventSchema) -> dict[str, Any]:
    """One row that a sink accepts, but for the seal, with every field filled and every list of two."""
    row = {f.name: _sample(f) for f in schema.fields[:-3]}
    return _retained(schema, row | {"event_type": schema.event_type, "schema_version": schema.version})


def bare_row(schema: EventSchema) -> dict[str, Any]:
    """The same with nothing in it that may be absent."""
    return full_row(schema) | {f.name: None for f in schema.fields[:-3] if f.nullable}


def _sample(f: Field) -> Any:
    texts = {
        "uuid": "0192f0aa-7c1e-7000-8000-000000000001",
        "uuid_text": "0192f0aa-7c1e-7000-8000-000000000002",
        "span_id": "00f067aa0ba902b7",
        "jurisdiction": "us-ca",
        "language": "zh-Hans",
        "media_type": "image/png",
    }
    hexadecimal = {"trace_id": "0af7651916cd43dd8448eb211c80319c", "subject_ref": "ab" * 16}
    text = (texts | hexadecimal).get(f.format, "x-1")
    samples: dict[str, Any] = {
        "string": text,
        "enum": f.symbols[-1] if f.symbols else "",
        "timestamp": 1_790_000_000_000_000,
        "double": 0.5,
        "boolean": True,
        "fixed": bytes(range(f.size)),
        "array": [*f.symbols[:2]] or [text, text],
        "map": dict.fromkeys(f.keys[:2], "x-1" if f.item == "string" else 70000),
    }
    return samples.get(f.kind, 70_000)


def sealed(schema: EventSchema, row: dict[str, Any]) -> bytes:
    """The framed value of a row, under a salt of its own."""
    return codec_by_id(schema.schema_id).seal(row, os.urandom(16)).value


def _retained(schema: EventSchema, row: dict[str, Any]) -> dict[str, Any]:
    return row | {"retention_class": codec_by_id(schema.schema_id).retention_class(row)}
