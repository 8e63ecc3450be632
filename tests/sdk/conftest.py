"""A recorder per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tracemark.sdk.testing import Recorder


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    """A client on an in-memory broker."""
    made = Recorder(tmp_path / "journals")
    yield made
    made.broker.resume()
    made.broker.come_back()
    made.close()
