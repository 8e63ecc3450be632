"""Who may write a lane: the last one to claim it.

A sink claims a lane when it enters it, by a row `intended` in the ledger with an epoch above all others of the lane; only then it
ends what a former owner has in flight, and looks. Before each range it asks whether somebody has claimed the lane since. A sink
that was frozen, lost its partition and thaws finds the claim of its successor and writes no more. Should two sinks hold a claim for
good all the same, the store keeps one row of the ledger for each first offset, and the sink whose row was dropped finds that out.
"""

import uuid
from dataclasses import replace
from typing import Final

from tracemark.schemas.clock import Clock
from tracemark.schemas.topics import JOURNAL_TOPIC
from tracemark.sink.errors import LaneTaken
from tracemark.sink.ledger import Ledger
from tracemark.sink.records import Range, RangeOutcome
from tracemark.store import StoreUnavailable

__all__ = ["Fence"]

_RANDOM_BITS: Final = 20


class Fence:
    """Claims lanes and guards them; thread-safe. Lanes of journals have one drain by its lock, and are not fenced."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        """Claims are rows of `ledger`."""
        self._ledger = ledger
        self._clock = clock

    def claim(self, range_: Range, settled: int) -> int:
        """Take a lane over, from the first of these records that is not settled on; the epoch under which it may be written."""
        if range_.topic == JOURNAL_TOPIC:
            return range_.epoch
        before = self._ledger.newest_epoch(range_.topic, range_.topic_id, range_.partition, -1)
        # Milliseconds with a random tail: two that claim at once differ, and a clock that was set back does not matter.
        now = self._clock.now_us() // 1000 << _RANDOM_BITS | uuid.uuid4().int % (1 << _RANDOM_BITS)
        epoch = max(now, range_.epoch, before + 1)
        new = [record for record in range_.records if record.offset > settled]
        self._ledger.intend(replace(range_.part(new), epoch=epoch))
        return epoch

    def check(self, range_: Range, settled: int, epoch: int) -> None:
        """Raise `LaneTaken` when somebody has claimed the lane since `settled` was the last offset settled in it.

        A claim begins behind what was settled when it was made, so `settled` must be as old as the last answer that was good.
        """
        if range_.topic == JOURNAL_TOPIC:
            return
        if self._ledger.newest_epoch(range_.topic, range_.topic_id, range_.partition, settled) > epoch:
            raise LaneTaken(range_.topic, range_.partition)

    def settle(self, range_: Range, outcome: RangeOutcome, merkle_root: bytes) -> None:
        """Say what became of a range that was written under its epoch.

        Raises:
            LaneTaken: Another sink has settled these offsets, and the ledger has its row alone.
            StoreUnavailable: The row was acknowledged and is not there.
        """
        self._ledger.settle(range_, outcome, merkle_root)
        if range_.topic == JOURNAL_TOPIC:
            return
        if not (settled := self._ledger.settled_epochs(range_)):
            # A row that the same token stood for before, and that was removed since, or never arrived.
            self._ledger.settle(range_, outcome, merkle_root, attempt=uuid.uuid4().hex)
            settled = self._ledger.settled_epochs(range_)
        if not settled:
            raise StoreUnavailable(
                f"{range_.topic}[{range_.partition}]: an acknowledged row of the ledger is not there"
            )
        if range_.epoch not in settled:
            raise LaneTaken(range_.topic, range_.partition)
