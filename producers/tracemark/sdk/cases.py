"""What a service and its staff do about contents and users: moderation, complaints, requests, grants, reports.

Each method makes one typed event and emits it; the cases they belong to are joined by `case_id`.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime

from tracemark.schemas import Event, InvalidEvent
from tracemark.schemas.events import (
    Appeal,
    AudienceClass,
    AuthorityReport,
    ComplaintChannel,
    ComplaintKind,
    ComplaintState,
    ComplaintTransition,
    Detector,
    ModelRemediation,
    ModerationAction,
    ModerationActionKind,
    ModerationStage,
    ModerationTarget,
    ReasonCode,
    RemediationKind,
    RemediationState,
    ReportState,
    RightsKind,
    RightsRequestTransition,
    RightsState,
    UnlabelledGranted,
)
from tracemark.sdk.arguments import among, needed, several
from tracemark.sdk.digests import Content
from tracemark.sdk.progress import Receipt
from tracemark.sdk.times import as_microseconds

__all__ = ["CaseRecorder"]

When = datetime | int | None
"""An aware datetime, or microseconds since 1970."""

_PEOPLE = frozenset({"human", "user_report", "authority_order"})
_ACTIONS_ON_USERS = frozenset(
    {"warn", "restrict_function", "suspend_service", "terminate_service", "close_account", "lift"}
)
_ACTIONS_ON_MODELS = frozenset({"model_optimisation_training", "ruleset_update"})


class CaseRecorder(ABC):
    """The part of `AuditClient` that records cases.

    Every method returns a receipt and raises `InvalidEvent` for an argument that breaks the schema, or that it cannot do
    without; nothing is recorded then.
    Those that record measures, grants or reports are critical: the event is on disk when they return, or they raise
    `AuditNotDurable`, and may be called again with its `event_id`. `tenant` names your customer, instead of the configured one.
    """

    @abstractmethod
    def emit(
        self,
        event: Event,
        *,
        user: str | None = None,
        recipient: str | None = None,
        accessor: str | None = None,
        content: Content | None = None,
        tenant: str | None = None,
        audience_class: AudienceClass | None = None,
        event_id: str | None = None,
    ) -> Receipt:
        """Record any event; see `AuditClient.emit`."""

    def moderation(
        self,
        *,
        action: ModerationActionKind,
        detector: Detector,
        reason: ReasonCode | Sequence[ReasonCode] = (),
        content_id: str | None = None,
        request_id: str | None = None,
        case_id: str | None = None,
        user: str | None = None,
        target: ModerationTarget | None = None,
        stage: ModerationStage = "output",
        detected_at: When = None,
        confidence: float | None = None,
        detector_version: str | None = None,
        detector_categories: str | Sequence[str] = (),
        ruleset_version: str | None = None,
        basis_law: str | None = None,
        basis_contract: str | None = None,
        measure_seconds: int | None = None,
        appeal: Appeal | None = None,
        explanation_ref: str | None = None,
        tenant: str | None = None,
        event_id: str | None = None,
    ) -> Receipt:
        """Record a verdict (`action="pass"`) or a measure against a content, user, model or link.

        Measures are critical, verdicts are not. `detected_at` is when the violation was found (an aware datetime, or
        microseconds since 1970); the time of the call is when it was acted on. It says what it is about: a content, a
        request, a case or a user; only what is done to the model itself needs none of them.
        """
        target = _target(action, content_id, user) if target is None else target
        if content_id is None and request_id is None and case_id is None and user is None:
            _refuse_nothing(target)
        event = ModerationAction(
            moderation_target=target,
            moderation_stage=stage,
            action=action,
            reason_codes=several("reason", reason),
            detector=detector,
            detector_version=detector_version,
            detector_categories=several("detector_categories", detector_categories),
            ruleset_version=ruleset_version,
            confidence=confidence,
            automated=not among(detector, _PEOPLE),
            detected_at=as_microseconds("detected_at", detected_at),
            basis_law=basis_law,
            basis_contract=basis_contract,
            measure_seconds=measure_seconds,
            appeal=appeal,
            explanation_ref=explanation_ref,
            content_id=content_id,
            request_id=request_id,
            case_id=case_id,
        )
        return self.emit(event, user=user, tenant=tenant, event_id=event_id)

    def complaint(
        self,
        *,
        case_id: str,
        kind: ComplaintKind,
        state: ComplaintState,
        owner_role: str,
        channel: ComplaintChannel | None = None,
        user: str | None = None,
        content_id: str | None = None,
        due_at: When = None,
        feedback_sent_at: When = None,
        decision_code: str | None = None,
        tenant: str | None = None,
    ) -> Receipt:
        """Record that a complaint or report entered a state (Interim Measures art. 15).

        `due_at` is fixed at receipt, from the time limit that was published then; `owner_role` says which role is
        responsible, never who.
        """
        needed(case_id=case_id, owner_role=owner_role)
        event = ComplaintTransition(
            complaint_kind=kind,
            complaint_state=state,
            complaint_channel=channel,
            due_at=as_microseconds("due_at", due_at),
            feedback_sent_at=as_microseconds("feedback_sent_at", feedback_sent_at),
            owner_role=owner_role,
            decision_code=decision_code,
            case_id=case_id,
            content_id=content_id,
        )
        return self.emit(event, user=user, tenant=tenant)

    def rights_request(
        self,
        *,
        case_id: str,
        kind: RightsKind,
        state: RightsState,
        owner_role: str,
        user: str | None = None,
        due_at: When = None,
        feedback_sent_at: When = None,
        refusal_code: str | None = None,
        retained_basis: str | None = None,
        restricted_until: When = None,
        tenant: str | None = None,
    ) -> Receipt:
        """Record that a request about personal data entered a state (Interim Measures art. 11; PIPL art. 44-50).

        `due_at` is fixed at receipt; a refusal has a `refusal_code`.
        """
        needed(case_id=case_id, owner_role=owner_role)
        if among(state, ("refused",)) and refusal_code is None:
            raise InvalidEvent("refusal_code", "is missing", "pass the code of the reason: a refusal has one")
        event = RightsRequestTransition(
            rights_kind=kind,
            rights_state=state,
            due_at=as_microseconds("due_at", due_at),
            feedback_sent_at=as_microseconds("feedback_sent_at", feedback_sent_at),
            refusal_code=refusal_code,
            retained_basis=retained_basis,
            restricted_until=as_microseconds("restricted_until", restricted_until),
            owner_role=owner_role,
            case_id=case_id,
        )
        return self.emit(event, user=user, tenant=tenant)

    def grant_unlabelled(
        self,
        *,
        grant_id: str,
        content_id: str,
        recipient: str,
        requested_at: datetime | int,
        agreement_version: str,
        duty_clause_digest: bytes,
        expires_at: When = None,
        user: str | None = None,
        tenant: str | None = None,
        event_id: str | None = None,
    ) -> Receipt:
        """Record that a user may have a content without an explicit label (Labelling Measures art. 9).

        The three conditions are arguments: the request, the agreement whose clause (`duty_clause_digest`, SHA-256 of the
        published text) spells out the user's duties, and the recipient. Hand nothing over if this raises.
        """
        needed(
            content_id=content_id,
            recipient=recipient,
            requested_at=requested_at,
            agreement_version=agreement_version,
            duty_clause_digest=duty_clause_digest,
        )
        event = UnlabelledGranted(
            grant_id=grant_id,
            requested_at=as_microseconds("requested_at", requested_at),
            agreement_version=agreement_version,
            duty_clause_digest=duty_clause_digest,
            expires_at=as_microseconds("expires_at", expires_at),
            content_id=content_id,
        )
        return self.emit(event, user=user, recipient=recipient, tenant=tenant, event_id=event_id)

    def authority_report(
        self,
        *,
        case_id: str,
        authority: str,
        state: ReportState,
        reason: ReasonCode | Sequence[ReasonCode] = (),
        sent_at: When = None,
        receipt_ref: str | None = None,
        tenant: str | None = None,
        event_id: str | None = None,
    ) -> Receipt:
        """Record a report to an authority (Interim Measures art. 14)."""
        needed(case_id=case_id)
        event = AuthorityReport(
            authority=authority,
            report_state=state,
            sent_at=as_microseconds("sent_at", sent_at),
            receipt_ref=receipt_ref,
            reason_codes=several("reason", reason),
            case_id=case_id,
        )
        return self.emit(event, tenant=tenant, event_id=event_id)

    def remediation(
        self,
        *,
        case_id: str,
        kind: RemediationKind,
        state: RemediationState,
        reason: ReasonCode | Sequence[ReasonCode] = (),
        completed_at: When = None,
        remediation_ref: str | None = None,
        ruleset_version: str | None = None,
        model_id: str | None = None,
        model_version: str | None = None,
        tenant: str | None = None,
    ) -> Receipt:
        """Record what was done to the model or its guards after illegal content (Interim Measures art. 14)."""
        needed(case_id=case_id)
        event = ModelRemediation(
            remediation_kind=kind,
            remediation_state=state,
            completed_at=as_microseconds("completed_at", completed_at),
            remediation_ref=remediation_ref,
            ruleset_version=ruleset_version,
            reason_codes=several("reason", reason),
            case_id=case_id,
            model_id=model_id,
            model_version=model_version,
        )
        return self.emit(event, tenant=tenant)


def _target(action: str, content_id: str | None, user: str | None) -> ModerationTarget:
    if among(action, _ACTIONS_ON_USERS) or (content_id is None and user is not None):
        return "user"
    return "model" if among(action, _ACTIONS_ON_MODELS) else "content"


def _refuse_nothing(target: object) -> None:
    if not among(target, ("model",)):
        raise InvalidEvent("content_id", "is missing", "pass what it is about: content_id, request_id, case_id or user")
