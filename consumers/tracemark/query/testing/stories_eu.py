"""Stories about the duties of the European Union: violations, near misses, and what nothing can be said about."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.requests import Request
from tracemark.query.testing.rows import Event, micros
from tracemark.query.testing.services import ABROAD, MANIFEST, WATERMARK, Kind
from tracemark.query.testing.teller import HOUR, SECOND, Producer

_EU: Final = "eu"
_DAY: Final = 24 * HOUR
_DIGEST: Final = b"\1" * 32
_SALT: Final = b"\2" * 16
_LAYERS: Final = (MANIFEST, WATERMARK)
_UNMARKED: Final = ("implicit", *_LAYERS)
_BEFORE: Final = micros(datetime(2026, 7, 1, tzinfo=UTC))
"""When a system was there already that has until 2 December 2026."""
_OLDER_FROM: Final = micros(datetime(2026, 12, 1, 23, tzinfo=UTC))
"""The first instant of 2 December 2026 in Brussels."""
_FIRST_ANNEX: Final = micros(datetime(2027, 12, 1, 23, tzinfo=UTC))
_BOTH_ANNEXES: Final = micros(datetime(2028, 8, 1, 22, tzinfo=UTC))


def _service(p: Plot, **fields: Any) -> Kind:
    """A service of its own that makes pictures for Europeans."""
    picture = {"modality": "image", "media_type": "image/png", "duty_basis": "none", "jurisdiction": ("eu",)}
    return p.service(**{**picture, "marks": ("interface_notice", *_LAYERS), **ABROAD, **fields})


def _declared(p: Plot, since: int, **fields: Any) -> Producer:
    """A process of such a service, first declared to be in use from `since`."""
    producer = p.producer(_service(p, **fields))
    p.govern(producer)
    next(event for event in p.events if event["event_type"] == "service.declared")["valid_from"] = since
    return producer


def _later(p: Plot, at: int) -> Plot:
    """The same story at another time."""
    return Plot(p.teller, f"{p.name}-{at // _DAY}", p.tenant, at)


def _made_later(p: Plot, at: int, *, declared: bool = True) -> str:
    """An output without any mark, made and handed over at `at`, by a system that was there before the rule; its content id."""
    later = _later(p, at)
    producer = _declared(later, _BEFORE) if declared else later.producer(_service(later))
    then = {"occurred_at": at}
    lost = {"implicit_verdict": "missing", **then}
    request = later.request(producer, subject=f"s-{p.name}", without=_UNMARKED, output=then, delivery=lost)
    p.tell(later.finish())
    return request.content_id


def _deleted(p: Plot, newest: int, at: int) -> Event:
    """Logs of a high-risk system, the newest received at `newest`, were dropped at `at`."""
    later = _later(p, at)
    dropped = {"applied_class": "EU_HR", "applied_action": "dropped", "rows_applied": 9, "retention_class": "REG"}
    producer = later.producer("svc-world-image")
    event = p.teller.event(producer, "retention.applied", at, cutoff=newest, newest_at=newest, **dropped)
    later.tell(event)
    p.tell(later.finish())
    return event


@plant("violation", _EU)
def picture_without_any_mark(p: Plot) -> None:
    """Neither in its metadata nor in its pixels; and the check of what was handed over saw that."""
    request = p.request(
        p.producer("svc-world-image"),
        without=_UNMARKED,
        output={"jurisdiction": ["eu"]},
        delivery={"implicit_verdict": "missing"},
    )
    p.expect("EU-50-2-MARK", request.content_id, "not_marked")
    p.expect("EU-50-2-LAYERS", request.content_id, "not_marked")
    p.expect("EU-50-2-DETECT", request.content_id, "no_mark_found")


@plant("violation", _EU)
def text_without_a_mark(p: Plot) -> None:
    """A label that people see is nothing that a machine reads."""
    producer = p.producer("svc-eu-chat")
    request = p.request(producer, without=[WATERMARK])
    p.tell(_seen_label(p, producer, content_id=request.content_id))
    p.expect("EU-50-2-MARK", request.content_id, "not_marked")


@plant("violation", _EU)
def one_layer_only(p: Plot) -> None:
    """A manifest without a watermark, a watermark beside metadata that nobody signed, and such metadata alone."""
    producer = p.producer("svc-world-image")
    for without, reason in (
        ([WATERMARK], "no_watermark"),
        ([MANIFEST], "no_signed_metadata"),
        (_LAYERS, "unsigned_metadata_only"),
    ):
        p.expect("EU-50-2-LAYERS", p.request(producer, without=without).content_id, reason)


@plant("violation", _EU)
def layer_that_was_hidden(p: Plot) -> None:
    """A watermark that the record itself calls missing is no layer."""
    request = p.request(p.producer("svc-world-image"), marks={WATERMARK: {"label_state": "missing"}})
    p.expect("EU-50-2-LAYERS", request.content_id, "no_watermark")


@plant("violation", _EU)
def handed_over_after_a_failed_check(p: Plot) -> None:
    """Nobody checked the form handed over, and the read-back just before it found the mark altered."""
    producer = p.producer("svc-world-image")
    request = p.request(producer, delivery={"implicit_verdict": "not_checked"})
    p.tell(_read_back(p, producer, request.content_id, p.at + SECOND // 4, "verified"))
    p.tell(_read_back(p, producer, request.content_id, p.at + SECOND // 2, "altered"))
    p.expect("EU-50-2-DETECT", request.content_id, "mark_altered")


@plant("violation", _EU)
def older_system_after_its_day(p: Plot) -> None:
    """In use since July, and still without marks in the first instant of 2 December; from then on it is all one who declared it."""
    for content in (_made_later(p, _OLDER_FROM), _made_later(p, _OLDER_FROM + _DAY, declared=False)):
        p.expect("EU-50-2-MARK", content, "not_marked")
        p.expect("EU-50-2-LAYERS", content, "not_marked")
        p.expect("EU-50-2-DETECT", content, "no_mark_found")


@plant("violation", _EU)
def prompt_digests_kept(p: Plot) -> None:
    """A search token of a prompt, and a commitment to it with its salt."""
    producer = p.producer("svc-eu-chat")
    for digest in ({"token_exact": _DIGEST}, {"token_loose": _DIGEST}, {"content_commitment": _DIGEST, "salt": _SALT}):
        p.expect("EU-COP-PROMPTS", p.request(producer, prompt=digest).request_id, "digest_kept")


@plant("violation", _EU)
def high_risk_logs_deleted_early(p: Plot) -> None:
    """A microsecond before six calendar months were over: from 2 March to 2 September 2028, in Brussels."""
    newest = micros(datetime(2028, 3, 2, 11, tzinfo=UTC))
    event = _deleted(p, newest, micros(datetime(2028, 9, 2, 10, tzinfo=UTC)) - 1)
    p.expect("EU-19", UUID(int=event["event_id"]), "deleted_before_floor")


@plant("near_miss", _EU)
def high_risk_logs_deleted_in_time(p: Plot) -> None:
    """After six months to the microsecond, across the change of clocks; and logs of before the rule, early."""
    _deleted(p, micros(datetime(2028, 3, 2, 11, tzinfo=UTC)), micros(datetime(2028, 9, 2, 10, tzinfo=UTC)))
    _deleted(p, _FIRST_ANNEX - 1, _FIRST_ANNEX + _DAY)


@plant("near_miss", _EU)
def older_system_before_its_day(p: Plot) -> None:
    """In use since July: it has until 2 December, to the microsecond, whatever a check found."""
    for at in (p.at, _OLDER_FROM - 1):
        _made_later(p, at)


@plant("near_miss", _EU)
def not_for_europe(p: Plot) -> None:
    """Unmarked, and none of the Union's business: other regimes, no regime, a test, the public of mainland China."""
    others: tuple[Event, ...] = ({"jurisdiction": ["us-ca"]}, {"jurisdiction": []}, {"audience_class": "test"})
    for other in others:
        _unmarked(p, p.producer("svc-world-image"), other)
    request = _unmarked(p, p.producer(_service(p)), {"audience_class": "public_mainland"})
    p.expect("INV-13", request.request_id, "public_audience")


def _unmarked(p: Plot, producer: Producer, other: Event) -> Request:
    lost = {**other, "implicit_verdict": "missing"}
    digest = {**other, "token_exact": _DIGEST}
    return p.request(producer, without=_LAYERS, prompt=digest, output=other, implicit=other, delivery=lost)


@plant("near_miss", _EU)
def marks_that_came_late(p: Plot) -> None:
    """The events of both marks arrive a week after their output."""
    late = {"_broker_ts": (p.at + 7 * _DAY) // 1000}
    p.request(p.producer("svc-world-image"), implicit=late, marks=dict.fromkeys(_LAYERS, late))


@plant("near_miss", _EU)
def nothing_to_mark(p: Plot) -> None:
    """Refused, failed and left half-way: nothing was produced that a mark could stand on."""
    producer = p.producer("svc-world-image")
    for finish in ("refused", "error"):
        p.request(producer, finish=finish)
    p.request(producer, finish="partial", without=[*_UNMARKED, "delivery", "readback"])


@plant("near_miss", _EU)
def marked_again_after_a_failed_check(p: Plot) -> None:
    """The first read-back found nothing, so it was marked again; what others did later is no breach either."""
    producer = p.producer("svc-world-image")
    request = p.request(producer, delivery={"implicit_verdict": "not_checked"})
    for at, state in ((SECOND // 4, "missing"), (SECOND // 2, "verified"), (HOUR, "altered")):
        p.tell(_read_back(p, producer, request.content_id, p.at + at, state))


@plant("near_miss", _EU)
def text_in_one_layer(p: Plot) -> None:
    """A text without a file can hold no manifest."""
    p.request(p.producer("svc-eu-chat"))


@plant("near_miss", _EU)
def commitment_without_its_salt(p: Plot) -> None:
    """An erased prompt: what is left of it says nothing any more."""
    erased = {"content_commitment": _DIGEST, "erased_by": "order-1"}
    p.request(p.producer("svc-eu-chat"), prompt=erased)


@plant("near_miss", _EU)
def face_changed_and_disclosed(p: Plot) -> None:
    """A picture of somebody that says what it is."""
    face = {"duty_basis": "ds17_1_3_face_pose_person", "positions": ("in_image",)}
    p.request(_declared(p, p.at - _DAY, **face), subject=f"s-{p.name}")


@plant("unknown", _EU)
def start_not_declared(p: Plot) -> None:
    """Nobody declared the service, so it may be an older one that has until December."""
    producer = p.producer(_service(p))
    request = p.request(producer, subject=f"s-{p.name}", without=_UNMARKED, delivery={"implicit_verdict": "missing"})
    for duty in ("EU-50-2-MARK", "EU-50-2-LAYERS", "EU-50-2-DETECT"):
        p.expect(duty, request.content_id, "start_not_declared")


@plant("unknown", _EU)
def mark_not_checked(p: Plot) -> None:
    """Neither the form handed over nor the file before it was read."""
    request = p.request(p.producer("svc-world-image"), delivery={"implicit_verdict": "not_checked"})
    p.expect("EU-50-2-DETECT", request.content_id, "not_checked")


@plant("unknown", _EU)
def no_notice_recorded(p: Plot) -> None:
    """A chat that may well have said what it is, and labelled its answer; an answer's label is no notice of whom one faces."""
    producer = p.producer("svc-eu-chat")
    request = p.request(producer, without=["interface_notice"])
    p.tell(_seen_label(p, producer, request_id=request.request_id))
    p.expect("EU-50-1", request.request_id, "no_notice_recorded")


@plant("unknown", _EU)
def face_changed_without_a_word(p: Plot) -> None:
    """Perhaps nobody's face, and perhaps a deep fake."""
    face = {"duty_basis": "ds17_1_3_face_pose_person", "positions": ("in_image",)}
    request = p.request(
        _declared(p, p.at - _DAY, **face), subject=f"s-{p.name}", without=["explicit", "interface_notice"]
    )
    p.expect("EU-50-4", request.content_id, "no_disclosure_recorded")
    p.expect("EU-50-1", request.request_id, "no_notice_recorded")


@plant("unknown", _EU)
def digest_for_somebody_else(p: Plot) -> None:
    """The prompt's event names a second regime, which may ask for its digest."""
    both = {"token_exact": _DIGEST, "jurisdiction": ["eu", "cn"]}
    request = p.request(p.producer("svc-eu-chat"), prompt=both)
    p.expect("EU-COP-PROMPTS", request.request_id, "digest_kept_under_several_regimes")


@plant("unknown", _EU)
def annex_not_recorded(p: Plot) -> None:
    """Deleted a day too early, a microsecond before the rule reached the systems of Annex I too."""
    event = _deleted(p, _BOTH_ANNEXES - 90 * _DAY, _BOTH_ANNEXES - 1)
    p.expect("EU-19", UUID(int=event["event_id"]), "annex_not_recorded")


def _seen_label(p: Plot, producer: Producer, **about: Any) -> Event:
    label = {"label_kind": "explicit", "label_carrier": "text_prompt", "label_state": "applied", "modality": ["text"]}
    return p.teller.event(producer, "label.applied", p.at + SECOND, **label, **about)


def _read_back(p: Plot, producer: Producer, content: str, at: int, state: str) -> Event:
    seen = {"label_kind": "implicit", "label_carrier": MANIFEST, "label_state": state, "modality": ["image"]}
    return p.teller.event(producer, "label.verified", at, content_id=content, **seen)
