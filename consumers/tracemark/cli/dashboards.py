"""`tracemark dashboards`: build, check, compare and push the Grafana boards."""

import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

from tracemark.cli.errors import CommandError, ExitCode
from tracemark.cli.options import JUDGE_AT_MOST_S, DataOption, JsonOption, StoreOption, often_enough
from tracemark.cli.output import emit, note, say, table
from tracemark.cli.stores import store_config
from tracemark.dashboards import boards, differing, problems, stored, write
from tracemark.dashboards.macros import ALL, TimeRange, Value
from tracemark.dashboards.panels import Json
from tracemark.dashboards.preview import Answer, page
from tracemark.dashboards.versions import DATASOURCE_UID, LANGUAGES
from tracemark.schemas.clock import SystemClock
from tracemark.store import Store
from tracemark.store.config import StoreConfig

if TYPE_CHECKING:
    from tracemark.dashboards.deploy import Datasource

__all__ = ["ENV_DATASOURCE", "ENV_DATASOURCE_PASSWORD", "ENV_RUNBOOKS", "Patience", "app"]

ENV_DATASOURCE = "TRACEMARK_GRAFANA_STORE"
"""The store as Grafana reaches it, e.g. `clickhouse://reader@clickhouse:8123/tracemark`: a user who may only read."""

ENV_DATASOURCE_PASSWORD = "TRACEMARK_GRAFANA_STORE_PASSWORD"  # noqa: S105 - the name of a variable, not a password
"""That user's password."""

ENV_RUNBOOKS = "TRACEMARK_RUNBOOKS"
"""Where `docs/alerts.md` is published, for people whom an alert wakes."""

app = typer.Typer(help="The Grafana boards: build, check, push.", no_args_is_help=True)

GrafanaOption = Annotated[
    str | None,
    typer.Option(
        "--grafana",
        metavar="URL",
        envvar="TRACEMARK_GRAFANA_URL",
        help="http://host:3000; the token comes from TRACEMARK_GRAFANA_TOKEN.",
    ),
]

DatasourceOption = Annotated[
    str | None,
    typer.Option(
        "--datasource",
        metavar="URL",
        envvar=ENV_DATASOURCE,
        help="The data source, too: the store as Grafana reaches it, with a user who may only read.",
    ),
]

RunbooksOption = Annotated[
    str,
    typer.Option(
        "--runbooks",
        metavar="URL",
        envvar=ENV_RUNBOOKS,
        help="Where you publish docs/alerts.md: each alert then links to its part of it. What to do is in the alert anyway.",
    ),
]


@app.command()
def build(
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a file is stale.")] = False,
    json: JsonOption = False,
) -> None:
    """Write the boards' JSON from their builders."""
    changed = [_short(path) for path in (differing() if check else write())]
    verb = "is stale: run tracemark dashboards build" if check else "written"

    def human() -> None:
        for path in changed:
            say(f"{path} {verb}")
        if not changed:
            say("the boards' files are up to date")

    emit({"changed": changed}, json=json, human=human)
    raise typer.Exit(ExitCode.NO if check and changed else ExitCode.FINE)


@app.command()
def lint(*, json: JsonOption = False) -> None:
    """Check that every board keeps the rules that keep it from failing or lying."""
    found = [problem for language in LANGUAGES for problem in problems(boards(language))]

    def human() -> None:
        for problem in found:
            say(problem)
        if not found:
            say(f"{sum(len(boards(language)) for language in LANGUAGES)} boards keep the rules")

    emit({"problems": found}, json=json, human=human)
    raise typer.Exit(ExitCode.NO if found else ExitCode.FINE)


@app.command()
def diff(
    *,
    grafana: GrafanaOption = None,
    datasource: DatasourceOption = None,
    runbooks: RunbooksOption = "",
    json: JsonOption = False,
) -> None:
    """Show how folders, data source, boards and alert rules in Grafana differ from the generated ones; exit 1 when they do."""
    from tracemark.dashboards.deploy import compare  # noqa: PLC0415 - build and lint need no grafana-client
    from tracemark.dashboards.grafana import GrafanaConfig  # noqa: PLC0415 - likewise

    states = compare(
        GrafanaConfig.from_env(os.environ, url=grafana), datasource=_datasource(datasource), runbooks=_link(runbooks)
    )

    def human() -> None:
        for state in states:
            verdict = "same" if state.is_same else "differs" if state.is_there else "missing"
            say(f"{state.kind} {state.uid}: {verdict}")
            for line in state.lines:
                say(line)

    emit([asdict(state) for state in states], json=json, human=human)
    raise typer.Exit(ExitCode.FINE if all(state.is_same for state in states) else ExitCode.NO)


@app.command()
def push(
    *,
    grafana: GrafanaOption = None,
    datasource: DatasourceOption = None,
    runbooks: RunbooksOption = "",
    json: JsonOption = False,
) -> None:
    """Bring folders, boards and, when named, the data source into Grafana; may be repeated."""
    from tracemark.dashboards.alerts import GROUP  # noqa: PLC0415 - build and lint need no grafana-client
    from tracemark.dashboards.deploy import push as bring  # noqa: PLC0415 - likewise
    from tracemark.dashboards.grafana import GrafanaConfig  # noqa: PLC0415 - likewise

    report = bring(
        GrafanaConfig.from_env(os.environ, url=grafana),
        datasource=_datasource(datasource),
        runbooks=_link(runbooks),
        pause=Patience(),
    )

    def human() -> None:
        rows = [
            *(("folder", uid, change) for uid, change in report.folders.items()),
            ("data source", DATASOURCE_UID, report.datasource or "as it is"),
            *(("board", uid, change) for uid, change in report.boards.items()),
            ("alert rules", GROUP, report.alerts),
        ]
        table(("what", "uid", "change"), rows)

    emit(asdict(report), json=json, human=human)


@app.command()
def preview(
    board: Annotated[
        str,
        typer.Argument(
            metavar="BOARD", help="overview, obligations, labels, …: the part of its uid behind tracemark-."
        ),
    ],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the page goes.", dir_okay=False)],
    store: StoreOption = None,
    data: DataOption = None,
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A variable of the board. May be repeated.")
    ] = None,
    hours: Annotated[float, typer.Option(min=0.01, metavar="HOURS", help="How far the time range goes back.")] = 24.0,
    language: Annotated[str, typer.Option("--lang", metavar="en|zh", help="Language of the board.")] = "en",
    json: JsonOption = False,
) -> None:
    """Draw a board as one HTML page, without Grafana: the same queries, another renderer."""
    found = _board(board, language)
    variables = _variables(found, values or [])
    now_ms = SystemClock().now_us() // 1000
    span_ms = round(hours * 3_600_000)
    time = TimeRange(from_ms=now_ms - span_ms, to_ms=now_ms, interval_ms=max(span_ms // 60, 1000))
    config = replace(store_config(store, data).as_reader(), client_name="tracemark-preview")  # a read like any other
    with Store(config, SystemClock()) as connected:

        def ask(sql: str) -> Answer:
            columns = connected.columns(sql)
            return Answer(columns.names, columns.data)

        out.write_text(page(found, ask, time, variables), encoding="utf-8")
    emit({"written": str(out)}, json=json, human=lambda: say(f"wrote {out}"))


@app.command("judge")
def judge_duties(
    *,
    store: StoreOption = None,
    data: DataOption = None,
    regime: Annotated[
        list[str] | None, typer.Option("--regime", metavar="NAME", help="Whose rules; cn. May be repeated.")
    ] = None,
    days: Annotated[float, typer.Option(min=1, metavar="DAYS", help="How far back events are judged.")] = 31.0,
    every: Annotated[
        float,
        typer.Option(
            "--every", metavar="SECONDS", min=0, help="Repeat; 0 for once.", callback=often_enough(JUDGE_AT_MOST_S)
        ),
    ] = 0.0,
    json: JsonOption = False,
) -> None:
    """Judge every duty and write the verdicts where the boards and alerts read them.

    On a ClickHouse server it first notes who read the audit data, from the server's query log, and records in the name of those who
    do not record themselves, to where TRACEMARK_URL says. Exit code 2 when a duty could not be judged; the others are.
    """
    from tracemark.cli._judgement import judge  # noqa: PLC0415 - the other commands need no catalogue
    from tracemark.cli.server_reads import server_door  # noqa: PLC0415 - likewise
    from tracemark.query.obligations import load_pack  # noqa: PLC0415 - likewise

    packs, clock = [load_pack(name) for name in regime or ["cn"]], SystemClock()
    with Store(store_config(store, data), clock) as connected, server_door(connected) as look:
        while True:
            look()
            as_of, whole = datetime.fromtimestamp(clock.now_us() / 1_000_000, UTC), True
            for pack in packs:
                done = judge(connected, pack, as_of, days=days)
                told = f"judged {done.duties} duties of {done.regime} as of {done.judged_at:%Y-%m-%d %H:%M:%S} UTC"
                emit(asdict(done), json=json, human=partial(say, told))
                for duty, why in done.trouble.items():
                    note(f"{duty} could not be judged, the boards show its last verdict: {why}")
                whole &= not done.trouble
            if not every:
                raise typer.Exit(ExitCode.FINE if whole else ExitCode.COULD_NOT_ASK)
            sleep(every)


class Patience:
    """Waits for a Grafana that does not answer yet, and says so once."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._said = False

    def __call__(self, seconds: float) -> None:
        """Sleep."""
        if not self._said:
            note("Grafana does not answer yet; trying again for half a minute")
        self._said = True
        sleep(seconds)


def _datasource(url: str | None) -> "Datasource | None":
    """The data source that `--datasource` names, with its password from the environment."""
    if url is None:
        return None
    from tracemark.dashboards.deploy import Datasource  # noqa: PLC0415 - build and lint need no grafana-client

    store = StoreConfig.parse(url, password=os.environ.get(ENV_DATASOURCE_PASSWORD, ""), reader=True)
    at = store.endpoint()
    if not at.password:
        raise CommandError(f"no password for the data source: set {ENV_DATASOURCE_PASSWORD}")
    return Datasource(
        host=at.host, port=at.port, user=at.user, password=at.password, database=store.database, secure=at.tls
    )


def _link(url: str) -> str:
    """A URL that browsers and mails can follow."""
    if url and not url.startswith(("https://", "http://")):
        raise CommandError("--runbooks wants a URL that people can follow: https://host/path/alerts.html")
    return url.partition("#")[0]


def _board(name: str, language: str) -> Json:
    boards_by_name = {
        known.removesuffix("-zh"): board
        for spoken in LANGUAGES
        if spoken == language
        for board in stored(spoken)
        for known in [board["uid"].removeprefix("tracemark-")]
    }
    if name not in boards_by_name:
        known = ", ".join(sorted(boards_by_name)) or f"languages {', '.join(LANGUAGES)}"
        raise CommandError(f"there is no such board: use one of {known}")
    return boards_by_name[name]


def _variables(board: Json, given: Sequence[str]) -> dict[str, Value]:
    """Those of the board as on opening, with `given` over them."""
    variables: dict[str, Value] = {
        variable["name"]: (ALL,) if variable["type"] == "query" else ""
        for variable in board["templating"]["list"]
        if variable["type"] != "datasource"
    }
    for text in given:
        name, sign, value = text.partition("=")
        if name not in variables or not sign:
            raise CommandError(f"--set takes NAME=VALUE with one of {', '.join(variables)}")
        variables[name] = (value,) if isinstance(variables[name], tuple) else value
    return variables


def _short(path: Path) -> str:
    return "/".join(path.parts[-3:])
