"""Dead letters under seal: the whole record encrypted, bound to where it stood.

    sealed = "TMD1" ‖ key id (4 bytes) ‖ nonce (12 bytes) ‖ AES-256-GCM(plain, AAD = position)

docs/dead-letters.md describes every byte. A sealed record moved to another position, or altered in one bit, does not open.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracemark.sink.errors import SealBroken, SinkConfigError
from tracemark.sink.records import Position, StreamRecord

__all__ = ["KEY_BYTES", "DeadLetterKey"]

KEY_BYTES: Final = 32
_MAGIC: Final = b"TMD1"
_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_HEAD: Final = len(_MAGIC) + _ID_BYTES + _NONCE_BYTES
_LENGTH = struct.Struct(">i")
_PLACE = struct.Struct(">IQ")
_TIME = struct.Struct(">q")


class DeadLetterKey:
    """Seals, opens and digests under one key; thread-safe. `repr` shows the key's id alone."""

    def __init__(self, key: bytes, *, random: Callable[[int], bytes] = os.urandom) -> None:
        """Derive what is needed from the keyring's `dlq` key of 32 bytes; raises `SinkConfigError`."""
        if len(key) != KEY_BYTES:
            raise SinkConfigError(f"dead-letter key of {len(key)} bytes: pass the keyring's dlq key of {KEY_BYTES}")
        self._cipher = AESGCM(_derived(key, b"seal"))
        self._digest_key = _derived(key, b"digest")
        self._id = _derived(key, b"id")[:_ID_BYTES]
        self._random = random

    @property
    def key_id(self) -> str:
        """Names the key without telling anything about it: 8 hex digits."""
        return self._id.hex()

    def __repr__(self) -> str:
        return f"DeadLetterKey({self.key_id})"

    def digest(self, value: bytes | None) -> bytes:
        """HMAC-SHA-256 of a value: equal values can be seen to be equal, short ones cannot be guessed."""
        return hmac.new(self._digest_key, value or b"", hashlib.sha256).digest()

    def seal(self, record: StreamRecord) -> bytes:
        """The record's receipt time, key, value and headers, sealed to its position."""
        nonce = self._random(_NONCE_BYTES)
        return b"".join((_MAGIC, self._id, nonce, self._cipher.encrypt(nonce, _plain(record), _bound(record.position))))

    def open(self, sealed: bytes, position: Position) -> StreamRecord:
        """The record that was sealed at `position`; raises `SealBroken`, whatever is wrong."""
        if len(sealed) < _HEAD or not sealed.startswith(_MAGIC):
            raise SealBroken("these bytes are no sealed dead letter")
        if sealed[len(_MAGIC) : len(_MAGIC) + _ID_BYTES] != self._id:
            raise SealBroken(
                f"this dead letter was sealed under another key than {self.key_id}: use the keyring of its sink"
            )
        try:
            plain = self._cipher.decrypt(sealed[_HEAD - _NONCE_BYTES : _HEAD], sealed[_HEAD:], _bound(position))
            return _read(plain, position)
        except (InvalidTag, struct.error, IndexError, UnicodeDecodeError, ValueError):
            raise SealBroken(
                "this dead letter does not open: it was altered, or it belongs to another position"
            ) from None


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, b"tracemark/dead-letter/1\0" + purpose, hashlib.sha256).digest()


def _bound(position: Position) -> bytes:
    place = _PLACE.pack(position.partition, position.offset)
    return b"tracemark/dead-letter/1\0" + position.topic.encode() + b"\0" + place


def _plain(record: StreamRecord) -> bytes:
    parts = [
        _TIME.pack(record.broker_ts_ms),
        _counted(record.key),
        _counted(record.value),
        _LENGTH.pack(len(record.headers)),
    ]
    for name, value in record.headers:
        parts += [_counted(name.encode("utf-8", "surrogateescape")), _counted(value)]
    return b"".join(parts)


def _counted(data: bytes | None) -> bytes:
    return _LENGTH.pack(-1) if data is None else _LENGTH.pack(len(data)) + data


def _read(plain: bytes, position: Position) -> StreamRecord:
    (broker_ts_ms,) = _TIME.unpack_from(plain)
    at = _TIME.size

    def take() -> bytes | None:
        nonlocal at
        (length,) = _LENGTH.unpack_from(plain, at)
        at += _LENGTH.size + max(length, 0)
        return None if length < 0 else plain[at - length : at]

    key, value = take(), take()
    (count,) = _LENGTH.unpack_from(plain, at)
    at += _LENGTH.size
    headers = [((take() or b"").decode("utf-8", "surrogateescape"), take()) for _ in range(count)]
    return StreamRecord(*position, broker_ts_ms, key, value, tuple(headers))  # type: ignore[arg-type]  # a header's value may be null
