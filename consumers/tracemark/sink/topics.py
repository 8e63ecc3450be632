"""The topics: made with the right settings when they are missing, refused when they have wrong ones."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from tracemark.schemas.clock import Clock
from tracemark.sink._kafka import (
    ConfigResource,
    ConfigResourceType,
    KafkaAdminClient,
    KafkaError,
    TopicAlreadyExistsError,
)
from tracemark.sink.config import SinkConfig
from tracemark.sink.errors import BrokerUnavailable, TopicMisconfigured
from tracemark.store import Store

__all__ = ["Topic", "prepared_topics", "registered"]

_DAY_MS: Final = 24 * 3600 * 1000
_SETTINGS: Final[Mapping[str, str]] = {
    "message.timestamp.type": "LogAppendTime",
    "cleanup.policy": "delete",
    "compression.type": "lz4",
}
_EVENTS: Final = {**_SETTINGS, "retention.ms": str(7 * _DAY_MS)}
_CONTROL: Final = {**_SETTINGS, "retention.ms": str(14 * _DAY_MS)}
# A sealed record is a little larger than the record it holds.
_DEAD_LETTERS: Final = {**_SETTINGS, "retention.ms": str(14 * _DAY_MS), "max.message.bytes": str(8 * 1024 * 1024)}
_REQUIRED: Final = ("message.timestamp.type", "cleanup.policy")
"""Without these the guarantees do not hold; the others are a matter of taste and money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as it is."""

    name: str
    topic_id: str
    partitions: int


def prepared_topics(config: SinkConfig) -> tuple[Topic, ...]:
    """The topics to read: events and control. Makes them, and dead letters, where they are missing.

    Raises:
        TopicMisconfigured: One has a setting under which the guarantees do not hold.
        BrokerUnavailable: Kafka does not answer, or does not let us.
    """
    with _admin(config) as admin:
        _create(admin, config)
        names = [config.events_topic, config.control_topic, config.dead_letters_topic]
        found = {topic["name"]: _topic(topic) for topic in admin.describe_topics(names) if topic["partitions"]}
        for name in found:
            _check(admin, name, config.kafka.servers)
        return tuple(found[name] for name in names[:2] if name in found)


def registered(store: Store, topics: tuple[Topic, ...], clock: Clock) -> None:
    """Remember each topic's number of partitions, and refuse one whose number has changed.

    Raises:
        TopicMisconfigured: It has changed: events of one key now go to another partition, so their order is no longer kept.
        StoreError: The store cannot be asked.
    """
    for topic in topics:
        known = store.query(
            "SELECT partitions FROM topics WHERE topic = {name:String} AND topic_id = {id:String} ORDER BY first_seen LIMIT 1",
            {"name": topic.name, "id": topic.topic_id},
        )
        if not known:
            row: list[list[Any]] = [[topic.name], [topic.topic_id], [topic.partitions], [clock.now_us()]]
            types = ("LowCardinality(String)", "String", "UInt32", "DateTime64(6, 'UTC')")
            names = ("topic", "topic_id", "partitions", "first_seen")
            store.insert("topics", names, row, query_id=f"tm-topic-{topic.name}-{clock.now_us()}", column_types=types)
        elif known[0]["partitions"] != topic.partitions:
            wanted, found = str(known[0]["partitions"]), str(topic.partitions)
            remedy = "make a new topic with the number you want, and let producers and sinks move to it"
            raise TopicMisconfigured(topic.name, "the number of partitions", found, wanted, remedy)


@contextmanager
def _admin(config: SinkConfig) -> Generator[Any]:
    try:
        admin = KafkaAdminClient(**config.kafka.settings(), client_id=config.sink_id, bootstrap_timeout_ms=10_000)
        try:
            yield admin
        finally:
            admin.close()
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(f"Kafka at {config.kafka.servers} cannot be asked: {type(error).__name__}") from error


def _create(admin: Any, config: SinkConfig) -> None:
    wanted = {
        config.events_topic: (config.partitions, _EVENTS),
        config.control_topic: (1, _CONTROL),
        config.dead_letters_topic: (1, _DEAD_LETTERS),
    }
    there = set(admin.list_topics())
    for name, (partitions, settings) in wanted.items():
        if name not in there:
            options = {
                "num_partitions": partitions,
                "replication_factor": config.replication_factor or -1,
                "configs": dict(settings),
            }
            try:
                admin.create_topics({name: options}, wait_for_metadata=True)
            except TopicAlreadyExistsError:
                continue  # another sink was quicker


def _topic(found: Mapping[str, Any]) -> Topic:
    topic_id = found.get("topic_id")
    return Topic(name=found["name"], topic_id=str(topic_id) if topic_id else "", partitions=len(found["partitions"]))


def _check(admin: Any, name: str, servers: str) -> None:
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    found = admin.describe_configs([resource], config_filter="all")["topic"][name]
    for setting in _REQUIRED:
        value = str(found[setting]["value"])
        if value != _SETTINGS[setting]:
            remedy = (
                f"run: kafka-configs.sh --bootstrap-server {servers} --alter --entity-type topics --entity-name {name} "
                f"--add-config {setting}={_SETTINGS[setting]}"
            )
            raise TopicMisconfigured(name, setting, value, _SETTINGS[setting], remedy)
