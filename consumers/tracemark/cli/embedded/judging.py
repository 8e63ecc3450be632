"""The duties, judged by the clock in embedded mode: what `tracemark dashboards judge --every` does beside a server."""

import logging
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from tracemark.cli._judgement import judge_duty
from tracemark.query.obligations.pack import Obligation, Pack
from tracemark.schemas.clock import Clock
from tracemark.store import Store, StoreError

__all__ = ["JUDGE_EVERY_S", "JudgeLoop"]

_log = logging.getLogger("tracemark.up")

JUDGE_EVERY_S: Final = 600.0
"""How often the duties are judged, unless somebody says otherwise."""

_FIRST_S: Final = 10.0
"""What waited in the journals is stored first."""

_AGAIN_S: Final = 60.0
"""A judgement that failed is tried again this soon."""

_THREADS: Final = 1
"""Of the engine for one statement: the drain and the boards have the other cores."""


class JudgeLoop:
    """Judges again and again, on a thread of its own.

    A duty that cannot be judged leaves the others alone; the boards then show its last judgement, which grows older. What goes
    wrong is said once, not with every try, and so is its end.
    """

    def __init__(self, store: Store, pack: Pack, clock: Clock, *, every_s: float = JUDGE_EVERY_S) -> None:
        """Judge the duties of `pack` in `store`, as who may write, every `every_s` seconds."""
        self._store = store
        self._pack = pack
        self._clock = clock
        self._every_s = every_s
        self._name = f"judge-{uuid.uuid4().hex}"
        self._trouble = frozenset[str]()

    def run(self, stop: threading.Event) -> None:
        """Judge until told to stop."""
        pause = min(self._every_s, _FIRST_S)
        while not stop.wait(pause):
            failed = self.judge(stop.is_set)
            pause = min(self._every_s, _AGAIN_S) if failed else self._every_s

    def judge(self, is_over: Callable[[], bool]) -> frozenset[str]:
        """Judge every duty once, or until `is_over`; the ids of those that could not be judged."""
        as_of = datetime.fromtimestamp(self._clock.now_us() / 1_000_000, UTC)
        failed = dict[str, StoreError]()
        for obligation in self._pack.obligations:
            if is_over():
                return frozenset()
            try:
                self._judge_one(obligation, as_of)
            except StoreError as error:
                failed[obligation.id] = error
        if not is_over():
            self._tell(failed)
        return frozenset(failed)

    def interrupt(self) -> None:
        """End the statement that runs now, if there is one."""
        try:
            self._store.kill(f"{self._name}-%")
        except StoreError as error:
            _log.warning("a judgement could not be interrupted, and is waited for: %s", error)

    def _judge_one(self, obligation: Obligation, as_of: datetime) -> None:
        settings = {"max_threads": _THREADS, "query_id": f"{self._name}-{uuid.uuid4().hex}"}
        judge_duty(self._store, self._pack, obligation, as_of, settings=settings)

    def _tell(self, failed: dict[str, StoreError]) -> None:
        if failed and not self._trouble.issuperset(failed):
            name, error = next(iter(failed.items()))
            _log.warning(
                "%d of %d duties could not be judged, such as %s: %s; tried again",
                len(failed),
                len(self._pack.obligations),
                name,
                error,
            )
        elif self._trouble and not failed:
            _log.info("every duty was judged again")
        self._trouble = frozenset(failed)
