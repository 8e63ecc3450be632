"""Bringing the boards into a Grafana: idempotent, complete, and clear about what is wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from threading import Thread

import pytest

from support.fake_grafana import FakeGrafana, running_grafana
from support.kafka import free_port
from tracemark.dashboards import boards
from tracemark.dashboards.deploy import Datasource, compare, push
from tracemark.dashboards.errors import GrafanaRefused, GrafanaUnfit, GrafanaUnreachable, PushFailed
from tracemark.dashboards.grafana import GrafanaConfig, GrafanaConfigError
from tracemark.dashboards.versions import LANGUAGES

STORE = Datasource(host="clickhouse", port=8123, user="grafana", password="pa$$ word", database="tracemark")  # noqa: S106 - a test's own
BOARDS = {board["uid"] for language in LANGUAGES for board in boards(language)}


@pytest.fixture
def grafana() -> Iterator[FakeGrafana]:
    with running_grafana(FakeGrafana()) as running:
        yield running


def config(grafana: FakeGrafana) -> GrafanaConfig:
    return GrafanaConfig(url=grafana.url, token=grafana.token, timeout_s=5)


def test_a_first_push_brings_everything(grafana: FakeGrafana) -> None:
    """Folders, data source and boards are created, and each board names the release in its history."""
    report = push(config(grafana), datasource=STORE)
    assert report.grafana == "13.2.3"
    assert set(grafana.folders) == {"tracemark", "tracemark-zh"}
    assert set(report.boards) == set(grafana.boards) == BOARDS
    assert set(report.boards.values()) | {report.datasource} == {"created"}
    for versions in grafana.boards.values():
        assert versions[0]["message"] == f"tracemark {version('tracemark')}"
        assert versions[0]["folderUid"] in grafana.folders
    assert grafana.datasources["tracemark-clickhouse"]["jsonData"]["username"] == "grafana"


def test_boards_open_on_the_store_that_came_with_them(grafana: FakeGrafana) -> None:
    """Another ClickHouse may be there, and come first: the boards ask the data source that was pushed, by its own name."""
    grafana.datasources = {"a-first": {"uid": "a-first", "name": "A first", "type": "grafana-clickhouse-datasource"}}
    push(config(grafana), datasource=STORE)
    for versions in grafana.boards.values():
        chosen = versions[0]["dashboard"]["templating"]["list"][0]["current"]
        assert grafana.datasources[chosen["value"]]["name"] == chosen["text"]
        assert chosen["value"] != "a-first"


def test_alert_rules_come_along_and_are_kept(grafana: FakeGrafana) -> None:
    """The group is created, left alone, and brought back when somebody changed or added a rule."""
    assert push(config(grafana), datasource=STORE).alerts == "created"
    assert push(config(grafana)).alerts == "unchanged"
    grafana.alerts["tracemark"]["rules"][0]["noDataState"] = "OK"
    assert push(config(grafana)).alerts == "updated"
    grafana.alerts["tracemark"]["rules"].append({"uid": "mine"})
    assert push(config(grafana)).alerts == "updated"
    assert push(config(grafana)).alerts == "unchanged"


def test_a_second_push_leaves_one_copy_of_everything(grafana: FakeGrafana) -> None:
    """Nothing is doubled, and no new version of a board appears."""
    push(config(grafana), datasource=STORE)
    report = push(config(grafana), datasource=STORE)
    assert set(report.boards.values()) | set(report.folders.values()) | {report.datasource} == {"unchanged"}
    assert {uid: len(versions) for uid, versions in grafana.boards.items()} == dict.fromkeys(BOARDS, 1)
    assert len(grafana.folders) == 2
    assert len(grafana.datasources) == 1


def differences(grafana: FakeGrafana, datasource: Datasource | None = STORE) -> dict[str, tuple[str, ...]]:
    """What `compare` finds to be different, by kind and uid."""
    states = compare(config(grafana), datasource=datasource)
    return {f"{state.kind} {state.uid}": state.lines for state in states if not state.is_same}


def test_an_empty_grafana_lacks_everything(grafana: FakeGrafana) -> None:
    """Every folder, board, the data source and the rules are told as missing, and nothing is written by looking."""
    missing = compare(config(grafana))
    assert not any(state.is_there for state in missing)
    kinds = [state.kind for state in missing]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "folder": 2,
        "data source": 1,
        "board": len(BOARDS),
        "alert rules": 1,
    }
    assert grafana.writes == 0


def test_a_changed_board_is_brought_back(grafana: FakeGrafana) -> None:
    """What somebody changed through the API, or moved to another folder, is shown by `compare`, and mended by the next push."""
    push(config(grafana), datasource=STORE)
    grafana.boards["tracemark-trace"][-1]["dashboard"]["title"] = "Mine"
    grafana.boards["tracemark-labels-zh"][-1]["folderUid"] = "tracemark"
    found = differences(grafana)
    assert found.keys() == {"board tracemark-trace", "board tracemark-labels-zh"}
    assert any("Mine" in line for line in found["board tracemark-trace"])
    assert any("folderUid" in line for line in found["board tracemark-labels-zh"])
    report = push(config(grafana), datasource=STORE)
    assert {uid for uid, change in report.boards.items() if change == "updated"} == {
        "tracemark-trace",
        "tracemark-labels-zh",
    }
    assert differences(grafana) == {}


def test_everything_else_that_was_changed_is_shown_and_brought_back(grafana: FakeGrafana) -> None:
    """Folder, data source and alert rules, a rule too many included; of a rule only what was changed is shown."""
    push(config(grafana), datasource=STORE)
    grafana.folders["tracemark-zh"]["title"] = "Alt"
    grafana.datasources["tracemark-clickhouse"]["jsonData"]["host"] = "other"
    grafana.alerts["tracemark"]["rules"][0]["noDataState"] = "OK"
    grafana.alerts["tracemark"]["rules"].append({"uid": "mine", "title": "Added by hand"})
    found = differences(grafana)
    assert found.keys() == {"folder tracemark-zh", "data source tracemark-clickhouse", "alert rules tracemark"}
    assert [line for line in found["folder tracemark-zh"] if line.startswith(("- ", "+ "))] == [
        '- "title": "Alt"',
        '+ "title": "TraceMark 中文"',
    ]
    rules = [line for line in found["alert rules tracemark"] if line.startswith(("- ", "+ "))]
    assert any('"OK"' in line for line in rules)
    assert any("Added by hand" in line for line in rules)
    assert not any("rawSql" in line for line in rules)
    push(config(grafana), datasource=STORE)
    assert differences(grafana) == {}


def test_a_data_source_that_nobody_names_has_to_be_of_the_right_type(grafana: FakeGrafana) -> None:
    """Without `--datasource` another address is somebody's choice, another plugin is a difference; a password never shows."""
    push(config(grafana), datasource=STORE)
    grafana.datasources["tracemark-clickhouse"]["jsonData"]["host"] = "other"
    assert differences(grafana, None) == {}
    shown = "".join(differences(grafana)["data source tracemark-clickhouse"])
    assert STORE.password not in shown
    grafana.datasources["tracemark-clickhouse"]["type"] = "prometheus"
    assert differences(grafana, None).keys() == {"data source tracemark-clickhouse"}


def test_a_changed_store_is_written(grafana: FakeGrafana) -> None:
    """The data source follows the store; without one named, the one there is used as it is."""
    push(config(grafana), datasource=STORE)
    assert push(config(grafana), datasource=replace(STORE, host="other")).datasource == "updated"
    assert push(config(grafana)).datasource is None
    assert grafana.datasources["tracemark-clickhouse"]["jsonData"]["host"] == "other"


def test_a_renamed_folder_gets_its_name_back(grafana: FakeGrafana) -> None:
    """Folders are found by uid."""
    push(config(grafana), datasource=STORE)
    grafana.folders["tracemark"]["title"] = "Old"
    assert push(config(grafana)).folders["tracemark"] == "updated"
    assert grafana.folders["tracemark"]["title"] == "TraceMark"


def test_a_starting_grafana_is_waited_for(grafana: FakeGrafana) -> None:
    """The push asks the health route, which needs no login, until the database is ready."""
    grafana.starting = 3
    waits = list[float]()
    push(config(grafana), datasource=STORE, pause=waits.append)
    assert len(waits) == 3


def test_a_hidden_version_does_not_stop_the_push(grafana: FakeGrafana) -> None:
    """A Grafana that hides its version is taken as new enough."""
    grafana.version = None
    assert push(config(grafana), datasource=STORE).grafana == ""


def test_user_and_password_work_as_well(grafana: FakeGrafana) -> None:
    """Basic authentication is used where there is no token."""
    push(GrafanaConfig(url=grafana.url, user="admin", password="secret"), datasource=STORE)  # noqa: S106 - a test's own
    assert set(grafana.boards) == BOARDS


@pytest.mark.parametrize("told", ["11.6.0", "12.3.9", "12.3.9-pre"])
def test_an_old_grafana_is_refused(grafana: FakeGrafana, told: str) -> None:
    """Nothing is written, and the text names both versions."""
    grafana.version = told
    with pytest.raises(GrafanaUnfit, match=r"12\.4 or newer"):
        push(config(grafana), datasource=STORE)
    assert grafana.writes == 0


def test_a_missing_plugin_is_refused(grafana: FakeGrafana) -> None:
    """Nothing is written, and the text says how to install it."""
    grafana.plugins = ("prometheus",)
    with pytest.raises(GrafanaUnfit, match=r"GF_PLUGINS_PREINSTALL_SYNC=grafana-clickhouse-datasource@4\.20\.0"):
        push(config(grafana), datasource=STORE)
    assert grafana.writes == 0


def test_a_wrong_token_and_a_weak_one(grafana: FakeGrafana) -> None:
    """401 asks for another token, 403 for more rights; the token is in neither text."""
    with pytest.raises(GrafanaRefused, match="TRACEMARK_GRAFANA_TOKEN") as wrong:
        push(replace(config(grafana), token="glsa_wrong"))  # noqa: S106 - a test's own
    assert "glsa_wrong" not in str(wrong.value)
    grafana.role = "viewer"
    with pytest.raises(GrafanaUnfit, match="Admin is needed"):
        push(config(grafana), datasource=STORE)
    grafana.role = "editor"
    with pytest.raises(GrafanaUnfit, match="Admin is needed"):
        push(config(grafana), datasource=STORE)
    with pytest.raises(GrafanaRefused, match="role Admin"):
        compare(config(grafana), datasource=STORE)
    assert grafana.writes == 0


def test_nothing_answers() -> None:
    """A closed port is told from a wrong token."""
    with pytest.raises(GrafanaUnreachable, match="no connection"):
        push(GrafanaConfig(url=f"http://127.0.0.1:{free_port()}", token="x"), ready_within_s=0)  # noqa: S106 - a test's own


def test_something_else_answers() -> None:
    """A web server that is no Grafana is named as such."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>hello</html>")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Other)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    with pytest.raises(GrafanaUnreachable, match="not Grafana"):
        push(GrafanaConfig(url=f"http://127.0.0.1:{server.server_port}", token="x"), ready_within_s=0)  # noqa: S106 - a test's own
    server.shutdown()
    server.server_close()
    thread.join()


def test_no_data_source_and_a_sick_one(grafana: FakeGrafana) -> None:
    """Without a store named there must be a data source; and it must be able to read."""
    with pytest.raises(PushFailed, match="--datasource"):
        push(config(grafana))
    grafana.store_answers = False
    with pytest.raises(PushFailed, match="connection refused"):
        push(config(grafana), datasource=STORE)


def test_what_files_own_is_not_written(grafana: FakeGrafana) -> None:
    """A provisioned data source or board is left to its files, with a text that says so."""
    push(config(grafana), datasource=STORE)
    grafana.datasources["tracemark-clickhouse"]["readOnly"] = True
    with pytest.raises(PushFailed, match="provisioning files"):
        push(config(grafana), datasource=STORE)
    grafana.is_provisioned = True
    grafana.boards["tracemark-trace"][-1]["dashboard"]["title"] = "Mine"
    with pytest.raises(PushFailed, match="Cannot save provisioned"):
        push(config(grafana))


@pytest.mark.parametrize(
    ("environ", "url", "why"),
    [
        ({}, None, "TRACEMARK_GRAFANA_URL"),
        ({}, "http://g:3000", "TRACEMARK_GRAFANA_TOKEN"),
        ({"TRACEMARK_GRAFANA_TOKEN": "x"}, "g:3000", "scheme"),
        ({"TRACEMARK_GRAFANA_TOKEN": "x"}, "http://admin:hunter2@g:3000", "holds credentials"),
        ({"TRACEMARK_GRAFANA_TOKEN": "x"}, "http://g:port", "cannot be read"),
    ],
)
def test_unusable_settings_are_refused(environ: Mapping[str, str], url: str | None, why: str) -> None:
    """The text names what to set, and never shows a secret."""
    with pytest.raises(GrafanaConfigError, match=why) as refused:
        GrafanaConfig.from_env(environ, url=url)
    assert "hunter2" not in str(refused.value)


def test_secrets_are_not_in_any_repr() -> None:
    """Neither the token nor a password is shown."""
    shown = repr(GrafanaConfig(url="http://g", token="s3cret", user="u", password="s3cret")) + repr(STORE)  # noqa: S106 - a test's own
    assert "s3cret" not in shown
    assert STORE.password not in shown


def tracemark(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tracemark.cli.main", "dashboards", *arguments]
    return subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False)


def test_the_command_pushes_and_compares(grafana: FakeGrafana) -> None:
    """`push` and `diff` work from a shell, with every secret in the environment; `diff` exits 1 while something differs."""
    secrets = {"TRACEMARK_GRAFANA_TOKEN": grafana.token, "TRACEMARK_GRAFANA_STORE_PASSWORD": "x"}
    assert tracemark("diff", "--grafana", grafana.url, **secrets).returncode == 1
    url = "clickhouse://grafana@clickhouse:8123/tracemark"
    pushed = tracemark("push", "--grafana", grafana.url, "--datasource", url, "--json", **secrets)
    assert pushed.returncode == 0, pushed.stderr
    assert set(json.loads(pushed.stdout)["boards"].values()) == {"created"}
    assert tracemark("diff", "--grafana", grafana.url, **secrets).returncode == 0
    assert tracemark("diff", "--grafana", grafana.url, "--datasource", url, **secrets).returncode == 0
    grafana.alerts["tracemark"]["rules"].pop()
    changed = tracemark("diff", "--grafana", grafana.url, **secrets)
    assert changed.returncode == 1
    assert "alert rules tracemark: differs" in changed.stdout
    assert "folder tracemark: same" in changed.stdout


def test_the_command_checks_the_files() -> None:
    """`build --check` and `lint` pass on a clean checkout, in one JSON document each."""
    assert json.loads(tracemark("build", "--check", "--json").stdout) == {"changed": []}
    assert json.loads(tracemark("lint", "--json").stdout) == {"problems": []}


def test_the_command_says_what_is_missing(grafana: FakeGrafana) -> None:
    """Without credentials the exit code is 2 and the text names the variables."""
    told = tracemark("push", "--grafana", grafana.url, TRACEMARK_GRAFANA_TOKEN="")
    assert told.returncode == 2
    assert "TRACEMARK_GRAFANA_TOKEN" in told.stderr
    secrets = {"TRACEMARK_GRAFANA_TOKEN": "x", "TRACEMARK_GRAFANA_STORE_PASSWORD": ""}
    nameless = tracemark("push", "--grafana", grafana.url, "--datasource", "clickhouse://r@h/d", **secrets)
    assert nameless.returncode == 2
    assert "TRACEMARK_GRAFANA_STORE_PASSWORD" in nameless.stderr
