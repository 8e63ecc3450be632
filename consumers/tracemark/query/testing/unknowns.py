"""Stories about which nothing can be said: neither a pass nor a breach."""

from tracemark.query.testing.cases import complaint
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
