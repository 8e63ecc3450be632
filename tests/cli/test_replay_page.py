"""What the page about dead letters tells people to do by hand."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tracemark.sdk.keyring import Keyring
from tracemark.sink import DeadLetter, DeadLetterKey, Position, StreamRecord
from tracemark.sink.dead_letter_topic import headers_of

PAGE = Path(__file__).parents[2] / "docs" / "dead-letters.md"


class Producer:
    """Remembers what it was to send."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def send(self, topic: str, **record: Any) -> Any:
        """As kafka-python's."""
        self.sent.append((topic, record))
        return SimpleNamespace(get=_acknowledged)


def _acknowledged(_timeout: float) -> None:
    """The broker has it."""


def page_code() -> dict[str, Any]:
    """What the page defines."""
    found = re.search(r"## Replaying a letter\n.*?```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102 - the page of this repository
    return names


def test_a_letter_is_replayed_as_the_page_says(tmp_path: Path) -> None:
    """The record goes back to its topic with its key, its value and its headers, marked as sent again exactly once."""
    ring, position = Keyring.create(), Position("tracemark.events", 3, 17)
    ring.save(tmp_path / "keyring.json")
    headers = (("tm-schema", b"f" * 32), ("tm-replay", b"1"))
    record = StreamRecord(*position, 1_767_225_600_000, b"r-1", b"\0framed", headers)
    key = DeadLetterKey(ring.dlq_key())
    letter = DeadLetter(
        position=position,
        topic_id="",
        broker_ts_ms=record.broker_ts_ms,
        value_bytes=7,
        key_bytes=3,
        digest=key.digest(record.value),
        error_code="schema_unknown",
        path="",
        schema_id=7,
        key_id=key.key_id,
        sealed=key.seal(record),
    )
    page, producer = page_code(), Producer()
    read = page["opened"](SimpleNamespace(headers=headers_of(letter), value=letter.sealed), tmp_path / "keyring.json")
    page["replay"](producer, read)
    ((topic, sent),) = producer.sent
    assert topic == "tracemark.events"
    assert (sent["key"], sent["value"]) == (b"r-1", b"\0framed")
    assert sent["headers"] == [("tm-schema", b"f" * 32), ("tm-replay", b"1")]
