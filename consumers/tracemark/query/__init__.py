"""Questions about stored events: trace a text, a file, a request, a case, an event or a user to its whole chain."""

from tracemark.query.answer import Question, Remark, TraceAnswer
from tracemark.query.candidates import TokenCandidate
from tracemark.query.chain import Chain, Match
from tracemark.query.errors import InvalidQuestion, QueryError
from tracemark.query.events import ChainEvent
from tracemark.query.integrity import Integrity, verify_row
from tracemark.query.reader import Reader
from tracemark.query.trace import (
    Limits,
    trace_case,
    trace_content,
    trace_event,
    trace_produce_id,
    trace_request,
    trace_subject,
    trace_tokens,
)

__all__ = [
    "Chain",
    "ChainEvent",
    "Integrity",
    "InvalidQuestion",
    "Limits",
    "Match",
    "QueryError",
    "Question",
    "Reader",
    "Remark",
    "TokenCandidate",
    "TraceAnswer",
    "trace_case",
    "trace_content",
    "trace_event",
    "trace_produce_id",
    "trace_request",
    "trace_subject",
    "trace_tokens",
    "verify_row",
]
