"""Configuration: what is taken from where, and what is refused before the first event."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.wrong_values import ANYTHING, WORDS, said_by
from tracemark.sdk import AuditClient, ClientConfig, ConfigurationError
from tracemark.sdk.broker.config import ENVIRONMENT as KAFKA_ENVIRONMENT
from tracemark.sdk.config import ENVIRONMENT
from tracemark.sdk.keyring import Keyring, KeyringMissing

KAFKA = {"TRACEMARK_URL": "kafka://b1:9092,b2:9093", "TRACEMARK_SERVICE_ID": "svc-1"}
SETTINGS: dict[str, Any] = {"url": "kafka://b:9092", "service_id": "svc-1"}


def test_the_environment_fills_every_field() -> None:
    """Each documented variable lands in its field, in the field's type."""
    environ = KAFKA | {
        "TRACEMARK_TENANT_ID": "acme",
        "TRACEMARK_SERVICE_SCOPE": "not_public",
        "TRACEMARK_PROVIDER_ROLE": "provider_via_api",
        "TRACEMARK_AUDIENCE_CLASS": "test",
        "TRACEMARK_JURISDICTION": "cn, eu",
        "TRACEMARK_PROMPT_DIGESTS": "true",
        "TRACEMARK_POLICY_VERSION": "2026-01",
        "TRACEMARK_DUTY_BASIS": "none",
        "TRACEMARK_TOPIC": "tenant.events",
        "TRACEMARK_KEYRING": "/keys/ring.json",
        "TRACEMARK_JOURNAL_DIR": "/journals",
        "TRACEMARK_JOURNAL_MAX_BYTES": "1048576",
        "TRACEMARK_KAFKA_CLIENT_ID": "svc",
    }
    assert set(ENVIRONMENT) <= environ.keys()
    config = ClientConfig.from_env(environ)
    assert config.jurisdiction == ("cn", "eu")
    assert (config.keyring_path, config.journal_root) == (Path("/keys/ring.json"), Path("/journals"))
    assert config.journal_limits.max_bytes == 1_048_576
    assert config.broker_config.servers == ("b1:9092", "b2:9093")
    assert config.broker_config.client_id == "svc"
    assert (config.tenant_id, config.topic, config.duty_basis) == ("acme", "tenant.events", "none")


def test_arguments_win_over_the_environment() -> None:
    """Explicit argument beats environment beats default."""
    config = ClientConfig.from_env(KAFKA | {"TRACEMARK_TENANT_ID": "acme"}, tenant_id="other")
    assert (config.tenant_id, config.audience_class) == ("other", "unknown")


def test_embedded_mode_needs_a_directory_only() -> None:
    """Journals and keyring lie in the data directory."""
    config = ClientConfig(url="embedded:///var/lib/trace%20mark", service_id="svc-1")
    assert config.embedded_dir == Path("/var/lib/trace mark")
    assert config.journal_root == Path("/var/lib/trace mark/journals")
    assert config.keyring_path == Path("/var/lib/trace mark/keyring.json")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"url": "http://broker"}, "url"),
        ({"url": "embedded://relative/dir"}, "url"),
        ({"url": "embedded:///"}, "url"),
        ({"url": "kafka://"}, "broker"),
        ({"url": "kafka://user:secret-word@b:9092"}, "password"),
        ({"service_id": "not an id"}, "service_id"),
        ({"tenant_id": ""}, "tenant_id"),
        ({"service_scope": "public"}, "service_scope"),
        ({"url": "kafka://[secret-word"}, "url"),
        ({"url": "embedded:///secret%00word"}, "url"),
        ({"url": None}, "url: is missing"),
        ({"url": b"embedded:///data"}, "url: is of type bytes"),
        ({"jurisdiction": ("China",)}, "jurisdiction"),
        ({"jurisdiction": ()}, "jurisdiction: is empty; name the regimes"),
        ({"jurisdiction": None}, "jurisdiction: is missing"),
        ({"jurisdiction": {"cn"}}, "jurisdiction: is of type set"),
        ({"jurisdiction": "cn,eu"}, "jurisdiction"),
        ({"policy_version": "our policy of May"}, "policy_version"),
        ({"duty_basis": "some"}, "duty_basis"),
        ({"duty_basis": ""}, "duty_basis"),
        ({"prompt_digests": "false"}, "prompt_digests: is of type str; pass True or False"),
        ({"prompt_digests": 0}, "prompt_digests"),
        ({"topic": "a/b"}, "topic"),
        ({"topic": ".."}, "topic"),
        ({"keyring": 7}, "keyring: is of type int; pass a path"),
        ({"keyring": ""}, "keyring: is no path"),
        ({"journal_dir": b"/journals"}, "journal_dir"),
        ({"journal_dir": "secret-word\0"}, "journal_dir"),
        ({"journal_max_bytes": 10}, "journal_max_bytes"),
        ({"journal_max_bytes": "1048576"}, "journal_max_bytes: is of type str"),
        ({"journal_max_bytes": 1e9}, "journal_max_bytes"),
        ({"memory_max_bytes": 0}, "memory_max_bytes"),
        ({"memory_max_bytes": True}, "memory_max_bytes"),
        ({"full_wait_s": -1}, "full_wait_s"),
        ({"critical_wait_s": None}, "critical_wait_s: is missing"),
        ({"critical_wait_s": float("inf")}, "critical_wait_s"),
        ({"heartbeat_s": 0}, "heartbeat_s"),
        ({"heartbeat_s": float("nan")}, "heartbeat_s"),
        ({"adopt": "no"}, "adopt"),
        ({"broker": "b:9092"}, "broker"),
    ],
)
def test_an_unusable_setting_is_named(settings: dict[str, Any], named: str) -> None:
    """The error names the setting and the remedy, and repeats no secret."""
    with pytest.raises(ConfigurationError, match=named) as caught:
        ClientConfig(**SETTINGS | settings)
    assert "secret-word" not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "TRACEMARK_URL"),
        ({"TRACEMARK_URL": "kafka://b:9092"}, "TRACEMARK_SERVICE_ID"),
        (KAFKA | {"TRACEMARK_JOURNAL_MAX_BYTES": "1G"}, "TRACEMARK_JOURNAL_MAX_BYTES"),
        (KAFKA | {"TRACEMARK_JURISDICTION": ","}, "jurisdiction: is empty"),
        (KAFKA | {"TRACEMARK_POLICY_VERSION": "our policy of May"}, "policy_version"),
        (KAFKA | {"TRACEMARK_DUTY_BASIS": "some"}, "duty_basis"),
    ],
)
def test_a_missing_or_malformed_variable_is_named(environ: dict[str, str], named: str) -> None:
    """The text says which variable to set."""
    with pytest.raises(ConfigurationError, match=named):
        ClientConfig.from_env(environ)


def test_a_path_may_be_text(tmp_path: Path) -> None:
    """Code passes paths as it has them."""
    config = ClientConfig(url="kafka://b:9092", service_id="s", keyring="/keys/ring.json", journal_dir=str(tmp_path))  # type: ignore[arg-type]
    assert (config.keyring_path, config.journal_root) == (Path("/keys/ring.json"), tmp_path)
    assert ClientConfig.from_env(KAFKA, keyring="/keys/ring.json").keyring_path == config.keyring_path


def test_a_regime_named_twice_applies_once() -> None:
    """In the order in which they were named, from a list as well."""
    config = ClientConfig(url="kafka://b:9092", service_id="s", jurisdiction=["eu", "cn", "eu"])  # type: ignore[arg-type]
    assert config.jurisdiction == ("eu", "cn")


FIELDS = [field.name for field in fields(ClientConfig)]


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=3))
def test_whatever_a_setting_is_it_is_refused_or_used(settings: dict[str, Any]) -> None:
    """No setting brings another error than ours, an echo of its value, or a client that fails later because of it."""
    try:
        config = ClientConfig(**SETTINGS | settings)
    except ConfigurationError as error:
        refused = error
    else:
        assert config == replace(config)
        assert {type(regime) for regime in config.jurisdiction} == {str}
        assert isinstance(config.digests_prompts, bool)
        assert isinstance(config.journal_root, Path)
        assert config.parking_limits.max_bytes <= config.journal_limits.max_bytes
        return
    assert WORDS not in said_by(refused)


@given(
    st.dictionaries(
        st.sampled_from([*ENVIRONMENT, *KAFKA_ENVIRONMENT]), st.text() | st.text().map(WORDS.__add__), max_size=3
    )
)
def test_whatever_the_environment_says_it_is_refused_or_used(environ: dict[str, str]) -> None:
    """The same for variables, which are text."""
    try:
        config = ClientConfig.from_env(KAFKA | environ)
    except ConfigurationError as error:
        refused = error
    else:
        assert config == replace(config)
        return
    assert WORDS not in said_by(refused)


@pytest.mark.parametrize(
    ("config", "keyring", "problem"),
    [
        ("kafka://b:9092", None, "config: is of type str; pass a ClientConfig"),
        (None, None, "config: is missing; pass a ClientConfig"),
        (ClientConfig(**SETTINGS), "ring.json", "keyring: is of type str; pass a Keyring"),
    ],
)
def test_a_client_is_made_of_settings_and_keys(config: Any, keyring: Any, problem: str) -> None:
    """An address or a path in their place is refused, with what to pass."""
    with pytest.raises(ConfigurationError, match=f"^{problem}"):
        AuditClient(config, keyring=keyring)


def test_kafka_without_a_keyring_names_the_command(tmp_path: Path) -> None:
    """A service must not invent keys that nobody else has: the error says which command makes a ring."""
    with pytest.raises(ConfigurationError, match="tracemark keys init"):
        AuditClient(ClientConfig(url="kafka://b:9092", service_id="svc-1", journal_dir=tmp_path))
    missing = tmp_path / "ring.json"
    with pytest.raises(KeyringMissing, match="tracemark keys init"):
        AuditClient(ClientConfig(url="kafka://b:9092", service_id="svc-1", journal_dir=tmp_path, keyring=missing))


def test_embedded_mode_makes_one_keyring_whoever_comes_first(tmp_path: Path) -> None:
    """The first process makes the ring, the next one uses it."""
    config = ClientConfig(url=f"embedded://{tmp_path}/data", service_id="svc-1")
    AuditClient(config).close(0.1)
    made = Keyring.load(tmp_path / "data" / "keyring.json")
    AuditClient(config).close(0.1)
    assert Keyring.load(tmp_path / "data" / "keyring.json") == made


def test_a_directory_that_cannot_be_made_is_a_setting(tmp_path: Path) -> None:
    """Embedded mode in a place where nothing can be made is told as the URL's fault, not as a bare OSError."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"^url: .* cannot be made"):
        AuditClient(ClientConfig(url=f"embedded://{tmp_path}/file/data", service_id="svc"))
