"""Stories about which nothing can be said: neither a pass nor a breach."""

from uuid import UUID

from tracemark.query.testing.cases import complaint, grant, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import AS_OF, HOUR


@plant("unknown")
def nobody_looked(p: Plot) -> None:
    """Handed over without anybody checking the labels."""
    request = p.request(
        p.producer("svc-image"), delivery={"explicit_verdict": "not_checked", "implicit_verdict": "not_checked"}
    )
    p.expect("INV-3", request.content_id, "not_checked")
    p.expect("ROW-14", request.content_id, "not_checked")


@plant("unknown")
def clock_was_wrong(p: Plot) -> None:
    """Answered in time, by a clock that is known to be wrong."""
    moves = {"received": p.at, "feedback_sent": p.at + HOUR}
    p.tell(complaint(p.teller, p.producer(), f"c-{p.name}", moves, clock_suspect=True))
    p.expect("INV-8", f"c-{p.name}", "clock_suspect")


@plant("unknown")
def never_closed(p: Plot) -> None:
    """Fell silent weeks ago without a last word."""
    producer = p.producer(p.service())
    p.govern(producer)
    p.abandon(producer)
    p.expect("INV-11", producer.kind.service_id, "never_closed")


@plant("unknown")
def identity_unknown(p: Plot) -> None:
    """Published for a user of whom nobody knows whether the identity was checked."""
    request = p.request(p.producer("svc-news"), channel="publish", prompt={"realname_status": "unknown"})
    p.expect("ROW-10", request.content_id, "status_unknown")


@plant("unknown")
def label_not_measured(p: Plot) -> None:
    """A video whose label nobody measured."""
    request = p.request(p.producer("svc-video"), explicit={"height_ratio": None})
    p.expect("ROW-15", request.content_id, "not_measured")


@plant("unknown")
def recipient_erased(p: Plot) -> None:
    """Handed over unlabelled to somebody erased since, without the grant's id: whether the grant was theirs nobody can tell."""
    producer = p.producer()
    gone = {"explicit_verdict": "missing", "recipient_ref": "", "subject_ref": "", "erased_by": "order-1"}
    request = p.request(producer, delivery=gone)
    p.tell(grant(p.teller, producer, f"g-{p.name}", p.at, request.content_id, request.subject))
    p.expect("INV-3", request.content_id, "recipient_erased")


@plant("unknown")
def ladder_erased(p: Plot) -> None:
    """A suspension of a user erased since: what came before it nobody can tell."""
    producer, case = p.producer(), f"c-{p.name}"
    gone = {"action": "suspend_service", "reason_codes": [], "erased_by": "order-1"}
    p.tell(measure(p.teller, producer, case, p.at, "", **gone))
    p.tell(report(p.teller, producer, case, p.at + HOUR))
    p.expect("INV-7", case, "ladder_erased")


@plant("unknown")
def identity_not_required(p: Plot) -> None:
    """Published for a user whose identity, it is said, need not be checked: that is no check."""
    request = p.request(p.producer("svc-news"), channel="publish", prompt={"realname_status": "not_required"})
    p.expect("ROW-10", request.content_id, "status_unknown")


@plant("unknown")
def recipient_never_known(p: Plot) -> None:
    """Handed over to nobody known, beside a grant whose recipient was erased in due time."""
    producer, content = p.producer(), f"o-{p.name}"
    lost = {"explicit_verdict": "missing", "recipient_ref": ""}
    given = micros(AS_OF) - 200 * 24 * HOUR
    gone = {"subject_ref": "", "erased_by": "order-1"}
    p.request(producer, output={"content_id": content}, **_all(content), delivery={"content_id": content, **lost})
    p.tell(grant(p.teller, producer, f"g-{p.name}", given, content, "", **gone))
    p.expect("INV-3", content, "recipient_erased")


def _all(content: str) -> dict[str, dict[str, str]]:
    return {name: {"content_id": content} for name in ("explicit", "review")}


@plant("unknown")
def hand_over_by_a_wrong_clock(p: Plot) -> None:
    """Granted before, by clocks of which one is known to be wrong."""
    producer = p.producer()
    request = p.request(producer, delivery={"explicit_verdict": "missing", "clock_suspect": True})
    p.tell(grant(p.teller, producer, f"g-{p.name}", p.at, request.content_id, request.subject))
    p.expect("INV-3", request.content_id, "clock_suspect")


@plant("unknown")
def grant_by_a_wrong_clock(p: Plot) -> None:
    """The only grant that was in time is by a clock that is known to be wrong."""
    producer = p.producer()
    request = p.request(producer, delivery={"explicit_verdict": "missing"})
    p.tell(grant(p.teller, producer, f"g-{p.name}", p.at, request.content_id, request.subject, clock_suspect=True))
    p.tell(grant(p.teller, producer, f"g-{p.name}-2", p.at + HOUR, request.content_id, request.subject))
    p.expect("INV-3", request.content_id, "clock_suspect")


@plant("unknown")
def request_by_a_wrong_clock(p: Plot) -> None:
    """A request about personal information, answered in time by a clock that is known to be wrong."""
    moves = {"received": p.at, "feedback_sent": p.at + HOUR}
    p.tell(rights_request(p.teller, p.producer(), f"c-{p.name}", moves, clock_suspect=True))
    p.expect("INV-9", f"c-{p.name}", "clock_suspect")


@plant("unknown")
def steps_by_a_wrong_clock(p: Plot) -> None:
    """A removal that seems late, by a clock that is known to be wrong."""
    case = f"c-{p.name}"
    for event in illegal_content(p.teller, p.producer(), case, p.at, f"o-{case}", steps={"remove": 3 * HOUR}):
        p.tell({**event, "clock_suspect": True})
    p.expect("INV-6", case, "late_remove")


@plant("unknown")
def receipt_not_recorded(p: Plot) -> None:
    """An answer to something that nobody wrote down."""
    p.tell(complaint(p.teller, p.producer(), f"c-{p.name}", {"feedback_sent": p.at}))
    p.expect("INV-8", f"c-{p.name}", "receipt_not_recorded")


@plant("unknown")
def no_limit_for_requests(p: Plot) -> None:
    """No limit for requests about personal information was ever published."""
    producer = p.producer(p.service())
    p.govern(producer, without="rights_sla")
    p.tell(rights_request(p.teller, producer, f"c-{p.name}", {"received": p.at, "feedback_sent": p.at + 1}))
    p.expect("INV-9", f"c-{p.name}", "no_limit_in_force")


@plant("unknown")
def deletion_by_a_wrong_clock(p: Plot) -> None:
    """Rows dropped too early, by a clock that is known to be wrong."""
    dropped = {"applied_class": "OPS", "applied_action": "dropped", "rows_applied": 9, "cutoff": p.at - HOUR}
    event = p.teller.event(
        p.producer(), "retention.applied", p.at, **dropped, clock_suspect=True, retention_class="REG"
    )
    p.tell(event)
    p.expect("INV-10", UUID(int=event["event_id"]), "clock_suspect")
