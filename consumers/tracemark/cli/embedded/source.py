"""One journal on its way into the store: first beside its living owner, then in place of a dead one."""

import logging
from collections.abc import Callable
from pathlib import Path

from tracemark.schemas.clock import Clock
from tracemark.sdk.ids import IdSource
from tracemark.sdk.journal import AdoptedJournal, JournalReader, Position, adopt
from tracemark.sdk.sessions import closing_entry

__all__ = ["Source"]

_log = logging.getLogger("tracemark.up")


class Source:
    """Holds a journal's cursor. Used by the drain's thread alone."""

    def __init__(self, root: Path, producer_id: str, *, clock: Clock, ids: IdSource) -> None:
        """Take the cursor; raises `JournalBusy`, `JournalFormatError` or `JournalUnavailable`."""
        self._root = root
        self.producer_id = producer_id
        self._clock = clock
        self._ids = ids
        self._adopted: AdoptedJournal | None = None
        self.reader: JournalReader = JournalReader.open(root, producer_id)
        """Where entries come from; another object after `inherit`."""

    def acknowledge(self, through: Position) -> None:
        """Everything up to `through` is stored: move the cursor."""
        self.reader.acknowledge(through)

    @property
    def is_orphaned(self) -> bool:
        """Whether the owner is gone and nobody has taken its place."""
        return self._adopted is None and not self.reader.owner_alive()

    def inherit(self) -> bool:
        """Take a dead owner's place; false when somebody is in the way, so ask again. Nothing may be unacknowledged.

        Raises:
            JournalError: The journal cannot be taken over.
        """
        self.reader.close()
        self._adopted = adopt(self._root, self.producer_id)
        if self._adopted is None:
            self.reader = JournalReader.open(self._root, self.producer_id)
            return False
        self.reader = self._adopted.reader
        return True

    def conclude(self, dropped: Callable[[], dict[str, int]]) -> bool:
        """With everything drained: close the dead owner's session, or remove the journal if that is done; true when removed."""
        if self._adopted is None or not self.reader.drained():
            return False
        if self._adopted.session_closed:
            self._adopted.finish()
            return True
        _log.info("producer %s died; its session is closed in its name", self.producer_id)
        self._adopted.append(
            closing_entry(self._adopted, adopted_by=None, dropped=dropped(), clock=self._clock, ids=self._ids)
        )
        return False

    def close(self) -> None:
        """Let go of the journal as it is."""
        if self._adopted is not None:
            self._adopted.close()
        self.reader.close()
