"""What only a real broker and a real library can show: retries, forks, exits, passwords, access rights."""

import logging
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

from support.kafka import Kafka, KafkaBroker
from support.kafka_settings import PASSWORD, USERNAME
from support.proxy import Proxy
from support.waiting import eventually
from tracemark.sdk.broker import (
    Acknowledged,
    BrokerClient,
    BrokerConfig,
    BrokerRefused,
    BrokerUnavailable,
    Failed,
    Record,
    choose_client,
)

pytestmark = pytest.mark.kafka


@pytest.fixture(params=["kafka-python", "librdkafka"])
def library(request: pytest.FixtureRequest) -> str:
    """Each of the two libraries."""
    if request.param == "librdkafka":
        pytest.importorskip("confluent_kafka")
    return str(request.param)


@pytest.fixture
def broker(kafka: Kafka) -> KafkaBroker:
    """The shared broker, if it is one of ours: with a detour and a guarded address."""
    if not isinstance(kafka, KafkaBroker):
        pytest.skip("this test needs the listeners of our own broker, and TRACEMARK_TEST_KAFKA names another one")
    return kafka


@pytest.fixture
def proxy(broker: KafkaBroker) -> Iterator[Proxy]:
    """A proxy on the broker's detour."""
    proxy = Proxy(listen=broker.detour.listen, target=broker.detour.target)
    yield proxy
    proxy.close()


def connected(servers: str, library: str, password: str = "", within: float = 20) -> BrokerClient:
    """A connected client; with a password as the user that the broker knows."""
    options = f"client_library={library}"
    if password:
        options += f"&security=SASL_PLAINTEXT&sasl_mechanism=PLAIN&username={USERNAME}"
    environ = {"TRACEMARK_KAFKA_PASSWORD": password}
    client = choose_client(BrokerConfig.from_url(f"kafka://{servers}?{options}", environ=environ))
    client.connect(within)
    return client


def grant_only(broker: KafkaBroker, topic: str, operation: ACLOperation) -> None:
    """Leave the user with the password one right on a topic."""
    pattern = ResourcePattern(ResourceType.TOPIC, topic)
    with broker.admin() as admin:
        admin.create_acls([ACL(f"User:{USERNAME}", "*", operation, ACLPermissionType.ALLOW, pattern)])


def test_a_lost_acknowledgement_makes_no_duplicate(
    broker: KafkaBroker, proxy: Proxy, library: str, topic_name: str
) -> None:
    """Records that were stored, but whose answer got lost, are retried and acknowledged where they already are."""
    broker.create_topic(topic_name)
    client = connected(f"127.0.0.1:{broker.detour.listen}", library)
    assert client.submit([Record(topic_name, b"key", b"first")]).wait(60)
    proxy.swallow_answers()
    batch = client.submit([Record(topic_name, b"key", b"%d" % n) for n in range(20)])
    eventually(lambda: broker.ends(topic_name) == {0: 21}, what="the broker has stored the batch")
    assert not batch.wait(0)
    proxy.cut()
    assert batch.wait(60)
    assert list(batch.outcomes()) == [Acknowledged(0, n + 1) for n in range(20)]
    assert [record.value for record in broker.records(topic_name)] == [b"first", *(b"%d" % n for n in range(20))]
    client.close(5)


def test_both_libraries_choose_the_same_partition(broker: KafkaBroker, topic_name: str) -> None:
    """A key goes to the same partition whichever library a service happens to have."""
    pytest.importorskip("confluent_kafka")
    broker.create_topic(topic_name, partitions=7)
    partitions: list[list[int]] = []
    for library in ("kafka-python", "librdkafka"):
        client = connected(broker.bootstrap, library)
        batch = client.submit([Record(topic_name, b"key-%d" % n, b"") for n in range(50)])
        assert batch.wait(60)
        partitions.append([outcome.partition for outcome in batch.outcomes() if isinstance(outcome, Acknowledged)])
        client.close(5)
    assert len(partitions[0]) == 50
    assert partitions[0] == partitions[1]


def test_the_right_password_opens_and_is_never_logged(
    broker: KafkaBroker, library: str, topic_name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With credentials records are stored, and the password appears in no log line, even at debug level."""
    caplog.set_level(logging.DEBUG)
    broker.create_topic(topic_name)
    client = connected(broker.guarded, library, PASSWORD)
    assert client.submit([Record(topic_name, b"key", b"value")]).wait(60)
    client.close(5)
    assert PASSWORD not in caplog.text


def test_a_wrong_password_is_refused(broker: KafkaBroker, library: str) -> None:
    """The text speaks of the credentials without repeating them; kafka-python cannot always be sure that it is them."""
    expected = BrokerRefused if library == "librdkafka" else (BrokerRefused, BrokerUnavailable)
    with pytest.raises(expected, match="credentials") as refusal:
        connected(broker.guarded, library, "wrong-password", within=3)
    assert "wrong-password" not in str(refusal.value)


def test_a_topic_that_may_not_be_seen_is_refused(broker: KafkaBroker, library: str, topic_name: str) -> None:
    """Without the right to see a topic nothing is handed over, and the text names the rights needed."""
    broker.create_topic(topic_name)
    grant_only(broker, topic_name, ACLOperation.ALTER_CONFIGS)
    client = connected(broker.guarded, library, PASSWORD)
    with pytest.raises(BrokerRefused, match="grant WRITE and DESCRIBE"):
        client.submit([Record(topic_name, b"key", b"value")])
    client.close(5)


def test_a_topic_that_may_not_be_written_ends_the_client(broker: KafkaBroker, library: str, topic_name: str) -> None:
    """A refusal by the broker fails the records, to be kept and sent again, and ends the client."""
    broker.create_topic(topic_name)
    grant_only(broker, topic_name, ACLOperation.DESCRIBE)
    client = connected(broker.guarded, library, PASSWORD)
    batch = client.submit([Record(topic_name, b"key", b"value")])
    assert batch.wait(60)
    assert list(batch.outcomes()) == [Failed("topic_authorization_failed", retriable=True, ambiguous=True)]
    with pytest.raises(BrokerUnavailable, match="topic_authorization_failed"):
        client.submit([Record(topic_name, b"key", b"value")])
    client.close(5)


def test_a_topic_with_a_smaller_limit_ends_the_client_and_drops_nothing(
    broker: KafkaBroker, library: str, topic_name: str
) -> None:
    """If the broker takes less than `max_record_bytes`, records stay to be sent again: the mistake is not theirs."""
    broker.create_topic(topic_name, config={"max.message.bytes": "20000", "compression.type": "uncompressed"})
    client = connected(broker.bootstrap, library)
    assert client.submit([Record(topic_name, b"key", b"small")]).wait(60)
    batch = client.submit([Record(topic_name, b"key", os.urandom(50_000))])
    assert batch.wait(60)
    assert list(batch.outcomes()) == [Failed("message_too_large", retriable=True, ambiguous=True)]
    with pytest.raises(BrokerUnavailable, match="message_too_large"):
        client.submit([Record(topic_name, b"key", b"small")])
    client.close(5)


PREAMBLE = """
import os, sys, warnings
warnings.simplefilter("ignore")
from tracemark.sdk.broker import BrokerConfig, BrokerUnavailable, Record, choose_client

servers, library, topic = sys.argv[1:]

def connected():
    client = choose_client(BrokerConfig.from_url(f"kafka://{servers}?client_library={library}"))
    client.connect(20)
    return client

def sent(client, value):
    return client.submit([Record(topic, b"key", value)]).wait(30)
"""

FORK = """
parents = connected()
assert sent(parents, b"before")
child = os.fork()
if child == 0:
    try:
        sent(parents, b"from the wrong process")
    except BrokerUnavailable as refusal:
        assert "after a fork" in str(refusal)
    own = connected()
    assert sent(own, b"child")
    own.close(5)
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
assert sent(parents, b"after")
parents.close(5)
"""

EXIT = """
client = connected()
assert sent(client, b"before")
print("connected", flush=True)
sys.stdin.readline()
client.submit([Record(topic, b"key", b"never acknowledged")])
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A service process that runs a script."""
    program = PREAMBLE + textwrap.dedent(script)
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_a_forked_child_makes_its_own_client(broker: KafkaBroker, library: str, topic_name: str) -> None:
    """The inherited client refuses, a new one works, both processes end in order, and the parent's goes on."""
    broker.create_topic(topic_name)
    service = start(FORK, broker.bootstrap, library, topic_name)
    told = service.communicate(timeout=60)
    assert (service.returncode, told) == (0, ("", ""))
    assert [record.value for record in broker.records(topic_name)] == [b"before", b"child", b"after"]


def test_a_service_that_never_closes_ends_quietly(private_kafka: KafkaBroker, library: str, topic_name: str) -> None:
    """With the broker frozen and a record open, a process still ends by itself and prints nothing."""
    private_kafka.create_topic(topic_name)
    service = start(EXIT, private_kafka.bootstrap, library, topic_name)
    assert service.stdout is not None
    assert service.stdout.readline() == "connected\n"
    private_kafka.freeze()
    told = service.communicate("go\n", timeout=60)
    assert (service.returncode, told) == (0, ("", ""))
