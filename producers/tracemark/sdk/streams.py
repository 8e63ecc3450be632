"""Streams that remember what they handed out."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Generic, Self, TypeVar

from tracemark.schemas import InvalidEvent
from tracemark.schemas.events import Finish

__all__ = ["AsyncRecordedStream", "RecordedStream", "Recording", "ending"]

Chunk = TypeVar("Chunk")
Text = Callable[[Any], str | bytes | None]
Record = Callable[[str | bytes | None, Finish, int], object]


def ending(error: BaseException | None) -> Finish:
    """How a stream ends that is left with this exception: by its consumer, by cancellation, or by an error."""
    if error is None or isinstance(error, GeneratorExit):
        return "partial"
    return "stopped" if isinstance(error, asyncio.CancelledError | KeyboardInterrupt) else "error"


class Recording:
    """What a stream has handed out so far; recorded exactly once, when the stream ends or is left."""

    def __init__(self, record: Record) -> None:
        """`record` takes the whole content, how it ended, and the number of chunks."""
        self._record = record
        self._parts: list[str | bytes] = []
        self._chunks = 0
        self._finish: Finish | None = None

    def handed_out(self, part: object) -> None:
        """One more chunk goes to the consumer; raises `InvalidEvent` for one whose text nobody can tell."""
        if part is not None and not isinstance(part, str | bytes):
            raise InvalidEvent("chunks", f"holds chunks of type {type(part).__name__}", "pass text= to read their text")
        self._chunks += 1
        if part:
            self._parts.append(part)

    def finish(self, how: Finish) -> Finish:
        """Record, unless that was done before; tell how the stream ended."""
        if self._finish is None:
            self._finish = how
            self._record(self._content(), how, self._chunks)
            self._parts.clear()
        return self._finish

    def _content(self) -> str | bytes | None:
        if not self._parts:
            return None
        if isinstance(self._parts[0], bytes):
            return b"".join(part if isinstance(part, bytes) else part.encode() for part in self._parts)
        return "".join(part if isinstance(part, str) else part.decode(errors="replace") for part in self._parts)


class RecordedStream(Generic[Chunk]):
    """An iterator over somebody's chunks."""

    def __init__(self, chunks: Iterable[Chunk], recording: Recording, text: Text | None) -> None:
        """`text` reads the text of a chunk; by default the chunk itself."""
        self._chunks = iter(chunks)
        self._recording = recording
        self._text = text

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
        self._recording.handed_out(self._text(chunk) if self._text else chunk)
        return chunk

    def close(self) -> None:
        """Leave the stream: what was handed out so far is recorded as partial, and the source is closed."""
        self._recording.finish("partial")
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()


class AsyncRecordedStream(Generic[Chunk]):
    """An async iterator over somebody's chunks."""

    def __init__(self, chunks: AsyncIterable[Chunk], recording: Recording, text: Text | None) -> None:
        """`text` reads the text of a chunk; by default the chunk itself."""
        self._chunks: AsyncIterator[Chunk] = aiter(chunks)
        self._recording = recording
        self._text = text

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
        self._recording.handed_out(self._text(chunk) if self._text else chunk)
        return chunk

    async def aclose(self) -> None:
        """Leave the stream: what was handed out so far is recorded as partial, and the source is closed."""
        self._recording.finish("partial")
        close = getattr(self._chunks, "aclose", None)
        if close is not None:
            await close()
