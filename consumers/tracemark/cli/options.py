"""Options that several commands share, and what they mean."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "DataOption",
    "JsonOption",
    "KeyringOption",
    "StoreOption",
    "daily_at_least",
    "data_directory",
    "keyring_path",
]

_DEFAULT_DATA = Path("tracemark-data")
_DAY_S = 86_400

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        envvar="TRACEMARK_STORE",
        help="clickhouse://user@host:8123/db (password in TRACEMARK_STORE_PASSWORD) or embedded:///DIR.",
    ),
]

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="DIR", envvar="TRACEMARK_DATA", help="Data directory of embedded mode.", file_okay=False
    ),
]

KeyringOption = Annotated[
    Path | None,
    typer.Option(
        "--keyring", metavar="FILE", envvar="TRACEMARK_KEYRING", help="Keyring; keyring.json of the data directory."
    ),
]


def daily_at_least(seconds: float) -> float:
    """Seconds between two turns of what boards and alerts count on, at most a day: older verdicts are no evidence any more."""
    if seconds > _DAY_S:
        raise typer.BadParameter(f"pass seconds, {_DAY_S} (a day) at most")
    return seconds


def data_directory(data: Path | None) -> Path:
    """The data directory meant by `--data`, absolute."""
    return (data or _DEFAULT_DATA).absolute()


def keyring_path(keyring: Path | None, data: Path | None) -> Path:
    """The keyring meant by `--keyring`, else the one of the data directory."""
    return keyring.absolute() if keyring is not None else data_directory(data) / "keyring.json"
