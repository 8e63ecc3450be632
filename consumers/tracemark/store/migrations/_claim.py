"""One migration at a time, on a ClickHouse without Keeper.

Whoever wants to migrate first writes a claim and only then looks for others. Of two who do so at once, the later look sees the
other's claim: both may back off, never do both go on. (That needs a store where a finished insert is seen by every later select:
one node, or replicas with `insert_quorum` and `select_sequential_consistency`.) A claim ends when it is released or by the
store's own clock, so a crashed owner hinders nobody for longer than its lease, and clocks of clients do not matter.
"""

import os
import secrets
import socket
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from tracemark.store.client import Store
from tracemark.store.errors import MigrationBusy

__all__ = ["LEASE_S", "Claim", "claimed"]

LEASE_S = 120
"""How long a claim holds unless it is renewed: longer than any one statement of a migration may take."""

_OTHERS = """
SELECT owner, argMax(expires_at, turn) AS until, toInt64(greatest(0, until - now64(6))) AS seconds_left
FROM migration_claims
WHERE owner != {owner:String}
GROUP BY owner
HAVING NOT argMax(is_released, turn) AND until > now64(6)
"""
_CLAIM = """
INSERT INTO migration_claims (owner, turn, expires_at, is_released)
SELECT {owner:String}, {turn:UInt64}, now64(6) + INTERVAL {lease:UInt32} SECOND, {released:Bool}
"""


class Claim:
    """This process's claim; `renew` it before every statement."""

    def __init__(self, store: Store, *, lease_s: int = LEASE_S) -> None:
        """Nothing is claimed yet."""
        self.owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._store = store
        self._lease_s = lease_s
        self._turn = 0
        self._until = 0.0

    def take(self) -> str | None:
        """Claim and look: None when it is ours, else whose it is and for how long."""
        self._write(released=False)
        others = self._store.query(_OTHERS, {"owner": self.owner})
        if not others:
            return None
        self.release()
        return f"{others[0]['owner']}, for at most {others[0]['seconds_left']} s more"

    def renew(self) -> None:
        """Hold it for another lease; raises `MigrationBusy` when it had already run out and may be another's."""
        if self._store.clock.monotonic() >= self._until:
            raise MigrationBusy(f"the migration took longer than its lease of {self._lease_s} s: run it again")
        self._write(released=False)

    def release(self) -> None:
        """Give it back."""
        self._write(released=True)

    def _write(self, *, released: bool) -> None:
        self._turn += 1
        self._until = self._store.clock.monotonic() + self._lease_s
        values = {"owner": self.owner, "turn": self._turn, "lease": self._lease_s, "released": released}
        self._store.command(_CLAIM, values)


@contextmanager
def claimed(store: Store, *, wait_s: float, pause: Callable[[float], None] = time.sleep) -> Generator[Claim]:
    """Hold the claim for a block.

    Args:
        store: Whose database.
        wait_s: How long to wait for another owner.
        pause: Sleeps; a test passes its own.

    Raises:
        MigrationBusy: Somebody else held it all that time.
    """
    claim = Claim(store)
    deadline = store.clock.monotonic() + wait_s
    while (holder := claim.take()) is not None:
        if store.clock.monotonic() >= deadline:
            raise MigrationBusy(f"another process migrates this store ({holder}): wait for it, then run this again")
        pause(0.1 + secrets.randbelow(400) / 1000)  # two who met must not meet again
    try:
        yield claim
    finally:
        claim.release()
