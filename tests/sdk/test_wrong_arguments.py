"""Whatever is passed where: it is refused by name, or it becomes an event that the sink takes."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.events import make_event
from support.wrong_values import ANYTHING, WORDS, said_by
from tracemark.schemas import Event, InvalidEvent, events
from tracemark.schemas.topics import CONTROL_TOPIC, EVENTS_TOPIC
from tracemark.sdk import AuditClient, Generation
from tracemark.sdk.testing import Recorder
from tracemark.sink.judging import Accepted, Judge
from tracemark.sink.records import StreamRecord

NEEDED: dict[str, dict[str, Any]] = {
    "moderation": {"action": "pass", "detector": "classifier", "content_id": "c-1"},
    "complaint": {"case_id": "case-1", "kind": "complaint", "state": "received", "owner_role": "safety"},
    "rights_request": {"case_id": "case-1", "kind": "delete", "state": "received", "owner_role": "privacy"},
    "grant_unlabelled": {
        "grant_id": "g-1",
        "content_id": "c-1",
        "recipient": "u-2",
        "requested_at": 1,
        "agreement_version": "2026-01",
        "duty_clause_digest": b"\1" * 32,
    },
    "authority_report": {"case_id": "case-1", "authority": "cac", "state": "sent"},
    "remediation": {"case_id": "case-1", "kind": "ruleset_update", "state": "planned"},
    "generation": {"model": "m-1"},
    "prompt": {"content": "words"},
    "output": {"content": "words"},
    "stream": {"chunks": ["chunk"]},
    "label": {"kind": "explicit", "carrier": "text_prompt"},
    "deliver": {"channel": "copy"},
}
"""The calls that record, with the least that each of them takes."""

EVENTS: list[type[Event]] = [
    kind
    for kind in map(vars(events).get, events.__all__)
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not events.ProducerSession
]


def arguments(call: str) -> list[str]:
    """All that a call takes by name; for a stream what an output takes, too, but no source that fails by itself."""
    names = inspect.signature(getattr(AuditClient, call, None) or getattr(Generation, call)).parameters
    more = inspect.signature(Generation.output).parameters if call == "stream" else {}
    left_out = {"self", "output"} | ({"chunks", "content"} if call == "stream" else set())
    return [name for name in {**names, **more} if name not in left_out]


class Service:
    """A client, and the sink's judge of all that it sends."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.audit = recorder.client
        self._judge = Judge()
        self._seen: set[tuple[str, int, int]] = set()

    def call(self, name: str, **given: Any) -> None:
        """Call it as a service does; a stream is read to its end, and a generation has an output."""
        if hasattr(AuditClient, name) and name != "generation":
            getattr(self.audit, name)(**given)
            return
        request: dict[str, Any] = given if name == "generation" else {"model": "m-1", "user": "u-1"}
        generation = self.audit.generation(**request)
        if name == "generation":
            generation.output("words")
        elif name == "stream":
            list(generation.stream(**given))
            assert len(generation.outputs) == 1
        else:
            getattr(generation, name)(**given)

    def judge(self) -> None:
        """Whatever was sent since the last time can be stored."""
        assert self.audit.flush(60).complete
        for topic in (EVENTS_TOPIC, CONTROL_TOPIC):
            for one in self.recorder.broker.records(topic):
                place = (topic, one.partition, one.offset)
                if place not in self._seen:
                    self._seen.add(place)
                    record = StreamRecord(*place, one.timestamp_ms, one.key, one.value, one.headers)
                    assert isinstance(self._judge(record), Accepted), self._judge(record)

    def refusal(self, call: Callable[..., object], *given: Any, **named: Any) -> str:
        """What an error of ours says, which spends no number and repeats no value; nothing when the call went well."""
        before = self.audit.accounting().emitted
        try:
            call(*given, **named)
        except InvalidEvent as error:
            refused = error
        else:
            return ""
        assert self.audit.accounting().emitted == before
        assert refused.remedy
        assert WORDS not in said_by(refused)
        return str(refused)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all examples."""
    recorder = Recorder(tmp_path_factory.mktemp("journals"))
    recorder.broker.create_topic(CONTROL_TOPIC)
    yield Service(recorder)
    recorder.close()


NOTHING: st.SearchStrategy[dict[str, Any]] = st.just({})


def changed(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Anything for one to three of the names."""
    return st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True).flatmap(
        lambda some: st.fixed_dictionaries(dict.fromkeys(some, ANYTHING))
    )


@pytest.mark.parametrize("name", NEEDED)
@given(data=st.data())
def test_a_call_records_what_the_sink_takes_or_says_what_is_wrong(
    service: Service, name: str, data: st.DataObject
) -> None:
    """Whatever is passed for whichever argument: no error but ours, no echo of a value, no event that is put aside."""
    service.refusal(service.call, name, **NEEDED[name] | data.draw(changed(arguments(name))))
    service.judge()


CONDITIONS = [(call, name) for call, needed in NEEDED.items() for name in needed if name not in {"content", "chunks"}]


@pytest.mark.parametrize(("call", "name"), CONDITIONS)
def test_what_a_call_cannot_do_without_is_not_none(service: Service, call: str, name: str) -> None:
    """A grant without its conditions, a case without its number, a request without a model: nothing of them is recorded."""
    assert f"{name}: is missing; " in service.refusal(service.call, call, **NEEDED[call] | {name: None})


@settings(max_examples=300)
@given(data=st.data())
def test_an_event_of_ones_own_is_taken_by_the_sink_or_refused(service: Service, data: st.DataObject) -> None:
    """Whatever it says, of whomever, under whichever id; and `check` says beforehand what `emit` says."""
    kind = data.draw(st.sampled_from(EVENTS))
    row, _ = make_event(kind.EVENT_TYPE)
    names: list[str] = list(vars(kind)["__slots__"])
    event = kind(**{name: row[name] for name in names} | data.draw(NOTHING | changed(names)))
    named = data.draw(NOTHING | changed([name for name in arguments("check") if name != "event"]))
    expected = service.refusal(service.audit.check, event, **named)
    assert service.refusal(service.audit.emit, event, **named) == expected
    service.judge()


@given(event=ANYTHING)
def test_what_is_no_event_is_refused(service: Service, event: Any) -> None:
    """`emit` takes the typed events alone."""
    assert service.refusal(service.audit.emit, event).startswith("event: ")


@given(content=ANYTHING)
def test_a_content_is_digested_or_refused(service: Service, content: Any) -> None:
    """Text and bytes of any kind have digests; whatever else is passed is refused as a content."""
    event = events.OutputGenerated(modality=["text"], finish="complete", duty_basis="none")
    assert service.refusal(service.audit.emit, event, content=content).split(":")[0] in {"", "content"}
    service.judge()
