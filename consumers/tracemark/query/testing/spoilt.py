"""One breach of every duty that a later event could have prevented, and the very events that would have.

Told together they are in order. So whoever sees the cure where it does not count, at another tenant, after the moment asked for
or in the guise of another event, misses the breaches; and whoever looks past the window finds some that are none of it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from tracemark.query.testing.cases import complaint, grant, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Expected, Plot
from tracemark.query.testing.requests import AIGC
from tracemark.query.testing.rows import Event
from tracemark.query.testing.services import Kind
from tracemark.query.testing.teller import HOUR, SECOND, Producer

__all__ = ["ALL", "Breach", "Cast", "breaches", "cast", "helpers"]

DAY: Final = 24 * HOUR
_OLD: Final = 240 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Processes of a tenant: a service in good order, one declared too late, one closed to the public, and one counted."""

    good: Producer
    bare: Producer
    closed: Producer
    counted: Producer


def cast(p: Plot) -> Cast:
    """Start them, and put in order what shall be: a day late where nothing else is in order."""
    found = helpers(p)
    p.govern(found.good)
    p.govern(found.counted)
    p.tell(p.teller.governance(found.bare, p.at + DAY))
    p.tell(_declared_open(p, found.closed, p.at + DAY))
    p.tell(p.teller.agreement(found.good, p.at, f"s-{p.name}"))
    return found


def helpers(p: Plot) -> Cast:
    """Further processes of the same services."""
    picture = {"modality": "image", "media_type": "image/png", "positions": ("in_image",)}
    good = p.service(duty_basis="ds17_1_5_other_significant", **picture)
    return Cast(
        good=p.producer(good),
        bare=p.producer(_named(p.service(), "bare")),
        closed=p.producer(_named(p.service(scope="not_public"), "closed")),
        counted=p.producer(_named(p.service(), "counted")),
    )


def _declared_open(p: Plot, producer: Producer, at: int) -> Event:
    opened = {"service_scope": "public_mainland", "valid_from": at, "retention_class": "REG"}
    return p.teller.event(producer, "service.declared", at, **opened)


def _named(kind: Kind, suffix: str) -> Kind:
    return replace(kind, service_id=f"{kind.service_id}-{suffix}")


@dataclass(frozen=True, slots=True)
class Breach:
    """How something is told wrong, which returns what must be found; and what would have put it right."""

    duty: str
    tell: Callable[[Plot, Cast], Iterable[tuple[str, str, str]]]
    cure: Callable[[Plot, Cast], None]


def breaches(p: Plot, who: Cast, chosen: Iterable[Breach]) -> list[Expected]:
    """Tell breaches; what must be found."""
    told = [found for breach in chosen for found in breach.tell(p, who)]
    return [Expected(plant=p.name, duty=duty, key=key, reason=reason) for duty, key, reason in told]


def _ids(p: Plot, part: str) -> dict[str, str]:
    return {"request_id": f"r-{p.name}-{part}", "content_id": f"o-{p.name}-{part}"}


def _ask(p: Plot, producer: Producer, part: str, **fields: Any) -> None:
    p.request(producer, name=f"{p.name}-{part}", **{"subject": f"s-{p.name}", **fields})


def _unlabelled(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    _ask(p, who.good, "plain", without=["explicit", "implicit"])
    yield "INV-1", f"o-{p.name}-plain", "no_implicit_label"
    yield "INV-2", f"o-{p.name}-plain", "no_explicit_label"


def _labelled(p: Plot, who: Cast) -> None:
    common: dict[str, Any] = {**_ids(p, "plain"), "modality": ["image"], "label_state": "applied"}
    seen = {"label_kind": "explicit", "label_carrier": "graphic_mark", "label_positions": ["in_image"]}
    p.tell(p.teller.event(who.good, "label.applied", p.at + SECOND, **common, **seen))
    p.tell(p.teller.event(who.good, "label.applied", p.at + SECOND, **common, **AIGC))


def _unwaived(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    lost = {"explicit_verdict": "missing", "grant_id": f"g-{p.name}"}
    _ask(p, who.good, "waived", without=["explicit"], delivery=lost)
    yield "INV-2", f"o-{p.name}-waived", "no_explicit_label"
    yield "INV-3", f"o-{p.name}-waived", "no_explicit_label"
    yield "INV-4", f"o-{p.name}-waived", "grant_not_held"


def _waived(p: Plot, who: Cast) -> None:
    p.tell(grant(p.teller, who.good, f"g-{p.name}", p.at, f"o-{p.name}-waived", f"s-{p.name}"))


def _unseen(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    _ask(p, who.good, "unseen", without=["review_input", "review_output"])
    yield "ROW-8", f"r-{p.name}-unseen", "input_not_reviewed"
    yield "ROW-8", f"o-{p.name}-unseen", "output_not_reviewed"


def _seen(p: Plot, who: Cast) -> None:
    ids = _ids(p, "unseen")
    passed = {"moderation_target": "content", "action": "pass", "detector": "human", "retention_class": "MOD"}
    for about, stage in (({"request_id": ids["request_id"]}, "input"), (ids, "output")):
        p.tell(p.teller.event(who.good, "moderation.action", p.at + SECOND, **passed, **about, moderation_stage=stage))


def _unagreed(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    _ask(p, who.good, "unagreed", subject=f"s-{p.name}-new")
    yield "ROW-9", f"r-{p.name}-unagreed", "no_agreement"


def _agreed(p: Plot, who: Cast) -> None:
    p.tell(p.teller.agreement(who.good, p.at - HOUR, f"s-{p.name}-new"))


def _lost(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    gone = {"label_kind": "explicit", "label_carrier": "graphic_mark", "label_state": "missing", "modality": ["image"]}
    p.tell(p.teller.event(who.good, "label.verified", p.at + HOUR, **_ids(p, "lost"), **gone))
    yield "ROW-20", f"o-{p.name}-lost", "missing_without_response"


def _answered(p: Plot, who: Cast) -> None:
    answer = {"action": "remove", "moderation_target": "content", "moderation_stage": "delivery", "detector": "human"}
    p.tell(
        p.teller.event(who.good, "moderation.action", p.at + HOUR, **_ids(p, "lost"), **answer, retention_class="MOD")
    )


def _illegal(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    none: dict[str, int | None] = dict.fromkeys(("stop", "remove", "report", "remediate"))
    p.tell(illegal_content(p.teller, who.good, f"c-{p.name}-illegal", p.at, f"o-{p.name}-illegal", steps=none))
    yield "INV-6", f"c-{p.name}-illegal", "no_remediate,no_remove,no_report,no_stop"


def _stopped(p: Plot, who: Cast) -> None:
    steps = illegal_content(p.teller, who.good, f"c-{p.name}-illegal", p.at, f"o-{p.name}-illegal")
    p.tell(steps)


def _punished(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    p.tell(measure(p.teller, who.good, f"c-{p.name}-user", p.at, f"s-{p.name}-bad"))
    yield "INV-7", f"c-{p.name}-user", "not_reported"


def _reported(p: Plot, who: Cast) -> None:
    p.tell(report(p.teller, who.good, f"c-{p.name}-user", p.at + HOUR))


def _complained(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    p.tell(complaint(p.teller, who.good, f"c-{p.name}-complaint", {"received": p.at}))
    yield "INV-8", f"c-{p.name}-complaint", "overdue"


def _fed_back(p: Plot, who: Cast) -> None:
    p.tell(complaint(p.teller, who.good, f"c-{p.name}-complaint", {"feedback_sent": p.at + DAY}))


def _requested(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    p.tell(rights_request(p.teller, who.good, f"c-{p.name}-rights", {"received": p.at}))
    yield "INV-9", f"c-{p.name}-rights", "overdue"


def _granted(p: Plot, who: Cast) -> None:
    p.tell(rights_request(p.teller, who.good, f"c-{p.name}-rights", {"feedback_sent": p.at + DAY}))


def _drafted(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    draft = {"report_state": "draft", "sent_at": None, "receipt_ref": ""}
    p.tell(report(p.teller, who.good, f"c-{p.name}-draft", p.at, **draft))
    yield "ROW-22", f"c-{p.name}-draft", "never_sent"


def _sent(p: Plot, who: Cast) -> None:
    p.tell(report(p.teller, who.good, f"c-{p.name}-draft", p.at + HOUR))


def _undeclared(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    _ask(p, who.bare, "bare")
    service = who.bare.kind.service_id
    yield "ROW-1", service, "undeclared"
    yield "ROW-11", service, "notice_later"


def _unpublished(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    moves = {"received": p.at, "feedback_sent": p.at + SECOND}
    p.tell(complaint(p.teller, who.bare, f"c-{p.name}-bare", moves, due_at=p.at + DAY))
    yield "ROW-25", f"c-{p.name}-bare", "no_limit_in_force"


def _governed(p: Plot, who: Cast) -> None:
    p.tell(p.teller.governance(who.bare, p.at - HOUR // 2))


def _already_governed(p: Plot, who: Cast) -> None:
    """What puts the service in order puts its complaint in order, too."""


def _drifted(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    _ask(p, who.closed, "closed")
    yield "INV-13", f"r-{p.name}-closed", "public_audience"
    yield "ROW-1", who.closed.kind.service_id, "undeclared"


def _opened(p: Plot, who: Cast) -> None:
    p.tell(_declared_open(p, who.closed, p.at - HOUR))


def _miscounted(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    _ask(p, who.counted, "counted-1")
    span = {"gateway_id": "gw-1", "window_start": p.at - HOUR, "window_end": p.at + HOUR, "retention_class": "NET"}
    p.tell(p.teller.event(who.counted, "gateway.counted", p.at + HOUR, counted_requests=2, **span))
    yield "INV-11-GW", who.counted.kind.service_id, "fewer_prompts_than_requests"


def _counted(p: Plot, who: Cast) -> None:
    _ask(p, who.counted, "counted-2")


def _kept(p: Plot, who: Cast) -> Iterator[tuple[str, str, str]]:
    old: Event = p.teller.event(who.good, "prompt.received", p.at - _OLD, request_id=f"r-{p.name}-kept")
    p.tell(old)
    yield "INV-10", f"svc-{p.name}", "kept_past_ceiling"


def _held(p: Plot, who: Cast) -> None:
    done = {"applied_class": "OPS", "applied_action": "held", "rows_applied": 1, "cutoff": p.at}
    p.tell(p.teller.event(who.good, "retention.applied", p.at, retention_class="REG", **done))


ALL: Final = (
    Breach("INV-1", _unlabelled, _labelled),
    Breach("INV-3", _unwaived, _waived),
    Breach("ROW-8", _unseen, _seen),
    Breach("ROW-9", _unagreed, _agreed),
    Breach("ROW-20", _lost, _answered),
    Breach("INV-6", _illegal, _stopped),
    Breach("INV-7", _punished, _reported),
    Breach("ROW-22", _drafted, _sent),
    Breach("ROW-1", _undeclared, _governed),
    Breach("ROW-25", _unpublished, _already_governed),
    Breach("INV-13", _drifted, _opened),
    Breach("INV-11-GW", _miscounted, _counted),
    Breach("INV-8", _complained, _fed_back),
    Breach("INV-9", _requested, _granted),
    Breach("INV-10", _kept, _held),
)
