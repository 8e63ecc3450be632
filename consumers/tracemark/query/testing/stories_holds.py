"""Stories of legal holds: which rows each reaches, what ends it, and what a wrong clock leaves open."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import Event, micros
from tracemark.query.testing.teller import HOUR, Producer

_DAY: Final = 24 * HOUR
_OLD: Final = micros(datetime(2026, 2, 10, 4, tzinfo=UTC))
_MONTH: Final = "202602"
_Told = tuple[tuple[str, dict[str, Any]], ...]
"""What was done about the rows, in order: the action, and which rows and case it names."""


def _own(p: Plot, name: str) -> tuple[Plot, Producer, Event]:
    """A tenant of its own with one prompt that is more than seven months old."""
    own = Plot(p.teller, p.name, f"{p.tenant}-{p.name}-{name}", p.at)
    producer = own.producer(own.service())
    own.govern(producer)
    old = p.teller.event(producer, "prompt.received", _OLD, request_id=f"r-{p.name}-{name}", modality=["text"])
    own.tell(old)
    return own, producer, old


def _kept(p: Plot, producer: Producer, action: str, at: int, **fields: Any) -> None:
    given = {
        "applied_class": "OPS",
        "applied_action": action,
        "rows_applied": 1,
        "cutoff": at,
        "retention_class": "REG",
    }
    p.tell(p.teller.event(producer, "retention.applied", at, **{**given, **fields}))


@plant("near_miss")
def one_of_two_holds_released(p: Plot) -> None:
    """Held for two cases, and for two months; the end of one hold is none of the other."""
    for name, first, second in (
        ("case", {"case_id": "c-1"}, {"case_id": "c-2"}),
        ("month", {"partition_ref": _MONTH}, {"partition_ref": "202601"}),
    ):
        own, producer, _ = _own(p, name)
        for number, (action, about) in enumerate((("held", first), ("held", second), ("released", second))):
            _kept(own, producer, action, p.at + number, **about)
        p.tell(own.finish())


@plant("violation")
def hold_of_other_rows(p: Plot) -> None:
    """A hold of another month; of rows received before, and after; one that a release of everything ended."""
    stories: dict[str, _Told] = {
        "month": (("held", {"partition_ref": "('OPS',202601)"}),),
        "before": (("held", {"newest_at": _OLD - _DAY}),),
        "after": (("held", {"oldest_at": _OLD + _DAY}),),
        "all": (("held", {"partition_ref": _MONTH, "case_id": "c-1"}), ("released", {})),
    }
    for name, told in stories.items():
        own, producer, old = _own(p, name)
        for number, (action, about) in enumerate(told):
            _kept(own, producer, action, p.at + number, **about)
        p.tell(own.finish())
        p.expect("INV-10", UUID(int=old["event_id"]), "kept_past_ceiling")


@plant("near_miss")
def hold_of_these_very_rows(p: Plot) -> None:
    """Held by the month, by when the rows were received to the millisecond, and anew after a release."""
    received = _OLD + 200_000
    stories: dict[str, _Told] = {
        "month": (("held", {"partition_ref": _MONTH}),),
        "span": (("held", {"oldest_at": received, "newest_at": received}),),
        "anew": (("held", {}), ("released", {}), ("held", {})),
    }
    for name, told in stories.items():
        own, producer, _ = _own(p, name)
        for number, (action, about) in enumerate(told):
            _kept(own, producer, action, p.at + number, **about)
        p.tell(own.finish())


@plant("unknown")
def hold_released_by_a_wrong_clock(p: Plot) -> None:
    """Held and released, one of them by a clock that is known to be wrong: which was last nobody can tell."""
    own, producer, old = _own(p, "wrong")
    _kept(own, producer, "held", p.at)
    _kept(own, producer, "released", p.at + HOUR, clock_suspect=True)
    p.tell(own.finish())
    p.expect("INV-10", UUID(int=old["event_id"]), "clock_suspect")


@plant("unknown")
def deletion_by_a_clock_ahead(p: Plot) -> None:
    """Rows of ten days ago, dropped in a year by a clock that is known to be wrong: not in time, and early by no known measure."""
    newest, at = p.at - 10 * _DAY, p.at + 365 * _DAY
    dropped = {"applied_class": "OPS", "applied_action": "dropped", "rows_applied": 9, "cutoff": newest}
    own = Plot(p.teller, p.name, f"{p.tenant}-{p.name}", p.at)
    producer = own.producer(own.service())
    given = {**dropped, "newest_at": newest, "clock_suspect": True, "_broker_ts": p.at // 1000}
    event = p.teller.event(producer, "retention.applied", at, retention_class="REG", **given)
    own.tell(p.teller.session(producer, "close", p.at + HOUR, closed_by="owner"))
    own.abandon(producer)
    p.tell([*own.events, event])
    p.expect("INV-10", UUID(int=event["event_id"]), "clock_suspect")
