"""Violations of the duty to record every read, and near misses of it."""

from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.reads import AUDIT, recorded, seen
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import AS_OF, HOUR, SECOND

_MINUTE = 60 * SECOND
_MS_PER_US = 1000


@plant("violation")
def read_without_record(p: Plot) -> None:
    """Somebody asked past the commands, and nobody wrote it down."""
    p.tell(seen(f"read-{p.name}", p.at, statements=3, rows=500))
    p.expect("INV-17", f"read-{p.name}", "not_recorded")


@plant("violation")
def claim_never_kept(p: Plot) -> None:
    """A command said that it records its read, read in two minutes, and died before it did."""
    read_id = f"read-{p.name}"
    p.tell(seen(read_id, p.at + minute * _MINUTE, door="cli", statements=4) for minute in (0, 1))
    p.expect("INV-17", read_id, "not_recorded")


@plant("violation")
def record_of_another_read(p: Plot) -> None:
    """A record under another id, and another event under this one, are no record of this read."""
    producer, read_id = p.producer(AUDIT), f"read-{p.name}"
    p.tell(seen(read_id, p.at))
    p.tell(recorded(p.teller, producer, f"{read_id}-other", p.at + SECOND))
    p.tell(p.teller.event(producer, "retention.applied", p.at + SECOND, request_id=read_id, retention_class="REG"))
    p.expect("INV-17", read_id, "not_recorded")


@plant("violation")
def claim_used_again(p: Plot) -> None:
    """Under the id of a read that was recorded, somebody reads on an hour later."""
    producer, read_id = p.producer(AUDIT), f"read-{p.name}"
    p.tell(seen(read_id, p.at, door="cli"))
    p.tell(recorded(p.teller, producer, read_id, p.at + SECOND, access_interface="cli", access_kind="trace"))
    p.tell(seen(read_id, p.at + HOUR, door="cli", rows=100_000))
    p.expect("INV-17", read_id, "used_after_its_record")


@plant("near_miss")
def read_recorded_late(p: Plot) -> None:
    """Recorded ten minutes after it was noted; and one whose record came a day later, for the journal could not be written."""
    producer, read_id = p.producer(AUDIT), f"read-{p.name}"
    p.tell(seen(f"{read_id}-{number}", p.at) for number in (1, 2))
    p.tell(recorded(p.teller, producer, f"{read_id}-1", p.at + 11 * _MINUTE))
    p.tell(recorded(p.teller, producer, f"{read_id}-2", p.at + 24 * HOUR))


@plant("near_miss")
def read_noted_late(p: Plot) -> None:
    """A server's log that was copied two days later: the record was stored long before."""
    producer, read_id = p.producer(AUDIT), f"read-{p.name}"
    p.tell(recorded(p.teller, producer, read_id, p.at + SECOND, access_interface="cli", access_kind="trace"))
    p.tell(seen(read_id, p.at, door="cli", noted_at=p.at + 48 * HOUR))


@plant("near_miss")
def read_still_on_its_way(p: Plot) -> None:
    """Noted fourteen minutes before the question: its record may be on its way."""
    p.tell(seen(f"read-{p.name}", micros(AS_OF) - 16 * _MINUTE, noted_at=micros(AS_OF) - 14 * _MINUTE))


@plant("near_miss")
def read_that_failed(p: Plot) -> None:
    """A question that was not answered is on record as such."""
    producer, read_id = p.producer(AUDIT), f"read-{p.name}"
    p.tell(seen(read_id, p.at, ok=False, rows=0))
    p.tell(recorded(p.teller, producer, read_id, p.at + _MINUTE, access_ok=False, rows_read=0))


@plant("near_miss")
def reads_added_up(p: Plot) -> None:
    """A board's minute is one read; a command that read for ten minutes, noted each minute, is one, too."""
    producer, read_id = p.producer(AUDIT), f"read-{p.name}"
    p.tell(seen(f"{read_id}-1", p.at, door="grafana", board="tracemark-overview", statements=300, rows=12_000))
    grafana = {"access_kind": "dashboard", "access_interface": "grafana", "rows_read": 12_000}
    p.tell(recorded(p.teller, producer, f"{read_id}-1", p.at + _MINUTE, **grafana))
    p.tell(seen(f"{read_id}-2", p.at + minute * _MINUTE, door="cli") for minute in range(10))
    command = {"access_kind": "obligations", "access_interface": "cli"}
    p.tell(recorded(p.teller, producer, f"{read_id}-2", p.at + 10 * _MINUTE, **command))


@plant("near_miss")
def read_recorded_by_a_wrong_clock(p: Plot) -> None:
    """The recorder's clock was an hour behind: by it the read came after its record, by the receipt it did not."""
    producer, read_id = p.producer(AUDIT), f"read-{p.name}"
    p.tell(seen(read_id, p.at, door="cli"))
    received = (p.at + 2 * SECOND) // _MS_PER_US
    wrong = {"clock_suspect": True, "_broker_ts": received}
    p.tell(recorded(p.teller, producer, read_id, p.at - HOUR, access_interface="cli", **wrong))
