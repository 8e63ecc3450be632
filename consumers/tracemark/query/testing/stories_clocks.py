"""Stories whose order hangs on a clock that is known to be wrong, or on when it was written down."""

from typing import Any, Final

from tracemark.query.testing.cases import grant
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import Event
from tracemark.query.testing.teller import HOUR, SECOND, Producer

_DAY: Final = 24 * HOUR
_WRONG: Final[dict[str, Any]] = {"clock_suspect": True}


def _declared(p: Plot, at: int, **fields: Any) -> Producer:
    """A service whose declaration, recorded at `at`, says that it held long before its first prompt."""
    producer = p.producer(p.service())
    p.govern(producer, without="service.declared")
    p.request(producer)
    given = {"valid_from": p.at - 30 * _DAY, "retention_class": "REG", **fields}
    p.tell(p.teller.event(producer, "service.declared", at, **given))
    return producer


@plant("violation")
def declared_backwards(p: Plot) -> None:
    """Nobody had declared it when its first user came: what was recorded the day after holds from then on."""
    producer = _declared(p, p.at + _DAY)
    p.expect("ROW-1", producer.kind.service_id, "undeclared")


@plant("unknown")
def declared_by_a_wrong_clock(p: Plot) -> None:
    """Received after the first prompt, by a clock that may have been slow: nobody can tell whether it was recorded in time."""
    producer = _declared(p, p.at - HOUR, **_WRONG, _broker_ts=(p.at + _DAY) // 1000)
    p.expect("ROW-1", producer.kind.service_id, "clock_suspect")


def _asked(p: Plot, accepted_at: int, *, prompt: Event | None = None, **fields: Any) -> str:
    """A request of a user who accepted at an instant."""
    producer, subject = p.producer(), f"s-{p.name}-{accepted_at - p.at}"
    p.tell(p.teller.agreement(producer, accepted_at, subject, **fields))
    return p.request(producer, subject=subject, prompt=prompt or {}).request_id


@plant("near_miss")
def accepted_long_before_a_wrong_clock(p: Plot) -> None:
    """A prompt by a wrong clock, but the agreement is older than any event may be late; and one received before the prompt."""
    for ahead in (_DAY, -_DAY):
        prompt = {**_WRONG, "occurred_at": p.at + ahead, "_broker_ts": p.at // 1000}
        _asked(p, p.at - 40 * _DAY + ahead, prompt=prompt)
    _asked(p, p.at - 2 * HOUR, **_WRONG)


@plant("violation")
def accepted_after_it_was_received(p: Plot) -> None:
    """Whatever the wrong clock of the prompt says, it was received an hour before anybody accepted anything."""
    prompt = {**_WRONG, "occurred_at": p.at + _DAY, "_broker_ts": p.at // 1000}
    p.expect("ROW-9", _asked(p, p.at + HOUR, prompt=prompt), "accepted_later")


@plant("unknown")
def accepted_by_a_wrong_clock(p: Plot) -> None:
    """Accepted before the first prompt by a clock that is known to be wrong, and received after it."""
    request = _asked(p, p.at - HOUR, **_WRONG, _broker_ts=(p.at + HOUR) // 1000)
    p.expect("ROW-9", request, "clock_suspect")


def _lost(p: Plot, producer: Producer, at: int, state: str = "missing", **about: Any) -> None:
    seen = {"label_kind": "explicit", "label_carrier": "text_prompt", "modality": ["text"]}
    p.tell(p.teller.event(producer, "label.verified", at, **{**seen, "label_state": state, **about}))


def _answer(p: Plot, producer: Producer, at: int, **about: Any) -> None:
    given = {"moderation_target": "content", "moderation_stage": "delivery", "detector": "human"}
    p.tell(p.teller.event(producer, "moderation.action", at, action="remove", retention_class="MOD", **given, **about))


@plant("near_miss")
def loss_answered_in_its_case(p: Plot) -> None:
    """A file that was found somewhere, of nobody knows which content: its case says what was done."""
    producer, case = p.producer(), f"c-{p.name}"
    _lost(p, producer, p.at, case_id=case)
    _answer(p, producer, p.at + HOUR, case_id=case)
    _lost(p, producer, p.at, case_id=f"{case}-2", content_id=f"o-{p.name}")
    _answer(p, producer, p.at + HOUR, case_id=f"{case}-2", content_id=f"o-{p.name}-copy")


@plant("violation")
def loss_answered_in_another_case(p: Plot) -> None:
    """A response of another case, and one of no case and no content, answer nothing."""
    producer, case = p.producer(), f"c-{p.name}"
    _lost(p, producer, p.at, "forged", case_id=case)
    _answer(p, producer, p.at + HOUR, case_id=f"{case}-2")
    _answer(p, producer, p.at + HOUR)
    p.expect("ROW-20", case, "forged_without_response")


@plant("unknown")
def loss_of_unknown_content(p: Plot) -> None:
    """A file without its label, of which nobody wrote down which content or case it belongs to."""
    producer = p.producer()
    _lost(p, producer, p.at, request_id=f"r-{p.name}")
    _answer(p, producer, p.at + HOUR)
    p.expect("ROW-20", f"r-{p.name}", "content_unknown")


@plant("unknown")
def loss_answered_by_a_wrong_clock(p: Plot) -> None:
    """Something was done, by a clock that is known to be wrong: before or after the loss nobody can tell."""
    producer, content = p.producer(), f"o-{p.name}"
    _lost(p, producer, p.at, content_id=content)
    _answer(p, producer, p.at - HOUR, content_id=content, **_WRONG, _broker_ts=(p.at + HOUR) // 1000)
    p.expect("ROW-20", content, "clock_suspect")


def _waived(p: Plot, at: int, state: str = "missing", **about: Any) -> str:
    """Handed over unlabelled as it was granted at `at`, and read back after that."""
    producer = p.producer()
    lost = {"explicit_verdict": "missing"}
    request = p.request(producer, without=["explicit"], delivery=lost)
    p.tell(grant(p.teller, producer, f"g-{request.content_id}", p.at, request.content_id, request.subject))
    _lost(p, producer, at, state, content_id=request.content_id, **about)
    return request.content_id


@plant("near_miss")
def label_missing_as_granted(p: Plot) -> None:
    """Read back without the label that a grant had waived: nothing is lost."""
    _waived(p, p.at + HOUR)


@plant("violation")
def label_missing_beyond_the_grant(p: Plot) -> None:
    """Missing before it was granted; altered, which no grant allows; and the label for machines, which none waives."""
    for at, state, about in (
        (p.at - SECOND, "missing", {}),
        (p.at + HOUR, "altered", {}),
        (p.at + HOUR, "missing", {"label_kind": "implicit", "label_carrier": "digital_watermark"}),
    ):
        p.expect("ROW-20", _waived(p, at, state, **about), f"{state}_without_response")
