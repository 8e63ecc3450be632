"""What a trace answers, in values that the terminal and `--json` share."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

from tracemark.query.chain import Chain
from tracemark.query.events import iso

__all__ = ["JSON_VERSION", "Question", "QuestionKind", "Remark", "TraceAnswer"]

JSON_VERSION = 1
"""Version of the JSON document; fields may be added within a version, none changes its meaning."""

QuestionKind = Literal["text", "file", "produce_id", "request", "content", "case", "event", "user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked, without anything personal: neither the text nor the user is here.

    Attributes:
        kind: Where the trace started.
        id: The request, content, case, event or ProduceID asked for; empty for texts, files and users.
        since: Only what was received since then was looked at; None for everything.
        tokens: How many tokens or pseudonyms were looked for.
    """

    kind: QuestionKind
    id: str = ""
    since: datetime | None = None
    tokens: int = 0

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "kind": self.kind,
            "id": self.id,
            "since": iso(self.since) if self.since else None,
            "tokens": self.tokens,
        }


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about an answer: a stable code, and a sentence with the remedy."""

    code: str
    text: str

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"code": self.code, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceAnswer:
    """The chains found.

    Attributes:
        question: What was asked.
        chains: At most as many as were asked for; for texts and files the surest match and then the oldest first, for
            everything else the newest first.
        total: How many there are.
        total_is_exact: False when there are so many that `total` counts some of them more than once.
        reasons: What to consider when nothing was found.
        warnings: Why the answer may be incomplete.
    """

    question: Question
    chains: tuple[Chain, ...]
    total: int
    total_is_exact: bool = True
    reasons: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()

    @property
    def found(self) -> bool:
        """Whether there is any chain."""
        return bool(self.chains)

    @property
    def more(self) -> int:
        """How many chains were not shown."""
        return self.total - len(self.chains)

    def with_remarks(self, *, reasons: Iterable[Remark] = (), warnings: Iterable[Remark] = ()) -> Self:
        """The same answer with more to know about it."""
        return replace(self, reasons=(*self.reasons, *reasons), warnings=(*self.warnings, *warnings))

    def to_dict(self) -> dict[str, Any]:
        """For `--json`; `trace.schema.json` describes it."""
        return {
            "version": JSON_VERSION,
            "question": self.question.to_dict(),
            "found": self.found,
            "total": self.total,
            "total_is_exact": self.total_is_exact,
            "shown": len(self.chains),
            "chains": [chain.to_dict() for chain in self.chains],
            "reasons": [reason.to_dict() for reason in self.reasons],
            "warnings": [warning.to_dict() for warning in self.warnings],
        }
