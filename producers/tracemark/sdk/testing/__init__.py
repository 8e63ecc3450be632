"""What tests of an instrumented service need: a broker in memory."""

from tracemark.sdk.testing.memory_broker import MemoryBroker, StoredRecord

__all__ = ["MemoryBroker", "StoredRecord"]
