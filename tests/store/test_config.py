"""Where the store is: URLs, environment, and the data directory of embedded mode."""

import json
from pathlib import Path

import pytest

from tracemark.store import StoreConfig, StoreConfigError, StoreUnavailable


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "database"),
    [
        ("clickhouse://me@db:9000/audit", "db", 9000, False, "audit"),
        ("clickhouse://me@db", "db", 8123, False, "tracemark"),
        ("clickhouses://me@db/x", "db", 8443, True, "x"),
        ("http://me@db:1/x", "db", 1, False, "x"),
        ("https://me@db", "db", 8443, True, "tracemark"),
    ],
)
def test_a_url_names_a_server(url: str, host: str, port: int, tls: bool, database: str) -> None:
    """Scheme, host, port, user and database of a URL are understood."""
    config = StoreConfig.parse(url)
    at = config.endpoint()
    assert (at.host, at.port, at.tls, at.user, config.database) == (host, port, tls, "me", database)


def test_a_password_is_never_shown() -> None:
    """Neither a password in the URL nor one given beside it shows in the repr of the configuration or of its endpoint."""
    config = StoreConfig.parse("clickhouse://me:hush-hush@db/x")
    assert config.password == "hush-hush"  # noqa: S105 - of this test
    assert "hush" not in repr(config)
    assert "hush" not in repr(config.endpoint())
    assert "hush" not in config.url


def test_the_environment_gives_url_and_password() -> None:
    """TRACEMARK_STORE names the store, and TRACEMARK_STORE_PASSWORD wins over a password in it."""
    environ = {"TRACEMARK_STORE": "clickhouse://me:old@db/x", "TRACEMARK_STORE_PASSWORD": "new"}
    assert StoreConfig.from_env(environ).endpoint().password == "new"  # noqa: S105 - of this test


def test_without_a_url_the_store_is_embedded(tmp_path: Path) -> None:
    """With no TRACEMARK_STORE the store is the embedded one of TRACEMARK_DATA."""
    assert StoreConfig.from_env({"TRACEMARK_DATA": str(tmp_path)}).directory == tmp_path
    assert StoreConfig.from_env({}).directory == Path("tracemark-data").absolute()


def test_a_directory_nobody_serves_is_named_with_the_remedy(tmp_path: Path) -> None:
    """Asking for the endpoint of a directory without a server names the command that starts one."""
    with pytest.raises(StoreUnavailable, match=f"tracemark up --data {tmp_path}"):
        StoreConfig.embedded(tmp_path).endpoint()


def test_a_stale_endpoint_is_not_believed(tmp_path: Path) -> None:
    """An endpoint file left behind by a killed server counts as no server."""
    (tmp_path / "endpoint.json").write_text(json.dumps({"url": "http://127.0.0.1:1", "pid": 1}))
    (tmp_path / "lock").touch()
    with pytest.raises(StoreUnavailable):
        StoreConfig.embedded(tmp_path).endpoint()


@pytest.mark.parametrize(
    "url",
    ["", "db:8123", "ftp://db", "clickhouse://", "clickhouse://db/a-b", "clickhouse://db:99999", "clickhouse://db:x"],
)
def test_what_names_no_store_is_refused(url: str) -> None:
    """A URL of another scheme, without a host, or with a bad port or database is refused with the form to use."""
    with pytest.raises(StoreConfigError, match="use"):
        StoreConfig.parse(url)
