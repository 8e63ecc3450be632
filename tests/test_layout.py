"""The tree keeps its promises: one import root, typed portions, documented tests, nothing that belongs elsewhere."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("producers", "consumers", "schemas", "dashboards")
PORTIONS = sorted(
    p for root in SOURCES for p in (ROOT / root / "tracemark").iterdir() if p.is_dir() and p.name[0] != "_"
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))

each_portion = pytest.mark.parametrize("portion", PORTIONS, ids=lambda p: p.name)


def tracked() -> list[Path]:
    """Every file that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("root", SOURCES)
def test_no_file_lies_in_the_namespace_itself(root: str) -> None:
    """A stray `__init__.py` in one source folder would hide the portions of all others."""
    assert [p.name for p in (ROOT / root / "tracemark").iterdir() if p.is_file()] == []


@each_portion
def test_every_portion_is_a_typed_package(portion: Path) -> None:
    """Types reach the users of each portion."""
    assert (portion / "__init__.py").exists()
    assert (portion / "py.typed").exists()


def test_portions_have_names_of_their_own() -> None:
    """No two source folders hold the same portion."""
    assert len({p.name for p in PORTIONS}) == len(PORTIONS)


def test_every_portion_is_under_the_import_contracts() -> None:
    """A new portion is added to the contracts and to the wheel."""
    contracts = PROJECT["tool"]["importlinter"]
    assert {f"tracemark.{p.name}" for p in PORTIONS} == set(contracts["root_packages"])
    layers = " ".join(contracts["contracts"][0]["layers"])
    assert all(re.search(rf"\btracemark\.{p.name}\b", layers) for p in PORTIONS)
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == [
        f"{root}/tracemark" for root in ("producers", "consumers", "schemas", "dashboards")
    ]


@each_portion
def test_what_a_portion_exports_exists_in_order(portion: Path) -> None:
    """`__all__` is explicit, sorted and true."""
    module = importlib.import_module(f"tracemark.{portion.name}")
    exported: list[str] = list(getattr(module, "__all__", []))
    assert all(hasattr(module, name) for name in exported)
    assert len(set(exported)) == len(exported)


def test_the_sdk_needs_kafka_python_and_fastavro_alone() -> None:
    """Other people's services import it: its base dependencies are two."""
    names = [re.split(r"[<>=\[ ]", dependency)[0] for dependency in PROJECT["project"]["dependencies"]]
    assert sorted(names) == ["fastavro", "kafka-python"]


def test_importing_the_sdk_loads_nothing_of_the_consumers() -> None:
    """No ClickHouse client, no command-line library, no Grafana in a service's process."""
    source = "import sys, tracemark.sdk; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout.split()
    roots = {name.split(".")[0] for name in loaded}
    assert roots & {"clickhouse_connect", "chdb", "typer", "rich", "grafana_client", "cryptography", "cheroot"} == set()
    assert not {"tracemark.sink", "tracemark.store", "tracemark.query", "tracemark.cli"} & set(loaded)


@pytest.mark.parametrize("path", TESTS, ids=lambda p: p.relative_to(ROOT / "tests").as_posix())
def test_every_test_states_the_behaviour(path: Path) -> None:
    """A test's docstring is one sentence about the product."""
    functions = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    ]
    silent = [node.name for node in functions if node.name.startswith("test_") and not ast.get_docstring(node)]
    assert silent == []


def test_modules_stay_small() -> None:
    """One purpose, one file: none beyond 400 lines but the generated ones."""
    generated = {"codecs.py", "events.py", "readers.py"}
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in tracked()
        if path.suffix == ".py" and path.name not in generated
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_nothing_reads_the_clock_or_the_environment_behind_our_back() -> None:
    """Time and environment are arguments: only the clock module and the commands look them up."""
    for path in tracked():
        relative = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and relative.startswith(SOURCES) and path.name != "clock.py":
            calls = [
                ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
            ]
            assert {"time.time", "datetime.now", "datetime.utcnow", "os.getenv"}.isdisjoint(calls), relative
