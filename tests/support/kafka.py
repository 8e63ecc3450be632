"""A real Apache Kafka broker for tests: one node, KRaft, its own process that tests may freeze, stop and kill."""

import contextlib
import fcntl
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from kafka import KafkaAdminClient, KafkaConsumer
from kafka.admin import NewTopic
from kafka.errors import KafkaError
from kafka.structs import TopicPartition

from support.kafka_jars import KafkaUnavailable, java_command, kafka_jars
from support.kafka_settings import JVM, LOGGING, server_properties
from support.waiting import eventually

__all__ = [
    "BrokerFailed",
    "Detour",
    "Kafka",
    "KafkaBroker",
    "KafkaUnavailable",
    "StoredRecord",
    "broker_from",
    "free_port",
    "started_broker",
]

_START_WITHIN_S = 60.0
_STOP_WITHIN_S = 30.0


class BrokerFailed(Exception):
    """A broker could be run here, but does not do what it should: a test must not skip for this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """One record as a broker holds it."""

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Detour:
    """A port of the broker (`target`) whose clients are told to come to another one (`listen`), where a proxy may be."""

    listen: int
    target: int


class Kafka:
    """A broker that answers at `bootstrap` (`host:port`), whoever runs it."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    @contextlib.contextmanager
    def admin(self) -> Generator[KafkaAdminClient]:
        """An admin client, closed at the end."""
        settings: dict[str, Any] = {"bootstrap_servers": self.bootstrap, "bootstrap_timeout_ms": 10_000}
        client = KafkaAdminClient(**settings)
        try:
            yield client
        finally:
            client.close()

    def create_topic(self, name: str, *, partitions: int = 1, config: Mapping[str, str] | None = None) -> str:
        """Make a topic with broker timestamps, as the product wants them, unless `config` says otherwise."""
        settings = {"message.timestamp.type": "LogAppendTime", **(config or {})}
        with self.admin() as admin:
            admin.create_topics([NewTopic(name, partitions, 1, topic_configs=settings)])
        return name

    def records(self, topic: str) -> list[StoredRecord]:
        """Everything a topic holds now, by partition and offset; it needs no group and commits nothing."""
        consumer = KafkaConsumer(
            bootstrap_servers=self.bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        try:
            return _drain(consumer, topic)
        finally:
            consumer.close()

    def ends(self, topic: str) -> dict[int, int]:
        """The next offset of each partition of a topic."""
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, enable_auto_commit=False)
        try:
            return {tp.partition: end for tp, end in consumer.end_offsets(_partitions(consumer, topic)).items()}
        finally:
            consumer.close()

    def answers(self) -> bool:
        """Whether the broker is there and lets itself be used."""
        host, port = self.bootstrap.rsplit(":", 1)
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
            with self.admin() as admin:
                return bool(admin.describe_cluster()["brokers"])  # a node that may not serve yet is not listed
        except (OSError, KafkaError):
            return False


class KafkaBroker(Kafka):
    """A broker process of our own. Data, address and cluster id stay the same over `stop`, `kill` and `start`."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        """Prepare a node in an empty folder; raises KafkaUnavailable where none can run."""
        port, detour, guarded = free_port(), free_port(), free_port()
        super().__init__(f"127.0.0.1:{port}")
        self.guarded = f"127.0.0.1:{guarded}"
        """The address for SASL_PLAINTEXT with `kafka_settings.USERNAME` and `PASSWORD`."""
        self.detour = Detour(listen=free_port(), target=detour)
        """A way to the broker that a test may put its own proxy on."""
        self._folder = folder
        self._log = folder / "broker.log"
        self._properties = folder / "server.properties"
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        (folder / "log4j2.xml").write_text(LOGGING)
        ports = {"port": port, "detour": detour, "detour_seen": self.detour.listen, "guarded": guarded}
        settings = server_properties(folder / "data", controller=free_port(), **ports)
        self._properties.write_text(settings)
        logging = f"-Dlog4j2.configurationFile={folder / 'log4j2.xml'}"
        self._java = [java_command(), *JVM, logging, "-cp", f"{kafka_jars(environ)}/*"]
        self._format()

    @property
    def pid(self) -> int:
        """The process id of the running broker."""
        return self._running().pid

    def start(self) -> None:
        """Start on the data as it is and return once the broker serves."""
        with self._log.open("ab") as log:
            command = [*self._java, "kafka.Kafka", str(self._properties)]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        # Dies with this process: its pipe closes, and it takes the broker along, even after a kill -9 of the tests.
        guard = ["sh", "-c", f"cat >/dev/null; kill -9 {self._process.pid}"]
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE)
        eventually(self._serves, within=_START_WITHIN_S, every=0.05, what="Kafka answers")

    def stop(self) -> None:
        """Let the broker shut down in order (SIGTERM)."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the broker at once (SIGKILL)."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Shut down in order, then start again."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Stop the process without closing its connections (SIGSTOP): it accepts bytes and answers nothing."""
        self._running().send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen broker go on (SIGCONT)."""
        self._running().send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End the process if there is one; may be called at any time."""
        if self._process is not None:
            self.kill()

    def _format(self) -> None:
        """A data folder as the storage tool makes it, under ids of its own. The tool runs once: it takes a Java of its own."""
        data = self._folder / "data"
        if _formatted:
            shutil.copytree(_formatted[0], data)
        else:
            self._run_storage_tool()
            _formatted.append(shutil.copytree(data, self._folder / "formatted"))
        ids = data / "meta.properties"
        ids.write_text(
            re.sub(r"(?m)^((?:cluster|directory)\.id)=.*$", lambda line: f"{line[1]}={_id()}", ids.read_text())
        )

    def _run_storage_tool(self) -> None:
        tool = ["kafka.tools.StorageTool", "format", f"--cluster-id={_id()}", "-c", str(self._properties)]
        done = subprocess.run([*self._java, *tool], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BrokerFailed(f"Kafka's storage tool failed: {(done.stdout + done.stderr)[-800:]}")

    def _serves(self) -> bool:
        if self._running().poll() is not None:
            raise BrokerFailed(f"the broker ended while starting: {self._log.read_text()[-2000:]}")
        return self.answers()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise BrokerFailed("this broker is not running: call start() first")
        return self._process

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._running(), None
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)  # a frozen process would not see SIGTERM
        process.wait(_STOP_WITHIN_S)
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()


_formatted: list[Path] = []
"""The data folder of the first node, before it was used."""


def _id() -> str:
    return urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


def free_port() -> int:
    """A loopback port for this process alone, below the range for outgoing connections.

    A client that keeps knocking at a closed port inside that range can in the end be given this very port as its own
    and connect to itself; the broker could then not take it again. A lock held for the life of this process keeps
    other test processes from choosing the same port before the broker has taken it.
    """
    while True:
        port = random.SystemRandom().randrange(15_000, 32_000)
        with contextlib.suppress(OSError):  # locked by another process, or in use
            _reserve(port)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
            return port


_reservations: list[TextIO] = []


def _reserve(port: int) -> None:
    folder = Path(tempfile.gettempdir()) / f"tracemark-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    reservation = (folder / str(port)).open("w")
    _reservations.append(reservation)
    fcntl.flock(reservation, fcntl.LOCK_EX | fcntl.LOCK_NB)


def broker_from(environ: Mapping[str, str], folder: Path) -> Kafka:
    """The broker that `TRACEMARK_TEST_KAFKA` names, else a started one of our own in `folder`."""
    named = environ.get("TRACEMARK_TEST_KAFKA")
    if not named:
        return started_broker(environ, folder)
    broker = Kafka(named)
    if not broker.answers():
        raise KafkaUnavailable(f"TRACEMARK_TEST_KAFKA={named} does not answer")
    return broker


def started_broker(environ: Mapping[str, str], folder: Path) -> KafkaBroker:
    """A running broker of our own, which the caller closes."""
    broker = KafkaBroker(folder, environ)
    try:
        broker.start()
    except BaseException:
        broker.close()
        raise
    return broker


def _partitions(consumer: KafkaConsumer, topic: str) -> list[TopicPartition]:
    return [TopicPartition(topic, partition) for partition in sorted(consumer.partitions_for_topic(topic) or ())]


def _drain(consumer: KafkaConsumer, topic: str) -> list[StoredRecord]:
    partitions = _partitions(consumer, topic)
    if not partitions:
        raise BrokerFailed(f"there is no topic {topic}")
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    found: list[StoredRecord] = []
    while any((consumer.position(partition) or 0) < end for partition, end in ends.items()):
        for polled in consumer.poll(timeout_ms=200).values():
            found.extend(
                StoredRecord(
                    partition=record.partition,
                    offset=record.offset,
                    timestamp_ms=record.timestamp,
                    key=record.key,
                    value=record.value,
                    headers=tuple(record.headers),
                )
                for record in polled
            )
    return sorted(found, key=lambda record: (record.partition, record.offset))
