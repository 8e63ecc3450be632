"""One story, asked about in several windows: what a duty says of a thing hangs on the thing, not on where a report begins."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from support.stored import Tables
from tracemark.query.obligations import Answer, Scope, Window, evaluate, load_pack
from tracemark.query.testing import Plot
from tracemark.query.testing.rows import blocks, micros
from tracemark.query.testing.teller import HOUR, Teller
from tracemark.store import Store

DAY = 24 * HOUR
LABELLING = datetime(2025, 8, 31, 16, tzinfo=UTC)
"""The first instant of 1 September 2025 in Shanghai: the Labelling Measures are in force."""

Save = Callable[[Plot], None]


def story(at: datetime) -> Plot:
    """A story to tell, at an instant."""
    return Plot(Teller(), "told", "t-told", micros(at))


@pytest.fixture
def save(tables: Tables) -> Save:
    """Store what was told."""

    def saved(told: Plot) -> None:
        for block in blocks(told.finish()):
            tables.writer.insert(block.table, block.column_names, block.columns, query_id=uuid.uuid4().hex)

    return saved


def asked(reader: Store, duty: str, window: Window, as_of: datetime | None = None, *, regime: str = "cn") -> Answer:
    """One duty of the tenant of the story."""
    scope = Scope(tenant="t-told", limit=1000)
    return evaluate(reader, load_pack(regime), window, as_of or window.until, scope=scope, only=[duty])[duty]


def reasons(answer: Answer) -> dict[str, int]:
    """How many rows there are of each reason."""
    return {reason.code: reason.rows for reason in answer.reasons}


@pytest.mark.parametrize("duty", ["INV-1", "INV-2", "INV-3", "INV-5", "ROW-14", "ROW-20"])
def test_what_was_made_before_the_law_is_not_judged(reader: Store, save: Save, duty: str) -> None:
    """Of two pictures without labels, received together on the first day of the Measures, the one made and handed over in the last
    second before is nobody's business, and the one of their first second is a breach."""
    told = story(LABELLING)
    producer = told.producer("svc-image")
    lost = {"explicit_verdict": "missing", "implicit_verdict": "missing"}
    for at in (micros(LABELLING) - HOUR, micros(LABELLING)):
        stripped = {"records_found": 0, "label_state": "missing"}
        told.request(producer, at=at, without=["explicit", "implicit"], delivery=lost, readback=stripped)
    for event in told.events:
        event["_broker_ts"] = micros(LABELLING + timedelta(hours=2)) // 1000
    save(told)
    answer = asked(reader, duty, Window(since=LABELLING - timedelta(days=9), until=LABELLING + timedelta(days=30)))
    assert (answer.denominator, answer.offending) == (1, 1)
    assert [offender.content_id for offender in answer.offenders] == ["o-told-4"]


def test_a_mark_found_before_the_window_is_found(reader: Store, save: Save) -> None:
    """A file that was read back when it was made, and handed over three weeks later without another look, carries its mark,
    wherever the window begins."""
    made = datetime(2026, 9, 1, 2, tzinfo=UTC)
    told = story(made)
    producer = told.producer("svc-world-image")
    told.govern(producer)
    delivered = {"occurred_at": micros(made + timedelta(days=20)), "implicit_verdict": "not_checked"}
    told.request(producer, delivery={**delivered, "_broker_ts": micros(made + timedelta(days=20)) // 1000})
    save(told)
    for since in (made - timedelta(days=9), made + timedelta(days=15)):
        window = Window(since=since, until=made + timedelta(days=30))
        answer = asked(reader, "EU-50-2-DETECT", window, regime="eu")
        assert (answer.result, answer.denominator) == ("pass", 1)


def test_a_producer_is_alive_as_long_as_it_is_heard(reader: Store, save: Save) -> None:
    """A report on September, asked for in November, calls nobody silent who was heard of since; who was not, it does."""
    begun, ended = datetime(2026, 9, 1, 2, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
    told = story(begun)
    living, silent = (told.producer(replace(told.service(), service_id=name)) for name in ("svc-living", "svc-silent"))
    told.tell(told.teller.session(living, "heartbeat", micros(ended + timedelta(days=30))))
    told.abandon(silent)
    save(told)
    answer = asked(reader, "INV-11", Window(since=begun - timedelta(days=1), until=ended), ended + timedelta(days=31))
    assert (answer.denominator, answer.offending, reasons(answer)) == (2, 0, {"never_closed": 1})
    assert [row.service_id for row in answer.unjudged] == ["svc-silent"]


def test_what_expired_is_no_gap_and_no_evidence(reader: Store, save: Save) -> None:
    """Numbers that retention dropped in due time: the window that holds them finds no evidence, a later one passes; where the
    deletion was early, its loss is a gap."""
    begun, teller = datetime(2026, 1, 10, tzinfo=UTC), Teller()
    for months, results in ((7, ("no_evidence", "pass")), (5, ("fail", "fail"))):
        told = Plot(teller, f"told-{months}", f"t-told-{months}", micros(begun))
        producer = told.producer(told.service())
        producer.skip(3, declared=False)
        newest = {"newest_at": micros(begun) + HOUR, "cutoff": micros(begun) + DAY}
        at = begun.replace(month=begun.month + months)
        dropped = {"applied_class": "OPS", "applied_action": "dropped", "rows_applied": 3, "retention_class": "REG"}
        told.tell(told.teller.event(producer, "retention.applied", micros(at), **dropped, **newest))
        save(told)
        for since, result in zip((begun, at), results, strict=True):
            window = Window(since=since - timedelta(hours=1), until=at + timedelta(days=1))
            scope = Scope(tenant=f"t-told-{months}")
            answer = evaluate(reader, load_pack("cn"), window, window.until, scope=scope, only=["INV-11"])["INV-11"]
            assert (answer.result, answer.denominator) == (result, 1)
