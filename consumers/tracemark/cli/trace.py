"""`tracemark trace`: from something that somebody holds to everything recorded about it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tracemark.cli._behind import store_behind
from tracemark.cli._trace_ask import Lookup, instant, missing_keys, read_text, subject_refs
from tracemark.cli._trace_view import show
from tracemark.cli.access import AccessorOption, PurposeOption, audited
from tracemark.cli.errors import CommandError, ExitCode
from tracemark.cli.options import DataOption, JsonOption, KeyringOption, StoreOption, keyring_path
from tracemark.cli.output import emit, note
from tracemark.cli.stores import store_config
from tracemark.query import (
    Limits,
    TraceAnswer,
    trace_case,
    trace_content,
    trace_event,
    trace_produce_id,
    trace_request,
    trace_subject,
    trace_tokens,
)
from tracemark.query.reasons import keys_missing, why_not_found
from tracemark.query.stock import StoredKey, stored_keys, stored_tenants
from tracemark.schemas.clock import SystemClock
from tracemark.sdk.keyring import Keyring
from tracemark.store import Store, StoreConfig, StoreRefused

__all__ = ["trace"]

_Ask = Callable[[datetime | None], TraceAnswer]
_BY_ID = {
    "produce_id": trace_produce_id,
    "request": trace_request,
    "content": trace_content,
    "case": trace_case,
    "event": trace_event,
}
_LACKING = frozenset({47, 60, 81})
"""ClickHouse's codes for an unknown column, table and database."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def trace(
    *,
    text_file: Annotated[
        Path | None,
        typer.Option(
            "--text-file",
            metavar="FILE",
            help="A text, or - for standard input. There is no option for the text itself: every user of a machine can read the "
            "arguments of its processes.",
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="A file, by its bytes. When they were changed, `tracemark label verify` goes by the label in it.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    produce_id: Annotated[
        str | None, typer.Option("--produce-id", metavar="ID", help="ProduceID of a file's AIGC metadata.")
    ] = None,
    request: Annotated[str | None, typer.Option("--request", metavar="ID", help="request_id of a generation.")] = None,
    content: Annotated[str | None, typer.Option("--content", metavar="ID", help="content_id of an output.")] = None,
    case: Annotated[str | None, typer.Option("--case", metavar="ID", help="case_id of a moderation case.")] = None,
    event: Annotated[
        str | None, typer.Option("--event", metavar="ID", help="event_id of any event, as a report of duties names it.")
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(
            "--user",
            metavar="ID",
            help="A user, newest first; - reads the id from standard input, which no other user of the machine can see.",
        ),
    ] = None,
    user_file: Annotated[
        Path | None,
        typer.Option("--user-file", metavar="FILE", help="The same, with the id in a file."),
    ] = None,
    tenant: Annotated[
        list[str] | None,
        typer.Option(
            "--tenant", metavar="ID", help="Look for texts, files and users of this tenant only. May be repeated."
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help="Only what was received since: 7d, 12h, 2026-01-31.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", help="Show at most so many chains.", min=1, max=10_000)
    ] = 20,
    store: StoreOption = None,
    data: DataOption = None,
    keyring: KeyringOption = None,
    accessor: AccessorOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """From a text, file, request, content, case, event or user to the whole chain: prompt, outputs, labels, moderation.

    The read itself is recorded, without what was asked for. Exit code 0 when a chain was found, 1 when none was, 2 when the
    question could not be asked.
    """
    _exactly_one(
        {
            "--text-file": text_file,
            "--file": file,
            "--produce-id": produce_id,
            "--request": request,
            "--content": content,
            "--case": case,
            "--event": event,
            "--user": user,
            "--user-file": user_file,
        }
    )
    clock = SystemClock()
    now = _EPOCH + timedelta(microseconds=clock.now_us())
    start = None if since is None else instant(since, now, "--since")
    config = store_config(store, data)
    with (
        audited("trace", config.as_reader(), accessor=accessor, purpose=purpose, keyring=keyring) as read,
        _explained(),
        Store(read.config, clock) as asked,
    ):
        desk = _Desk(asked, keyring_path(keyring, config.directory or data), tuple(tenant or ()), Limits(chains=limit))
        if text_file is not None:
            ask = desk.text(read_text(text_file, "--text-file"))
        elif file is not None:
            ask = desk.file(file)
        elif user is not None or user_file is not None:
            ask = desk.user(_user_id(user, user_file))
        else:
            ask = desk.ids(produce_id=produce_id, request=request, content=content, case=case, event=event)
        answer = desk.completed(ask, start, now, config)
        read.rows = sum(len(chain.events) for chain in answer.chains)
    emit(answer.to_dict(), json=json, human=lambda: show(answer))
    raise typer.Exit(ExitCode.FINE if answer.found else ExitCode.NO)


@contextmanager
def _explained() -> Generator[None]:
    """A store that an older release has made, or nobody has migrated, lacks what is asked for."""
    try:
        yield
    except StoreRefused as error:
        if error.code not in _LACKING:
            raise
        raise CommandError(
            "the store lacks tables or columns of this release: run `tracemark store migrate`"
        ) from error


@dataclass(slots=True)
class _Desk:
    """Where one question is prepared, asked and completed."""

    store: Store
    keyring: Path
    tenants: tuple[str, ...]
    limits: Limits
    lacking: tuple[StoredKey, ...] = ()

    def text(self, text: str) -> _Ask:
        candidates = self._lookup().text(text)
        return lambda since: trace_tokens(self.store, candidates, since=since, limits=self.limits)

    def file(self, path: Path) -> _Ask:
        candidates = self._lookup().file(path)
        return lambda since: trace_tokens(self.store, candidates, kind="file", since=since, limits=self.limits)

    def user(self, user_id: str) -> _Ask:
        refs = subject_refs(Keyring.load(self.keyring), self.tenants or stored_tenants(self.store), user_id)
        return lambda since: trace_subject(self.store, refs, since=since, limits=self.limits)

    def ids(self, **given: str | None) -> _Ask:
        name, value = next((name, value) for name, value in given.items() if value is not None)
        ask = partial(_BY_ID[name], self.store, value, limits=self.limits)
        return lambda since: ask(since=since)

    def completed(self, ask: _Ask, since: datetime | None, now: datetime, config: StoreConfig) -> TraceAnswer:
        """The answer, and what to know about it."""
        answer = ask(since)
        behind = store_behind(self.store, config, now, since=since)
        if answer.found:
            lacking = [keys_missing(self.lacking)] if self.lacking else []
            return answer.with_remarks(warnings=[*lacking, *behind.remarks])
        if unknown := set(self.tenants) - set(stored_tenants(self.store)):
            note(
                f"--tenant: nothing is stored of {len(unknown)} of the {len(set(self.tenants))} named; ids are compared exactly"
            )
        reasons = why_not_found(answer, behind=behind, missing_keys=self.lacking, without_since=lambda: ask(None))
        return answer.with_remarks(reasons=reasons, warnings=behind.remarks)

    def _lookup(self) -> Lookup:
        ring = Keyring.load(self.keyring)
        stored = stored_keys(self.store, self.tenants)
        self.lacking = missing_keys(ring, stored)
        return Lookup(ring, stored, self.tenants)


def _user_id(user: str | None, user_file: Path | None) -> str:
    option = "--user-file" if user is None else "--user"
    given = user if user is not None and user != "-" else read_text(user_file or Path("-"), option).strip()
    if not given.strip():
        raise CommandError(f"{option}: is blank; pass the id of a user")
    return given


def _exactly_one(given: dict[str, object]) -> None:
    count = sum(value is not None for value in given.values())
    if count != 1:
        problem = "nothing to look for" if count == 0 else f"{count} things to look for"
        raise CommandError(f"{problem}: pass exactly one of {', '.join(given)}")
