"""What the store does not know yet, and how it says so."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from support.stored import NOON, StoredEvents, Tables
from tracemark.query import Question, Reader, TraceAnswer
from tracemark.query.lag import Behind, how_far_behind
from tracemark.query.reasons import why_not_found
from tracemark.query.stock import StoredKey, stored_keys, stored_tenants

NOW = datetime.now(UTC).replace(microsecond=0)
"""The present: reports of sinks expire after a month."""


def codes(behind: Behind) -> list[str]:
    """What is remarked on."""
    return [remark.code for remark in behind.remarks]


def report(tables: Tables, *lanes: dict[str, Any]) -> None:
    """Reports of a sink."""
    common = {
        "reported_at": NOW - timedelta(seconds=5),
        "sink_id": "s-1",
        "topic": "tracemark.events",
        "partition": 0,
        "state": "running",
        "reason": "",
        "next_offset": 0,
        "end_offset": 0,
        "lag": 0,
        "stored_total": 0,
        "dead_letters_total": 0,
        "duplicates_total": 0,
        "rows_per_second": 0.0,
    }
    rows = [common | lane for lane in lanes]
    tables.insert("sink_status", list(common), [[row[name] for row in rows] for name in common])


def dead_letter(tables: Tables, code: str, offset: int, recorded_at: datetime) -> None:
    """A record that was put aside."""
    values = {
        "topic": "tracemark.events",
        "topic_id": "i-1",
        "partition": 0,
        "offset": offset,
        "broker_ts": recorded_at,
        "error_code": code,
        "path": "",
        "schema_id": 0,
        "value_bytes": 1,
        "key_bytes": 1,
        "digest": bytes(32),
        "key_id": "dlq-1-00000000",
        "recorded_at": recorded_at,
    }
    tables.insert("dead_letters", list(values), [[value] for value in values.values()])


def session(story: StoredEvents, state: str, *, ago: float, seq: int, producer_id: str) -> None:
    """A sign of life, so many seconds ago."""
    at = (NOW - NOON).total_seconds() - ago
    story.tell("producer.session", at=at, session_state=state, last_seq=seq, producer_seq=seq, producer_id=producer_id)


def test_store_that_is_up_to_date_has_no_remarks(reader: Reader, story: StoredEvents, tables: Tables) -> None:
    """No lag, live sinks, closed or living producers and no dead letters: nothing to remark."""
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    session(story, "open", ago=3600, seq=1, producer_id=one)
    session(story, "close", ago=3591, seq=2, producer_id=one)
    session(story, "heartbeat", ago=10, seq=1, producer_id=two)
    story.save()
    report(tables, {})
    behind = how_far_behind(reader, NOW)
    assert codes(behind) == []
    assert behind.last_event_at == NOW - timedelta(seconds=10)


def test_lag_is_summed_over_the_last_report_of_each_partition(reader: Reader, tables: Tables) -> None:
    """Older reports do not count; partitions that are behind do."""
    old = NOW - timedelta(seconds=20)
    report(tables, {"lag": 500, "reported_at": old}, {"lag": 7}, {"partition": 1, "lag": 3}, {"partition": 2})
    behind = how_far_behind(reader, NOW)
    assert behind.lag == 10
    assert codes(behind) == ["lag"]
    assert "10 records behind in 2 partitions" in behind.remarks[0].text


def test_stuck_and_absent_sinks_are_told_apart(reader: Reader, tables: Tables) -> None:
    """A sink that waits says why; one that has not reported for long does not run."""
    report(tables, {"state": "blocked", "reason": "schema_newer"})
    assert codes(how_far_behind(reader, NOW)) == ["sink_stuck"]
    assert "schema_newer" in how_far_behind(reader, NOW).remarks[0].text
    assert codes(how_far_behind(reader, NOW + timedelta(hours=1))) == ["sink_stuck"]
    report(tables, {"state": "stopped", "reported_at": NOW})
    assert codes(how_far_behind(reader, NOW + timedelta(hours=1))) == ["sink_away"]


def test_producer_that_fell_silent_is_named_by_its_service(reader: Reader, story: StoredEvents) -> None:
    """A producer that neither closed nor gave a sign of life may hold events; its service is named."""
    producer = str(uuid.uuid4())
    session(story, "open", ago=3600, seq=1, producer_id=producer)
    session(story, "heartbeat", ago=3570, seq=5, producer_id=producer)
    story.save()
    behind = how_far_behind(reader, NOW)
    assert codes(behind) == ["producer_silent"]
    (silent,) = behind.silent
    assert (silent.producer_id, silent.last_seq, silent.seen_at) == (producer, 5, NOW - timedelta(seconds=3570))
    assert codes(how_far_behind(reader, NOW - timedelta(seconds=3500))) == []


def test_dead_letters_of_the_period_are_counted_by_code(reader: Reader, tables: Tables) -> None:
    """Dead letters are counted once each, by code, since the beginning of the period."""
    dead_letter(tables, "hash_mismatch", 1, NOW - timedelta(days=3))
    dead_letter(tables, "hash_mismatch", 1, NOW - timedelta(days=3))
    dead_letter(tables, "schema_unknown", 2, NOW - timedelta(hours=1))
    assert how_far_behind(reader, NOW).dead_letters == {"hash_mismatch": 1, "schema_unknown": 1}
    recent = how_far_behind(reader, NOW, since=NOW - timedelta(days=1))
    assert recent.dead_letters == {"schema_unknown": 1}
    assert codes(recent) == ["dead_letters"]


def test_events_in_journals_are_remarked(reader: Reader) -> None:
    """What the caller sees waiting in journals is part of being behind."""
    behind = how_far_behind(reader, NOW, journal_events=12)
    assert codes(behind) == ["journal_waiting"]
    assert behind.to_dict()["journal_events"] == 12


def test_keys_and_tenants_of_what_is_stored(reader: Reader, story: StoredEvents) -> None:
    """The store tells which tenants it holds and which keys made their tokens."""
    for tenant, key in (("t-1", "output-1-aaaaaaaa"), ("t-1", "output-2-bbbbbbbb"), ("t-2", "output-1-cccccccc")):
        story.tell("output.generated", tenant_id=tenant, content_id="c-1", token_exact=b"x" * 32, token_key_id=key)
    story.tell("prompt.received", tenant_id="t-3")
    story.save()
    assert stored_tenants(reader) == ("t-1", "t-2", "t-3")
    assert len(stored_keys(reader)) == 3
    assert stored_keys(reader, ["t-2"]) == (StoredKey("t-2", "output-1-cccccccc"),)


def nothing(kind: str = "text", **fields: Any) -> TraceAnswer:
    """An answer that found nothing."""
    return TraceAnswer(question=Question(kind=kind, **fields), chains=(), total=0)  # type: ignore[arg-type]  # spelled out by the callers


def current(**changes: Any) -> Behind:
    """A store that is up to date, but for `changes`."""
    values: dict[str, Any] = {
        "as_of": NOW,
        "last_event_at": NOW,
        "lanes": (),
        "silent": (),
        "dead_letters": {},
        "journal_events": 0,
    }
    return Behind(**values | changes)


def reasons(answer: TraceAnswer, behind: Behind | None = None, **more: Any) -> list[str]:
    """Codes of the reasons given."""
    return [reason.code for reason in why_not_found(answer, behind=behind or current(), **more)]


def test_reasons_for_finding_nothing() -> None:
    """Each cause that can be checked is named, the likeliest first, and what remains is said last."""
    missing = [StoredKey("t-1", "output-2-bbbbbbbb")]
    earlier = TraceAnswer(question=Question(kind="text"), chains=(), total=3)
    assert reasons(nothing(tokens=4)) == ["not_recorded"]
    assert reasons(nothing(tokens=0)) == ["nothing_to_look_for"]
    assert reasons(nothing(tokens=4), missing_keys=missing) == ["keys_missing", "not_recorded"]
    assert reasons(nothing(tokens=4), current(journal_events=1)) == ["store_behind", "not_recorded"]
    assert reasons(nothing(tokens=4), current(last_event_at=None)) == ["store_empty"]
    assert reasons(nothing(tokens=4, since=NOW), without_since=lambda: earlier) == ["outside_since"]
    assert reasons(nothing("request", id="o'brien")) == ["impossible_id", "not_recorded"]
    assert reasons(nothing("user", tokens=1)) == ["not_recorded"]


def test_missing_keys_are_named_with_their_tenants() -> None:
    """The remedy for a missing key begins with its name."""
    keys = [StoredKey(f"t-{n}", "output-2-bbbbbbbb") for n in range(10)]
    (first, *_) = why_not_found(nothing(tokens=1), behind=current(), missing_keys=keys)
    assert "output-2-bbbbbbbb of t-0" in first.text
    assert "and 2 more" in first.text
