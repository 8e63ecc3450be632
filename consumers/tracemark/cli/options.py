"""Options that several commands share, and what they mean."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

__all__ = [
    "JUDGE_AT_MOST_S",
    "DataOption",
    "JsonOption",
    "KeyringOption",
    "StoreOption",
    "data_directory",
    "keyring_path",
    "often_enough",
]

_DEFAULT_DATA = Path("tracemark-data")

JUDGE_AT_MOST_S: Final = 86_400
"""A pass that nobody renewed for a day is no evidence any more."""

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


def often_enough(most_s: int) -> Callable[[float], float]:
    """The check of an option: seconds between two turns of what boards and alerts count on, `most_s` at most."""

    def checked(seconds: float) -> float:
        if not seconds <= most_s:  # in this form for the sake of nan
            raise typer.BadParameter(f"pass seconds, {most_s} at most: boards and alerts count on it")
        return seconds

    return checked


def data_directory(data: Path | None) -> Path:
    """The data directory meant by `--data`, absolute."""
    return (data or _DEFAULT_DATA).absolute()


def keyring_path(keyring: Path | None, data: Path | None) -> Path:
    """The keyring meant by `--keyring`, else the one of the data directory."""
    return keyring.absolute() if keyring is not None else data_directory(data) / "keyring.json"
