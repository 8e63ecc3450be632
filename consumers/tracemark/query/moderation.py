"""What was found about a chain's contents and users, what was done about it, and how fast."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tracemark.query.events import ChainEvent, iso

__all__ = ["Case", "CaseAction", "Elapsed", "NoEvidence", "summarise_cases"]

NoEvidence = Literal["clock_suspect", "not_recorded", "out_of_order", "not_done"]
"""Why a duration cannot be told.

- `clock_suspect`: a clock it would rest on was wrong.
- `not_recorded`: nobody recorded when it was found.
- `out_of_order`: the action is recorded as older than the finding.
- `not_done`: there was no such action.
"""

REMOVING = frozenset({"remove"})
"""Actions that take a content away."""

STOPPING = frozenset({"refuse", "stop_generation", "stop_transmission", "block", "disconnect_link"}) | REMOVING
"""Actions that end its spread, whether or not it still exists."""

_VERDICT = "pass"


@dataclass(frozen=True, slots=True)
class Elapsed:
    """A duration, or why there is none: exactly one of the two is set."""

    seconds: float | None = None
    no_evidence: NoEvidence | None = None

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"seconds": self.seconds, "no_evidence": self.no_evidence}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAction:
    """One recorded action, and the time from the finding to it."""

    event_id: str
    action: str
    target: str
    at: datetime
    after_finding: Elapsed

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "event_id": self.event_id,
            "action": self.action,
            "target": self.target,
            "at": iso(self.at),
            "after_finding": self.after_finding.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The moderation of one case, or of one content outside any case.

    Attributes:
        case_id: The case; empty for verdicts outside any.
        content_ids: Contents of this chain that it is about.
        other_content_ids: Contents of other chains that it is about: named, not followed.
        detectors: Who or what found it.
        reason_codes: Why, in the terms of the Interim Measures art. 4.
        found_at: Earliest recorded finding by a clock that is not suspect.
        first_action_at: First action other than a verdict `pass`.
        to_stop: From the finding to the first action that ends its spread.
        to_remove: From the finding to its removal.
        actions: Everything done, in time order.
    """

    case_id: str
    content_ids: tuple[str, ...]
    other_content_ids: tuple[str, ...]
    detectors: tuple[str, ...]
    reason_codes: tuple[str, ...]
    found_at: datetime | None
    first_action_at: datetime | None
    to_stop: Elapsed
    to_remove: Elapsed
    actions: tuple[CaseAction, ...]

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "case_id": self.case_id,
            "content_ids": list(self.content_ids),
            "other_content_ids": list(self.other_content_ids),
            "detectors": list(self.detectors),
            "reason_codes": list(self.reason_codes),
            "found_at": iso(self.found_at) if self.found_at else None,
            "first_action_at": iso(self.first_action_at) if self.first_action_at else None,
            "to_stop": self.to_stop.to_dict(),
            "to_remove": self.to_remove.to_dict(),
            "actions": [action.to_dict() for action in self.actions],
        }


def summarise_cases(events: Iterable[ChainEvent], other_contents: Mapping[str, tuple[str, ...]]) -> tuple[Case, ...]:
    """The cases among a chain's events, in time order; `other_contents` by case as far as known."""
    groups: dict[tuple[str, str], list[ChainEvent]] = {}
    for event in events:
        if event.event_type == "moderation.action":
            groups.setdefault((event.case_id, "" if event.case_id else event.content_id), []).append(event)
    return tuple(_case(case_id, group, other_contents.get(case_id, ())) for (case_id, _), group in groups.items())


def _case(case_id: str, events: Sequence[ChainEvent], others: tuple[str, ...]) -> Case:
    measures = [e for e in events if e.details.get("action", _VERDICT) != _VERDICT]
    return Case(
        case_id=case_id,
        content_ids=_distinct(e.content_id for e in events if e.content_id),
        other_content_ids=others,
        detectors=_distinct(e.details["detector"] for e in events if "detector" in e.details),
        reason_codes=_distinct(code for e in events for code in e.details.get("reason_codes", ())),
        found_at=min(_findings(e for e in events if not e.clock_suspect), default=None),
        first_action_at=measures[0].occurred_at if measures else None,
        to_stop=_to_first(events, STOPPING),
        to_remove=_to_first(events, REMOVING),
        actions=tuple(_action(e, events) for e in events),
    )


def _action(event: ChainEvent, case: Sequence[ChainEvent]) -> CaseAction:
    own = event.details.get("detected_at") is not None
    return CaseAction(
        event_id=event.event_id,
        action=event.details.get("action", ""),
        target=event.details.get("moderation_target", ""),
        at=event.occurred_at,
        after_finding=_elapsed([event] if own else case, event),
    )


def _to_first(events: Sequence[ChainEvent], wanted: frozenset[str]) -> Elapsed:
    first = next((e for e in events if e.details.get("action", "") in wanted), None)
    return Elapsed(no_evidence="not_done") if first is None else _elapsed(events, first)


def _elapsed(found_in: Sequence[ChainEvent], action: ChainEvent) -> Elapsed:
    """From the earliest finding to `action`. A suspect clock under any finding spoils it: that one may have been earlier."""
    findings = [e for e in found_in if e.details.get("detected_at") is not None]
    if not findings:
        return Elapsed(no_evidence="not_recorded")
    if action.clock_suspect or any(e.clock_suspect for e in findings):
        return Elapsed(no_evidence="clock_suspect")
    seconds = (action.occurred_at - min(_findings(findings))).total_seconds()
    return Elapsed(seconds) if seconds >= 0 else Elapsed(no_evidence="out_of_order")


def _findings(events: Iterable[ChainEvent]) -> Iterator[datetime]:
    return (e.details["detected_at"] for e in events if e.details.get("detected_at") is not None)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
