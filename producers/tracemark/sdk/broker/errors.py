"""What can go wrong between a service and its broker, sorted by what the caller should do.

```
BrokerError
├── BrokerConfigError      correct the configuration
├── BrokerUnavailable      keep the records, try again later with a new client
│   └── BrokerBusy         wait for an earlier batch first; the client is fine
├── BrokerRefused          keep the records, somebody has to change something at the broker (rights, credentials)
│   └── TopicRefused       the same, for one topic: records for others need not wait
│       └── TopicMissing   somebody has to create the topic
└── RecordTooLarge         this record can never be sent; the others can
```

When one of these is raised by `BrokerClient.submit`, nothing of the call was handed over.
"""

__all__ = [
    "BrokerBusy",
    "BrokerConfigError",
    "BrokerError",
    "BrokerRefused",
    "BrokerUnavailable",
    "RecordTooLarge",
    "TopicMissing",
    "TopicRefused",
]


class BrokerError(Exception):
    """The root of everything that this package raises."""


class BrokerConfigError(BrokerError, ValueError):
    """A setting is missing, unknown or contradicts another one."""


class BrokerUnavailable(BrokerError):
    """No broker answered in time, or this client can no longer be used."""


class BrokerBusy(BrokerUnavailable):
    """Too many bytes wait for acknowledgement: the bound on memory is reached."""


class BrokerRefused(BrokerError):
    """The broker answered, and does not let us: credentials or access rights."""


class TopicRefused(BrokerRefused):
    """One topic cannot be written to, whereas the client and other topics are fine.

    Attributes:
        topic: Its name.
    """

    def __init__(self, topic: str, problem: str = "") -> None:
        """Without a problem: we lack the right to write there."""
        super().__init__(problem or f"we may not write to topic {topic!r}: grant WRITE and DESCRIBE on it")
        self.topic = topic


class TopicMissing(TopicRefused):
    """The topic does not exist; it is never created on the fly, because its settings matter."""

    def __init__(self, topic: str) -> None:
        """Name the topic and the remedy."""
        super().__init__(
            topic,
            f"topic {topic!r} does not exist: create it with message.timestamp.type=LogAppendTime, for example with"
            f" `kafka-topics.sh --create --topic {topic} --partitions 12 --config message.timestamp.type=LogAppendTime`,"
            " or start `tracemark sink`, which creates the topics it needs",
        )


class RecordTooLarge(BrokerError):
    """A record is larger than the configured limit."""

    def __init__(self, size: int, limit: int) -> None:
        """Both in bytes; the record's content is not part of the text."""
        super().__init__(
            f"a record of {size} bytes is larger than max_record_bytes={limit}: send less in one event, or raise"
            " max_record_bytes together with the topic's max.message.bytes"
        )
        self.size = size
        self.limit = limit
