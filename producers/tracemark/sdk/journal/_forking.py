"""Keep a forked child off its parent's journals, whether or not its code remembers to."""

import os
from typing import Protocol
from weakref import WeakSet

from tracemark.sdk.journal._locks import forget_parents_locks

__all__ = ["Abandonable", "abandon_in_children"]


class Abandonable(Protocol):
    """Something that holds a parent's descriptors."""

    def abandon_after_fork(self) -> None:
        """Close them without touching the disk or the parent's locks. Safe to call twice."""
        ...


_open: WeakSet[Abandonable] = WeakSet()


def abandon_in_children(thing: Abandonable) -> None:
    """Have `thing` abandoned in every child forked from now on, as long as it lives."""
    _open.add(thing)


def _abandon_all() -> None:
    forget_parents_locks()
    for thing in list(_open):
        thing.abandon_after_fork()
    _open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)
