"""The topic that is missing, on a real broker."""

from pathlib import Path

import pytest

from support.kafka import KafkaBroker
from tracemark.schemas.events import AuditAccessed
from tracemark.schemas.topics import CONTROL_TOPIC
from tracemark.sdk import AuditClient, ClientConfig
from tracemark.sdk.journal import find_journals
from tracemark.sdk.keyring import Keyring


@pytest.mark.kafka
@pytest.mark.parametrize("library", ["kafka-python", "librdkafka"])
def test_a_topic_that_a_real_broker_lacks_holds_up_nobody(
    private_kafka: KafkaBroker, tmp_path: Path, library: str
) -> None:
    """With either library the usual events arrive past it, and the governance event once somebody has created its topic."""
    topic = private_kafka.create_topic(f"events-{library}", config={"message.timestamp.type": "LogAppendTime"})
    config = ClientConfig(
        url=f"kafka://{private_kafka.bootstrap}?client_library={library}",
        service_id="svc",
        topic=topic,
        journal_dir=tmp_path,
    )
    with AuditClient(config, keyring=Keyring.create()) as audit:
        held = audit.emit(AuditAccessed(access_kind="trace", access_interface="cli", access_ok=True))
        assert audit.moderation(action="pass", detector="classifier", content_id="c-1").wait(60)
        assert held.accepted
        assert not held.acknowledged
        assert len(find_journals(tmp_path)) == 2
        private_kafka.create_topic(CONTROL_TOPIC, config={"message.timestamp.type": "LogAppendTime"})
        assert held.wait(60)
        assert audit.flush(60).complete
    assert len(private_kafka.records(CONTROL_TOPIC)) == 1
    assert find_journals(tmp_path) == []
