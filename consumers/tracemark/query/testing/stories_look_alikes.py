"""Stories of evidence that looks like the right one and is none, and of the right one in its rarer forms."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from tracemark.query.testing.cases import complaint, grant, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.requests import AIGC
from tracemark.query.testing.rows import Event, micros
from tracemark.query.testing.spoilt import ALL, Cast, breaches, cast
from tracemark.query.testing.spoilt_at_once import spoilt_at_once
from tracemark.query.testing.teller import AS_OF, DIGEST, HOUR, SECOND, Producer

_DAY: Final = 24 * HOUR
_STATES: Final = ("waived_by_grant", "missing", "altered", "forged", "hidden")
_MARKS: Final = ("file_metadata", "digital_watermark", "c2pa_manifest")
_SEEN: Final[dict[str, Any]] = {
    "label_kind": "explicit",
    "label_carrier": "graphic_mark",
    "label_positions": ["in_image"],
}


def _tell(p: Plot, producer: Producer, event_type: str, at: int, **fields: Any) -> Event:
    event = p.teller.event(producer, event_type, at, **fields)
    p.tell(event)
    return event


@plant("violation")
def cured_by_look_alikes(p: Plot) -> None:
    """Beside every breach of the list stands what resembles its cure: another kind, state, stage, user, policy or class."""
    own = Plot(p.teller, p.name, f"{p.tenant}-{p.name}", p.at)
    who = cast(own)
    p.expected += breaches(own, who, ALL)
    _labels(own, who.good)
    _grants(own, who.good)
    _verdicts(own, who.good)
    _cases(own, who.good)
    _policies(own, who)
    p.expected += own.expected
    p.tell(own.finish())


def _labels(p: Plot, producer: Producer) -> None:
    ids: dict[str, Any] = {"request_id": f"r-{p.name}-plain", "content_id": f"o-{p.name}-plain", "modality": ["image"]}
    at = p.at + SECOND
    kinds: tuple[dict[str, Any], ...] = (dict(AIGC), _SEEN)
    for state in _STATES:
        for kind in kinds:
            _tell(p, producer, "label.applied", at, **{**ids, **kind, "label_state": state})
    for carrier in _MARKS:
        marked = {**_SEEN, "label_carrier": carrier, "label_state": "applied"}
        _tell(
            p,
            producer,
            "label.applied",
            at,
            **{**ids, **marked, "label_kind": "implicit" if carrier != "file_metadata" else "explicit"},
        )
        _tell(p, producer, "label.applied", at, **{**ids, **marked})
    _tell(p, producer, "label.applied", at, **{**ids, **_SEEN, "label_kind": "implicit", "label_state": "applied"})
    for kind in kinds:
        _tell(p, producer, "label.applied", at, **{**ids, **kind, "content_id": "", "label_state": "applied"})
        read = {"records_found": 1, "aigc_produce_id": "p", "aigc_propagate_id": "p", "label_state": "verified"}
        _tell(p, producer, "label.verified", at, **{**ids, **kind, **read})


def _grants(p: Plot, producer: Producer) -> None:
    content, to = f"o-{p.name}-waived", f"s-{p.name}"
    lacking: tuple[tuple[dict[str, Any], str], ...] = (
        ({"requested_at": None}, "no_request_time"),
        ({"requested_at": p.at + 1}, "requested_later"),
        ({"duty_clause_digest": bytes(32)}, "no_duty_clause"),
        ({"agreement_version": ""}, "no_agreement"),
        ({"recipient_ref": ""}, "no_recipient"),
    )
    for number, (fields, reason) in enumerate(lacking):
        told = grant(p.teller, producer, f"g-{p.name}-{number}", p.at, content, to, **fields)
        p.tell(told)
        p.expect("INV-4", UUID(int=told["event_id"]), reason)
    ids = {"grant_id": f"g-{p.name}", "content_id": content, "recipient_ref": to}
    full = {"requested_at": p.at - SECOND, "agreement_version": "ua-3", "duty_clause_digest": DIGEST}
    _tell(p, producer, "agreement.accepted", p.at, **ids, **full, accepted_at=p.at, retention_class="CASE")


def _verdicts(p: Plot, producer: Producer) -> None:
    request: dict[str, Any] = {"request_id": f"r-{p.name}-unseen"}
    content: dict[str, Any] = {"content_id": f"o-{p.name}-unseen"}
    given = {"moderation_target": "content", "action": "pass", "detector": "human", "retention_class": "MOD"}
    nothing: dict[str, Any] = {}
    for ids, stage in ((request, "output"), (content, "input"), (nothing, "input"), (nothing, "output")):
        _tell(p, producer, "moderation.action", p.at + SECOND, **given, **ids, moderation_stage=stage)
    for ids in (request, content):
        _tell(p, producer, "model.remediation", p.at, **ids, moderation_stage="input", retention_class="MOD")
        _tell(p, producer, "model.remediation", p.at, **ids, moderation_stage="output", retention_class="MOD")
    lost = {**given, "content_id": f"o-{p.name}-lost", "moderation_stage": "delivery"}
    for action in ("pass", "restore"):
        _tell(p, producer, "moderation.action", p.at + 2 * HOUR, **{**lost, "action": action})
    _tell(p, producer, "moderation.action", p.at + HOUR - 1, **{**lost, "action": "remove"})
    _tell(p, producer, "model.remediation", p.at + 2 * HOUR, content_id=lost["content_id"], retention_class="MOD")


def _cases(p: Plot, producer: Producer) -> None:
    case = f"c-{p.name}-illegal"
    about: dict[str, Any] = {"case_id": case, "content_id": f"o-{p.name}-illegal", "reason_codes": ["violence"]}
    about |= {"detector": "human", "retention_class": "MOD"}
    for action in ("stop_transmission", "remove"):
        for target, stage in (("user", "delivery"), ("content", "input"), ("model", "delivery")):
            other = {"moderation_target": target, "moderation_stage": stage}
            _tell(p, producer, "moderation.action", p.at + SECOND, **about, **other, action=action)
    failed = {"remediation_kind": "ruleset_update", "remediation_state": "failed", "retention_class": "MOD"}
    _tell(p, producer, "model.remediation", p.at + HOUR, case_id=case, **failed)
    for number, state in enumerate(("draft", "rejected")):
        for suffix in ("illegal", "user"):
            told = report(p.teller, producer, f"c-{p.name}-{suffix}", p.at + HOUR + number, report_state=state)
            p.tell(told)
    for suffix in ("illegal", "user"):
        p.expect("ROW-22", f"c-{p.name}-{suffix}", "rejected")
    p.tell(report(p.teller, producer, f"c-{p.name}-other", p.at + HOUR))
    moves = {
        "accepted": p.at + 1,
        "processing": p.at + 2,
        "decided_upheld": p.at + 3,
        "referred_to_authority": p.at + 4,
    }
    p.tell(complaint(p.teller, producer, f"c-{p.name}-complaint", moves))
    p.tell(rights_request(p.teller, producer, f"c-{p.name}-rights", {"processing": p.at + 1, "done": p.at + 2}))
    p.tell(
        rights_request(p.teller, producer, f"c-{p.name}-complaint", {"received": p.at, "feedback_sent": p.at + _DAY})
    )
    p.tell(complaint(p.teller, producer, f"c-{p.name}-rights", {"received": p.at, "feedback_sent": p.at + _DAY}))


def _policies(p: Plot, who: Cast) -> None:
    at = p.at - HOUR
    for kind in ("label_policy", "user_agreement", "minors_protection"):
        p.tell(p.teller.policy(who.bare, at, kind, 9, "days"))
    for kind, value, unit in (("rights_sla", 9, "days"), ("complaint_sla", None, "days"), ("complaint_sla", 9, "")):
        p.tell(p.teller.policy(who.bare, at, kind, value, unit))
    for kind in ("service_scope_notice", "complaint_sla"):
        p.tell(p.teller.policy(who.closed, at, kind, 9, "days"))
    declared = {"service_scope": "public_mainland", "valid_from": at, "retention_class": "REG"}
    for producer in (who.bare, who.closed):
        _tell(p, producer, "policy.published", at, **declared, policy_kind="label_policy", effective_from=at)
    p.tell(p.teller.agreement(who.good, at, f"s-{p.name}-else"))
    new = {"subject_ref": f"s-{p.name}-new", "accepted_at": at, "has_label_clause": True}
    _tell(p, who.good, "policy.published", at, **new, policy_kind="label_policy", retention_class="REG")
    asked = {"request_id": f"r-{p.name}-counted-2", "modality": ["text"], "finish": "refused"}
    _tell(p, who.counted, "output.generated", p.at, **asked)
    for retained, action in (("MOD", "held"), ("OPS", "dropped"), ("OPS", "released")):
        done = {"applied_class": retained, "applied_action": action, "rows_applied": 1, "cutoff": p.at - 300 * _DAY}
        _tell(p, who.good, "retention.applied", p.at, **done, newest_at=p.at - 300 * _DAY, retention_class="REG")


@plant("near_miss")
def canary(p: Plot) -> None:
    """The canary breaches every duty all day long: it belongs to the log, not to a service."""
    own = Plot(p.teller, p.name, f"{p.tenant}-{p.name}", p.at)
    who = cast(own)
    for producer in (who.good, who.bare, who.closed, who.counted):
        producer.kind = replace(producer.kind, service_id="tracemark-canary")
    breaches(own, who, ALL)
    spoilt_at_once(own)
    for event in own.finish():
        event["service_id"] = "tracemark-canary"
    p.tell(own.events)


@plant("near_miss")
def labels_of_every_carrier_and_state(p: Plot) -> None:
    """Each state in which a label stands, each carrier that people can see, each place of a sound; several labels share a video."""
    image, voice, video = p.producer("svc-image"), p.producer("svc-voice"), p.producer("svc-video")
    for state in ("verified", "preserved", "rewritten_by_platform"):
        p.request(image, implicit={"label_state": state}, explicit={"label_state": state})
    for carrier in ("text_prompt", "generic_symbol", "voice_prompt", "audio_rhythm", "interface_notice"):
        p.request(voice, explicit={"label_carrier": carrier})
    for place in ("start", "middle", "interface"):
        p.request(voice, explicit={"label_positions": [place]})
    for first, second in (("opening_frame", "player_surround"), ("player_surround", "opening_frame")):
        request = p.request(video, explicit={"label_positions": [first]})
        _label(p, video, request.content_id, ["video"], [second])


@plant("near_miss")
def mixed_content(p: Plot) -> None:
    """A picture with a text and a sound, labelled part by part; a scene in its opening frame; other content anywhere."""
    producer = p.producer("svc-image")
    mixed = p.request(producer, output={"modality": ["text", "image", "audio"]}, without=["explicit"])
    for parts, places in ((["text", "audio"], ["end"]), (["image"], ["in_image"]), (["other"], ["other"])):
        _label(p, producer, mixed.content_id, parts, places)
    for modality, place in (("virtual_scene", "opening_frame"), ("other", "other")):
        p.request(producer, output={"modality": [modality]}, explicit={"label_positions": [place]})


@plant("violation")
def half_labelled(p: Plot) -> None:
    """One part of a mixed content is labelled; a sound around its text, a scene only while it runs, a video around its player."""
    producer = p.producer("svc-image")
    for modality, places in (
        (["text", "image"], ["in_image"]),
        (["text", "image"], ["end"]),
        (["image", "audio"], ["in_image"]),
        (["image", "video"], ["in_image", "opening_frame"]),
        (["audio"], ["around_text"]),
        (["virtual_scene"], ["during_service"]),
        (["video"], ["player_surround"]),
        (["text"], []),
        (["other"], None),
    ):
        fields: dict[str, Any] = (
            {"without": ["explicit"]} if places is None else {"explicit": {"label_positions": places}}
        )
        request = p.request(producer, output={"modality": modality}, **fields)
        p.expect("INV-2", request.content_id, "no_explicit_label" if places is None else "wrong_position")


def _label(p: Plot, producer: Producer, content: str, modality: list[str], places: list[str]) -> None:
    given = {"label_kind": "explicit", "label_carrier": "graphic_mark", "label_state": "applied"}
    measured = {"height_ratio": 0.05, "label_duration_ms": 2000}
    at = p.at + SECOND
    _tell(
        p,
        producer,
        "label.applied",
        at,
        content_id=content,
        modality=modality,
        label_positions=places,
        **given,
        **measured,
    )


@plant("violation")
def stopped_half_way(p: Plot) -> None:
    """A generation that was stopped has made something: it is labelled and reviewed; one that was left half-way is reviewed."""
    producer = p.producer("svc-image")
    stopped = p.request(producer, finish="stopped", without=["explicit", "implicit", "review_output"])
    left = p.request(producer, finish="partial", without=["explicit", "implicit", "review_output", "delivery"])
    p.expect("INV-1", stopped.content_id, "no_implicit_label")
    p.expect("INV-2", stopped.content_id, "no_explicit_label")
    for request in (stopped, left):
        p.expect("ROW-8", request.content_id, "output_not_reviewed")


@plant("violation")
def several_outputs(p: Plot) -> None:
    """Of three outputs of one request the second has neither labels nor a verdict, and was handed over all the same."""
    producer = p.producer("svc-image")
    first = p.request(producer)
    bare = ["explicit", "implicit", "review_output"]
    for number, without in ((1, bare), (2, [])):
        ids = {"request_id": first.request_id, "content_id": f"{first.content_id}-{number}"}
        output = {**ids, "output_index": number}
        verdicts = {"review_input", *without}
        lost = {"explicit_verdict": "missing", "implicit_verdict": "missing"} if without else {}
        own = {"explicit": ids, "implicit": ids, "delivery": {**ids, **lost}, "readback": ids}
        told = p.request(producer, output=output, without=[*verdicts, "review_output"], **own)
        if not without:
            given = {
                "moderation_target": "content",
                "moderation_stage": "output",
                "action": "pass",
                "detector": "human",
            }
            _tell(p, producer, "moderation.action", p.at + SECOND, **ids, **given, retention_class="MOD")
            p.expect("ROW-8", told.request_id, "input_not_reviewed")
            continue
        p.expect("ROW-8", told.request_id, "input_not_reviewed")
        for duty, reason in (
            ("INV-1", "no_implicit_label"),
            ("INV-2", "no_explicit_label"),
            ("INV-3", "no_explicit_label"),
        ):
            p.expect(duty, ids["content_id"], reason)
        p.expect("ROW-14", ids["content_id"], "no_implicit_label")
        p.expect("ROW-8", ids["content_id"], "output_not_reviewed")


@plant("violation")
def ladder_without_a_first_step(p: Plot) -> None:
    """A restriction of somebody of whom nothing is known, and one of nobody, each without a reason; a lift between is no step."""
    producer = p.producer()
    for number, subject in enumerate((f"s-{p.name}", "")):
        case = f"c-{p.name}-{number}"
        p.tell(measure(p.teller, producer, case, p.at, subject, action="restrict_function", reason_codes=[]))
        p.tell(report(p.teller, producer, case, p.at + HOUR))
        p.expect("INV-7", case, "jump_without_reason")


@plant("near_miss")
def pending_to_the_last(p: Plot) -> None:
    """Everything is due at the very instant that is asked for: nobody is late yet."""
    producer, at = p.producer(), micros(AS_OF)
    p.tell(measure(p.teller, producer, f"c-{p.name}-1", at - _DAY, f"s-{p.name}"))
    p.tell(complaint(p.teller, producer, f"c-{p.name}-2", {"received": at - 48 * HOUR}, kind="data_security"))
    p.tell(rights_request(p.teller, producer, f"c-{p.name}-3", {"received": at - 15 * _DAY}))
    none: dict[str, int | None] = {"remediate": None}
    p.tell(illegal_content(p.teller, producer, f"c-{p.name}-4", at - 5 * _DAY, f"o-{p.name}", steps=none))


@plant("violation")
def overdue_by_a_microsecond(p: Plot) -> None:
    """Everything was due a microsecond before the instant that is asked for."""
    producer, at = p.producer(), micros(AS_OF) - 1
    p.tell(measure(p.teller, producer, f"c-{p.name}-1", at - _DAY, f"s-{p.name}"))
    p.tell(complaint(p.teller, producer, f"c-{p.name}-2", {"received": at - 48 * HOUR}, kind="data_security"))
    p.tell(rights_request(p.teller, producer, f"c-{p.name}-3", {"received": at - 15 * _DAY}))
    none: dict[str, int | None] = {"remediate": None}
    p.tell(illegal_content(p.teller, producer, f"c-{p.name}-4", at - 5 * _DAY, f"o-{p.name}", steps=none))
    for number, duty, reason in ((1, "INV-7", "not_reported"), (2, "INV-8", "overdue"), (3, "INV-9", "overdue")):
        p.expect(duty, f"c-{p.name}-{number}", reason)
    p.expect("INV-6", f"c-{p.name}-4", "no_remediate")
