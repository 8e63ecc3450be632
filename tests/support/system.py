"""The whole system: a broker, `tracemark up` as the store, and `tracemark sink` between them."""

from dataclasses import dataclass
from pathlib import Path

from support.kafka import KafkaBroker
from support.up import LongRunning, Up
from tracemark.sdk import AuditClient, ClientConfig
from tracemark.sdk.keyring import Keyring

__all__ = ["System"]


@dataclass(frozen=True, slots=True)
class System:
    """Everything that runs."""

    kafka: KafkaBroker
    up: Up
    sink: LongRunning
    folder: Path

    @property
    def keyring(self) -> Keyring:
        """The keys of this system."""
        return Keyring.load(self.up.data / "keyring.json")

    def client(self, service_id: str = "svc-chat", **config: object) -> AuditClient:
        """An SDK client of a service in this process."""
        settings: dict[str, object] = {
            "url": f"kafka://{self.kafka.bootstrap}",
            "service_id": service_id,
            "tenant_id": "t-1",
            "keyring": self.up.data / "keyring.json",
            "journal_dir": self.folder / "journals",
            **config,
        }
        return AuditClient(ClientConfig(**settings))  # type: ignore[arg-type]  # settings are data here

    def count(self, table: str = "events") -> int:
        """Rows of a table."""
        return int(self.up.rows(f"SELECT count() AS n FROM {table}")[0]["n"])
