"""What can go wrong in the sink beside the store, by what to do.

SinkError
├── SinkConfigError          a setting has no meaning: mend it
├── BrokerUnavailable        Kafka cannot be asked: try again later
├── TopicMisconfigured       a topic is not as the guarantees need it: run the command in the text
├── OffsetsLost              the broker threw records away before they were stored: somebody must decide
├── DeadLettersUnavailable   dead letters cannot be put aside now: try again later
└── SealBroken               a sealed value does not open: wrong key, wrong position, or altered
"""

__all__ = [
    "BrokerUnavailable",
    "DeadLettersUnavailable",
    "OffsetsLost",
    "SealBroken",
    "SinkConfigError",
    "SinkError",
    "TopicMisconfigured",
]


class SinkError(Exception):
    """Root of everything this portion raises; the store's errors pass through as they are."""


class SinkConfigError(SinkError):
    """A setting is out of range or contradicts another."""


class BrokerUnavailable(SinkError):
    """Kafka does not answer."""


class TopicMisconfigured(SinkError):
    """A topic has settings under which the guarantees do not hold.

    Attributes:
        topic: Its name.
        setting: The setting to mend, as Kafka calls it.
    """

    def __init__(self, topic: str, setting: str, found: str, wanted: str, remedy: str) -> None:
        """Compose the text from its parts."""
        super().__init__(f"topic {topic}: {setting} is {found}, but must be {wanted}; {remedy}")
        self.topic = topic
        self.setting = setting


class OffsetsLost(SinkError):
    """The next offset to store is no longer in the topic.

    Attributes:
        topic: Its name.
        partition: Which one.
        offset: The offset that was asked for.
    """

    def __init__(self, topic: str, partition: int, offset: int, group: str) -> None:
        """Compose the text with the remedy."""
        super().__init__(
            f"{topic}[{partition}]: offset {offset} is not in the topic: its retention is shorter than the sink was away, or the "
            "topic was made anew. What is lost cannot be read again. To go on behind the gap, stop the sinks of this group and "
            f"run: kafka-consumer-groups.sh --bootstrap-server … --group {group} --topic {topic}:{partition} "
            "--reset-offsets --to-earliest --execute"
        )
        self.topic = topic
        self.partition = partition
        self.offset = offset


class DeadLettersUnavailable(SinkError):
    """The sealed dead letters could not be written; nothing is committed before they are."""


class SealBroken(SinkError):
    """A sealed value does not open under this key at this position."""
