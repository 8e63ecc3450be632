"""Waiting for what had been recorded when a store was asked, and for nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support.embedded import embedded_server
from support.journals import SMALL, event, meta
from support.stores import empty_store, migrated_store
from tracemark.cli._behind import Arrivals
from tracemark.schemas.clock import FixedClock, SystemClock
from tracemark.sdk.journal import JournalReader, JournalWriter
from tracemark.store import Store, StoreConfig

__all__ = ["embedded_server", "empty_store", "migrated_store"]


@dataclass(slots=True)
class Desk:
    """A store, the reports about it, and a clock that moves while one waits."""

    store: Store
    config: StoreConfig
    clock: FixedClock = field(default_factory=lambda: FixedClock(SystemClock().now_us()))
    pauses: int = 0

    def report(self, settled: int, end: int, *, state: str = "running", partition: int = 0) -> None:
        """A sink says how far it has come."""
        self.clock.advance(0.1)
        self.store.command(
            "INSERT INTO sink_status (reported_at, sink_id, topic, partition, state, next_offset, end_offset, lag) VALUES "
            f"(fromUnixTimestamp64Micro({self.clock.now_us()}), 's-1', 'tracemark.events', {partition}, '{state}', {settled}, "
            f"{end}, {end - settled})"
        )

    def doubts(self, meanwhile: Callable[[], None] = lambda: None) -> list[str]:
        """What there is to doubt, when this happens during each pause."""

        def pause(seconds: float) -> None:
            self.pauses += 1
            self.clock.advance(seconds)
            meanwhile()

        arrivals = Arrivals(store=self.store, config=self.config, clock=self.clock, pause=pause)
        return [remark.code for remark in arrivals.doubts()]


@pytest.fixture
def desk(migrated_store: Store, tmp_path: Path) -> Desk:
    """An empty store, and a data directory without journals."""
    return Desk(migrated_store, StoreConfig.embedded(tmp_path))


def test_a_store_that_is_up_to_date_is_not_waited_for(desk: Desk) -> None:
    """Nothing waits anywhere: the answer is there at once."""
    desk.report(7, 7)
    assert (desk.doubts(), desk.pauses) == ([], 0)


def test_what_is_recorded_meanwhile_is_not_waited_for(desk: Desk) -> None:
    """A busy store is always behind; once it holds what there was at the beginning, it can say."""
    desk.report(3, 10)
    desk.report(5, 6, partition=1)

    def go_on() -> None:
        desk.report(3 + 4 * desk.pauses, 10 + 4 * desk.pauses)
        desk.report(5 + desk.pauses, 6 + desk.pauses, partition=1)

    assert (desk.doubts(go_on), desk.pauses) == ([], 2)


def test_a_store_that_does_not_move_is_given_up(desk: Desk) -> None:
    """After ten seconds the lag is what there is to say."""
    desk.report(3, 10)
    start = desk.clock.monotonic()
    assert desk.doubts() == ["lag"]
    assert 10 <= desk.clock.monotonic() - start < 11


def test_what_does_not_pass_is_not_waited_for(desk: Desk) -> None:
    """A sink that is stuck needs somebody: that is said at once."""
    desk.report(3, 10, state="blocked")
    assert (desk.doubts(), desk.pauses) == (["sink_stuck"], 0)


def test_journals_are_waited_for(desk: Desk) -> None:
    """Events that lay in a journal are waited for; those that came later, and journals that are gone, are not."""
    assert desk.config.directory is not None
    root = desk.config.directory / "journals"
    writer = JournalWriter.create(root, meta(), SMALL)
    writer.append(event(1))
    writer.append(event(2))
    reader = writer.reader()

    def deliver_one() -> None:
        writer.append(event(2 + desk.pauses))
        ((position, _),) = reader.read(1, 1)
        reader.acknowledge(position)

    assert (desk.doubts(deliver_one), desk.pauses) == ([], 2)
    assert desk.doubts() == ["journal_waiting"]
    _drain(reader)
    assert desk.doubts() == []


def _drain(reader: JournalReader) -> None:
    while batch := reader.read(100, 1 << 20):
        reader.acknowledge(batch[-1][0])
