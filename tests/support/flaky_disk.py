"""A journal on a disk that fails when told to."""

from typing import Literal

from tracemark.sdk.journal import Entry, JournalMeta, JournalUnavailable, JournalWriter, Position

__all__ = ["FlakyDisk", "journal_meta"]


def journal_meta(mode: Literal["kafka", "embedded"], producer_id: str = "p-1") -> JournalMeta:
    """Of a producer of nobody's."""
    return JournalMeta(
        producer_id=producer_id,
        service_id="svc",
        tenant_id="t",
        sdk_version="1",
        started_us=1,
        pid=1,
        hostname="h",
        boot_id="b",
        mode=mode,
    )


class FlakyDisk(JournalWriter):
    """A journal on a disk that can be filled and emptied."""

    full = False

    def append(self, entry: Entry) -> Position:
        """Refuse while the disk is full."""
        if self.full:
            raise JournalUnavailable("no space left on the device")
        return super().append(entry)
