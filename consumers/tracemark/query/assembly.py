"""From anchors to whole chains: which events belong together, in a fixed number of steps.

A chain is a request with every content it generated, everything recorded about those contents, and the cases that they
are part of. Two bounds keep it finite: a case's other contents are named and not followed, and neither are other requests
that mention a content.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tracemark.query.candidates import CandidateSet
from tracemark.query.chain import Chain, ChainSource, Match, build_chain
from tracemark.query.events import ChainEvent, read_event
from tracemark.query.lookup import Anchor, Link, LinkColumn, find_links, home_requests, load_events
from tracemark.query.reader import Reader

__all__ = ["ChainKey", "Plan", "load_chains", "plan_chains"]

_COLUMNS: Mapping[str, LinkColumn] = {
    "request": "request_id",
    "content": "content_id",
    "case": "case_id",
    "event": "event_id",
}
_NAMED = 50
"""Other contents of a case that are named; a case may hold thousands."""


@dataclass(frozen=True, slots=True)
class ChainKey:
    """What a chain hangs on: its request, else its content, its case, or a single event."""

    kind: Literal["request", "content", "case", "event"]
    id: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A chain to be loaded.

    Attributes:
        key: What it hangs on.
        anchors: How it was found.
    """

    key: ChainKey
    anchors: tuple[Anchor, ...]

    @property
    def content_ids(self) -> frozenset[str]:
        """Contents that the anchors name."""
        return frozenset(anchor.content_id for anchor in self.anchors if anchor.content_id)

    @property
    def first_at(self) -> datetime:
        """When the earliest event found happened."""
        return min(anchor.first_at for anchor in self.anchors)

    @property
    def last_at(self) -> datetime:
        """When the latest one did."""
        return max(anchor.last_at for anchor in self.anchors)


def plan_chains(reader: Reader, anchors: Sequence[Anchor]) -> list[Plan]:
    """One plan per chain, in order of first appearance. One round trip when any anchor names a content."""
    homes = home_requests(reader, {a.content_id for a in anchors if a.content_id})
    grouped: dict[ChainKey, list[Anchor]] = {}
    for anchor in anchors:
        grouped.setdefault(_key(anchor, homes), []).append(anchor)
    followed = {a.case_id for key, group in grouped.items() if key.kind != "case" for a in group}
    # The events of a case that name no content come with the chains of its contents.
    keys = [key for key in grouped if not (key.kind == "case" and key.id in followed)]
    return [Plan(key, tuple(grouped[key])) for key in keys]


def load_chains(reader: Reader, plans: Sequence[Plan], candidates: CandidateSet, max_events: int) -> tuple[Chain, ...]:
    """Everything that belongs to these chains: first the ids alone, step by step, then the whole events at once."""
    shelf = _Shelf(reader, max_events)
    for kind, column in _COLUMNS.items():
        shelf.load(column, {plan.key.id for plan in plans if plan.key.kind == kind})
    shelf.load("content_id", shelf.ids("content_id") | {c for plan in plans for c in plan.content_ids})
    shelf.load("case_id", shelf.ids("case_id"))
    drafts = [draft for plan in plans if (draft := _draft(shelf, plan)).links]
    events: dict[str, list[ChainEvent]] = {}
    for row in load_events(reader, {link for draft in drafts for link in draft.links}):
        events.setdefault(str(row["event_id"]), []).append(read_event(row))
    # What retention has deleted between the two steps is gone.
    left = (draft for draft in drafts if any(link.event_id in events for link in draft.links))
    return tuple(_chain(draft, events, candidates) for draft in left)


def _key(anchor: Anchor, homes: Mapping[str, str]) -> ChainKey:
    request_id = homes.get(anchor.content_id) or anchor.request_id
    if request_id:
        return ChainKey("request", request_id)
    if anchor.content_id:
        return ChainKey("content", anchor.content_id)
    return ChainKey("case", anchor.case_id) if anchor.case_id else ChainKey("event", anchor.lone_id)


@dataclass(slots=True)
class _Shelf:
    """Events, as links, by each of their ids."""

    reader: Reader
    max_events: int
    by: dict[LinkColumn, dict[str, list[Link]]] = field(default_factory=dict)
    cut: set[tuple[LinkColumn, str]] = field(default_factory=set)

    def load(self, column: LinkColumn, ids: Iterable[str]) -> None:
        """Find the events with these ids that were not looked for yet."""
        shelves = self.by.setdefault(column, {})
        wanted = {each for each in ids if each and each not in shelves}
        if not wanted:
            return
        shelves.update((each, []) for each in wanted)
        for link in find_links(self.reader, column, wanted, self.max_events + 1):
            each = getattr(link, column)
            if len(shelves[each]) == self.max_events:
                self.cut.add((column, each))
            else:
                shelves[each].append(link)

    def ids(self, column: Literal["content_id", "case_id"]) -> set[str]:
        """Ids of this kind among all events found so far."""
        return {
            getattr(link, column) for shelves in self.by.values() for links in shelves.values() for link in links
        } - {""}

    def of(self, column: LinkColumn, each: str) -> list[Link]:
        """The events with this id."""
        return self.by.get(column, {}).get(each, [])


@dataclass(frozen=True, slots=True)
class _Draft:
    """A chain whose events are known by their ids."""

    plan: Plan
    links: frozenset[Link]
    other_contents: Mapping[str, tuple[str, ...]]
    is_cut: bool


def _draft(shelf: _Shelf, plan: Plan) -> _Draft:
    own = _COLUMNS[plan.key.kind]
    links = set(shelf.of(own, plan.key.id))
    contents = {link.content_id for link in links if link.content_id} | plan.content_ids
    if plan.key.kind != "case":
        links.update(link for content in contents for link in shelf.of("content_id", content))
    cases = {link.case_id for link in links if link.case_id}
    others: dict[str, tuple[str, ...]] = {}
    for case in cases:
        about = shelf.of("case_id", case)
        links.update(link for link in about if not link.content_id and link.request_id in {"", plan.key.id})
        others[case] = tuple(sorted({link.content_id for link in about} - contents - {""}))[:_NAMED]
    used = {(own, plan.key.id), *(("content_id", c) for c in contents), *(("case_id", c) for c in cases)}
    return _Draft(plan, frozenset(links), others, not used.isdisjoint(shelf.cut))


def _chain(draft: _Draft, events: Mapping[str, Sequence[ChainEvent]], candidates: CandidateSet) -> Chain:
    ids = {link.event_id for link in draft.links}
    return build_chain(
        ChainSource(
            request_id=draft.plan.key.id if draft.plan.key.kind == "request" else "",
            events=[event for each in ids for event in events.get(each, ())],
            matched=_matches(draft.plan, candidates),
            other_contents=draft.other_contents,
            events_left_out=draft.is_cut,
        )
    )


def _matches(plan: Plan, candidates: CandidateSet) -> tuple[Match, ...]:
    """How the chain was recognised, the surest first."""
    hits = {(candidates.find(hit.form, hit.token), hit.event_type) for anchor in plan.anchors for hit in anchor.hits}
    ordered = sorted(hits, key=lambda hit: (candidates.rank(hit[0]), hit[1], hit[0].key_id))
    return tuple(
        Match(form=found.form, variant=found.variant, key_id=found.key_id, event_type=event_type)
        for found, event_type in ordered
    )
