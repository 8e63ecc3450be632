"""Streams that remember what they handed out.

Nothing in here may break the stream that the service serves: arguments are checked when the stream is made, and what cannot be
recorded afterwards is said in the log, with the remedy.
"""

import asyncio
import logging
import weakref
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Generic, Protocol, Self, TypeVar, cast

from tracemark.schemas import InvalidEvent
from tracemark.schemas.events import Finish
from tracemark.sdk.host import process_id

__all__ = [
    "AsyncRecordedStream",
    "DualRecordedStream",
    "DualSource",
    "RecordedStream",
    "Recording",
    "TextOf",
    "check_source",
    "ending",
    "error_text",
    "finish_all",
    "recorded",
]

_log = logging.getLogger("tracemark.sdk")

Chunk = TypeVar("Chunk")
Chunk_co = TypeVar("Chunk_co", covariant=True)
TextOf = Callable[[Chunk], str | bytes | None] | None
"""Gives the text or the bytes of a chunk, None or empty for one without any; None where chunks are text or bytes themselves."""

Record = Callable[[str | bytes | None, Finish, int], object]


class DualSource(Iterable[Chunk_co], AsyncIterable[Chunk_co], Protocol[Chunk_co]):
    """A source that can be read by `for` and by `async for`."""


def check_source(chunks: object, text: object) -> None:
    """Raise `InvalidEvent` for a stream that nobody could read, or no function to read its chunks with."""
    if not isinstance(chunks, Iterable | AsyncIterable) and not hasattr(type(chunks), "__getitem__"):
        raise InvalidEvent(
            "chunks", f"is of type {type(chunks).__name__}", "pass what `for` or `async for` can go through"
        )
    if text is not None and not callable(text):
        raise InvalidEvent(
            "text", f"is of type {type(text).__name__}", "pass a function that gives the text of a chunk"
        )


def ending(error: BaseException | None) -> Finish:
    """How a stream ends that is left with this exception: by its consumer, by cancellation, or by an error."""
    if error is None or isinstance(error, GeneratorExit):
        return "partial"
    return "stopped" if isinstance(error, asyncio.CancelledError | KeyboardInterrupt) else "error"


class Recording:
    """What a stream has handed out so far; recorded exactly once, when the stream ends or is left. Never raises.

    It belongs to the process that began it: a forked child may go on with its copy, of which nothing is recorded.
    """

    def __init__(self, record: Record, text: TextOf[Any] = None) -> None:
        """`record` takes the whole content, how it ended, and the number of chunks; `text` reads the text of a chunk."""
        self._record = record
        self._text = text
        self._parts: list[str | bytes] = []
        self._chunks = 0
        self._finish: Finish | None = None
        self._trouble = ""
        self._process = process_id()
        _alive[id(self)] = self

    def handed_out(self, chunk: object) -> None:
        """One more chunk goes to the consumer."""
        if self._finish is not None:
            self._note(
                "goes on after its generation has ended: put `with audit.generation(…)` into the generator itself"
            )
            return
        self._chunks += 1
        part = self._part(chunk)
        if part:
            self._parts.append(part)

    def finish(self, how: Finish) -> Finish:
        """Record, unless that was done before; tell how the stream ended."""
        if self._finish is None:
            self._finish = how
            content, self._parts = self._content(), []
            if self._process == process_id():
                self._record_end(content, how)
        return self._finish

    def _record_end(self, content: str | bytes | None, how: Finish) -> None:
        try:
            self._try_to_record(content, how)
        except Exception as error:  # noqa: BLE001 - the service's own answer, or its own exception, is what matters
            _log.error("a stream could not be recorded: %s", error_text(error))

    def _try_to_record(self, content: str | bytes | None, how: Finish) -> None:
        try:
            self._record(content, how, self._chunks)
        except InvalidEvent as error:
            if error.field != "content":
                raise
            self._note(f"is recorded without its content: {error}")
            self._record(None, how, self._chunks)

    def _part(self, chunk: object) -> str | bytes | None:
        try:
            part = self._text(chunk) if self._text is not None else chunk
        except Exception as error:  # noqa: BLE001 - whatever a caller's function raises
            self._note(f"is recorded without its content, because text= failed with {type(error).__name__}")
            return None
        if part is None or isinstance(part, str | bytes):
            return part
        self._note(f"is recorded without its content: it holds chunks of type {type(part).__name__}; pass text=")
        return None

    def _note(self, trouble: str) -> None:
        """Say the first trouble of a stream, once."""
        if not self._trouble:
            self._trouble = trouble
            _log.error("a stream %s", trouble)

    def _content(self) -> str | bytes | None:
        if not self._parts or self._trouble:
            return None
        if isinstance(self._parts[0], bytes):
            return b"".join(part if isinstance(part, bytes) else part.encode() for part in self._parts)
        return "".join(part if isinstance(part, str) else part.decode(errors="replace") for part in self._parts)


_alive: "weakref.WeakValueDictionary[int, Recording]" = weakref.WeakValueDictionary()


def finish_all() -> None:
    """The process ends: streams of its own that nobody has ended were stopped by that."""
    for found in _alive.valuerefs():  # a copy: other threads may begin streams meanwhile
        recording = found()
        if recording is not None:
            recording.finish("stopped")


def error_text(error: Exception) -> str:
    """What a log may show: our own errors name no content, others might."""
    return str(error) if type(error).__module__.startswith("tracemark.") else type(error).__name__


class RecordedStream(Generic[Chunk]):
    """An iterator over somebody's chunks."""

    def __init__(self, chunks: Iterable[Chunk], recording: Recording) -> None:
        """Whoever made the recording has it recorded at last, whatever becomes of this."""
        self._chunks: Iterator[Chunk] = iter(chunks)
        self._recording = recording

    def __iter__(self) -> Iterator[Chunk]:
        return self

    def __next__(self) -> Chunk:
        try:
            chunk = next(self._chunks)
        except StopIteration:
            self._recording.finish("complete")
            raise
        except BaseException as error:
            self._recording.finish(ending(error))
            raise
        self._recording.handed_out(chunk)
        return chunk

    def close(self) -> None:
        """Leave the stream: what was handed out so far is recorded as partial, and the source is closed."""
        self._recording.finish("partial")
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()


class AsyncRecordedStream(Generic[Chunk]):
    """An async iterator over somebody's chunks."""

    def __init__(self, chunks: AsyncIterable[Chunk], recording: Recording) -> None:
        """Whoever made the recording has it recorded at last, whatever becomes of this."""
        self._chunks: AsyncIterator[Chunk] = aiter(chunks)
        self._recording = recording

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Chunk:
        try:
            chunk = await anext(self._chunks)
        except StopAsyncIteration:
            self._recording.finish("complete")
            raise
        except BaseException as error:
            self._recording.finish(ending(error))
            raise
        self._recording.handed_out(chunk)
        return chunk

    async def aclose(self) -> None:
        """Leave the stream: what was handed out so far is recorded as partial, and the source is closed."""
        self._recording.finish("partial")
        close = getattr(self._chunks, "aclose", None)
        if close is not None:
            await close()


class DualRecordedStream(Generic[Chunk]):
    """A stream that may be read by `for` or by `async for`, as its source may; by one of them, once."""

    def __init__(self, chunks: DualSource[Chunk], recording: Recording) -> None:
        """The source is asked for an iterator of the one kind or the other when that is known."""
        self._source = chunks
        self._recording = recording
        self._here: RecordedStream[Chunk] | None = None
        self._there: AsyncRecordedStream[Chunk] | None = None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Chunk:
        self._here = self._here or RecordedStream(self._source, self._recording)
        return next(self._here)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Chunk:
        self._there = self._there or AsyncRecordedStream(self._source, self._recording)
        return await anext(self._there)

    def close(self) -> None:
        """See `RecordedStream.close`."""
        self._recording.finish("partial")
        if self._here is not None:
            self._here.close()

    async def aclose(self) -> None:
        """See `AsyncRecordedStream.aclose`."""
        self._recording.finish("partial")
        if self._there is not None:
            await self._there.aclose()


def recorded(
    chunks: Iterable[Chunk] | AsyncIterable[Chunk], recording: Recording
) -> RecordedStream[Chunk] | AsyncRecordedStream[Chunk] | DualRecordedStream[Chunk]:
    """The stream to hand to the consumer, of the kind that its source is."""
    if not isinstance(chunks, AsyncIterable):
        return RecordedStream(chunks, recording)
    if isinstance(chunks, Iterable):
        return DualRecordedStream(cast("DualSource[Chunk]", chunks), recording)
    return AsyncRecordedStream(chunks, recording)
