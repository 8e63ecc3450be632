"""The bytes on disk."""

import hashlib
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.sdk.journal import Entry, JournalFormatError, Kind, Priority
from tracemark.sdk.journal._cursor import START, Cursor, load_cursor, new_cursor_file, store_cursor
from tracemark.sdk.journal._format import (
    HEADER_SIZE,
    SegmentHeader,
    decode_record,
    encode_record,
    find_record,
    marker_of,
)
from tracemark.sdk.journal.model import Position

MARKER = marker_of("p-1")

events = st.builds(
    Entry,
    seq=st.integers(1, 2**63),
    kind=st.just(Kind.EVENT),
    priority=st.sampled_from(Priority),
    key=st.binary(max_size=80),
    value=st.binary(max_size=300),
    reason=st.just(""),
    covers=st.just(1),
    closes=st.booleans(),
)
drops = st.builds(
    Entry,
    seq=st.integers(1, 2**63),
    kind=st.just(Kind.DROP),
    priority=st.sampled_from(Priority),
    key=st.binary(max_size=80),
    value=st.just(b""),
    reason=st.text(max_size=40),
    covers=st.integers(1, 2**32 - 1),
    closes=st.booleans(),
)
entries = events | drops


@given(entries)
def test_a_record_comes_back_as_it_was(entry: Entry) -> None:
    """Encoding and decoding are inverse, wherever in a buffer the record lies."""
    record = encode_record(MARKER, entry)
    assert decode_record(MARKER, b"\0\1\2" + record + b"rest", 3) == (3 + len(record), entry)


@given(entries, st.data())
def test_no_flipped_bit_goes_unnoticed(entry: Entry, data: st.DataObject) -> None:
    """A record with any single bit changed is no record."""
    record = bytearray(encode_record(MARKER, entry))
    bit = data.draw(st.integers(0, len(record) * 8 - 1))
    record[bit // 8] ^= 1 << bit % 8
    assert decode_record(MARKER, bytes(record) + bytes(64), 0) is None


@given(entries, st.data())
def test_no_part_of_a_record_is_a_record(entry: Entry, data: st.DataObject) -> None:
    """A record cut anywhere is no record, and nothing inside one is."""
    record = encode_record(MARKER, entry)
    assert decode_record(MARKER, record[: data.draw(st.integers(0, len(record) - 1))], 0) is None
    assert find_record(MARKER, record, 1, 0) is None


@given(st.binary(max_size=400))
def test_noise_is_no_record(noise: bytes) -> None:
    """Arbitrary bytes, even behind a marker, are told from a record without an exception."""
    assert decode_record(MARKER, MARKER + noise, 0) is None
    assert SegmentHeader.decode(noise) is None


def test_a_record_of_another_journal_is_none_of_ours() -> None:
    """Blocks of a deleted journal that turn up in this one are not taken for its entries."""
    record = encode_record(marker_of("p-2"), Entry(1, Kind.EVENT, Priority.STANDARD, b"k", b"v"))
    assert decode_record(MARKER, record, 0) is None


def published(name: str) -> bytes:
    """One of the examples of the page that describes the format."""
    page = (Path(__file__).parents[3] / "docs" / "journal.md").read_text()
    example = page.partition(f"```hex {name}\n")[2].partition("```")[0]
    return bytes.fromhex(example)


def sealed(body: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(body))


def test_the_bytes_of_a_record_are_the_published_ones() -> None:
    """The examples of docs/journal.md are what is written, and what its tables say."""
    marker = hashlib.sha256(b"tracemark journal p-1").digest()[:4]
    body = struct.pack(">IQBBBBH", 1 + 5, 7, 1, 2, 0, 0, 1) + b"k" + b"value"
    event = Entry(7, Kind.EVENT, Priority.STANDARD, b"k", b"value")
    assert encode_record(MARKER, event) == published("event") == marker + sealed(body) + body

    body = struct.pack(">IQBBBBH", 4 + 4, 8, 2, 3, 0, 0, 0) + struct.pack(">I", 2) + b"full"
    drop = Entry(8, Kind.DROP, Priority.HEARTBEAT, b"", b"", "full", 2)
    assert encode_record(MARKER, drop) == published("drop") == marker + sealed(body) + body


def test_the_bytes_of_header_and_cursor_are_the_published_ones() -> None:
    """The examples of docs/journal.md are what is written, and what its tables say."""
    fields = b"TMJRNL\r\n" + struct.pack(">HHIQ", 1, 0, 3, 4096)
    header = SegmentHeader(segment=3, base=4096).encode()
    assert header == published("segment") == fields + sealed(fields) + bytes(4)
    assert len(header) == HEADER_SIZE == 32

    fields = b"TMCURS\r\n" + struct.pack(">QIQQQB", 0, 1, 32, 0, 0, 0)
    assert START.encode() == published("cursor") == fields + sealed(fields)


def test_a_segment_of_another_version_says_so() -> None:
    """A sound header of a later format is an error with the remedy, not damage to step over."""
    fields = b"TMJRNL\r\n" + struct.pack(">HHIQ", 2, 0, 3, 4096)
    with pytest.raises(JournalFormatError, match="format version 2, this SDK reads 1; drain it"):
        SegmentHeader.decode(fields + struct.pack(">I", zlib.crc32(fields)) + bytes(4))


@given(st.data())
def test_a_torn_cursor_leaves_the_one_before(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever part of a slot was written when the host stopped, the cursor read is the old one or the new one."""
    path = tmp_path_factory.mktemp("cursor") / "cursor"
    path.write_bytes(new_cursor_file())
    older = START
    for generation in range(1, data.draw(st.integers(2, 5))):
        older = Cursor(position=Position(generation, 99), passed=7, seq=generation, generation=generation)
        store_cursor(path, older, durable=False)
    before = path.read_bytes()
    newer = Cursor(position=Position(9, 9), passed=9, seq=9, closed=True, generation=older.generation + 1)
    store_cursor(path, newer, durable=True)
    after = path.read_bytes()
    assert load_cursor(path) == newer
    torn_at = data.draw(st.integers(0, len(after)))
    path.write_bytes(after[:torn_at] + before[torn_at:])
    assert load_cursor(path) in {older, newer}


def test_a_cursor_file_never_grows(tmp_path: Path) -> None:
    """Moving the cursor takes no new space, so that a full disk can be drained."""
    path = tmp_path / "cursor"
    path.write_bytes(new_cursor_file())
    for generation in range(1, 10):
        position = Position(generation, 2**62)
        store_cursor(path, Cursor(position=position, passed=1, seq=1, generation=generation), durable=False)
    assert path.stat().st_size == len(new_cursor_file())
