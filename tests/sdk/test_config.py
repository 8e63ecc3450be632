"""Configuration: what is taken from where, and what is refused before the first event."""

from pathlib import Path
from typing import Any

import pytest

from tracemark.sdk import AuditClient, ClientConfig, ConfigurationError
from tracemark.sdk.config import ENVIRONMENT
from tracemark.sdk.keyring import Keyring, KeyringMissing

KAFKA = {"TRACEMARK_URL": "kafka://b1:9092,b2:9093", "TRACEMARK_SERVICE_ID": "svc-1"}


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
        ({"jurisdiction": ("China",)}, "jurisdiction"),
        ({"journal_max_bytes": 10}, "journal_max_bytes"),
        ({"heartbeat_s": 0}, "heartbeat_s"),
    ],
)
def test_an_unusable_setting_is_named(settings: dict[str, Any], named: str) -> None:
    """The error names the setting and the remedy, and repeats no secret."""
    given: dict[str, Any] = {"url": "kafka://b:9092", "service_id": "svc-1", **settings}
    with pytest.raises(ConfigurationError, match=named) as caught:
        ClientConfig(**given)
    assert "secret-word" not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "TRACEMARK_URL"),
        ({"TRACEMARK_URL": "kafka://b:9092"}, "TRACEMARK_SERVICE_ID"),
        (KAFKA | {"TRACEMARK_JOURNAL_MAX_BYTES": "1G"}, "TRACEMARK_JOURNAL_MAX_BYTES"),
    ],
)
def test_a_missing_or_malformed_variable_is_named(environ: dict[str, str], named: str) -> None:
    """The text says which variable to set."""
    with pytest.raises(ConfigurationError, match=named):
        ClientConfig.from_env(environ)


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
