"""A small world with known numbers for the boards: five producers around noon, and what a sink wrote down about them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from support.board_duties import summarise, tell_duties
from support.board_world import HOSTILE_TENANT, BoardStore
from support.stored import NOON, StoredEvents, micros
from tracemark.cli.canary import CANARY_SERVICE

__all__ = ["NOISE_ROWS", "tell_world"]

NOISE_ROWS = 1_200_000
"""Events of an earlier month; enough for the engine to think projections worth while."""

_CHAT, _IMAGE, _ODD, _EARLIER, _LATER, _CANARY = (str(UUID(int=number)) for number in range(1, 7))

_NOISE = f"""
INSERT INTO events_traffic
    (event_id, event_type, occurred_at, _broker_ts, _offset,
    producer_id, producer_seq, tenant_id, service_id, request_id, content_id)
SELECT
    generateUUIDv4(), 'output.generated', toDateTime64('2025-10-01', 6, 'UTC') + number,
    toDateTime64('2025-10-01', 3, 'UTC') + number, number, generateUUIDv4(), 1, 'noise', 'svc-noise',
    'noise-r-' || toString(intDiv(number, 4)), 'noise-c-' || toString(number)
FROM numbers({NOISE_ROWS})
"""

_MINUTE = 60.0


def tell_world(store: BoardStore) -> None:
    """Write all of it."""
    story = StoredEvents(store.insert)
    _chat(story)
    _image(story)
    _others(story)
    _canary(story)
    tell_duties(story)
    story.save()
    _ledger(store)
    _dead_letters(store)
    _status(store)
    store.writer.command(_NOISE)
    summarise(store)


def _chat(story: StoredEvents) -> None:
    """Draws 12 numbers: 8 are stored, 7 is declared as dropped, 8, 10 and 11 are missing. Request r-2 has a case and no label."""
    session: dict[str, Any] = {"service_id": "svc-chat", "tenant_id": "t-1", "producer_id": _CHAT}
    text: dict[str, Any] = {**session, "request_id": "r-1", "model_id": "m-1"}
    bad: dict[str, Any] = {**session, "request_id": "r-2", "model_id": "m-1"}
    story.tell("producer.session", at=0, producer_seq=1, last_seq=1, session_state="open", **session)
    story.tell("prompt.received", at=1, producer_seq=2, **text)
    story.tell("output.generated", at=3, producer_seq=3, content_id="c-1", generation_ms=1500, **text)
    story.tell("label.applied", at=4, producer_seq=4, content_id="c-1", label_kind="explicit", **session)
    story.tell("prompt.received", at=10, producer_seq=5, **bad)
    story.tell("output.generated", at=12, producer_seq=6, content_id="c-2", **bad)
    found: dict[str, Any] = {"detected_at": micros(NOON + timedelta(seconds=30)), "action": "remove", "case_id": "k-1"}
    story.tell("moderation.action", at=60, producer_seq=9, content_id="c-2", **found, **session)
    last: dict[str, Any] = {"last_seq": 12, "session_state": "heartbeat", "dropped": {"too_large": 1}}
    story.tell("producer.session", at=59.5 * _MINUTE, producer_seq=12, **last, **session)


def _image(story: StoredEvents) -> None:
    """Three numbers, all stored, session closed; one event with a suspect clock."""
    session: dict[str, Any] = {"service_id": "svc-image", "tenant_id": "t-2", "producer_id": _IMAGE}
    story.tell("producer.session", at=0, producer_seq=1, last_seq=1, session_state="open", **session)
    suspect: dict[str, Any] = {"clock_suspect": True}
    story.tell("output.generated", at=5, producer_seq=2, request_id="r-3", content_id="c-3", stored=suspect, **session)
    closed: dict[str, Any] = {"last_seq": 3, "session_state": "close", "closed_by": "owner"}
    story.tell("producer.session", at=30 * _MINUTE, producer_seq=3, **closed, **session)


def _others(story: StoredEvents) -> None:
    """One open session that falls silent, under a name that means mischief; one event before the range, one after it."""
    odd: dict[str, Any] = {"service_id": "svc-odd", "tenant_id": HOSTILE_TENANT, "producer_id": _ODD}
    story.tell("producer.session", at=0, producer_seq=1, last_seq=1, session_state="open", **odd)
    old: dict[str, Any] = {"service_id": "svc-old", "tenant_id": "t-1", "producer_id": _EARLIER}
    story.tell("prompt.received", at=-180 * _MINUTE, producer_seq=1, request_id="r-0", **old)
    late: dict[str, Any] = {"service_id": "svc-chat", "tenant_id": "t-1", "producer_id": _LATER}
    story.tell("output.generated", at=120 * _MINUTE, producer_seq=1, request_id="r-3", content_id="c-9", **late)


def _canary(story: StoredEvents) -> None:
    """Sings twice within the range and once behind it, in between and thereafter nothing is heard of it."""
    session: dict[str, Any] = {"service_id": CANARY_SERVICE, "tenant_id": "default", "producer_id": _CANARY}
    for number, (minute, state) in enumerate([(0, "open"), (57, "heartbeat"), (100, "heartbeat")], 1):
        told: dict[str, Any] = {"producer_seq": number, "last_seq": number, "session_state": state}
        story.tell("producer.session", at=minute * _MINUTE, **told, **session)


def _ledger(store: BoardStore) -> None:
    """Three ranges in order, one written down twice and one only intended; then one behind a break that lost a record, unsealed."""
    zero: dict[str, Any] = {"partition": 0, "topic_id": "T1"}
    rows = [
        _range(5, first=0, last=4, records=5, rows_traffic=4, dead_letters=1, **zero),
        _range(6, first=5, last=11, records=7, rows_traffic=5, rows_records=1, duplicates=1, **zero),
        _range(7, first=5, last=11, records=7, rows_traffic=5, rows_records=1, duplicates=1, **zero),
        _range(8, first=12, last=20, records=9, state="intended", **zero),
        _range(5, first=0, last=1, records=2, rows_traffic=2, partition=1, topic_id="T1"),
        _range(6, first=5, last=6, records=2, rows_traffic=1, partition=1, topic_id="T1", merkle_root=bytes(32)),
        _range(-120, first=0, last=99, records=100, rows_traffic=1, partition=2, topic_id="T1"),
    ]
    _insert(store, "ledger", rows)


def _dead_letters(store: BoardStore) -> None:
    """One record put aside (and written down twice), and one long before."""
    letter: dict[str, Any] = {
        "topic": "tracemark.events",
        "topic_id": "T1",
        "schema_id": 7,
        "value_bytes": 9,
        "key_bytes": 3,
        "key_id": "dlq",
    }
    unknown: dict[str, Any] = {
        **letter,
        "partition": 0,
        "offset": 3,
        "error_code": "schema_unknown",
        "broker_ts": _at(4),
    }
    rows = [
        {**unknown, "recorded_at": _at(5)},
        {**unknown, "recorded_at": _at(6)},
        {
            **letter,
            "partition": 1,
            "offset": 9,
            "error_code": "hash_mismatch",
            "broker_ts": _at(-300),
            "recorded_at": _at(-299),
        },
    ]
    _insert(store, "dead_letters", [{"path": "", "digest": bytes(32), **row} for row in rows])


def _status(store: BoardStore) -> None:
    """Partition 0 works its lag of 50 off to 5; partition 1 is blocked at 7 and was not heard of since."""
    store.writer.command("ALTER TABLE sink_status REMOVE TTL")  # the story is older than what reports live
    rows = [
        _report(0, partition=0, state="running", next_offset=50, end_offset=100),
        _report(20, partition=0, state="running", next_offset=115, end_offset=120),
        _report(10, partition=1, state="blocked", reason="schema_ahead", next_offset=3, end_offset=10),
    ]
    _insert(store, "sink_status", rows)


def _range(minute: float, *, first: int, last: int, **columns: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("rows_traffic", "rows_records", "dead_letters", "duplicates", "epoch"), 0)
    told = {
        "topic": "tracemark.events",
        "state": "done",
        "writer": "sink-1",
        "digest": b"d" * 32,
        "merkle_root": b"r" * 32,
    }
    times = {"first_broker_ts": _at(minute), "last_broker_ts": _at(minute), "recorded_at": _at(minute)}
    return {**empty, **told, **times, "first_offset": first, "last_offset": last, **columns}


def _report(minute: float, *, next_offset: int, end_offset: int, **columns: Any) -> dict[str, Any]:
    totals = dict.fromkeys(("stored_total", "dead_letters_total", "duplicates_total"), 0)
    told = {
        "topic": "tracemark.events",
        "sink_id": "sink-1",
        "reason": "",
        "rows_per_second": 1.5,
        "last_broker_ts": None,
    }
    offsets = {"next_offset": next_offset, "end_offset": end_offset, "lag": end_offset - next_offset}
    return {**totals, **told, **offsets, "reported_at": _at(minute), **columns}


def _at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def _insert(store: BoardStore, table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    store.insert(table, names, [[row[name] for row in rows] for name in names])
