"""The words of the journal: entries, positions, limits, and what is known about a journal from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Literal, NamedTuple

from tracemark.sdk.journal.errors import JournalMisuse

__all__ = [
    "FORMAT_VERSION",
    "Damage",
    "Entry",
    "JournalInfo",
    "JournalLimits",
    "JournalMeta",
    "Kind",
    "Position",
    "Priority",
    "SessionValue",
]

FORMAT_VERSION = 1
"""The version of the directory and segment format that this package writes and reads."""

_KIB = 1024
_MIB = 1024 * _KIB
_SMALLEST_SEGMENT = 4 * _KIB

SessionValue = str | int | list[str]
"""What the client may put into `JournalMeta.session`."""


class Kind(IntEnum):
    """What an entry stands for."""

    EVENT = 1
    """An encoded event, to be sent as it is."""
    DROP = 2
    """A declared loss: sequence numbers that were drawn and whose events will never come, with the reason."""


class Priority(IntEnum):
    """How far into the budget an entry may reach."""

    CRITICAL = 1
    """May use the reserve, and the ballast on a full disk."""
    STANDARD = 2
    HEARTBEAT = 3


class Entry(NamedTuple):
    """One entry of the journal. A tuple, because one is made for every event on the caller's thread."""

    seq: int
    """The producer's sequence, from 1, rising from entry to entry."""
    kind: Kind
    priority: Priority
    key: bytes
    """The Kafka message key."""
    value: bytes
    """The framed Kafka value; empty for a drop."""
    reason: str = ""
    """Why a drop was dropped: a short code, never free text."""
    covers: int = 1
    """How many numbers a drop covers: `seq` to `seq + covers - 1`. Always 1 for an event."""
    closes: bool = False
    """Whether this event closes the producer's session, so that an adopter must not close it again."""

    @property
    def last_seq(self) -> int:
        """The last sequence number that this entry accounts for."""
        return self.seq + self.covers - 1


class Position(NamedTuple):
    """Where an entry *ends*: everything up to and with that entry lies at or before its position. Positions are ordered."""

    segment: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLimits:
    """The bounds of one journal. Bytes that were acknowledged do not count.

    Standard entries are refused first, critical ones `critical_reserve_bytes` later, drops last: the tail of the budget
    is theirs alone. On disk a journal takes at most `max_bytes` plus one segment plus the ballast.
    """

    max_bytes: int = 256 * _MIB
    """All that may wait, of every kind."""
    segment_bytes: int = 8 * _MIB
    """A segment is closed before it would pass this size, and deleted when all of it is acknowledged."""
    critical_reserve_bytes: int = 4 * _MIB
    """The part of `max_bytes` that standard and heartbeat entries leave to critical ones."""
    drop_reserve_bytes: int = 1 * _MIB
    """The part of `max_bytes` that events of every kind leave to drops."""
    reserve_free_bytes: int = 64 * _MIB
    """Free space on the disk that standard and heartbeat entries leave to others."""
    ballast_bytes: int = 256 * _KIB
    """Space kept occupied, and given up when a critical entry or a drop meets a full disk."""

    def __post_init__(self) -> None:
        """Refuse bounds that contradict each other."""
        if self.segment_bytes < _SMALLEST_SEGMENT:
            raise JournalMisuse(f"segment_bytes is {self.segment_bytes}; at least {_SMALLEST_SEGMENT} are needed")
        if min(self.critical_reserve_bytes, self.drop_reserve_bytes, self.reserve_free_bytes, self.ballast_bytes) < 0:
            raise JournalMisuse("a reserve is negative; 0 switches it off")
        if self.standard_bytes <= 0:
            raise JournalMisuse(
                f"max_bytes ({self.max_bytes}) leaves nothing beside critical_reserve_bytes and drop_reserve_bytes; raise it"
            )

    @property
    def critical_bytes(self) -> int:
        """How much may wait before a critical event is refused."""
        return self.max_bytes - self.drop_reserve_bytes

    @property
    def standard_bytes(self) -> int:
        """How much may wait before a standard event is refused."""
        return self.critical_bytes - self.critical_reserve_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalMeta:
    """Who writes a journal: what an adopter needs to send in the dead producer's name. No personal data, no secrets."""

    producer_id: str
    service_id: str
    tenant_id: str
    sdk_version: str
    started_us: int
    pid: int
    hostname: str
    boot_id: str
    """The kernel's boot id (empty where there is none): tells a reboot from another machine."""
    mode: Literal["kafka", "embedded"]
    durability: Literal["disk", "memory"] = "disk"
    session: Mapping[str, SessionValue] = field(default_factory=dict[str, SessionValue])
    """Carried unread: whatever the client needs to write the closing `producer.session` event."""
    format_version: int = FORMAT_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A place where the journal could not be read, or where sequence numbers are missing."""

    reason: Literal["corrupt", "segment_missing", "sequence_gap"]
    segment: int
    offset: int
    bytes: int
    """How many bytes were skipped; 0 for missing segments and mere gaps."""
    first_missing_seq: int | None = None
    """The first number lost here; `None` if no number is, or when it cannot be known (yet)."""
    last_missing_seq: int | None = None
    """The last number lost here; `None` while no readable entry has followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalInfo:
    """A journal seen from outside, without taking part in it. A snapshot: owners and drainers go on."""

    producer_id: str
    path: Path
    owner_alive: bool
    """Whether a process holds it as owner or adopter."""
    being_drained: bool
    """Whether a process holds its cursor."""
    meta: JournalMeta | None
    """`None` when `problem` says why."""
    events_pending: int = 0
    drops_pending: int = 0
    """Sequence numbers declared as dropped whose declaration has not been delivered yet."""
    bytes_pending: int = 0
    first_seq: int | None = None
    """The first sequence number pending."""
    last_seq: int = 0
    """The last sequence number known, pending or not; 0 before the first."""
    last_append_us: int = 0
    """When the newest segment was last written to, in microseconds since the epoch."""
    problem: str = ""
    """Why this journal cannot be read by this version; empty for a sound one."""

    @property
    def entries_pending(self) -> int:
        """Entries of either kind that wait, a drop counted once per number it covers."""
        return self.events_pending + self.drops_pending
