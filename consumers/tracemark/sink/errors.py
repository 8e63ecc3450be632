"""What can go wrong in the sink beside the store, by what to do.

SinkError
├── SinkConfigError          a setting has no meaning: mend it
├── BrokerUnavailable        Kafka cannot be asked: try again later
├── TopicMisconfigured       a topic is not as the guarantees need it: run the command in the text
├── OffsetsLost              the broker threw records away before they were stored: somebody must decide
├── LaneTaken                another sink writes the partition now, or may: let it
├── TooManyDeadLetters       more records are bad than good: somebody must look before they are all put aside
├── DeadLettersUnavailable   dead letters cannot be put aside now: try again later
└── SealBroken               a sealed value does not open: wrong key, wrong position, or altered
"""

__all__ = [
    "BrokerUnavailable",
    "DeadLettersUnavailable",
    "LaneTaken",
    "OffsetsLost",
    "SealBroken",
    "SinkConfigError",
    "SinkError",
    "TooManyDeadLetters",
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


class LaneTaken(SinkError):
    """The lane went to another sink, or may have, while this one was frozen or cut off: it has left the lane, and writes no more.

    Attributes:
        topic: Its name.
        partition: Which one.
    """

    def __init__(self, topic: str, partition: int) -> None:
        """Compose the text."""
        super().__init__(
            f"{topic}[{partition}]: another sink has taken it over, or may have; "
            "this one writes no more of it unless Kafka gives it back"
        )
        self.topic = topic
        self.partition = partition


class TooManyDeadLetters(SinkError):
    """A lane halts: its records would nearly all be put aside, which no single bad record explains.

    Attributes:
        topic: Its name.
        partition: Which one.
    """

    def __init__(self, topic: str, partition: int, rejected: int, records: int, limit: int) -> None:
        """Compose the text with the remedy."""
        super().__init__(
            f"{topic}[{partition}]: {rejected} of {records} records are no events that may be stored, and the lane may put aside "
            f"at most {limit} more than it stores; nothing of them was put aside. Find out who sends them; if they shall be put "
            "aside, start the sink with a higher --dead-letter-limit, or 0 for none"
        )
        self.topic = topic
        self.partition = partition


class DeadLettersUnavailable(SinkError):
    """The sealed dead letters could not be written; nothing is committed before they are."""


class SealBroken(SinkError):
    """A sealed value does not open under this key at this position."""
