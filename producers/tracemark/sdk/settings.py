"""One setting at a time: what code passes is what the setting takes, or a `ConfigurationError` that names it, never its value."""

import re
from pathlib import Path
from typing import Final, TypeVar

from tracemark.sdk.errors import ConfigurationError

__all__ = ["as_path", "check_bytes", "check_seconds", "check_topic", "of_type"]

Wanted = TypeVar("Wanted")

_LONGEST_S: Final = 365 * 24 * 3600
"""Threads cannot wait for ever, and nobody means to."""

_TOPIC: Final = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,249}")


def of_type(name: str, given: object, wanted: type[Wanted], remedy: str) -> Wanted:
    """What was given, if it is of the type; True and False are no numbers."""
    if isinstance(given, wanted) and (wanted is bool or not isinstance(given, bool)):
        return given
    problem = "is missing" if given is None else f"is of type {type(given).__name__}"
    raise ConfigurationError(f"{name}: {problem}; {remedy}")


def check_bytes(name: str, given: object, *, least: int) -> None:
    """A whole number, at least `least`."""
    if of_type(name, given, int, "pass a whole number of bytes") < least:
        raise ConfigurationError(f"{name}: at least {least} are needed to keep anything at all")


def check_seconds(name: str, given: object, *, or_none: bool = False) -> None:
    """A number of seconds; 0 where it means that nobody waits."""
    seconds = given if type(given) is int else of_type(name, given, float, "pass a number of seconds")
    if not 0 <= seconds <= _LONGEST_S or (seconds == 0 and not or_none):
        raise ConfigurationError(f"{name}: must be {'from' if or_none else 'above'} 0 seconds, and a year at most")


def check_topic(name: str, given: object) -> None:
    """A name that Kafka takes."""
    if not _TOPIC.fullmatch(of_type(name, given, str, "pass the topic's name")):
        raise ConfigurationError(f"{name}: is no name that Kafka takes; use 1 to 249 of A-Z a-z 0-9 . _ -")


def as_path(name: str, given: object) -> Path | None:
    """A path, also from its text; None where none was given."""
    if given is None:
        return None
    path = given if isinstance(given, Path) else Path(of_type(name, given, str, "pass a path"))
    if not given or "\0" in str(path):
        raise ConfigurationError(f"{name}: is no path; name a place on this machine")
    return path
