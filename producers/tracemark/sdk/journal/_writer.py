"""The appending side of a journal."""

from pathlib import Path

from tracemark.sdk.journal._commit import GroupCommit
from tracemark.sdk.journal._cursor import START, load_cursor
from tracemark.sdk.journal._directory import JournalDirectory, create_directory, refusals_as_unavailable
from tracemark.sdk.journal._forking import abandon_in_children
from tracemark.sdk.journal._format import HEADER_SIZE, encode_record
from tracemark.sdk.journal._locks import ProcessLock
from tracemark.sdk.journal._reader import JournalReader
from tracemark.sdk.journal._segments import SegmentAppender, Written
from tracemark.sdk.journal._space import DiskSpace
from tracemark.sdk.journal.errors import JournalFull, JournalMisuse, JournalUnavailable
from tracemark.sdk.journal.model import Entry, JournalLimits, JournalMeta, Kind, Position, Priority

__all__ = ["JournalWriter"]


class JournalWriter:
    """Appends entries to one journal, which it alone may append to.

    `append` is *not* thread-safe: the caller draws the sequence number and appends under one lock of its own.
    `sync`, `sync_through`, `bytes_pending` and `end` may be called from any thread, without that lock.
    An entry is one `write` of finished bytes: when `append` has returned, the entry survives the process.
    """

    def __init__(self, directory: JournalDirectory, lock: ProcessLock, limits: JournalLimits, written: Written) -> None:
        """Use `create`, or `adopt` for a journal that exists."""
        self._directory = directory
        self._lock = lock
        self._marker = directory.marker
        self._segments = SegmentAppender(directory, limits.segment_bytes, written)
        self._bounds = {
            Priority.CRITICAL: limits.critical_bytes,
            Priority.STANDARD: limits.standard_bytes,
            Priority.HEARTBEAT: limits.standard_bytes,
        }
        self._drop_bound = limits.max_bytes
        self._space = DiskSpace(
            directory.ballast, ballast_bytes=limits.ballast_bytes, reserve_free_bytes=limits.reserve_free_bytes
        )
        self._acknowledged = (load_cursor(directory.cursor) or START).passed
        self._open = True
        self._commit = GroupCommit(self._segments.sync)
        abandon_in_children(self)

    @classmethod
    def create(cls, root: Path, meta: JournalMeta, limits: JournalLimits) -> "JournalWriter":
        """Make `root/<producer_id>/` and take its owner's lock. Waits for the disk a few times: once per process.

        Raises:
            JournalUnavailable: the system refuses, or `root` lies on a network file system.
            JournalMisuse: the producer id is no plain name.
        """
        directory, lock = create_directory(root, meta, limits.ballast_bytes)
        writer = cls(directory, lock, limits, Written(Position(1, HEADER_SIZE), size=0, last_seq=0))
        try:
            with refusals_as_unavailable("open", directory.path):
                writer._segments.open_segment(1)
        except BaseException:
            lock.release()
            raise
        return writer

    @property
    def path(self) -> Path:
        """The journal's directory."""
        return self._directory.path

    @property
    def end(self) -> Position:
        """Where the last entry ends."""
        return self._segments.written.end

    @property
    def last_seq(self) -> int:
        """The last sequence number that is in the journal; 0 before the first. Read it under the lock that appends.

        Draw the next number from here, and an append that a signal handler interrupted cannot put the two out of step.
        """
        if self._segments.interrupted:
            with refusals_as_unavailable("recover", self.path):
                self._segments.settle()
        return self._segments.written.last_seq

    @property
    def bytes_pending(self) -> int:
        """Bytes of records that are not acknowledged, by the cursor as it stands on disk."""
        self._refresh_acknowledged()
        return self._segments.written.size - self._acknowledged

    @property
    def acknowledged_seq(self) -> int:
        """The last sequence number delivered, by the cursor as it stands on disk: how far another process has drained."""
        cursor = load_cursor(self._directory.cursor)
        return cursor.seq if cursor else 0

    def reader(self) -> JournalReader:
        """Take this journal's cursor, for the owner's own sender thread. See `JournalReader.open`."""
        return JournalReader.open(self._directory.path.parent, self._directory.producer_id)

    def append(self, entry: Entry) -> Position:
        """Put an entry at the end; about the cost of one `write`. Either all of it is there afterwards, or nothing.

        Raises:
            JournalFull: a bound is reached. Critical entries are refused later than standard ones, drops last.
            JournalUnavailable: the disk is full or failing, or this writer was closed or belongs to the parent process.
            JournalMisuse: the sequence does not rise, or the entry is beyond the format's limits.
        """
        last_seq = self.last_seq
        if entry.seq <= last_seq:
            raise JournalMisuse(f"seq {entry.seq} does not follow {last_seq}; draw it under the lock that appends")
        record = encode_record(self._marker, entry)
        matters = entry.kind is Kind.DROP or entry.priority is Priority.CRITICAL
        self._check_bounds(entry, len(record), matters=matters)
        self._require_open()
        try:
            return self._segments.append(record, entry.last_seq)
        except OSError as error:
            if not (matters and self._space.give_up_ballast()):
                raise self._refusal(error) from error
        try:
            return self._segments.append(record, entry.last_seq)
        except OSError as error:
            raise self._refusal(error) from error

    def sync(self, timeout_s: float | None = None) -> None:
        """Bring everything appended so far to the disk. See `sync_through`."""
        self.sync_through(self.end, timeout_s)

    def sync_through(self, position: Position, timeout_s: float | None = None) -> None:
        """Wait until everything up to `position` survives the host. Waiting threads share one `fdatasync`.

        Raises:
            JournalNotDurable: the disk failed, or needed longer than `timeout_s` seconds. The entry stays in the
                journal and will be delivered; appending it again would make a second one.
            JournalUnavailable: this writer was closed, or belongs to the parent process.
            JournalMisuse: nothing was appended there.
        """
        self._require_open()
        if position > self.end:
            raise JournalMisuse(f"position {tuple(position)} lies behind the end {tuple(self.end)} of {self.path}")
        self._commit.wait(position, timeout_s)

    def close(self) -> None:
        """Give the journal up: removed if everything is acknowledged, else left for an adopter. Safe to call twice.

        Close the owner's reader first: while anybody holds the cursor the directory stays, and adopting it removes it.
        """
        if not self._open:
            return
        self._shut()
        try:
            if self.bytes_pending == 0:
                self._remove_unless_drained()
        finally:
            self._lock.release()

    def abandon_after_fork(self) -> None:
        """In a forked child: close the inherited descriptors, and nothing else. Called by itself at every fork.

        The child writes to a journal of its own, under a producer id of its own.
        """
        # The old one's thread does not exist here, and its condition may have been held by it: it is left alone.
        self._commit = GroupCommit(self._segments.sync)
        if self._open:
            self._shut()
            self._lock.release()

    def _check_bounds(self, entry: Entry, size: int, *, matters: bool) -> None:
        bound = self._drop_bound if entry.kind is Kind.DROP else self._bounds[entry.priority]
        if self._segments.written.size + size - self._acknowledged > bound:
            self._refresh_acknowledged()
            if self._segments.written.size + size - self._acknowledged > bound:
                raise JournalFull(
                    f"{self.path} holds its {bound} bytes for {entry.priority.name.lower()} entries; it drains when they"
                    " are delivered, or raise max_bytes",
                    bound="budget",
                )
        if not matters and self._space.is_low(size):
            raise JournalFull(
                f"the disk under {self.path} has less free space than reserve_free_bytes; free some",
                bound="disk_reserve",
            )

    def _refresh_acknowledged(self) -> None:
        if cursor := load_cursor(self._directory.cursor):
            self._acknowledged = cursor.passed

    def _remove_unless_drained(self) -> None:
        drain_lock = ProcessLock.acquire(self._directory.drain_lock)
        if drain_lock is None:
            return
        try:
            self._directory.remove()
        finally:
            drain_lock.release()

    def _shut(self) -> None:
        self._open = False
        self._commit.stop()
        self._segments.close()

    def _require_open(self) -> None:
        if not self._open:
            raise JournalUnavailable(f"the writer of {self.path} was closed, or belongs to the parent process")

    def _refusal(self, error: OSError) -> JournalUnavailable:
        return JournalUnavailable(f"cannot append to {self.path}: {error.strerror}; nothing was written")
