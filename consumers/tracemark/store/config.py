"""Where the store is and who asks: one frozen value, read from a URL or the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

from tracemark.schemas.urls import embedded_directory, embedded_url, refusal_of
from tracemark.store.embedded.credentials import Credentials
from tracemark.store.embedded.directory import Endpoint as ServedEndpoint
from tracemark.store.embedded.errors import EngineError
from tracemark.store.errors import StoreConfigError, StoreUnavailable

__all__ = ["DATABASE", "ENV_DATA", "ENV_STORE", "ENV_STORE_PASSWORD", "Endpoint", "StoreConfig"]

ENV_STORE = "TRACEMARK_STORE"
"""URL of the store: `clickhouse://user@host:8123/db`, `clickhouses://` for TLS, or `embedded:///DIR`."""

ENV_STORE_PASSWORD = "TRACEMARK_STORE_PASSWORD"  # noqa: S105 - the name of a variable, not a password
"""Password of the store's user. It wins over one in the URL, which other users of the machine may see."""

ENV_DATA = "TRACEMARK_DATA"
"""Data directory of embedded mode, used when `TRACEMARK_STORE` is not set. Default: `./tracemark-data`."""

DATABASE = "tracemark"
"""The database used when the URL names none."""

_TLS = {"clickhouse": False, "http": False, "clickhouses": True, "https": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address to connect to, as resolved at this moment."""

    host: str
    port: int
    tls: bool
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreConfig:
    """Where the store is and who asks. `repr` never shows the password.

    Attributes:
        url: Without a password; for embedded mode `embedded://` and the absolute directory.
        password: Of the user in the URL; unused in embedded mode, whose directory holds it.
        database: Where the tables are.
        reader: Embedded mode: ask as the user who may only read.
        connect_timeout_s: How long to wait for a connection.
        timeout_s: How long to wait for an answer; statements are given a little less, so that they end first.
        client_name: How requests call themselves in `User-Agent`; in query_log it tells our own from other clients'.
    """

    url: str
    password: str = field(default="", repr=False)
    database: str = DATABASE
    reader: bool = False
    connect_timeout_s: int = 5
    timeout_s: int = 120
    client_name: str = "tracemark"

    def __post_init__(self) -> None:
        """Refuse what names no store; raises `StoreConfigError`."""
        parts = _split(self.url)
        if parts.scheme not in {*_TLS, "embedded"}:
            raise StoreConfigError(
                f"store URL of scheme {parts.scheme or 'none'!r}: use clickhouse://user@host:8123/db, "
                "clickhouses:// for TLS, or embedded:///DIR"
            )
        if parts.scheme != "embedded" and not parts.hostname:
            raise StoreConfigError("store URL without a host: use clickhouse://user@host:8123/db")
        if not self.database or not all(c.isalnum() or c == "_" for c in self.database):
            raise StoreConfigError("store database: use letters, digits and _")

    @classmethod
    def parse(cls, url: str, *, password: str = "", reader: bool = False) -> Self:
        """Read a URL; a password in it is taken out, and `password` wins over it. Raises `StoreConfigError`."""
        parts = _split(url)
        if (directory := embedded_directory(url)) is not None:
            return cls(url=embedded_url(directory), reader=reader)
        user, _, location = parts.netloc.rpartition("@")
        name, _, in_url = user.partition(":")
        netloc = f"{name}@{location}" if name else location
        return cls(
            url=parts._replace(netloc=netloc, path="", query="", fragment="").geturl(),
            password=password or unquote(in_url),
            database=parts.path.strip("/") or DATABASE,
            reader=reader,
        )

    @classmethod
    def embedded(cls, directory: Path, *, reader: bool = False) -> Self:
        """The server that `tracemark up --data DIRECTORY` runs."""
        return cls(url=embedded_url(directory), reader=reader)

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, reader: bool = False) -> Self:
        """Read `TRACEMARK_STORE`, else the embedded store of `TRACEMARK_DATA`. Raises `StoreConfigError`."""
        url = environ.get(ENV_STORE) or embedded_url(Path(environ.get(ENV_DATA) or "tracemark-data"))
        return cls.parse(url, password=environ.get(ENV_STORE_PASSWORD, ""), reader=reader)

    @property
    def directory(self) -> Path | None:
        """The data directory of embedded mode, else None."""
        return embedded_directory(self.url)

    def as_reader(self) -> Self:
        """The same store, asked as the user who may only read (embedded mode; elsewhere name that user in the URL)."""
        return replace(self, reader=True)

    def endpoint(self) -> Endpoint:
        """The address now. In embedded mode it changes with every start of the server, so ask again after a failure.

        Raises:
            StoreUnavailable: Embedded mode, and no server runs on the directory.
        """
        if self.directory is not None:
            return _served(self.directory, reader=self.reader)
        parts = _split(self.url)
        tls = _TLS[parts.scheme]
        return Endpoint(
            host=parts.hostname or "",
            port=parts.port or (8443 if tls else 8123),
            tls=tls,
            user=unquote(parts.username or "default"),
            password=self.password,
        )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # parsed lazily: a bad port shows only here
    except ValueError:
        raise StoreConfigError("the store URL cannot be read: use clickhouse://user@host:8123/db") from None
    if refusal := refusal_of(url):
        raise StoreConfigError(f"the store URL {refusal}")
    return parts


def _served(directory: Path, *, reader: bool) -> Endpoint:
    served = ServedEndpoint.read(directory)
    if served is None:
        raise StoreUnavailable(f"no store runs on {directory}: start it with `tracemark up --data {directory}`")
    try:
        credentials = Credentials.read(directory / "credentials.json")
    except EngineError as error:
        raise StoreUnavailable(str(error)) from error
    parts = urlsplit(served.url)
    return Endpoint(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 8123,
        tls=parts.scheme == "https",
        user=credentials.reader if reader else credentials.writer,
        password=credentials.reader_password if reader else credentials.writer_password,
    )
