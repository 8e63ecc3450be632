"""From a text, a file, a request, a content, a case, an event or a user to everything recorded about it.

    answer = trace_request(store, "r-17")
    for event in answer.chains[0].events:
        print(event.occurred_at, event.event_type, event.service_id)

Every question takes a handful of round trips, whatever it finds, and is bounded on every side.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tracemark.query.answer import Question, TraceAnswer
from tracemark.query.assembly import Plan, load_chains, plan_chains
from tracemark.query.candidates import CandidateSet, TokenCandidate
from tracemark.query.errors import InvalidQuestion
from tracemark.query.lookup import AnchorPage, FindColumn, find_anchors, find_tokens
from tracemark.query.reader import Reader

__all__ = [
    "DEFAULT_LIMITS",
    "Limits",
    "trace_case",
    "trace_content",
    "trace_event",
    "trace_produce_id",
    "trace_request",
    "trace_subject",
    "trace_tokens",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much an answer may hold.

    Attributes:
        chains: Chains shown.
        events_per_id: Events read for each request, content or case.
        anchors: Distinct (request, content, case) looked at before chains are counted.
    """

    chains: int = 20
    events_per_id: int = 1000
    anchors: int = 1000

    def __post_init__(self) -> None:
        """Refuse bounds that bound nothing."""
        for name in ("chains", "events_per_id", "anchors"):
            if not 1 <= getattr(self, name) <= 100_000:  # noqa: PLR2004 - what fits into memory
                raise InvalidQuestion(f"{name}: out of range; pass 1 to 100000")


DEFAULT_LIMITS = Limits()

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NO_TOKENS = CandidateSet(())
_NO_PAGE = AnchorPage((), 0)


def trace_tokens(
    reader: Reader,
    candidates: Iterable[TokenCandidate],
    *,
    kind: Literal["text", "file"] = "text",
    since: datetime | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> TraceAnswer:
    """The chains in which one of these tokens was recorded, the surest match and then the oldest first.

    Args:
        reader: The store.
        candidates: Computed on the asking side, the likeliest variant first; none for a blank text.
        kind: What they were made of.
        since: Look only at what was received since then.
        limits: How much to answer.
    """
    wanted = CandidateSet(candidates)
    page = find_tokens(reader, wanted, since, limits.anchors) if len(wanted) else _NO_PAGE
    search = _Search(reader, Question(kind=kind, since=since, tokens=len(wanted)), page, limits)
    return search.answer(lambda plan: (_rank(plan, wanted), plan.first_at), wanted=wanted)


def trace_request(
    reader: Reader, request_id: str, *, since: datetime | None = None, limits: Limits = DEFAULT_LIMITS
) -> TraceAnswer:
    """The chain of a request."""
    return _trace_id(reader, "request_id", Question(kind="request", id=request_id, since=since), limits)


def trace_content(
    reader: Reader, content_id: str, *, since: datetime | None = None, limits: Limits = DEFAULT_LIMITS
) -> TraceAnswer:
    """The chain that a content is part of."""
    return _trace_id(reader, "content_id", Question(kind="content", id=content_id, since=since), limits)


def trace_case(
    reader: Reader, case_id: str, *, since: datetime | None = None, limits: Limits = DEFAULT_LIMITS
) -> TraceAnswer:
    """The chains of every content that a case is about, the newest first."""
    return _trace_id(reader, "case_id", Question(kind="case", id=case_id, since=since), limits)


def trace_event(
    reader: Reader, event_id: str, *, since: datetime | None = None, limits: Limits = DEFAULT_LIMITS
) -> TraceAnswer:
    """The chain that an event is part of; the event alone when it names no request, content or case."""
    if event_id and not _UUID.fullmatch(event_id):
        raise InvalidQuestion("event_id: is no UUID; pass the id as a report, a receipt or the store shows it")
    return _trace_id(reader, "event_id", Question(kind="event", id=event_id, since=since), limits)


def trace_produce_id(
    reader: Reader, produce_id: str, *, since: datetime | None = None, limits: Limits = DEFAULT_LIMITS
) -> TraceAnswer:
    """The chains of files labelled with this ProduceID (GB 45438-2025, Annex E), the newest first."""
    return _trace_id(reader, "aigc_produce_id", Question(kind="produce_id", id=produce_id, since=since), limits)


def trace_subject(
    reader: Reader, subject_refs: Iterable[str], *, since: datetime | None = None, limits: Limits = DEFAULT_LIMITS
) -> TraceAnswer:
    """The chains that concern a user, the newest first.

    Args:
        reader: The store.
        subject_refs: The user's pseudonym in each tenant, computed on the asking side.
        since: Look only at what was received since then.
        limits: How much to answer.
    """
    refs = {ref for ref in subject_refs if ref}
    page = find_anchors(reader, "subject_ref", refs, since, limits.anchors) if refs else _NO_PAGE
    return _Search(reader, Question(kind="user", since=since, tokens=len(refs)), page, limits).newest_first()


def _trace_id(reader: Reader, column: FindColumn, question: Question, limits: Limits) -> TraceAnswer:
    if not question.id:
        raise InvalidQuestion(f"{column}: is empty; pass the id to look for")
    page = find_anchors(reader, column, [question.id], question.since, limits.anchors)
    return _Search(reader, question, page, limits).newest_first()


@dataclass(frozen=True, slots=True)
class _Search:
    """What was asked, and where it was found."""

    reader: Reader
    question: Question
    page: AnchorPage
    limits: Limits

    def newest_first(self) -> TraceAnswer:
        return self.answer(lambda plan: plan.last_at, reverse=True)

    def answer(
        self, order: Callable[[Plan], Any], *, reverse: bool = False, wanted: CandidateSet = _NO_TOKENS
    ) -> TraceAnswer:
        """Follow the first chains in this order to their ends."""
        plans = sorted(plan_chains(self.reader, self.page.anchors), key=order, reverse=reverse)
        chains = load_chains(self.reader, plans[: self.limits.chains], wanted, self.limits.events_per_id)
        return TraceAnswer(
            question=self.question,
            chains=chains,
            total=len(plans) + self.page.left_out,
            total_is_exact=self.page.left_out == 0,
        )


def _rank(plan: Plan, wanted: CandidateSet) -> tuple[int, bool]:
    return min(wanted.rank(wanted.find(hit.form, hit.token)) for anchor in plan.anchors for hit in anchor.hits)
