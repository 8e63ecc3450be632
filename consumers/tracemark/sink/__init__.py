"""From Kafka into ClickHouse: poll, cut a range, insert, verify, commit.

`RangeWriter` is the heart, and knows nothing of Kafka: it settles a list of records, whoever read them.
"""

from tracemark.sink.config import KafkaConnection, SinkConfig
from tracemark.sink.dead_letters import DeadLetter, DeadLetterSink
from tracemark.sink.errors import (
    BrokerUnavailable,
    DeadLettersUnavailable,
    LaneTaken,
    OffsetsLost,
    SealBroken,
    SinkConfigError,
    SinkError,
    TooManyDeadLetters,
    TopicMisconfigured,
)
from tracemark.sink.records import Position, Range, RangeOutcome, StreamRecord
from tracemark.sink.sealing import DeadLetterKey
from tracemark.sink.sink import Sink
from tracemark.sink.status import LaneStatus, SinkStatus, StatusTable
from tracemark.sink.writer import RangeWriter

__all__ = [
    "BrokerUnavailable",
    "DeadLetter",
    "DeadLetterKey",
    "DeadLetterSink",
    "DeadLettersUnavailable",
    "KafkaConnection",
    "LaneStatus",
    "LaneTaken",
    "OffsetsLost",
    "Position",
    "Range",
    "RangeOutcome",
    "RangeWriter",
    "SealBroken",
    "Sink",
    "SinkConfig",
    "SinkConfigError",
    "SinkError",
    "SinkStatus",
    "StatusTable",
    "StreamRecord",
    "TooManyDeadLetters",
    "TopicMisconfigured",
]
