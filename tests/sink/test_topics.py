"""Topics: made as the guarantees need them, refused where they are not, and their partitions counted once for all."""

from typing import Any

import pytest

from support.kafka import Kafka, free_port
from support.sinks import sink_config
from tracemark.schemas.clock import FixedClock
from tracemark.sink import BrokerUnavailable, TopicMisconfigured
from tracemark.sink._kafka import ConfigResource, ConfigResourceType
from tracemark.sink.topics import Topic, prepared_topics, registered
from tracemark.store import Store

pytestmark = pytest.mark.kafka


def _settings(kafka: Kafka, topic: str) -> dict[str, str]:
    with kafka.admin() as client:
        admin: Any = client
        found = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
    return {name: str(setting["value"]) for name, setting in found["topic"][topic].items()}


def test_missing_topics_are_made_with_the_right_settings(kafka: Kafka, topic_name: str) -> None:
    """Events, control and dead letters get broker time, lz4, deletion by age, and the partitions that were asked for."""
    config = sink_config(kafka.bootstrap, topic_name, partitions=5)
    found = {topic.name: topic for topic in prepared_topics(config)}
    assert found[config.events_topic].partitions == 5
    assert found[config.events_topic].topic_id
    for name in (config.events_topic, config.control_topic, config.dead_letters_topic):
        settings = _settings(kafka, name)
        assert (settings["message.timestamp.type"], settings["cleanup.policy"]) == ("LogAppendTime", "delete")
        assert settings["compression.type"] == "lz4"
    assert _settings(kafka, config.dead_letters_topic)["retention.ms"] == str(14 * 24 * 3600 * 1000)
    assert prepared_topics(config) == tuple(found.values())


@pytest.mark.parametrize(
    ("setting", "value"), [("message.timestamp.type", "CreateTime"), ("cleanup.policy", "compact")]
)
def test_a_topic_with_a_wrong_setting_is_refused_with_the_command(
    kafka: Kafka, topic_name: str, setting: str, value: str
) -> None:
    """A topic under which events could be lost or misdated is refused, naming the setting and the command that mends it."""
    kafka.create_topic(topic_name, config={setting: value})
    with pytest.raises(TopicMisconfigured, match=r"kafka-configs\.sh .* --alter") as refused:
        prepared_topics(sink_config(kafka.bootstrap, topic_name))
    assert (refused.value.topic, refused.value.setting) == (topic_name, setting)


def test_a_changed_number_of_partitions_is_refused(migrated_store: Store) -> None:
    """A topic that has got more partitions is refused, while one made anew under the same name may have any number."""
    clock = FixedClock()
    registered(migrated_store, (Topic(name="t", topic_id="one", partitions=3),), clock)
    registered(migrated_store, (Topic(name="t", topic_id="one", partitions=3),), clock)
    registered(migrated_store, (Topic(name="t", topic_id="two", partitions=6),), clock)
    with pytest.raises(TopicMisconfigured, match="number of partitions is 4, but must be 3"):
        registered(migrated_store, (Topic(name="t", topic_id="one", partitions=4),), clock)


def test_a_broker_that_is_away_is_unavailable() -> None:
    """Nobody at the address is told as such, for a sink to try again later."""
    with pytest.raises(BrokerUnavailable, match="cannot be asked"):
        prepared_topics(sink_config(f"127.0.0.1:{free_port()}", "t"))
