"""The engine that the store's tests share."""

from support.embedded import embedded_server
from support.stores import empty_store, migrated_store

__all__ = ["embedded_server", "empty_store", "migrated_store"]
