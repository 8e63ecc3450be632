"""Dead letters in files, for embedded mode: one file a day, appended to, readable by its owner alone.

Each entry is `TMDL`, two lengths (4 bytes, big-endian), a JSON head with position and reason, the sealed record, and the CRC-32
of both. An entry that was torn off by a crash was never acknowledged; reading skips it.
"""

import json
import os
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tracemark.schemas.clock import Clock, SystemClock
from tracemark.sink.dead_letters import DeadLetter
from tracemark.sink.errors import DeadLettersUnavailable

__all__ = ["FileDeadLetters", "read_dead_letters"]

_MAGIC: Final = b"TMDL"
_LENGTHS = struct.Struct(">II")
_CRC = struct.Struct(">I")


class FileDeadLetters:
    """A `DeadLetterSink` on a folder, usually `DIR/dead-letters`. One process writes it; thread-safe by O_APPEND."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        """Make the folder when the first letter comes."""
        self._folder = folder
        self._clock = clock or SystemClock()

    def put(self, letters: list[DeadLetter]) -> None:
        """Append all in one write and sync them to disk."""
        data = b"".join(_entry(letter) for letter in letters)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self._path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                _write(file, data)
            finally:
                os.close(file)
        except OSError as error:
            raise DeadLettersUnavailable(f"{self._folder} does not take dead letters: {error.strerror}") from error

    def close(self) -> None:
        """Nothing is held open."""

    def _path(self) -> Path:
        day = datetime.fromtimestamp(self._clock.now_us() / 1e6, UTC)
        return self._folder / f"{day:%Y-%m-%d}.tmdl"


def read_dead_letters(path: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Head and sealed record of every whole entry in a file."""
    data = path.read_bytes()
    at = data.find(_MAGIC)
    while at >= 0:
        entry = _entry_at(data, at)
        if entry is None:
            at = data.find(_MAGIC, at + 1)  # torn or damaged: go on at the next entry
            continue
        head, sealed, end = entry
        yield head, sealed
        at = data.find(_MAGIC, end)


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
    os.fsync(file)


def _entry(letter: DeadLetter) -> bytes:
    position = letter.position
    head = json.dumps(
        {
            "topic": position.topic,
            "partition": position.partition,
            "offset": position.offset,
            "error_code": letter.error_code,
            "path": letter.path,
            "schema_id": letter.schema_id,
            "key_id": letter.key_id,
        }
    ).encode()
    body = head + letter.sealed
    return b"".join((_MAGIC, _LENGTHS.pack(len(head), len(letter.sealed)), body, _CRC.pack(zlib.crc32(body))))


def _entry_at(data: bytes, at: int) -> tuple[dict[str, Any], bytes, int] | None:
    begin = at + len(_MAGIC) + _LENGTHS.size
    if begin > len(data):
        return None
    head_size, sealed_size = _LENGTHS.unpack_from(data, at + len(_MAGIC))
    end = begin + head_size + sealed_size
    if end + _CRC.size > len(data) or zlib.crc32(data[begin:end]) != _CRC.unpack_from(data, end)[0]:
        return None
    return json.loads(data[begin : begin + head_size]), data[begin + head_size : end], end + _CRC.size
