"""Settings of the sink."""

import gc
from typing import Any

import pytest

from tracemark.sink import KafkaConnection, SinkConfig, SinkConfigError
from tracemark.sink.collector import tune_collector


@pytest.mark.parametrize(
    "wrong",
    [
        {"range_rows": 0},
        {"range_rows": 60_000},
        {"range_bytes": 0},
        {"workers": 0},
        {"partitions": 0},
        {"range_age_s": 0},
        {"retry_s": -1.0},
        {"control_topic": "tracemark.events"},
    ],
)
def test_a_setting_without_meaning_is_refused(wrong: dict[str, Any]) -> None:
    """A setting that is out of range, or two topics under one name, are refused by the setting's name."""
    with pytest.raises(SinkConfigError, match=next(iter(wrong))):
        SinkConfig(kafka=KafkaConnection(servers="k:9092"), **wrong)


@pytest.mark.parametrize(
    "wrong", [{"servers": "k"}, {"servers": "k:9092", "security": "TLS"}, {"servers": "k:9092", "security": "SASL_SSL"}]
)
def test_a_connection_that_cannot_work_is_refused(wrong: dict[str, str]) -> None:
    """Servers without a port, an unknown protocol, and SASL without a password are refused."""
    with pytest.raises(SinkConfigError, match="Kafka"):
        KafkaConnection(**wrong)


def test_the_environment_is_read_and_no_password_shown() -> None:
    """The producers' variables name servers and login; arguments win; repr shows no password."""
    environ = {
        "TRACEMARK_KAFKA_SERVERS": "a:1,b:2",
        "TRACEMARK_KAFKA_SECURITY": "SASL_SSL",
        "TRACEMARK_KAFKA_SASL_MECHANISM": "PLAIN",
        "TRACEMARK_KAFKA_USERNAME": "me",
        "TRACEMARK_KAFKA_PASSWORD": "hush-hush",
    }
    connection = KafkaConnection.from_env(environ, servers="c:3")
    assert connection.settings()["bootstrap_servers"] == ["c:3"]
    assert connection.settings()["sasl_plain_password"] == "hush-hush"  # noqa: S105 - of this test
    assert "hush" not in repr(connection)
    with pytest.raises(SinkConfigError, match="TRACEMARK_KAFKA_SERVERS"):
        KafkaConnection.from_env({})


def test_the_collector_looks_at_many_objects_at_once() -> None:
    """A process that only sinks raises the collector's thresholds far above the defaults."""
    before = gc.get_threshold()
    try:
        tune_collector()
        assert gc.get_threshold()[0] >= 100 * before[0]
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
