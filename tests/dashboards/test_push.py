"""Bringing the boards into a Grafana: idempotent and complete."""

import json
from dataclasses import replace
from importlib.metadata import version

import pytest

from support.fake_grafana import FakeGrafana
from support.pushing import STORE, config, dashboards_command
from tracemark.dashboards import boards
from tracemark.dashboards.deploy import Datasource, compare, push
from tracemark.dashboards.errors import PushFailed
from tracemark.dashboards.grafana import GrafanaConfig
from tracemark.dashboards.versions import LANGUAGES

BOARDS = {board["uid"] for language in LANGUAGES for board in boards(language)}


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


def test_alerts_link_to_where_the_runbooks_are_published(grafana: FakeGrafana) -> None:
    """Every rule links to its part of the page that was named, and another page is a change."""
    push(config(grafana), datasource=STORE, runbooks="https://wiki.example/alerts")
    links = {rule["annotations"]["runbook_url"] for rule in grafana.alerts["tracemark"]["rules"]}
    assert "https://wiki.example/alerts#canary" in links
    assert push(config(grafana), runbooks="https://wiki.example/alerts").alerts == "unchanged"
    assert push(config(grafana), runbooks="https://elsewhere.example").alerts == "updated"


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


def test_what_files_own_is_not_written(grafana: FakeGrafana) -> None:
    """A provisioned data source or board is left to its files, with a text that says so."""
    push(config(grafana), datasource=STORE)
    grafana.datasources["tracemark-clickhouse"]["readOnly"] = True
    with pytest.raises(PushFailed, match="provisioning files"):
        push(config(grafana), datasource=STORE)
    grafana.is_provisioned = True
    grafana.boards["tracemark-trace"][-1]["dashboard"]["title"] = "Mine"
    with pytest.raises(PushFailed, match="board tracemark-trace comes from Grafana's provisioning files"):
        push(config(grafana))


def test_rules_that_files_own_are_compared_where_they_are(grafana: FakeGrafana) -> None:
    """Grafana puts provisioned rules into a folder of its own making: the same ones are fine, other ones wait for new files."""
    push(config(grafana), datasource=STORE)
    group = grafana.alerts["tracemark"]
    group["folderUid"] = "made-by-grafana"
    for rule in group["rules"]:
        rule.update(provenance="file", folderUID="made-by-grafana")
    assert differences(grafana) == {}
    assert push(config(grafana)).alerts == "unchanged"
    group["rules"].pop()
    with pytest.raises(PushFailed, match="alert rules tracemark comes from Grafana's provisioning files"):
        push(config(grafana))


def test_a_rule_that_somebody_moved_is_brought_back(grafana: FakeGrafana) -> None:
    """Rules that no file owns belong into the boards' folder."""
    push(config(grafana), datasource=STORE)
    grafana.alerts["tracemark"]["folderUid"] = "elsewhere"
    assert push(config(grafana)).alerts == "created"
    assert grafana.alerts["tracemark"]["folderUid"] == "tracemark"


def test_the_command_pushes_and_compares(grafana: FakeGrafana) -> None:
    """`push` and `diff` work from a shell, with every secret in the environment; `diff` exits 1 while something differs."""
    secrets = {"TRACEMARK_GRAFANA_TOKEN": grafana.token, "TRACEMARK_GRAFANA_STORE_PASSWORD": "x"}
    assert dashboards_command("diff", "--grafana", grafana.url, **secrets).returncode == 1
    url = "clickhouse://grafana@clickhouse:8123/tracemark"
    pushed = dashboards_command("push", "--grafana", grafana.url, "--datasource", url, "--json", **secrets)
    assert pushed.returncode == 0, pushed.stderr
    assert set(json.loads(pushed.stdout)["boards"].values()) == {"created"}
    assert dashboards_command("diff", "--grafana", grafana.url, **secrets).returncode == 0
    assert dashboards_command("diff", "--grafana", grafana.url, "--datasource", url, **secrets).returncode == 0
    grafana.alerts["tracemark"]["rules"].pop()
    changed = dashboards_command("diff", "--grafana", grafana.url, **secrets)
    assert changed.returncode == 1
    assert "alert rules tracemark: differs" in changed.stdout
    assert "folder tracemark: same" in changed.stdout


def test_the_command_checks_the_files() -> None:
    """`build --check` and `lint` pass on a clean checkout, in one JSON document each."""
    assert json.loads(dashboards_command("build", "--check", "--json").stdout) == {"changed": []}
    assert json.loads(dashboards_command("lint", "--json").stdout) == {"problems": []}
