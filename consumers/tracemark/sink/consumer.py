"""The one edge to kafka-python's consumer: records in, commits out, its errors in our words."""

import logging
from collections.abc import Collection, Mapping
from typing import Any, Final, Protocol

from tracemark.sink._kafka import (
    AsyncConsumerRebalanceListener,
    CommitFailedError,
    IllegalGenerationError,
    KafkaConsumer,
    KafkaError,
    KernelEvent,
    NoOffsetForPartitionError,
    OffsetAndMetadata,
    OffsetOutOfRangeError,
    RebalanceInProgressError,
    RetriableError,
    TopicPartition,
    UnknownMemberIdError,
)
from tracemark.sink.config import SinkConfig
from tracemark.sink.errors import BrokerUnavailable, OffsetsLost
from tracemark.sink.lanes import LaneKey
from tracemark.sink.records import StreamRecord

__all__ = ["Departure", "KafkaSource", "Revoked"]

log = logging.getLogger("tracemark.sink")

_MOVED: Final = (CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError)
_POLL_RECORDS: Final = 5_000
_COMMIT_WITHIN_MS: Final = 10_000
_LOOK_EVERY_S: Final = 0.05
_LEAVE_LOOKS: Final = 1_200
"""How often a departure is asked whether it is ready: for a minute, well below the group's rebalance timeout."""


class Departure(Protocol):
    """Lanes that are being taken away."""

    def is_ready(self) -> bool:
        """Whether nothing of them is being written any more. Called on kafka-python's IO thread: must not block."""
        ...

    def offsets(self) -> Mapping[LaneKey, int]:
        """Let go of them, and tell what to commit; called once, after `is_ready` or when that took too long."""
        ...


class Revoked(Protocol):
    """Told when partitions are taken away; on kafka-python's IO thread, while the poll thread goes on."""

    def __call__(self, lanes: Collection[LaneKey]) -> Departure:
        """Let go of lanes: cut no more of their records."""
        ...


class KafkaSource:
    """A member of the consumer group. Everything but the listener runs on the poll thread, and nothing here sleeps."""

    def __init__(self, config: SinkConfig, topics: Collection[str], revoked: Revoked) -> None:
        """Join the group; raises `BrokerUnavailable`."""
        self._config = config
        try:
            self._consumer = KafkaConsumer(
                **config.kafka.settings(),
                client_id=config.sink_id,
                group_id=config.group_id,
                enable_auto_commit=False,
                auto_offset_reset="none",  # never jump over records by itself
                max_poll_records=_POLL_RECORDS,
                max_partition_fetch_bytes=4 * 1024 * 1024,
                allow_auto_create_topics=False,
                session_timeout_ms=int(config.session_timeout_s * 1000),
                heartbeat_interval_ms=int(config.session_timeout_s * 1000 / 15),
                metadata_max_age_ms=60_000,
            )
            for topic in topics:
                # Asked for now: a group leader that does not know a topic's partitions yet assigns none of them.
                self._consumer.partitions_for_topic(topic)
            self._listener = _Listener(self._consumer, revoked)
            self._consumer.subscribe(topics=sorted(topics), listener=self._listener)
        except (KafkaError, OSError) as error:
            raise BrokerUnavailable(
                f"Kafka at {config.kafka.servers} cannot be reached: {type(error).__name__}"
            ) from error

    def poll(self, within_s: float) -> dict[LaneKey, list[StreamRecord]]:
        """Records of any lane, as they come; also what keeps this member in the group.

        Raises:
            OffsetsLost: The next record of a lane is no longer there.
            BrokerUnavailable: Kafka refuses us for good.
        """
        try:
            polled = self._consumer.poll(timeout_ms=int(within_s * 1000))
        except NoOffsetForPartitionError:
            self._begin()
            return {}
        except OffsetOutOfRangeError as error:
            raise self._lost(error) from error
        except RetriableError as error:
            log.info("Kafka does not answer: %s", type(error).__name__)
            return {}
        except KafkaError as error:
            raise BrokerUnavailable(f"Kafka does not let us read: {type(error).__name__}") from error
        if self._listener.is_moving:
            self._keep_joining()
        return {LaneKey(*tp): [_record(found) for found in records] for tp, records in polled.items()}

    def lanes(self) -> set[LaneKey]:
        """The partitions that are ours; none while the group decides anew, though kafka-python still names the old ones."""
        return set() if self._listener.is_moving else {LaneKey(*tp) for tp in self._consumer.assignment()}

    def pause_only(self, full: Collection[LaneKey]) -> None:
        """Fetch nothing for these lanes, and for all others again: back-pressure without leaving the group."""
        assigned = self._consumer.assignment()
        wanted = {TopicPartition(*key) for key in full} & assigned
        paused = self._consumer.paused()
        if more := wanted - paused:
            self._consumer.pause(*more)
        if less := paused - wanted:
            self._consumer.resume(*less)

    def commit(self, offsets: Mapping[LaneKey, int]) -> bool:
        """Commit next offsets; False when it did not work now: the lanes moved, or Kafka is away."""
        try:
            self._consumer.commit(_offsets(offsets), timeout_ms=_COMMIT_WITHIN_MS)
        except _MOVED as error:
            log.info(
                "commit refused (%s): the partitions have moved, the new owner will see what is stored",
                type(error).__name__,
            )
            return False
        except KafkaError as error:
            log.warning("commit failed (%s): it will be tried again", type(error).__name__)
            return False
        return True

    def rewind(self, key: LaneKey) -> int | None:
        """Read a lane from its committed offset on, which is returned; None when Kafka does not answer, or not as its owner.

        kafka-python keeps the position of a partition that is taken away and given back at once, and what was read
        meanwhile would be skipped. So every lane begins with this. A partition without a commit begins at its earliest offset:
        what is stored of it is recognised.
        """
        tp = TopicPartition(*key)
        try:
            committed = self._consumer.committed(tp, timeout_ms=_COMMIT_WITHIN_MS)
            if committed is None:
                self._consumer.seek_to_beginning(tp)
            else:
                self._consumer.seek(tp, committed)
                # The same offset again: Kafka takes a commit from the partition's owner alone, and a sink that was frozen
                # and has not noticed yet that it lost the partition must not begin with it again.
                self._consumer.commit(_offsets({key: int(committed)}), timeout_ms=_COMMIT_WITHIN_MS)
        except (KafkaError, ValueError) as error:  # ValueError: it is not ours any more
            log.info("%s[%d]: cannot begin yet: %s", *key, type(error).__name__)
            return None
        return int(committed or 0)

    def ends(self, keys: Collection[LaneKey]) -> dict[LaneKey, int]:
        """Next offset of each lane's partition, as far as Kafka answers."""
        try:
            found = self._consumer.end_offsets([TopicPartition(*key) for key in keys], timeout_ms=1_000)
        except KafkaError:
            return {}
        return {LaneKey(*tp): int(end) for tp, end in found.items()}

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close(autocommit=False, timeout_ms=_COMMIT_WITHIN_MS)

    def _keep_joining(self) -> None:
        """Have the next poll go on with a join that this one did not see the end of.

        kafka-python (3.0.12) forgets it when the leader joins anew because partitions were added: computing the assignment takes
        the reason away, so a poll that ends between that and the answer to SyncGroup is the last one to wait for the answer. The
        member would then hold no partitions, send no heartbeats, and say nothing.
        """
        self._consumer._coordinator.request_rejoin()  # noqa: SLF001 - it has no public way to ask for a rebalance

    def _begin(self) -> None:
        """Partitions this group has never committed: from their beginning."""
        new = [
            tp
            for tp in self._consumer.assignment()
            if self._consumer.committed(tp, timeout_ms=_COMMIT_WITHIN_MS) is None
        ]
        if new:
            log.info(
                "group %s is new to %d partitions: beginning at the earliest offset", self._config.group_id, len(new)
            )
            self._consumer.seek_to_beginning(*new)

    def _lost(self, error: Exception) -> OffsetsLost:
        offsets: dict[Any, int] = error.args[0]
        tp, offset = next(iter(offsets.items()))
        return OffsetsLost(tp.topic, tp.partition, offset, self._config.group_id)


class _Listener(AsyncConsumerRebalanceListener):  # type: ignore[misc]  # it publishes no types
    """Lets ranges that are being written end, and commits them, before partitions move on; heartbeats go on meanwhile."""

    def __init__(self, consumer: Any, revoked: Revoked) -> None:
        self._consumer = consumer
        self._revoked = revoked
        self.is_moving = False

    async def on_partitions_revoked(self, revoked: Collection[Any]) -> None:
        departure = await self._departed(revoked)
        if offsets := departure.offsets():
            try:
                await self._consumer.commit_async(_offsets(offsets))
            except KafkaError as error:
                log.info("commit on leaving failed (%s): the new owner will see what is stored", type(error).__name__)

    async def on_partitions_lost(self, lost: Collection[Any]) -> None:
        departure = await self._departed(lost)
        departure.offsets()  # not committed: somebody else owns the partitions already

    async def on_partitions_assigned(self, assigned: Collection[Any]) -> None:
        self.is_moving = False
        log.info(
            "partitions assigned: %s", ", ".join(f"{tp.topic}[{tp.partition}]" for tp in sorted(assigned)) or "none"
        )

    async def _departed(self, partitions: Collection[Any]) -> Departure:
        departure = self._revoked([LaneKey(*tp) for tp in partitions])
        # `poll` returns while this goes on: nobody may begin these lanes anew before the group has decided.
        self.is_moving = True
        for _ in range(_LEAVE_LOOKS):
            if departure.is_ready():
                break
            await KernelEvent("_sleep", _LOOK_EVERY_S)
        return departure


def _offsets(offsets: Mapping[LaneKey, int]) -> dict[Any, Any]:
    return {TopicPartition(*key): OffsetAndMetadata(offset, "", -1) for key, offset in offsets.items()}


def _record(found: Any) -> StreamRecord:
    return StreamRecord(
        found.topic, found.partition, found.offset, found.timestamp, found.key, found.value, found.headers
    )
