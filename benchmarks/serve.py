"""What the embedded server's HTTP costs over the bare engine: `python benchmarks/serve.py [--rows N] [--json FILE]`.

Two processes take turns on data of the same size: one serves ClickHouse's HTTP interface, as `tracemark up` does; the other has the
same engine without any HTTP, called directly. The client of the first is the standard library's, on one kept connection, without
compression: figures are of the server, and not of a driver.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from measuring import Report, arguments, embedded_store, folder, timed
from tracemark.store import StoreConfig

RUNS = 7
SMALL = "SELECT 1"
ROW_BYTES = 8 + 36
DOWN = "SELECT number, randomPrintableASCII(35) FROM numbers({rows}) FORMAT RowBinary"
TABLE = "CREATE TABLE IF NOT EXISTS up (n UInt64, s String) ENGINE = MergeTree ORDER BY n"

BARE = """
import sys
from pathlib import Path
from time import perf_counter
from tracemark.store.embedded import EmbeddedEngine

with EmbeddedEngine.open(Path(sys.argv[1])) as engine, engine.connect() as connection:
    print("ready", flush=True)
    for line in sys.stdin:
        times, form, sql = line.rstrip("\\n").split("\\t")
        started = perf_counter()
        for _ in range(int(times)):
            connection.run(sql, form).data
        print(perf_counter() - started, flush=True)
"""


class Http:
    """One kept connection to the server, as its writer."""

    def __init__(self, config: StoreConfig) -> None:
        """Connect."""
        found = config.endpoint()
        self._connection = HTTPConnection(found.host, found.port, timeout=120)
        self._login = {"X-ClickHouse-User": found.user, "X-ClickHouse-Key": found.password}
        self.ask(SMALL)

    def ask(self, sql: str, body: bytes = b"") -> bytes:
        """The answer to a statement."""
        path = "/?" + urlencode({"query": sql, "database": "tracemark"})
        self._connection.request("POST", path, body, self._login)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise SystemExit(content.decode(errors="replace"))
        return content


class Bare:
    """The engine in a process of its own, asked without HTTP."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Speaks through the process's pipes."""
        self._process = process

    def seconds(self, sql: str, form: str = "Null", times: int = 1) -> float:
        """How long `times` runs of a statement took inside that process."""
        if self._process.stdin is None or self._process.stdout is None:
            raise SystemExit("the engine's process has no pipes")
        self._process.stdin.write(f"{times}\t{form}\t{sql}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"the engine's process ended at: {sql}")
        return float(line)


@contextmanager
def bare_engine(data: Path) -> Generator[Bare]:
    """Started, and ended with the block."""
    command = [sys.executable, "-c", BARE, str(data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None or process.stdin is None or not process.stdout.readline():
            raise SystemExit("the engine did not start; see above")
        yield Bare(process)
        process.stdin.close()


def in_turns(http: Callable[[], float], bare: Callable[[], float]) -> tuple[float, float]:
    """Medians of both, measured by turns; the first round warms up."""
    pairs = [(http(), bare()) for _ in range(RUNS + 1)][1:]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def small(report: Report, http: Http, bare: Bare, times: int) -> None:
    """Requests that ask for nothing."""

    def ask() -> float:
        started = time.perf_counter()
        for _ in range(times):
            http.ask(SMALL)
        return time.perf_counter() - started

    over, without = in_turns(ask, lambda: bare.seconds(SMALL, "TSV", times))
    report.add("SELECT 1, one after another, per second", times / over, times / without, without / over)


def down(report: Report, http: Http, bare: Bare, rows: int) -> None:
    """An answer of many megabytes, made while it is sent."""
    sql, mib = DOWN.format(rows=rows), rows * ROW_BYTES / 2**20
    plain = sql.removesuffix(" FORMAT RowBinary")
    over, without = in_turns(lambda: timed(lambda: http.ask(sql)), lambda: bare.seconds(plain, "RowBinary"))
    report.add(f"answer of {mib:.0f} MiB, MiB/s", mib / over, mib / without, without / over)


def up(report: Report, http: Http, bare: Bare, rows: int, where: Path) -> None:
    """An insert of many megabytes, into a MergeTree table: over HTTP as a body, bare from a file."""
    body = http.ask(DOWN.format(rows=rows))
    file, mib = where / "body.bin", len(body) / 2**20
    file.write_bytes(body)
    http.ask(TABLE)
    bare.seconds(TABLE)
    from_file = f"INSERT INTO up SELECT * FROM file('{file}', 'RowBinary', 'n UInt64, s String')"
    over, without = in_turns(
        lambda: timed(lambda: http.ask("INSERT INTO up FORMAT RowBinary", body)), lambda: bare.seconds(from_file)
    )
    report.add(f"insert of {mib:.0f} MiB, MiB/s", mib / over, mib / without, without / over)


def main() -> None:
    """Run and print."""
    told = arguments(__doc__, rows=1_000_000, requests=300)
    with folder() as where, embedded_store(where / "served") as config, bare_engine(where / "bare") as bare:
        http = Http(config)
        report = Report("The embedded server beside the bare engine", ("over HTTP", "bare engine", "ratio"))
        small(report, http, bare, told.requests)
        down(report, http, bare, told.rows)
        up(report, http, bare, told.rows, where)
        report.write(told.json)


if __name__ == "__main__":
    main()
