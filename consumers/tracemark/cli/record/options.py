"""The options of one event type, made from its schema."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from tracemark.cli.options import JsonOption, KeyringOption
from tracemark.cli.record.due import LIMITS
from tracemark.cli.record.fields import (
    file_option,
    newest_schema,
    option_names,
    own_fields,
    people_of,
    required,
    session_fields,
)
from tracemark.cli.record.rules import always_wanted
from tracemark.schemas import codec_for
from tracemark.schemas.definitions import Field

__all__ = ["COMMON", "Given", "parameters", "sorted_out"]

_METAVARS: Final = {
    "timestamp": "WHEN",
    "int": "N",
    "long": "N",
    "double": "X",
    "fixed": "HEX",
    "enum": "CODE",
    "map": "KEY=VALUE",
}
_FILE: Final = "_file"
_A_DAY_S: Final = 86_400.0

COMMON: Final[Mapping[str, Any]] = {
    "file": Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="Events from JSON (an object, a list, or one on each line) or TOML; - for stdin.",
        ),
    ],
    "event_id": Annotated[
        str | None,
        typer.Option(
            "--event-id", metavar="ID", help="To record again what was 'not known to be durable', under its id."
        ),
    ],
    "no_input": Annotated[bool, typer.Option("--no-input", help="Never ask, even at a terminal.")],
    "wait": Annotated[
        float,
        typer.Option(
            "--wait", metavar="SECONDS", help="How long to wait until it is stored or sent.", min=0.0, max=_A_DAY_S
        ),
    ],
    "data": Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="Record into embedded mode; or set TRACEMARK_URL or TRACEMARK_DATA.",
            file_okay=False,
        ),
    ],
    "kafka": Annotated[
        str | None,
        typer.Option("--kafka", metavar="HOST:PORT", help="Record to Kafka; TLS and SASL from TRACEMARK_KAFKA_*."),
    ],
    "keyring": KeyringOption,
    "json": JsonOption,
}
"""Options of every sub-command."""

_DUE: Final = Annotated[
    bool,
    typer.Option(
        "--due-from-policy",
        help="Compute due_at from the published limit in force now; asks the store of --data, or TRACEMARK_STORE.",
    ),
]
_DEFAULTS: Final[Mapping[str, object]] = {"wait": 10.0, "no_input": False, "json": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the options said, sorted.

    Attributes:
        values: By field, unparsed.
        digest_files: Field of a digest to the file it is of.
        people: `user` to (id or None, file or None), and so on.
        session: Fields of the service.
        due_from_policy: Whether `due_at` is to be computed.
        common: Options of `COMMON`.
    """

    values: Mapping[str, object]
    digest_files: Mapping[str, Path]
    people: Mapping[str, tuple[str | None, Path | None]]
    session: Mapping[str, object]
    due_from_policy: bool
    common: Mapping[str, Any]


def parameters(event_type: str) -> list[inspect.Parameter]:
    """The options of a sub-command; those of its own type first."""
    schema = newest_schema(event_type)
    own, session = own_fields(schema), session_fields(schema)
    wanted = always_wanted(event_type)
    names = option_names((*own, *session))
    found = [
        parameter for field in own for parameter in _of_field(field, names[field.name], wanted=field.name in wanted)
    ]
    found += [parameter for name in people_of(codec_for(event_type)) for parameter in _of_person(name)]
    found += [parameter for field in session for parameter in _of_field(field, names[field.name], of_service=True)]
    if event_type in LIMITS:
        found.append(_parameter("due_from_policy", _DUE, default=False))
    return found + common_parameters()


def common_parameters() -> list[inspect.Parameter]:
    """Those of `COMMON`."""
    return [_parameter(name, annotation, _DEFAULTS.get(name)) for name, annotation in COMMON.items()]


def sorted_out(event_type: str, options: Mapping[str, Any]) -> Given:
    """What options of these parameters said; what was not given is left out."""
    schema = newest_schema(event_type)
    own = {field.name for field in own_fields(schema)}
    given = {name: value for name, value in options.items() if value is not None and value != []}
    return Given(
        values={name: value for name, value in given.items() if name in own},
        digest_files={
            field.name: given[field.name + _FILE] for field in own_fields(schema) if field.name + _FILE in given
        },
        people={name: (given.get(name), given.get(name + _FILE)) for name in people_of(codec_for(event_type))},
        session={field.name: _text(given[field.name]) for field in session_fields(schema) if field.name in given},
        due_from_policy=bool(options.get("due_from_policy")),
        common={name: options[name] for name in COMMON},
    )


def _of_field(
    field: Field, names: tuple[str, ...], *, wanted: bool = False, of_service: bool = False
) -> list[inspect.Parameter]:
    if field.kind == "boolean":
        declared = f"{names[0]}/--no-{names[0][2:]}"
        return [
            _parameter(field.name, Annotated[bool | None, typer.Option(declared, help=_help(field, wanted=wanted))])
        ]
    help_ = _help(field, wanted=wanted, of_service=of_service)
    option = typer.Option(
        *names,
        metavar=_METAVARS.get(field.kind if field.kind == "map" else field.item or field.kind, "TEXT"),
        help=help_,
    )
    annotation: Any = list[str] | None if field.kind in {"array", "map"} else str | None
    found = [_parameter(field.name, Annotated[annotation, option])]
    if name := file_option(field):
        text = typer.Option(
            name, metavar="FILE", help=f"{field.doc} Computed from the file.", exists=True, dir_okay=False
        )
        found.append(_parameter(field.name + _FILE, Annotated[Path | None, text]))
    return found


def _of_person(name: str) -> list[inspect.Parameter]:
    shown = f"The {name}'s id, recorded as a pseudonym; - for stdin. Others on this machine see arguments: prefer --{name}-file."
    plain = typer.Option(f"--{name}", metavar="ID", help=shown)
    file = typer.Option(
        f"--{name}-file", metavar="FILE", help=f"A file that holds the {name}'s id.", exists=True, dir_okay=False
    )
    return [
        _parameter(name, Annotated[str | None, plain]),
        _parameter(name + _FILE, Annotated[Path | None, file]),
    ]


def _parameter(name: str, annotation: Any, default: object = None) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _help(field: Field, *, wanted: bool, of_service: bool = False) -> str:
    parts = [field.doc]
    if field.symbols:
        parts.append(f"One of {', '.join(field.symbols)}.")
    if field.kind == "array":
        parts.append("May be repeated.")
    if field.kind == "map":
        parts.append(f"May be repeated; keys: {', '.join(field.keys)}.")
    if field.kind == "timestamp":
        parts.append("ISO 8601 with a zone.")
    if of_service:
        parts.append(f"By default TRACEMARK_{field.name.upper()}.")
    elif wanted or required(field):
        parts.append("Required.")
    return " ".join(parts)


def _text(value: object) -> object:
    """Options that may be repeated come as lists, and settings are frozen."""
    return tuple(str(item) for item in value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]
