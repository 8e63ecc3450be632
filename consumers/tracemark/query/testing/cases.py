"""Cases in good order: illegal content, measures against users, complaints, requests about personal information, grants."""

from collections.abc import Iterator
from typing import Any

from tracemark.query.testing.rows import Event
from tracemark.query.testing.teller import DIGEST, HOUR, SECOND, Producer, Teller

__all__ = ["complaint", "grant", "illegal_content", "measure", "report", "rights_request"]


def illegal_content(
    teller: Teller, producer: Producer, case: str, at: int, content: str, *, steps: dict[str, int | None] | None = None
) -> Iterator[Event]:
    """Found by a person and stopped, removed, reported, remediated; `steps` overrides a step's delay, None leaves it out."""
    delays: dict[str, int | None] = {"stop": 60 * SECOND, "remove": HOUR, "report": 20 * HOUR, "remediate": 72 * HOUR}
    delays |= steps or {}
    done = {name: at + delay for name, delay in delays.items() if delay is not None}
    found: dict[str, Any] = {
        "case_id": case,
        "content_id": content,
        "moderation_target": "content",
        "moderation_stage": "delivery",
    }
    found |= {"detector": "human", "reason_codes": ["violence"], "detected_at": at, "retention_class": "MOD"}
    # Found even when nothing follows: flagged, which is neither a stop nor a removal.
    yield teller.event(producer, "moderation.action", at + SECOND, **found, action="label_then_continue")
    if "stop" in done:
        yield teller.event(producer, "moderation.action", done["stop"], **found, action="stop_transmission")
    if "remove" in done:
        yield teller.event(producer, "moderation.action", done["remove"], **found, action="remove")
    if "report" in done:
        yield report(teller, producer, case, done["report"])
    if "remediate" in done:
        fields = {"remediation_kind": "ruleset_update", "remediation_state": "completed", "retention_class": "MOD"}
        yield teller.event(producer, "model.remediation", done["remediate"], case_id=case, **fields)


def report(teller: Teller, producer: Producer, case: str, at: int, **fields: Any) -> Event:
    """A report to an authority that was acknowledged."""
    given = {"authority": "cac-local", "report_state": "acknowledged", "sent_at": at, "receipt_ref": "receipt-1"}
    given |= {"case_id": case, "retention_class": "MOD"}
    return teller.event(producer, "authority.report", at, **{**given, **fields})


def measure(teller: Teller, producer: Producer, case: str, at: int, subject: str, **fields: Any) -> Event:
    """A warning to a user, with everything it needs but the report."""
    given: dict[str, Any] = {
        "case_id": case,
        "subject_ref": subject,
        "moderation_target": "user",
        "moderation_stage": "input",
    }
    given |= {"action": "warn", "detector": "human", "reason_codes": ["violence"], "automated": False}
    given |= {"basis_law": "IM-14-2", "basis_contract": "ua-3-7", "explanation_ref": "x-1", "retention_class": "ENF"}
    return teller.event(producer, "moderation.action", at, **{**given, **fields})


def complaint(
    teller: Teller, producer: Producer, case: str, moves: dict[str, int], kind: str = "complaint", **fields: Any
) -> Iterator[Event]:
    """A complaint's transitions, state to instant; a state may carry a number to come twice: `received`, `reopened`."""
    for state, at in moves.items():
        given = {"case_id": case, "complaint_kind": kind, "complaint_state": state, "complaint_channel": "in_app"}
        given |= {"owner_role": "care", "retention_class": "CASE", **fields}
        yield teller.event(producer, "complaint.transition", at, **given)


def rights_request(
    teller: Teller, producer: Producer, case: str, moves: dict[str, int], kind: str = "delete", **fields: Any
) -> Iterator[Event]:
    """The transitions of a request about personal information, state to instant."""
    for state, at in moves.items():
        given = {"case_id": case, "rights_kind": kind, "rights_state": state, "owner_role": "privacy"}
        yield teller.event(producer, "rights_request.transition", at, **{**given, "retention_class": "CASE", **fields})


def grant(  # noqa: PLR0917 - who, what, when, for what, to whom: read in this order
    teller: Teller, producer: Producer, grant_id: str, at: int, content: str, to: str, **fields: Any
) -> Event:
    """An unlabelled grant that meets all three conditions."""
    given: dict[str, Any] = {"grant_id": grant_id, "content_id": content, "recipient_ref": to, "subject_ref": to}
    given |= {"requested_at": at - 60 * SECOND, "agreement_version": "ua-3", "duty_clause_digest": DIGEST}
    return teller.event(producer, "unlabelled.granted", at, **{**given, "retention_class": "UNLAB", **fields})
