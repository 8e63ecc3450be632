"""A broker, the means to trouble it, and clients of one library: what the contract of broker clients is held against."""

from collections.abc import Callable
from dataclasses import dataclass, field

from support.kafka import Kafka, KafkaBroker
from tracemark.sdk.broker import BrokerClient, BrokerConfig, choose_client
from tracemark.sdk.testing import MemoryBroker

__all__ = ["Rig", "kafka_rig", "memory_rig"]


@dataclass(kw_only=True)
class Rig:
    """A broker, the means to trouble it, and clients that are closed at the end of the test."""

    make_client: Callable[[], BrokerClient]
    create_topic: Callable[[str, int], object]
    stored: Callable[[str], list[tuple[int, int, bytes, bytes, tuple[tuple[str, bytes], ...]]]]
    freeze: Callable[[], None]
    thaw: Callable[[], None]
    stop: Callable[[], None]
    start: Callable[[], None]
    clients: list[BrokerClient] = field(default_factory=list)

    def client(self) -> BrokerClient:
        """A client that is not connected yet."""
        self.clients.append(self.make_client())
        return self.clients[-1]

    def connected(self) -> BrokerClient:
        """A connected client."""
        client = self.client()
        client.connect(20)
        return client

    def values(self, topic: str) -> list[bytes]:
        """The values stored in a topic, by partition and offset."""
        return [value for _, _, _, value, _ in self.stored(topic)]


def _config(servers: str, library: str) -> BrokerConfig:
    return BrokerConfig.from_url(f"kafka://{servers}?client_library={library}&max_record_bytes=100000")


def memory_rig() -> Rig:
    broker = MemoryBroker()
    return Rig(
        make_client=lambda: broker.client(_config("memory", "auto")),
        create_topic=lambda name, partitions: broker.create_topic(name, partitions=partitions),
        stored=lambda topic: [(r.partition, r.offset, r.key, r.value, r.headers) for r in broker.records(topic)],
        freeze=broker.pause,
        thaw=broker.resume,
        stop=broker.go_away,
        start=broker.come_back,
    )


def kafka_rig(kafka: Kafka, library: str) -> Rig:
    def of_own(do: Callable[[KafkaBroker], None]) -> Callable[[], None]:
        def call() -> None:
            assert isinstance(kafka, KafkaBroker), "ask for breakable_rig to trouble the broker"
            do(kafka)

        return call

    return Rig(
        make_client=lambda: choose_client(_config(kafka.bootstrap, library)),
        create_topic=lambda name, partitions: kafka.create_topic(name, partitions=partitions),
        stored=lambda topic: [
            (r.partition, r.offset, r.key or b"", r.value or b"", r.headers) for r in kafka.records(topic)
        ],
        freeze=of_own(KafkaBroker.freeze),
        thaw=of_own(KafkaBroker.thaw),
        stop=of_own(KafkaBroker.stop),
        start=of_own(KafkaBroker.start),
    )
