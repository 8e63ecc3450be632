"""A chain: everything recorded about one generation, in the order in which it happened."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracemark.query.candidates import TokenForm
from tracemark.query.events import ChainEvent, iso
from tracemark.query.integrity import Integrity
from tracemark.query.labels import LabelSummary, summarise_labels
from tracemark.query.moderation import Case, summarise_cases

__all__ = ["Chain", "ChainSource", "Match", "Model", "build_chain"]

_HANDED_OVER = frozenset({"label.applied", "label.verified", "content.delivered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How a text or file was recognised.

    Attributes:
        form: `exact` or `loose`.
        variant: What was done to the text before: `as_given`, or the name of a variant such as `label_cut`.
        key_id: Key that made the token: purpose, epoch, check digits.
        event_type: What holds the token: a prompt, an output, or the form that was handed over with its label.
    """

    form: TokenForm
    variant: str
    key_id: str
    event_type: str

    @property
    def delivered(self) -> bool:
        """Whether the form handed over was recognised, and not the output as generated."""
        return self.event_type in _HANDED_OVER

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "form": self.form,
            "variant": self.variant,
            "key_id": self.key_id,
            "event_type": self.event_type,
            "delivered": self.delivered,
        }


@dataclass(frozen=True, slots=True)
class Model:
    """A model that took part."""

    model_id: str
    model_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSource:
    """What a chain is made of.

    Attributes:
        request_id: The generation, or empty when the events name none.
        events: In any order, without repeats.
        matched: How it was recognised, the surest first.
        other_contents: By case, contents of other chains.
        events_left_out: How many events the bound kept away, as far as known.
    """

    request_id: str
    events: Sequence[ChainEvent]
    matched: Sequence[Match]
    other_contents: Mapping[str, tuple[str, ...]]
    events_left_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Prompt, outputs, labels and moderation of one generation.

    Attributes:
        request_id: The generation; empty when its events name none.
        content_ids: Its contents, in order of first mention.
        services: Who recorded it.
        tenants: For whom; more than one means that producers share ids, or that an id was reused.
        models: The models that took part.
        subjects: Pseudonyms of the users concerned.
        labels: Label state by content.
        cases: Moderation, by case.
        erased_by: Orders that erased personal fields of it.
        integrity: How many events have which verdict.
        related_request_ids: Other generations that its contents or cases appear in: named, not followed.
        matched: How it was recognised, the surest first; empty when it was asked for by id.
        events: In time order.
        events_left_out: Whether there are more events than the bound lets in.
    """

    request_id: str
    content_ids: tuple[str, ...]
    services: tuple[str, ...]
    tenants: tuple[str, ...]
    models: tuple[Model, ...]
    subjects: tuple[str, ...]
    labels: tuple[LabelSummary, ...]
    cases: tuple[Case, ...]
    erased_by: tuple[str, ...]
    integrity: Mapping[Integrity, int]
    related_request_ids: tuple[str, ...]
    matched: tuple[Match, ...]
    events: tuple[ChainEvent, ...]
    events_left_out: bool

    def to_dict(self) -> dict[str, Any]:
        """For `--json`; `trace.schema.json` describes it."""
        return {
            "request_id": self.request_id,
            "content_ids": list(self.content_ids),
            "services": list(self.services),
            "tenants": list(self.tenants),
            "models": [{"model_id": m.model_id, "model_version": m.model_version} for m in self.models],
            "subjects": list(self.subjects),
            "first_at": iso(self.events[0].occurred_at),
            "last_at": iso(self.events[-1].occurred_at),
            "matched": [match.to_dict() for match in self.matched],
            "labels": [label.to_dict() for label in self.labels],
            "cases": [case.to_dict() for case in self.cases],
            "erased_by": list(self.erased_by),
            "integrity": dict(self.integrity),
            "related_request_ids": list(self.related_request_ids),
            "events_left_out": self.events_left_out,
            "events": [event.to_dict() for event in self.events],
        }


def build_chain(source: ChainSource) -> Chain:
    """Order and summarise; there is at least one event."""
    events = tuple(sorted(source.events, key=lambda event: event.order))
    contents = _distinct(event.content_id for event in events)
    requests = _distinct(event.request_id for event in events)
    return Chain(
        request_id=source.request_id,
        content_ids=contents,
        services=_distinct(event.service_id for event in events),
        tenants=_distinct(event.tenant_id for event in events),
        models=tuple(dict.fromkeys(Model(e.model_id, e.model_version) for e in events if e.model_id)),
        subjects=_distinct(event.subject_ref for event in events),
        labels=summarise_labels(events, contents),
        cases=summarise_cases(events, source.other_contents),
        erased_by=_distinct(event.erased_by for event in events),
        integrity=dict(Counter(event.integrity for event in events)),
        related_request_ids=tuple(r for r in requests if r != source.request_id),
        matched=tuple(source.matched),
        events=events,
        events_left_out=source.events_left_out,
    )


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
