"""What a generation records, seen in the events that arrive."""

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tracemark.schemas import InvalidEvent
from tracemark.schemas.events import ModerationAction
from tracemark.sdk import ClientClosed
from tracemark.sdk.canonical import canonicalise
from tracemark.sdk.testing import Recorder


def finishes(recorder: Recorder) -> list[tuple[str, int | None]]:
    """Finish and chunk count of every output."""
    return [(row["finish"], row["stream_chunks"]) for row in recorder.events("output.generated")]


def test_the_five_lines_give_a_chain_of_events(recorder: Recorder) -> None:
    """Prompt, output, label and moderation arrive in order, joined by request and content, under one producer."""
    with recorder.client.generation(model="m-1", user="u-42", modality="text", model_version="2") as gen:
        gen.prompt("为什么天空是蓝色的？")
        gen.output("瑞利散射。")
        gen.label(kind="explicit", carrier="text_prompt", positions=["end"], labelled="瑞利散射。\n（由AI生成）")
    recorder.client.moderation(
        content_id=gen.content_id, action="remove", reason="violence", detector="human", case_id="c-9"
    )
    rows = recorder.events()
    assert [row["event_type"] for row in rows] == [
        "producer.session",
        "prompt.received",
        "output.generated",
        "label.applied",
        "moderation.action",
    ]
    assert [row["producer_seq"] for row in rows] == [1, 2, 3, 4, 5]
    assert {row["request_id"] for row in rows[1:4]} == {gen.request_id}
    assert {row["content_id"] for row in rows[2:]} == {gen.content_id}
    assert len({row["subject_ref"] for row in rows[1:4]}) == 1
    assert {row["model_id"] for row in rows[1:4]} == {"m-1"}
    assert rows[4]["automated"] is False


def test_tokens_are_those_of_the_keyring(recorder: Recorder) -> None:
    """An output's tokens are what its tenant's output key gives for its text; the prompt's come from another key."""
    with recorder.client.generation(model="m-1", tenant="t-7") as gen:
        gen.prompt("same words")
        gen.output("same words")
    [prompt] = recorder.events("prompt.received")
    [output] = recorder.events("output.generated")
    expected = recorder.keyring.current("output", "t-7").tokens(canonicalise("same words"))
    assert (output["token_exact"], output["token_loose"], output["token_key_id"]) == expected
    assert prompt["token_exact"] not in {None, output["token_exact"]}
    assert output["tenant_id"] == "t-7"


def test_a_blank_text_is_recorded_without_a_token(recorder: Recorder) -> None:
    """White space alone gives an event in the empty bucket, and no token that every blank text would share."""
    with recorder.client.generation(model="m-1") as gen:
        gen.output(" \n\t")
    [output] = recorder.events("output.generated")
    assert (output["token_exact"], output["token_loose"], output["token_key_id"]) == (None, None, None)
    assert output["length_bucket"] == "chars_0"


def test_a_file_is_identified_by_its_bytes(recorder: Recorder) -> None:
    """Bytes get a file token, no loose one and no length bucket."""
    with recorder.client.generation(model="img-1", modality="image") as gen:
        gen.output(b"\x89PNG...", media_type="image/png")
    [output] = recorder.events("output.generated")
    assert output["content_form"] == "bytes_1"
    assert output["token_exact"] == recorder.keyring.current("output", "default").file_tokens(b"\x89PNG...").exact
    assert output["token_loose"] is None
    assert output["length_bucket"] is None
    assert output["duty_basis"] == "ds17_1_5_other_significant"


def test_a_body_that_raises_is_recorded_as_an_error(recorder: Recorder) -> None:
    """The exception goes on, and an output with finish=error and no content stays behind."""
    with pytest.raises(ZeroDivisionError), recorder.client.generation(model="m-1") as gen:
        gen.prompt("?")
        _ = 1 // 0
    [output] = recorder.events("output.generated")
    assert (output["finish"], output["token_exact"], output["content_form"]) == ("error", None, None)


def test_a_cancelled_task_is_recorded_as_stopped(recorder: Recorder) -> None:
    """Cancellation of the surrounding task is no error of the model."""

    async def serve() -> None:
        async with recorder.client.generation(model="m-1") as gen:
            gen.prompt("?")
            await asyncio.Event().wait()

    async def cancel() -> None:
        task = asyncio.create_task(serve())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert finishes(recorder) == [("stopped", None)]


def test_a_stream_is_recorded_as_handed_out(recorder: Recorder) -> None:
    """A stream read to its end is one complete output of all its chunks."""
    with recorder.client.generation(model="m-1") as gen:
        assert list(gen.stream(iter(["He", "llo"]))) == ["He", "llo"]
    [output] = recorder.events("output.generated")
    expected = recorder.keyring.current("output", "default").tokens(canonicalise("Hello"))
    assert output["token_exact"] == expected.exact
    assert finishes(recorder) == [("complete", 2)]


def test_an_abandoned_stream_is_partial(recorder: Recorder) -> None:
    """A consumer that leaves after one chunk makes a partial output of that chunk alone."""
    with recorder.client.generation(model="m-1") as gen:
        for chunk in gen.stream(iter(["He", "llo"])):
            assert chunk == "He"
            break
    [output] = recorder.events("output.generated")
    assert output["token_exact"] == recorder.keyring.current("output", "default").tokens(canonicalise("He")).exact
    assert finishes(recorder) == [("partial", 1)]


def test_a_stream_whose_source_fails_is_an_error(recorder: Recorder) -> None:
    """A source that raises in the middle leaves one output with finish=error and what was handed out before."""

    def source() -> Iterator[str]:
        yield "He"
        raise ConnectionError

    with pytest.raises(ConnectionError), recorder.client.generation(model="m-1") as gen:
        list(gen.stream(source()))
    assert finishes(recorder) == [("error", 1)]


def test_a_service_whose_client_hangs_up_has_handed_out_a_part(recorder: Recorder) -> None:
    """A generator that serves a stream and is closed by its consumer makes a partial output, no error."""

    def serve() -> Generator[str, None, None]:
        with recorder.client.generation(model="m-1") as gen:
            yield from gen.stream(iter(["He", "llo"]))

    served = serve()
    assert next(served) == "He"
    served.close()
    assert finishes(recorder) == [("partial", 1)]


def test_a_stream_whose_task_is_cancelled_is_stopped(recorder: Recorder) -> None:
    """Cancellation while waiting for the next chunk is no error of the model."""

    async def source() -> AsyncIterator[str]:
        yield "He"
        await asyncio.Event().wait()

    async def serve(started: asyncio.Event) -> None:
        async with recorder.client.generation(model="m-1") as gen:
            async for _ in gen.stream(source()):
                started.set()

    async def cancel() -> None:
        started = asyncio.Event()
        task = asyncio.create_task(serve(started))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert finishes(recorder) == [("stopped", 1)]


def test_an_async_stream_of_objects(recorder: Recorder) -> None:
    """Async sources work alike, and `text` reads the words out of a vendor's chunks."""

    async def source() -> AsyncIterator[dict[str, Any]]:
        for word in ("He", None, "llo"):
            yield {"delta": word}

    async def serve() -> int:
        async with recorder.client.generation(model="m-1") as gen:
            return len([chunk async for chunk in gen.stream(source(), text=lambda chunk: chunk["delta"])])

    assert asyncio.run(serve()) == 3
    [output] = recorder.events("output.generated")
    assert output["token_exact"] == recorder.keyring.current("output", "default").tokens(canonicalise("Hello")).exact


def test_chunks_that_nobody_can_read_are_refused(recorder: Recorder) -> None:
    """Objects without `text=` are a clear error at the first chunk, not an output without content."""
    with pytest.raises(InvalidEvent, match=r"pass text="), recorder.client.generation(model="m-1") as gen:
        list(gen.stream([object()]))


def test_several_outputs_have_ids_of_their_own(recorder: Recorder) -> None:
    """Each output of a request is a content of its own, numbered in order."""
    with recorder.client.generation(model="m-1") as gen:
        first = gen.output("a")
        second = gen.output("b")
    assert gen.content_ids == (first.content_id, second.content_id)
    assert [row["output_index"] for row in recorder.events("output.generated")] == [0, 1]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"action": "removed", "detector": "human"}, "action"),
        ({"action": "remove", "detector": "human", "reason": "violense"}, r"reason_codes\[0\]"),
        ({"action": "remove", "detector": "human", "confidence": 1.5}, "confidence"),
        ({"action": "remove", "detector": "human", "content_id": "not an id"}, "content_id"),
        ({"action": "remove", "detector": "human", "detected_at": datetime(2026, 1, 1)}, "detected_at"),  # noqa: DTZ001
        ({"action": "remove", "detector": "human", "measure_seconds": -1}, "measure_seconds"),
        ({"action": "remove", "detector": "human", "tenant": "not a tenant"}, "tenant_id"),
        ({"action": "remove", "detector": "human", "user": 42}, "user"),
        ({"action": "remove", "detector": "human", "user": " "}, "user"),
        ({"action": "remove", "detector": "human", "user": "\ud800"}, "user"),
    ],
)
def test_a_wrong_argument_is_named_and_records_nothing(
    recorder: Recorder, arguments: dict[str, Any], field: str
) -> None:
    """The error names the field and the remedy; no number is spent and nothing is sent."""
    with pytest.raises(InvalidEvent, match=rf"^{field}: "):
        recorder.client.moderation(**arguments)
    assert recorder.client.accounting().emitted == 1
    assert [row["event_type"] for row in recorder.events()] == ["producer.session"]


@pytest.mark.parametrize("content", ["secret \ud800 words", 42, ["secret words"]])
def test_unusable_content_is_refused_without_an_echo(recorder: Recorder, content: Any) -> None:
    """Text that cannot be encoded, or no text at all, is refused; neither the error nor its causes hold the words."""
    with pytest.raises(InvalidEvent, match=r"^content: ") as caught, recorder.client.generation(model="m-1") as gen:
        gen.output(content)
    error: BaseException | None = caught.value
    while error is not None:
        assert "secret" not in f"{error!s}{error.args!r}"
        error = error.__cause__ or error.__context__


def test_detected_at_is_kept_to_the_microsecond(recorder: Recorder) -> None:
    """The time of the finding is the caller's, in any zone."""
    found = datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC)
    recorder.client.moderation(action="pass", detector="classifier", detected_at=found)
    [row] = recorder.events("moderation.action")
    assert row["detected_at"] == 1_772_366_400_000_007
    assert row["retention_class"] == "MOD"


def test_a_measure_against_a_user_is_kept_as_one(recorder: Recorder) -> None:
    """Measures against users get the class of enforcement, and the pseudonym of the user."""
    recorder.client.moderation(action="warn", detector="human", user="u-42", basis_law="IM-14-2")
    [row] = recorder.events("moderation.action")
    assert (row["moderation_target"], row["retention_class"]) == ("user", "ENF")
    assert row["subject_ref"] is not None


def test_any_event_can_be_emitted_directly(recorder: Recorder) -> None:
    """`emit` takes the typed events, and refuses a content for an event that identifies none."""
    event = ModerationAction(
        moderation_target="model",
        moderation_stage="generation",
        action="ruleset_update",
        detector="human",
        automated=False,
    )
    assert recorder.client.emit(event).wait(10)
    with pytest.raises(InvalidEvent, match=r"^content: "):
        recorder.client.emit(event, content="words")


def test_a_closed_client_says_so(recorder: Recorder) -> None:
    """After close nothing can be recorded, and closing again returns the same report."""
    report = recorder.client.close()
    assert report.remaining == 0
    assert recorder.client.close() == report
    with pytest.raises(ClientClosed):
        recorder.client.moderation(action="pass", detector="classifier")
