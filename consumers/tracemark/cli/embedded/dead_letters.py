"""Where sealed dead letters rest without a broker: one file of JSON lines for every day, kept for fourteen days."""

import base64
import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tracemark.schemas.clock import Clock
from tracemark.sink.dead_letters import DeadLetter
from tracemark.sink.errors import DeadLettersUnavailable

__all__ = ["KEPT_DAYS", "DeadLetterFiles"]

KEPT_DAYS = 14


class DeadLetterFiles:
    """`DeadLetterSink` on disk, readable by its owner alone. A letter that came again stands in it twice, under one position."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        """Nothing is created before the first letter."""
        self._directory = directory
        self._clock = clock

    def put(self, letters: list[DeadLetter]) -> None:
        """Append letters and wait for the disk; raises `DeadLettersUnavailable`."""
        today = datetime.fromtimestamp(self._clock.now_us() / 1e6, UTC).date()
        lines = "".join(json.dumps(_line(letter)) + "\n" for letter in letters)
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._forget_before(today - timedelta(days=KEPT_DAYS))
            _append(self._directory / f"{today.isoformat()}.jsonl", lines.encode())
        except OSError as error:
            raise DeadLettersUnavailable(
                f"dead letters cannot be written to {self._directory}: {error.strerror}; make room or mend its mode"
            ) from error

    def close(self) -> None:
        """Nothing is held."""

    def _forget_before(self, oldest: date) -> None:
        for path in self._directory.glob("????-??-??.jsonl"):
            if path.stem < oldest.isoformat():
                path.unlink(missing_ok=True)


def _append(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _line(letter: DeadLetter) -> dict[str, Any]:
    return {
        "topic": letter.position.topic,
        "partition": letter.position.partition,
        "offset": letter.position.offset,
        "broker_ts_ms": letter.broker_ts_ms,
        "error_code": letter.error_code,
        "path": letter.path,
        "schema_id": letter.schema_id,
        "digest": letter.digest.hex(),
        "key_id": letter.key_id,
        "sealed": base64.b64encode(letter.sealed).decode(),
    }
