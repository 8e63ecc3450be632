"""What the store holds at all: which tenants, and which keys made the tokens."""

from collections.abc import Collection
from typing import NamedTuple

from tracemark.query.reader import Reader

__all__ = ["StoredKey", "stored_keys", "stored_tenants"]


class StoredKey(NamedTuple):
    """A key that some stored event was made with."""

    tenant_id: str
    key_id: str


def stored_tenants(reader: Reader) -> tuple[str, ...]:
    """Every tenant that an event names, in order."""
    rows = reader.query("SELECT DISTINCT tenant_id FROM events ORDER BY tenant_id")
    return tuple(row["tenant_id"] for row in rows)


def stored_keys(reader: Reader, tenant_ids: Collection[str] = ()) -> tuple[StoredKey, ...]:
    """The keys of every token stored, for these tenants or for all: those that a keyring must hold to find all of it."""
    sql = """
        SELECT DISTINCT tenant_id, token_key_id FROM events_traffic
        WHERE token_key_id != '' AND (empty({tenants:Array(String)}) OR has({tenants:Array(String)}, tenant_id))
        ORDER BY tenant_id, token_key_id"""
    rows = reader.query(sql, {"tenants": sorted(tenant_ids)})
    return tuple(StoredKey(row["tenant_id"], row["token_key_id"]) for row in rows)
