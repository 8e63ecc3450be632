"""Locks that end with the process that took them.

These are POSIX record locks (`fcntl.lockf`), because they belong to a *process*: a forked child does not inherit them,
so a dead owner's lock is free even while its children live on, which `flock` and open-file-description locks are not.
Two of their habits need care, and get it here:

- They do not exclude the process from itself: a table of held locks does.
- They are lost as soon as the process closes *any* descriptor of the file: so a file that this process has locked is
  never opened a second time, and lock files hold nothing that anyone would want to read.
"""

import os
import sys
import threading
from pathlib import Path

from tracemark.sdk.journal.errors import JournalUnavailable

if sys.platform != "win32":
    import fcntl

__all__ = ["ProcessLock", "forget_parents_locks", "is_held"]

_FileId = tuple[int, int]

_guard = threading.Lock()
_held: set[_FileId] = set()


def forget_parents_locks() -> None:
    """In a forked child: it inherited the table, but none of the locks."""
    global _guard  # noqa: PLW0603  a lock that another thread held at the fork would stay locked for ever in the child
    _guard = threading.Lock()
    _held.clear()


def _file_id(status: os.stat_result) -> _FileId:
    return status.st_dev, status.st_ino


class ProcessLock:
    """An exclusive lock on one file, held until `release` or the end of this process."""

    def __init__(self, descriptor: int, file_id: _FileId) -> None:
        self._descriptor = descriptor
        self._file_id = file_id

    @classmethod
    def acquire(cls, path: Path) -> "ProcessLock | None":
        """Take the lock of an existing file without waiting; `None` when it is held, or the file is gone.

        Raises:
            JournalUnavailable: the system has no such locks here.
        """
        with _guard:
            try:
                if _file_id(path.stat()) in _held:
                    return None
                descriptor = os.open(path, os.O_RDWR)
            except FileNotFoundError:
                return None
            taken = False
            try:
                taken = _try_lock(descriptor, path, exclusive=True) and _is_still_at(descriptor, path)
            finally:
                if not taken:
                    os.close(descriptor)
            if not taken:
                return None
            file_id = _file_id(os.fstat(descriptor))
            _held.add(file_id)
            return cls(descriptor, file_id)

    def release(self) -> None:
        """Give the lock back. Safe to call twice, and in a forked child, where it only closes the inherited descriptor."""
        with _guard:
            if self._descriptor >= 0:
                _held.discard(self._file_id)
                os.close(self._descriptor)
                self._descriptor = -1


def is_held(path: Path) -> bool:
    """Whether any process holds this lock. Looks with a shared lock, so that two who look do not mislead each other."""
    with _guard:
        try:
            if _file_id(path.stat()) in _held:
                return True
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            return not _try_lock(descriptor, path, exclusive=False)
        finally:
            os.close(descriptor)


def _try_lock(descriptor: int, path: Path, *, exclusive: bool) -> bool:
    if sys.platform == "win32":
        raise JournalUnavailable("journals need POSIX file locks, which Windows lacks")
    try:
        fcntl.lockf(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # POSIX leaves the choice of EAGAIN or EACCES to the system
        return False
    except OSError as error:
        raise JournalUnavailable(f"the file system under {path.parent} offers no locks ({error.strerror})") from error
    return True


def _is_still_at(descriptor: int, path: Path) -> bool:
    """Whether the locked file is still the one at its path: it may have been removed between opening and locking."""
    try:
        return _file_id(os.fstat(descriptor)) == _file_id(path.stat())
    except FileNotFoundError:
        return False
