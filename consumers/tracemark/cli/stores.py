"""The store that a command asks."""

import os
import shlex
from pathlib import Path

from tracemark.cli.options import data_directory
from tracemark.store.config import ENV_STORE_PASSWORD, StoreConfig

__all__ = ["same_store", "store_config"]


def store_config(store: str | None, data: Path | None) -> StoreConfig:
    """The store meant by `--store`, else the embedded server of the data directory. Raises `StoreConfigError`."""
    if store is not None:
        return StoreConfig.parse(store, password=os.environ.get(ENV_STORE_PASSWORD, ""))
    return StoreConfig.embedded(data_directory(data))


def same_store(store: str | None, data: Path | None) -> str:
    """Options that name the same store in a command that is suggested; none for a URL, which may hold a password."""
    return f" --data {shlex.quote(str(data))}" if data is not None and store is None else ""
