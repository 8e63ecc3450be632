"""Look-ups by id, token and subject are answered by the light projections, in the tables and through the view."""

import os
import re
import uuid
from typing import Any

import pytest

from support.sinks import event, range_of
from tracemark.sink import DeadLetterKey, RangeWriter
from tracemark.sink.testing import MemoryDeadLetters
from tracemark.store import Store

TOKEN = os.urandom(32)
EVENT_ID = str(uuid.uuid4())
# The engine reads small tables whole, which is quicker; the plan is asked for as on a large one.
LARGE = {"min_table_rows_to_use_projection_index": 0}


# More rows than one granule: in a single granule there is nothing to skip.
_OTHERS = """
INSERT INTO events_traffic (event_id, event_type, tenant_id, occurred_at, request_id, content_id, token_exact, token_loose,
    subject_ref, _topic, _partition, _offset, _broker_ts)
SELECT generateUUIDv4(), 'prompt.received', 't', now64(6), toString(number), toString(number), unhex(hex(SHA256(toString(number)))),
    unhex(hex(SHA256(toString(number)))), hex(MD5(toString(number))), 'x', 0, number, now64(3)
FROM numbers(30000)
"""


@pytest.fixture
def written(migrated_store: Store) -> Store:
    """A store with one event that has every key, among others."""
    migrated_store.command(_OTHERS)
    found: dict[str, Any] = {"token_exact": TOKEN, "token_loose": TOKEN, "token_key_id": "k", "subject_ref": "ab" * 16}
    found |= {"request_id": "r-x", "content_id": "c-x", "event_id": EVENT_ID}
    writer = RangeWriter(migrated_store, MemoryDeadLetters(), DeadLetterKey(bytes(32)))
    writer.write(range_of([event("output.generated", **found)]))
    migrated_store.command("OPTIMIZE TABLE events_traffic FINAL")
    return migrated_store


@pytest.mark.parametrize("table", ["events_traffic", "events"])
@pytest.mark.parametrize("key", ["request_id", "content_id", "token_exact", "token_loose", "subject_ref", "event_id"])
def test_a_key_is_looked_up_in_its_projection(written: Store, table: str, key: str) -> None:
    """The plan of a look-up by each key uses the projection of that key, and finds the event."""
    values = {"token_exact": f"unhex('{TOKEN.hex()}')", "token_loose": f"unhex('{TOKEN.hex()}')"}
    values |= {
        "request_id": "'r-x'",
        "content_id": "'c-x'",
        "subject_ref": f"'{'ab' * 16}'",
        "event_id": f"'{EVENT_ID}'",
    }
    sql = f"SELECT event_type FROM {table} WHERE {key} = {values[key]}"
    plan = written.query(f"EXPLAIN indexes = 1, projections = 1 {sql}", settings=LARGE)
    assert f"by_{key}" in "\n".join(row["explain"] for row in plan)
    assert [row["event_type"] for row in written.query(sql, settings=LARGE)] == ["output.generated"]


def test_a_case_is_looked_up_without_reading_the_traffic(written: Store) -> None:
    """Traffic that belongs to no case is skipped by an index; what does belong to one is found."""
    written.command(
        "INSERT INTO events_traffic (event_id, event_type, tenant_id, occurred_at, case_id, _broker_ts)"
        " VALUES (generateUUIDv4(), 'content.delivered', 't', now64(6), 'k-x', now64(3))"
    )
    sql = "SELECT event_type FROM events WHERE case_id = 'k-x'"
    plan = "\n".join(row["explain"] for row in written.query(f"EXPLAIN indexes = 1 {sql}"))
    assert re.search(r"Name: of_case(?:(?!Granules).)*Granules: 1/([2-9]|\d\d)", plan, re.DOTALL)
    assert [row["event_type"] for row in written.query(sql)] == ["content.delivered"]


def test_a_span_of_offsets_skips_granules_by_its_index(written: Store) -> None:
    """The look at a range of offsets uses the minmax index over partition and offset."""
    sql = "SELECT event_hash FROM events_traffic WHERE _topic = 'x' AND _partition = 0 AND _offset BETWEEN 10 AND 20"
    plan = "\n".join(row["explain"] for row in written.query(f"EXPLAIN indexes = 1 {sql}"))
    assert "Name: position" in plan
