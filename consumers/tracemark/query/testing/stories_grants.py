"""Stories of grants that waive the explicit label: to whom, since when, until when, and for how long they are kept."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from tracemark.query.testing.cases import complaint, grant, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.requests import Request
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import AS_OF, HOUR, SECOND, SINCE, Producer

_DELIVERED: Final = SECOND // 2
_SIX_MONTHS_AGO: Final = micros(datetime(2026, 4, 21, tzinfo=UTC))
_SIX_MONTHS_BEFORE: Final = micros(datetime(2026, 2, 28, tzinfo=UTC))
"""What was granted, and last handed over, then, had to be held until the very instant at which the window begins."""
_LAST_MS: Final = micros(AS_OF) // 1000 - 15 * 60_000 - 1
"""The last millisecond of the window."""
_MS: Final = 1000
_LOST: Final[dict[str, Any]] = {"explicit_verdict": "missing"}
_GONE: Final[dict[str, Any]] = {"recipient_ref": "", "subject_ref": "", "erased_by": "order-1"}


def _handed(p: Plot, producer: Producer, **fields: Any) -> Request:
    """An unlabelled hand-over."""
    return p.request(producer, delivery={**_LOST, **fields})


@plant("violation")
def grant_of_another_by_its_id(p: Plot) -> None:
    """A hand-over names a grant that is another's: an id alone waives nothing while both recipients are known."""
    producer = p.producer()
    request = _handed(p, producer, grant_id=f"g-{p.name}")
    p.tell(grant(p.teller, producer, f"g-{p.name}", p.at, request.content_id, "s-somebody-else"))
    p.expect("INV-3", request.content_id, "granted_to_another")


@plant("violation")
def grants_on_either_side(p: Plot) -> None:
    """One grant had expired at the hand-over, the other came after it."""
    producer = p.producer()
    request = _handed(p, producer)
    for number, (at, ends) in enumerate(((p.at, p.at + 1), (p.at + HOUR, p.at + 2 * HOUR))):
        who = request.subject
        p.tell(grant(p.teller, producer, f"g-{p.name}-{number}", at, request.content_id, who, expires_at=ends))
    p.expect("INV-3", request.content_id, "grant_expired")


@plant("near_miss")
def grant_at_the_very_instant(p: Plot) -> None:
    """Asked for, given and handed over in one instant; and one good grant among one expired, one later and one of a wrong clock."""
    producer = p.producer()
    at = p.at + _DELIVERED
    first, second = _handed(p, producer), _handed(p, producer)
    at_once = {"requested_at": at}
    p.tell(grant(p.teller, producer, f"g-{p.name}-1", at, first.content_id, first.subject, **at_once))
    others: tuple[tuple[int, dict[str, Any]], ...] = (
        (p.at, {"expires_at": p.at + 1}),
        (p.at, {}),
        (at + 1, {}),
        (p.at, {"clock_suspect": True}),
    )
    for number, (given, fields) in enumerate(others, start=2):
        who = second.subject
        p.tell(grant(p.teller, producer, f"g-{p.name}-{number}", given, second.content_id, who, **fields))


@plant("violation")
def grant_erased_too_early(p: Plot) -> None:
    """It still waives the label that was not there, but its recipient had to be kept for six months after the last hand-over."""
    producer = p.producer()
    waived = {"grant_id": f"g-{p.name}", **_LOST}
    request = p.request(producer, without=["explicit"], delivery=waived)
    p.tell(grant(p.teller, producer, f"g-{p.name}", p.at, request.content_id, "", **_GONE))
    p.expect("INV-4", request.content_id, "recipient_erased_early")
    held = grant(p.teller, producer, f"g-{p.name}-old", _SIX_MONTHS_AGO - HOUR, f"o-{p.name}-old", "", **_GONE)
    p.tell(held)
    for at in (_SIX_MONTHS_AGO - 1, _SIX_MONTHS_AGO + 1):
        _delivered(p, producer, at, f"o-{p.name}-old", f"g-{p.name}-old")
    p.expect("INV-4", UUID(int=held["event_id"]), "recipient_erased_early")
    never = grant(p.teller, producer, f"g-{p.name}-never", _SIX_MONTHS_AGO + 1, f"o-{p.name}-never", "", **_GONE)
    p.tell(never)
    p.expect("INV-4", UUID(int=never["event_id"]), "recipient_erased_early")


@plant("violation")
def grant_used_for_long(p: Plot) -> None:
    """Granted ten months ago, last used the day before the window, and its recipient erased: six months run on."""
    producer = p.producer()
    given = micros(SINCE) - 300 * 24 * HOUR
    old = grant(p.teller, producer, f"g-{p.name}", given, f"o-{p.name}", "", **_GONE, retention_class="CASE")
    p.tell(old)
    _delivered(p, producer, micros(SINCE) - 24 * HOUR, f"o-{p.name}", f"g-{p.name}")
    p.expect("INV-4", UUID(int=old["event_id"]), "recipient_erased_early")


@plant("near_miss")
def grant_erased_in_time(p: Plot) -> None:
    """The six months after the last hand-over under it ended as the window began; of hand-overs under others it knows nothing."""
    producer = p.producer()
    for name, given in (("handed", _SIX_MONTHS_BEFORE - HOUR), ("never", _SIX_MONTHS_BEFORE)):
        gone = {**_GONE, "retention_class": "CASE"}
        p.tell(grant(p.teller, producer, f"g-{p.name}-{name}", given, f"o-{p.name}-{name}", "", **gone))
    _delivered(p, producer, _SIX_MONTHS_BEFORE, f"o-{p.name}-handed", f"g-{p.name}-handed")
    _delivered(p, producer, _SIX_MONTHS_BEFORE + HOUR, f"o-{p.name}-handed", "")


@plant("unknown")
def grant_erased_at_no_known_time(p: Plot) -> None:
    """Its recipient was erased, and its six months ended at the very instant asked for: perhaps before, perhaps after."""
    held = grant(p.teller, p.producer(), f"g-{p.name}", _SIX_MONTHS_AGO, f"o-{p.name}", "", **_GONE)
    p.tell(held)
    p.expect("INV-4", UUID(int=held["event_id"]), "erasure_time_unknown")


@plant("unknown")
def grant_requested_by_a_wrong_clock(p: Plot) -> None:
    """Asked for after it was given, by a clock that is known to be 40 days behind."""
    wrong = {"requested_at": p.at, "clock_suspect": True, "_broker_ts": p.at // 1000}
    p.tell(grant(p.teller, p.producer(), f"g-{p.name}", p.at - 40 * 24 * HOUR, f"o-{p.name}", "s-1", **wrong))
    p.expect("INV-4", f"o-{p.name}", "clock_suspect")


@plant("unknown")
def hand_over_to_nobody_known(p: Plot) -> None:
    """It names the right grant, and not to whom it went; and one that names neither."""
    producer = p.producer()
    request = _handed(p, producer, grant_id=f"g-{p.name}", recipient_ref="")
    p.tell(grant(p.teller, producer, f"g-{p.name}", p.at, request.content_id, request.subject))
    p.expect("INV-3", request.content_id, "recipient_not_recorded")


def _delivered(p: Plot, producer: Producer, at: int, content: str, grant_id: str) -> None:
    given: dict[str, Any] = {
        "delivery_channel": "download",
        "explicit_verdict": "verified",
        "implicit_verdict": "not_checked",
        "retention_class": "CASE",
    }
    given |= {"duty_basis": producer.kind.duty_basis, "modality": ["text"]}
    p.tell(p.teller.event(producer, "content.delivered", at, content_id=content, grant_id=grant_id, **given))


@plant("violation")
def bare_grants_at_the_edges(p: Plot) -> None:
    """Given a microsecond after the last that need not be held, or received in the window's last millisecond."""
    producer = p.producer()
    for number, (at, received) in enumerate(((_SIX_MONTHS_BEFORE + 1, _SIX_MONTHS_BEFORE), (p.at, _LAST_MS * _MS))):
        _bare(p, producer, number, at, received // _MS)
        p.expect("INV-4", f"o-{p.name}-{number}", "no_request_time")


@plant("near_miss")
def bare_grants_of_others(p: Plot) -> None:
    """Given six months before the window to the microsecond, or received after it."""
    producer = p.producer()
    for number, (at, received) in enumerate(((_SIX_MONTHS_BEFORE, _SIX_MONTHS_BEFORE), (p.at, (_LAST_MS + 1) * _MS))):
        _bare(p, producer, number, at, received // _MS)


def _bare(p: Plot, producer: Producer, number: int, at: int, received: int) -> None:
    bare: dict[str, Any] = {"requested_at": None, "_broker_ts": received, "retention_class": "CASE"}
    p.tell(grant(p.teller, producer, f"g-{p.name}-{number}", at, f"o-{p.name}-{number}", "s-1", **bare))


@plant("violation")
def hand_over_whose_grant_is_gone(p: Plot) -> None:
    """Handed over unlabelled five months before the window, and a microsecond less than six: the grant had to be held on."""
    producer = p.producer()
    for number, at in enumerate((micros(SINCE) - 150 * 24 * HOUR, _SIX_MONTHS_BEFORE + 1)):
        _delivered(p, producer, at, f"o-{p.name}-{number}", f"g-{p.name}-{number}")
        p.expect("INV-4", f"o-{p.name}-{number}", "grant_not_held")


@plant("near_miss")
def hand_over_of_long_ago(p: Plot) -> None:
    """Handed over unlabelled six months before the window: its grant may be gone."""
    _delivered(p, p.producer(), _SIX_MONTHS_BEFORE, f"o-{p.name}", f"g-{p.name}")


@plant("near_miss")
def late_before_the_window(p: Plot) -> None:
    """Answered late and heard of before the window: the report before this one said so. And received after it."""
    producer, before = p.producer(), micros(SINCE)
    for number, tell in enumerate((complaint, rights_request)):
        late = {"received": before - 60 * 24 * HOUR, "feedback_sent": before - SECOND}
        p.tell(tell(p.teller, producer, f"c-{p.name}-{number}", late, due_at=before - 30 * 24 * HOUR))
        young = {"received": micros(AS_OF) - 15 * 60 * SECOND, "closed": micros(AS_OF) - 14 * 60 * SECOND}
        p.tell(tell(p.teller, producer, f"c-{p.name}-{number}-young", young))


@plant("violation")
def late_in_the_window(p: Plot) -> None:
    """Due long before the window and answered in its first microsecond; closed without an answer in its last."""
    producer, before = p.producer(), micros(SINCE)
    for number, (tell, duty) in enumerate(((complaint, "INV-8"), (rights_request, "INV-9"))):
        case = f"c-{p.name}-{number}"
        late = {"received": before - 60 * 24 * HOUR, "feedback_sent": before}
        p.tell(tell(p.teller, producer, case, late, due_at=before - 30 * 24 * HOUR))
        p.expect(duty, case, "late_feedback")
        last = micros(AS_OF) - 15 * 60 * SECOND - 1
        p.tell(tell(p.teller, producer, f"{case}-last", {"received": last, "closed": last + 1}))
        p.expect(duty, f"{case}-last", "closed_without_feedback")
