"""Is this keyring, or this backup, the one that finds what is stored?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, get_args

from tracemark.sdk.keyring.errors import KeyringError
from tracemark.sdk.keyring.model import Keyring
from tracemark.sdk.tokens import Purpose

__all__ = ["KeyringCheck", "StoredKey", "check_keyring"]

_KEY_ID: Final = re.compile(r"([a-z]+)-[0-9]+-[0-9a-f]{8}")


class StoredKey(NamedTuple):
    """A key that some stored event was made with."""

    tenant_id: str
    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringCheck:
    """What a comparison found.

    Attributes:
        fingerprint: Of the ring that was checked.
        fingerprint_matches: Whether it is the one expected; None when none was given.
        lacking: Secrets that the other ring has and this one lacks, by name (`output-2`).
        surplus: Secrets that this ring alone has.
        different: Secrets of the same name that are not the same: two rings, or a damaged one.
        not_found: Stored keys that this ring cannot compute, so that what they made cannot be traced by content.
    """

    fingerprint: str
    fingerprint_matches: bool | None
    lacking: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    not_found: tuple[StoredKey, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the ring can stand in for the other one, and finds everything stored."""
        return self.fingerprint_matches is not False and not (self.lacking or self.different or self.not_found)


def check_keyring(
    ring: Keyring,
    *,
    against: Keyring | None = None,
    expected_fingerprint: str | None = None,
    stored: Iterable[StoredKey] = (),
) -> KeyringCheck:
    """Compare `ring` with another one, with a fingerprint written down, and with the keys seen in the store."""
    mine = {entry.name: entry.secret for entry in ring.entries}
    theirs = mine if against is None else {entry.name: entry.secret for entry in against.entries}
    return KeyringCheck(
        fingerprint=ring.fingerprint,
        fingerprint_matches=None if expected_fingerprint is None else _same(ring.fingerprint, expected_fingerprint),
        lacking=tuple(sorted(theirs.keys() - mine.keys())),
        surplus=tuple(sorted(mine.keys() - theirs.keys())),
        different=tuple(sorted(name for name in mine.keys() & theirs.keys() if mine[name] != theirs[name])),
        not_found=tuple(sorted(key for key in set(stored) if not _holds(ring, key))),
    )


def _same(fingerprint: str, written: str) -> bool:
    """People write capitals, and spaces for hyphens."""
    return re.sub(r"[\s-]", "", written).lower() == fingerprint.replace("-", "")


def _holds(ring: Keyring, stored: StoredKey) -> bool:
    match = _KEY_ID.fullmatch(stored.key_id)
    purpose = next((name for name in get_args(Purpose) if match and match[1] == name), None)
    if purpose is None:
        return False
    try:
        return any(key.key_id == stored.key_id for key in ring.all_epochs(purpose, stored.tenant_id))
    except KeyringError:
        return False
