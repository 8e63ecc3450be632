"""Stories of measures against users and of reports to authorities: in time by the provider's own target, or not."""

from typing import Any, Final

from tracemark.query.testing.cases import measure, report
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import AS_OF, HOUR

_DAY: Final = 24 * HOUR
_DRAFT: Final[dict[str, Any]] = {"report_state": "draft", "sent_at": None, "receipt_ref": ""}


@plant("violation")
def sanction_reported_late(p: Plot) -> None:
    """A microsecond past the provider's own target."""
    _sanctioned(p, _DAY + 1)
    p.expect("INV-7", f"c-{p.name}", "late_report")


@plant("near_miss")
def sanction_reported_at_the_target(p: Plot) -> None:
    """At the last microsecond of it; and sent by then, but recorded later."""
    _sanctioned(p, _DAY)
    producer, case = p.producer(), f"c-{p.name}-recorded"
    p.tell(measure(p.teller, producer, case, p.at, f"s-{case}"))
    p.tell(report(p.teller, producer, case, p.at + 3 * _DAY, sent_at=p.at + _DAY))


def _sanctioned(p: Plot, after: int) -> None:
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(measure(p.teller, producer, case, p.at, f"s-{case}"))
    p.tell(report(p.teller, producer, case, p.at + after))


@plant("violation")
def jump_beyond_what_was_erased(p: Plot) -> None:
    """A warning was erased since: even if it was theirs, three steps at once are a jump."""
    own = Plot(p.teller, p.name, f"{p.tenant}-{p.name}", p.at)
    producer, case = own.producer(), f"c-{p.name}"
    own.tell(measure(p.teller, producer, f"{case}-old", p.at, "", erased_by="order-1"))
    jump = {"action": "terminate_service", "reason_codes": []}
    own.tell(measure(p.teller, producer, case, p.at + _DAY, f"s-{p.name}", **jump))
    own.tell(report(p.teller, producer, told, p.at + _DAY) for told in (f"{case}-old", case))
    p.expect("INV-7", case, "jump_without_reason")
    p.tell(own.finish())


@plant("near_miss")
def draft_within_the_target(p: Plot) -> None:
    """A draft is due at the very instant asked for, by the target for reports."""
    p.tell(report(p.teller, p.producer(), f"c-{p.name}", micros(AS_OF) - _DAY, **_DRAFT))


@plant("violation")
def draft_past_the_target(p: Plot) -> None:
    """It was due a microsecond before; a new draft of the same report gives no more time; and without a target there is none."""
    producer, case, due = p.producer(), f"c-{p.name}", micros(AS_OF) - _DAY - 1
    p.tell(report(p.teller, producer, case, due, **_DRAFT))
    p.tell(report(p.teller, producer, f"{case}-again", due, **_DRAFT))
    p.tell(report(p.teller, producer, f"{case}-again", due + HOUR, **_DRAFT))
    bare = p.producer(p.service())
    p.govern(bare, without="moderation_targets")
    p.tell(report(p.teller, bare, f"{case}-bare", due + HOUR, **_DRAFT))
    for suffix in ("", "-again", "-bare"):
        p.expect("ROW-22", f"{case}{suffix}", "never_sent")
