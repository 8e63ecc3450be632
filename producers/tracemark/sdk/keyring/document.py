"""The keyring file: JSON, validated by hand so that every complaint names the field and no complaint shows a value.

    {"format": "tracemark-keyring/1",
     "ring_id": "kr-5e0c7d1b9a3f4e21",
     "fingerprint": "1f0c-…",
     "keys": [{"purpose": "output", "epoch": 1, "tenant_id": null, "created_at": "2026-01-01T00:00:00Z", "secret": "…64 hex…"}]}

`tenant_id` null marks a root secret, from which the key of every tenant is derived; otherwise the secret is the key of
that tenant. The fingerprint covers all else, so that a damaged or hand-edited file is noticed before it makes tokens that
nobody can find.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final, cast, get_args

from tracemark.sdk.keyring.errors import KeyringMalformed
from tracemark.sdk.tokens import Purpose

__all__ = ["FORMAT", "MAX_BYTES", "SECRET_BYTES", "Entry", "dump", "fingerprint", "parse"]

FORMAT: Final = "tracemark-keyring/1"
SECRET_BYTES: Final = 32
MAX_BYTES: Final = 4 * 1024 * 1024
"""A larger file is no keyring; tens of thousands of keys fit."""

TENANT_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_RING_ID: Final = re.compile(r"kr-[0-9a-f]{16}")
_SECRET: Final = re.compile(r"[0-9a-f]{64}")
_CREATED_AT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_RING_FIELDS: Final = frozenset({"format", "ring_id", "fingerprint", "keys"})
_KEY_FIELDS: Final = frozenset({"purpose", "epoch", "tenant_id", "created_at", "secret"})
_MAX_EPOCH: Final = 999_999
_FINGERPRINT_TAG: Final = b"\x04"
_REMEDY: Final = "restore the file from its backup (`tracemark keys check` compares the two)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One secret of a ring.

    Attributes:
        purpose: What it is for.
        epoch: Its number within the purpose, from 1.
        tenant_id: None for a root secret; else the only tenant it serves.
        created_at: UTC to the second, as in `2026-01-01T00:00:00Z`.
        secret: 32 bytes.
    """

    purpose: Purpose
    epoch: int
    tenant_id: str | None
    created_at: str
    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """How people call it: `output-2`, or `output-2 of acme` for the key of one tenant."""
        return f"{self.purpose}-{self.epoch}" + (f" of {self.tenant_id}" if self.tenant_id else "")


def fingerprint(ring_id: str, entries: tuple[Entry, ...]) -> str:
    """32 hex digits in groups of four: short enough to write down beside the backup, and telling nothing of the secrets."""
    parts = [
        json.dumps([entry.purpose, entry.epoch, entry.tenant_id, entry.created_at, entry.secret.hex()])
        for entry in entries
    ]
    digest = hashlib.sha256(_FINGERPRINT_TAG + "\n".join([FORMAT, ring_id, *sorted(parts)]).encode()).hexdigest()
    return "-".join(digest[at : at + 4] for at in range(0, 32, 4))


def dump(ring_id: str, entries: tuple[Entry, ...]) -> bytes:
    """The bytes of the file."""
    keys = [
        {
            "purpose": entry.purpose,
            "epoch": entry.epoch,
            "tenant_id": entry.tenant_id,
            "created_at": entry.created_at,
            "secret": entry.secret.hex(),
        }
        for entry in entries
    ]
    ring = {"format": FORMAT, "ring_id": ring_id, "fingerprint": fingerprint(ring_id, entries), "keys": keys}
    return (json.dumps(ring, indent=2) + "\n").encode()


def parse(data: bytes, source: str) -> tuple[str, tuple[Entry, ...]]:
    """The ring's id and secrets.

    Args:
        data: the file's bytes.
        source: what error messages call it, its path.

    Raises:
        KeyringMalformed: anything is wrong with it.
    """
    ring = _Field(_decode(data, source), "", source).members(_RING_FIELDS)
    if ring["format"].text() != FORMAT:
        raise ring["format"].wrong(f"this release reads {FORMAT} only; use the release that wrote the file, or later")
    ring_id = ring["ring_id"].matching(_RING_ID, "kr- and 16 lower-case hex digits")
    entries = tuple(_entry(item) for item in ring["keys"].items())
    _refuse_duplicates(entries, ring["keys"])
    if ring["fingerprint"].text() != fingerprint(ring_id, entries):
        raise ring["fingerprint"].wrong("it does not fit the keys, so the file was damaged or edited")
    return ring_id, entries


def _decode(data: bytes, source: str) -> object:
    """JSON to objects. The parser's own errors carry the whole document, so none of them may become a context of ours."""
    if len(data) > MAX_BYTES:
        raise KeyringMalformed(f"{source} has {len(data)} bytes and is no keyring: name the right file")
    problem = "it is no JSON"
    try:
        return cast("object", json.loads(data.decode(), object_pairs_hook=_no_repeats))
    except json.JSONDecodeError as error:
        problem = f"it is no JSON: line {error.lineno}, column {error.colno}"
    except UnicodeDecodeError as error:
        problem = f"it is no UTF-8: byte {error.start}"
    except (ValueError, RecursionError):
        problem = "it repeats a field, or nests or counts beyond measure"
    raise KeyringMalformed(f"{source} is no keyring, {problem}; {_REMEDY}")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _entry(item: "_Field") -> Entry:
    fields = item.members(_KEY_FIELDS)
    return Entry(
        purpose=fields["purpose"].purpose(),
        epoch=fields["epoch"].epoch(),
        tenant_id=None
        if fields["tenant_id"].value is None
        else fields["tenant_id"].matching(TENANT_ID, "null, or a tenant id of 1 to 64 of A-Z a-z 0-9 . _ : -"),
        created_at=fields["created_at"].matching(_CREATED_AT, "an instant such as 2026-01-01T00:00:00Z"),
        secret=bytes.fromhex(fields["secret"].matching(_SECRET, "64 lower-case hex digits")),
    )


def _refuse_duplicates(entries: tuple[Entry, ...], where: "_Field") -> None:
    if not entries:
        raise where.wrong("a keyring has at least one key")
    names = [entry.name for entry in entries]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise where.wrong(f"{name} stands in it twice")


class _Field:
    """A value of the document together with its path, for complaints."""

    def __init__(self, value: object, path: str, source: str) -> None:
        self.value = value
        self._path = path
        self._source = source

    def wrong(self, problem: str) -> KeyringMalformed:
        return KeyringMalformed(f"keyring {self._source}, field {self._path or '(root)'}: {problem}; {_REMEDY}")

    def _expected(self, kind: str) -> KeyringMalformed:
        return self.wrong(f"expected {kind}, found {_kind(self.value)}")

    def members(self, names: frozenset[str]) -> "dict[str, _Field]":
        if not isinstance(self.value, dict):
            raise self._expected("an object")
        found = cast("dict[str, object]", self.value)
        if missing := names - found.keys():
            raise self.wrong(f"{', '.join(sorted(missing))} missing")
        if found.keys() - names:
            raise self.wrong(f"{len(found) - len(names)} unknown fields beside {', '.join(sorted(names))}")
        prefix = f"{self._path}." if self._path else ""
        return {name: _Field(found[name], prefix + name, self._source) for name in names}

    def items(self) -> "list[_Field]":
        if not isinstance(self.value, list):
            raise self._expected("an array")
        items = cast("list[object]", self.value)
        return [_Field(item, f"{self._path}[{index}]", self._source) for index, item in enumerate(items)]

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self._expected("a string")
        return self.value

    def matching(self, pattern: re.Pattern[str], kind: str) -> str:
        if not isinstance(self.value, str) or not pattern.fullmatch(self.value):
            raise self._expected(kind)
        return self.value

    def purpose(self) -> Purpose:
        for purpose in get_args(Purpose):
            if self.value == purpose:
                return cast("Purpose", purpose)
        raise self._expected("one of " + ", ".join(get_args(Purpose)))

    def epoch(self) -> int:
        value = self.value
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MAX_EPOCH:
            raise self._expected(f"a whole number from 1 to {_MAX_EPOCH}")
        return value


def _kind(value: object) -> str:
    if value is None:
        return "null"
    kinds: dict[type, str] = {
        bool: "true or false",
        int: "another number",
        float: "a number",
        str: "another string",
        list: "an array",
    }
    return kinds.get(type(value), "an object")
