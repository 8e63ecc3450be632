"""What the query portion offers to others."""

import tracemark.query


def test_public_names_are_these_and_no_others() -> None:
    """Whatever is not here may change without notice."""
    assert tracemark.query.__all__ == [
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
    assert all(hasattr(tracemark.query, name) for name in tracemark.query.__all__)
