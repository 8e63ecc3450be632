"""Stories of limits in working days of a year that the calendar does not list: nobody knows its holidays."""

from datetime import UTC, datetime
from functools import cache
from typing import Final

from tracemark.query.obligations.calendar import load_calendar
from tracemark.query.testing.cases import complaint, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import HOUR

_DAY: Final = 24 * HOUR
_LONG_AGO: Final = datetime(2024, 12, 30, 2, tzinfo=UTC)
"""In a year that the calendar of `cn` does not list."""
_POLICIES: Final = (
    ("complaint_sla", ""),
    ("rights_sla", ""),
    *(("moderation_targets", step) for step in ("stop", "remove", "report", "remediate")),
)


@cache
def _working_days_until(day: datetime) -> int:
    calendar = load_calendar("cn")
    return next(n for n in range(1, 1000) if calendar.due(_LONG_AGO, n, "working_days") >= day)


def _begun_long_ago(p: Plot, due_after: datetime, late: int) -> None:
    """A case of every kind, due by a limit of very many working days, and answered `late` after that; but for a draft."""
    days, begun = _working_days_until(due_after), micros(_LONG_AGO)
    answered = micros(load_calendar("cn").due(_LONG_AGO, days, "working_days")) + late
    producer, case = p.producer(p.service()), f"c-{p.name}"
    p.govern(producer)
    for kind, applies in _POLICIES:
        p.tell(p.teller.policy(producer, begun - HOUR, kind, days, "working_days", applies))
    for tell in (complaint, rights_request):
        p.tell(tell(p.teller, producer, case, {"received": begun, "feedback_sent": answered}))
    steps: dict[str, int | None] = {"remediate": answered - begun}
    p.tell(illegal_content(p.teller, producer, f"{case}-illegal", begun, f"o-{case}", steps=steps))
    p.tell(measure(p.teller, producer, f"{case}-user", begun, f"s-{case}"))
    p.tell(report(p.teller, producer, f"{case}-user", answered))
    p.tell(report(p.teller, producer, f"{case}-draft", begun, report_state="draft", sent_at=None, receipt_ref=""))


@plant("unknown")
def holidays_unknown(p: Plot) -> None:
    """Late by a few days, if nobody had a holiday in the year that is not listed."""
    _begun_long_ago(p, datetime(2026, 9, 25, tzinfo=UTC), 5 * _DAY)
    for duty, suffix in (("INV-6", "-illegal"), ("INV-7", "-user"), ("INV-8", ""), ("INV-9", ""), ("ROW-22", "-draft")):
        p.expect(duty, f"c-{p.name}{suffix}", "calendar_not_listed")


@plant("violation")
def late_by_any_calendar(p: Plot) -> None:
    """A month and a microsecond late: no year has so many holidays."""
    _begun_long_ago(p, datetime(2026, 9, 10, tzinfo=UTC), 31 * _DAY + 1)
    for duty, suffix, reason in (
        ("INV-6", "-illegal", "late_remediate"),
        ("INV-7", "-user", "late_report"),
        ("INV-8", "", "late_feedback"),
        ("INV-9", "", "late_feedback"),
        ("ROW-22", "-draft", "never_sent"),
    ):
        p.expect(duty, f"c-{p.name}{suffix}", reason)
