"""The generated readers: they take what the SDK sends, agree with fastavro on it, and leave everything else to the checks."""

import os
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.event_rows import bare_row, full_row, ordinary_rows, sealed
from support.events import make_event
from support.odd_avro import odd_encodings, resealed
from tracemark.schemas import InvalidEvent, SchemaError, codec_by_id, decode, schemas
from tracemark.schemas.columns import raw_value
from tracemark.schemas.definitions import EventSchema
from tracemark.schemas.reading import UNUSUAL, Known, SymbolLists, Unusual, Values
from tracemark.schemas.registry import readers

each_schema = pytest.mark.parametrize("schema", schemas(), ids=lambda s: f"{s.event_type}.v{s.version}")
OUTPUT = next(schema for schema in schemas() if schema.event_type == "output.generated")
ROW, VALUE = make_event(OUTPUT.event_type, subject_ref="ab" * 16, request_id="r-1", generation_ms=70_000)
"""One event for all examples of a test: they must not differ in what is drawn from them."""


def _read(schema: EventSchema, value: bytes) -> Values | None:
    try:
        return readers()[schema.schema_id](value)
    except UNUSUAL:
        return None


def _checked(schema: EventSchema, value: bytes) -> Values | None:
    """The values by way of fastavro, the checks and hashes over a new encoding; None for what any of them refuses."""
    try:
        codec, row = decode(value)
        codec.check(row)
    except SchemaError:
        return None
    if row["salt"] is None or not codec.is_intact(row):
        return None
    return tuple(raw_value(f, row[f.name]) for f in schema.fields)


@each_schema
@settings(max_examples=25)
@given(data=st.data())
def test_the_reader_takes_every_ordinary_event(schema: EventSchema, data: st.DataObject) -> None:
    """Whatever an SDK may send of a type is read at once, and to the values that fastavro finds."""
    value = sealed(schema, data.draw(ordinary_rows(schema)))
    found = _read(schema, value)
    assert found is not None
    assert found == _checked(schema, value)


@each_schema
def test_the_reader_takes_nothing_that_the_checks_refuse(schema: EventSchema) -> None:
    """Each odd or broken form of each field, under hashes that fit its bytes, is refused or read as the checks read it."""
    for row in (full_row(schema), bare_row(schema)):
        assert _read(schema, sealed(schema, row)) is not None
        for value in odd_encodings(schema, row):
            found = _read(schema, value)
            assert found is None or found == _checked(schema, value)


@settings(max_examples=300)
@given(data=st.data())
def test_no_forged_bytes_get_past_the_reader(data: st.DataObject) -> None:
    """Bytes changed, cut out or put in anywhere, and hashed anew, are refused or read as the checks read them."""
    personal = codec_by_id(OUTPUT.schema_id).encode_personal(ROW)
    segments = [bytearray(VALUE[5 : -81 - len(personal)]), bytearray(personal)]
    for _ in range(data.draw(st.integers(1, 3))):
        segment = data.draw(st.sampled_from(segments))
        at = data.draw(st.integers(0, len(segment)))
        segment[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    forged = resealed(OUTPUT, *map(bytes, segments))
    found = _read(OUTPUT, forged)
    assert found is None or found == _checked(OUTPUT, forged)


@given(data=st.data())
def test_a_cut_or_longer_event_is_unusual(data: st.DataObject) -> None:
    """An event that ends too early or too late is not taken, wherever it is cut."""
    cut = data.draw(st.integers(0, len(VALUE) - 1))
    assert _read(OUTPUT, VALUE) is not None
    assert _read(OUTPUT, VALUE[:cut]) is None
    assert _read(OUTPUT, VALUE + data.draw(st.binary(min_size=1, max_size=9))) is None


@example((len(VALUE) - 81) * 8)  # the branch of the salt, which no hash covers
@given(st.integers(0, len(VALUE) * 8 - 1))
def test_an_event_with_any_bit_flipped_is_unusual(bit: int) -> None:
    """No bit of an event can change without its reader noticing: its form or its hashes show it."""
    damaged = bytearray(VALUE)
    damaged[bit // 8] ^= 1 << bit % 8
    # The first five bytes chose the reader.
    assert (_read(OUTPUT, bytes(damaged)) is None) == (bit // 8 >= 5)


@given(st.binary(max_size=600))
def test_random_bytes_are_unusual(value: bytes) -> None:
    """Whatever bytes arrive, a reader raises what it documents and nothing else."""
    assert _read(OUTPUT, value) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("request_id", "r" * 64),
        ("model_id", "m" * 64),
        ("generation_ms", 2**63 - 1),
        ("output_index", 64),
        ("dimensions", {"region": "cn-north", "zone": "z" * 64}),
        ("modality", ["text", "image", "audio"]),
        ("modality", ["text"] * 60),
        ("jurisdiction", ["cn", "us-ca"]),
        ("trace_id", "0af7651916cd43dd8448eb211c80319c"),
        ("media_type", "application/" + "x" * 80),
    ],
)
def test_the_reader_takes_values_at_their_limits(field: str, value: Any) -> None:
    """The longest ids, the largest numbers and lists of several values are ordinary: they must not make a sink slow."""
    row, framed = make_event(OUTPUT.event_type, **{field: value})
    found = _read(OUTPUT, framed)
    assert found is not None
    assert dict(zip((f.name for f in OUTPUT.fields), found, strict=True)) == {
        f.name: raw_value(f, row[f.name]) for f in OUTPUT.fields
    }


def test_two_sessions_of_one_producer_are_told_apart() -> None:
    """What is remembered of a producer is taken only where the bytes are the same: its events keep their own tenants."""
    for tenant in ("t-1", "t-2", "t-1", "t-22"):
        _, value = make_event(OUTPUT.event_type, tenant_id=tenant)
        found = _read(OUTPUT, value)
        assert found is not None
        assert found[11] == tenant


def test_a_session_that_was_cut_is_not_remembered() -> None:
    """An event that ends within the fields of its session leaves nothing behind that the next event could be read as."""
    row, value = make_event(OUTPUT.event_type, producer_id="0192f0aa-7c1e-7000-8000-000000000001", tenant_id="t-12345")
    for cut in range(len(value)):
        assert _read(OUTPUT, value[:cut]) is None
    found = _read(OUTPUT, value)
    assert found is not None
    assert found[11] == row["tenant_id"]


@pytest.mark.parametrize("tenant", ["the users own words", "", "t" * 65])
def test_an_illegal_session_is_unusual(tenant: str) -> None:
    """A field of the session that breaks its format is not taken, and not remembered."""
    row, _ = make_event(OUTPUT.event_type)
    for _ in range(2):
        assert _read(OUTPUT, sealed(OUTPUT, row | {"tenant_id": tenant})) is None


def test_a_salt_of_zeros_is_unusual() -> None:
    """Zeros mean absent in the store, so no salt may be all zeros."""
    row, _ = make_event(OUTPUT.event_type)
    assert _read(OUTPUT, codec_by_id(OUTPUT.schema_id).seal(row, bytes(16)).value) is None


def test_what_is_remembered_is_bounded() -> None:
    """Many different texts and lists are checked each, and old ones are forgotten."""
    known, lists = Known("id"), SymbolLists({0: "a", 2: "b", 4: "c"})
    for number in range(25_000):
        assert known[b"id-%d" % number] == f"id-{number}"
    for number in range(25_000):
        picked = [2 * (number // 3**place % 3) for place in range(10)]
        assert len(lists[bytes([20, *picked, 0])]) == 10
    assert len(known) <= 10_000
    assert len(lists) <= 10_000
    with pytest.raises(Unusual):
        known[b"the users own words"]


def test_the_checks_have_the_word_on_what_is_unusual() -> None:
    """An event of 1970 is legal and not ordinary: the reader leaves it to the checks, which accept it."""
    row, _ = make_event(OUTPUT.event_type, occurred_at=5)
    value = codec_by_id(OUTPUT.schema_id).seal(row, os.urandom(16)).value
    assert _read(OUTPUT, value) is None
    assert _checked(OUTPUT, value) is not None
    with pytest.raises(InvalidEvent):
        codec_by_id(OUTPUT.schema_id).check(row | {"tenant_id": ""})
