"""Embedded mode as a whole: opened in the order of need, closed in the opposite one."""

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tracemark.cli.access import access_client
from tracemark.cli.canary import CANARY_EVERY_S, canary_client, keep_canary
from tracemark.cli.embedded.accesses import AccessLog
from tracemark.cli.embedded.drain import Drain
from tracemark.cli.embedded.judging import JUDGE_EVERY_S, JudgeLoop
from tracemark.cli.embedded.ranges import StoredRanges
from tracemark.query.obligations import load_pack
from tracemark.schemas.clock import Clock, SystemClock
from tracemark.sdk.ids import RandomIds
from tracemark.sdk.keyring import Keyring
from tracemark.sink.dead_letter_files import FileDeadLetters
from tracemark.sink.sealing import DeadLetterKey
from tracemark.sink.status import LaneStatus, SinkStatus, StatusTable
from tracemark.sink.writer import RangeWriter
from tracemark.store import Store, StoreConfig, StoreError, migrate
from tracemark.store.embedded import Credentials, EmbeddedEngine, EmbeddedServer, ServerConfig
from tracemark.store.embedded.directory import DataDirectory
from tracemark.store.reads_seen import note_reads

__all__ = ["Chores", "EmbeddedMode", "embedded_mode"]

_log = logging.getLogger("tracemark.up")

_IDLE_S = 0.2
"""Events are gathered for this long: every range becomes a part of its table."""

_STOP_S = 30.0
_NUDGE_S = 0.5
_NAME = "embedded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chores:
    """What is done by the clock beside draining, so that boards and alerts have what they show.

    Attributes:
        judge_every_s: Seconds between two judgements of all duties; 0 for never.
        regimes: Whose duties.
        canary_every_s: Seconds between two signs of life of the canary; 0 for none.
    """

    judge_every_s: float = JUDGE_EVERY_S
    regimes: tuple[str, ...] = ("cn",)
    canary_every_s: float = CANARY_EVERY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedMode:
    """What runs.

    Attributes:
        url: Of the HTTP interface.
        data: The data directory.
        credentials: File with the writer's and the reader's password.
    """

    url: str
    data: Path
    credentials: Path


@contextmanager
def embedded_mode(data: Path, config: ServerConfig, chores: Chores) -> Generator[EmbeddedMode]:
    """Take the directory, serve it, bring its tables up to date, drain its journals and do the chores, until the block is left.

    Raises:
        EmbeddedError: The directory or the address cannot be had.
        KeyringError: The keyring is there but cannot be used.
        StoreError: The tables cannot be brought up to date.
        InvalidQuestion: There is no such regime.
    """
    DataDirectory.check_name(data)  # before keys are made in it
    packs = [load_pack(name) for name in chores.regimes if chores.judge_every_s]
    with ExitStack() as stack:
        keyring = _keyring(data)
        engine = stack.enter_context(EmbeddedEngine.open(data, database=config.database))
        passwords = Credentials.in_directory(engine.directory.path)
        clock = SystemClock()
        noting = partial(note_reads, lambda sql, given: engine.run(sql, parameters=given))
        accesses = AccessLog(passwords, lambda: access_client(data), noting, clock)
        stack.callback(accesses.close, 0.0)  # after the server: the next start stores what was read until the end
        server = stack.enter_context(EmbeddedServer(engine, config, passwords, query_audit=accesses.heard))
        store = stack.enter_context(Store(StoreConfig.embedded(data), clock))
        migrate(store)
        letters = FileDeadLetters(data / "dead-letters", clock)
        writer = RangeWriter(store, letters, DeadLetterKey(keyring.dlq_key()), clock=clock, writer_id=_NAME)
        drain = Drain(
            data / "journals", writer, StoredRanges(store), clock=clock, ids=RandomIds(), report=_reporter(store, clock)
        )
        stack.callback(drain.close)
        stack.enter_context(_running("drain", lambda stop: drain.run(stop, idle_s=_IDLE_S)))
        stack.callback(accesses.close)  # before the drain: what was read until now is stored by it
        stack.enter_context(_running("accesses", accesses.run))
        if chores.canary_every_s:
            opened = partial(canary_client, data, every_s=chores.canary_every_s)
            stack.enter_context(_running("canary", partial(keep_canary, opened)))
        for pack in packs:
            judge = JudgeLoop(store, pack, clock, every_s=chores.judge_every_s)
            stack.enter_context(_running(f"judge-{pack.regime}", judge.run, judge.interrupt))
        yield EmbeddedMode(url=server.url, data=data, credentials=engine.directory.path / "credentials.json")


def _keyring(data: Path) -> Keyring:
    """The directory's keyring; made with the directory, never for one that has data already: its events would be lost to it."""
    is_new = not (data / "version.json").exists()
    if is_new:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Keyring.for_client(data / "keyring.json", create=is_new)


def _reporter(store: Store, clock: Clock) -> Callable[[LaneStatus], None]:
    """Keeps `sink_status` up to date, so that boards, `trace` and `doctor` see the drain as they see a sink."""
    table = StatusTable(store)

    def report(lane: LaneStatus) -> None:
        try:
            table.insert(SinkStatus(sink_id=_NAME, reported_at_us=clock.now_us(), lanes=(lane,)))
        except StoreError as error:
            _log.warning("the state of the drain could not be reported: %s", error)

    return report


@contextmanager
def _running(
    name: str, run: Callable[[threading.Event], None], interrupt: Callable[[], None] | None = None
) -> Generator[None]:
    """Run on a thread of its own for a block; `interrupt` ends what may take long, as often as needed."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(stop,), name=f"tracemark-{name}")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        for _ in range(round(_STOP_S / _NUDGE_S)):
            if interrupt is not None and thread.is_alive():
                interrupt()
            thread.join(_NUDGE_S)
            if not thread.is_alive():
                break
