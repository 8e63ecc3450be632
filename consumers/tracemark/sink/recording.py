"""The table of dead letters: position, digest and reason of each; never a value."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from tracemark.schemas.clock import Clock
from tracemark.sink.dead_letters import DeadLetter
from tracemark.store import Store

__all__ = ["DeadLetterTable"]

_COLUMNS: Final[dict[str, tuple[str, Callable[[DeadLetter], Any]]]] = {
    "topic": ("LowCardinality(String)", lambda d: d.position.topic),
    "topic_id": ("String", lambda d: d.topic_id),
    "partition": ("UInt16", lambda d: d.position.partition),
    "offset": ("UInt64", lambda d: d.position.offset),
    "broker_ts": ("DateTime64(3, 'UTC')", lambda d: d.broker_ts_ms),
    "error_code": ("LowCardinality(String)", lambda d: d.error_code),
    "path": ("String", lambda d: d.path),
    "schema_id": ("UInt32", lambda d: d.schema_id),
    "value_bytes": ("UInt32", lambda d: d.value_bytes),
    "key_bytes": ("UInt32", lambda d: d.key_bytes),
    "digest": ("FixedString(32)", lambda d: d.digest),
    "key_id": ("LowCardinality(String)", lambda d: d.key_id),
}


class DeadLetterTable:
    """Writes rows of `dead_letters`; thread-safe."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Rows bear the time of `clock`."""
        self._store = store
        self._clock = clock

    def insert(self, letters: Sequence[DeadLetter]) -> None:
        """Record letters of one lane, at least one; the same ones again are recorded once."""
        now = self._clock.now_us()
        names = (*_COLUMNS, "recorded_at")
        types = (*(type_ for type_, _ in _COLUMNS.values()), "DateTime64(6, 'UTC')")
        columns = [*([take(letter) for letter in letters] for _, take in _COLUMNS.values()), [now] * len(letters)]
        first = letters[0].position
        query_id = f"tm-dead-{first.topic}-{first.partition}-{first.offset}-{now}"
        self._store.insert("dead_letters", names, columns, query_id=query_id, column_types=types, token=_token(letters))


def _token(letters: Sequence[DeadLetter]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for letter in letters:
        digest.update(f"{letter.position}{letter.topic_id}{letter.error_code}".encode() + letter.digest)
    return f"dead/{digest.hexdigest()}"
