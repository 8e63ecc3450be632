"""`tracemark sink`: from Kafka into the store."""

import os
import socket
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from tracemark.cli.options import DataOption, JsonOption, KeyringOption, StoreOption, keyring_path
from tracemark.cli.output import emit, note, say
from tracemark.cli.processes import log_to_stderr, stop_on_signals
from tracemark.cli.stores import store_config
from tracemark.cli.workers import Workers, stop_with_supervisor
from tracemark.schemas.clock import SystemClock
from tracemark.schemas.topics import EVENTS_TOPIC
from tracemark.sdk.keyring import Keyring
from tracemark.sink import DeadLetterKey
from tracemark.sink.collector import tune_collector
from tracemark.sink.config import KafkaConnection, SinkConfig
from tracemark.sink.dead_letter_topic import KafkaDeadLetters
from tracemark.sink.sink import Sink
from tracemark.sink.status import SinkStatus
from tracemark.store import Store

__all__ = ["sink"]

_LOOK_S = 0.2
_STATUS_EVERY_S = 30.0


def sink(
    *,
    kafka: Annotated[
        str | None,
        typer.Option(
            "--kafka",
            metavar="HOST:PORT",
            envvar="TRACEMARK_KAFKA_SERVERS",
            help="Brokers, several with commas; TLS and SASL come from TRACEMARK_KAFKA_*.",
        ),
    ] = None,
    store: StoreOption = None,
    data: DataOption = None,
    keyring: KeyringOption = None,
    group: Annotated[
        str, typer.Option(metavar="NAME", help="Consumer group; its sinks share the partitions.")
    ] = "tracemark-sink",
    name: Annotated[
        str | None, typer.Option(metavar="ID", help="Of this process in the ledger; the host's name and pid.")
    ] = None,
    partitions: Annotated[
        int, typer.Option(min=1, metavar="N", help="Of the events topic, when it has to be made.")
    ] = 12,
    topic: Annotated[
        str, typer.Option("--topic", metavar="NAME", envvar="TRACEMARK_TOPIC", help="What services emit to.")
    ] = EVENTS_TOPIC,
    dead_letter_limit: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="A partition halts before it puts aside N records more than it stores; 0: never."
        ),
    ] = 1_000,
    workers: Annotated[
        int, typer.Option(min=1, metavar="N", help="Processes that share the work on this machine: one for each core.")
    ] = 1,
    supervisor: Annotated[int | None, typer.Option(hidden=True, help="Process that watches over this worker.")] = None,
    json: JsonOption = False,
) -> None:
    """Read the events topic, check every record, and store each exactly once, until SIGTERM or SIGINT.

    Makes missing topics, refuses wrong ones. Start as many as you like: partitions are shared within the group. Prints one
    line when it has partitions (JSON with --json). With --workers, each of them does, and one that dies is started again.
    """
    stop = stop_on_signals()
    log_to_stderr()
    connection = KafkaConnection.from_env(os.environ, **({"servers": kafka} if kafka else {}))
    name = name or f"{socket.gethostname()}-{os.getpid()}"
    config = SinkConfig(
        kafka=connection,
        group_id=group,
        sink_id=name,
        partitions=partitions,
        events_topic=topic,
        dead_letter_limit=dead_letter_limit,
    )
    key = DeadLetterKey(Keyring.load(keyring_path(keyring, data)).dlq_key())
    if workers > 1:
        told = {
            "--kafka": connection.servers,
            "--data": data,
            "--keyring": keyring,
            "--group": group,
            "--partitions": partitions,
            "--topic": topic,
            "--dead-letter-limit": dead_letter_limit,
        }
        # The store's URL may hold a password, so it is told in the environment.
        _supervise(name, workers, told, {"TRACEMARK_STORE": store} if store else {}, stop, json=json)
        return
    if supervisor is not None:
        stop_with_supervisor(supervisor, stop)
    tune_collector()
    clock = SystemClock()
    with Store(store_config(store, data), clock) as connected:
        letters = KafkaDeadLetters(config)
        running = Sink(config, connected, letters, key, clock=clock)
        watch = threading.Thread(target=_watch, args=(running, stop), kwargs={"json": json}, daemon=True)
        watch.start()
        try:
            running.run(stop)
        finally:
            stop.set()
            watch.join()
            letters.close()
    note("stopped; everything settled is committed")


def _supervise(
    name: str,
    workers: int,
    told: Mapping[str, str | int | Path | None],
    environment: Mapping[str, str],
    stop: threading.Event,
    *,
    json: bool,
) -> None:
    """Run this command once for each worker, with the same options."""
    options = [str(part) for option, value in told.items() if value is not None for part in (option, value)]
    command = [sys.executable, "-m", "tracemark.cli.main", "sink", *options, "--supervisor", str(os.getpid())]
    command += ["--json"] if json else []
    names = [f"{name}-{number}" for number in range(1, workers + 1)]
    code = Workers(commands={one: [*command, "--name", one] for one in names}, environment=environment).run(stop)
    note(f"{workers} workers stopped")
    if code:
        raise typer.Exit(code)


def _watch(running: Sink, stop: threading.Event, *, json: bool) -> None:
    """Say when there are partitions, and then what happens, now and then."""
    while not running.status().lanes:
        if stop.wait(_LOOK_S):
            return
    _say_ready(running.status(), json=json)
    while not stop.wait(_STATUS_EVERY_S):
        note(_described(running.status()))


def _say_ready(status: SinkStatus, *, json: bool) -> None:
    lanes = [f"{lane.topic}[{lane.partition}]" for lane in status.lanes]
    ready: dict[str, Any] = {"ready": True, "sink_id": status.sink_id, "lanes": lanes, "pid": os.getpid()}
    emit(ready, json=json, human=lambda: say(f"ready: sink {status.sink_id} has {len(lanes)} partitions"), lines=True)


def _described(status: SinkStatus) -> str:
    stored = sum(lane.stored_total for lane in status.lanes)
    dead = sum(lane.dead_letters_total for lane in status.lanes)
    rate = sum(lane.rows_per_second for lane in status.lanes)
    found = f"{stored} stored ({rate:.0f}/s), lag {status.lag}, {dead} dead letters, {len(status.lanes)} partitions"
    return f"{status.sink_id}: {status.state}: {found}"
