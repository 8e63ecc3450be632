"""Chains found by the ids that events carry."""

from typing import Any

import pytest

from support.stored import StoredEvents
from tracemark.query import (
    InvalidQuestion,
    Limits,
    Reader,
    trace_case,
    trace_content,
    trace_event,
    trace_produce_id,
    trace_request,
)

HOSTILE = ["o'brien", 'r"1', "r\\1", "r-1' OR '1'='1", "{ids:Array(String)}", "r\n1", "r-1\0", "请求", "]", "%"]


def tell_chain(story: StoredEvents, number: int, **fields: Any) -> None:
    """A prompt, an output with a label, and its removal in case `k-1`."""
    request, content = f"r-{number}", f"c-{number}"
    story.tell("moderation.action", at=9, content_id=content, case_id="k-1", action="remove", **fields)
    story.tell("label.applied", at=3, request_id=request, content_id=content, **fields)
    story.tell(
        "output.generated", at=2, request_id=request, content_id=content, model_id="m-1", model_version="7", **fields
    )
    story.tell("prompt.received", at=1, request_id=request, subject_ref="a" * 32, **fields)


def test_request_gives_the_chain_in_time_order(reader: Reader, story: StoredEvents) -> None:
    """A request's chain runs from its prompt over outputs and labels to moderation, whatever order it was stored in."""
    tell_chain(story, 1)
    story.tell("prompt.received", request_id="r-2")
    story.save()
    answer = trace_request(reader, "r-1")
    (chain,) = answer.chains
    assert [event.event_type for event in chain.events] == [
        "prompt.received",
        "output.generated",
        "label.applied",
        "moderation.action",
    ]
    assert (answer.total, answer.total_is_exact, answer.more) == (1, True, 0)


def test_chain_says_who(reader: Reader, story: StoredEvents) -> None:
    """A chain names services, tenants, the model with its version, and the user's pseudonym."""
    tell_chain(story, 1, service_id="svc-a", tenant_id="t-a")
    story.save()
    (chain,) = trace_request(reader, "r-1").chains
    assert (chain.services, chain.tenants, chain.subjects) == (("svc-a",), ("t-a",), ("a" * 32,))
    assert [(model.model_id, model.model_version) for model in chain.models] == [("m-1", "7")]


def test_content_leads_to_its_request(reader: Reader, story: StoredEvents) -> None:
    """From an output's id, or from moderation that names nothing else, the whole generation is found."""
    tell_chain(story, 1)
    story.save()
    (chain,) = trace_content(reader, "c-1").chains
    assert chain.request_id == "r-1"
    assert len(chain.events) == 4


def test_content_whose_output_is_not_stored_is_a_chain_of_its_own(reader: Reader, story: StoredEvents) -> None:
    """Moderation of a content that no stored event generated is shown without a request."""
    story.tell("moderation.action", content_id="c-9", case_id="k-9")
    story.save()
    (chain,) = trace_content(reader, "c-9").chains
    assert (chain.request_id, chain.content_ids, len(chain.events)) == ("", ("c-9",), 1)


def test_content_labelled_again_by_another_request_stays_in_its_own_chain(reader: Reader, story: StoredEvents) -> None:
    """A later request that touches an old content is named, and the chain is that of the request that generated it."""
    tell_chain(story, 1)
    story.tell("label.applied", at=50, request_id="r-7", content_id="c-1")
    story.save()
    (chain,) = trace_content(reader, "c-1").chains
    assert chain.request_id == "r-1"
    assert chain.related_request_ids == ("r-7",)
    assert len(chain.events) == 5


def test_case_gives_every_chain_it_is_about_the_newest_first(reader: Reader, story: StoredEvents) -> None:
    """A case over two contents gives two chains; each names the other's content and does not swallow it."""
    tell_chain(story, 1)
    story.tell("moderation.action", at=20, content_id="c-2", case_id="k-1", action="block")
    story.tell("output.generated", at=10, request_id="r-2", content_id="c-2")
    story.tell("moderation.action", at=30, case_id="k-1", moderation_target="user", action="warn")
    story.save()
    newest, oldest = trace_case(reader, "k-1").chains
    assert (newest.request_id, oldest.request_id) == ("r-2", "r-1")
    assert newest.cases[0].other_content_ids == ("c-1",)
    assert oldest.content_ids == ("c-1",)
    assert [action.action for action in oldest.cases[0].actions] == ["remove", "warn"]


def test_case_without_content_is_a_chain_of_its_own(reader: Reader, story: StoredEvents) -> None:
    """A sanction against a user, in a case that names no content, is found by its case."""
    story.tell("moderation.action", case_id="k-5", moderation_target="user", action="suspend_service")
    story.save()
    (chain,) = trace_case(reader, "k-5").chains
    assert (chain.request_id, chain.content_ids) == ("", ())
    assert chain.cases[0].actions[0].target == "user"


def test_produce_id_leads_to_the_chain(reader: Reader, story: StoredEvents) -> None:
    """A ProduceID read from a file's metadata finds the chain of the content it was written for."""
    story.tell("output.generated", request_id="r-1", content_id="c-1")
    story.tell("label.applied", at=1, content_id="c-1", label_kind="implicit", aigc_produce_id="P/1")
    story.save()
    (chain,) = trace_produce_id(reader, "P/1").chains
    assert chain.request_id == "r-1"


def test_event_leads_to_the_chain_it_is_part_of(reader: Reader, story: StoredEvents) -> None:
    """Any event of a chain leads to the whole of it; one that names no request, content or case is shown alone."""
    tell_chain(story, 1)
    story.tell("service.declared", at=5)
    story.save()
    (chain,) = trace_request(reader, "r-1").chains
    for event in chain.events:
        (found,) = trace_event(reader, event.event_id).chains
        assert [each.event_id for each in found.events] == [each.event_id for each in chain.events]
    (declared,) = reader.query("SELECT event_id FROM events WHERE event_type = 'service.declared'")
    (alone,) = trace_event(reader, str(declared["event_id"])).chains
    assert [event.event_type for event in alone.events] == ["service.declared"]


@pytest.mark.parametrize("value", ["c-1", "0190f3a2", "0190f3a2-7c1e-7b3a-9d54-3f6a1c2b4d5e'"])
def test_an_event_id_that_is_none_is_refused(reader: Reader, value: str) -> None:
    """What is no UUID is refused by name and not repeated; a UUID that no event carries is not found."""
    with pytest.raises(InvalidQuestion, match="event_id: is no UUID") as refused:
        trace_event(reader, value)
    assert value not in str(refused.value)
    assert not trace_event(reader, "0190f3a2-7c1e-7b3a-9d54-3f6a1c2b4d5e").found


def test_unknown_id_is_not_found(reader: Reader, story: StoredEvents) -> None:
    """An id that no event carries gives an answer without chains, not an error."""
    tell_chain(story, 1)
    story.save()
    answer = trace_request(reader, "r-77")
    assert (answer.found, answer.total, answer.chains) == (False, 0, ())


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_id_is_a_value_and_nothing_else(reader: Reader, story: StoredEvents, value: str) -> None:
    """Quotes, backslashes, control characters and SQL in an id neither break the statement nor change its meaning."""
    tell_chain(story, 1)
    story.save()
    assert not trace_request(reader, value).found
    assert not trace_content(reader, value).found
    assert not trace_case(reader, value).found


def test_empty_id_is_refused() -> None:
    """An empty id would match every event that carries none, so it is refused before anything is asked."""

    class Silent:
        def query(self, sql: str, parameters: object = None) -> list[dict[str, object]]:
            raise AssertionError(sql)

    with pytest.raises(InvalidQuestion, match="request_id: is empty"):
        trace_request(Silent(), "")


def test_request_with_too_many_events_is_cut_and_says_so(reader: Reader, story: StoredEvents) -> None:
    """A request that recorded more events than the bound shows its oldest and says that there are more."""
    for number in range(8):
        story.tell("prompt.received", at=number, request_id="r-1", prompt_index=number)
    story.save()
    (chain,) = trace_request(reader, "r-1", limits=Limits(events_per_id=5)).chains
    assert [event.details["prompt_index"] for event in chain.events] == [0, 1, 2, 3, 4]
    assert chain.events_left_out


def test_same_event_stored_twice_is_shown_twice(reader: Reader, story: StoredEvents) -> None:
    """A duplicate in the store is something to see, not to hide."""
    row = story.tell("prompt.received", request_id="r-1")
    story.tell(
        "prompt.received", **{name: row[name] for name in ("request_id", "event_id", "producer_id", "producer_seq")}
    )
    story.save()
    (chain,) = trace_request(reader, "r-1").chains
    assert len(chain.events) == 2


def test_bounds_must_bound() -> None:
    """Limits of nothing, and limits without end, are refused."""
    with pytest.raises(InvalidQuestion, match="chains: out of range"):
        Limits(chains=0)
    with pytest.raises(InvalidQuestion, match="anchors: out of range"):
        Limits(anchors=10**9)
