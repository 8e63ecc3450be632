"""Embedded mode: the ClickHouse engine inside this process, behind ClickHouse's own HTTP interface."""

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
