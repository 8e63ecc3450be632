"""The one interface to a broker, whichever library stands behind it."""

from collections.abc import Sequence
from typing import Protocol

from tracemark.sdk.broker.records import Outcome, Record

__all__ = ["Batch", "BrokerClient"]


class Batch(Protocol):
    """Records that were handed over in one call. Used by the thread that owns the client."""

    def wait(self, timeout_s: float) -> bool:
        """Block until every record has an outcome, at most `timeout_s`; tell whether that is so. 0 only looks."""
        ...

    def outcomes(self) -> Sequence[Outcome]:
        """What is known now, in the order of the records. An outcome that is not `None` never changes again."""
        ...


class BrokerClient(Protocol):
    """A connection to a broker that keeps what it is given until the broker has it.

    *Promises.* Every record is written by all in-sync replicas before it counts as acknowledged (`acks=all`). The
    client retries for as long as it lives, without creating duplicates (an idempotent producer), and never gives a
    record up by itself: deadlines are the caller's, who waits on the batch. Order is kept per topic and key.

    *A failure ends the client.* After an outcome `Failed(retriable=True)` every further `submit` raises
    BrokerUnavailable: close this client, make a new one, and send again what is not acknowledged, marked as a replay
    where the outcome was ambiguous. `Failed(retriable=False)` concerns that record alone; the rest proceeds.

    *Threads.* One thread owns a client and its batches. Constructing never blocks and never connects. After a fork
    the child must make a client of its own: an inherited one raises BrokerUnavailable, and the parent's goes on.
    """

    def connect(self, timeout_s: float) -> None:
        """Reach a broker, within about `timeout_s`; once connected, do nothing.

        Raises:
            BrokerUnavailable: nobody answered in time; may be called again.
            BrokerRefused: the broker does not accept our credentials; kafka-python sometimes only sees that the
                connection ends, and then raises BrokerUnavailable with both possibilities in its text.
        """
        ...

    def submit(self, records: Sequence[Record]) -> Batch:
        """Hand records over without waiting for the broker's answer.

        The first record for a topic asks the broker about it and may block for up to five seconds.

        Raises:
            BrokerUnavailable: not connected, no longer usable, or no broker to ask about a new topic.
            BrokerBusy: more bytes would wait for acknowledgement than the configuration allows.
            BrokerRefused: a topic is missing, or we may not use it.
        """
        ...

    def close(self, timeout_s: float) -> None:
        """Wait up to `timeout_s` for open records, then give up; afterwards no outcome is `None`. Never raises.

        A closed client stays closed. Calling it again does nothing.
        """
        ...
