"""An append-only FIFO on disk: where an event is safe before it is sent.

```python
writer = JournalWriter.create(root, meta, JournalLimits())
position = writer.append(Entry(writer.last_seq + 1, Kind.EVENT, Priority.STANDARD, key, value))
reader = writer.reader()
for position, entry in reader.read(max_entries=500, max_bytes=262_144):
    ...  # deliver it
reader.acknowledge(position)
```

The owner appends; whoever holds the cursor (its own sender, the drainer of another process, or an adopter after its
death) reads and acknowledges. `docs/journal.md` has the format, the life of a record, and who may do what.
"""

from tracemark.sdk.journal._adoption import AdoptedJournal, adopt, find_journals
from tracemark.sdk.journal._directory import journal_ids, read_boot_id
from tracemark.sdk.journal._reader import JournalReader
from tracemark.sdk.journal._writer import JournalWriter
from tracemark.sdk.journal.errors import (
    Bound,
    JournalBusy,
    JournalError,
    JournalFormatError,
    JournalFull,
    JournalMisuse,
    JournalNotDurable,
    JournalUnavailable,
)
from tracemark.sdk.journal.model import (
    FORMAT_VERSION,
    Damage,
    Entry,
    JournalInfo,
    JournalLimits,
    JournalMeta,
    Kind,
    Position,
    Priority,
    SessionValue,
)

__all__ = [
    "FORMAT_VERSION",
    "AdoptedJournal",
    "Bound",
    "Damage",
    "Entry",
    "JournalBusy",
    "JournalError",
    "JournalFormatError",
    "JournalFull",
    "JournalInfo",
    "JournalLimits",
    "JournalMeta",
    "JournalMisuse",
    "JournalNotDurable",
    "JournalReader",
    "JournalUnavailable",
    "JournalWriter",
    "Kind",
    "Position",
    "Priority",
    "SessionValue",
    "adopt",
    "find_journals",
    "journal_ids",
    "read_boot_id",
]
