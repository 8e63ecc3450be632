"""Rows that are as they were sealed, rows that were altered, rows that were erased by order."""

import math
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.events import make_event
from support.stored import NOON, StoredEvents, column_row
from tracemark.query import Reader, trace_request, verify_row
from tracemark.schemas import schemas
from tracemark.schemas.columns import column_of, to_column
from tracemark.schemas.definitions import EventSchema, Field

SCHEMAS = {f"{schema.event_type}.v{schema.version}": schema for schema in schemas()}
IDS = st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True)


def values_of(field: Field) -> st.SearchStrategy[Any]:
    """Every kind of value that a field may hold, absence included."""
    found: dict[str, st.SearchStrategy[Any]] = {
        "string": IDS,
        "enum": st.sampled_from(field.symbols or ("",)),
        "int": st.integers(0, 2**31 - 1),
        "long": st.integers(0, 2**63 - 1),
        "double": st.floats(0, 1e300),
        "boolean": st.booleans(),
        "timestamp": st.integers(0, 10**16),
        "fixed": st.binary(min_size=field.size, max_size=field.size).filter(any),
        "array": st.lists(st.sampled_from(field.symbols or ("cn", "eu", "us-ca")), max_size=4),
        "map": st.dictionaries(
            st.sampled_from(field.keys or ("region",)),
            IDS if field.item == "string" else st.integers(0, 2**40),
            max_size=3,
        ),
    }
    value = found[field.kind]
    return st.none() | value if field.nullable else value


def rows_of(schema: EventSchema) -> st.SearchStrategy[dict[str, Any]]:
    """Events of one schema, sealed, with any values its fields allow."""
    fixed = {"event_id", "event_type", "schema_version", "producer_id", "retention_class"}
    free = {f.name: values_of(f) for f in schema.fields[:-3] if f.name not in fixed}
    return st.fixed_dictionaries(free).map(lambda values: make_event(schema.event_type, **values)[0])


@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_row_is_intact_whatever_its_values(name: str, data: st.DataObject) -> None:
    """Every event, turned into columns and back, still has both of its hashes."""
    row = column_row(data.draw(rows_of(SCHEMAS[name])))
    assert verify_row(row) == "intact"


@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_any_change_of_any_field_is_noticed(name: str, data: st.DataObject) -> None:
    """One field set to another value makes the row altered, be it public, personal, the salt or a hash."""
    schema = SCHEMAS[name]
    row = column_row(data.draw(rows_of(schema)))
    field = data.draw(st.sampled_from(schema.fields))
    changed = _another(field, row[field.name])
    assert verify_row(row | {field.name: changed}) == "altered"


@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_erased_row_is_erased_by_order_and_nothing_worse(name: str, data: st.DataObject) -> None:
    """Clearing the personal fields and the salt leaves a row that is whole, as long as it names the order."""
    schema = SCHEMAS[name]
    row = _erased(schema, column_row(data.draw(rows_of(schema))))
    assert verify_row(row | {"erased_by": "order-1"}) == "erased"
    assert verify_row(row) == "altered"


@given(
    junk=st.dictionaries(st.sampled_from(["occurred_at", "tenant_id", "salt", "event_hash", "dimensions"]), st.text())
)
def test_junk_in_a_row_never_raises(junk: dict[str, str]) -> None:
    """A row may hold anything by the time it is checked; the check answers all the same."""
    row = column_row(make_event("prompt.received")[0])
    assert verify_row(row | junk) in {"intact", "altered"}
    assert verify_row({"_schema_id": row["_schema_id"]}) == "altered"


def test_row_of_an_unknown_schema_is_not_judged() -> None:
    """A schema of a later release is no sign of tampering."""
    assert verify_row({"_schema_id": 1}) == "unknown"


def test_half_erased_row_is_altered() -> None:
    """An order clears all personal fields and the salt; a row that names one and keeps some is not what it says."""
    schema = SCHEMAS["prompt.received.v1"]
    row = column_row(make_event("prompt.received", subject_ref="ab" * 16)[0])
    erased = _erased(schema, row) | {"erased_by": "order-1"}
    assert verify_row(erased | {"subject_ref": "ab" * 16}) == "altered"
    assert verify_row(row | {"salt": bytes(16), "erased_by": "order-1"}) == "altered"


def test_stored_rows_are_intact_and_a_changed_one_shows_in_its_chain(reader: Reader, story: StoredEvents) -> None:
    """Hashes are rebuilt from what the engine gives back, for every event type; a row changed in the store is altered."""
    for number, schema in enumerate(SCHEMAS.values()):
        story.tell(schema.event_type, at=number, request_id="r-1", subject_ref="ab" * 16)
    story.tell("prompt.received", at=100, request_id="r-1", stored={"tenant_id": "t-forged"})
    story.tell(
        "prompt.received", at=101, request_id="r-1", stored=_cleared("prompt.received") | {"erased_by": "order-1"}
    )
    story.save()
    (chain,) = trace_request(reader, "r-1").chains
    assert [event.integrity for event in chain.events] == ["intact"] * len(SCHEMAS) + ["altered", "erased"]
    assert chain.integrity == {"intact": len(SCHEMAS), "altered": 1, "erased": 1}
    assert chain.erased_by == ("order-1",)


def _erased(schema: EventSchema, row: Mapping[str, Any]) -> dict[str, Any]:
    cleared = {field.name: to_column(field, None) for field in schema.personal}
    return {**row, **cleared, "salt": bytes(16)}


def _cleared(event_type: str) -> dict[str, Any]:
    schema = SCHEMAS[f"{event_type}.v1"]
    return {field.name: to_column(field, None) for field in schema.personal} | {"salt": bytes(16)}


def _another(field: Field, value: Any) -> Any:
    """A value of the same column that is not `value`."""
    if column_of(field).type == "UUID":
        return UUID(int=value.int ^ 1)
    changes: dict[str, Callable[[], Any]] = {
        "timestamp": lambda: NOON if value is None else value + timedelta(microseconds=1),
        "fixed": lambda: bytes([value[0] ^ 1, *value[1:]]),
        "array": lambda: [*value, "more"],
        "map": lambda: {**value, "more": "1" if field.item == "string" else 1},
        "boolean": lambda: not value,
        "enum": lambda: next(symbol for symbol in (*field.symbols, "") if symbol != value),
        "string": lambda: f"{value}x",
        "double": lambda: 1.0 if value is None else math.nextafter(value, math.inf),  # adding 1 changes no large number
    }
    change = changes.get(field.kind)
    if change is not None:
        return change()
    return 1 if value is None else value + 1
