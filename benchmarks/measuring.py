"""What the benchmarks share: a table that is also JSON, percentiles, the machine, and real servers to measure against."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracemark.store import StoreConfig

# Real brokers and `tracemark up` are started with what the tests start them with.
sys.path.append(str(Path(__file__).parent.parent / "tests"))


@dataclass
class Report:
    """Rows of figures under one heading; printed as they come, and written as JSON at the end."""

    what: str
    columns: Sequence[str]
    rows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def __post_init__(self) -> None:
        """Print the heading, and what it was measured on."""
        print(f"{self.what}\n{machine()}\n\n| | {' | '.join(self.columns)} |")
        print(f"| --- |{' ---: |' * len(self.columns)}")

    def add(self, name: str, *figures: float | None) -> None:
        """One row, in the order of the columns; None where there is no figure."""
        self.rows.append({"name": name, **dict(zip(self.columns, figures, strict=True))})
        print(f"| {name} | {' | '.join(shown(figure) for figure in figures)} |", flush=True)

    def write(self, path: Path | None) -> None:
        """As one JSON document, if anybody wants it."""
        if path is not None:
            told = {"what": self.what, "machine": machine(), "rows": self.rows}
            path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def shown(figure: float | None) -> str:
    """Three digits that mean something."""
    if figure is None:
        return ""
    digits = 0 if abs(figure) >= 100 else 1 if abs(figure) >= 10 else 2
    return f"{figure:,.{digits}f}"


def arguments(doc: str | None, **options: int) -> argparse.Namespace:
    """The command line: numbers with their defaults, and `--json FILE`."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in options.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser.parse_args()


def machine() -> str:
    """Cores, how busy they are, and which code this is: a figure means little without."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    commit = found.stdout.strip() or "unknown"
    return f"{cores} cores, load average {load:.1f}, CPython {platform.python_version()}, commit {commit}"


def timed(action: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def percentile(values: Sequence[float], per_mille: int) -> float:
    """Of sorted or unsorted values, the one that `per_mille` of a thousand do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * per_mille // 1000)]


@contextmanager
def folder() -> Generator[Path]:
    """A directory of this run's own; set TMPDIR to measure another disk."""
    with tempfile.TemporaryDirectory(prefix="tracemark-benchmark-") as path:
        yield Path(path)


@contextmanager
def embedded_store(data: Path) -> Generator[StoreConfig]:
    """The embedded server, in a process of its own."""
    command = [sys.executable, "-m", "tracemark.store.embedded", "--data", str(data), "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        if server.stdout is None or not server.stdout.readline():
            raise SystemExit("the embedded server did not start; see above")
        try:
            yield StoreConfig.embedded(data)
        finally:
            server.terminate()


@contextmanager
def kafka_broker() -> Generator[str | None]:
    """`host:port` of a real broker: `TRACEMARK_TEST_KAFKA`, else one started as the tests do; None where neither can be had."""
    from support.kafka import KafkaBroker, KafkaUnavailable, broker_from  # noqa: PLC0415 - found through the line at the top

    with ExitStack() as stack:
        try:
            broker = broker_from(os.environ, stack.enter_context(folder()))
        except KafkaUnavailable as reason:
            print(f"without a broker: {reason}", file=sys.stderr)
            yield None
            return
        if isinstance(broker, KafkaBroker):
            stack.callback(broker.close)
        yield broker.bootstrap


def text_of(size: int, language: str) -> str:
    """Prose of `size` bytes in UTF-8."""
    sentence = {
        "en": "The quick brown fox jumps over the lazy dog, and nobody knows exactly why it always does so. ",
        "zh": "生成式人工智能服务应当依法标识其生成的内容，并保存相关日志以备查验。",
    }[language]
    prose = (sentence * (size // len(sentence.encode()) + 1)).encode()[:size]
    return prose.decode(errors="ignore")
