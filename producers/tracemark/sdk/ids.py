"""Identities: UUIDv7 (RFC 9562, 5.7), whose order is the order of creation."""

import os
from typing import Protocol

__all__ = ["IdSource", "RandomIds", "uuid7"]

_FIXED = 0x7000_8000_0000_0000_0000
"""Version 7, and the variant of RFC 9562."""


def uuid7(unix_us: int, entropy: bytes) -> str:
    """A version 7 UUID from microseconds since 1970 and ten random bytes, as lower-case text."""
    random = int.from_bytes(entropy, "big")
    text = f"{unix_us // 1000 << 80 | _FIXED | (random >> 68 & 0x0FFF) << 64 | random & 0x3FFF_FFFF_FFFF_FFFF:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class IdSource(Protocol):
    """Where identities and salts come from. Implementations are safe to call from any thread, and after a fork."""

    def uuid(self, unix_us: int) -> str:
        """A fresh UUIDv7 for this instant."""
        ...

    def salt(self) -> bytes:
        """Sixteen bytes that nobody can guess."""
        ...


class RandomIds:
    """The operating system's randomness; no pool of it is kept, because a fork would hand it out twice."""

    def uuid(self, unix_us: int) -> str:
        """A fresh UUIDv7."""
        return uuid7(unix_us, os.urandom(10))

    def salt(self) -> bytes:
        """Sixteen random bytes."""
        return os.urandom(16)
