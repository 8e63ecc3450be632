"""The state of a content's labels, as far as events tell it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracemark.query.events import ChainEvent, iso

__all__ = ["LabelFact", "LabelSummary", "summarise_labels"]

_WAIVED = "waived_by_grant"
_ABOUT_LABELS = frozenset({"label.applied", "label.verified"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFact:
    """What was last recorded about the labels of one kind.

    Attributes:
        state: `applied`, `verified`, `missing`, …
        carriers: Everything that carries such a label, in order of first mention.
        positions: Where it stands, likewise.
        at: When the last of these was recorded.
    """

    state: str
    carriers: tuple[str, ...]
    positions: tuple[str, ...]
    at: datetime

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "state": self.state,
            "carriers": list(self.carriers),
            "positions": list(self.positions),
            "at": iso(self.at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSummary:
    """The labels of one content.

    Attributes:
        content_id: The content.
        duty_basis: Labelling duty that its output event names, or empty when that event is not here.
        explicit: The label that people see; None when none was recorded.
        implicit: The label that machines read; None when none was recorded.
        waived_at: When the explicit label was waived by a grant (Labelling Measures art. 9), which never waives the
            implicit one; None when it was not.
    """

    content_id: str
    duty_basis: str
    explicit: LabelFact | None
    implicit: LabelFact | None
    waived_at: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "content_id": self.content_id,
            "duty_basis": self.duty_basis,
            "explicit": self.explicit.to_dict() if self.explicit else None,
            "implicit": self.implicit.to_dict() if self.implicit else None,
            "waived_at": iso(self.waived_at) if self.waived_at else None,
        }


def summarise_labels(events: Sequence[ChainEvent], content_ids: Iterable[str]) -> tuple[LabelSummary, ...]:
    """One summary per content, from events in time order."""
    return tuple(_summary(content_id, [e for e in events if e.content_id == content_id]) for content_id in content_ids)


def _summary(content_id: str, events: Sequence[ChainEvent]) -> LabelSummary:
    # Only with a state: a row that was tampered with, or of a newer schema, may lack what its type requires.
    labels = [e for e in events if e.event_type in _ABOUT_LABELS and "label_state" in e.details]
    waivers = [e for e in labels if e.details["label_state"] == _WAIVED]
    waivers += [e for e in events if e.event_type == "unlabelled.granted"]
    outputs = [e for e in events if e.event_type == "output.generated"]
    return LabelSummary(
        content_id=content_id,
        duty_basis=outputs[-1].details.get("duty_basis", "") if outputs else "",
        explicit=_fact(labels, "explicit"),
        implicit=_fact(labels, "implicit"),
        waived_at=max((e.occurred_at for e in waivers), default=None),
    )


def _fact(labels: Sequence[ChainEvent], kind: str) -> LabelFact | None:
    found = [e for e in labels if e.details.get("label_kind") == kind and e.details["label_state"] != _WAIVED]
    if not found:
        return None
    positions = (position for e in found for position in e.details.get("label_positions", ()))
    return LabelFact(
        state=found[-1].details["label_state"],
        carriers=tuple(dict.fromkeys(e.details["label_carrier"] for e in found if "label_carrier" in e.details)),
        positions=tuple(dict.fromkeys(positions)),
        at=found[-1].occurred_at,
    )
