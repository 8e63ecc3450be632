"""IPTC-IIM, the press agencies' metadata, within Photoshop's block of a JPEG: a record may stand in its text, such as a caption.

A block is a row of resources, one of which is a row of data sets; another one is a digest of those, which is kept true.
"""

import hashlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from tracemark.labels.records import Record, record_in

__all__ = ["iptc_records", "without_iptc_records"]

_IPTC, _DIGEST = 0x0404, 0x0425
_RESOURCE_HEAD: Final = 7
"""Type, number, and the length of the name; the name follows."""
_SET_HEAD: Final = 5
_TEXTS: Final = 2
"""Number of the record (as IPTC calls it) whose data sets are read."""
_NAMES: Final = {
    5: "ObjectName",
    25: "Keywords",
    40: "SpecialInstructions",
    80: "By-line",
    105: "Headline",
    110: "Credit",
    115: "Source",
    116: "CopyrightNotice",
    120: "Caption-Abstract",
}


class _Resource(NamedTuple):
    kind: int
    start: int
    data: int
    """Where its data begin; they end at `end`, before padding."""
    end: int
    next: int


class _Set(NamedTuple):
    start: int
    end: int
    record: Record | None


def iptc_records(block: bytes) -> list[Record]:
    """Every record of a block, which is read as far as it makes sense; never raises."""
    return [
        data_set.record
        for resource in _resources(block)
        if resource.kind == _IPTC
        for data_set in _sets(block[resource.data : resource.end])
        if data_set.record is not None
    ]


def without_iptc_records(block: bytes) -> bytes:
    """The block without the data sets that hold a record; everything else stays."""
    digests: dict[bytes, bytes] = {}
    for resource in _resources(block):
        data = block[resource.data : resource.end]
        if resource.kind == _IPTC:
            digests[_digest(data)] = _digest(_without_records(data))
    pieces: list[bytes] = []
    done = 0
    for resource in _resources(block):
        old = block[resource.data : resource.end]
        new = {_IPTC: _without_records(old), _DIGEST: digests.get(old, old)}.get(resource.kind, old)
        if new != old:
            head = block[resource.start : resource.data - 4] + len(new).to_bytes(4, "big")
            pieces += [block[done : resource.start], head, new, bytes(len(new) % 2)]
            done = resource.next
    return b"".join([*pieces, block[done:]])


def _resources(block: bytes) -> Iterator[_Resource]:
    at = 0
    while block[at : at + 4] == b"8BIM" and at + _RESOURCE_HEAD <= len(block):
        kind, name = int.from_bytes(block[at + 4 : at + 6], "big"), block[at + 6]
        data = at + _RESOURCE_HEAD + name + (name + 1) % 2 + 4
        end = data + int.from_bytes(block[data - 4 : data], "big")
        if end > len(block):
            return
        following = min(end + (end - data) % 2, len(block))
        yield _Resource(kind, at, data, end, following)
        at = following


def _sets(data: bytes) -> Iterator[_Set]:
    at = 0
    while data[at : at + 1] == b"\x1c" and at + _SET_HEAD <= len(data):
        number, name, size = data[at + 1], data[at + 2], int.from_bytes(data[at + 3 : at + 5], "big")
        value = at + _SET_HEAD
        if size & 0x8000:  # then it says how long the length is
            value += size & 0x7FFF
            size = int.from_bytes(data[at + _SET_HEAD : value], "big")
        end = value + size
        if end > len(data):
            return
        text = data[value:end].decode("utf-8", "replace").rstrip("\x00") if number == _TEXTS else ""
        yield _Set(at, end, record_in("iptc", _NAMES.get(name, f"{number}:{name}"), text))
        at = end


def _without_records(data: bytes) -> bytes:
    kept, done = [], 0
    for data_set in _sets(data):
        if data_set.record is not None:
            kept.append(data[done : data_set.start])
            done = data_set.end
    return b"".join([*kept, data[done:]])


def _digest(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()
