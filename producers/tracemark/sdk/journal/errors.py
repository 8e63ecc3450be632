"""What can go wrong with a journal, one class per reaction.

```
JournalError
├── JournalFull          a bound is reached: wait for the drain, or drop the event and append the drop
├── JournalUnavailable   the system refused, nothing was written: keep events in memory, say so, try again later
├── JournalNotDurable    written, but not known to be on the disk: it will be delivered; do not append it again
├── JournalBusy          another process (or another part of this one) holds it: leave it alone
├── JournalFormatError   not a journal this version can read: a person has to decide
└── JournalMisuse        the calling code broke the contract: mend the code
```

No text below ever holds a key, a value or a reason of an entry.
"""

from typing import Literal

__all__ = [
    "Bound",
    "JournalBusy",
    "JournalError",
    "JournalFormatError",
    "JournalFull",
    "JournalMisuse",
    "JournalNotDurable",
    "JournalUnavailable",
]

Bound = Literal["budget", "disk_reserve"]
"""Which bound was reached: the journal's own byte budget, or the free space it must leave on the disk."""


class JournalError(Exception):
    """Any failure of a journal."""


class JournalFull(JournalError):
    """The entry would pass a bound. Nothing was written; the journal stays usable, also for drops."""

    def __init__(self, message: str, *, bound: Bound) -> None:
        super().__init__(message)
        self.bound: Bound = bound


class JournalUnavailable(JournalError):
    """The operating system refused (disk full, I/O error, permission, unsuitable file system). Nothing half-written stays."""


class JournalNotDurable(JournalError):
    """The entry is in the journal and survives this process, but is not known to survive the host."""


class JournalBusy(JournalError):
    """Somebody else holds the lock that was asked for."""


class JournalFormatError(JournalError):
    """The directory is damaged beyond reading, or was written by another version."""


class JournalMisuse(JournalError):
    """A sequence that goes back, an acknowledgement of what was never read, an entry beyond the format's limits."""
