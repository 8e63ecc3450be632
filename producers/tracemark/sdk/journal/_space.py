"""Room on the disk: the space left to others, and the ballast kept for entries that matter."""

import os
from pathlib import Path

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

    def is_low(self, size: int) -> bool:
        """Whether `size` bytes more would take what must be left to others. Cheap: looks at the disk now and then."""
        self._until_probe -= size
        if self._low or self._until_probe < 0:
            self._low = self._free() < self._reserve
            self._until_probe = _PROBE_EVERY
        return self._low

    def give_up_ballast(self) -> bool:
        """Free the ballast for an entry that matters; false when it is gone already."""
        try:
            self._ballast.unlink()
        except OSError:  # gone, or the disk refuses even this: either way there is nothing to gain
            return False
        return True

    def restore_ballast(self) -> None:
        """Take the ballast again if there is room for it; without room, leave it for the next time."""
        if self._ballast.exists() or self._free() < self._reserve + self._ballast_bytes:
            return
        try:
            descriptor = os.open(self._ballast, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(bytes(self._ballast_bytes))
        except OSError:
            self._ballast.unlink(missing_ok=True)

    def _free(self) -> int:
        status = os.statvfs(self._ballast.parent)
        return status.f_bavail * status.f_frsize
