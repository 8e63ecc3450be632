"""What `tracemark trace` computes on the caller's side: tokens and pseudonyms. Texts and user ids go no further than here."""

import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

from tracemark.cli.errors import CommandError
from tracemark.query import TokenCandidate
from tracemark.query.stock import StoredKey
from tracemark.sdk.keyring import KeyMissing, Keyring, check_keyring
from tracemark.sdk.keyring import StoredKey as RingKey
from tracemark.sdk.lookup import LookupToken, file_lookup_tokens, text_lookup_tokens
from tracemark.sdk.tokens import Purpose, subject_ref

__all__ = ["Lookup", "instant", "missing_keys", "read_text", "subject_refs"]

_PURPOSES: Final[tuple[Purpose, ...]] = ("output", "prompt")
_MAX_TEXT_BYTES: Final = 64 * 1024 * 1024
_CHUNK_BYTES: Final = 1024 * 1024
_AGO: Final = re.compile(r"([0-9]{1,6})([dhm])", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes"}


class Lookup:
    """Tokens for the tenants whose contents are stored, as far as the keyring goes."""

    def __init__(self, ring: Keyring, stored: Collection[StoredKey], tenants: Collection[str]) -> None:
        """`tenants` are those asked for; none means every tenant whose tokens are stored."""
        self._ring = ring
        self._tenants = sorted(tenants) or sorted({key.tenant_id for key in stored})

    def text(self, text: str) -> list[TokenCandidate]:
        """Candidates for a text, the likeliest variant first; none for a blank one. Raises `CanonicalError`."""
        return self._candidates(lambda purpose, tenant: text_lookup_tokens(self._ring, purpose, tenant, text))

    def file(self, path: Path) -> list[TokenCandidate]:
        """Candidates for a file's bytes. Raises OSError."""
        return self._candidates(
            lambda purpose, tenant: file_lookup_tokens(self._ring, purpose, tenant, lambda: _chunks(path))
        )

    def _candidates(self, tokens: Callable[[Purpose, str], Iterable[LookupToken]]) -> list[TokenCandidate]:
        found: list[LookupToken] = []
        for tenant in self._tenants:
            for purpose in _PURPOSES:
                # A ring may be cut to what its holder needs: outputs alone, or one tenant.
                with suppress(KeyMissing):
                    found += tokens(purpose, tenant)
        return [TokenCandidate(each.token, each.form, each.key_id, each.variant) for each in found]


def subject_refs(ring: Keyring, tenants: Iterable[str], user_id: str) -> list[str]:
    """The user's pseudonym in each tenant that the ring has a key for. Raises `SubjectError` for a blank id."""
    found: list[str] = []
    for tenant in tenants:
        with suppress(KeyMissing):
            found.append(subject_ref(ring.current("subject", tenant), user_id))
    return found


def missing_keys(ring: Keyring, stored: Collection[StoredKey]) -> tuple[StoredKey, ...]:
    """Keys of stored tokens that this ring cannot make."""
    lacking = check_keyring(ring, stored=[RingKey(*key) for key in stored]).not_found
    return tuple(StoredKey(*key) for key in lacking)


def read_text(path: Path, option: str) -> str:
    """A text from a file, or from standard input for `-`. The complaint names the option and never shows the text."""
    data = sys.stdin.buffer.read(_MAX_TEXT_BYTES + 1) if str(path) == "-" else _start_of(path)
    if len(data) > _MAX_TEXT_BYTES:
        raise CommandError(f"{option}: more than {_MAX_TEXT_BYTES} bytes; pass one text, or use --file for its bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = error.start
    raise CommandError(f"{option}: no UTF-8 at byte {where}; convert the text first, or use --file for its bytes")


def instant(text: str, now: datetime, option: str, zone: tzinfo = UTC) -> datetime:
    """`7d`, `12h`, `30m`, a date or an instant; without a zone it is one of `zone`. Nothing was received before 1970.

    Raises:
        CommandError: It is none; the text names the option.
    """
    try:
        if ago := _AGO.fullmatch(text):
            return max(now - timedelta(**{_UNITS[ago[2]]: int(ago[1])}), _EPOCH)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise CommandError(
            f"{option}: use 7d, 12h, 30m, a date such as 2026-01-31, or an instant in ISO 8601"
        ) from None
    return max(moment if moment.tzinfo else moment.replace(tzinfo=zone), _EPOCH)


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MAX_TEXT_BYTES + 1)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
