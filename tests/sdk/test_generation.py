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


class Both:
    """A source like those of clients that serve threads and tasks alike."""

    def __iter__(self) -> Iterator[str]:
        yield from ("He", "llo")

    async def __aiter__(self) -> AsyncIterator[str]:
        yield "Hello"
        yield ", there"


def test_a_source_of_both_kinds_may_be_read_either_way(recorder: Recorder) -> None:
    """Whether `for` or `async for` reads it, and each time what was handed out is recorded."""

    async def serve() -> list[str]:
        async with recorder.client.generation(model="m-1") as gen:
            return [chunk async for chunk in gen.stream(Both())]

    with recorder.client.generation(model="m-1") as gen:
        assert list(gen.stream(Both())) == ["He", "llo"]
    assert asyncio.run(serve()) == ["Hello", ", there"]
    key = recorder.keyring.current("output", "default")
    tokens = [row["token_exact"] for row in recorder.events("output.generated")]
    assert tokens == [key.tokens(canonicalise(text)).exact for text in ("Hello", "Hello, there")]
    assert finishes(recorder) == [("complete", 2), ("complete", 2)]


def test_a_source_of_both_kinds_that_is_left_is_partial(recorder: Recorder) -> None:
    """Leaving it early, or closing it, is told apart from its end."""
    with recorder.client.generation(model="m-1") as gen:
        stream = gen.stream(Both())
        assert next(stream) == "He"
        stream.close()
        assert next(iter(gen.stream(Both()))) == "He"
    assert finishes(recorder) == [("partial", 1), ("partial", 1)]


def _delta(chunk: Any) -> str:
    return str(chunk["delta"])


@pytest.mark.parametrize(
    ("chunks", "text", "said"),
    [
        ([object(), object()], None, "pass text="),
        (["He", "llo"], _delta, "text= failed with TypeError"),
        (["secret \ud800", "words"], None, "errors='replace'"),
    ],
    ids=["objects", "a wrong function", "half a pair"],
)
def test_no_trouble_of_ours_breaks_a_stream(
    recorder: Recorder, caplog: pytest.LogCaptureFixture, chunks: list[Any], text: Any, said: str
) -> None:
    """The consumer gets every chunk; the output is recorded without content, and the log has the remedy and no words."""
    with recorder.client.generation(model="m-1") as gen:
        assert list(gen.stream(chunks, text=text)) == chunks
    [row] = recorder.events("output.generated")
    assert (row["finish"], row["stream_chunks"], row["token_exact"]) == ("complete", 2, None)
    [message] = [record.getMessage() for record in caplog.records if record.name == "tracemark.sdk"]
    assert said in message
    assert "secret" not in caplog.text


def test_bad_arguments_of_a_stream_raise_before_its_first_chunk(recorder: Recorder) -> None:
    """What `output` would refuse at the end is refused where it was written."""
    with recorder.client.generation(model="m-1", user="u-1") as gen:
        with pytest.raises(InvalidEvent, match=r"^media_type: "):
            gen.stream(["a"], media_type="PNG")
        with pytest.raises(TypeError, match="colour"):
            gen.stream(["a"], colour="red")
    assert finishes(recorder) == []


def test_leaving_a_generation_never_hides_the_services_own_error(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """Even with a client closed meanwhile the body's exception comes out, as it was raised."""
    own = ZeroDivisionError("of the service")
    with pytest.raises(ZeroDivisionError) as caught, recorder.client.generation(model="m-1") as gen:
        next(iter(gen.stream(["He", "llo"])))
        recorder.client.close()
        raise own
    assert caught.value is own
    assert own.__context__ is None
    assert "the audit client was closed" in caplog.text


def test_leaving_a_generation_raises_nothing_of_ours(recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    """A stream that cannot be recorded at the end of a request is said in the log alone."""
    with recorder.client.generation(model="m-1") as gen:
        next(iter(gen.stream(["He", "llo"])))
        recorder.client.close()
    assert "a stream could not be recorded: the audit client was closed" in caplog.text


def test_a_stream_that_outlives_its_generation_is_said(recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    """Who returns a stream out of its `with` block serves it unrecorded, and is told how to do it."""
    with recorder.client.generation(model="m-1") as gen:
        stream = gen.stream(["He", "llo"])
    assert list(stream) == ["He", "llo"]
    assert finishes(recorder) == [("partial", 0)]
    assert "into the generator itself" in caplog.text


def test_a_receipt_has_the_hash_of_its_event(recorder: Recorder) -> None:
    """What a label's ReservedCode1 needs is at hand, for outputs given whole and for streamed ones."""
    with recorder.client.generation(model="m-1", modality="image") as gen:
        receipt = gen.output(b"\x89PNG")
        list(gen.stream([b"\x89", b"PNG"], media_type="image/png"))
    assert gen.outputs[0] is receipt
    rows = recorder.events("output.generated")
    assert [row["event_hash"] for row in rows] == [output.event_hash for output in gen.outputs]
    assert [row["content_id"] for row in rows] == [output.content_id for output in gen.outputs]


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
    given: dict[str, Any] = {"content_id": "c-1", **arguments}
    with pytest.raises(InvalidEvent, match=rf"^{field}: "):
        recorder.client.moderation(**given)
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
    recorder.client.moderation(action="pass", detector="classifier", content_id="c-1", detected_at=found)
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
    assert recorder.client.emit(event).wait(60)
    with pytest.raises(InvalidEvent, match=r"^content: "):
        recorder.client.emit(event, content="words")


def test_a_closed_client_says_so(recorder: Recorder) -> None:
    """After close nothing can be recorded, and closing again returns the same report."""
    report = recorder.client.close()
    assert report.remaining == 0
    assert recorder.client.close() == report
    with pytest.raises(ClientClosed):
        recorder.client.moderation(action="pass", detector="classifier", content_id="c-1")
