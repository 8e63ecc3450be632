"""A ring of secrets, as a value."""

import contextlib
import secrets
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self, get_args

from tracemark.schemas.clock import Clock, SystemClock
from tracemark.sdk.keyring import files
from tracemark.sdk.keyring.document import SECRET_BYTES, TENANT_ID, Entry, dump, fingerprint, parse
from tracemark.sdk.keyring.errors import KeyMissing, KeyringExists, KeyringMissing, KeyringMisuse
from tracemark.sdk.tokens import Purpose, TenantKey

__all__ = ["ROTATING", "Keyring"]

ROTATING: Final[tuple[Purpose, ...]] = ("prompt", "output")
"""Purposes whose keys come in epochs."""

_FIXED: Final[dict[Purpose, str]] = {
    "subject": "grants, sanctions and erasures of one person must meet across time; replacing the key is a migration",
    "dlq": "a dead letter must open with the key it was sealed with; make a new keyring's dlq key once they have expired",
}
_KEPT_TENANTS: Final = 4096


class Keyring:
    """Secrets per purpose and epoch; from them the keys of each tenant.

    Immutable: `rotated` and `restricted_to` give a new ring. Safe to share between threads.

    Attributes:
        ring_id: The ring's name, the same through rotations; it tells two rings apart, not two states of one.
        entries: Its secrets, by purpose and epoch.
    """

    __slots__ = ("_keys", "entries", "ring_id")

    def __init__(self, ring_id: str, entries: Iterable[Entry]) -> None:
        """Use `create` or `load`."""
        self.ring_id = ring_id
        self.entries = tuple(sorted(entries, key=lambda entry: (entry.purpose, entry.epoch, entry.tenant_id or "")))
        self._keys: dict[tuple[Purpose, str], tuple[TenantKey, ...]] = {}

    @classmethod
    def create(cls, *, clock: Clock | None = None) -> Self:
        """A new ring of random secrets, epoch 1 of every purpose."""
        now = _instant(clock)
        return cls(f"kr-{secrets.token_hex(8)}", [_fresh(purpose, 1, now) for purpose in get_args(Purpose)])

    @classmethod
    def load(cls, path: Path) -> Self:
        """The ring in the file at `path`.

        Raises:
            KeyringError: it is missing, unreadable, open to others or malformed; each is a class of its own.
        """
        return cls.from_bytes(files.read(path), str(path))

    @classmethod
    def for_client(cls, path: Path | None, *, create: bool, clock: Clock | None = None) -> Self:
        """The ring that a service uses: the one at `path`, made there first when `create` says so and there is none.

        Embedded mode creates, because its folder is the whole system; services that share a broker must share a ring,
        too, and are told so. Two processes that start at once end up with the same ring.

        Raises:
            KeyringError: as `load` and `save` do; `KeyringMissing` also when no path is configured.
        """
        if path is None:
            raise KeyringMissing(None)
        if create and not path.exists():
            with contextlib.suppress(KeyringExists):
                cls.create(clock=clock).save(path)
        return cls.load(path)

    @classmethod
    def from_bytes(cls, data: bytes, source: str = "(bytes)") -> Self:
        """The ring in a file's bytes, for secrets that come from elsewhere than a file; `source` is their name in errors.

        Raises:
            KeyringMalformed: they are no keyring.
        """
        return cls(*parse(data, source))

    def to_bytes(self) -> bytes:
        """The bytes of the ring's file."""
        return dump(self.ring_id, self.entries)

    def save(self, path: Path) -> None:
        """Write a new file, mode 0600, durable when this returns.

        Raises:
            KeyringError: a file is there already, or the folder refuses.
        """
        files.create(path, self.to_bytes())

    @classmethod
    def rotate_file(cls, path: Path, purposes: Collection[Purpose] = ROTATING, *, clock: Clock | None = None) -> Self:
        """Add an epoch to the ring in the file, one process at a time, and give back the new ring.

        Raises:
            KeyringError: as `load`, `rotated` and `save` do; the file is as it was then.
        """
        rings: list[Self] = []

        def rotate(data: bytes) -> bytes:
            rings.append(cls.from_bytes(data, str(path)).rotated(purposes, clock=clock))
            return rings[0].to_bytes()

        files.replace(path, rotate)
        return rings[0]

    @property
    def fingerprint(self) -> str:
        """32 hex digits to write down beside a backup; changes with every rotation."""
        return fingerprint(self.ring_id, self.entries)

    def rotated(self, purposes: Collection[Purpose] = ROTATING, *, clock: Clock | None = None) -> Self:
        """A ring with one more epoch for each purpose; the older ones stay, for tracing.

        Raises:
            KeyringMisuse: a purpose does not rotate, or this ring holds keys of tenants only.
        """
        now = _instant(clock)
        for purpose in dict.fromkeys(purposes):
            if purpose not in ROTATING:
                raise KeyringMisuse(f"purpose {purpose} does not rotate: {_FIXED[purpose]}")
            if not self._of(purpose, None):
                raise KeyringMisuse(
                    f"this ring has no root secret of purpose {purpose}: rotate the ring it was taken from"
                )
        fresh = [_fresh(purpose, self._of(purpose, None)[0].epoch + 1, now) for purpose in dict.fromkeys(purposes)]
        return type(self)(self.ring_id, [*self.entries, *fresh])

    def restricted_to(self, purposes: Collection[Purpose], *, tenant_id: str | None = None) -> Self:
        """A ring with these purposes alone, for somebody who needs no more.

        With `tenant_id` it holds that tenant's derived keys instead of root secrets, and can serve no other tenant.

        Raises:
            KeyMissing: this ring has no key of one of the purposes.
        """
        entries: list[Entry] = []
        for purpose in dict.fromkeys(purposes):
            found = [
                entry for entry in self.entries if entry.purpose == purpose and entry.tenant_id in {None, tenant_id}
            ]
            if not found:
                raise _missing(self.ring_id, purpose, tenant_id)
            entries += found if tenant_id is None else [_derived(entry, tenant_id) for entry in found]
        return type(self)(self.ring_id, entries)

    def current(self, purpose: Purpose, tenant_id: str) -> TenantKey:
        """The newest key of a purpose for a tenant: the one to compute tokens with.

        Raises:
            KeyMissing: the ring holds none.
            KeyringMisuse: `tenant_id` is no tenant id.
        """
        return self.all_epochs(purpose, tenant_id)[0]

    def all_epochs(self, purpose: Purpose, tenant_id: str) -> tuple[TenantKey, ...]:
        """Every key of a purpose for a tenant, newest first: those to look things up with. Raises as `current` does."""
        keys = self._keys.get((purpose, tenant_id))
        return keys if keys is not None else self._derive(purpose, tenant_id)

    def dlq_key(self) -> bytes:
        """32 bytes for AES-256-GCM, with which the sink seals dead letters.

        Raises:
            KeyMissing: the ring holds none.
        """
        found = self._of("dlq", None)
        if not found:
            raise _missing(self.ring_id, "dlq", None)
        return TenantKey.derive(found[0].secret, "dlq", found[0].epoch, "").secret

    def _derive(self, purpose: Purpose, tenant_id: str) -> tuple[TenantKey, ...]:
        if not TENANT_ID.fullmatch(tenant_id):
            raise KeyringMisuse("tenant_id is none: use 1 to 64 characters of A-Z a-z 0-9 . _ : -")
        own = {entry.epoch: TenantKey(purpose, entry.epoch, entry.secret) for entry in self._of(purpose, tenant_id)}
        roots = {entry.epoch: _key(entry, tenant_id) for entry in self._of(purpose, None)}
        keys = tuple(key for _, key in sorted((roots | own).items(), reverse=True))
        if not keys:
            raise _missing(self.ring_id, purpose, tenant_id)
        if len(self._keys) >= _KEPT_TENANTS:
            self._keys.clear()
        self._keys[purpose, tenant_id] = keys
        return keys

    def _of(self, purpose: Purpose, tenant_id: str | None) -> list[Entry]:
        found = [entry for entry in self.entries if entry.purpose == purpose and entry.tenant_id == tenant_id]
        return sorted(found, key=lambda entry: -entry.epoch)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keyring) and (self.ring_id, self.entries) == (other.ring_id, other.entries)

    def __hash__(self) -> int:
        return hash((self.ring_id, self.entries))

    def __repr__(self) -> str:
        return f"Keyring({self.ring_id!r}, {[entry.name for entry in self.entries]})"


def _fresh(purpose: Purpose, epoch: int, created_at: str) -> Entry:
    secret = secrets.token_bytes(SECRET_BYTES)
    return Entry(purpose=purpose, epoch=epoch, tenant_id=None, created_at=created_at, secret=secret)


def _key(entry: Entry, tenant_id: str) -> TenantKey:
    return TenantKey.derive(entry.secret, entry.purpose, entry.epoch, tenant_id)


def _derived(entry: Entry, tenant_id: str) -> Entry:
    if entry.tenant_id is not None:
        return entry
    secret = _key(entry, tenant_id).secret
    return Entry(
        purpose=entry.purpose, epoch=entry.epoch, tenant_id=tenant_id, created_at=entry.created_at, secret=secret
    )


def _missing(ring_id: str, purpose: Purpose, tenant_id: str | None) -> KeyMissing:
    whose = f" for tenant {tenant_id}" if tenant_id else ""
    return KeyMissing(
        f"keyring {ring_id} holds no {purpose} key{whose}: use a ring that does (`tracemark keys list` shows what one holds)"
    )


def _instant(clock: Clock | None) -> str:
    seconds = (clock or SystemClock()).now_us() // 1_000_000
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
