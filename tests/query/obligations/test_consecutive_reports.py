"""One report after the other: whatever breaks is in one of them, and what is over is in none that follow."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from support.stored import Tables
from tracemark.query.obligations import Answer, Report, Scope, Window, evaluate, load_pack
from tracemark.query.testing import AS_OF, SINCE, Plant, Plot, World, plants
from tracemark.query.testing.cases import complaint, illegal_content, measure, report
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import HOUR
from tracemark.store import Store

PACK = load_pack("cn")
CASES = ("INV-6", "INV-7", "INV-8", "INV-9", "ROW-22", "ROW-25")
SETTLED = timedelta(minutes=PACK.settle_minutes)
DAY = 24 * HOUR
AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (datetime(2026, month, 1, tzinfo=UTC) for month in (8, 9, 10, 11))


def fill(tables: Tables, world: World) -> World:
    """Write a world."""
    for block in world.blocks():
        tables.writer.insert(block.table, block.column_names, block.columns, query_id=uuid.uuid4().hex)
    return world


def asked(reader: Store, since: datetime, until: datetime, as_of: datetime | None = None) -> Report:
    """The report of a time, as of its end unless told."""
    window = Window(since=since, until=until)
    return evaluate(reader, PACK, window, as_of or until + SETTLED, scope=Scope(limit=10_000), only=CASES)


def weekly(reader: Store) -> Iterator[Report]:
    """Reports of one week after the other, each as soon as it settled."""
    since = SINCE
    while since < AS_OF:
        until = min(since + timedelta(days=7), AS_OF)
        yield asked(reader, since, until, min(until + SETTLED, AS_OF))
        since = until


def ids(answer: Answer) -> set[str]:
    """Everything that the rows of an answer name."""
    return {name for row in answer.offenders for name in (row.case_id, row.content_id, row.event_id, row.request_id)}


def test_every_breach_is_in_one_of_the_weekly_reports(reader: Store, tables: Tables) -> None:
    """Every planted breach of a duty about cases, some of them pending at a week's end, some heard of weeks late, is in one of the
    reports of eight weeks, each asked once and at once."""
    world = fill(tables, World(requests=0, plants=plants("violation", regime="cn")))
    found = {duty: set[str]() for duty in CASES}
    for each in weekly(reader):
        for answer in each.answers:
            found[answer.obligation.id] |= ids(answer)
    assert [e for e in world.expected if e.duty in found and e.key not in found[e.duty]] == []


def told(tables: Tables, tell: str, *, at: datetime) -> None:
    """Tell one story from an instant on."""
    stories = {"pending": pending, "late": heard_of_late, "case": one_case_two_contents, "limitless": limitless}

    def tale(p: Plot) -> None:
        own = Plot(p.teller, p.name, p.tenant, micros(at))
        stories[tell](own)
        p.tell(own.finish())

    fill(tables, World(requests=0, plants=[Plant(name=tell, kind="violation", tell=tale)]))


def pending(p: Plot) -> None:
    """Illegal content is never remedied, a measure never reported."""
    producer = p.producer(p.service())
    p.govern(producer)
    p.tell(illegal_content(p.teller, producer, "c-1", p.at, "o-1", steps={"remediate": None}))
    p.tell(measure(p.teller, producer, "c-2", p.at + DAY + HOUR, "s-1"))


def heard_of_late(p: Plot) -> None:
    """A complaint, answered after 25 days; the store hears of both after 34."""
    producer = p.producer(p.service())
    p.govern(producer)
    late: dict[str, Any] = {"_broker_ts": (p.at + 34 * DAY) // 1000}
    p.tell(complaint(p.teller, producer, "c-1", {"received": p.at, "feedback_sent": p.at + 25 * DAY}, **late))


def one_case_two_contents(p: Plot) -> None:
    """One content is handled, another of the same case found forty days later and left."""
    producer = p.producer(p.service())
    p.govern(producer)
    none: dict[str, int | None] = dict.fromkeys(("stop", "remove", "report", "remediate"))
    p.tell(illegal_content(p.teller, producer, "c-1", p.at, "o-1"))
    p.tell(illegal_content(p.teller, producer, "c-1", p.at + 40 * DAY, "o-2", steps=none))


def limitless(p: Plot) -> None:
    """Of two complaints without a limit one is answered at once, the other after five weeks; and a draft without a target."""
    producer = p.producer(p.service())
    p.tell(complaint(p.teller, producer, "c-1", {"received": p.at, "feedback_sent": p.at + DAY}))
    p.tell(complaint(p.teller, producer, "c-2", {"received": p.at}))
    p.tell(p.teller.policy(producer, p.at + HOUR, "complaint_sla", 10, "days"))
    p.tell(complaint(p.teller, producer, "c-2", {"feedback_sent": p.at + 35 * DAY}))
    p.tell(report(p.teller, producer, "c-3", p.at, report_state="draft", sent_at=None, receipt_ref=""))


def test_what_was_pending_fails_in_the_next_report(reader: Store, tables: Tables) -> None:
    """Nothing was due by the end of August; in September it was; in October it is over, for nothing of it happened there."""
    told(tables, "pending", at=datetime(2026, 8, 30, tzinfo=UTC))
    august, september, october = (
        asked(reader, *months) for months in ((AUGUST, SEPTEMBER), (SEPTEMBER, OCTOBER), (OCTOBER, NOVEMBER))
    )
    for duty, reason in (("INV-6", "no_remediate"), ("INV-7", "not_reported")):
        assert (august[duty].result, august[duty].denominator) == ("pass", 1)
        assert [row.reason for row in september[duty].offenders] == [reason]
        assert (october[duty].result, october[duty].denominator) == ("no_evidence", 0)
    again = asked(reader, AUGUST, SEPTEMBER, NOVEMBER)
    assert [again[duty].result for duty in ("INV-6", "INV-7")] == ["fail", "fail"]


def test_what_was_heard_of_late_fails_in_the_report_that_heard_of_it(reader: Store, tables: Tables) -> None:
    """Receipt and answer reached the store in October, both dated September."""
    told(tables, "late", at=datetime(2026, 9, 1, 2, tzinfo=UTC))
    assert asked(reader, SEPTEMBER, OCTOBER)["INV-8"].result == "no_evidence"
    assert [row.reason for row in asked(reader, OCTOBER, NOVEMBER)["INV-8"].offenders] == ["late_feedback"]


def test_a_content_that_joins_a_case_later_fails_later(reader: Store, tables: Tables) -> None:
    """September knows nothing of the second content, also when it is asked again; October names it."""
    told(tables, "case", at=datetime(2026, 9, 1, 2, tzinfo=UTC))
    assert asked(reader, SEPTEMBER, OCTOBER)["INV-6"].result == "pass"
    assert asked(reader, SEPTEMBER, OCTOBER, NOVEMBER)["INV-6"].result == "pass"
    (row,) = asked(reader, OCTOBER, NOVEMBER)["INV-6"].offenders
    assert (row.case_id, row.content_id, row.reason) == ("c-1", "o-2", "no_remove,no_report,no_stop")


def test_what_had_no_limit_is_open_until_it_is_answered(reader: Store, tables: Tables) -> None:
    """Without a limit nothing can be said of a complaint in the windows in which it was open, and nothing is in those after."""
    told(tables, "limitless", at=datetime(2026, 8, 30, tzinfo=UTC))
    found = [
        [(reason.code, reason.rows) for reason in asked(reader, *months)["INV-8"].reasons]
        for months in ((AUGUST, SEPTEMBER), (SEPTEMBER, OCTOBER), (OCTOBER, NOVEMBER))
    ]
    assert found == [[("no_limit_in_force", 2)], [("no_limit_in_force", 1)], [("no_limit_in_force", 1)]]
    later = asked(reader, NOVEMBER, NOVEMBER + timedelta(days=30))
    assert (later["INV-8"].result, later["INV-8"].denominator) == ("no_evidence", 0)
    assert [row.reason for row in asked(reader, AUGUST, SEPTEMBER)["ROW-22"].offenders] == ["never_sent"]
