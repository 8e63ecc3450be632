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
