"""Commitments that outlive erasure.

    content_commitment = SHA-256(0x02 ‖ salt ‖ canonical bytes)
    private_commitment = SHA-256(0x01 ‖ salt ‖ Avro of the personal fields)
    event_hash         = SHA-256(0x00 ‖ schema fingerprint ‖ Avro of the public fields ‖ private_commitment)

The first byte keeps the three apart. Erasing a subject clears the personal fields and the salt; both hashes stay, so every
proof stays valid, and without the salt nobody can try texts or users against what is left.
"""

import hashlib

__all__ = ["SALT_BYTES", "content_commitment", "event_hash", "private_commitment"]

SALT_BYTES = 16


def content_commitment(salt: bytes, canonical: bytes) -> bytes:
    """Binds one text to one event; giving out the salt proves it without any key."""
    return hashlib.sha256(b"\x02" + salt + canonical).digest()


def private_commitment(salt: bytes, personal: bytes) -> bytes:
    """Binds the personal fields, given as their Avro encoding."""
    return hashlib.sha256(b"\x01" + salt + personal).digest()


def event_hash(fingerprint: bytes, public: bytes, commitment: bytes) -> bytes:
    """Identity of the whole event for proofs; `public` is the Avro encoding of the public fields."""
    return hashlib.sha256(b"\x00" + fingerprint + public + commitment).digest()
