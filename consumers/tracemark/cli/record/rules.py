"""What an event must say beyond its schema when a person records it: who is responsible, and why.

Each rule names the fields of which one must be there, when, and the reason for asking. A service that emits events knows its own
cases; a person who writes one down afterwards is asked while the answer is still known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tracemark.query.obligations.calendar import LONGEST, Unit
from tracemark.schemas import InvalidEvent

__all__ = ["RULES", "Missing", "Rule", "always_wanted", "check_limit", "missing_by_rule"]

Said = Mapping[str, Any]
"""What was said so far: values by field, ids of people by `user`, `recipient`, `accessor`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One of `needs` must be said when `when` holds."""

    event_type: str
    needs: tuple[str, ...]
    why: str
    when: Callable[[Said], bool] | None = None
    """Always, when there is no condition."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that is wanted, others that would do as well, and why."""

    field: str
    others: tuple[str, ...]
    why: str


def _is(field: str, *values: str) -> Callable[[Said], bool]:
    return lambda said: said.get(field) in values


_COMPLAINT: Final = "complaint.transition"
_RIGHTS: Final = "rights_request.transition"
_MODERATION: Final = "moderation.action"
_GRANT: Final = "unlabelled.granted"
_REPORT: Final = "authority.report"
_REMEDIATION: Final = "model.remediation"
_DECLARED: Final = "service.declared"
_AGREEMENT: Final = "agreement.accepted"
_ACCESS: Final = "audit.accessed"
_OWNER: Final = "the role that is responsible, never a name"
_CASE: Final = "the case that it belongs to"
_REVERSALS: Final = ("restore", "lift")
_LADDER: Final = ("warn", "restrict_function", "suspend_service", "terminate_service", "close_account")


def _is_measure(said: Said) -> bool:
    return "action" in said and said["action"] not in (*_REVERSALS, "pass")  # a tuple: a file may say anything there


RULES: Final[tuple[Rule, ...]] = (
    Rule(_COMPLAINT, ("case_id",), _CASE),
    Rule(_COMPLAINT, ("owner_role",), _OWNER),
    Rule(
        _COMPLAINT,
        ("decision_code",),
        "a decision has a reason (Interim Measures art. 15)",
        _is("complaint_state", "not_accepted", "decided_upheld", "decided_partly", "decided_rejected"),
    ),
    Rule(_COMPLAINT, ("feedback_sent_at",), "when it was fed back", _is("complaint_state", "feedback_sent")),
    Rule(_RIGHTS, ("case_id",), _CASE),
    Rule(_RIGHTS, ("owner_role",), _OWNER),
    Rule(_RIGHTS, ("refusal_code",), "a refusal has a reason", _is("rights_state", "refused")),
    Rule(
        _RIGHTS,
        ("refusal_code", "retained_basis"),
        "what was not done has a reason",
        _is("rights_state", "partly"),
    ),
    Rule(
        _RIGHTS, ("retained_basis",), "what is kept has a basis (PIPL art. 47)", _is("rights_state", "restricted_until")
    ),
    Rule(_RIGHTS, ("restricted_until",), "until when it is only stored", _is("rights_state", "restricted_until")),
    Rule(_RIGHTS, ("feedback_sent_at",), "when it was fed back", _is("rights_state", "feedback_sent")),
    Rule(_MODERATION, ("reason_codes",), "a measure has a reason (Interim Measures art. 4, 14)", _is_measure),
    Rule(
        _MODERATION,
        ("reason_codes", "appeal"),
        "a measure is taken back for a reason, or after an appeal",
        _is("action", *_REVERSALS),
    ),
    Rule(_MODERATION, ("basis_law",), "legal basis of a measure against a user", _is("action", *_LADDER)),
    Rule(_MODERATION, ("basis_contract",), "clause of the user agreement behind it", _is("action", *_LADDER)),
    Rule(_MODERATION, ("user",), "whom it is about", _is("moderation_target", "user")),
    Rule(_MODERATION, ("content_id", "request_id"), "what it is about", _is("moderation_target", "content")),
    Rule(_GRANT, ("content_id",), "the content granted"),
    Rule(_GRANT, ("recipient",), "whom it is handed to (Labelling Measures art. 9)"),
    Rule(_GRANT, ("requested_at",), "when the user asked for it (Labelling Measures art. 9)"),
    Rule(_GRANT, ("agreement_version",), "the agreement that names the user's duties (Labelling Measures art. 9)"),
    Rule(_GRANT, ("duty_clause_digest",), "the clause of it (Labelling Measures art. 9)"),
    Rule(_REPORT, ("case_id",), _CASE),
    Rule(_REPORT, ("reason_codes",), "what is reported"),
    Rule(_REPORT, ("sent_at",), "when it was sent", _is("report_state", "sent")),
    Rule(_REPORT, ("receipt_ref",), "the authority's receipt", _is("report_state", "acknowledged")),
    Rule(_REMEDIATION, ("case_id",), _CASE),
    Rule(_REMEDIATION, ("reason_codes",), "what it is meant to stop"),
    Rule(_REMEDIATION, ("completed_at",), "when it was completed", _is("remediation_state", "completed")),
    Rule(_DECLARED, ("service_scope",), "the scope that is declared (Interim Measures art. 2)"),
    Rule(_DECLARED, ("owner_role",), _OWNER),
    Rule(_DECLARED, ("reason_code",), "why the scope is what it is"),
    Rule(
        "policy.published",
        ("limit_value",),
        "the published time limit",
        _is("policy_kind", "complaint_sla", "rights_sla", "moderation_targets"),
    ),
    Rule("policy.published", ("limit_unit",), "its unit", lambda said: "limit_value" in said),
    Rule("policy.published", ("policy_version",), "the version that is published"),
    Rule("policy.published", ("policy_digest",), "which text was published"),
    Rule(_AGREEMENT, ("user",), "who accepted it"),
    Rule(_AGREEMENT, ("agreement_version",), "which version was accepted"),
    Rule(_AGREEMENT, ("agreement_digest",), "which text was accepted"),
    Rule(_ACCESS, ("accessor",), "who read"),
    Rule(_ACCESS, ("access_purpose",), "why, as a code"),
)


def always_wanted(event_type: str) -> frozenset[str]:
    """Fields that every event of a type must have."""
    return frozenset(
        rule.needs[0] for rule in RULES if rule.event_type == event_type and rule.when is None and len(rule.needs) == 1
    )


def check_limit(value: int | None, unit: Unit | None) -> None:
    """Refuse a time limit that nobody means, before every duty that goes by it loses its evidence. Raises `InvalidEvent`."""
    if value is not None and unit is not None and not 0 <= value <= LONGEST[unit]:
        remedy = f"pass 0 to {LONGEST[unit]} {unit}, about ten years, or another unit"
        raise InvalidEvent("limit_value", f"is out of range for {unit}", remedy)


def missing_by_rule(event_type: str, said: Said) -> list[Missing]:
    """What the rules still want."""
    wanted = [rule for rule in RULES if rule.event_type == event_type and (rule.when is None or rule.when(said))]
    return [
        Missing(rule.needs[0], rule.needs[1:], rule.why)
        for rule in wanted
        if not any(said.get(name) not in (None, "", [], ()) for name in rule.needs)
    ]
