"""What may be stored: every kind of poison has its code, and no event of ours is poison."""

import os
import uuid
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.event_rows import full_row, sealed
from support.events import make_event
from support.odd_avro import odd_encodings
from support.sinks import event, record
from tracemark.schemas import HEADER_SCHEMA, codec_for, schemas
from tracemark.schemas.definitions import EventSchema
from tracemark.sink.judging import CLOCK_AHEAD_US, CLOCK_BEHIND_US, Accepted, Judge, Rejected

JUDGE = Judge()
TYPES = sorted({schema.event_type for schema in schemas()})


def _rejected(value: bytes | None, *, topic: str = "tracemark.events", headers: Any = ()) -> Rejected:
    verdict = JUDGE(record((value, headers), 7, topic=topic))
    assert isinstance(verdict, Rejected)
    return verdict


def _resealed(**overrides: Any) -> bytes:
    """An event with fields that no SDK of ours would send, under a hash that is right."""
    row, _ = make_event("prompt.received")
    codec = codec_for("prompt.received")
    return codec.seal({**row, **overrides}, os.urandom(16)).value


@pytest.mark.parametrize("event_type", TYPES)
def test_events_of_every_type_are_accepted(event_type: str) -> None:
    """An event of each type that keeps its schema is accepted from its own topic and from journals."""
    control = any(s.avro.get("topic") == "control" for s in schemas() if s.event_type == event_type)
    for topic in ("tracemark.control" if control else "tracemark.events", "journal"):
        verdict = JUDGE(record(event(event_type), 0, topic=topic))
        assert isinstance(verdict, Accepted)
        assert (verdict.schema.event_type, verdict.is_replay, verdict.clock_suspect) == (event_type, False, False)


def test_poison_has_a_code_and_a_path() -> None:
    """No value, garbage, a cut frame, an unknown schema, a wrong topic, a broken field and a broken hash are told apart."""
    value = event()[0] or b""
    assert _rejected(None).code == "no_value"
    assert (
        _rejected(b"").code
        == _rejected(b"garbage").code
        == _rejected(value[:-1]).code
        == _rejected(value + b"x").code
        == "frame_broken"
    )
    unknown = _rejected(b"\x00\x40\x00\x00\x01" + value[5:])
    assert (unknown.code, unknown.schema_id) == ("schema_unknown", 0x40000001)
    assert _rejected(value, headers=((HEADER_SCHEMA, bytes(32)),)).code == "schema_mismatch"
    assert _rejected(value, topic="tracemark.control").code == "wrong_topic"
    assert _rejected(value[:-1] + bytes([value[-1] ^ 1])).code == "hash_mismatch"


@pytest.mark.parametrize(
    ("path", "overrides"),
    [
        ("service_id", {"service_id": "the users own words"}),
        ("event_id", {"event_id": "the users own words"}),
        ("event_id", {"event_id": str(uuid.uuid4()).upper()}),
        ("producer_id", {"producer_id": ""}),
        ("event_type", {"event_type": "output.generated"}),
        ("event_type", {"schema_version": 9}),
        ("producer_seq", {"producer_seq": 0}),
        ("occurred_at", {"occurred_at": -1}),
        ("occurred_at", {"occurred_at": 2**62}),
        ("retention_class", {"retention_class": "CASE"}),
        ("subject_ref", {"subject_ref": "alice@example.org"}),
        ("token_key_id", {"token_key_id": "the users own words"}),
        ("token_exact", {"token_exact": bytes(32)}),
        ("content_commitment", {"content_commitment": bytes(32)}),
        ("request_id", {"request_id": ""}),
        ("prompt_index", {"prompt_index": -1}),
    ],
)
def test_a_field_that_breaks_its_schema_is_named(path: str, overrides: dict[str, Any]) -> None:
    """An event whose hashes are right but one of whose fields no SDK would fill in so is rejected with the field's name."""
    verdict = _rejected(_resealed(**overrides))
    assert (verdict.code, verdict.path) == ("event_invalid", path)


def test_an_event_without_its_salt_is_rejected() -> None:
    """Only erasure takes the salt away: an event that arrives without one is rejected, for nothing proves its personal fields."""
    row, value = make_event("prompt.received")
    codec = codec_for("prompt.received")
    bare = value[: -64 - 17] + b"\x00" + row["private_commitment"] + row["event_hash"]
    assert codec.is_intact({**row, "salt": None})
    assert (_rejected(bare).code, _rejected(bare).path) == ("event_invalid", "salt")


@given(st.binary(max_size=600))
def test_no_bytes_upset_the_judge(value: bytes) -> None:
    """Whatever the bytes, the judge gives a verdict."""
    assert isinstance(JUDGE(record((value, ()), 0)), Rejected)


@given(st.data())
def test_no_damage_goes_unseen(data: st.DataObject) -> None:
    """An event with any bit flipped is rejected: its schema, its fields or its hashes show it."""
    value = bytearray(event("output.generated", subject_ref="ab" * 16)[0] or b"")
    at = data.draw(st.integers(0, len(value) * 8 - 1))
    value[at // 8] ^= 1 << at % 8
    assert isinstance(JUDGE(record((bytes(value), ()), 0)), Rejected)


@pytest.mark.parametrize("schema", schemas(), ids=lambda s: f"{s.event_type}.v{s.version}")
def test_the_fast_way_decides_as_the_careful_one(schema: EventSchema) -> None:
    """An event in each ordinary, odd and broken form, on any topic and under any header, gets the same verdict both ways."""
    right, wrong = ((HEADER_SCHEMA, schema.fingerprint),), ((HEADER_SCHEMA, bytes(32)),)
    row = full_row(schema)
    for value in (sealed(schema, row), *odd_encodings(schema, row)):
        one = record((value, right), 7, topic="journal")
        assert JUDGE(one) == JUDGE.examine(one)
    for topic, headers in product(("tracemark.events", "tracemark.control", "journal"), ((), right, wrong)):
        one = record((sealed(schema, row), headers), 7, topic=topic)
        assert JUDGE(one) == JUDGE.examine(one)


@pytest.mark.parametrize(
    ("ahead_us", "suspect"),
    [(CLOCK_AHEAD_US, False), (CLOCK_AHEAD_US + 1, True), (-CLOCK_BEHIND_US, False), (-CLOCK_BEHIND_US - 1, True)],
)
def test_a_wrong_clock_is_flagged_and_the_event_kept(ahead_us: int, suspect: bool) -> None:
    """More than five minutes ahead of the broker, or 31 days behind it, is suspect, and accepted all the same."""
    ts_ms = 1_790_000_000_000
    verdict = JUDGE(record(event(occurred_at=ts_ms * 1000 + ahead_us), 0, ts_ms=ts_ms))
    assert isinstance(verdict, Accepted)
    assert verdict.clock_suspect is suspect
