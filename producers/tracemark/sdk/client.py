"""The client a service holds: one per process, safe to use from any thread and across forks."""

import atexit
import os
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NoReturn, Self

from tracemark.schemas import Event, EventCodec
from tracemark.schemas.clock import Clock, SystemClock
from tracemark.schemas.events import AudienceClass, DutyBasis, Modality
from tracemark.sdk.broker import BrokerClient, choose_client
from tracemark.sdk.cases import CaseRecorder
from tracemark.sdk.config import ClientConfig
from tracemark.sdk.digests import Content, Digester
from tracemark.sdk.errors import AuditNotDurable, ClientClosed, ConfigurationError
from tracemark.sdk.generation import Generation
from tracemark.sdk.ids import IdSource, RandomIds
from tracemark.sdk.journal import JournalNotDurable, JournalUnavailable, Priority
from tracemark.sdk.keyring import Keyring, KeyringExists
from tracemark.sdk.outbox import Slot
from tracemark.sdk.producer import Producer
from tracemark.sdk.progress import Accounting, FlushReport, Receipt
from tracemark.sdk.rows import Rows, codec_of
from tracemark.sdk.settings import of_type
from tracemark.sdk.streams import finish_all

__all__ = ["AuditClient"]

_KEYRINGS = "pass a Keyring, or the path of its file to ClientConfig"


class AuditClient(CaseRecorder):
    """Records what a service generates.

    ```python
    audit = AuditClient.from_env()
    with audit.generation(model="m-1", user="u-42", modality="text") as gen:
        gen.prompt(question)
        gen.output(answer := model(question))
        gen.label(kind="explicit", carrier="text_prompt", positions=["end"], labelled=answer + notice)
    ```

    *What leaves the process*: keyed digests, buckets and codes; never a prompt, an output or a user id.
    *Speed*: everything is done on the caller's thread up to one append to a file, tens of microseconds; it never waits for a
    broker. *Threads*: any. *Forks*: a child records under a producer id and journal of its own, from its first event on.
    """

    def __init__(
        self,
        config: ClientConfig,
        *,
        keyring: Keyring | None = None,
        broker: Callable[[], BrokerClient] | None = None,
        clock: Clock | None = None,
        ids: IdSource | None = None,
    ) -> None:
        """Open a session: the journal is created, and the first event says so.

        Args:
            config: Settings; see `ClientConfig`.
            keyring: The keys, instead of the file that `config` names.
            broker: Makes a broker client, instead of Kafka's; for tests.
            clock: The time; for tests.
            ids: Identities and salts; for tests.

        Raises:
            ConfigurationError: A setting is unusable.
            KeyringError: The keyring is missing, unreadable or malformed; the text says what to run.
            JournalUnavailable: Embedded mode, and no journal can be written in its directory. (With Kafka, and in a
                forked child, events wait in memory and the journal is tried again.)
        """
        self.config = of_type("config", config, ClientConfig, "pass a ClientConfig, or use AuditClient.from_env")
        self._clock = clock or SystemClock()
        self._ids = ids or RandomIds()
        ring = _open_keyring(config) if keyring is None else of_type("keyring", keyring, Keyring, _KEYRINGS)
        self._digester = Digester(ring, prompts=config.digests_prompts)
        self._new_client = broker or _broker_factory(config)
        self._rows = Rows(config, self._clock, self._ids)
        # Re-entrant, because the collector may close a generator that emits while this thread is inside.
        self._lock = threading.RLock()
        self._closed = False
        self._last_report = FlushReport(sent=0, remaining=0, dropped={})
        self._producer: Producer | None = self._new_producer(insist=True)
        _clients.add(self)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **overrides: Any) -> Self:
        """A client configured by environment variables (`tracemark.sdk.config.ENVIRONMENT`); arguments win over them."""
        return cls(ClientConfig.from_env(os.environ if environ is None else environ, **overrides))

    # -- recording ---------------------------------------------------------------------------------------------------

    def generation(
        self,
        *,
        model: str,
        user: str | None = None,
        modality: Modality | Sequence[Modality] = "text",
        model_version: str | None = None,
        tenant: str | None = None,
        request_id: str | None = None,
        audience_class: AudienceClass | None = None,
        duty_basis: DutyBasis | None = None,
        language: str | None = None,
        trace_id: str | None = None,
        span_id: str | None = None,
        dimensions: Mapping[str, str] | None = None,
    ) -> Generation:
        """One request from prompt to outputs, as `with` or `async with`.

        Args:
            model: The model asked.
            user: Your id of the user; only a keyed pseudonym of it is recorded.
            modality: Of prompt and output, unless a call says otherwise.
            model_version: Its version.
            tenant: Your customer, instead of the configured one; chooses the keys.
            request_id: Your id of the request; by default a fresh one.
            audience_class: Who is served, as seen now.
            duty_basis: Which labelling duty applies to the outputs.
            language: BCP 47 tag of prompt and output.
            trace_id: W3C trace context, 32 hex digits.
            span_id: W3C trace context, 16 hex digits.
            dimensions: Allow-listed labels of operation.

        Raises:
            InvalidEvent: The model or the modality is missing or none; the rest is checked with the first event.
        """
        return Generation(
            self,
            self._clock,
            model=model,
            user=user,
            modality=modality,
            model_version=model_version,
            tenant=tenant,
            request_id=self._ids.uuid(self._clock.now_us()) if request_id is None else request_id,
            new_content_id=lambda: self._ids.uuid(self._clock.now_us()),
            audience_class=audience_class,
            duty_basis=self.config.duty_basis if duty_basis is None else duty_basis,
            jurisdiction=self.config.jurisdiction,
            language=language,
            trace_id=trace_id,
            span_id=span_id,
            dimensions={} if dimensions is None else dimensions,
        )

    def emit(
        self,
        event: Event,
        *,
        user: str | None = None,
        recipient: str | None = None,
        accessor: str | None = None,
        content: Content | None = None,
        tenant: str | None = None,
        audience_class: AudienceClass | None = None,
        event_id: str | None = None,
    ) -> Receipt:
        """Record any event of `tracemark.schemas.events`.

        Args:
            event: What happened.
            user: Your id of the user it concerns; recorded as a pseudonym, like the next two.
            recipient: Your id of whom a content was handed to.
            accessor: Your id of the member of staff who read audit data.
            content: The text or file bytes it is about, for events that identify content; recorded as tokens.
            tenant: Your customer, instead of the configured one.
            audience_class: Who was served, instead of the configured class.
            event_id: Identity, when an event is emitted again after `AuditNotDurable`: a UUID in lower case, as that names it.

        Returns:
            A receipt. A standard event that found no room is dropped and counted, and its receipt says so.

        Raises:
            InvalidEvent: A field breaks the schema; nothing was recorded.
            AuditNotDurable: A critical event is not known to be durable.
            ClientClosed: The client was closed.
        """
        codec = codec_of(event)
        salt = self._ids.salt()
        row = self._rows.make(event, codec, tenant=tenant, audience_class=audience_class, event_id=event_id)
        people = {"subject_ref": user, "recipient_ref": recipient, "accessor_ref": accessor}
        row.update(self._digester.fields(codec, row, people=people, content=content, salt=salt))
        return self._record(codec, row, salt, replayed=event_id is not None)

    def check(
        self,
        event: Event,
        *,
        user: str | None = None,
        recipient: str | None = None,
        accessor: str | None = None,
        tenant: str | None = None,
        audience_class: AudienceClass | None = None,
        event_id: str | None = None,
    ) -> None:
        """Raise the `InvalidEvent` that `emit` would raise for these arguments; record nothing."""
        self._rows.check(
            event,
            user=user,
            recipient=recipient,
            accessor=accessor,
            tenant=tenant,
            audience_class=audience_class,
            event_id=event_id,
        )

    # -- accounting --------------------------------------------------------------------------------------------------

    def accounting(self) -> Accounting:
        """Where every event of this producer is, now."""
        return self._current().accounting()

    def flush(self, timeout: float = 5.0) -> FlushReport:
        """Wait until everything emitted so far is acknowledged, at most `timeout` seconds; never raises for a slow broker."""
        return self._current().flush(timeout)

    def close(self, timeout: float = 5.0) -> FlushReport:
        """Close the session, deliver what can be delivered in `timeout` seconds, and say what could not.

        What remains in the journal is not lost: the next process on this host delivers it. Safe to call twice.
        """
        with self._lock:
            producer, self._producer, self._closed = self._producer, None, True
        _clients.discard(self)
        if producer is not None:
            self._last_report = producer.close(timeout)
        return self._last_report

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        producer = self._producer
        state = "closed" if self._closed else f"producer {producer.producer_id}" if producer else "no event yet"
        return f"<AuditClient of {self.config.service_id!r}, {state}>"

    def __getstate__(self) -> NoReturn:
        raise TypeError(
            "an AuditClient cannot be sent to another process: make one there, with AuditClient.from_env(); a forked child"
            " may simply use the one that it finds"
        )

    # -- inside ------------------------------------------------------------------------------------------------------

    def _record(self, codec: EventCodec, row: dict[str, Any], salt: bytes, *, replayed: bool) -> Receipt:
        row["retention_class"] = codec.retention_class(row)
        delivery = codec.delivery(row)
        critical = delivery in {"protective", "permissive"}
        producer = self._current()
        receipt = Receipt(row["event_id"], 0, row["content_id"], producer.progress)
        priority = Priority.CRITICAL if critical else Priority.STANDARD
        slot = producer.put(codec, row, salt, priority, replay=replayed, receipt=receipt)
        if critical:
            self._make_durable(producer, slot, receipt, protective=delivery == "protective")
        return receipt

    def _make_durable(self, producer: Producer, slot: Slot, receipt: Receipt, *, protective: bool) -> None:
        """On disk, or acknowledged by the broker, whichever can be had."""
        if not receipt.seq:
            raise AuditNotDurable(
                receipt.event_id, protective=protective, cause="it was emitted in the middle of another event"
            )
        if not receipt.accepted:
            raise AuditNotDurable(receipt.event_id, protective=protective, cause=f"it was dropped: {receipt.dropped}")
        if slot.position is None:
            if not receipt.wait(self.config.critical_wait_s):
                raise AuditNotDurable(receipt.event_id, protective=protective, cause="no disk, and no broker in time")
            return
        try:
            producer.sync(slot, self.config.critical_wait_s)
        except (JournalNotDurable, JournalUnavailable) as error:
            if not receipt.acknowledged:
                raise AuditNotDurable(
                    receipt.event_id, protective=protective, cause="the disk did not answer"
                ) from error

    def _current(self) -> Producer:
        producer = self._producer
        if producer is not None:
            return producer
        with self._lock:
            if self._closed:
                raise ClientClosed("the audit client was closed; make a new one to record more")
            if self._producer is None:
                self._producer = self._new_producer(insist=False)
            return self._producer

    def _new_producer(self, *, insist: bool) -> Producer:
        return Producer.open(self.config, self._new_client, clock=self._clock, ids=self._ids, insist=insist)

    def abandon_after_fork(self) -> None:
        """In a forked child, called by itself at every fork: forget the parent's producer; the next event opens our own."""
        self._lock = threading.RLock()
        if self._producer is not None:
            self._producer.progress.abandon_after_fork()  # receipts of the parent's events may still be asked here
        self._producer = None


def _open_keyring(config: ClientConfig) -> Keyring:
    """The configured keyring; embedded mode makes one for its directory, whoever comes first."""
    path = config.keyring_path
    if path is None:
        raise ConfigurationError(
            "no keyring: run `tracemark keys init --keyring FILE`, then set TRACEMARK_KEYRING=FILE or pass keyring="
        )
    if config.embedded_dir is not None and not path.exists():
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"url: the directory {path.parent} cannot be made ({error.strerror}); name one that this user may write to"
            ) from error
        with suppress(KeyringExists):
            Keyring.create().save(path)
    return Keyring.load(path)


def _broker_factory(config: ClientConfig) -> Callable[[], BrokerClient] | None:
    if config.embedded_dir is not None:
        return None
    broker_config = config.broker_config
    return lambda: choose_client(broker_config)


_clients: "weakref.WeakSet[AuditClient]" = weakref.WeakSet()


def _close_all() -> None:
    finish_all()
    for client in list(_clients):
        client.close(2.0)


def _forget_all() -> None:
    for client in list(_clients):
        client.abandon_after_fork()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
