"""One request from prompt to outputs, as the service lives it."""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, overload

from tracemark.schemas import Event, InvalidEvent
from tracemark.schemas.clock import Clock
from tracemark.schemas.events import (
    AigcLabel,
    AudienceClass,
    ContentDelivered,
    DeliveryChannel,
    DutyBasis,
    Finish,
    LabelApplied,
    LabelCarrier,
    LabelKind,
    LabelPosition,
    LabelState,
    LabelVerdict,
    Modality,
    OutputGenerated,
    PromptReceived,
    RealnameMethod,
    RealnameStatus,
)
from tracemark.sdk.arguments import needed
from tracemark.sdk.digests import Content
from tracemark.sdk.duties import modalities_of, strictest_duty
from tracemark.sdk.host import process_id
from tracemark.sdk.progress import Receipt
from tracemark.sdk.streams import (
    DualRecordedStream,
    DualSource,
    Recording,
    TextOf,
    check_source,
    ending,
    error_text,
    recorded,
)

__all__ = ["Emitter", "Generation"]

_log = logging.getLogger("tracemark.sdk")

Chunk = TypeVar("Chunk")


class Emitter(Protocol):
    """What a generation needs of its client."""

    def emit(
        self,
        event: Event,
        *,
        user: str | None = None,
        recipient: str | None = None,
        content: Content | None = None,
        tenant: str | None = None,
        audience_class: AudienceClass | None = None,
    ) -> Receipt:
        """Record an event."""
        ...

    def check(
        self,
        event: Event,
        *,
        user: str | None = None,
        tenant: str | None = None,
        audience_class: AudienceClass | None = None,
    ) -> None:
        """Raise what `emit` would; record nothing."""
        ...


class Generation:
    """Use as `with` or `async with`; made by `AuditClient.generation`. One task or thread at a time, in one process.

    A body that raises is recorded as an output with `finish=error`, one whose task is cancelled as `finish=stopped`; the
    exception goes on its way, and leaving the block never raises one of ours. A child forked inside the body that leaves it
    records nothing of that, nor of streams begun before: they are its parent's.

    Attributes:
        request_id: The request.
    """

    def __init__(
        self,
        emitter: Emitter,
        clock: Clock,
        *,
        model: str,
        user: str | None,
        modality: Modality | Sequence[Modality],
        model_version: str | None,
        tenant: str | None,
        request_id: str,
        new_content_id: Callable[[], str],
        audience_class: AudienceClass | None,
        duty_basis: DutyBasis | None,
        jurisdiction: Sequence[str],
        language: str | None,
        trace_id: str | None,
        span_id: str | None,
        dimensions: Mapping[str, str],
    ) -> None:
        """See `AuditClient.generation`."""
        needed(model=model)
        self.request_id = request_id
        self._emitter = emitter
        self._clock = clock
        self._who: dict[str, Any] = {"user": user, "tenant": tenant, "audience_class": audience_class}
        self._common: dict[str, Any] = {
            "request_id": request_id,
            "model_id": model,
            "model_version": model_version,
            "trace_id": trace_id,
            "span_id": span_id,
            "dimensions": dimensions,
        }
        self._modality = modalities_of(modality)
        self._language = language
        self._duty_basis: DutyBasis | None = duty_basis
        self._cn = "cn" in jurisdiction
        self._new_content_id = new_content_id
        self._next_content_id = new_content_id()
        self._outputs: list[Receipt] = []
        self._prompts = 0
        self._streams: list[Recording] = []
        self._started = clock.monotonic()
        self._process = process_id()

    @property
    def content_id(self) -> str:
        """The newest output; before the first one, the id that it will have."""
        return self.content_ids[-1] if self._outputs else self._next_content_id

    @property
    def content_ids(self) -> tuple[str, ...]:
        """All outputs so far."""
        return tuple(receipt.content_id for receipt in self._outputs if receipt.content_id is not None)

    @property
    def outputs(self) -> tuple[Receipt, ...]:
        """The receipts of all outputs so far; that of a stream once it has ended."""
        return tuple(self._outputs)

    def prompt(
        self,
        content: Content | None,
        *,
        modality: Modality | Sequence[Modality] | None = None,
        language: str | None = None,
        realname_status: RealnameStatus = "unknown",
        realname_method: RealnameMethod | None = None,
    ) -> Receipt:
        """Record what the user asked. The text is digested here and now, and not kept."""
        event = PromptReceived(
            modality=self._modalities(modality),
            language=self._language if language is None else language,
            prompt_index=self._prompts,
            realname_status=realname_status,
            realname_method=realname_method,
            **self._common,
        )
        self._prompts += 1
        return self._emitter.emit(event, content=content, **self._who)

    def output(
        self,
        content: Content | None,
        *,
        finish: Finish = "complete",
        modality: Modality | Sequence[Modality] | None = None,
        language: str | None = None,
        media_type: str | None = None,
        duty_basis: DutyBasis | None = None,
        content_id: str | None = None,
        upstream_service_id: str | None = None,
        upstream_content_id: str | None = None,
        stream_chunks: int | None = None,
    ) -> Receipt:
        """Record what the model answered; each call is one more output with a content id of its own.

        The receipt has what a label in a file needs: `content_id`, and `event_hash` for ReservedCode1.
        """
        event = self._output_event(
            finish=finish,
            modality=modality,
            language=language,
            media_type=media_type,
            duty_basis=duty_basis,
            content_id=content_id,
            upstream_service_id=upstream_service_id,
            upstream_content_id=upstream_content_id,
            stream_chunks=stream_chunks,
        )
        receipt = self._emitter.emit(event, content=content, **self._who)
        self._outputs.append(receipt)
        self._next_content_id = self._new_content_id()
        return receipt

    @overload
    def stream(
        self, chunks: DualSource[Chunk], *, text: TextOf[Chunk] = None, finish: Finish = "complete", **output: Any
    ) -> DualRecordedStream[Chunk]: ...
    @overload
    def stream(
        self, chunks: AsyncIterable[Chunk], *, text: TextOf[Chunk] = None, finish: Finish = "complete", **output: Any
    ) -> AsyncIterator[Chunk]: ...
    @overload
    def stream(
        self, chunks: Iterable[Chunk], *, text: TextOf[Chunk] = None, finish: Finish = "complete", **output: Any
    ) -> Iterator[Chunk]: ...
    def stream(
        self,
        chunks: Iterable[Chunk] | AsyncIterable[Chunk],
        *,
        text: TextOf[Chunk] = None,
        finish: Finish = "complete",
        **output: Any,
    ) -> Iterator[Chunk] | AsyncIterator[Chunk]:
        """Hand chunks through, and record what was really handed out when the stream ends.

        A consumer that leaves before the end makes `finish=partial`, a source that raises `finish=error`. Bad arguments
        raise here; afterwards nothing of ours raises into the stream: what cannot be recorded is logged.

        Args:
            chunks: The model's stream: an iterable, an async iterable, or both.
            text: The text (or bytes) of a chunk, for streams of objects; None or empty for chunks without any.
            finish: How a stream is recorded that was read to its end, such as `refused`.
            output: Further arguments of `output`, but for `stream_chunks`, which are counted.
        """
        check_source(chunks, text)
        if "stream_chunks" in output:
            raise InvalidEvent("stream_chunks", "was given for a stream, which counts its chunks", "leave it out")
        self._emitter.check(self._output_event(finish=finish, **output), **self._who)

        def record(content: str | bytes | None, how: Finish, count: int) -> None:
            self.output(content, finish=finish if how == "complete" else how, stream_chunks=count, **output)

        recording = Recording(record, text)
        self._streams.append(recording)
        return recorded(chunks, recording)

    def label(
        self,
        *,
        kind: LabelKind,
        carrier: LabelCarrier,
        positions: Sequence[LabelPosition] = (),
        labelled: Content | None = None,
        state: LabelState = "applied",
        content_id: str | None = None,
        duty_basis: DutyBasis | None = None,
        modality: Modality | Sequence[Modality] | None = None,
        height_ratio: float | None = None,
        label_duration_ms: int | None = None,
        media_type: str | None = None,
        aigc_label: AigcLabel | None = None,
        aigc_content_producer: str | None = None,
        aigc_produce_id: str | None = None,
        aigc_reserved_code1: str | None = None,
        aigc_content_propagator: str | None = None,
        aigc_propagate_id: str | None = None,
        aigc_reserved_code2: str | None = None,
    ) -> Receipt:
        """Record a label on the newest output (or `content_id`).

        `labelled` is the content in the form that is handed over, label included: it is found again by that form, too.
        """
        modalities = self._modalities(modality)
        event = LabelApplied(
            label_kind=kind,
            label_carrier=carrier,
            label_positions=positions,
            label_state=state,
            duty_basis=self._duty(modalities, duty_basis),
            modality=modalities,
            height_ratio=height_ratio,
            label_duration_ms=label_duration_ms,
            media_type=media_type,
            aigc_label=aigc_label,
            aigc_content_producer=aigc_content_producer,
            aigc_produce_id=aigc_produce_id,
            aigc_reserved_code1=aigc_reserved_code1,
            aigc_content_propagator=aigc_content_propagator,
            aigc_propagate_id=aigc_propagate_id,
            aigc_reserved_code2=aigc_reserved_code2,
            content_id=self.content_id if content_id is None else content_id,
            **self._common,
        )
        return self._emitter.emit(event, content=labelled, **self._who)

    def deliver(
        self,
        *,
        channel: DeliveryChannel,
        delivered: Content | None = None,
        explicit: LabelVerdict = "not_checked",
        implicit: LabelVerdict = "not_checked",
        recipient: str | None = None,
        grant_id: str | None = None,
        content_id: str | None = None,
        duty_basis: DutyBasis | None = None,
        modality: Modality | Sequence[Modality] | None = None,
        media_type: str | None = None,
    ) -> Receipt:
        """Record that the newest output (or `content_id`) was handed over (Labelling Measures art. 4).

        `delivered` is the content in the form handed over: it is found again by that form, too. `explicit` and `implicit`
        are what a check of that form found; a claim is no check.
        """
        modalities = self._modalities(modality)
        event = ContentDelivered(
            modality=modalities,
            delivery_channel=channel,
            duty_basis=self._duty(modalities, duty_basis),
            explicit_verdict=explicit,
            implicit_verdict=implicit,
            grant_id=grant_id,
            media_type=media_type,
            content_id=self.content_id if content_id is None else content_id,
            **self._common,
        )
        return self._emitter.emit(event, content=delivered, recipient=recipient, **self._who)

    def __enter__(self) -> Self:
        self._started, self._process = self._clock.monotonic(), process_id()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        streams, self._streams = self._streams, []
        how = ending(error)
        endings = {stream.finish(how) for stream in streams}
        said: Finish = "stopped" if how == "partial" else how
        if error is None or {how, said} & endings or self._process != process_id():
            return  # in a process forked inside the block, too: the one that entered it records how it ended
        try:
            self.output(None, finish=said)
        except Exception as problem:  # noqa: BLE001 - the body's own exception is what its caller must see
            _log.error("how a generation ended could not be recorded: %s", error_text(problem))

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def __repr__(self) -> str:
        return f"<Generation {self.request_id!r}, {self._prompts} prompts, {len(self._outputs)} outputs>"

    def _output_event(
        self,
        *,
        finish: Finish = "complete",
        modality: Modality | Sequence[Modality] | None = None,
        language: str | None = None,
        media_type: str | None = None,
        duty_basis: DutyBasis | None = None,
        content_id: str | None = None,
        upstream_service_id: str | None = None,
        upstream_content_id: str | None = None,
        stream_chunks: int | None = None,
    ) -> OutputGenerated:
        modalities = self._modalities(modality)
        return OutputGenerated(
            modality=modalities,
            language=self._language if language is None else language,
            output_index=len(self._outputs),
            finish=finish,
            duty_basis=self._duty(modalities, duty_basis),
            media_type=media_type,
            generation_ms=round((self._clock.monotonic() - self._started) * 1000),
            stream_chunks=stream_chunks,
            upstream_service_id=upstream_service_id,
            upstream_content_id=upstream_content_id,
            content_id=self._next_content_id if content_id is None else content_id,
            **self._common,
        )

    def _modalities(self, modality: Modality | Sequence[Modality] | None) -> tuple[Modality, ...]:
        return self._modality if modality is None else modalities_of(modality)

    def _duty(self, modalities: Sequence[Modality], named: DutyBasis | None) -> DutyBasis:
        """What the call says, else the service, else the modalities where China's rules apply."""
        if named is not None:
            return named
        if self._duty_basis is not None:
            return self._duty_basis
        return strictest_duty(modalities) if self._cn else "none"
