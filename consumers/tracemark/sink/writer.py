"""The heart of the sink: a range goes in, and afterwards each of its records is stored once, put aside, or known as a duplicate."""

import hashlib
import logging
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from tracemark.schemas.clock import Clock, SystemClock
from tracemark.schemas.topics import CONTROL_TOPIC
from tracemark.sink.columns import block_of
from tracemark.sink.dead_letters import DeadLetter, DeadLetterSink
from tracemark.sink.errors import LaneTaken
from tracemark.sink.fencing import Fence
from tracemark.sink.judging import Accepted, Judge, Rejected
from tracemark.sink.ledger import Ledger
from tracemark.sink.limiting import DeadLetterLimit
from tracemark.sink.looking import Found, Look
from tracemark.sink.recording import DeadLetterTable
from tracemark.sink.records import Range, RangeOutcome
from tracemark.sink.sealing import DeadLetterKey
from tracemark.sink.sorting import Sorted, sorted_out
from tracemark.store import AmbiguousInsert, Store, StoreRefused, StoreUnavailable, merkle_root

__all__ = ["MAX_ROWS", "RangeWriter"]

log = logging.getLogger("tracemark.sink")

MAX_ROWS: Final = 50_000
"""Most rows of one insert: below ClickHouse's chunk of 65,409 rows, so that a block is always cut the same."""

_Question = Callable[[], None]
"""Raises when a lane is not ours any more."""


@dataclass(slots=True)
class _Claim:
    """That a lane is ours; kept through failures, so that whoever took it over meanwhile is found.

    Attributes:
        assignment: Epoch of the assignment that claimed it.
        epoch: Under which it was claimed.
        asked: Last offset settled when nobody else had claimed it.
    """

    assignment: int
    epoch: int
    asked: int


@dataclass(slots=True)
class _Lane:
    """What is known of a lane while nothing has gone wrong.

    Attributes:
        settled: Last offset the ledger has as done; nothing at or below it is accounted again.
        highest: Highest offset that may be stored; above it, nothing needs to be looked up.
        claim: None while nothing new was seen of it.
        is_proven: Whether an insert was seen to arrive since the lane was entered.
    """

    settled: int
    highest: int
    claim: _Claim | None
    is_proven: bool = False


class RangeWriter:
    """Writes ranges into the store, exactly once. Independent of where they come from.

    Thread-safe as long as one lane (topic and partition) is written by one thread at a time, in offset order. One process may write
    a lane at a time.
    """

    def __init__(
        self,
        store: Store,
        dead_letters: DeadLetterSink,
        key: DeadLetterKey,
        *,
        clock: Clock | None = None,
        writer_id: str = "sink",
        control_topic: str = CONTROL_TOPIC,
        dead_letter_limit: int = 0,
        may_write: Callable[[], bool] = lambda: True,
    ) -> None:
        """Write into `store`; put aside into `dead_letters` under `key`; sign ledger rows with `writer_id`.

        A lane halts before it has put aside `dead_letter_limit` records more than it stored; 0 is no limit. `may_write` is asked
        before everything that changes a lane: False when its owner may be another process by now; from any thread.
        """
        clock = clock or SystemClock()
        self.ledger = Ledger(store, clock, writer_id=writer_id)
        self._store = store
        self._clock = clock
        self._fence = Fence(self.ledger, clock)
        self._look = Look(store)
        self._judge = Judge(control_topic=control_topic)
        self._dead_letters = dead_letters
        self._dead_table = DeadLetterTable(store, clock)
        self._key = key
        self._lanes: dict[tuple[str, int], _Lane] = {}
        self._claims: dict[tuple[str, int], _Claim] = {}
        self._limit = DeadLetterLimit(dead_letter_limit)
        self._may_write = may_write
        self._left: dict[tuple[str, int], int] = {}

    def write(self, range_: Range) -> RangeOutcome:
        """Settle a range. When it returns, its offsets may be committed; when it raises, call it again with the same records.

        A range, or a part of one, that was written before (by this process, or by one that died before it could commit) is
        recognised by looking: what is there is not written again, and its ledger row stays as it is.

        Raises:
            StoreUnavailable, AmbiguousInsert: Try again later.
            StoreDenied, StoreRefused: Somebody must mend the store; until then no call will succeed.
            DeadLettersUnavailable: Try again later.
            TooManyDeadLetters: Somebody must look; nothing of the range was put aside.
            LaneTaken: Another sink writes this lane now, or may do so; nothing was settled.
        """
        try:
            return self._attempt(range_)
        except AmbiguousInsert as error:
            log.warning("%s[%d]: %s; looking what is there", range_.topic, range_.partition, error)
            return self._attempt(range_)

    def forget(self, topic: str, partition: int, epoch: int) -> None:
        """Know nothing of a lane any more: somebody else may write it from now on, or did.

        Ranges up to `epoch` are of the assignment that ended: those under way or waiting must not claim the lane again, nor bring
        back what they knew.
        """
        key = (topic, partition)
        self._left[key] = max(epoch, self._left.get(key, -1))
        self._lanes.pop(key, None)
        self._claims.pop(key, None)

    def _attempt(self, range_: Range) -> RangeOutcome:
        key = (range_.topic, range_.partition)
        self._check_assigned(range_)
        lane = self._lanes.pop(key, None) or self._enter(range_)
        old = [record for record in range_.records if record.offset <= lane.settled]
        new = range_.records[len(old) :]
        outcome = RangeOutcome(rows_traffic=0, rows_records=0, dead=0, duplicates=0)
        if old:
            outcome += self._write(range_.part(old), lane, is_new=False)
        if new:
            outcome += self._write(range_.part(new), lane, is_new=True)
        if lane.claim is not None and not self._is_left(range_):
            self._lanes[key] = lane  # put back only when all went well
        return outcome

    def _is_left(self, range_: Range) -> bool:
        return range_.epoch <= self._left.get((range_.topic, range_.partition), -1)

    def _check_assigned(self, range_: Range) -> None:
        if self._is_left(range_) or not self._may_write():
            raise LaneTaken(range_.topic, range_.partition)

    def _enter(self, range_: Range) -> _Lane:
        settled = self.ledger.last_offset(range_.topic, range_.topic_id, range_.partition)
        claim = self._claimed(range_, settled) if range_.last_offset > settled else None
        # Whatever a former owner still has in flight ends here; only then does looking tell the truth.
        self._store.kill(_escaped(self._query_prefix(range_)) + "%")
        # Asked again: the former owner may have settled another range before it was stopped.
        now_settled = self.ledger.last_offset(range_.topic, range_.topic_id, range_.partition)
        highest = self._look.highest(range_.topic, range_.partition, now_settled)
        return _Lane(settled=now_settled, highest=highest, claim=claim)

    def _claimed(self, range_: Range, settled: int) -> _Claim:
        """The claim that still holds after a failure, or a new one; raises `LaneTaken` when somebody has claimed the lane since."""
        key = (range_.topic, range_.partition)
        if (claim := self._claims.get(key)) is not None and claim.assignment == range_.epoch:
            self._fence.check(range_, claim.asked, claim.epoch)
            return claim
        self._check_assigned(range_)
        claim = _Claim(assignment=range_.epoch, epoch=self._fence.claim(range_, settled), asked=settled)
        self._check_assigned(range_)
        self._claims[key] = claim
        return claim

    def _write(self, range_: Range, lane: _Lane, *, is_new: bool) -> RangeOutcome:
        found = self._look.at(range_) if range_.first_offset <= lane.highest else Found()
        sorted_ = sorted_out([self._judge(record) for record in range_.records], found, self._look)
        claim = lane.claim if is_new else None
        if claim is not None:
            self._limit.check(range_, sorted_)
        ours = partial(self._check_ours, range_, claim)
        refused = self._insert_all(range_, sorted_.fresh, ours)
        if sorted_.fresh and not lane.is_proven:
            self._prove(range_, [event for event in sorted_.fresh if event.record.offset not in refused], ours)
            lane.is_proven = True
        rejected = [*sorted_.rejected, *refused.values()]
        if rejected or not sorted_.fresh:
            ours()  # no insert comes after the last answer, or none has asked
        self._put_aside(range_, rejected)
        outcome, root = _account(sorted_, refused.keys())
        if claim is not None:
            _warn_of_gap(range_, lane.settled)
            claim.asked = lane.settled
            self._check_assigned(range_)
            self._fence.settle(replace(range_, epoch=claim.epoch), outcome, root)
            lane.settled = range_.last_offset
            self._limit.count(range_, sorted_)
        lane.highest = max(lane.highest, range_.last_offset)
        return outcome

    def _check_ours(self, range_: Range, claim: _Claim | None) -> None:
        """Asked within an open insert: who claims the lane from now on finds the insert and ends it, before looking."""
        self._check_assigned(range_)
        if claim is not None:
            self._fence.check(range_, claim.asked, claim.epoch)

    def _insert_all(
        self, range_: Range, events: Sequence[Accepted], ours: _Question, *, attempt: str = ""
    ) -> dict[int, Rejected]:
        refused: dict[int, Rejected] = {}
        for table in ("traffic", "records"):
            mine = [event for event in events if event.schema.table == table]
            for start in range(0, len(mine), MAX_ROWS):
                refused |= self._insert(range_, table, mine[start : start + MAX_ROWS], ours, attempt)
        return refused

    def _insert(
        self, range_: Range, table: str, events: Sequence[Accepted], ours: _Question, attempt: str
    ) -> dict[int, Rejected]:
        block = block_of(table, events)
        try:
            self._store.insert(
                f"events_{table}",
                block.names,
                block.columns,
                query_id=f"{self._query_prefix(range_)}{uuid.uuid4().hex}",
                column_types=block.types,
                token=_token(range_, table, events) + attempt,
                confirm=ours,
            )
        except StoreRefused as error:
            if not error.is_about_data:
                raise
            return self._divided(range_, table, events, ours, attempt, error)
        return {}

    def _divided(  # noqa: PLR0917 - what `_insert` was given, and the error
        self,
        range_: Range,
        table: str,
        events: Sequence[Accepted],
        ours: _Question,
        attempt: str,
        error: StoreRefused,
    ) -> dict[int, Rejected]:
        """Halve until the rows to blame stand alone."""
        if len(events) == 1:
            (event,) = events
            log.warning("%s[%d]: offset %d: %s", range_.topic, range_.partition, event.record.offset, error)
            return {event.record.offset: Rejected(event.record, "store_refused", schema_id=event.schema.schema_id)}
        middle = len(events) // 2
        left = self._insert(range_, table, events[:middle], ours, attempt)
        return left | self._insert(range_, table, events[middle:], ours, attempt)

    def _prove(self, range_: Range, events: Sequence[Accepted], ours: _Question) -> None:
        """See that what was acknowledged is there: a token from a former attempt may have swallowed it."""
        if not (missing := self._missing(range_, events)):
            return
        log.warning(
            "%s[%d]: %d acknowledged rows are not there; inserting them again",
            range_.topic,
            range_.partition,
            len(missing),
        )
        self._insert_all(range_, missing, ours, attempt=f"/{uuid.uuid4().hex}")
        if still := self._missing(range_, missing):
            raise StoreUnavailable(f"{range_.topic}[{range_.partition}]: {len(still)} acknowledged rows are not there")

    def _missing(self, range_: Range, events: Sequence[Accepted]) -> list[Accepted]:
        there = self._look.at(range_).events
        return [event for event in events if (event.record.offset, event.event_hash) not in there]

    def _put_aside(self, range_: Range, rejected: Sequence[Rejected]) -> None:
        if not rejected:
            return
        letters = [DeadLetter.of(one, range_.topic_id, self._key) for one in rejected]
        self._dead_letters.put(letters)
        self._dead_table.insert(letters)  # after the sealed values are safe: a row says that they are

    def _query_prefix(self, range_: Range) -> str:
        return f"tm-{self._store.config.database}-{range_.topic}-{range_.partition}-"


def _account(sorted_: Sorted, refused: Collection[int]) -> tuple[RangeOutcome, bytes]:
    stored = [event for event in sorted_.here if event.record.offset not in refused]
    traffic = sum(event.schema.table == "traffic" for event in stored)
    outcome = RangeOutcome(
        rows_traffic=traffic,
        rows_records=len(stored) - traffic,
        dead=sorted_.dead + len(refused),
        duplicates=sorted_.duplicates,
    )
    return outcome, merkle_root(event.event_hash for event in stored)


def _token(range_: Range, table: str, events: Sequence[Accepted]) -> str:
    """Names exactly these rows: a token that comes again with others would make the store drop them."""
    digest = hashlib.blake2b(digest_size=16)
    for event in events:
        digest.update(event.record.offset.to_bytes(8, "big") + event.event_hash)
    lane = f"{range_.topic}/{range_.topic_id}/{range_.partition}"
    return f"{lane}/{events[0].record.offset}-{events[-1].record.offset}/{table}/{digest.hexdigest()}"


def _warn_of_gap(range_: Range, settled: int) -> None:
    """Offsets that were skipped: marks of transactions, or records that somebody deleted."""
    if 0 <= settled < range_.first_offset - 1:
        lane, first, last = f"{range_.topic}[{range_.partition}]", settled + 1, range_.first_offset - 1
        log.warning("%s: no records came for offsets %d to %d; the ledger shows the gap", lane, first, last)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
