"""Talk to a Kafka broker: hand records over in batches, and learn what became of each one.

```python
from tracemark.sdk.broker import BrokerConfig, Record, choose_client

client = choose_client(BrokerConfig.from_url("kafka://broker:9092"))
client.connect(timeout_s=10)
batch = client.submit([Record("tracemark.events", key=b"r-1", value=b"...")])
if batch.wait(timeout_s=30):
    print(batch.outcomes())
client.close(timeout_s=5)
```
"""

from tracemark.sdk.broker.choosing import choose_client
from tracemark.sdk.broker.client import Batch, BrokerClient
from tracemark.sdk.broker.config import BrokerConfig
from tracemark.sdk.broker.errors import (
    BrokerBusy,
    BrokerConfigError,
    BrokerError,
    BrokerRefused,
    BrokerUnavailable,
    RecordTooLarge,
    TopicMissing,
    TopicRefused,
)
from tracemark.sdk.broker.records import CLIENT_CLOSED, Acknowledged, Failed, Outcome, Record, check_size

__all__ = [
    "CLIENT_CLOSED",
    "Acknowledged",
    "Batch",
    "BrokerBusy",
    "BrokerClient",
    "BrokerConfig",
    "BrokerConfigError",
    "BrokerError",
    "BrokerRefused",
    "BrokerUnavailable",
    "Failed",
    "Outcome",
    "Record",
    "RecordTooLarge",
    "TopicMissing",
    "TopicRefused",
    "check_size",
    "choose_client",
]
