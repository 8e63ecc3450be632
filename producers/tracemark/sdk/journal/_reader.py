"""The draining side of a journal: read, deliver, acknowledge."""

from collections import deque
from pathlib import Path

from tracemark.sdk.journal._cursor import Cursor, load_cursor, store_cursor
from tracemark.sdk.journal._directory import JournalDirectory, refusals_as_unavailable
from tracemark.sdk.journal._forking import abandon_in_children
from tracemark.sdk.journal._locks import ProcessLock, is_held
from tracemark.sdk.journal._walker import Passage, Walker
from tracemark.sdk.journal.errors import JournalBusy, JournalMisuse, JournalUnavailable
from tracemark.sdk.journal.model import Damage, Entry, JournalMeta, Position

__all__ = ["JournalReader"]


class JournalReader:
    """Reads a journal that may be growing, and moves its cursor as deliveries are acknowledged.

    One reader at a time holds a journal's cursor, whatever process it lives in: the owner's sender, an adopter, or the
    drainer of embedded mode. Not thread-safe: one thread at a time. Nothing here waits for the disk, except the
    acknowledgement that frees a segment.
    """

    def __init__(self, directory: JournalDirectory, lock: ProcessLock) -> None:
        self._directory = directory
        self._lock: ProcessLock | None = lock
        self.meta: JournalMeta = directory.read_meta()
        """Who writes the journal."""
        self._cursor = load_cursor(directory.cursor)
        self._walker = Walker(directory, self._cursor)
        self._oldest_segment = min(directory.segments(), default=1)
        self._outstanding: deque[Passage] = deque()
        self._damage: dict[tuple[int, int, str], Damage] = {}
        abandon_in_children(self)

    @classmethod
    def open(cls, root: Path, producer_id: str) -> "JournalReader":
        """Take the cursor of a journal under `root`, whether its owner lives or not.

        Raises:
            JournalBusy: someone holds the cursor, or there is no such journal (any more).
            JournalFormatError: another version, or damaged.
            JournalUnavailable: the system refuses.
        """
        directory = JournalDirectory.at(root, producer_id)
        with refusals_as_unavailable("read", directory.path):
            lock = ProcessLock.acquire(directory.drain_lock)
            if lock is None:
                raise JournalBusy(f"{directory.path} is being drained by someone else, or is gone")
            try:
                return cls(directory, lock)
            except BaseException:
                lock.release()
                raise

    @property
    def producer_id(self) -> str:
        """Whose journal this is."""
        return self._directory.producer_id

    @property
    def cursor(self) -> Position:
        """Up to where everything is acknowledged."""
        return self._cursor.position if self._cursor else Position(0, 0)

    @property
    def acknowledged_seq(self) -> int:
        """The last sequence number acknowledged; 0 before the first."""
        return self._cursor.seq if self._cursor else 0

    @property
    def session_closed(self) -> bool:
        """Whether an entry that closes the session has been acknowledged."""
        return self._cursor is not None and self._cursor.closed

    @property
    def damage(self) -> tuple[Damage, ...]:
        """Every damage met since this reader was opened, each once, in order. Nothing is skipped without one."""
        return tuple(self._damage.values())

    def owner_alive(self) -> bool:
        """Whether a process still holds the journal as owner or adopter."""
        return is_held(self._directory.owner_lock)

    def read(self, max_entries: int, max_bytes: int) -> list[tuple[Position, Entry]]:
        """The next entries behind the read position, and where each ends; `[]` when there is nothing new.

        Stops when one of the bounds is reached, or passed by the last entry. Only whole entries with a sound checksum
        are returned; what is skipped is in `damage`.
        """
        self._require_open()
        with refusals_as_unavailable("read", self._directory.path):
            passages = self._walker.take(max_entries, max_bytes)
        self._outstanding.extend(passages)
        self._damage |= {(found.segment, found.offset, found.reason): found for found in self._walker.damage}
        self._settle()
        return [(passage.position, passage.entry) for passage in passages]

    def acknowledge(self, through: Position) -> None:
        """Everything up to `through` is delivered: move the cursor there, delete the segments behind it.

        `through` is a position that `read` returned; one that is already acknowledged changes nothing. When this
        returns the cursor survives the process; after a crash of the host it may stand earlier, never later.

        Raises:
            JournalMisuse: the position was never read, or was forgotten by `rewind`.
            JournalUnavailable: the cursor cannot be written. Nothing was acknowledged; call again.
        """
        self._require_open()
        delivered = [passage for passage in self._outstanding if passage.position <= through]
        if not delivered and through <= self.cursor:
            return
        if not delivered or delivered[-1].position != through:
            raise JournalMisuse(f"position {tuple(through)} of {self.producer_id} was not read since the last rewind")
        last = delivered[-1]
        closed = self.session_closed or any(passage.entry.closes for passage in delivered)
        self._store(last.position, last.passed, last.entry.last_seq, closed=closed)
        for _ in delivered:
            self._outstanding.popleft()
        self._settle()

    def skip_to(self, seq: int) -> None:
        """Numbers up to `seq` were delivered another way: they are not missing here. Call it with nothing unacknowledged.

        Raises:
            JournalMisuse: something was read and not acknowledged.
            JournalUnavailable: the cursor cannot be written; call again.
        """
        self._require_open()
        if self._outstanding:
            raise JournalMisuse(f"entries of {self.producer_id} were read and not acknowledged; acknowledge them first")
        if seq > self.acknowledged_seq:
            self._store(self._walker.position, self._walker.passed, seq, closed=self.session_closed)
            self._walker.expect(seq + 1)

    def rewind(self) -> None:
        """Go back to the cursor: what was read and not acknowledged will be read again."""
        self._require_open()
        self._outstanding.clear()
        with refusals_as_unavailable("read", self._directory.path):
            self._walker = Walker(self._directory, self._cursor)

    def drained(self) -> bool:
        """Whether nothing is left: no entry unread, none unacknowledged."""
        self._require_open()
        return not self._outstanding and not self._peek()

    def close(self) -> None:
        """Give the cursor back; what is unacknowledged is read again by the next reader. Safe to call twice."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def abandon_after_fork(self) -> None:
        """In a forked child: let go without touching the parent's cursor or lock. Called by itself at every fork."""
        self.close()

    def _peek(self) -> list[Passage]:
        """One entry ahead, without moving; the walk itself is repeated by the next read."""
        with refusals_as_unavailable("read", self._directory.path):
            return Walker(self._directory, self._cursor).take(1, 1)

    def _settle(self) -> None:
        """With nothing outstanding the cursor may follow the walk, over a finished segment or over damage."""
        walked = self._walker.position
        if not self._outstanding and self._cursor is not None and walked > self._cursor.position:
            self._store(walked, self._walker.passed, self.acknowledged_seq, closed=self.session_closed)

    def _store(self, position: Position, passed: int, seq: int, *, closed: bool) -> None:
        generation = self._cursor.generation + 1 if self._cursor else 1
        cursor = Cursor(position=position, passed=passed, seq=seq, closed=closed, generation=generation)
        with refusals_as_unavailable("delete a segment of", self._directory.path):
            finished = range(self._oldest_segment, position.segment)
            store_cursor(self._directory.cursor, cursor, durable=bool(finished))
            self._cursor = cursor
            for number in finished:
                self._directory.segment(number).unlink(missing_ok=True)
                self._oldest_segment = number + 1

    def _require_open(self) -> None:
        if self._lock is None:
            raise JournalUnavailable(f"this reader of {self.producer_id} was closed, or belongs to the parent process")
