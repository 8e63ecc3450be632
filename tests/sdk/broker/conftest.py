"""The three implementations of a broker client, each with the broker that it talks to."""

from collections.abc import Iterator

import pytest

from support.broker_rigs import Rig, kafka_rig, memory_rig

LIBRARIES = [
    "memory",
    pytest.param("kafka-python", marks=pytest.mark.kafka),
    pytest.param("librdkafka", marks=pytest.mark.kafka),
]


def _rig(request: pytest.FixtureRequest, fixture: str) -> Iterator[Rig]:
    if request.param == "librdkafka":
        pytest.importorskip("confluent_kafka")
    rig = memory_rig() if request.param == "memory" else kafka_rig(request.getfixturevalue(fixture), request.param)
    yield rig
    for client in rig.clients:
        client.close(0)


@pytest.fixture(params=LIBRARIES)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """Each client with a broker that many tests share."""
    yield from _rig(request, "kafka")


@pytest.fixture(params=LIBRARIES)
def breakable_rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """Each client with a broker of the test's own."""
    yield from _rig(request, "private_kafka")
