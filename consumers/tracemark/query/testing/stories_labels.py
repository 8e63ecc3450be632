"""Stories of explicit labels: on which part of a content they stand, which grants stand for them, and what was left half-way."""

from typing import Any, Final

from tracemark.query.testing.cases import grant
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.requests import Request
from tracemark.query.testing.teller import HOUR, SECOND, Producer

_DAY: Final = 24 * HOUR
_DELIVERED: Final = SECOND // 2
_LOST: Final[dict[str, Any]] = {"explicit_verdict": "missing"}


@plant("violation")
def label_on_another_part(p: Plot) -> None:
    """A sound, or a text with a sound, whose label is on a text; a video with a picture, labelled on the picture."""
    voice, image = p.producer("svc-voice"), p.producer("svc-image")
    on_text: dict[str, Any] = {"modality": ["text"], "label_carrier": "text_prompt"}
    for modality in (["audio"], ["text", "audio"]):
        request = p.request(voice, output={"modality": modality}, explicit=on_text)
        p.expect("INV-2", request.content_id, "modality_not_labelled")
    on_picture = {"modality": ["image"], "label_positions": ["in_image", "opening_frame", "player_surround"]}
    request = p.request(image, output={"modality": ["image", "video"]}, explicit=on_picture)
    p.expect("INV-2", request.content_id, "modality_not_labelled")


@plant("near_miss")
def label_on_the_whole(p: Plot) -> None:
    """A label that names no part is one on the whole; an output that names none is labelled by any."""
    producer = p.producer("svc-voice")
    p.request(producer, output={"modality": ["text", "audio"]}, explicit={"modality": []})
    p.request(producer, output={"modality": []}, explicit={"modality": ["text"], "label_positions": ["other"]})


def _shown(p: Plot, producer: Producer, **fields: Any) -> Request:
    """Shown in the app, without a label."""
    lost = {**_LOST, **fields.pop("delivery", {})}
    return p.request(producer, without=["explicit"], channel="in_app_display", delivery=lost, **fields)


def _granted(p: Plot, producer: Producer, request: Request, at: int, **fields: Any) -> None:
    p.tell(grant(p.teller, producer, f"g-{request.name}", at, request.content_id, request.subject, **fields))


@plant("violation")
def waived_at_another_time(p: Plot) -> None:
    """Shown without a label, and granted a microsecond later; and under a grant that had ended a microsecond before."""
    producer = p.producer()
    later, ended = _shown(p, producer), _shown(p, producer)
    _granted(p, producer, later, p.at + _DELIVERED + 1)
    _granted(p, producer, ended, p.at, expires_at=p.at + _DELIVERED - 1)
    p.expect("INV-2", later.content_id, "granted_later")
    p.expect("INV-2", ended.content_id, "grant_expired")


@plant("near_miss")
def waived_before_it_was_shown(p: Plot) -> None:
    """Granted a day after it was made, at the very instant at which it was first shown; staff had seen it before."""
    producer = p.producer()
    shown = p.at + _DAY
    request = _shown(p, producer, delivery={"occurred_at": shown, "_broker_ts": shown // 1000})
    _granted(p, producer, request, shown)
    seen = {"content_id": request.content_id, "delivery_channel": "in_app_display", "audience_class": "staff_or_member"}
    p.tell(p.teller.event(producer, "content.delivered", p.at + HOUR, **seen, **_LOST, implicit_verdict="not_checked"))


@plant("unknown")
def waived_by_a_wrong_clock(p: Plot) -> None:
    """Shown without a label under a grant whose clock is known to be wrong."""
    producer = p.producer()
    request = _shown(p, producer)
    _granted(p, producer, request, p.at - 60 * _DAY, clock_suspect=True, _broker_ts=(p.at + 20 * _DAY) // 1000)
    p.expect("INV-2", request.content_id, "clock_suspect")


@plant("unknown")
def shown_at_no_known_time(p: Plot) -> None:
    """Made without a label and granted an hour later: whether it was shown between, no hand-over tells."""
    producer = p.producer()
    request = p.request(producer, without=["explicit", "delivery"])
    _granted(p, producer, request, p.at + HOUR)
    p.expect("INV-2", request.content_id, "hand_over_not_recorded")


@plant("violation")
def left_half_way_without_label(p: Plot) -> None:
    """Somebody left in the middle of a stream, and what was streamed was found to have no label."""
    request = p.request(p.producer(), finish="partial", channel="stream", without=["explicit"], delivery=_LOST)
    p.expect("INV-2", request.content_id, "no_explicit_label")


@plant("near_miss")
def left_half_way_with_label(p: Plot) -> None:
    """Left in the middle: labelled at its start; not looked at; and shown without a label to somebody of the staff."""
    producer = p.producer()
    p.request(producer, finish="partial", channel="stream", explicit={"label_positions": ["start"]}, delivery=_LOST)
    for fields in ({"explicit_verdict": "not_checked"}, {**_LOST, "audience_class": "staff_or_member"}):
        p.request(producer, finish="partial", channel="stream", without=["explicit"], delivery=fields)
