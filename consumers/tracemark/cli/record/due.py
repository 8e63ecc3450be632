"""When an answer is due: by the time limit that was published and in force when a complaint or request came in."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tracemark.cli.errors import CommandError
from tracemark.cli.output import note
from tracemark.cli.record.draft import Draft
from tracemark.query.obligations.calendar import load_calendar
from tracemark.query.reader import Reader
from tracemark.sdk.times import as_microseconds

__all__ = ["LIMITS", "Limit", "set_due"]


@dataclass(frozen=True, slots=True)
class Limit:
    """Which published limit an event type goes by: the policy's kind, and the fields of the case's kind and state."""

    policy_kind: str
    kind: str
    state: str


LIMITS: Final[Mapping[str, Limit]] = {
    "complaint.transition": Limit("complaint_sla", "complaint_kind", "complaint_state"),
    "rights_request.transition": Limit("rights_sla", "rights_kind", "rights_state"),
}

_CALENDAR: Final = "cn"
"""The regime whose working days and time zone count; the obligations use the same."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# A limit for this kind wins over the general one, and the latest in force over those before, as in the obligations.
_IN_FORCE: Final = """
SELECT limit_value, toString(limit_unit) AS limit_unit FROM events_records
WHERE event_type = 'policy.published' AND policy_kind = {policy_kind:String}
    AND tenant_id = {tenant:String} AND service_id = {service:String} AND applies_to IN ('', {kind:String})
    AND limit_value IS NOT NULL AND limit_unit != '' AND greatest(effective_from, occurred_at) <= {now:DateTime64(6, 'UTC')}
ORDER BY applies_to != '' DESC, greatest(effective_from, occurred_at) DESC LIMIT 1
"""


def set_due(drafts: Iterable[Draft], store: Reader, now_us: int) -> None:
    """Set `due_at` of every case that is received now.

    Raises:
        CommandError: It was said already, the case is not received now, no limit is in force, or it cannot be recorded anyway.
        InvalidEvent: A value breaks the schema.
        StoreError: The store cannot be asked.
    """
    now = _EPOCH + timedelta(microseconds=now_us)
    for draft in drafts:
        with draft.named():
            draft.complete()
        _set_due(draft, store, now)


def _set_due(draft: Draft, store: Reader, now: datetime) -> None:
    limit = LIMITS.get(draft.event_type)
    if limit is None or draft.values.get(limit.state) != "received" or "due_at" in draft.values:
        raise CommandError(
            draft.about("--due-from-policy is for what is received now and has no due_at; leave one of them out")
        )
    rows = store.query(_IN_FORCE, _asked(draft, limit, now))
    if not rows:
        raise CommandError(
            draft.about(
                f"no {limit.policy_kind} is in force for this service: record the published one with `tracemark record "
                "policy`, or pass --due-at"
            )
        )
    calendar = load_calendar(_CALENDAR)
    due = calendar.due(now, int(rows[0]["limit_value"]), rows[0]["limit_unit"])
    draft.values["due_at"] = as_microseconds("due_at", due)
    note(f"due at {due.astimezone(calendar.zone).isoformat(timespec='minutes')} ({calendar.note(now, due)['en']})")


def _asked(draft: Draft, limit: Limit, now: datetime) -> dict[str, Any]:
    environ = os.environ
    return {
        "policy_kind": limit.policy_kind,
        "tenant": draft.envelope.get("tenant")
        or draft.session.get("tenant_id")
        or environ.get("TRACEMARK_TENANT_ID")
        or "default",
        "service": draft.session.get("service_id") or environ.get("TRACEMARK_SERVICE_ID", ""),
        "kind": draft.values.get(limit.kind, ""),
        "now": now,
    }
