"""Stories of numbers that are gone: lost, or dropped by retention in due time; and of producers that several tenants share."""

from typing import Final
from uuid import UUID

from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.teller import HOUR, Producer

_DAY: Final = 24 * HOUR
_OLD: Final = 230 * _DAY


def _long_lived(p: Plot) -> tuple[Plot, Producer]:
    """A process that has run since long before the window, and whose prompts of then are dropped: their class has expired."""
    own = Plot(p.teller, p.name, f"{p.tenant}-{p.name}", p.at - _OLD)
    producer = own.producer(own.service())
    for number in range(5):
        p.teller.event(producer, "prompt.received", own.at + number)
    dropped = {"applied_class": "OPS", "applied_action": "dropped", "rows_applied": 5, "retention_class": "REG"}
    newest = own.at + HOUR
    told = p.teller.event(producer, "retention.applied", p.at, cutoff=newest + _DAY, newest_at=newest, **dropped)
    own.tell(told)
    return own, producer


@plant("near_miss")
def expired_by_class(p: Plot) -> None:
    """Numbers that retention dropped in due time, long before the window: nothing since is missing."""
    own, producer = _long_lived(p)
    own.tell(p.teller.session(producer, "heartbeat", p.at + HOUR))
    p.tell(own.finish())


@plant("violation")
def lost_after_others_expired(p: Plot) -> None:
    """Two numbers of the window are lost; that older ones expired explains nothing about them."""
    own, producer = _long_lived(p)
    producer.skip(2, declared=False)
    own.tell(p.teller.session(producer, "heartbeat", p.at + HOUR))
    p.tell(own.finish())
    p.expect("INV-11", producer.kind.service_id, "gap_unexplained")


@plant("violation")
def first_numbers_lost(p: Plot) -> None:
    """A process that began in the window lost its first numbers: what its tenant's retention dropped was older than the process."""
    own, _ = _long_lived(p)
    young = Plot(p.teller, p.name, own.tenant, p.at)
    producer = young.producer(young.service())
    young.events.clear()
    young.tell(p.teller.session(producer, "heartbeat", p.at + HOUR))
    p.tell(own.finish() + young.finish())
    p.expect("INV-11", producer.kind.service_id, "gap_unexplained")


@plant("violation")
def lost_by_a_shared_producer(p: Plot) -> None:
    """One process writes for two tenants and lost a number: nobody can tell whose it was, so each of them is told."""
    tenants = [f"{p.tenant}-{p.name}-{side}" for side in "ab"]
    own = Plot(p.teller, p.name, tenants[0], p.at)
    producer = own.producer(own.service())
    for number in range(4):
        producer.tenant = tenants[number % 2]
        asked = {"request_id": f"r-{p.name}-{number}", "audience_class": "test"}
        own.tell(p.teller.event(producer, "prompt.received", p.at + number, modality=["text"], **asked))
    producer.skip(1, declared=False)
    for tenant in tenants:
        producer.tenant = tenant
        heard = p.teller.session(producer, "heartbeat", p.at + HOUR)
        own.tell(heard)
        p.expect("INV-11", UUID(int=heard["event_id"]), "gap_unexplained")
    own.abandon(producer)
    p.tell(own.finish())
