"""Fixtures for every test: a real broker, shared or one's own, and topic names that nobody else uses."""

import os
import re
import uuid
from collections.abc import Iterator
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

from support.kafka import Kafka, KafkaBroker, KafkaUnavailable, broker_from, started_broker

# How busy the machine is says nothing about the code: examples may take their time.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples every time, so that a commit gets one verdict; elsewhere every run tries new ones.
settings.register_profile("repeatable", settings.get_profile("unhurried"), derandomize=True)
settings.load_profile("repeatable" if os.environ.get("TRACEMARK_TEST_REPEATABLE") else "unhurried")


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A broker for all tests of this process: never stop it, and take fresh topics."""
    try:
        broker = broker_from(os.environ, tmp_path_factory.mktemp("kafka"))
    except KafkaUnavailable as reason:
        _without_kafka(str(reason))
    yield broker
    if isinstance(broker, KafkaBroker):
        broker.close()


@pytest.fixture
def private_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A broker of this test's own, which it may freeze, stop and kill."""
    if named := os.environ.get("TRACEMARK_TEST_KAFKA"):
        pytest.skip(f"this test stops its broker, and {named} (TRACEMARK_TEST_KAFKA) is not ours to stop")
    try:
        broker = started_broker(os.environ, tmp_path_factory.mktemp("private-kafka"))
    except KafkaUnavailable as reason:
        _without_kafka(str(reason))
    yield broker
    broker.close()


@pytest.fixture
def topic_name(request: pytest.FixtureRequest) -> str:
    """A topic name of this test's own; the topic does not exist yet."""
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', request.node.name)[:80]}-{uuid.uuid4().hex[:12]}"


def _without_kafka(reason: str) -> NoReturn:
    """Skip, unless `TRACEMARK_REQUIRE_KAFKA=1` says that there must be a broker."""
    if os.environ.get("TRACEMARK_REQUIRE_KAFKA") == "1":
        pytest.fail(f"TRACEMARK_REQUIRE_KAFKA=1, but {reason}")
    pytest.skip(reason)
