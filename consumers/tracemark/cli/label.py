"""`tracemark label`: put the AIGC label of GB 45438-2025 into a file, read it, and hold it against the ledger."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from tracemark.cli._label_events import record, recorder, written
from tracemark.cli._label_ledger import by_content
from tracemark.cli._label_verdict import Question, judged_file, judged_text, parsed_hash
from tracemark.cli._label_view import say_found, say_verdict, say_written
from tracemark.cli._spool import on_disk
from tracemark.cli._trace_ask import read_text
from tracemark.cli.errors import CommandError, ExitCode
from tracemark.cli.options import DataOption, JsonOption, StoreOption
from tracemark.cli.output import emit, note
from tracemark.cli.stores import same_store, store_config
from tracemark.labels import (
    Aigc,
    UnsupportedFormat,
    check_text_label,
    limit_pdf_memory,
    media_type_in_name,
    media_type_of,
    read_labels,
    write_label,
)
from tracemark.schemas import InvalidEvent
from tracemark.schemas.clock import SystemClock
from tracemark.sdk import SdkError
from tracemark.store import Store

__all__ = ["app"]

app = typer.Typer(help="The AIGC label of PNG, JPEG and PDF files, and the label of texts.", no_args_is_help=True)

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]
# Not `exists`: typer takes a dash for the name of a file then.
ReadableArgument = Annotated[
    Path, typer.Argument(metavar="FILE", dir_okay=False, help="A file or a pipe, or - for standard input.")
]
RecordOption = Annotated[
    bool, typer.Option("--record", help="Record it as an event, with the settings of TRACEMARK_URL and the others.")
]
HashOption = Annotated[
    str | None,
    typer.Option("--event-hash", metavar="HEX", help="event_hash of the file's output.generated, 64 hex digits."),
]


@app.callback()
def _prepare() -> None:
    """The AIGC label of PNG, JPEG and PDF files, and the label of texts."""
    limit_pdf_memory()


@app.command()
def write(
    file: FileArgument,
    *,
    producer: Annotated[
        str,
        typer.Option(
            "--producer",
            metavar="CODE",
            envvar="TRACEMARK_PROVIDER_CODE",
            help="Your provider code, as assigned to you.",
        ),
    ],
    content: Annotated[
        str | None, typer.Option("--content", metavar="ID", help="content_id of the output that the file holds.")
    ] = None,
    event_hash: HashOption = None,
    produce_id: Annotated[
        str | None,
        typer.Option("--produce-id", metavar="ID", help="Your number of the content; its content_id by default."),
    ] = None,
    label: Annotated[
        Literal["1", "2", "3"], typer.Option("--label", help="1 is, 2 may be, 3 is suspected to be generated.")
    ] = "1",
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Where to write, instead of in place.", dir_okay=False),
    ] = None,
    record_it: RecordOption = False,
    store: StoreOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Give a file its label, in place of any other; ReservedCode1 leads from the file to its entry in the ledger.

    The event hash is looked up by --content unless it is given. Pixels and pages are not encoded again.
    """
    if output is not None and not output.parent.is_dir():
        raise CommandError("--output: its folder does not exist; make it, or name another")
    about = _to_write(content, event_hash, store, data)
    values = _label(label, producer, produce_id or about.get("content_id"), about.get("event_hash"))
    with recorder(wanted=record_it) as audit:
        before = write_label(file, values, output=output)
        event_id = None
        if audit is not None:
            event = written(
                values, before.media_type, about, about.get("duty_basis") or audit.config.duty_basis or "none"
            )
            try:
                event_id = record(audit, event, about, output or file)
            except (SdkError, InvalidEvent) as error:
                raise CommandError(f"the file is labelled, but that is not recorded: {error}") from error
    answer = {
        "file": output or file,
        "media_type": before.media_type,
        "aigc": values.to_dict(),
        "replaced": len(before.records),
        "event_id": event_id,
    }
    emit(answer, json=json, human=lambda: say_written(answer))


def _label(label: Literal["1", "2", "3"], producer: str, produce_id: str | None, event_hash: bytes | None) -> Aigc:
    if not produce_id:
        raise CommandError("the label needs a number of the content: pass --content or --produce-id")
    code = event_hash.hex() if event_hash else ""
    return Aigc.first(content_producer=producer, produce_id=produce_id, reserved_code1=code, label=label)


@app.command()
def read(file: ReadableArgument, *, json: JsonOption = False) -> None:
    """Show every label of a file, whoever wrote it, with the rules it breaks. Exit 1 when there is none."""
    with on_disk(file) as held:
        if _media_type(file, held) is None:
            found = check_text_label(_text(held))
            answer: dict[str, Any] = {"file": file, "media_type": "text/plain", **found.to_dict()}
        else:
            answer = {"file": file, **read_labels(held).to_dict()}
    emit(answer, json=json, human=lambda: say_found(answer))
    raise typer.Exit(ExitCode.FINE if answer.get("records") or answer.get("labels") else ExitCode.NO)


@app.command()
def verify(
    file: ReadableArgument,
    *,
    content: Annotated[
        str | None, typer.Option("--content", metavar="ID", help="content_id of the output that the file must hold.")
    ] = None,
    event_hash: HashOption = None,
    claim: Annotated[
        Path | None,
        typer.Option(
            "--claim", metavar="JSON", help="The label it must carry, as JSON in a file.", exists=True, dir_okay=False
        ),
    ] = None,
    case_id: Annotated[
        str | None,
        typer.Option("--case-id", metavar="ID", help="The case that the verdict belongs to, recorded with it."),
    ] = None,
    record_it: RecordOption = False,
    store: StoreOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Hold a file's label against what the ledger claims, or a text's label against the law's positions.

    Without --content, --event-hash or --claim the file's own ReservedCode1 is looked up; of a text, --content or --event-hash
    says which output it is. Exit code 0 when the label stands (verified, or rewritten_by_platform in the platform's own keys),
    1 when it does not (missing, altered, forged), 2 when nothing can be said, as by a store that is behind.
    """
    if sum(given is not None for given in (content, event_hash, claim)) > 1:
        raise CommandError("pass one of --content, --event-hash and --claim: each says what the file must carry")
    if case_id is not None and not record_it:
        raise CommandError("--case-id: is recorded with the verdict; pass --record, too")
    question = Question(
        content=content, event_hash=event_hash, claim=claim, case_id=case_id, store=store_config(store, data)
    )
    with recorder(wanted=record_it) as audit, on_disk(file) as held:
        media_type = _media_type(file, held)
        judged = judged_text(_text(held), question) if media_type is None else judged_file(held, media_type, question)
        event_id = record(audit, judged.event, judged.output, judged.content) if audit is not None else None
    answer = {"file": file, **judged.answer, "event_id": event_id}
    emit(answer, json=json, human=lambda: say_verdict(answer, same_store(store, data)))
    raise typer.Exit(ExitCode.FINE if judged.intact else ExitCode.NO)


def _to_write(content: str | None, event_hash: str | None, store: str | None, data: Path | None) -> dict[str, Any]:
    """The output that a label is for, by column: from the ledger, unless its hash is given."""
    if event_hash is not None:
        return {"event_hash": parsed_hash(event_hash), "content_id": content}
    if content is None:
        return {}
    with Store(store_config(store, data).as_reader(), SystemClock()) as ledger:
        return by_content(ledger, content).output


def _media_type(file: Path, held: Path) -> str | None:
    """By the content, None for a text. Raises `UnsupportedFormat` where the name says that it is a file with a label."""
    found, named = media_type_of(held), media_type_in_name(file)
    if found is None and named is not None:
        content = "of another kind" if held.stat().st_size else "empty"
        raise UnsupportedFormat(
            f"FILE: its name says {named}, but its content is {content}: get it again, or name it .txt if it is a text"
        )
    if found is not None and named not in {None, found}:
        note(f"warning: FILE: its name says {named}, but its content is {found}, and is judged as that")
    return found


def _text(file: Path) -> str:
    try:
        return read_text(file, "FILE")
    except CommandError:
        raise UnsupportedFormat(
            "the file is no PNG, JPEG or PDF, and no UTF-8 text of usual size: convert it first"
        ) from None
