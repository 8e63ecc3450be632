"""Embedded mode: the ClickHouse engine inside this process, behind ClickHouse's own HTTP interface.

Finding a running server (`Endpoint`, `Credentials`) needs nothing but the standard library; opening an engine and serving it needs
the extra `tracemark[embedded]`, which is imported when it is first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

from tracemark.store.embedded.config import Limits, ServerConfig
from tracemark.store.embedded.connection import EngineOptions
from tracemark.store.embedded.credentials import Credentials
from tracemark.store.embedded.directory import Endpoint
from tracemark.store.embedded.engine import EmbeddedEngine
from tracemark.store.embedded.errors import (
    DirectoryInUse,
    DirectoryOfAnotherVersion,
    EmbeddedError,
    EngineError,
    QueryFailed,
)

if TYPE_CHECKING:
    from tracemark.store.embedded.server import EmbeddedServer
    from tracemark.store.embedded.service import QueryAudit

__all__ = [
    "Credentials",
    "DirectoryInUse",
    "DirectoryOfAnotherVersion",
    "EmbeddedEngine",
    "EmbeddedError",
    "EmbeddedServer",
    "Endpoint",
    "EngineError",
    "EngineOptions",
    "Limits",
    "QueryAudit",
    "QueryFailed",
    "ServerConfig",
]

_OF_THE_EXTRA = {"EmbeddedServer": "server", "QueryAudit": "service"}


def __getattr__(name: str) -> Any:
    if name not in _OF_THE_EXTRA:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(f"{__name__}.{_OF_THE_EXTRA[name]}"), name)
    except ImportError as error:
        raise EngineError(f"embedded mode needs {error.name}: pip install 'tracemark[embedded]'") from error
