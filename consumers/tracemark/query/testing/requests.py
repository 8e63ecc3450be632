"""A request in good order, and the ways in which a plant may spoil it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tracemark.query.testing.rows import Event
from tracemark.query.testing.services import Kind
from tracemark.query.testing.teller import SECOND, Producer, Teller

__all__ = ["AIGC", "FILES", "Request", "tell_request"]

FILES: Final = ("download", "copy", "export")
AIGC: Final = {
    "aigc_label": "is_generated",
    "aigc_content_producer": "001191110000MA00000000100000",
    "aigc_content_propagator": "001191110000MA00000000100000",
    "label_carrier": "file_metadata",
    "label_kind": "implicit",
}
_NEXT: Final = SECOND // 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request.

    Attributes:
        name: Stem of its ids: request_id `r-name`, content_id `o-name`.
        at: When the prompt came, microseconds.
        subject: The user's pseudonym.
        channel: How the output was handed over.
        finish: How the generation ended.
        without: Parts that are left out: explicit, implicit, delivery, review_input, review_output, readback, or a carrier of
            `Kind.marks`.
        prompt: Overrides of the prompt's columns; likewise `output`, `explicit`, `implicit`, `delivery`, `readback`, `review`, and
            `marks` by carrier.
    """

    name: str
    at: int
    subject: str
    channel: str = "download"
    finish: str = "complete"
    without: frozenset[str] = frozenset()
    prompt: Event | None = None
    output: Event | None = None
    explicit: Event | None = None
    implicit: Event | None = None
    delivery: Event | None = None
    readback: Event | None = None
    review: Event | None = None
    marks: Mapping[str, Event] = field(default_factory=dict)

    @property
    def request_id(self) -> str:
        """Its request_id."""
        return f"r-{self.name}"

    @property
    def content_id(self) -> str:
        """Its content_id."""
        return f"o-{self.name}"


def tell_request(teller: Teller, producer: Producer, request: Request) -> Iterator[Event]:
    """Prompt, verdict, output, verdict, labels, hand-over and read-back, a tenth of a second apart."""
    kind, at = producer.kind, request.at
    ids = {"request_id": request.request_id, "content_id": request.content_id}
    asked = {"request_id": request.request_id, "subject_ref": request.subject}
    yield teller.event(
        producer,
        "prompt.received",
        at,
        **{**asked, "modality": ["text"], "realname_status": "verified", **(request.prompt or {})},
    )
    yield from _marks(teller, producer, request, ("interface_notice",), {**asked, "modality": ["text"]})
    if "review_input" not in request.without:
        yield _verdict(teller, producer, at + _NEXT, {"request_id": request.request_id}, "input", request)
    made = {**ids, "modality": [kind.modality], "duty_basis": kind.duty_basis, "media_type": kind.media_type}
    if kind.role == "provider_via_api":
        made["upstream_service_id"] = "svc-upstream"
    made |= {"finish": request.finish, **dict(zip(("model_id", "model_version"), kind.model, strict=True))}
    made |= request.output or {}
    yield teller.event(producer, "output.generated", at + 2 * _NEXT, **made)
    if request.finish in {"refused", "error"}:
        return
    if "review_output" not in request.without:
        yield _verdict(teller, producer, at + 3 * _NEXT, ids, "output", request)
    yield from _labels(teller, producer, request, made)
    yield from _handed_over(teller, producer, request, made)


def _verdict(  # noqa: PLR0917 - the order of an event
    teller: Teller, producer: Producer, at: int, ids: Event, stage: str, request: Request
) -> Event:
    given = {
        "moderation_target": "content",
        "moderation_stage": stage,
        "action": "pass",
        "detector": "classifier",
        "detector_version": "9",
        "ruleset_version": "rs-12",
        "automated": True,
        "retention_class": "MOD",
    }
    return teller.event(producer, "moderation.action", at, **{**given, **ids, **(request.review or {})})


def _labels(teller: Teller, producer: Producer, request: Request, made: Event) -> Iterator[Event]:
    kind, at = producer.kind, request.at + 4 * _NEXT
    common = {name: made[name] for name in ("request_id", "content_id", "modality", "duty_basis", "media_type")}
    if kind.duty_basis.startswith("ds17_1_") and "explicit" not in request.without:
        yield teller.event(
            producer,
            "label.applied",
            at,
            **{**common, **_explicit(kind), "label_state": "applied", **(request.explicit or {})},
        )
    if made["media_type"] and "implicit" not in request.without:
        implicit = {
            **common,
            **AIGC,
            "label_state": "applied",
            "aigc_produce_id": request.content_id,
            "aigc_propagate_id": request.content_id,
        }
        yield teller.event(producer, "label.applied", at + 1, **{**implicit, **(request.implicit or {})})
    yield from _marks(teller, producer, request, ("digital_watermark", "c2pa_manifest"), common)


def _marks(
    teller: Teller, producer: Producer, request: Request, carriers: Sequence[str], about: Event
) -> Iterator[Event]:
    """Those of `carriers` that the service has."""
    for carrier in carriers:
        if carrier in producer.kind.marks and carrier not in request.without:
            kind = "explicit" if carrier == "interface_notice" else "implicit"
            given = {**about, "label_kind": kind, "label_carrier": carrier, "label_state": "applied"}
            at = request.at + (1 if kind == "explicit" else 4 * _NEXT + 2)
            yield teller.event(producer, "label.applied", at, **{**given, **request.marks.get(carrier, {})})


def _explicit(kind: Kind) -> dict[str, Any]:
    carrier = "text_prompt" if kind.modality == "text" else "graphic_mark"
    found: dict[str, Any] = {
        "label_kind": "explicit",
        "label_carrier": carrier,
        "label_positions": list(kind.positions),
    }
    return found | ({"height_ratio": 0.06, "label_duration_ms": 2500} if kind.modality == "video" else {})


def _handed_over(teller: Teller, producer: Producer, request: Request, made: Event) -> Iterator[Event]:
    if "delivery" not in request.without:
        given = {name: made[name] for name in ("request_id", "content_id", "modality", "duty_basis", "media_type")}
        given |= {"delivery_channel": request.channel, "recipient_ref": request.subject}
        given |= {
            "explicit_verdict": "verified",
            "implicit_verdict": "verified" if made["media_type"] else "not_checked",
        }
        given |= {"content_commitment": b"\1" * 32} if request.channel == "publish" else {}
        yield teller.event(
            producer, "content.delivered", request.at + 5 * _NEXT, **{**given, **(request.delivery or {})}
        )
    if made["media_type"] and "readback" not in request.without:
        read = {"request_id": request.request_id, "content_id": request.content_id, "modality": made["modality"]}
        read |= {
            **AIGC,
            "label_state": "verified",
            "records_found": 1,
            "aigc_produce_id": request.content_id,
            "aigc_propagate_id": request.content_id,
        }
        read |= {"verifier": "aigc-reader", "verifier_version": "1"}
        yield teller.event(producer, "label.verified", request.at + 6 * _NEXT, **{**read, **(request.readback or {})})
