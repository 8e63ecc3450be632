"""Journals of other processes: what lies under a root, and taking over the ones whose owner died."""

import os
from collections.abc import Iterator
from pathlib import Path

from tracemark.sdk.journal._cursor import Cursor, load_cursor
from tracemark.sdk.journal._directory import JournalDirectory, journal_ids, refusals_as_unavailable
from tracemark.sdk.journal._locks import ProcessLock, is_held
from tracemark.sdk.journal._reader import JournalReader
from tracemark.sdk.journal._segments import Written
from tracemark.sdk.journal._walker import Walker
from tracemark.sdk.journal._writer import JournalWriter
from tracemark.sdk.journal.errors import JournalFormatError, JournalMisuse
from tracemark.sdk.journal.model import Entry, JournalInfo, JournalLimits, JournalMeta, Kind, Position

__all__ = ["AdoptedJournal", "adopt", "find_journals"]

_BATCH = 1000
_BATCH_BYTES = 1024 * 1024
_UNBOUNDED = JournalLimits(max_bytes=1 << 62, critical_reserve_bytes=0, drop_reserve_bytes=0, reserve_free_bytes=0)
"""An adopter appends one closing record, and must not fail for the bounds of a journal it is about to drain."""


class _Survey:
    """One walk from the cursor to the end, counting."""

    def __init__(self, directory: JournalDirectory, cursor: Cursor | None) -> None:
        walker = Walker(directory, cursor)
        start = walker.passed
        self.events = self.drops = 0
        self.first_seq: int | None = None
        self.last_seq = cursor.seq if cursor else 0
        self.closed = cursor is not None and cursor.closed
        while passages := walker.take(_BATCH, _BATCH_BYTES):
            for passage in passages:
                self._count(passage.entry)
        self.end = walker.position
        self.size = walker.passed
        self.pending = walker.passed - start
        self.torn_bytes = walker.unread_bytes()

    def _count(self, entry: Entry) -> None:
        if entry.kind is Kind.EVENT:
            self.events += 1
        else:
            self.drops += entry.covers
        self.first_seq = self.first_seq or entry.seq
        self.last_seq = entry.last_seq
        self.closed = self.closed or entry.closes


class AdoptedJournal:
    """A dead producer's journal in the hands of this process. Not thread-safe.

    Close the session with `append` unless `session_closed`, before anything is delivered: a second adopter could not count any
    more what the first one acknowledged. Drain it with `reader`, marking what it gives as replayed; then `finish`. A process
    that dies on the way leaves it to be adopted again.
    """

    def __init__(
        self, directory: JournalDirectory, writer: JournalWriter, reader: JournalReader, survey: _Survey
    ) -> None:
        """Use `adopt`."""
        self._directory = directory
        self._writer = writer
        self.reader = reader
        """Reads from the dead producer's cursor."""
        self.session_closed = survey.closed
        """Whether the owner, or an earlier adopter, has appended the entry that closes the session."""
        self.torn_bytes = survey.torn_bytes
        """How many unreadable bytes the owner left at the end, now cut off.

        After a kill this is one unfinished write, whose event was never accepted. After a crash of the host it may have
        been accepted standard events as well: the session's tail is then in doubt.
        """
        self.events_pending = survey.events
        """Events that waited when the journal was adopted."""

    @property
    def meta(self) -> JournalMeta:
        """Who wrote the journal."""
        return self.reader.meta

    @property
    def last_seq(self) -> int:
        """The last sequence number in the journal; the closing record takes the next one."""
        return self._writer.last_seq

    def history(self) -> Iterator[tuple[Entry, int]]:
        """Every entry that is still on disk, delivered or not, and how many undelivered numbers are missing before it."""
        delivered = self.reader.acknowledged_seq
        last_seq: int | None = delivered or None
        walker = Walker(self._directory, None)
        with refusals_as_unavailable("read", self._directory.path):
            while passages := walker.take(_BATCH, _BATCH_BYTES):
                for entry in (passage.entry for passage in passages):
                    yield entry, 0 if last_seq is None else max(0, entry.seq - last_seq - 1)
                    last_seq = max(delivered, entry.last_seq)

    def append(self, entry: Entry) -> Position:
        """Append under the dead producer's id and sequence, and bring it to the disk. See `JournalWriter.append`."""
        position = self._writer.append(entry)
        self._writer.sync_through(position)
        self.session_closed = self.session_closed or entry.closes
        return position

    def finish(self) -> None:
        """Remove the drained journal and let go of it.

        Raises:
            JournalMisuse: something is still unread or unacknowledged.
        """
        if not self.reader.drained():
            raise JournalMisuse(f"the journal of {self.meta.producer_id} is not drained; read and acknowledge the rest")
        self.reader.close()
        self._writer.close()

    def close(self) -> None:
        """Let go of it as it is, for a later adopter. Safe to call twice, and after `finish`."""
        self._writer.close()
        self.reader.close()


def find_journals(root: Path) -> list[JournalInfo]:
    """Every journal under `root`, by producer id; `[]` if there is no such directory. Reads all that is pending.

    Looks from outside: a journal that is being created, removed or adopted meanwhile may be missing or half a step old.

    Raises:
        JournalUnavailable: the directory cannot be read, for instance as another user.
    """
    with refusals_as_unavailable("look into", root):
        found = [_inspect(JournalDirectory.at(root, producer_id)) for producer_id in journal_ids(root)]
    return [info for info in found if info is not None]


def _inspect(directory: JournalDirectory) -> JournalInfo | None:
    meta: JournalMeta | None = None
    problem = ""
    try:
        meta = directory.read_meta()
        survey = _Survey(directory, load_cursor(directory.cursor))
        touched = directory.segment(survey.end.segment).stat().st_mtime_ns // 1000
    except FileNotFoundError:
        return None  # finished and removed while we looked
    except JournalFormatError as error:
        problem, survey, touched = str(error), None, 0
    if not directory.path.exists():
        return None
    return JournalInfo(
        producer_id=directory.producer_id,
        path=directory.path,
        owner_alive=is_held(directory.owner_lock),
        being_drained=is_held(directory.drain_lock),
        meta=meta,
        events_pending=survey.events if survey else 0,
        drops_pending=survey.drops if survey else 0,
        bytes_pending=survey.pending if survey else 0,
        first_seq=survey.first_seq if survey else None,
        last_seq=survey.last_seq if survey else 0,
        last_append_us=touched,
        problem=problem,
    )


def adopt(root: Path, producer_id: str) -> AdoptedJournal | None:
    """Take over a journal whose owner died; `None` when it lives, when another adopter was faster, or it is gone.

    Ask again later after `None`: someone who merely looked may have been in the way. Whoever drained the journal
    while its owner lived must close that reader first. The owner's unfinished last write, if any, is cut off.

    Raises:
        JournalFormatError: another version, or damaged beyond reading. The journal is left as it is.
        JournalUnavailable: the system refuses.
    """
    directory = JournalDirectory.at(root, producer_id)
    with refusals_as_unavailable("adopt", directory.path):
        owner_lock = ProcessLock.acquire(directory.owner_lock)
        if owner_lock is None:
            return None
        drain_lock = ProcessLock.acquire(directory.drain_lock)
        if drain_lock is None:
            owner_lock.release()
            return None
        try:
            return _take_over(directory, owner_lock, drain_lock)
        except BaseException:
            drain_lock.release()
            owner_lock.release()
            raise


def _take_over(directory: JournalDirectory, owner_lock: ProcessLock, drain_lock: ProcessLock) -> AdoptedJournal:
    reader = JournalReader(directory, drain_lock)
    survey = _Survey(directory, load_cursor(directory.cursor))
    if survey.torn_bytes:
        os.truncate(directory.segment(survey.end.segment), survey.end.offset)
    writer = JournalWriter(directory, owner_lock, _UNBOUNDED, Written(survey.end, survey.size, survey.last_seq))
    return AdoptedJournal(directory, writer, reader, survey)
