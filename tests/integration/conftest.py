"""The whole system, fresh for a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.kafka import KafkaBroker
from support.system import System
from support.up import LongRunning, Up


@pytest.fixture
def system(private_kafka: KafkaBroker, tmp_path: Path) -> Iterator[System]:
    """Real processes, none of them shared."""
    with Up(tmp_path / "data") as up:
        arguments = ["sink", "--kafka", private_kafka.bootstrap, "--data", str(up.data), "--partitions", "4"]
        with LongRunning(arguments, tmp_path / "sink.log") as sink:
            yield System(private_kafka, up, sink, tmp_path)
