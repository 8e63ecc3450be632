"""Room on the disk: the space left to others, and the ballast kept for entries that matter."""

import os
from pathlib import Path

from tracemark.sdk.journal.errors import JournalUnavailable

__all__ = ["DiskSpace"]

_PROBE_EVERY = 1024 * 1024
"""Bytes written between two looks at the disk; a look costs about as much as an append."""


class DiskSpace:
    """Watches the free space of one disk, and holds the ballast file."""

    def __init__(self, ballast: Path, *, ballast_bytes: int, reserve_free_bytes: int) -> None:
        self._ballast = ballast
        self._ballast_bytes = ballast_bytes
        self._reserve = reserve_free_bytes
        self._until_probe = 0
        self._low = False
        self._given_up = False

    def is_low(self, size: int) -> bool:
        """Whether `size` bytes more would take what must be left to others. Cheap: looks at the disk now and then.

        Raises:
            JournalUnavailable: the directory has been deleted under its owner.
        """
        self._until_probe -= size
        if self._low or self._until_probe < 0:
            self._probe()
        return self._low

    def give_up_ballast(self) -> bool:
        """Free the ballast for an entry that matters; false when it is gone already."""
        try:
            self._ballast.unlink()
        except OSError:  # gone, or the disk refuses even this: either way there is nothing to gain
            return False
        self._given_up = True
        self._until_probe = 0
        return True

    def _probe(self) -> None:
        free = self._free()
        self._low = free < self._reserve
        self._until_probe = _PROBE_EVERY
        if self._given_up and free >= self._reserve + 2 * self._ballast_bytes:
            self._take_ballast()

    def _take_ballast(self) -> None:
        try:
            descriptor = os.open(self._ballast, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(bytes(self._ballast_bytes))
            self._given_up = False
        except OSError:  # somebody else was faster to take the space: the next look tries again
            self._ballast.unlink(missing_ok=True)

    def _free(self) -> int:
        try:
            status = os.statvfs(self._ballast.parent)
        except OSError as error:
            raise JournalUnavailable(f"the journal {self._ballast.parent} is gone ({error.strerror})") from error
        return status.f_bavail * status.f_frsize
