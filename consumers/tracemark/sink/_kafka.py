"""What we use of kafka-python 3, as `Any`: it publishes no types, and the stubs that type checkers bring are of version 2."""

from importlib import import_module
from typing import Any

import kafka
import kafka.admin
import kafka.errors
import kafka.structs

__all__ = [
    "AsyncConsumerRebalanceListener",
    "CommitFailedError",
    "ConfigResource",
    "ConfigResourceType",
    "IllegalGenerationError",
    "KafkaAdminClient",
    "KafkaConsumer",
    "KafkaError",
    "KafkaProducer",
    "KernelEvent",
    "NoOffsetForPartitionError",
    "OffsetAndMetadata",
    "OffsetOutOfRangeError",
    "RebalanceInProgressError",
    "RetriableError",
    "TopicAlreadyExistsError",
    "TopicPartition",
    "UnknownMemberIdError",
]

_root: Any = kafka
_admin: Any = kafka.admin
_errors: Any = kafka.errors
_structs: Any = kafka.structs
_selector: Any = import_module("kafka.net.selector")

KafkaConsumer = _root.KafkaConsumer
KafkaProducer = _root.KafkaProducer
KafkaAdminClient = _root.KafkaAdminClient
AsyncConsumerRebalanceListener = _root.AsyncConsumerRebalanceListener
TopicPartition = _structs.TopicPartition
OffsetAndMetadata = _structs.OffsetAndMetadata
ConfigResource = _admin.ConfigResource
ConfigResourceType = _admin.ConfigResourceType
KernelEvent = _selector.KernelEvent

KafkaError: type[Exception] = _errors.KafkaError
RetriableError: type[Exception] = _errors.RetriableError
CommitFailedError: type[Exception] = _errors.CommitFailedError
IllegalGenerationError: type[Exception] = _errors.IllegalGenerationError
NoOffsetForPartitionError: type[Exception] = _errors.NoOffsetForPartitionError
OffsetOutOfRangeError: type[Exception] = _errors.OffsetOutOfRangeError
RebalanceInProgressError: type[Exception] = _errors.RebalanceInProgressError
TopicAlreadyExistsError: type[Exception] = _errors.TopicAlreadyExistsError
UnknownMemberIdError: type[Exception] = _errors.UnknownMemberIdError
