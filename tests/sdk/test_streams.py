"""What a stream is made with, and what is refused before its first chunk."""

from collections.abc import Iterator
from typing import Any

import pytest

from tracemark.schemas import InvalidEvent
from tracemark.sdk.testing import Recorder


def finishes(recorder: Recorder) -> list[tuple[str, int | None]]:
    """Finish and chunk count of every output."""
    return [(row["finish"], row["stream_chunks"]) for row in recorder.events("output.generated")]


def test_a_stream_read_to_its_end_ends_as_its_caller_says(recorder: Recorder) -> None:
    """A refusal that is streamed is recorded as one; a stream that is left or fails ended as it ended."""

    def source() -> Iterator[str]:
        yield "I cannot"
        raise ConnectionError

    with recorder.client.generation(model="m-1") as gen:
        list(gen.stream(["I cannot", " help with that."], finish="refused"))
        next(gen.stream(iter(["I cannot", "…"]), finish="refused"))
        with pytest.raises(ConnectionError):
            list(gen.stream(source(), finish="refused"))
    assert sorted(finishes(recorder)) == [("error", 1), ("partial", 1), ("refused", 2)]


class Indexed:
    """Goes through `for` by its indexes, as old sequences do."""

    def __getitem__(self, index: int) -> str:
        return "chunk"[index]


def test_whatever_for_goes_through_is_a_source(recorder: Recorder) -> None:
    """Also what has indexes alone."""
    with recorder.client.generation(model="m-1") as gen:
        assert "".join(gen.stream(Indexed())) == "chunk"  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    assert finishes(recorder) == [("complete", 5)]


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"finish": "refuse"}, "finish: is not in the enumeration; did you mean refused?"),
        ({"finish": None}, "finish: is missing; "),
        ({"stream_chunks": 2}, "stream_chunks: was given for a stream, which counts its chunks; leave it out"),
        ({"text": "delta"}, "text: is of type str; pass a function"),
        ({"chunks": None}, "chunks: is of type NoneType; pass what `for` or `async for` can go through"),
        ({"chunks": list}, "chunks: is of type type; "),
        ({"chunks": 7}, "chunks: is of type int; "),
    ],
)
def test_a_stream_that_cannot_be_recorded_is_refused_at_the_call(
    recorder: Recorder, wrong: dict[str, Any], problem: str
) -> None:
    """No chunk is handed out, and nothing is left that would be recorded later."""
    said: dict[str, Any] = {"chunks": ["a"], **wrong}
    with recorder.client.generation(model="m-1") as gen, pytest.raises(InvalidEvent) as caught:
        gen.stream(**said)
    assert str(caught.value).startswith(problem)
    assert finishes(recorder) == []


def test_a_stream_open_at_the_end_of_its_generation_is_recorded_there(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """With the chunks so far; the rest reaches the consumer unrecorded, which is logged once."""
    with recorder.client.generation(model="m-1") as gen:
        stream = gen.stream(iter("words"))
        next(stream)
    assert "".join(stream) == "ords"
    assert finishes(recorder) == [("partial", 1)]
    assert [message for message in caplog.messages if "goes on after its generation has ended" in message] == [
        caplog.messages[0]
    ]


def test_a_generation_that_ended_still_records_its_calls(recorder: Recorder) -> None:
    """A later output, stream, label or delivery belongs to the same request."""
    with recorder.client.generation(model="m-1") as gen:
        gen.output("first")
    gen.output("second")
    list(gen.stream(["third"]))
    gen.label(kind="explicit", carrier="text_prompt")
    gen.deliver(channel="copy")
    rows = recorder.events()[1:]
    assert [row["event_type"] for row in rows] == [*["output.generated"] * 3, "label.applied", "content.delivered"]
    assert {row["request_id"] for row in rows} == {gen.request_id}
