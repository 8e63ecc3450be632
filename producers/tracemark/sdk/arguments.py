"""What callers pass, before anything is computed from it: whatever it is, it becomes what events take, or an `InvalidEvent`.

A caller may pass anything at all, and what is passed by mistake is never asked to compare, hash or iterate itself.
"""

from collections.abc import Collection
from typing import Any, cast

from tracemark.schemas import InvalidEvent

__all__ = ["among", "needed", "several"]


def needed(**arguments: object) -> None:
    """Refuse an argument that is None: the schema could do without it, the record could not."""
    for name, given in arguments.items():
        if given is None:
            raise InvalidEvent(name, "is missing", "pass it: the record says nothing without it")


def several(argument: str, given: object) -> tuple[Any, ...]:
    """The items of a list or tuple, or the one text that was given instead; the schema checks what they are."""
    if isinstance(given, str):
        return (given,)
    if isinstance(given, list | tuple):
        return tuple(cast("list[Any]", given))
    problem = "is missing" if given is None else f"is of type {type(given).__name__}"
    raise InvalidEvent(argument, problem, "pass one text, or a list or tuple of them")


def among(given: object, symbols: Collection[str]) -> bool:
    """Whether it is one of the symbols; anything but text is none."""
    return type(given) is str and given in symbols
