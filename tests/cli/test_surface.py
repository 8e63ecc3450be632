"""The command line itself: help, hints, exit codes, missing packages."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from support.up import tracemark
from tracemark.cli import options
from tracemark.cli._app import app
from tracemark.cli._commands import COMMANDS, load
from tracemark.cli.errors import EXTRAS, explain
from tracemark.store.config import ENV_DATA, ENV_STORE, ENV_STORE_PASSWORD

WITHOUT = """
import sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] == {module!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
sys.argv = ["tracemark", *{arguments!r}]
from tracemark.cli.main import main
main()
"""


def test_help_names_every_command() -> None:
    """`tracemark --help` lists each command with its line, exit 0."""
    shown = tracemark("--help", check=0).stdout
    for name, lazy in COMMANDS.items():
        assert f"{name} " in shown
        assert lazy.help in shown


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_and_json(name: str) -> None:
    """Each command, and each subcommand, explains itself and takes `--json`."""
    command = load(name)
    leaves = list(command.commands.values()) if isinstance(command, TyperGroup) else [command]
    for leaf in leaves:
        assert leaf.help
        assert any("--json" in parameter.opts for parameter in leaf.params), leaf.name


def test_help_needs_no_package_of_a_command() -> None:
    """Help does not import what only some commands need: it comes at once, whatever is installed."""
    code = "import sys, tracemark.cli._app; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not any(repr(module) in loaded for module in EXTRAS if module not in {"typer", "rich"})


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["trce"], "Did you mean 'trace'"),
        (["keys", "rotat"], "Did you mean 'rotate'"),
        (["schemas", "list", "--jso"], "--json"),
        (["demo", "--events", "many"], "--events"),
        (["demo", "--events", "1"], "--events"),
        (["keys", "backup"], "COPY"),
        (["up", "extra"], "extra"),
    ],
)
def test_a_mistyped_argument_gets_a_hint(arguments: list[str], hint: str) -> None:
    """Exit 2, and the text says what was meant or missing."""
    refused = tracemark(*arguments, check=2, fresh=True)
    assert hint in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not refused.stdout


@pytest.mark.parametrize(
    ("module", "arguments", "extra"),
    [
        ("typer", ["--help"], "tracemark[cli]"),
        ("clickhouse_connect", ["doctor"], "tracemark[sink]"),
        ("chdb", ["up", "--data", "{tmp}/d", "--listen", "127.0.0.1:0"], "tracemark[embedded]"),
        ("cheroot", ["up", "--data", "{tmp}/d"], "tracemark[embedded]"),
        ("grafana_client", ["dashboards", "push", "--grafana", "http://127.0.0.1:1"], "tracemark[dashboards]"),
    ],
)
def test_a_missing_package_names_its_extra(tmp_path: Path, module: str, arguments: list[str], extra: str) -> None:
    """Where an extra is not installed, the command says which one to install, exit 2."""
    filled = [argument.format(tmp=tmp_path) for argument in arguments]
    code = WITHOUT.format(module=module, arguments=filled)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "TRACEMARK_GRAFANA_TOKEN": "t", "TRACEMARK_GRAFANA_STORE": "clickhouse://reader@c:8123/t"},
    )
    assert done.returncode == 2, done.stderr
    assert extra in done.stderr
    assert "Traceback" not in done.stderr


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    """With --debug the cause can be seen; the exit code is the same."""
    assert "Traceback" in tracemark("--debug", "keys", "list", data=tmp_path, check=2, fresh=True).stderr


def test_an_unforeseen_error_shows_no_value() -> None:
    """The text of an error that nobody foresaw may hold somebody's words, so only its kind and place are shown."""
    shown = explain(KeyError("what the user typed"))
    assert "KeyError" in shown
    assert "what the user typed" not in shown


def test_environment_variables_are_those_of_the_store() -> None:
    """The options name the same variables as the store's own configuration."""
    text = Path(options.__file__).read_text()
    assert all(f'"{name}"' in text for name in (ENV_DATA, ENV_STORE))
    assert ENV_STORE_PASSWORD in text


def test_the_app_has_no_command_beside_the_table() -> None:
    """The table of commands is the whole command line."""
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    assert list(root.commands) == list(COMMANDS)


def test_the_operators_page_has_every_command() -> None:
    """Who runs TraceMark finds each command, with each of its sub-commands, in the table of one page."""
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        row = next((line for line in page.splitlines() if line.startswith(f"| `tracemark {name}")), "")
        command = load(name)
        parts = list(command.commands) if isinstance(command, TyperGroup) and name != "record" else []
        assert row, name
        assert all(part in row.split("|")[1] for part in parts), (name, row)


def test_schemas_are_listed_and_keep_the_rules() -> None:
    """`schemas list --json` names each type with its id; `schemas check` finds nothing wrong."""
    listed = json.loads(tracemark("schemas", "list", "--json", check=0).stdout)
    assert {"prompt.received", "output.generated", "label.applied", "moderation.action", "producer.session"} <= {
        row["event_type"] for row in listed
    }
    assert json.loads(tracemark("schemas", "check", "--json", check=0).stdout)["violations"] == []
