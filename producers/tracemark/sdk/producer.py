"""One producer: what a client is within one process. A fork makes another one."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Literal, Self

from tracemark.schemas import EventCodec, codec_for
from tracemark.schemas.clock import Clock
from tracemark.sdk.adoption import Adoption
from tracemark.sdk.broker import BrokerClient
from tracemark.sdk.config import ClientConfig
from tracemark.sdk.courier import Courier
from tracemark.sdk.delivery import EmbeddedDelivery, KafkaDelivery
from tracemark.sdk.errors import ClientClosed
from tracemark.sdk.host import boot_id, host_name, process_id
from tracemark.sdk.ids import IdSource
from tracemark.sdk.journal import JournalMeta, JournalWriter, Priority
from tracemark.sdk.outbox import Outbox, Slot
from tracemark.sdk.parking import PARKING_MARK, PARKING_SUFFIX, Parking
from tracemark.sdk.progress import Accounting, FlushReport, Progress, Receipt
from tracemark.sdk.sessions import SDK_VERSION, session_row
from tracemark.sdk.worker import Delivery, Worker

__all__ = ["Producer"]

_NEWS_S = 1.0
"""While drops go on, their counts are told this often."""

_KEY_FIELDS = ("request_id", "case_id", "content_id", "producer_id")


class Producer:
    """Sequence, journal, worker and session of one start of one process. Thread-safe."""

    def __init__(
        self,
        config: ClientConfig,
        producer_id: str,
        *,
        clock: Clock,
        ids: IdSource,
        insist: bool,
    ) -> None:
        """Use `open`."""
        self.producer_id = producer_id
        self.progress = Progress()
        self._config = config
        self._base = {**config.session_row(), "producer_id": producer_id}
        self._clock = clock
        self._ids = ids
        self._stop = threading.Event()
        self._outbox = Outbox(
            partial(_create_journal, config, self._base, clock),
            memory_max_bytes=config.memory_max_bytes,
            full_wait_s=config.full_wait_s,
            progress=self.progress,
            clock=clock,
            drained_elsewhere=config.embedded_dir is not None,
            insist=insist and config.embedded_dir is not None,
        )
        self._told_durability = self._outbox.durability
        self._next_heartbeat = clock.monotonic() + config.heartbeat_s
        self._told_drops = 0
        self._next_news = clock.monotonic()
        self._worker: Worker | None = None

    @classmethod
    def open(
        cls,
        config: ClientConfig,
        new_client: Callable[[], BrokerClient] | None,
        *,
        clock: Clock,
        ids: IdSource,
        insist: bool,
    ) -> Self:
        """Create the journal, say that the session is open, and start the worker.

        With `insist` a journal of embedded mode that cannot be created raises `JournalUnavailable`; else events wait in
        memory until it can.
        """
        producer_id = ids.uuid(clock.now_us())
        producer = cls(config, producer_id, clock=clock, ids=ids, insist=insist)
        producer._say("open")
        delivery = producer._delivery(new_client)
        producer._worker = Worker(delivery, stop=producer._stop, tick=producer._tick, name="tracemark-sdk")
        producer._worker.start()
        return producer

    def put(
        self,
        codec: EventCodec,
        row: dict[str, Any],
        salt: bytes,
        priority: Priority,
        *,
        replay: bool,
        receipt: Receipt,
    ) -> Slot:
        """Number, seal and queue a complete row; fills its producer fields, and number and hash of the receipt."""
        row["producer_id"] = self.producer_id
        key = next(row[name] for name in _KEY_FIELDS if row[name] is not None).encode()

        def seal(seq: int) -> tuple[bytes, bytes]:
            row["producer_seq"] = receipt.seq = seq
            sealed = codec.seal(row, salt)
            receipt.event_hash = sealed.event_hash
            return key, sealed.value

        return self._outbox.put(seal, priority, replay=replay)

    def sync(self, slot: Slot, timeout_s: float) -> None:
        """Wait until an event survives the host; raises `JournalNotDurable`."""
        self._outbox.sync(slot, timeout_s)

    def accounting(self) -> Accounting:
        """Where every event is."""
        emitted, dropped = self._outbox.last_seq, self.progress.dropped
        acknowledged = self.progress.acknowledged(emitted)
        return Accounting(
            producer_id=self.producer_id,
            emitted=emitted,
            acknowledged=acknowledged,
            waiting=emitted - acknowledged - sum(dropped.values()),
            dropped=dropped,
            durability=self._outbox.durability,
        )

    def flush(self, timeout_s: float) -> FlushReport:
        """Wait for everything queued so far; report what became of it."""
        last = self._outbox.last_seq
        self.progress.wait(lambda: self.progress.settled(last) or self.accounting().waiting == 0, timeout_s)
        return self._report()

    def _report(self) -> FlushReport:
        now = self.accounting()
        return FlushReport(sent=now.acknowledged, remaining=now.waiting, dropped=now.dropped)

    def close(self, timeout_s: float) -> FlushReport:
        """Say that the session ends, flush, stop the worker, give the journal up."""
        deadline = self._clock.monotonic() + timeout_s
        self._say("close", closed_by="owner")
        self.flush(timeout_s * 0.9)  # the rest is for the worker to notice that it has to stop
        if self._worker is not None:
            self._worker.stop(max(0.0, deadline - self._clock.monotonic()))
        self._outbox.close()
        return self._report()

    def _delivery(self, new_client: Callable[[], BrokerClient] | None) -> Delivery:
        if new_client is None:
            return EmbeddedDelivery(lambda: self._outbox.drained_seq, self.progress)
        courier = Courier(new_client, topic=self._config.topic, stop=self._stop, tick=self._tick)
        parking = Parking(
            partial(_create_parking, self._config, self._base, self._clock), progress=self.progress, clock=self._clock
        )
        adoption = None
        if self._config.adopt:
            root = self._config.journal_root
            adoption = Adoption(root, producer_id=self.producer_id, clock=self._clock, ids=self._ids)
        return KafkaDelivery(self._outbox, courier, parking, clock=self._clock, adoption=adoption)

    def _tick(self) -> None:
        """Look after the disk; give a sign of life when it is time, or when there is something to tell.

        That is: events were dropped since the last one, or wait elsewhere than it said.
        """
        self._outbox.recover()
        drops = sum(count for reason, count in self.progress.dropped.items() if reason != "heartbeat_full")
        now = self._clock.monotonic()
        durability = self._outbox.durability
        news = drops > self._told_drops or durability != self._told_durability
        if now >= self._next_heartbeat or (news and now >= self._next_news):
            self._told_drops, self._told_durability = drops, durability
            self._next_heartbeat = now + self._config.heartbeat_s
            self._next_news = now + _NEWS_S
            with suppress(ClientClosed):  # closed meanwhile: the closing event has said everything
                self._say("heartbeat")

    def _say(self, state: Literal["open", "heartbeat", "close"], closed_by: Literal["owner"] | None = None) -> None:
        """Record an event of the session itself."""
        codec, now_us = codec_for("producer.session"), self._clock.now_us()
        salt, event_id = self._ids.salt(), self._ids.uuid(now_us)

        def seal(seq: int) -> tuple[bytes, bytes]:
            dropped = self.progress.dropped
            row = session_row(
                self._base,
                state=state,
                seq=seq,
                emitted=seq - sum(dropped.values()),
                dropped=dropped,
                durability=self._outbox.durability,
                now_us=now_us,
                event_id=event_id,
                closed_by=closed_by,
            )
            return self.producer_id.encode(), codec.seal(row, salt).value

        priority = Priority.HEARTBEAT if state == "heartbeat" else Priority.CRITICAL
        self._outbox.put(seal, priority, closes=state == "close")


def _create_journal(config: ClientConfig, base: Mapping[str, Any], clock: Clock) -> JournalWriter:
    """The journal of this producer; raises `JournalUnavailable`."""
    return JournalWriter.create(config.journal_root, _meta(config, base, clock), config.journal_limits)


def _create_parking(config: ClientConfig, base: Mapping[str, Any], clock: Clock) -> JournalWriter:
    """The journal of its parked events; raises `JournalUnavailable`."""
    producer_id = base["producer_id"]
    meta = replace(
        _meta(config, base, clock), producer_id=producer_id + PARKING_SUFFIX, session={PARKING_MARK: producer_id}
    )
    return JournalWriter.create(config.journal_root, meta, config.parking_limits)


def _meta(config: ClientConfig, base: Mapping[str, Any], clock: Clock) -> JournalMeta:
    return JournalMeta(
        producer_id=base["producer_id"],
        service_id=config.service_id,
        tenant_id=config.tenant_id,
        sdk_version=SDK_VERSION,
        started_us=clock.now_us(),
        pid=process_id(),
        hostname=host_name(),
        boot_id=boot_id(),
        mode="embedded" if config.embedded_dir is not None else "kafka",
        session={name: value for name, value in base.items() if name != "producer_id"},
    )
