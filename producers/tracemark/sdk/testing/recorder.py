"""A client whose events a test can read back.

```python
recorder = Recorder(tmp_path)
with recorder.client.generation(model="m-1") as gen:
    gen.output("hello")
[opened, output] = recorder.events()
assert output["finish"] == "complete"
```
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tracemark.schemas import decode
from tracemark.schemas.clock import Clock
from tracemark.sdk.client import AuditClient
from tracemark.sdk.config import ClientConfig
from tracemark.sdk.keyring import Keyring
from tracemark.sdk.testing.memory_broker import MemoryBroker

__all__ = ["Recorder"]


class Recorder:
    """An `AuditClient` on an in-memory broker, with a keyring of its own.

    Attributes:
        client: Give it to the code under test.
        broker: The broker, with its switches for failures.
        keyring: The keys; `keyring.current("output", "default")` computes the tokens to look for.
    """

    def __init__(
        self, directory: Path, *, clock: Clock | None = None, keyring: Keyring | None = None, **config: Any
    ) -> None:
        """`directory` takes the journal; `config` are settings of `ClientConfig`."""
        settings: dict[str, Any] = {
            "url": "kafka://memory:9092",
            "service_id": "svc-test",
            "journal_dir": directory,
            **config,
        }
        self.config = ClientConfig(**settings)
        self.broker = MemoryBroker({self.config.topic: 4})
        self.keyring = keyring or Keyring.create()
        self.client = AuditClient(self.config, keyring=self.keyring, broker=self.broker.client, clock=clock)

    def events(self, event_type: str | None = None, *, timeout: float = 10.0) -> list[dict[str, Any]]:
        """What has been emitted so far, in order; waits for its delivery. Raises TimeoutError when it does not come."""
        if self.client.flush(timeout).remaining:
            raise TimeoutError(f"the events were not delivered within {timeout} s; is the broker paused?")
        return self.delivered(lambda row: event_type in {None, row["event_type"]})

    def delivered(self, wanted: Callable[[dict[str, Any]], bool] = lambda _: True) -> list[dict[str, Any]]:
        """What the broker has now, in the producer's order."""
        rows = (decode(record.value)[1] for record in self.broker.records(self.config.topic))
        return sorted(filter(wanted, rows), key=lambda row: (row["producer_id"], row["producer_seq"]))

    def close(self) -> None:
        """Close the client."""
        self.client.close(5.0)
