"""`tracemark record`: one sub-command for each kind of event that people write down."""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tracemark.cli.errors import CommandError
from tracemark.cli.output import emit, note, say
from tracemark.cli.record.asking import ask_for_missing, may_ask
from tracemark.cli.record.draft import Draft, event_types
from tracemark.cli.record.due import set_due
from tracemark.cli.record.fields import file_option, newest_schema, own_fields
from tracemark.cli.record.options import Given, common_parameters, parameters, sorted_out
from tracemark.cli.record.reading import digest_of, drafts_from, fill, read_person
from tracemark.cli.record.recording import Recorded, Target, record
from tracemark.cli.stores import same_store
from tracemark.schemas.clock import SystemClock
from tracemark.store import Store, StoreConfig

__all__ = ["SUBCOMMANDS", "app"]

SUBCOMMANDS: Final[Mapping[str, str]] = {
    "complaint": "complaint.transition",
    "rights-request": "rights_request.transition",
    "moderation": "moderation.action",
    "grant": "unlabelled.granted",
    "service": "service.declared",
    "policy": "policy.published",
    "report": "authority.report",
    "remediation": "model.remediation",
    "agreement": "agreement.accepted",
    "retention": "retention.applied",
    "access": "audit.accessed",
}
"""Sub-command to event type; every other type is recorded by `record event`."""

app = typer.Typer(help="What people record: complaints, requests, measures, policies.", no_args_is_help=True)


@app.callback()
def record_() -> None:
    """Keep the sub-commands commands of their own."""


def _of_type(event_type: str) -> Callable[..., None]:
    """The function behind a sub-command; its signature is the schema's."""

    def run(**options: Any) -> None:
        given = sorted_out(event_type, options)
        target = _target(given.common, given.session)
        if given.common["file"] is None:
            drafts = [_draft(event_type, given)]
        elif given.values or given.digest_files or any(any(pair) for pair in given.people.values()):
            raise CommandError("--file says everything about its events: leave the options for single fields out")
        else:
            drafts = drafts_from(given.common["file"], event_type, _session(given.session))
        if given.due_from_policy:
            _compute_due(drafts, given.common["data"])
        _record(drafts, given.common, target)

    run.__annotations__ = {}
    run.__signature__ = inspect.Signature(parameters(event_type))  # type: ignore[attr-defined]  # typer reads it
    return run


def _event(**options: Any) -> None:
    """The function behind `record event`."""
    event_type: str | None = options.pop("event_type")
    if event_type is not None and event_type not in event_types():
        raise CommandError("TYPE cannot be recorded here; use one of " + ", ".join(event_types()))
    if options["file"] is None:
        raise CommandError("--file is missing: say which events, - for standard input")
    service_id = options.pop("service_id")
    session = {} if service_id is None else {"service_id": service_id}
    target = _target(options, session)
    drafts = drafts_from(options["file"], event_type, _session(session))
    _record(drafts, options, target)


def _draft(event_type: str, given: Given) -> Draft:
    draft = Draft(event_type=event_type, session=_session(given.session))
    fill(draft, given.values)
    fields = {field.name: field for field in own_fields(draft.schema)}
    for name, path in given.digest_files.items():
        option = file_option(fields[name])
        if name in draft.values:
            raise CommandError(f"{draft.label(name)} and {option} are the same thing: pass one of them")
        draft.values[name] = digest_of(option, path)
    for name, (plain, file) in given.people.items():
        if (person := read_person(name, plain, file)) is not None:
            draft.people[name] = person
    if given.common["event_id"] is not None:
        draft.envelope["event_id"] = given.common["event_id"]
    if may_ask() and not given.common["no_input"]:
        ask_for_missing(draft)
    return draft


def _compute_due(drafts: Sequence[Draft], data: Path | None) -> None:
    clock = SystemClock()
    with Store(_policy_store(data).as_reader(), clock) as asked:
        set_due(drafts, asked, clock.now_us())


def _policy_store(data: Path | None) -> StoreConfig:
    """Where the published limits are: TRACEMARK_STORE, else the directory that is recorded into."""
    url = os.environ.get("TRACEMARK_URL", "")
    if data is None and url.startswith("embedded:") and not os.environ.get("TRACEMARK_STORE"):
        return StoreConfig.parse(url)
    return StoreConfig.embedded(data) if data is not None else StoreConfig.from_env(os.environ)


def _session(given: Mapping[str, object]) -> dict[str, object]:
    """What was said of the service, by options or the environment: defaults of the SDK were said by nobody."""
    scope = os.environ.get("TRACEMARK_SERVICE_SCOPE")
    return ({"service_scope": scope} if scope else {}) | dict(given)


def _target(common: Mapping[str, Any], session: Mapping[str, object]) -> Target:
    """Where it goes; looked at before anybody is asked anything."""
    target = Target(kafka=common["kafka"], data=common["data"], keyring=common["keyring"], session=session)
    target.require_store(os.environ)
    return target


def _record(drafts: Sequence[Draft], common: Mapping[str, Any], target: Target) -> None:
    done = record(target, drafts, wait_s=common["wait"])
    waiting = sum(not one.acknowledged for one in done)
    result = {"recorded": [one.to_dict() for one in done], "waiting": waiting}
    emit(result, json=common["json"], human=lambda: _show(done))
    if waiting:
        server = f"tracemark up{same_store(None, common['data'])}"
        until = (
            "a recording process on this machine reaches the broker" if _is_kafka(common) else f"`{server}` stores it"
        )
        note(f"{waiting} of {len(done)} on this machine's disk only: in the journal until {until}")


def _is_kafka(common: Mapping[str, Any]) -> bool:
    return bool(common["kafka"]) or (common["data"] is None and os.environ.get("TRACEMARK_URL", "").startswith("kafka"))


def _show(done: Sequence[Recorded]) -> None:
    for one in done:
        case = f", case {one.case_id}" if one.case_id else ""
        say(f"{one.event_type} {one.event_id}{case}: {'stored' if one.acknowledged else 'accepted'}")


for _name, _type in SUBCOMMANDS.items():
    _doc = newest_schema(_type).doc
    app.command(_name, help=_doc, short_help=_doc.partition(" (")[0].rstrip(".") + ".")(_of_type(_type))

_TYPE_ARGUMENT = Annotated[
    str | None,
    typer.Argument(metavar="[TYPE]", help="Event type, where the file does not say it; see `tracemark schemas list`."),
]
_SERVICE_OPTION = Annotated[
    str | None,
    typer.Option("--service-id", metavar="TEXT", help="The service they are about. By default TRACEMARK_SERVICE_ID."),
]
_event.__annotations__ = {}
_event.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # typer reads it
    [
        inspect.Parameter("event_type", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_TYPE_ARGUMENT),
        inspect.Parameter("service_id", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_SERVICE_OPTION),
        *(one for one in common_parameters() if one.name != "event_id"),
    ]
)
app.command("event", help="Events of any type, from a file.")(_event)
