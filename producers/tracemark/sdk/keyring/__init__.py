"""The secrets behind tokens and pseudonyms: one file, made by `tracemark keys init`, read by every service.

>>> from tracemark.schemas.clock import FixedClock
>>> ring = Keyring.create(clock=FixedClock())
>>> ring.current("output", "acme").purpose, ring.current("output", "acme").epoch
('output', 1)

A lost keyring is a lost trace: nothing that was stored can be found by its content again. `docs/keys.md` says how to
keep, rotate, share and check it.
"""

from tracemark.sdk.keyring.check import KeyringCheck, StoredKey, check_keyring
from tracemark.sdk.keyring.errors import (
    KeyMissing,
    KeyringError,
    KeyringExists,
    KeyringInsecure,
    KeyringMalformed,
    KeyringMissing,
    KeyringMisuse,
    KeyringUnreadable,
)
from tracemark.sdk.keyring.model import Keyring

__all__ = [
    "KeyMissing",
    "Keyring",
    "KeyringCheck",
    "KeyringError",
    "KeyringExists",
    "KeyringInsecure",
    "KeyringMalformed",
    "KeyringMissing",
    "KeyringMisuse",
    "KeyringUnreadable",
    "StoredKey",
    "check_keyring",
]
