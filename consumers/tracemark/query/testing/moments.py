"""When a world is asked about a regime: after the last of the stories that are told about it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from tracemark.query.testing.teller import AS_OF

__all__ = ["asked_at"]

_LATER: Final[Mapping[str, datetime]] = {"eu": datetime(2029, 1, 1, tzinfo=UTC)}
"""The Union's rules begin one after the other, until August 2028."""


def asked_at(regime: str) -> datetime:
    """The moment as of which to judge a world's plants by the pack of `regime`."""
    return _LATER.get(regime, AS_OF)
