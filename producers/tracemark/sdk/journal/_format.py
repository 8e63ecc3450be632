"""Bytes on disk: the segment header and the record. `docs/journal.md` has the same as tables.

A record is valid only as a whole: marker, checksum, and every field in its range. The marker is derived from the
producer's id; it lets a reader find the next record behind a damaged one.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass

from tracemark.sdk.journal.errors import JournalFormatError, JournalMisuse
from tracemark.sdk.journal.model import FORMAT_VERSION, Entry, Kind, Priority

__all__ = [
    "HEADER_SIZE",
    "MAX_BODY",
    "SegmentHeader",
    "decode_record",
    "encode_record",
    "find_record",
    "marker_of",
]

MAX_BODY = 64 * 1024 * 1024
"""Key and value of one entry together; far above what a broker accepts, and small enough to trust a length."""

_MAGIC = b"TMJRNL\r\n"
_HEADER = struct.Struct(">8sHHIQ")  # magic, version, zero, segment number, record bytes in all earlier segments
_CHECK = struct.Struct(">I")
HEADER_SIZE = 32
"""Where the first record of a segment begins."""

_PREFIX = struct.Struct(">4sI")  # marker, CRC-32 of all that follows
_HEAD = struct.Struct(">IQBBBBH")  # body length, seq, kind, priority, flags, zero, key length
_HEAD_AT = _PREFIX.size
_BODY_AT = _PREFIX.size + _HEAD.size
_COVERS = struct.Struct(">I")
_CLOSES = 1

_PRIORITIES = {int(priority): priority for priority in Priority}


def marker_of(producer_id: str) -> bytes:
    """The four bytes that begin every record of this producer's journal."""
    return hashlib.sha256(b"tracemark journal " + producer_id.encode()).digest()[:4]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentHeader:
    """The first 32 bytes of a segment."""

    segment: int
    base: int
    """How many bytes of records all earlier segments held."""

    def encode(self) -> bytes:
        """The header's bytes, checksum and padding included."""
        fields = _HEADER.pack(_MAGIC, FORMAT_VERSION, 0, self.segment, self.base)
        return (fields + _CHECK.pack(zlib.crc32(fields))).ljust(HEADER_SIZE, b"\0")

    @classmethod
    def decode(cls, data: bytes) -> "SegmentHeader | None":
        """The header in `data`, or `None` if it is damaged; a sound one of another version is a `JournalFormatError`."""
        fields, check = data[: _HEADER.size], data[_HEADER.size : _HEADER.size + _CHECK.size]
        if len(data) < HEADER_SIZE or _CHECK.pack(zlib.crc32(fields)) != check:
            return None
        magic, version, _, segment, base = _HEADER.unpack(fields)
        if magic != _MAGIC:
            return None
        if version != FORMAT_VERSION:
            raise JournalFormatError(
                f"segment {segment} has format version {version}, this SDK reads {FORMAT_VERSION};"
                " drain it with the SDK version that wrote it"
            )
        return cls(segment=segment, base=base)


def encode_record(marker: bytes, entry: Entry) -> bytes:
    """The record of one entry, ready to be written in one piece."""
    key = entry.key
    value = entry.value
    if entry.kind is Kind.DROP:
        if value or entry.covers < 1:
            raise JournalMisuse("a drop covers at least one number and carries no value")
        value = _COVERS.pack(entry.covers) + entry.reason.encode()
    elif entry.covers != 1:
        raise JournalMisuse("an event has one number: covers must be 1")
    length = len(key) + len(value)
    if length > MAX_BODY:
        raise JournalMisuse(f"an entry of {length} bytes is beyond the format's {MAX_BODY}")
    try:
        head = _HEAD.pack(length, entry.seq, entry.kind, entry.priority, _CLOSES if entry.closes else 0, 0, len(key))
    except struct.error as error:
        raise JournalMisuse(f"seq or the key's length is outside the format's range: {error}") from error
    body = b"".join((head, key, value))
    return _PREFIX.pack(marker, zlib.crc32(body)) + body


def decode_record(marker: bytes, data: bytes, at: int) -> tuple[int, Entry] | None:
    """The record that begins at `at` and where it ends; `None` unless all of it is there and sound."""
    if len(data) < at + _BODY_AT or data[at : at + len(marker)] != marker:
        return None
    length, _, _, _, flags, zero, key_length = head = _HEAD.unpack_from(data, at + _HEAD_AT)
    end = at + _BODY_AT + length
    if end > len(data) or key_length > length or flags > _CLOSES or zero:
        return None
    if zlib.crc32(memoryview(data)[at + _HEAD_AT : end]) != _PREFIX.unpack_from(data, at)[1]:
        return None
    entry = _entry(head, data[at + _BODY_AT : end])
    return (end, entry) if entry else None


def _entry(head: tuple[int, int, int, int, int, int, int], body: bytes) -> Entry | None:
    _, seq, kind, priority, flags, _, key_length = head
    key, value = body[:key_length], body[key_length:]
    if priority not in _PRIORITIES:
        return None
    if kind == Kind.EVENT:
        return Entry(seq, Kind.EVENT, _PRIORITIES[priority], key, value, closes=bool(flags))
    if kind != Kind.DROP or len(value) < _COVERS.size:
        return None
    covers, reason = _COVERS.unpack_from(value)[0], value[_COVERS.size :].decode(errors="replace")
    if covers < 1:
        return None
    return Entry(seq, Kind.DROP, _PRIORITIES[priority], key, b"", reason, covers, bool(flags))


def find_record(marker: bytes, data: bytes, start: int, least_seq: int) -> int | None:
    """Where the first sound record at or behind `start` begins whose number is at least `least_seq`, if there is one."""
    at = data.find(marker, start)
    while at >= 0:
        found = decode_record(marker, data, at)
        if found is not None and found[1].seq >= least_seq:
            return at
        at = data.find(marker, at + 1)
    return None
