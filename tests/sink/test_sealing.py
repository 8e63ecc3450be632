"""Dead letters under seal: they open at their position under their key, and nowhere else."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from tracemark.sink import DeadLetterKey, Position, SealBroken, SinkConfigError, StreamRecord

KEY = DeadLetterKey(bytes(range(32)))
MAYBE_BYTES = st.none() | st.binary(max_size=200)
RECORDS = st.builds(
    StreamRecord,
    topic=st.text(max_size=20).filter(lambda t: "\0" not in t),
    partition=st.integers(0, 2**16),
    offset=st.integers(0, 2**62),
    broker_ts_ms=st.integers(-1, 2**45),
    key=MAYBE_BYTES,
    value=MAYBE_BYTES,
    headers=st.lists(st.tuples(st.text(max_size=10), st.binary(max_size=20)), max_size=4).map(tuple),
)


@given(RECORDS)
def test_a_sealed_record_opens_to_itself(record: StreamRecord) -> None:
    """Key, value, headers and receipt time come back as they were, absent ones too."""
    assert KEY.open(KEY.seal(record), record.position) == record


@given(RECORDS, st.data())
def test_one_flipped_bit_breaks_the_seal(record: StreamRecord, data: st.DataObject) -> None:
    """A sealed record with any bit flipped does not open, and says so in one kind of error."""
    sealed = bytearray(KEY.seal(record))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(SealBroken):
        KEY.open(bytes(sealed), record.position)


@given(st.binary(max_size=300))
def test_random_bytes_are_no_seal(data: bytes) -> None:
    """Whatever the bytes, the only error is that the seal is broken."""
    with pytest.raises(SealBroken):
        KEY.open(data, Position("t", 0, 0))


@given(RECORDS)
def test_a_record_does_not_open_at_another_position(record: StreamRecord) -> None:
    """A sealed record that was moved to another offset, partition or topic does not open."""
    sealed = KEY.seal(record)
    topic, partition, offset = record.position
    for other in (
        Position(topic, partition, offset + 1),
        Position(topic, partition + 1, offset),
        Position(topic + "x", partition, offset),
    ):
        with pytest.raises(SealBroken):
            KEY.open(sealed, other)


def test_the_seal_is_the_one_of_the_documentation() -> None:
    """A second implementation, written from docs/dead-letters.md, opens a sealed record and computes the same digest."""
    root = bytes(range(32))

    def derive(purpose: bytes) -> bytes:
        return hmac.new(root, b"tracemark/dead-letter/1\0" + purpose, hashlib.sha256).digest()

    sealed = KEY.seal(StreamRecord("t", 3, 5, 77, None, b"value", (("name", b"header"),)))
    assert sealed[:8] == b"TMD1" + derive(b"id")[:4]
    bound = b"tracemark/dead-letter/1\0t\0" + (3).to_bytes(4, "big") + (5).to_bytes(8, "big")
    plain = AESGCM(derive(b"seal")).decrypt(sealed[8:20], sealed[20:], bound)
    counted = [len(part).to_bytes(4, "big") + part for part in (b"value", b"name", b"header")]
    assert (
        plain == (77).to_bytes(8, "big") + b"\xff" * 4 + counted[0] + (1).to_bytes(4, "big") + counted[1] + counted[2]
    )
    assert KEY.digest(b"value") == hmac.new(derive(b"digest"), b"value", hashlib.sha256).digest()


def test_another_key_is_named() -> None:
    """Opening under another key tells that the key is another, without showing either."""
    record = StreamRecord("t", 0, 0, 0, None, b"v", ())
    other = DeadLetterKey(bytes(32))
    with pytest.raises(SealBroken, match=f"another key than {other.key_id}"):
        other.open(KEY.seal(record), record.position)
    assert repr(other) == f"DeadLetterKey({other.key_id})"


def test_equal_records_seal_differently_and_digest_equally() -> None:
    """Every seal has a fresh nonce, while the digest of a value is the same each time and another under another key."""
    record = StreamRecord("t", 0, 0, 0, None, b"v", ())
    assert KEY.seal(record) != KEY.seal(record)
    assert KEY.digest(b"v") == KEY.digest(b"v") != DeadLetterKey(bytes(32)).digest(b"v")


def test_the_sealed_bytes_show_nothing_of_the_record() -> None:
    """Neither value nor key nor headers can be read in the sealed bytes."""
    record = StreamRecord(
        "t", 0, 0, 0, b"the-key-itself", b"the-value-itself", (("the-header-itself", b"its-value-itself"),)
    )
    assert b"itself" not in KEY.seal(record)


def test_a_key_of_another_length_is_refused() -> None:
    """A key that is not of 32 bytes is refused with its length."""
    with pytest.raises(SinkConfigError, match="of 5 bytes"):
        DeadLetterKey(b"short")
