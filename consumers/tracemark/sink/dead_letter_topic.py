"""Dead letters on a Kafka topic with an ACL of its own."""

from typing import Any, Final

from tracemark.sink._kafka import KafkaError, KafkaProducer
from tracemark.sink.config import SinkConfig
from tracemark.sink.dead_letters import DeadLetter
from tracemark.sink.errors import DeadLettersUnavailable

__all__ = ["KafkaDeadLetters", "headers_of"]

_WITHIN_S: Final = 30.0


class KafkaDeadLetters:
    """A `DeadLetterSink` on `tracemark.dead-letters`: the value is the sealed record, the headers tell where and why."""

    def __init__(self, config: SinkConfig) -> None:
        """Connects when the first letter comes."""
        self._config = config
        self._producer: Any = None

    def put(self, letters: list[DeadLetter]) -> None:
        """Send all and wait until all are acknowledged by all replicas in sync."""
        try:
            producer = self._connected()
            sent = [self._send(producer, letter) for letter in letters]
            producer.flush(timeout=_WITHIN_S)
            for future in sent:
                future.get(_WITHIN_S)
        except (KafkaError, OSError) as error:
            topic = self._config.dead_letters_topic
            raise DeadLettersUnavailable(f"{topic} does not take dead letters: {type(error).__name__}") from error

    def close(self) -> None:
        """Close the producer; every letter is acknowledged by now."""
        if self._producer is not None:
            self._producer.close(timeout=5)
            self._producer = None

    def _connected(self) -> Any:
        if self._producer is None:
            self._producer = KafkaProducer(
                **self._config.kafka.settings(),
                client_id=f"{self._config.sink_id}-dead-letters",
                acks="all",
                compression_type=None,  # sealed bytes do not compress
                max_request_size=8 * 1024 * 1024,
                delivery_timeout_ms=int(_WITHIN_S * 1000),
                request_timeout_ms=10_000,
                max_block_ms=10_000,
            )
        return self._producer

    def _send(self, producer: Any, letter: DeadLetter) -> Any:
        key = f"{letter.position.topic}/{letter.position.partition}".encode()
        return producer.send(self._config.dead_letters_topic, key=key, value=letter.sealed, headers=headers_of(letter))


def headers_of(letter: DeadLetter) -> list[tuple[str, bytes]]:
    """Position, reason and schema of a letter: all that may be read without the key."""
    position = letter.position
    return [
        ("tm-topic", position.topic.encode()),
        ("tm-partition", str(position.partition).encode()),
        ("tm-offset", str(position.offset).encode()),
        ("tm-error", letter.error_code.encode()),
        ("tm-path", letter.path.encode()),
        ("tm-schema-id", str(letter.schema_id).encode()),
        ("tm-key-id", letter.key_id.encode()),
    ]
