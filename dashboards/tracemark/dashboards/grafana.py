"""The edge to Grafana's HTTP API: grafana-client behind it, our errors before it."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import niquests.exceptions
from grafana_client.api import GrafanaApi
from grafana_client.client import GrafanaClientError, GrafanaException, GrafanaTimeoutError, GrafanaUnauthorizedError

from tracemark.dashboards.errors import (
    DashboardsError,
    GrafanaElsewhere,
    GrafanaRefused,
    GrafanaUnreachable,
    PushFailed,
)

__all__ = [
    "ENV_GRAFANA",
    "ENV_PASSWORD",
    "ENV_TOKEN",
    "ENV_USER",
    "GrafanaConfig",
    "GrafanaConfigError",
    "connect",
    "found_or_none",
    "translated",
]

ENV_GRAFANA = "TRACEMARK_GRAFANA_URL"
"""Where Grafana is, e.g. `https://grafana.example:3000`."""

ENV_TOKEN = "TRACEMARK_GRAFANA_TOKEN"  # noqa: S105 - the name of a variable, not a token
"""Token of a service account with the role Admin: an Editor sees neither data sources nor which plugins there are."""

ENV_USER = "TRACEMARK_GRAFANA_USER"
"""Name of a user, where there is no token."""

ENV_PASSWORD = "TRACEMARK_GRAFANA_PASSWORD"  # noqa: S105 - the name of a variable, not a password
"""That user's password."""

_FORBIDDEN, _NOT_FOUND = 403, 404


class GrafanaConfigError(DashboardsError):
    """The URL or the credentials are not usable as given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaConfig:
    """Where Grafana is and who asks. `repr` never shows a secret.

    Attributes:
        url: http or https, with a path where Grafana is served under one; never with credentials in it.
        token: Of a service account; wins over user and password.
        user: A user's name.
        password: That user's password.
        timeout_s: How long one request may take.
    """

    url: str
    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_s: float = 10.0

    def __post_init__(self) -> None:
        """Refuse what cannot be used; raises `GrafanaConfigError`."""
        try:
            parts = urlsplit(self.url)
            _ = parts.port  # parsed lazily: a bad port shows only here
        except ValueError:
            raise GrafanaConfigError("the Grafana URL cannot be read: use http://host:3000") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise GrafanaConfigError("the Grafana URL needs a scheme and a host: use http://host:3000")
        if parts.username or parts.password:
            raise GrafanaConfigError(f"the Grafana URL holds credentials: put them into {ENV_TOKEN}")
        if not self.token and not (self.user and self.password):
            raise GrafanaConfigError(
                f"no credentials for Grafana: set {ENV_TOKEN} to a service account's token, or {ENV_USER} and {ENV_PASSWORD}"
            )

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, url: str | None = None) -> Self:
        """Read the environment; `url` wins over it. Raises `GrafanaConfigError`."""
        where = url or environ.get(ENV_GRAFANA)
        if not where:
            raise GrafanaConfigError(f"no Grafana named: pass --grafana URL or set {ENV_GRAFANA}")
        return cls(
            url=where,
            token=environ.get(ENV_TOKEN, ""),
            user=environ.get(ENV_USER, ""),
            password=environ.get(ENV_PASSWORD, ""),
        )


@contextmanager
def connect(config: GrafanaConfig, *, anonymous: bool = False) -> Generator[Any]:
    """A client of grafana-client for a block; its types are partial. Nothing is sent yet."""
    parts = urlsplit(config.url)
    name = parts.hostname or ""
    host = f"[{name}]" if ":" in name else name
    prefix = parts.path.strip("/")
    api = GrafanaApi(
        auth=None if anonymous else (config.token or (config.user, config.password)),
        host=host,
        port=parts.port,
        protocol=parts.scheme,
        url_path_prefix=f"{prefix}/" if prefix else "",
        timeout=config.timeout_s,
    )
    # A redirect would lose the token on its way to another address, and turn what is written into a question.
    api.client.s.max_redirects = 0
    try:
        yield api
    finally:
        api.client.s.close()


@contextmanager
def translated(what: str) -> Generator[None]:
    """Turn what grafana-client raises into our errors; `what` says what was being done.

    Raises:
        GrafanaUnreachable: No answer.
        GrafanaElsewhere: One that is not Grafana's.
        GrafanaRefused: 401 or 403.
        PushFailed: Anything else that Grafana did not take.
    """
    try:
        yield
    except GrafanaUnauthorizedError:
        raise GrafanaRefused(f"{what}: Grafana does not know these credentials (401); check {ENV_TOKEN}") from None
    except GrafanaTimeoutError:
        raise GrafanaUnreachable(
            f"{what}: Grafana did not answer in time; check that it is well, then run again"
        ) from None
    except GrafanaException as error:
        raise _failed(what, error) from None
    except niquests.exceptions.JSONDecodeError:
        raise GrafanaElsewhere(f"{what}: what answers there is not Grafana; check the URL and its path") from None
    except niquests.exceptions.TooManyRedirects as error:
        raise GrafanaElsewhere(f"{what}: Grafana is elsewhere, {_place(error)}; use that URL") from None
    except niquests.exceptions.SSLError:
        raise GrafanaElsewhere(
            f"{what}: nobody known here vouches for Grafana's certificate; name the file of its authority's certificate in "
            "REQUESTS_CA_BUNDLE, or use the name that the certificate was issued for"
        ) from None
    except niquests.exceptions.RequestException as error:
        raise GrafanaUnreachable(
            f"{what}: no connection to Grafana ({type(error).__name__}); check the URL and that it runs"
        ) from None


def found_or_none(what: str, ask: Any, *arguments: object) -> Any:
    """What `ask` returns; None when Grafana says that there is no such thing. Raises like `translated`."""
    with translated(what):
        try:
            return ask(*arguments)
        except GrafanaClientError as error:
            if error.status_code == _NOT_FOUND:
                return None
            raise


def _place(error: niquests.exceptions.TooManyRedirects) -> str:
    """Where a redirect leads, without what may be secret in it."""
    location = error.response.headers.get("Location", "") if error.response is not None else ""
    parts = urlsplit(str(location))
    host = (parts.netloc or "").rpartition("@")[2]
    return f"at {parts.scheme}://{host}" if parts.scheme and host else "where it redirects to"


def _failed(what: str, error: GrafanaException) -> PushFailed:
    if error.status_code == _FORBIDDEN:
        return GrafanaRefused(
            f"{what}: these credentials may not do that (403): give the service account the role Admin"
        )
    told = error.response.get("message", "") if isinstance(error.response, dict) else ""
    return PushFailed(f"{what}: Grafana answered {error.status_code}{': ' if told else ''}{str(told)[:300]}")
