"""Handing finished events to the SDK, and saying what became of them."""

import os
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracemark.cli.errors import CommandError
from tracemark.cli.output import note
from tracemark.cli.record.dates import check_dates
from tracemark.cli.record.draft import Draft
from tracemark.schemas import Event
from tracemark.schemas.clock import Clock, SystemClock
from tracemark.schemas.urls import embedded_url
from tracemark.sdk import AuditClient, ClientConfig, Receipt
from tracemark.sdk.ids import RandomIds
from tracemark.sdk.rows import Rows

__all__ = ["Recorded", "Target", "record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where events go, and in whose name.

    Attributes:
        kafka: Brokers, or None.
        data: Data directory of embedded mode, or None.
        keyring: Keyring, or None for the one of the environment or the directory.
        session: Fields of the service that options said; the environment says the others.
    """

    kafka: str | None
    data: Path | None
    keyring: Path | None
    session: Mapping[str, Any]

    def config(self, environ: Mapping[str, str]) -> ClientConfig:
        """Settings of the SDK's client. Raises `CommandError` or `ConfigurationError`."""
        given: dict[str, Any] = {"url": self._url(environ), **self.session}
        if self.data is not None:
            given["journal_dir"] = self.data.absolute() / "journals"  # nobody drains another one into this directory
        if self.keyring is not None:
            given["keyring"] = self.keyring.absolute()
        if "service_id" not in given and not environ.get("TRACEMARK_SERVICE_ID"):
            raise CommandError("--service-id is missing: say which service it is about, or set TRACEMARK_SERVICE_ID")
        if self.kafka is not None and self.keyring is None and not environ.get("TRACEMARK_KEYRING"):
            raise CommandError("--keyring is missing: say which keyring the services share, or set TRACEMARK_KEYRING")
        return ClientConfig.from_env(environ, **given)

    def require_store(self, environ: Mapping[str, str]) -> None:
        """Raise `CommandError` for a directory without a store, which is a mistyped one: it would get keys of its own.

        TRACEMARK_URL is the setting of services, the first of which begins a store: there recording begins one, too.
        """
        self._refuse_two_places()
        data = self._named_directory(environ)
        if data is None:
            return
        keyring = self.keyring or Path(environ.get("TRACEMARK_KEYRING") or data / "keyring.json")
        if not (data.is_dir() and keyring.is_file()):
            option = "--data" if self.data is not None else "TRACEMARK_DATA"
            raise CommandError(
                f"{option}: {data} is no store with the keyring {keyring}: check both paths, or make a store with "
                f"`tracemark up --data {shlex.quote(str(data))}`"
            )

    def _url(self, environ: Mapping[str, str]) -> str:
        self._refuse_two_places()
        if self.kafka is not None:
            return f"kafka://{self.kafka}"
        if (data := self._named_directory(environ)) is not None:
            return embedded_url(data)
        if not environ.get("TRACEMARK_URL"):
            raise CommandError("nowhere to record to: pass --data DIR or --kafka HOST:PORT, or set TRACEMARK_URL")
        return environ["TRACEMARK_URL"]

    def _named_directory(self, environ: Mapping[str, str]) -> Path | None:
        """The directory that --data or TRACEMARK_DATA names, where it is that which counts."""
        if self.data is not None or self.kafka is not None or environ.get("TRACEMARK_URL"):
            return self.data
        return Path(environ["TRACEMARK_DATA"]) if environ.get("TRACEMARK_DATA") else None

    def _refuse_two_places(self) -> None:
        if self.kafka is not None and self.data is not None:
            raise CommandError("--kafka and --data are two places: pass one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of one event."""

    event_id: str
    event_type: str
    case_id: str | None
    content_id: str | None
    acknowledged: bool

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "event_id": self.event_id,
            "event_type": self.event_type,
            "case_id": self.case_id,
            "content_id": self.content_id,
            "acknowledged": self.acknowledged,
        }


def record(target: Target, drafts: Sequence[Draft], *, wait_s: float) -> list[Recorded]:
    """Check every event, then record them in order, and wait for their acknowledgements, up to `wait_s` seconds in all.

    Raises:
        CommandError, InvalidEvent: One of them cannot be recorded. Where that shows beforehand none is, nor a session begun.
        AuditNotDurable: A critical event is not known to be on disk; those before it are recorded, and named.
        ConfigurationError, KeyringError: See `Target.config`, `AuditClient`.
    """
    config = target.config(os.environ)
    events = _checked(drafts, config, SystemClock())
    client = AuditClient(config)
    try:
        receipts = _emitted(client, drafts, events)
        arrived = _awaited(receipts, wait_s)
    finally:
        client.close(0.0 if wait_s == 0 else 1.0)
    return [
        Recorded(
            event_id=receipt.event_id,
            event_type=draft.event_type,
            case_id=draft.values.get("case_id"),
            content_id=receipt.content_id,
            acknowledged=acknowledged,
        )
        for draft, receipt, acknowledged in zip(drafts, receipts, arrived, strict=True)
    ]


def _checked(drafts: Sequence[Draft], config: ClientConfig, clock: Clock) -> list[Event]:
    """The events, each of which could be emitted now."""
    rows = Rows(config, clock, RandomIds())
    events: list[Event] = []
    for draft in drafts:
        with draft.named():
            event = draft.complete()
            check_dates(event.values(), clock.now_us())
            rows.check(event, **_said(draft))
        events.append(event)
    _refuse_same_ids(drafts)
    return events


def _refuse_same_ids(drafts: Sequence[Draft]) -> None:
    """Of two events under one id the store would keep the first alone."""
    seen: dict[str, Draft] = {}
    for draft in drafts:
        event_id = draft.envelope.get("event_id")
        if event_id is not None and seen.setdefault(event_id, draft) is not draft:
            raise CommandError(draft.about(f"event_id is that of {seen[event_id].where}; each event has its own"))


def _said(draft: Draft) -> dict[str, Any]:
    return {**draft.people, **draft.envelope}


def _emitted(client: AuditClient, drafts: Sequence[Draft], events: Sequence[Event]) -> list[Receipt]:
    receipts: list[Receipt] = []
    try:
        for draft, event in zip(drafts, events, strict=True):
            receipts.append(_emit(client, draft, event))
    except Exception:
        if receipts:
            ids = ", ".join(receipt.event_id for receipt in receipts)
            note(f"recorded before it went wrong, do not record again: {ids}")
        raise
    return receipts


def _emit(client: AuditClient, draft: Draft, event: Event) -> Receipt:
    with draft.named():
        receipt = client.emit(event, **_said(draft))
    if not receipt.accepted:
        raise CommandError(
            draft.about(
                f"the event was not recorded ({receipt.dropped}): make room in the journal, then record it again"
            )
        )
    return receipt


def _awaited(receipts: Sequence[Receipt], wait_s: float) -> list[bool]:
    deadline = time.monotonic() + wait_s
    return [receipt.wait(max(0.0, deadline - time.monotonic())) for receipt in receipts]
