"""Reads of the audit data in good order: what the store's door saw, and the record beside it."""

from collections.abc import Iterator
from typing import Any, Final

from tracemark.query.testing.rows import READS_SEEN, Event
from tracemark.query.testing.services import Kind
from tracemark.query.testing.teller import SECOND, Producer, Teller

__all__ = ["AUDIT", "recorded", "seen", "told_reads"]

AUDIT: Final = Kind(service_id="tracemark", scope="not_public", audience="staff_or_member")
"""The audit log as a service: it emits what is recorded about itself."""

_MINUTE: Final = 60 * SECOND


def seen(read_id: str, at: int, **fields: Any) -> Event:
    """What the door saw at an instant; noted a minute later unless `noted_at` says."""
    given = {
        "noted_at": at + _MINUTE,
        "seen_at": at,
        "read_id": read_id,
        "reader": "reader",
        "door": "http",
        "board": "",
    }
    return {"event_type": READS_SEEN, **given, "statements": 1, "rows": 1, "ok": True, **fields}


def recorded(teller: Teller, producer: Producer, read_id: str, at: int, **fields: Any) -> Event:
    """The record of a read."""
    given: dict[str, Any] = {
        "request_id": read_id,
        "access_kind": "query",
        "access_interface": "http",
        "access_ok": True,
    }
    given |= {"rows_read": 1, "accessor_ref": "a-1", "retention_class": "NET", "_topic": "tracemark.control"}
    return teller.event(producer, "audit.accessed", at, **{**given, **fields})


def told_reads(teller: Teller, producer: Producer, index: int, at: int) -> Iterator[Event]:
    """One read of clean traffic: a trace by a command, a minute of a board, or a question that was not answered, in turns."""
    read_id = f"read-{producer.tenant}-{index}"
    if index % 3 == 0:
        yield recorded(teller, producer, read_id, at + SECOND, access_kind="trace", access_interface="cli")
        yield seen(read_id, at, door="cli", statements=7, rows=40)
    elif index % 3 == 1:
        yield seen(read_id, at, door="grafana", board="tracemark-overview", statements=120, rows=9000)
        grafana = {"access_kind": "dashboard", "access_interface": "grafana", "rows_read": 9000}
        yield recorded(teller, producer, read_id, at + _MINUTE, **grafana)
    else:
        yield seen(read_id, at, ok=False, rows=0)
        yield recorded(teller, producer, read_id, at + _MINUTE, access_ok=False, rows_read=0)
