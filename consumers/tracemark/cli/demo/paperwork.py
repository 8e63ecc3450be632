"""What a provider puts on record beside its traffic: declarations, notices, limits, agreements, and a complaint seen through."""

import time
from hashlib import sha256
from typing import Any, Final

from tracemark.cli.demo.world import TENANTS
from tracemark.schemas.events import (
    AgreementAccepted,
    ComplaintState,
    PolicyKind,
    PolicyPublished,
    ServiceDeclared,
)
from tracemark.sdk import AuditClient

__all__ = ["DETECTOR_VERSION", "RULESET", "Paperwork"]

DETECTOR_VERSION: Final = "guard-3"
RULESET: Final = "rules-2026-10"

_AGREEMENT: Final = "agreement-4"
_DAY_US: Final = 86_400_000_000
_LIMITS: Final[tuple[tuple[PolicyKind, dict[str, Any]], ...]] = (
    ("service_scope_notice", {}),
    ("complaint_sla", {"limit_value": 15, "limit_unit": "working_days"}),
)
_ON_THE_WAY: Final[tuple[ComplaintState, ...]] = ("received", "accepted", "processing", "decided_upheld")


class Paperwork:
    """Of one service."""

    def __init__(self, audit: AuditClient) -> None:
        self._audit = audit
        self._members: set[tuple[str, str]] = set()

    def open(self) -> None:
        """Declare the service and publish its notice and its time limit, for every customer it serves."""
        now_us = _now_us()
        for tenant in TENANTS:
            declared = ServiceDeclared(valid_from=now_us, service_origin="cn", owner_role="compliance-office")
            self._audit.emit(declared, tenant=tenant)
            for kind, limit in _LIMITS:
                policy = PolicyPublished(policy_kind=kind, effective_from=now_us, policy_version="p-7", **limit)
                self._audit.emit(policy, tenant=tenant)

    def welcome(self, user: str, tenant: str) -> None:
        """Have the agreement accepted, before a user's first prompt."""
        if (user, tenant) in self._members:
            return
        self._members.add((user, tenant))
        accepted = AgreementAccepted(
            agreement_version=_AGREEMENT,
            agreement_digest=sha256(_AGREEMENT.encode()).digest(),
            has_label_clause=True,
            accepted_at=_now_us(),
        )
        self._audit.emit(accepted, user=user, tenant=tenant)

    def see_through(self, case_id: str, content_id: str, tenant: str) -> None:
        """A reader's complaint, from receipt to the answer; the authority is told, and the rules learn from it."""
        now_us = _now_us()
        given: dict[str, Any] = {
            "case_id": f"complaint-{case_id}",
            "kind": "public_report",
            "owner_role": "trust-and-safety",
        }
        for state in _ON_THE_WAY:
            due_at = now_us + 21 * _DAY_US if state == "received" else None
            self._audit.complaint(
                state=state, channel="in_app", content_id=content_id, due_at=due_at, tenant=tenant, **given
            )
        self._audit.complaint(state="feedback_sent", feedback_sent_at=_now_us(), tenant=tenant, **given)
        self._audit.complaint(state="closed", tenant=tenant, **given)
        self._audit.authority_report(
            case_id=case_id,
            authority="local-cac",
            state="acknowledged",
            sent_at=_now_us(),
            receipt_ref="R-1",
            tenant=tenant,
        )
        self._audit.remediation(
            case_id=case_id,
            kind="ruleset_update",
            state="completed",
            completed_at=_now_us(),
            ruleset_version=RULESET,
            tenant=tenant,
        )


def _now_us() -> int:
    return time.time_ns() // 1000
