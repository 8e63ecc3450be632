"""The test rig itself: a real broker that can be started, frozen, stopped and killed."""

import pytest
from kafka import KafkaProducer

from support.kafka import Kafka, KafkaBroker

pytestmark = pytest.mark.kafka


def _store(kafka: Kafka, topic: str, value: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)
    producer.send(topic, value=value).get(30)
    producer.close(timeout=10)


def test_stored_records_are_read_back_with_broker_timestamps(kafka: Kafka, topic_name: str) -> None:
    """A record written to a fresh topic is read back at offset 0 with the broker's time."""
    kafka.create_topic(topic_name)
    _store(kafka, topic_name, b"one")
    (record,) = kafka.records(topic_name)
    assert (record.partition, record.offset, record.value) == (0, 0, b"one")
    assert record.timestamp_ms > 0
    assert kafka.ends(topic_name) == {0: 1}


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_broker_keeps_its_data_and_address(private_kafka: KafkaBroker, topic_name: str, end: str) -> None:
    """A broker that was stopped or killed serves the same records at the same address afterwards."""
    private_kafka.create_topic(topic_name)
    _store(private_kafka, topic_name, b"one")
    if end == "stop":
        private_kafka.stop()
    else:
        private_kafka.kill()
    assert not private_kafka.answers()
    private_kafka.start()
    assert [record.value for record in private_kafka.records(topic_name)] == [b"one"]
