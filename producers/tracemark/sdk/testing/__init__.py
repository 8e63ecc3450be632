"""What tests of an instrumented service need: a client whose events can be read back, and a broker in memory."""

from tracemark.sdk.testing.memory_broker import MemoryBroker, StoredRecord
from tracemark.sdk.testing.recorder import Recorder

__all__ = ["MemoryBroker", "Recorder", "StoredRecord"]
