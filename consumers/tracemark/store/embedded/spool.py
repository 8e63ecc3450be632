"""Bytes waiting for the engine or for a client: in memory while they are few, else in an unlinked file of the data directory."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from tracemark.store.embedded.errors import QueryFailed

__all__ = ["Spool"]

_PIECE = 1 << 20


class Spool:
    """A file without a name that grows by `write` and that the engine opens by `path`.

    Not thread-safe. It disappears with `close`, or with the process.
    """

    def __init__(self, directory: Path, *, memory_limit: int) -> None:
        """Keep the first `memory_limit` bytes in memory; beyond, everything moves to a file in `directory`."""
        self.directory = directory
        self.memory_limit = memory_limit
        self._file = os.memfd_create("tracemark", os.MFD_CLOEXEC)
        self._in_memory = True
        self.size = 0

    @property
    def path(self) -> str:
        """Where the engine, in this same process, can open it again and again from its beginning."""
        return f"/proc/self/fd/{self._file}"

    def write(self, data: bytes | memoryview) -> None:
        """Append all of `data`.

        Raises:
            QueryFailed: 243, no memory or no disk is left for it.
        """
        try:
            if self._in_memory and self.size + len(data) > self.memory_limit:
                self._move_to_disk()
            self._write(self._file, data)
        except OSError as error:
            text = f"no room for {self.size + len(data)} bytes of a body or answer ({error.strerror}): free some, or ask for less"
            raise QueryFailed(243, "NOT_ENOUGH_SPACE", text) from error
        self.size += len(data)

    def read(self, size: int, offset: int = 0) -> bytes:
        """Up to `size` bytes from `offset`."""
        return os.pread(self._file, size, offset)

    def pieces(self, offset: int = 0) -> Iterator[bytes]:
        """Everything from `offset` on, in pieces of a mebibyte."""
        while piece := self.read(_PIECE, offset):
            offset += len(piece)
            yield piece

    def without_prefix(self, length: int) -> "Spool":
        """Another spool with all but the first `length` bytes; this one is closed."""
        if length == 0:
            return self
        rest = Spool(self.directory, memory_limit=self.memory_limit)
        for piece in self.pieces(length):
            rest.write(piece)
        self.close()
        return rest

    def close(self) -> None:
        """Give the bytes up. May be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _move_to_disk(self) -> None:
        handle, name = tempfile.mkstemp(prefix="spool-", dir=self.directory)
        Path(name).unlink()
        memory, self._file, self._in_memory = self._file, handle, False
        offset = 0
        while piece := os.pread(memory, _PIECE, offset):
            self._write(handle, piece)
            offset += len(piece)
        os.close(memory)

    @staticmethod
    def _write(file: int, data: bytes | memoryview) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(file, view) :]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
