"""`tracemark schemas`: the event types of this release, and whether they keep the rules."""

from pathlib import Path
from typing import Any

import typer

import tracemark.schemas
from tracemark.cli.errors import ExitCode
from tracemark.cli.options import JsonOption
from tracemark.cli.output import emit, say, table
from tracemark.schemas import schemas
from tracemark.schemas.codegen import violations
from tracemark.schemas.definitions import EventSchema

__all__ = ["app"]

app = typer.Typer(help="The event types of this release.", no_args_is_help=True)

_LOCK = Path(tracemark.schemas.__file__).with_name("ids.lock.json")
_COLUMNS = ("event_type", "version", "schema_id", "table", "retention_class", "delivery", "fields")


@app.command("list")
def list_(*, json: JsonOption = False) -> None:
    """Show every released version of every event type."""
    found = [_summary(schema) for schema in schemas()]
    emit(found, json=json, human=lambda: table(_COLUMNS, ([row[name] for name in _COLUMNS] for row in found)))


@app.command()
def check(*, json: JsonOption = False) -> None:
    """Check that released versions are unchanged and that every schema keeps the project's rules."""
    broken = violations(schemas(), _LOCK)
    result = {"checked": len(schemas()), "violations": broken}

    def human() -> None:
        for sentence in broken:
            say(sentence)
        if not broken:
            say(f"{len(schemas())} schemas keep the rules and match what was released")

    emit(result, json=json, human=human)
    raise typer.Exit(ExitCode.NO if broken else ExitCode.FINE)


def _summary(schema: EventSchema) -> dict[str, Any]:
    return {
        "event_type": schema.event_type,
        "version": schema.version,
        "schema_id": f"{schema.schema_id:#010x}",
        "fingerprint": schema.fingerprint.hex(),
        "table": f"events_{schema.table}",
        "retention_class": schema.retention_class,
        "delivery": schema.delivery,
        "fields": len(schema.fields),
        "doc": schema.doc,
    }
