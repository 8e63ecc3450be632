"""Every rule of every field, and what the errors say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.events import make_event
from tracemark.schemas import InvalidEvent, codec_for, schemas
from tracemark.schemas.definitions import EventSchema, Field

WORDS = "do not echo me"
WRONG: dict[str, list[Any]] = {
    "string": [WORDS * 9, "", "é", 7, b"x", ["x"]],
    "enum": [WORDS, "", 7, None],
    "int": [-1, 2**31, 1.0, "1", True],
    "long": [-1, 2**63, 1.0, "1", True],
    "timestamp": [-1, 10_413_792_000_000_000, 1.5, "now", True],
    "double": [float("nan"), float("inf"), 10**400, -0.5, "0.5", True],
    "boolean": [1, "true", None],
    "array": [WORDS, {"x": 1}, [WORDS], [7], ["x"] * 65],
    "map": [WORDS, ["x"], {WORDS: "x"}, {7: "x"}],
}

cases = [
    pytest.param(schema, f, wrong, id=f"{schema.event_type}-{f.name}-{index}")
    for schema in schemas()
    for f in schema.fields
    for index, wrong in enumerate(WRONG.get(f.kind, []))
    if f.filled_by != "sdk" or f.kind == "string"
    if not (wrong is None and f.nullable) and not (wrong == "" and f.format == "aigc")
]


@pytest.mark.parametrize(("schema", "f", "wrong"), cases)
def test_a_wrong_value_is_refused_by_name_without_an_echo(schema: EventSchema, f: Field, wrong: Any) -> None:
    """Each kind of wrong value gives an InvalidEvent that names the field and the remedy, and repeats nothing of the value."""
    row, _ = make_event(schema.event_type)
    with pytest.raises(InvalidEvent) as caught:
        codec_for(schema.event_type).check(row | {f.name: wrong})
    error = caught.value
    assert error.field.split("[")[0] in {f.name, "event_type"}
    assert error.remedy
    assert WORDS not in f"{error} {error.__context__}"


@pytest.mark.parametrize("schema", schemas(), ids=lambda s: s.event_type)
def test_a_complete_row_passes(schema: EventSchema) -> None:
    """What the SDK sends is what the sink's checks accept."""
    row, _ = make_event(schema.event_type)
    codec_for(schema.event_type).check(row)


def test_a_near_miss_is_answered_with_the_right_word() -> None:
    """A mistyped enumeration value is answered with the one that was probably meant."""
    row, _ = make_event("label.applied")
    with pytest.raises(InvalidEvent, match="did you mean text_prompt"):
        codec_for("label.applied").check(row | {"label_carrier": "text_promt"})


def test_the_retention_class_is_the_schemas() -> None:
    """A producer cannot choose how long its events are kept."""
    row, _ = make_event("moderation.action", moderation_target="user")
    assert row["retention_class"] == "ENF"
    with pytest.raises(InvalidEvent, match="retention_class"):
        codec_for("moderation.action").check(row | {"retention_class": "OPS"})


@given(st.text())
def test_ids_hold_no_free_text(text: str) -> None:
    """Only the documented alphabet passes as an id, up to 64 characters."""
    row, _ = make_event("prompt.received")
    alphabet = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-")
    legal = 0 < len(text) <= 64 and set(text) <= alphabet
    try:
        codec_for("prompt.received").check(row | {"request_id": text})
    except InvalidEvent:
        assert not legal
    else:
        assert legal
