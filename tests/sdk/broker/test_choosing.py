"""Which library a service gets."""

import sys

import pytest

from tracemark.sdk.broker import BrokerConfig, BrokerConfigError, choose_client
from tracemark.sdk.broker.kafka_python import KafkaPythonClient


def test_librdkafka_is_taken_when_it_is_there() -> None:
    """With confluent-kafka installed, `auto` means librdkafka."""
    pytest.importorskip("confluent_kafka")
    assert type(choose_client(BrokerConfig(servers=("broker:9092",)))).__name__ == "LibrdkafkaClient"


def test_kafka_python_is_always_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without confluent-kafka, `auto` means kafka-python."""
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    assert isinstance(choose_client(BrokerConfig(servers=("broker:9092",))), KafkaPythonClient)


def test_kafka_python_can_be_asked_for() -> None:
    """The configuration decides, whatever is installed."""
    config = BrokerConfig(servers=("broker:9092",), client_library="kafka-python")
    assert isinstance(choose_client(config), KafkaPythonClient)


def test_a_missing_librdkafka_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever insists on librdkafka is told what to install."""
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    with pytest.raises(BrokerConfigError, match="pip install"):
        choose_client(BrokerConfig(servers=("broker:9092",), client_library="librdkafka"))
