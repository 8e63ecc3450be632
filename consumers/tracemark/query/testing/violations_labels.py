"""Violations of the duties about labels, grants and hand-overs."""

from typing import Any
from uuid import UUID

from tracemark.query.testing.cases import grant
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.teller import SECOND

_DELIVERED = SECOND // 2
"""From prompt to hand-over."""


def _conditions(at: int) -> tuple[tuple[dict[str, Any], str], ...]:
    return (
        ({"requested_at": None}, "no_request_time"),
        ({"requested_at": at + 1}, "requested_later"),
        ({"duty_clause_digest": bytes(32)}, "no_duty_clause"),
        ({"agreement_version": ""}, "no_agreement"),
        ({"recipient_ref": ""}, "no_recipient"),
        ({"recipient_ref": "", "subject_ref": "", "erased_by": "order-1"}, "recipient_erased_early"),
    )


@plant("violation")
def missing_implicit_label(p: Plot) -> None:
    """A picture without any implicit label."""
    request = p.request(p.producer("svc-image"), without=["implicit"])
    p.expect("INV-1", request.content_id, "no_implicit_label")


@plant("violation")
def watermark_instead_of_metadata(p: Plot) -> None:
    """A watermark is encouraged, the metadata is the duty."""
    request = p.request(p.producer("svc-voice"), implicit={"label_carrier": "digital_watermark"})
    p.expect("INV-1", request.content_id, "no_implicit_label")


@plant("violation")
def missing_explicit_label(p: Plot) -> None:
    """A text without a label, shown in the app."""
    request = p.request(p.producer(), without=["explicit"], channel="in_app_display")
    p.expect("INV-2", request.content_id, "no_explicit_label")


@plant("violation")
def hidden_explicit_label(p: Plot) -> None:
    """A label that was found hidden is none."""
    request = p.request(p.producer(), explicit={"label_state": "hidden"}, channel="in_app_display")
    p.expect("INV-2", request.content_id, "no_explicit_label")


@plant("violation")
def picture_labelled_beside_it(p: Plot) -> None:
    """The label of a picture stands in the picture."""
    request = p.request(p.producer("svc-image"), explicit={"label_positions": ["end"]})
    p.expect("INV-2", request.content_id, "wrong_position")


@plant("violation")
def video_labelled_at_its_start_only(p: Plot) -> None:
    """A video is labelled in its opening frame and around its player."""
    request = p.request(p.producer("svc-video"), explicit={"label_positions": ["opening_frame"]})
    p.expect("INV-2", request.content_id, "wrong_position")


@plant("violation")
def download_without_label(p: Plot) -> None:
    """Labelled when generated, lost when downloaded."""
    request = p.request(p.producer(), delivery={"explicit_verdict": "missing"})
    p.expect("INV-3", request.content_id, "no_explicit_label")


@plant("violation")
def grant_to_somebody_else(p: Plot) -> None:
    """A grant is for one recipient."""
    producer = p.producer()
    request = p.request(producer, delivery={"explicit_verdict": "missing"})
    p.tell(grant(p.teller, producer, f"g-{p.name}", p.at, request.content_id, "s-somebody-else"))
    p.expect("INV-3", request.content_id, "granted_to_another")


@plant("violation")
def grant_a_microsecond_late(p: Plot) -> None:
    """A grant after the hand-over does not reach back."""
    producer = p.producer()
    request = p.request(producer, delivery={"explicit_verdict": "missing"})
    p.tell(grant(p.teller, producer, f"g-{p.name}", p.at + _DELIVERED + 1, request.content_id, request.subject))
    p.expect("INV-3", request.content_id, "granted_later")


@plant("violation")
def grant_expired(p: Plot) -> None:
    """A grant that ended a microsecond before the hand-over."""
    producer = p.producer()
    request = p.request(producer, delivery={"explicit_verdict": "missing"})
    ends = {"expires_at": p.at + _DELIVERED - 1}
    p.tell(grant(p.teller, producer, f"g-{p.name}", p.at, request.content_id, request.subject, **ends))
    p.expect("INV-3", request.content_id, "grant_expired")


@plant("violation")
def grants_without_their_conditions(p: Plot) -> None:
    """Neither request, nor clause, nor agreement, nor recipient may be missing."""
    producer = p.producer()
    subject = p.user(producer)
    for number, (fields, reason) in enumerate(_conditions(p.at)):
        content = f"o-{p.name}-{number}"
        p.tell(grant(p.teller, producer, f"g-{p.name}-{number}", p.at, content, subject, **fields))
        p.expect("INV-4", content, reason)


@plant("violation")
def grant_that_is_gone(p: Plot) -> None:
    """A hand-over names a grant that nobody holds any more."""
    request = p.request(p.producer(), delivery={"grant_id": f"g-{p.name}"})
    p.expect("INV-4", request.content_id, "grant_not_held")


@plant("violation")
def metadata_written_twice(p: Plot) -> None:
    """A second record was appended instead of overwriting the first."""
    request = p.request(p.producer("svc-image"), readback={"records_found": 2})
    p.expect("INV-5", request.content_id, "several_records")


@plant("violation")
def metadata_key_empty(p: Plot) -> None:
    """Propagator keys equal producer keys on the first write: they are never empty."""
    request = p.request(p.producer("svc-image"), readback={"aigc_content_propagator": ""})
    p.expect("INV-5", request.content_id, "empty_key")


@plant("violation")
def metadata_without_a_label_value(p: Plot) -> None:
    """The value is 1, 2 or 3."""
    request = p.request(p.producer("svc-image"), readback={"aigc_label": ""})
    p.expect("INV-5", request.content_id, "no_label_value")


@plant("violation")
def metadata_stripped(p: Plot) -> None:
    """No record is left in the file, and nobody did anything about it."""
    request = p.request(p.producer("svc-image"), readback={"records_found": 0, "label_state": "missing"})
    p.expect("INV-5", request.content_id, "no_record")
    p.expect("ROW-20", request.content_id, "missing_without_response")


@plant("violation")
def metadata_forged(p: Plot) -> None:
    """Somebody else's record stands in the file."""
    request = p.request(p.producer("svc-image"), readback={"label_state": "forged"})
    p.expect("INV-5", request.content_id, "forged")
    p.expect("ROW-20", request.content_id, "forged_without_response")


@plant("violation")
def file_handed_over_without_metadata(p: Plot) -> None:
    """The implicit label was lost on the way out."""
    request = p.request(p.producer("svc-voice"), delivery={"implicit_verdict": "missing"})
    p.expect("ROW-14", request.content_id, "no_implicit_label")


@plant("violation")
def video_label_too_short_or_small(p: Plot) -> None:
    """A millisecond too short; a thousandth too small."""
    producer = p.producer("svc-video")
    short = p.request(producer, explicit={"label_duration_ms": 1999})
    small = p.request(producer, explicit={"height_ratio": 0.049})
    p.expect("ROW-15", short.content_id, "too_short")
    p.expect("ROW-15", small.content_id, "too_small")


@plant("violation")
def publication_without_content(p: Plot) -> None:
    """Nobody could say any more what was published."""
    request = p.request(p.producer("svc-news"), channel="publish", delivery={"content_commitment": bytes(32)})
    p.expect("ROW-35", request.content_id, "content_not_identified")


@plant("violation")
def publication_by_somebody_unverified(p: Plot) -> None:
    """Published for a user whose identity nobody checked."""
    request = p.request(p.producer("svc-news"), channel="publish", prompt={"realname_status": "unverified"})
    p.expect("ROW-10", request.content_id, "published_unverified")


@plant("violation")
def output_without_its_upstream(p: Plot) -> None:
    """A reseller does not say whose model it was."""
    request = p.request(p.producer("svc-resale"), output={"upstream_service_id": ""})
    p.expect("ROW-31", request.content_id, "no_upstream_service")


@plant("violation")
def personal_values_stored(p: Plot) -> None:
    """A phone number, an address and an identity number, made up, where no identifier may stand."""
    producer = p.producer()
    for value, reason in (
        ("13800138000", "looks_like_phone_number"),
        ("someone@example.com", "looks_like_mail_address"),
        ("110101199003070000", "looks_like_identity_number"),
    ):
        request = p.request(producer, prompt={"dimensions": {"channel": value}})
        p.expect("INV-15", request.request_id, reason)


@plant("violation")
def schema_of_nobody(p: Plot) -> None:
    """A row of a schema that this release does not know may hold anything."""
    producer = p.producer()
    event = p.teller.session(producer, "heartbeat", p.at, _schema_id=1)
    p.tell(event)
    p.expect("INV-15", UUID(int=event["event_id"]), "unknown_schema")
