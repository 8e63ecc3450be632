"""The edge around kafka-python's consumer, on a real broker."""

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from support.kafka import Kafka
from support.sinks import sink_config
from support.waiting import eventually
from tracemark.sink.consumer import Departure, KafkaSource
from tracemark.sink.lanes import LaneKey

pytestmark = pytest.mark.kafka


class NothingToLeave:
    """Lanes that nobody writes."""

    def is_ready(self) -> bool:
        """At once."""
        return True

    def offsets(self) -> Mapping[LaneKey, int]:
        """Nothing to commit."""
        return {}


def _leave(lanes: Collection[LaneKey]) -> Departure:
    return NothingToLeave()


def test_a_rebalance_that_outlasts_a_poll_is_seen_to_its_end(kafka: Kafka, topic_name: str) -> None:
    """When partitions are added, the group's leader joins anew; however short its polls, it ends up with all of them."""
    topic = kafka.create_topic(topic_name, partitions=1)
    source = KafkaSource(sink_config(kafka.bootstrap, topic), [topic], _leave)
    within_s = 0.001  # shorter than any answer of a broker

    def has(partitions: int) -> bool:
        source.poll(within_s)
        return source.lanes() == {LaneKey(topic, partition) for partition in range(partitions)}

    try:
        eventually(lambda: has(1), every=0, what="the only partition is assigned")
        with kafka.admin() as found:
            admin: Any = found
            admin.create_partitions({topic: 3})
        # Now, where it would look for new partitions once a minute.
        consumer: Any = source._consumer  # pyright: ignore[reportPrivateUsage]
        consumer._cluster.request_update()
        eventually(lambda: has(3), every=0, what="all partitions are assigned")
    finally:
        source.close()
