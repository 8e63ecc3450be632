"""The compose file against the code: names, versions, users and ports that must agree, and what its author promised."""

import os
import re
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
import yaml

import tracemark.sdk.broker.config as broker_config
import tracemark.sdk.config as sdk_config
import tracemark.sink.config as sink_config
from support.kafka import Kafka
from support.kafka_jars import KAFKA_VERSION
from support.waiting import eventually
from tracemark.cli.dashboards import ENV_DATASOURCE, ENV_DATASOURCE_PASSWORD
from tracemark.dashboards import stored
from tracemark.dashboards.alerts import PROVISIONED_FOLDER
from tracemark.dashboards.grafana import ENV_GRAFANA, ENV_PASSWORD, ENV_TOKEN, ENV_USER
from tracemark.dashboards.lint import queries_of
from tracemark.dashboards.states import FOLDER_TITLES
from tracemark.dashboards.versions import (
    DATASOURCE_UID,
    FOLDER_UIDS,
    GRAFANA_FLOOR,
    LANGUAGES,
    PLUGIN_ID,
    PLUGIN_VERSION,
    QUERY_TIMEOUT_S,
)
from tracemark.sdk.keyring import Keyring
from tracemark.store.config import DATABASE, ENV_DATA, ENV_STORE, ENV_STORE_PASSWORD, StoreConfig

ROOT = Path(__file__).parents[1]
PORTION = ROOT / "dashboards" / "tracemark" / "dashboards"
DRIVER_MARGIN_S = 5
"""What clickhouse-go adds to a query's time left when it tells ClickHouse its limit (conn_http.go)."""
SECRETS = ("CLICKHOUSE_WRITER_PASSWORD", "CLICKHOUSE_GRAFANA_PASSWORD", "GRAFANA_ADMIN_PASSWORD")
LASTING = ("kafka", "clickhouse", "sink", "grafana")
OURS = ("prepare", "sink", "judge", "canary", "demo")

Json = dict[str, Any]


def _load(path: Path) -> Json:
    return cast("Json", yaml.safe_load(path.read_text(encoding="utf-8")))


COMPOSE = _load(ROOT / "docker-compose.yml")
SERVICES: Mapping[str, Json] = COMPOSE["services"]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def config(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """`docker-compose config -q`, or the newer `docker compose`, whatever a `.env` in this checkout says."""
    command = ["docker-compose"] if shutil.which("docker-compose") else ["docker", "compose"]
    clean = {name: value for name, value in os.environ.items() if name not in SECRETS} | environ
    empty = folder / "empty.env"
    empty.touch()
    arguments = ["-f", "docker-compose.yml", "--env-file", str(empty), "config", "-q"]
    return subprocess.run([*command, *arguments], cwd=ROOT, env=clean, capture_output=True, text=True, check=False)


def _has_compose() -> bool:
    if shutil.which("docker-compose"):
        return True
    docker = shutil.which("docker")
    return (
        docker is not None
        and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0
    )


needs_compose = pytest.mark.skipif(
    not _has_compose(), reason="no docker-compose here (Debian: apt-get install docker-compose)"
)


@needs_compose
def test_compose_accepts_the_file(tmp_path: Path) -> None:
    """With every secret set the file is valid."""
    done = config(tmp_path, **dict.fromkeys(SECRETS, "x"))
    assert done.returncode == 0, done.stderr


@needs_compose
@pytest.mark.parametrize("missing", SECRETS)
def test_a_missing_secret_stops_the_start(tmp_path: Path, missing: str) -> None:
    """There is no default password: without one nothing starts, and the text names the file to look at."""
    done = config(tmp_path, **{name: "x" for name in SECRETS if name != missing})
    assert done.returncode != 0
    assert ".env.example" in done.stderr


def test_the_example_names_every_variable() -> None:
    """`.env.example` has every required variable, empty, and every optional one, commented out."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    required = {name for name, value in re.findall(r"\$\{(\w+):\?([^}]*)\}", TEXT) if value}
    optional = set(re.findall(r"\$\{(\w+):-", TEXT))
    assert required == set(SECRETS) == {line.rstrip("=") for line in lines if re.fullmatch(r"\w+=", line)}
    assert optional == {line[1:].partition("=")[0] for line in lines if re.fullmatch(r"#\w+=\S+", line)}


def test_no_password_stands_in_the_file() -> None:
    """Whatever is called a password comes from the environment."""
    told = {name: value for service in SERVICES.values() for name, value in service.get("environment", {}).items()}
    passwords = {name: value for name, value in told.items() if "PASSWORD" in name}
    assert len(passwords) >= 4
    assert all(re.fullmatch(r"\$\{\w+:\?set it in \.env; see \.env\.example\}", value) for value in passwords.values())


def test_images_are_pinned() -> None:
    """Every foreign image names a full version; Kafka's is the one that the tests run."""
    images = {name: service["image"] for name, service in SERVICES.items()}
    foreign = {name: image for name, image in images.items() if name not in OURS}
    assert all(re.fullmatch(r"[a-z/-]+:\d+\.\d+\.\d+(\.\d+)?", image) for image in foreign.values()), foreign
    assert foreign["kafka"] == f"apache/kafka:{KAFKA_VERSION}"
    major, minor, _ = foreign["grafana"].rpartition(":")[2].split(".")
    assert (int(major), int(minor)) >= GRAFANA_FLOOR
    assert {images[name] for name in OURS} == {"tracemark:local"}


def test_everything_listens_on_loopback() -> None:
    """No port is published to the network."""
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_lasting_service_has_a_health_check_and_waits_for_its_own() -> None:
    """Start order follows health, not luck."""
    assert all("healthcheck" in SERVICES[name] for name in LASTING)
    assert SERVICES["sink"]["depends_on"] == {
        "kafka": {"condition": "service_healthy"},
        "prepare": {"condition": "service_completed_successfully"},
    }
    assert SERVICES["grafana"]["depends_on"] == {"clickhouse": {"condition": "service_healthy"}}


def test_every_volume_is_declared_and_used() -> None:
    """What must survive lies in a named volume; everything else of a mount is there, and read-only."""
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {name for name in used if not name.startswith(".")} == set(COMPOSE["volumes"])
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            if volume.startswith("."):
                assert (ROOT / volume.split(":")[0]).exists(), volume
                assert volume.endswith(":ro")


def test_variables_of_ours_exist_in_the_code() -> None:
    """Every TRACEMARK_ variable of the file is one that the code reads."""
    known = {ENV_STORE, ENV_STORE_PASSWORD, ENV_DATA, ENV_GRAFANA, ENV_TOKEN, ENV_USER, ENV_PASSWORD}
    known |= {ENV_DATASOURCE, ENV_DATASOURCE_PASSWORD}
    known |= {*sdk_config.ENVIRONMENT, *broker_config.ENVIRONMENT, *sink_config.ENVIRONMENT}
    used = set(re.findall(r"\bTRACEMARK_\w+", TEXT))
    assert used
    assert used <= known


def test_our_services_read_settings_that_the_code_accepts() -> None:
    """The store, the brokers and the producer are configured as written: each value passes the code's own checks."""
    sink = SERVICES["sink"]["environment"]
    store = StoreConfig.from_env(sink)
    assert store.database == DATABASE
    host, port = _named(store.url)
    assert (host, port) == ("clickhouse", 8123)
    servers = sink_config.KafkaConnection.from_env(sink).servers
    assert f"INTERNAL://{servers}" in SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    demo = sdk_config.ClientConfig.from_env(SERVICES["demo"]["environment"])
    assert demo.url == f"kafka://{servers}"
    assert demo.keyring == Path(sink["TRACEMARK_KEYRING"])
    for name in ("canary", "judge"):
        ours = sdk_config.ClientConfig.from_env(SERVICES[name]["environment"], service_id="c")
        assert (ours.url, ours.topic, ours.keyring) == (demo.url, demo.topic, demo.keyring)


def _named(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 0


@pytest.mark.parametrize(
    "words",
    [["sink"], ["store", "migrate"], ["keys", "init"], ["doctor"], ["dashboards", "judge"], ["canary"]],
    ids=" ".join,
)
def test_commands_of_the_file_exist(words: list[str]) -> None:
    """Each command that a service runs is one of `tracemark`."""
    flat = " ".join(str(SERVICES[name].get("command")) + str(SERVICES[name].get("healthcheck")) for name in OURS)
    assert re.search(r"tracemark\W+" + r"\W+".join(words), flat)
    done = subprocess.run(
        [sys.executable, "-m", "tracemark.cli.main", *words, "--help"], capture_output=True, check=False
    )
    assert done.returncode == 0


def test_the_plugin_is_the_one_the_boards_are_written_for() -> None:
    """Compose, provisioning and every query of every board name one plugin in one version."""
    assert SERVICES["grafana"]["environment"]["GF_PLUGINS_PREINSTALL_SYNC"] == f"{PLUGIN_ID}@{PLUGIN_VERSION}"
    for language in LANGUAGES:
        for board in stored(language):
            assert {query["pluginVersion"] for _, query in queries_of(board)} == {PLUGIN_VERSION}


def test_provisioning_names_what_compose_mounts() -> None:
    """Folders, paths and languages of the provisioning are those of the boards and of the mounts."""
    mounted = dict(volume.split(":")[:2] for volume in SERVICES["grafana"]["volumes"] if volume.startswith("."))
    boards = mounted["./dashboards/tracemark/dashboards/json"]
    assert mounted["./dashboards/tracemark/dashboards/provisioning"] == "/etc/grafana/provisioning"
    providers = _load(PORTION / "provisioning" / "dashboards" / "tracemark.yaml")["providers"]
    told = {(p["folderUid"], p["folder"], p["options"]["path"]) for p in providers}
    assert told == {(FOLDER_UIDS[language], FOLDER_TITLES[language], f"{boards}/{language}") for language in LANGUAGES}
    assert all(p["updateIntervalSeconds"] > 10 and p["allowUiUpdates"] is False for p in providers)


def test_provisioned_rules_have_a_folder_of_their_own() -> None:
    """Grafana would make the boards' folder twice: alerts are read first, and name a folder by its title alone."""
    (group,) = _load(PORTION / "provisioning" / "alerting" / "tracemark.json")["groups"]
    providers = _load(PORTION / "provisioning" / "dashboards" / "tracemark.yaml")["providers"]
    assert group["folder"] == PROVISIONED_FOLDER
    assert group["folder"] not in {provider["folder"] for provider in providers}


def test_the_provisioned_data_source_is_the_reader_of_the_store() -> None:
    """It has the boards' uid, the user that may only read, and its password with a single dollar."""
    text = (PORTION / "provisioning" / "datasources" / "tracemark.yaml").read_text(encoding="utf-8")
    (source,) = yaml.safe_load(text)["datasources"]
    assert (source["uid"], source["type"]) == (DATASOURCE_UID, PLUGIN_ID)
    assert source["secureJsonData"] == {"password": "$CLICKHOUSE_PASSWORD"}
    assert SERVICES["grafana"]["environment"]["CLICKHOUSE_PASSWORD"].startswith("${CLICKHOUSE_GRAFANA_PASSWORD:?")
    settings = source["jsonData"]
    assert settings["queryTimeout"] == str(QUERY_TIMEOUT_S)
    assert (settings["host"], settings["port"]) == ("clickhouse", 8123)
    assert settings["defaultDatabase"] == DATABASE
    user = _users().find(f"users/{settings['username']}")
    assert user is not None
    assert user.findtext("profile") == "reader"


def _users() -> ET.Element:
    return ET.parse(ROOT / "deploy" / "clickhouse" / "users.d" / "tracemark.xml").getroot()  # noqa: S314 - our own file


def test_grafanas_user_may_only_read() -> None:
    """readonly = 1, with the one setting that the plugin sends free to be lowered; and nothing granted beyond reading."""
    users = _users()
    assert users.findtext("profiles/reader/readonly") == "1"
    constraint = users.find("profiles/reader/constraints/max_execution_time")
    assert constraint is not None
    assert constraint.find("changeable_in_readonly") is not None
    assert constraint.findtext("max") == users.findtext("profiles/reader/max_execution_time")
    grants = [query.text or "" for query in users.findall("users/grafana/grants/query")]
    assert grants
    assert all(re.fullmatch(rf"GRANT (SELECT|SHOW) ON {DATABASE}\.\*", grant) for grant in grants)
    assert int(constraint.findtext("max") or 0) >= QUERY_TIMEOUT_S + DRIVER_MARGIN_S
    replaced = ET.parse(ROOT / "deploy" / "clickhouse" / "config.d" / "tracemark.xml").getroot()  # noqa: S314 - our own file
    assert replaced.findtext("access_control_improvements/settings_constraints_replace_previous") == "true"


def test_there_is_no_default_user_and_every_password_comes_from_outside() -> None:
    """The users are the two of the file, with the passwords that compose hands over."""
    users = _users().find("users")
    assert users is not None
    default = users.find("default")
    assert default is not None
    assert default.get("remove") == "remove"
    given = SERVICES["clickhouse"]["environment"]
    for user in users:
        if user.tag != "default":
            password = user.find("password")
            assert password is not None
            assert password.text is None
            assert password.get("from_env") in given
    writer = urlsplit(SERVICES["sink"]["environment"][ENV_STORE]).username
    assert writer is not None
    assert users.find(writer) is not None


def test_the_image_is_built_from_what_it_needs() -> None:
    """What the Dockerfile copies is let through by `.dockerignore` and is there; it does not run as root."""
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    copied = {word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for word in line.split()}
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }
    assert copied == kept
    assert all((ROOT / path).exists() for path in copied)
    assert re.search(r"^USER tracemark$", text, re.MULTILINE)
    assert "deploy/demo /opt/tracemark/demo" in text
    assert SERVICES["demo"]["command"] == ["python", "/opt/tracemark/demo/service.py"]


@pytest.fixture
def demo_environ(kafka: Kafka, topic_name: str, tmp_path: Path) -> Mapping[str, str]:
    """The demo service's environment, with a broker and folders of this test."""
    kafka.create_topic(topic_name, partitions=2)
    Keyring.create().save(tmp_path / "keyring.json")
    told = {name: str(value) for name, value in SERVICES["demo"]["environment"].items()}
    return {
        **os.environ,
        **told,
        "TRACEMARK_URL": f"kafka://{kafka.bootstrap}",
        "TRACEMARK_TOPIC": topic_name,
        "TRACEMARK_KEYRING": str(tmp_path / "keyring.json"),
        "TRACEMARK_JOURNAL_DIR": str(tmp_path / "journals"),
        "DEMO_PAUSE_S": "0.01",
    }


@pytest.mark.kafka
def test_the_demo_service_emits_until_it_is_stopped(
    kafka: Kafka, topic_name: str, demo_environ: Mapping[str, str]
) -> None:
    """Configured as in the file, it sends to a real broker, and ends in order with nothing left behind."""
    command = [sys.executable, str(ROOT / "deploy" / "demo" / "service.py")]
    with subprocess.Popen(command, env=dict(demo_environ)) as process:
        eventually(lambda: len(kafka.records(topic_name)) > 20, within=60, every=0.5, what="events arrive")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
