"""The command itself: the story, told while it happens."""

import os
import secrets
import shlex
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from tracemark.cli.demo.duties import Duties, judged_duties
from tracemark.cli.demo.featured import Featured
from tracemark.cli.demo.stage import Performer, running_up
from tracemark.cli.demo.verdict import TraceRun, settled_account, trace_text
from tracemark.cli.demo.world import SERVICES
from tracemark.cli.errors import ExitCode
from tracemark.cli.options import JsonOption
from tracemark.cli.output import emit, note, progress, say
from tracemark.cli.processes import interrupt_on_sigterm, stop_on_signals, wait_until
from tracemark.query.accounting import Accounting

__all__ = ["demo"]

_LEAST_EVENTS = 60
_SERVICE_S = 300.0
_DRAIN_S = 60.0


def demo(
    *,
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="Where the demo lives; kept afterwards.", file_okay=False)
    ] = Path("tracemark-demo"),
    events: Annotated[
        int, typer.Option("--events", metavar="N", help="About how many events.", min=_LEAST_EVENTS)
    ] = 900,
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Port 0 takes a free one.")] = "127.0.0.1:0",
    serve: Annotated[bool, typer.Option("--serve", help="Go on serving it until Ctrl-C, to look around.")] = False,
    json: JsonOption = False,
) -> None:
    """Run a small world end to end: services, events, a kill, a trace from a text, an account that closes, and the duties.

    Exit 0 only when the trace found the right chain and the account closes.
    """
    interrupt_on_sigterm()
    data = data.absolute()
    folder = data / "demo"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    featured = Featured.make(secrets.token_hex(3))
    found = folder / "found.txt"
    found.write_text(featured.found, encoding="utf-8")
    tell = _Teller(quiet=json)
    tell(f"1. Embedded mode in {data}: the store, its HTTP interface and the journal drain in one process")
    with running_up(data, listen, folder / "up.log") as url:
        tell(f"   it answers at {url}")
        known = _perform(data, events, featured, tell)
        run, accounting = trace_text(data, found, known["request_id"]), settled_account(data, within_s=_DRAIN_S)
        duties = judged_duties(data)
        result = _result(data, url, known, run, accounting) | {"duties": duties.to_dict()}
        emit(result, json=json, human=lambda: _show(data, found, run, accounting, duties))
        if serve:
            if not json:
                _next_steps(data, found, known, served=True)
            note(f"serving {data} at {url} until Ctrl-C")
            wait_until(stop_on_signals())
    if not json and not serve:
        _next_steps(data, found, known, served=False)
    raise typer.Exit(ExitCode.FINE if result["ok"] else ExitCode.NO)


class _Teller:
    """Tells the story, unless a program listens."""

    def __init__(self, *, quiet: bool) -> None:
        self._say = note if quiet else say

    def __call__(self, line: str) -> None:
        self._say(line)


def _perform(data: Path, events: int, featured: Featured, tell: _Teller) -> dict[str, str]:
    """Let the services work; what the first of them knows about the featured exchange."""
    names = ", ".join(service.service_id for service in SERVICES)
    tell(f"2. Three services at work, each a process with the SDK: {names}")
    lock = threading.Lock()
    with progress(events, "events") as advance:

        def counted(more: int) -> None:
            with lock:
                advance(more)

        performers = [Performer(job, counted) for job in _jobs(data, events, featured)]
        try:
            for performer in performers:
                performer.finish(_SERVICE_S)
        finally:
            for performer in performers:
                performer.stop()
    tell(
        f"   {performers[-1].service_id} was killed (SIGKILL) in the middle of its work; the drain takes over its journal"
    )
    return performers[0].featured


def _jobs(data: Path, events: int, featured: Featured) -> list[dict[str, Any]]:
    share = events // len(SERVICES)
    last = len(SERVICES) - 1
    return [
        {
            "data": str(data),
            "service_id": service.service_id,
            "events": share,
            "seed": secrets.randbelow(1 << 30),
            "featured": featured.to_dict() if number == 0 else None,
            "to_be_killed": number == last,
        }
        for number, service in enumerate(SERVICES)
    ]


def _result(data: Path, url: str, known: dict[str, str], run: TraceRun, accounting: Accounting) -> dict[str, Any]:
    return {
        "ok": run.is_right and accounting.closes and accounting.in_journal == 0,
        "data": data,
        "url": url,
        "featured": known,
        "trace_is_right": run.is_right,
        "trace": run.answer,
        "accounting": accounting.to_dict(),
    }


def _show(data: Path, found: Path, run: TraceRun, accounting: Accounting, duties: Duties) -> None:
    say("3. Somebody copied this from a screen; its markup is gone, the label came along:")
    for line in found.read_text(encoding="utf-8").splitlines():
        say(f"   │ {line}")
    say(f"   $ {_typed('trace', data, '--text-file', found)}")
    say()
    sys.stdout.flush()
    command = [sys.executable, "-m", "tracemark.cli.main", "trace", "--data", str(data), "--text-file", str(found)]
    subprocess.run(command, check=False, env=dict(os.environ))  # noqa: S603 - ourselves
    say()
    say("   the right chain" if run.is_right else "   NOT the chain that the service recorded: please report this")
    say("4. The account of every event:")
    say(f"   {accounting.line}")
    say("   it closes" if accounting.closes else "   it does NOT close: please report this")
    say("5. The duties of a service for the mainland public, judged on these events; some fail on purpose:")
    counts = duties.counts
    say(
        f"   {counts['pass']} pass · {counts['fail']} fail · {counts['no_evidence']} have no evidence, which is not a pass"
    )
    for duty, sentence, breaches, judged, trace in duties.failing:
        say(f"   {duty} fails for {breaches} of {judged}: {sentence}")
        say(f"     {_typed('trace', data, *shlex.split(trace)[2:])}")


def _next_steps(data: Path, found: Path, known: dict[str, str], *, served: bool) -> None:
    say()
    say("What to try next, in another terminal:" if served else "What to try next:")
    if not served:
        say(f"   {_typed('up', data)} &")
    say(f"   {_typed('trace', data, '--text-file', found)}")
    say(f"   {_typed('trace', data, '--case', known['case_id'])}")
    say(f"   {_typed('trace', data, '--user', 'u-7')}")
    say(f"   {_typed('obligations', data, '--settle', '0')}")
    say(f"   {_typed('dashboards preview', data, 'overview', '--out', data / 'demo' / 'overview.html')}")
    say(f"   {_typed('doctor', data)}")
    sys.stdout.flush()


def _typed(command: str, data: Path, *arguments: str | Path) -> str:
    """A command line that works when typed here, whether or not this installation is on the PATH."""
    installed = Path(sys.executable).with_name("tracemark")
    on_path = shutil.which("tracemark")
    program = "tracemark" if on_path and Path(on_path).resolve() == installed.resolve() else _short(installed)
    return shlex.join([program, *command.split(), "--data", _short(data), *(_short(part) for part in arguments)])


def _short(path: str | Path) -> str:
    """A path below the current directory without it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if isinstance(path, Path) and path.is_relative_to(here) else str(path)
