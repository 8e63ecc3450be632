"""Violations of the duties about services, completeness and retention."""

from datetime import UTC, datetime
from uuid import UUID

from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import HOUR, SECOND


@plant("violation")
def tail_lost(p: Plot) -> None:
    """The last sign of life knows of five numbers that never arrived."""
    producer = p.producer()
    p.request(producer)
    event = p.teller.session(producer, "heartbeat", p.at + HOUR, last=producer.drawn + 6)
    p.tell(event)
    p.abandon(producer)
    p.expect("INV-11", UUID(int=event["event_id"]), "gap_unexplained")


@plant("violation")
def numbers_missing(p: Plot) -> None:
    """Three numbers in the middle, never declared."""
    producer = p.producer(p.service())
    p.govern(producer)
    producer.skip(3, declared=False)
    p.request(producer)
    p.expect("INV-11", producer.kind.service_id, "gap_unexplained")


@plant("violation")
def gateway_counts_differ(p: Plot) -> None:
    """Two windows of four prompts: one counted five requests, one three."""
    producer = p.producer(p.service())
    p.govern(producer)
    for number, (counted, reason) in enumerate(((5, "fewer_prompts_than_requests"), (3, "more_prompts_than_requests"))):
        start = p.at + number * HOUR
        for minute in range(4):
            p.request(producer, at=start + (10 + minute) * 60 * SECOND)
        span = {"gateway_id": "gw-1", "window_start": start, "window_end": start + HOUR, "retention_class": "NET"}
        event = p.teller.event(producer, "gateway.counted", start + HOUR, counted_requests=counted, **span)
        p.tell(event)
        p.expect("INV-11-GW", UUID(int=event["event_id"]), reason)


@plant("violation")
def scope_drifted(p: Plot) -> None:
    """One public user on a service for members."""
    producer = p.producer(p.service(scope="not_public", audience="staff_or_member"))
    p.govern(producer)
    p.request(producer)
    request = p.request(producer, at=p.at + HOUR, prompt={"audience_class": "public_mainland"})
    p.request(producer, at=p.at + 2 * HOUR, prompt={"audience_class": "public_mainland"})
    p.expect("INV-13", request.request_id, "public_audience")


@plant("violation")
def service_undeclared(p: Plot) -> None:
    """Traffic of a service that nobody declared."""
    producer = p.producer(p.service())
    p.govern(producer, without="service.declared")
    p.request(producer)
    p.expect("ROW-1", producer.kind.service_id, "undeclared")


@plant("violation")
def exemption_without_reason(p: Plot) -> None:
    """Declared as not public, with nothing that keeps the public out."""
    producer = p.producer(p.service(scope="not_public", audience="staff_or_member"))
    p.govern(producer)
    declared = next(event for event in p.events if event["event_type"] == "service.declared")
    declared["access_control_ref"] = ""
    p.request(producer)
    p.expect("ROW-1", producer.kind.service_id, "exemption_without_reason")


@plant("violation")
def special_regime_without_permit(p: Plot) -> None:
    """A news service without a permit."""
    producer = p.producer(p.service())
    p.govern(producer)
    next(e for e in p.events if e["event_type"] == "service.declared")["special_regimes"] = ["news_publishing"]
    p.expect("ROW-2", producer.kind.service_id, "no_permit")


@plant("violation")
def scope_never_published(p: Plot) -> None:
    """A public service without a notice of whom it is for."""
    producer = p.producer(p.service())
    p.govern(producer, without="service_scope_notice")
    p.request(producer)
    p.expect("ROW-11", producer.kind.service_id, "no_notice")


@plant("violation")
def deleted_early(p: Plot) -> None:
    """Rows of 1 March dropped on 31 August: 183 days, where six calendar months are 184."""
    newest = micros(datetime(2026, 3, 1, 2, tzinfo=UTC))
    dropped = micros(datetime(2026, 9, 1, 2, tzinfo=UTC)) - 1
    producer = p.producer()
    event = p.teller.event(
        producer,
        "retention.applied",
        dropped,
        applied_class="OPS",
        applied_action="dropped",
        rows_applied=9,
        cutoff=newest,
        newest_at=newest,
        retention_class="REG",
    )
    p.tell(event)
    p.expect("INV-10", UUID(int=event["event_id"]), "deleted_before_floor")


@plant("violation")
def kept_too_long(p: Plot) -> None:
    """A prompt of seven months and a day ago, under no hold."""
    producer = p.producer(p.service())
    p.govern(producer)
    old = micros(datetime(2026, 3, 20, tzinfo=UTC))
    event = p.teller.event(producer, "prompt.received", old, request_id=f"r-{p.name}", modality=["text"])
    p.tell(event)
    p.expect("INV-10", UUID(int=event["event_id"]), "kept_past_ceiling")
