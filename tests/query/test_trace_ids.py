"""Chains found by the ids that events carry."""

from support.stored import StoredEvents
from tracemark.query import Reader, trace_request


def test_request_gives_the_chain_in_time_order(reader: Reader, story: StoredEvents) -> None:
    """A request's chain runs from its prompt over its outputs and labels to moderation, whatever order it was stored in."""
    story.tell("moderation.action", at=9, content_id="c-1", case_id="k-1", action="remove", reason_codes=["violence"])
    story.tell("label.applied", at=3, request_id="r-1", content_id="c-1")
    story.tell("output.generated", at=2, request_id="r-1", content_id="c-1", model_id="m-1", model_version="7")
    story.tell("prompt.received", at=1, request_id="r-1")
    story.tell("prompt.received", at=1, request_id="r-2")
    story.save()
    answer = trace_request(reader, "r-1")
    assert [event.event_type for event in answer.chains[0].events] == [
        "prompt.received",
        "output.generated",
        "label.applied",
        "moderation.action",
    ]
    assert answer.total == 1
    assert answer.total_is_exact
