"""Reads that a ClickHouse server saw: noted from its query log, and recorded as `audit.accessed` when no command records them."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from tracemark.cli.access import access_client
from tracemark.cli.embedded.accesses import Recorder, access_event
from tracemark.cli.output import note
from tracemark.sdk import SdkError
from tracemark.sdk.journal import JournalError
from tracemark.sdk.keyring import KeyringError
from tracemark.store import Store, StoreError
from tracemark.store.reads_seen import QUERY_LOG, LoggedRead, has_query_log, note_query_log

__all__ = ["ServerDoor", "server_door"]

_CLOSE_S: Final = 5.0


class ServerDoor:
    """Looks through a server's query log again and again."""

    def __init__(self, store: Store, recorder: Callable[[], Recorder] | None, *, log: str = QUERY_LOG) -> None:
        """`recorder` opens a client when there is the first read to record; None when there is none: then nothing is recorded."""
        self._store = store
        self._open_recorder = recorder
        self._log = log
        self._recorder: Recorder | None = None
        self._sent = set[str]()

    def look(self) -> int:
        """Note the reads since the last time, and record those that nobody has; how many were recorded.

        What cannot be noted or recorded is said and left for the next time; the duty to record every read fails meanwhile.
        """
        try:
            open_reads = note_query_log(self._store, log=self._log)
        except StoreError as error:
            note(f"the reads that this server saw are not noted: {error}")
            return 0
        if self._open_recorder is None:
            if open_reads:
                note(
                    f"{len(open_reads)} reads are on no record: set TRACEMARK_URL to where the services send their events"
                )
            return 0
        self._sent &= {read.read_id for read in open_reads}  # the others are stored
        return sum(self._record(read, self._open_recorder) for read in open_reads if read.read_id not in self._sent)

    def close(self) -> None:
        """End the session; what is not delivered stays in the journal."""
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.close(_CLOSE_S)

    def _record(self, read: LoggedRead, open_recorder: Callable[[], Recorder]) -> bool:
        event = access_event(read.read_id, read.door, read.rows, ok=read.ok)
        try:
            if self._recorder is None:
                self._recorder = open_recorder()
            is_recorded = self._recorder.emit(event, accessor=read.person or read.reader).accepted
        except (SdkError, KeyringError, JournalError) as error:
            note(f"a read could not be recorded, and is tried again: {error}")
            return False
        if is_recorded:
            self._sent.add(read.read_id)
        return is_recorded


@contextmanager
def server_door(store: Store) -> Generator[Callable[[], int]]:
    """What looks through the log of this store for a block; nothing where there is none, as in embedded mode."""
    if store.config.directory is not None:
        yield lambda: 0
        return
    door = ServerDoor(store, _client if os.environ.get("TRACEMARK_URL") else None)
    try:
        yield lambda: door.look() if has_query_log(store) else 0
    finally:
        door.close()


def _client() -> Recorder:
    return access_client(None)
