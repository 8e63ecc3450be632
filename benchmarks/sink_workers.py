"""How many events a second sinks store together: `python benchmarks/sink_workers.py [--events N] [--partitions N] [--json FILE]`.

For each contestant a new broker, a new embedded server and its processes, all on the cores of one machine. When all of them have
partitions, real events of a real client are sent as fast as librdkafka can, and the store is asked how many it has: the figure is
what it stored a second between a tenth and nine tenths of them. `benchmarks/plain_sink.py` is the yardstick: it checks nothing. CPU
is what one event costs the sinks' processes and the server's, by the kernel's account.
"""

import os
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from confluent_kafka import Producer

from measuring import Report, arguments, folder, kafka_broker
from sink import recorded
from support.up import Up
from tracemark.schemas import HEADER_SCHEMA, decode
from tracemark.schemas.topics import EVENTS_TOPIC
from tracemark.sink import KafkaConnection, SinkConfig
from tracemark.sink.topics import prepared_topics
from tracemark.store import Store

DEADLINE_S = 300.0
TICKS = os.sysconf("SC_CLK_TCK")
PLAIN = Path(__file__).with_name("plain_sink.py")


@contextmanager
def sinks(command: Sequence[str], processes: int) -> Generator[list[int]]:
    """Processes of one command, each ready; their ids."""
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(processes)]
    try:
        for one in running:
            if one.stdout is None or not one.stdout.readline():
                raise SystemExit(f"{command} did not start")
        yield [one.pid for one in running]
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.communicate()


def family(pid: int) -> list[int]:
    """A process and its children: workers of a supervisor."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(one for child in children for one in family(int(child)))]


def cpu_s(pids: Sequence[int]) -> float:
    """Seconds of CPU that processes and their children have used."""
    stats = (Path(f"/proc/{one}/stat").read_text(encoding="ascii") for pid in pids for one in family(pid))
    fields = (stat.rpartition(")")[2].split() for stat in stats)
    return sum(int(found[11]) + int(found[12]) for found in fields) / TICKS


def send(servers: str, values: Sequence[bytes], events: int) -> None:
    """Events in the producer's order of three to a key, over and over."""
    producer = Producer({"bootstrap.servers": servers, "compression.type": "lz4", "linger.ms": 20})
    headers: dict[bytes, list[tuple[str, str | bytes | None]]] = {
        value[:5]: [(HEADER_SCHEMA, decode(value)[0].fingerprint)] for value in values
    }
    for number in range(events):
        value = values[number % len(values)]
        while True:
            try:
                producer.produce(EVENTS_TOPIC, value, key=b"r-%d" % (number // 3), headers=headers[value[:5]])
                break
            except BufferError:
                producer.poll(0.05)
    producer.flush()


def stored(store: Store) -> int:
    """Rows so far."""
    [row] = store.query("SELECT count() AS n FROM events_traffic")
    return int(row["n"])


def until(store: Store, wanted: int) -> tuple[float, int]:
    """When so many rows were first seen, and how many there were."""
    deadline = time.perf_counter() + DEADLINE_S
    while (found := stored(store)) < wanted:
        if time.perf_counter() > deadline:
            raise SystemExit(f"{wanted - found} events did not arrive in {DEADLINE_S} s")
        time.sleep(0.05)
    return time.perf_counter(), found


def measure(report: Report, workers: int, values: Sequence[bytes], events: int, partitions: int) -> None:
    """One contestant: `workers` of the sink, or, when negative, processes of the yardstick."""
    with folder() as where, kafka_broker() as broker, Up(where / "store") as up:
        if broker is None or up.process is None:
            raise SystemExit("no broker: see above")
        prepared_topics(SinkConfig(kafka=KafkaConnection(servers=broker), partitions=partitions))
        name, command = f"{-workers} × poll, fastavro, insert", [sys.executable, str(PLAIN), broker, str(up.data)]
        if workers > 0:
            told = ["sink", "--kafka", broker, "--data", str(up.data), "--workers", str(workers), "--name", "bench"]
            name, command = " ".join([*told[:1], *told[5:7]]), [sys.executable, "-m", "tracemark.cli.main", *told]
        with sinks(command, max(1, -workers)) as pids, up.store() as store:
            settle(store, pids, workers)
            before, server_before = cpu_s(pids), cpu_s([up.process.pid])
            send(broker, values, events)
            begun, first = until(store, events // 10)
            ended, last = until(store, events * 9 // 10)
            until(store, events)
            cpu = (cpu_s(pids) - before, cpu_s([up.process.pid]) - server_before)
            inserts = inserted(store)
            report.add(
                name, (last - first) / (ended - begun), *(used / events * 1e6 for used in cpu), events / max(1, inserts)
            )


def inserted(store: Store) -> int:
    """Inserts so far: one for each part that was not merged from others."""
    [row] = store.query(
        "SELECT max(max_block_number) AS n FROM system.parts WHERE table = 'events_traffic' AND database = currentDatabase()"
    )
    return int(row["n"])


def settle(store: Store, pids: Sequence[int], workers: int) -> None:
    """Until every process has joined the group and has its partitions."""
    if workers < 0:
        time.sleep(8.0 if len(pids) > 1 else 1.0)  # they tell nobody: the group's rebalances are over by then
        return
    deadline = time.perf_counter() + DEADLINE_S
    running = f"SELECT uniqExact(sink_id) AS n FROM sink_lanes WHERE topic = '{EVENTS_TOPIC}' AND state = 'running'"
    while store.query(running) != [{"n": workers}]:
        if time.perf_counter() > deadline:
            raise SystemExit("not every worker has partitions")
        time.sleep(0.2)


def main() -> None:
    """Run and print."""
    told = arguments(__doc__, events=240_000, partitions=12)
    with folder() as where:
        values = recorded(where / "service", 24_000)
    what = f"Storing {told.events:,} events of {sum(map(len, values)) / len(values):.0f} bytes from {told.partitions} partitions"
    report = Report(what, ("stored/s", "sinks' CPU µs/event", "server's CPU µs/event", "rows an insert"))
    for workers in (-1, 1, 2, -4, 4):
        measure(report, workers, values, told.events, told.partitions)
    report.write(told.json)


if __name__ == "__main__":
    main()
