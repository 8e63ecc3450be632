"""The whole sink, on a real broker and a real engine."""

import pytest

from support.kafka import Kafka
from support.sinks import events, produce, running_sink, sink_config, stored_offsets
from support.waiting import eventually
from tracemark.store import Store

pytestmark = pytest.mark.kafka


def _is_settled(store: Store, kafka: Kafka, topic: str) -> bool:
    """Whether the ledger has every record of the topic."""
    (row,) = store.query(
        "SELECT sum(records) AS n FROM ledger WHERE topic = {t:String} AND state = 'done'", {"t": topic}
    )
    return bool(row["n"] == sum(kafka.ends(topic).values()))


def test_every_event_is_stored_once_at_its_offset(kafka: Kafka, topic_name: str, migrated_store: Store) -> None:
    """Every event sent is a row at its partition and offset, and the ledger accounts for all of them."""
    config = sink_config(kafka.bootstrap, topic_name)
    with running_sink(config, migrated_store):
        eventually(lambda: topic_name in _topics(kafka), within=30, what="the sink makes the topic")
        produce(kafka.bootstrap, topic_name, events(500))
        eventually(lambda: _is_settled(migrated_store, kafka, topic_name), within=30, what="all is settled")
    ends = {partition: end for partition, end in kafka.ends(topic_name).items() if end}
    assert stored_offsets(migrated_store, topic_name) == {
        partition: list(range(end)) for partition, end in ends.items()
    }


def _topics(kafka: Kafka) -> list[str]:
    with kafka.admin() as admin:
        return list(admin.list_topics())
