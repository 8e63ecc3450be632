"""What is known about one request while it is being served, and what is told about it afterwards."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from tracemark.store.embedded.connection import Result
from tracemark.store.embedded.errors import EmbeddedError, QueryFailed
from tracemark.store.embedded.registry import ActiveRequest
from tracemark.store.embedded.replies import new_tag
from tracemark.store.embedded.request import QueryRequest

__all__ = ["Exchange", "QueryAudit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAudit:
    """Who asked what kind of thing, and how it ended. Never the text, never a parameter."""

    user: str
    client: str
    """What the client calls itself (`User-Agent`), cut after 256 characters."""
    query_id: str
    kind: str
    """The statement's first word; empty when it did not come so far."""
    duration_s: float
    rows: int
    """Rows sent, or rows written."""
    ok: bool


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request on its way through. Used by the request's thread alone."""

    request: QueryRequest
    active: ActiveRequest
    headers: dict[str, str]
    version: str
    """The engine's version, for error texts."""
    client: str = ""
    stack: ExitStack = field(default_factory=ExitStack)
    """Everything the request holds; closed when its answer needs none of it any more."""
    tag: str = field(default_factory=new_tag)
    totals: Result = field(default_factory=Result)
    """The engine's counters so far."""
    kind: str = ""
    ok: bool = True

    def counted(self, blocks: Iterator[Result]) -> Iterator[bytes]:
        """The bytes of `blocks`, whose counters are added up on the way.

        Raises:
            QueryFailed: the engine's error, or 394 when the request was killed: a killed stream may just end, and what was
                killed is never passed off as complete.
        """
        for block in blocks:
            self.totals += block
            if block.data:
                yield block.data
        self.active.raise_if_killed()

    def failed(self, error: EmbeddedError) -> QueryFailed:
        """Note the failure, and give the error in the form a client is told."""
        self.ok = False
        found = error if isinstance(error, QueryFailed) else QueryFailed(1001, "STD_EXCEPTION", str(error))
        found.version = self.version
        return found

    def audit(self, duration_s: float) -> QueryAudit:
        """What may be recorded about it."""
        return QueryAudit(
            user=self.request.user.name,
            client=self.client,
            query_id=self.request.query_id,
            kind=self.kind,
            duration_s=duration_s,
            rows=self.totals.written_rows or self.totals.rows,
            ok=self.ok and not self.active.killed,
        )
