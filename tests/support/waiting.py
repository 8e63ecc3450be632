"""Waiting for a condition instead of sleeping for a while."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], *, within: float = 120.0, every: float = 0.02, what: str = "") -> T:
    """Return the first true value of `condition`, asked again and again until `within` seconds have passed."""
    deadline = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            message = f"not so within {within} s: {what or condition}"
            raise AssertionError(message)
        time.sleep(every)
