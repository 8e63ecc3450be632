"""Events whose topic the broker refuses: parked on disk, so that they hold up no others.

Only governance events have a topic of their own (`tracemark.control`). While it is missing, or may not be written, they go from
the producer's journal into a second one beside it, in order, and from there to the broker once it takes them. A process that dies
leaves both journals, and both are adopted. Everything that comes out of the parking is marked as a replay.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial

from tracemark.schemas.clock import Clock
from tracemark.sdk.backoff import Backoff
from tracemark.sdk.courier import Courier, Delivered
from tracemark.sdk.journal import (
    Entry,
    JournalError,
    JournalFull,
    JournalMeta,
    JournalReader,
    JournalWriter,
    Kind,
    Position,
    Priority,
)
from tracemark.sdk.progress import Progress

__all__ = ["PARKING_MARK", "PARKING_SUFFIX", "Parking", "is_parking"]

_log = logging.getLogger("tracemark.sdk")

PARKING_SUFFIX = ".parked"
"""The journal's name is the producer id with this behind it."""

PARKING_MARK = "parked_for"
"""In the session of the journal's meta: an adopter has no session to close there."""

_BATCH_ENTRIES = 500
_BATCH_BYTES = 1024 * 1024
_SYNC_S = 5.0
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0


def is_parking(meta: JournalMeta) -> bool:
    """Whether a journal holds parked events, of whichever producers, and no session."""
    return PARKING_MARK in meta.session


class Parking:
    """A second journal, made when it is needed and removed when it is empty. Used by the worker's thread alone."""

    def __init__(self, open_journal: Callable[[], JournalWriter], *, progress: Progress, clock: Clock) -> None:
        """`open_journal` makes the journal; parked events of our own count as waiting in `progress`."""
        self._open_journal = open_journal
        self._progress = progress
        self._retry = Backoff(_FIRST_PAUSE_S, _LONGEST_PAUSE_S, clock)
        self._journal: JournalWriter | None = None
        self._reader: JournalReader | None = None
        self._in_hand: list[tuple[Position, Entry]] = []
        self._own: dict[int, int] = {}

    def deliver(
        self, courier: Courier, entries: Sequence[Entry], *, is_replay: Callable[[Entry], bool], own: bool
    ) -> Delivered | None:
        """Deliver entries, and park those whose topic is refused, behind those that are parked already.

        Args:
            courier: Delivers.
            entries: In order.
            is_replay: See `Courier.deliver`.
            own: Whether they are this producer's, or adopted.

        Returns:
            What became of them; what could neither be sent nor parked is `left`. None when told to stop.
        """
        behind = [entry for entry in entries if self._journal is not None and courier.is_aside(entry)]
        left = behind[self._park(behind, own=own) :] if behind else []
        ahead = [entry for entry in entries if not courier.is_aside(entry)] if behind else entries
        done = courier.deliver(ahead, is_replay=is_replay, park=partial(self._park, own=own))
        if done is not None:
            done.left.extend(left)
        return done

    def step(self, courier: Courier) -> bool:
        """Try to deliver a batch of what is parked, when it is time; tell whether any was."""
        if self._journal is None or not self._retry.due:
            return False
        try:
            return self._step(self._journal, courier)
        except JournalError as error:
            _log.warning("parked events are left for later: %s", error)
            self._retry.failed()
            return False

    def close(self) -> None:
        """Give the journal up; what is left in it is delivered by whoever adopts it."""
        if self._reader is not None:
            self._reader.close()
        if self._journal is not None:
            self._journal.close()
        self._journal = self._reader = None
        self._in_hand = []

    def _step(self, journal: JournalWriter, courier: Courier) -> bool:
        reader = self._reader = self._reader or journal.reader()
        self._in_hand = self._in_hand or reader.read(_BATCH_ENTRIES, _BATCH_BYTES)
        if not self._in_hand:
            self._give_up_unreadable(journal.last_seq)
            self.close()
            _log.warning("the topic takes events again; none is parked any more")
            return False
        done = courier.deliver([entry for _, entry in self._in_hand], is_replay=lambda _: True)
        if done is None:
            return False
        if done.left:
            self._retry.failed()
            return False
        self._retry.succeeded()
        self._settle({entry.seq: code for entry, code in done.refused})
        self._give_up_unreadable(self._in_hand[-1][1].seq)
        reader.acknowledge(self._in_hand[-1][0])
        self._in_hand = []
        return True

    def _settle(self, refused: dict[int, str]) -> None:
        """Our own events among those in hand have arrived, or are refused for good."""
        for _, entry in self._in_hand:
            if entry.seq in refused:
                _log.error("the broker refuses an event for good (%s); it is counted as dropped", refused[entry.seq])
            own = self._own.pop(entry.seq, None)
            if own is not None:
                self._progress.unpark(own, "too_large" if entry.seq in refused else None)

    def _give_up_unreadable(self, through: int) -> None:
        """What was parked up to this number and never came out again was damaged on disk: nobody may wait for it."""
        gone = [seq for seq in self._own if seq <= through]
        for seq in gone:
            self._progress.unpark(self._own.pop(seq), "journal_damaged")
        if gone:
            _log.error("the journal of parked events was damaged: %d events are unreadable", len(gone))

    def _park(self, entries: Sequence[Entry], *, own: bool) -> int:
        """Bring entries to the disk, here; returns how many of them are, from the first on."""
        count = 0
        try:
            journal = self._journal = self._journal or self._open()
            for entry in entries:
                seq = journal.last_seq + 1
                journal.append(Entry(seq, Kind.EVENT, Priority.CRITICAL, entry.key, entry.value))
                count += 1
                if own:
                    self._own[seq] = entry.seq
                    self._progress.park(entry.seq)
            journal.sync(_SYNC_S)
        except JournalFull as error:
            _log.error("no more events can be parked, and the others have to wait for them: %s", error)
        except JournalError as error:
            _log.error("parked events are not safe on disk yet: %s", error)
        return count

    def _open(self) -> JournalWriter:
        journal = self._open_journal()
        self._retry.failed()  # the broker has just refused the topic
        return journal
