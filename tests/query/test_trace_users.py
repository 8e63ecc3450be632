"""Chains found by a user's pseudonym."""

from support.stored import StoredEvents
from tracemark.query import Limits, Reader, trace_subject

USER = "ab" * 16


def test_user_gives_their_chains_the_newest_first(reader: Reader, story: StoredEvents) -> None:
    """A user's requests and the measures against them are found by their pseudonym in each tenant."""
    story.tell("prompt.received", at=1, request_id="r-1", subject_ref=USER)
    story.tell("prompt.received", at=2, request_id="r-2", subject_ref="cd" * 16)
    story.tell("prompt.received", at=3, request_id="r-3", subject_ref="ef" * 16)
    story.tell("moderation.action", at=9, case_id="k-1", moderation_target="user", action="warn", subject_ref=USER)
    story.save()
    answer = trace_subject(reader, [USER, "ef" * 16])
    assert [chain.request_id for chain in answer.chains] == ["", "r-3", "r-1"]
    assert (answer.question.kind, answer.question.id) == ("user", "")


def test_user_with_ten_thousand_events_is_bounded(reader: Reader, story: StoredEvents) -> None:
    """A heavy user gives a page of chains and a count, not everything."""
    for number in range(10_000):
        story.tell("prompt.received", at=number, request_id=f"r-{number}", subject_ref=USER)
    story.save()
    answer = trace_subject(reader, [USER], limits=Limits(chains=3))
    assert [chain.request_id for chain in answer.chains] == ["r-9999", "r-9998", "r-9997"]
    assert answer.total == 10_000
    assert not answer.total_is_exact


def test_nobody_is_not_everybody(reader: Reader, story: StoredEvents) -> None:
    """Without a pseudonym nothing is found: events without a user are not the answer."""
    story.tell("prompt.received", request_id="r-1")
    story.save()
    assert not trace_subject(reader, []).found
    assert not trace_subject(reader, [""]).found
