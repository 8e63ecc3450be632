"""Two stores for all tests of the boards: one empty, one with a small world in it."""

from collections.abc import Iterator

import pytest

from support.board_story import tell_world
from support.board_world import BoardStore, open_store
from support.fake_grafana import FakeGrafana, running_grafana


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardStore]:
    """Tables without a row."""
    yield from open_store(tmp_path_factory.mktemp("boards-empty"))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardStore]:
    """The world of `board_story`."""
    for store in open_store(tmp_path_factory.mktemp("boards-world")):
        tell_world(store)
        yield store


@pytest.fixture
def grafana() -> Iterator[FakeGrafana]:
    """A small Grafana on a loopback port, with nothing in it."""
    with running_grafana(FakeGrafana()) as running:
        yield running
