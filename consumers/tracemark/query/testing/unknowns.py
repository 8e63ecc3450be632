"""Stories about which nothing can be said: neither a pass nor a breach."""

from tracemark.query.testing.cases import complaint, grant, measure, report
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.teller import HOUR


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
