"""Access is an event: whoever reads the store through a command leaves an `audit.accessed` behind.

```python
with audited("trace", config, accessor=accessor, purpose=purpose) as read, Store(read.config) as store:
    rows = store.query(…)
    read.rows = len(rows)
print(rows)
```

What was asked for (texts, users, ids) is never part of it. Print the answer after the block: a read that cannot be recorded
raises at its end, and nobody has seen anything then.
"""

import os
import pwd
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tracemark.cli.claims import read_claim
from tracemark.cli.errors import CommandError
from tracemark.cli.output import note
from tracemark.schemas import InvalidEvent, codec_for
from tracemark.schemas.clock import SystemClock
from tracemark.schemas.events import AccessKind, AuditAccessed
from tracemark.schemas.urls import embedded_url
from tracemark.sdk import AuditClient, SdkError
from tracemark.sdk.ids import RandomIds
from tracemark.sdk.journal import JournalError
from tracemark.sdk.keyring import KeyringError
from tracemark.store import StoreConfig
from tracemark.store.embedded import Credentials, EngineError

__all__ = ["AUDIT_SERVICE", "AccessorOption", "PurposeOption", "Read", "access_client", "audited"]

AccessorOption = Annotated[
    str | None,
    typer.Option(
        "--accessor",
        metavar="ID",
        envvar="TRACEMARK_ACCESSOR",
        help="Who reads, recorded as a pseudonym; by default the user of this machine.",
    ),
]

PurposeOption = Annotated[
    str | None,
    typer.Option("--purpose", metavar="CODE", envvar="TRACEMARK_PURPOSE", help="Why, as a code, such as case-review."),
]

AUDIT_SERVICE: Final = "tracemark"
"""`service_id` of what the audit log records about itself."""

_KAFKA_S: Final = 2.0


@dataclass(slots=True, kw_only=True)
class Read:
    """One read while it goes on.

    Attributes:
        config: The store to ask, in the name that says that this read is recorded.
        rows: How many rows were handed out; None until it is known.
    """

    config: StoreConfig
    rows: int | None = None


@contextmanager
def audited(
    kind: AccessKind,
    config: StoreConfig,
    *,
    accessor: str | None,
    purpose: str | None,
    case_id: str | None = None,
    keyring: Path | None = None,
) -> Generator[Read]:
    """Record a read of the store; also one that fails.

    It goes where the store's events come from: into the journals of an embedded directory, else to TRACEMARK_URL. With neither,
    it says so once and goes on; on a server the duty to record every read (INV-17) then fails for this one. `case_id` is the case
    *for* which somebody reads, not one that is asked for.

    Raises:
        CommandError: The read was done and could not be recorded.
        InvalidEvent: `purpose` or `case_id` is no code.
    """
    read_id = RandomIds().uuid(SystemClock().now_us())
    said: dict[str, Any] = {"access_purpose": purpose, "case_id": case_id, "request_id": read_id}
    _check(kind, said)
    client = _client(config, keyring)
    read = Read(config=_named(config, read_id, is_recorded=client is not None))
    ok = False
    try:
        yield read
        ok = True
    finally:
        if client is not None:
            event = AuditAccessed(access_kind=kind, access_interface="cli", rows_read=read.rows, access_ok=ok, **said)
            _record(client, event, accessor or _user_of_the_machine())


def access_client(directory: Path | None, keyring: Path | None = None) -> AuditClient:
    """A client of the audit log's own: whoever reads it is staff, and no member of the public is served by it.

    Args:
        directory: Of embedded mode, whose keyring and journals are used; None for TRACEMARK_URL.
        keyring: Instead of the one of the environment, with TRACEMARK_URL.

    Raises:
        SdkError, KeyringError, JournalError: It cannot be had.
    """
    given: dict[str, Any] = {
        "service_id": AUDIT_SERVICE,
        "service_scope": "not_public",
        "audience_class": "staff_or_member",
    }
    if directory is not None:
        given["url"] = embedded_url(directory)
        given["keyring"], given["journal_dir"] = directory / "keyring.json", directory / "journals"
    elif keyring is not None:
        given["keyring"] = keyring
    return AuditClient.from_env(os.environ, **given)


def _check(kind: AccessKind, said: dict[str, Any]) -> None:
    row = AuditAccessed(access_kind=kind, access_interface="cli", access_ok=True, **said).values()
    try:
        codec_for("audit.accessed").check_own(row)
    except InvalidEvent as error:
        option = {"access_purpose": "--purpose"}.get(error.field, error.field)
        raise CommandError(f"{option}: {error.problem}; {error.remedy}") from None


def _client(config: StoreConfig, keyring: Path | None) -> AuditClient | None:
    directory = config.directory
    if directory is None and not os.environ.get("TRACEMARK_URL"):
        note("this read is not recorded: set TRACEMARK_URL to where the services send their events")
        return None
    if directory is not None and not (directory / "keyring.json").exists():
        # Never made here: a lost keyring is not replaced in silence. The server records reads that nobody claims.
        return None
    try:
        return access_client(directory, keyring)
    except (SdkError, KeyringError, JournalError) as error:
        note(f"this read is not recorded by this command: {error}")
        return None


def _named(config: StoreConfig, read_id: str, *, is_recorded: bool) -> StoreConfig:
    if config.directory is None:
        return replace(
            config, client_name=f"tracemark-read/{read_id}"
        )  # also when nobody will record it: the server's log tells
    if not is_recorded:
        return config  # the embedded server records what nobody claims
    try:
        secret = Credentials.read(config.directory / "credentials.json").writer_password
    except EngineError:
        return config  # the store cannot be asked either, and says so itself
    return replace(config, client_name=read_claim(read_id, secret))


def _record(client: AuditClient, event: AuditAccessed, accessor: str) -> None:
    try:
        receipt = client.emit(event, accessor=accessor)
        dropped = receipt.dropped
    except (SdkError, KeyringError, JournalError, InvalidEvent) as error:
        raise CommandError(f"the answer is not shown, because the read could not be recorded: {error}") from error
    finally:
        client.close(0.0 if client.config.embedded_dir is not None else _KAFKA_S)
    if dropped is not None:
        raise CommandError(f"the answer is not shown, because the read could not be recorded ({dropped}): make room")


def _user_of_the_machine() -> str:
    """By the process's real user id: variables of the environment say what anybody wants."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
