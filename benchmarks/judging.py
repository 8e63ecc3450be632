"""What judging costs the drain: `python benchmarks/judging.py [--events N] [--emitted N] [--json FILE]`.

A store with the last four weeks of a busy service, served by `tracemark up`; one process emits as in `spine.py`: while nothing
else happens, then while the duties are judged without a pause. How long a judgement takes, and the end in the middle of one.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from boards import DAYS, seed
from measuring import Report, arguments, folder, timed
from spine import measure
from support.up import Up

PAUSE_S = 0.01
LOOK_S = 0.2


def judgements(up: Up) -> int:
    """How many were begun."""
    return int(up.rows("SELECT uniqExact(judged_at) AS n FROM duty_results")[0]["n"])


def until(up: Up, wanted: int) -> Callable[[], None]:
    """Waits for the beginning of a judgement."""

    def wait() -> None:
        while judgements(up) < wanted:
            time.sleep(LOOK_S)

    return wait


def main() -> None:
    """Run and print."""
    told = arguments(__doc__, events=10_000_000, emitted=30_000)
    columns = ("emitted/s", "stored/s", "visible p50 ms", "visible p99 ms", "one look ms")
    with folder() as where:
        data = where / "data"
        with Up(data) as up, up.store() as store:
            seed(store, told.events, datetime.now(UTC) - timedelta(days=DAYS))
        report = Report(f"Draining beside judgements of {told.events:,} events", columns)
        with Up(data) as up:
            measure(report, "nothing else", up, f"embedded://{data}", told.emitted)
        with Up(data, judge_every=PAUSE_S) as up:
            until(up, 1)()
            measure(report, "judged without a pause", up, f"embedded://{data}", told.emitted)
            until(up, judgements(up) + 1)()
            print(f"\none judgement: {timed(until(up, judgements(up) + 1)):.1f} s")
            print(f"the end in the middle of one: {timed(up.stop):.1f} s")
    report.write(told.json)


if __name__ == "__main__":
    main()
