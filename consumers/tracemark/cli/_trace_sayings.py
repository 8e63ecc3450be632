"""What one event of a trace says, in a few words.

A type without words of its own is told by its codes, so that a new one is never silent.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracemark.query import ChainEvent

__all__ = ["STEPS", "listed", "said", "seconds"]

STEPS: Mapping[str, str] = {
    "prompt.received": "prompt",
    "output.generated": "output",
    "label.applied": "label",
    "label.verified": "label check",
    "content.delivered": "delivery",
    "unlabelled.granted": "waiver",
    "moderation.action": "moderation",
    "complaint.transition": "complaint",
    "rights_request.transition": "request",
    "authority.report": "report",
    "model.remediation": "remedy",
    "producer.session": "session",
}
"""Short names of event types."""


def said(event: ChainEvent) -> Iterator[str]:
    """The words of an event, without the ids of what it is about."""
    return _SAYINGS.get(event.event_type, _anything)(event)


def _prompt(event: ChainEvent) -> Iterator[str]:
    told = event.details
    return _named(listed(told.get("modality", ())), told.get("language"), _length(told))


def _output(event: ChainEvent) -> Iterator[str]:
    told = event.details
    return _named(
        listed(told.get("modality", ())), told.get("language"), told.get("finish"), _length(told), _took(told)
    )


def _label(event: ChainEvent) -> Iterator[str]:
    told = event.details
    at, carrier = listed(told.get("label_positions", ())), told.get("label_carrier", "")
    return _named(told.get("label_kind"), f"{carrier} at {at}" if at else carrier, told.get("label_state"))


def _moderation(event: ChainEvent) -> Iterator[str]:
    told = event.details
    action, target = told.get("action", ""), told.get("moderation_target", "content")
    by = f"by {told['detector']}" if "detector" in told else ""
    return _named(action if target == "content" else f"{action} {target}", listed(told.get("reason_codes", ())), by)


def _delivery(event: ChainEvent) -> Iterator[str]:
    told = event.details
    verdicts = (f"{kind} {told[name]}" for kind, name in _VERDICTS.items() if name in told)
    return _named(told.get("delivery_channel"), *verdicts)


def _anything(event: ChainEvent) -> Iterator[str]:
    """For event types that have no line of their own: their codes, as they are."""
    return (f"{name} {value}" for name, value in event.details.items() if isinstance(value, str))


def _complaint(event: ChainEvent) -> Iterator[str]:
    told = event.details
    return _named(
        told.get("complaint_kind"), told.get("complaint_state"), told.get("decision_code"), _by_way(told), _owner(told)
    )


def _request(event: ChainEvent) -> Iterator[str]:
    told = event.details
    return _named(told.get("rights_kind"), told.get("rights_state"), told.get("refusal_code"), _owner(told))


def _report(event: ChainEvent) -> Iterator[str]:
    told = event.details
    receipt = f"receipt {told['receipt_ref']}" if "receipt_ref" in told else ""
    return _named(f"to {told.get('authority', 'an authority')}", told.get("report_state"), receipt)


def _remedy(event: ChainEvent) -> Iterator[str]:
    told = event.details
    return _named(told.get("remediation_kind"), told.get("remediation_state"), told.get("ruleset_version"))


def _by_way(told: Any) -> str:
    return f"via {told['complaint_channel']}" if "complaint_channel" in told else ""


def _owner(told: Any) -> str:
    return f"with {told['owner_role']}" if "owner_role" in told else ""


_VERDICTS = {"explicit label": "explicit_verdict", "implicit label": "implicit_verdict"}
_SAYINGS = {
    "prompt.received": _prompt,
    "output.generated": _output,
    "label.applied": _label,
    "label.verified": _label,
    "content.delivered": _delivery,
    "moderation.action": _moderation,
    "complaint.transition": _complaint,
    "rights_request.transition": _request,
    "authority.report": _report,
    "model.remediation": _remedy,
}


def _named(*values: Any) -> Iterator[str]:
    return (str(value) for value in values if value)


def _length(told: Any) -> str:
    _, _, span = told.get("length_bucket", "").partition("_")
    return f"{span.replace('_up', '+').replace('_', '-')} characters" if span else ""


def _took(told: Any) -> str:
    return f"in {seconds(told['generation_ms'] / 1000)}" if "generation_ms" in told else ""


def seconds(seconds: float) -> str:
    if abs(seconds) < 120:  # noqa: PLR2004 - two minutes are still read well in seconds
        return f"{seconds:.3f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def listed(values: Iterable[str], most: int = 5) -> str:
    all_ = list(values)
    return ", ".join(all_[:most]) + (f" and {len(all_) - most} more" if len(all_) > most else "")
