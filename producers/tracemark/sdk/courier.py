"""Delivery to Kafka: entries in, acknowledgements out, in order, for as long as it takes.

The broker client never gives up by itself; a failure ends the client, and what was not acknowledged is sent again by the next one,
marked as a replay where the broker may have it already.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from tracemark.schemas import HEADER_REPLAY, HEADER_SCHEMA, UnknownSchema, codec_by_id
from tracemark.schemas.framing import unframe
from tracemark.schemas.topics import CONTROL_TOPIC
from tracemark.sdk.broker import Acknowledged, BrokerClient, BrokerError, Failed, Outcome, Record, TopicRefused
from tracemark.sdk.journal import Entry, Kind

__all__ = ["Courier", "Delivered", "Stop"]

_log = logging.getLogger("tracemark.sdk")

_REPLAY = (HEADER_REPLAY, b"1")
_LOOK_S = 0.25
_CONNECT_S = 5.0
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0


class Stop(Protocol):
    """What tells the courier to give up; `threading.Event` fits."""

    def is_set(self) -> bool:
        """Whether to give up."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for it."""
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of entries handed to the courier; those not named here have arrived, or were parked."""

    refused: list[tuple[Entry, str]] = field(default_factory=list[tuple[Entry, str]])
    """Events that the broker will never take, each with its reason."""
    left: list[Entry] = field(default_factory=list[Entry])
    """Events of a topic that is refused, and that could not be parked."""


class Courier:
    """Owns the broker client. Everything here runs on one thread."""

    def __init__(
        self, new_client: Callable[[], BrokerClient], *, topic: str, stop: Stop, tick: Callable[[], None]
    ) -> None:
        """`tick` is called while waiting, at least four times a second, so that heartbeats go on during an outage."""
        self._new_client = new_client
        self._topic = topic
        self._client: BrokerClient | None = None
        self._stop = stop
        self._tick = tick
        self._pause_s = _FIRST_PAUSE_S
        self._trouble = ""

    def is_aside(self, entry: Entry) -> bool:
        """Whether an entry goes to another topic than most: if that is refused, the others need not wait."""
        return entry.kind is Kind.EVENT and self._topic_of(entry) != self._topic

    def deliver(
        self,
        entries: Sequence[Entry],
        *,
        is_replay: Callable[[Entry], bool],
        park: Callable[[Sequence[Entry]], int] = lambda _: 0,
    ) -> Delivered | None:
        """Deliver every event among `entries`; blocks until the broker has answered for each.

        Events of another topic than the producer's own are not waited for when the broker refuses that topic.

        Args:
            entries: In order.
            is_replay: Which of them the broker may have already.
            park: Puts events of a refused topic elsewhere; returns how many, from the first on.

        Returns:
            What became of them; None when told to stop before the end.
        """
        waiting = [(entry, is_replay(entry)) for entry in entries if entry.kind is Kind.EVENT]
        done = Delivered()
        while waiting:
            if self._stop.is_set():
                return None
            try:
                outcomes = self._attempt([self._record(entry, again=again) for entry, again in waiting])
            except TopicRefused as error:
                aside = [entry for entry, _ in waiting if self._topic_of(entry) == error.topic]
                waiting = [each for each in waiting if self._topic_of(each[0]) != error.topic]
                parked = park(aside)
                if parked:
                    _log.warning("%d events are parked on disk, the others go on: %s", parked, error)
                done.left.extend(aside[parked:])
                continue
            pairs = list(zip(waiting, outcomes, strict=True))
            done.refused.extend((entry, o.code) for (entry, _), o in pairs if isinstance(o, Failed) and not o.retriable)
            waiting = [(entry, again or _is_ambiguous(o)) for (entry, again), o in pairs if not _is_settled(o)]
            if waiting:
                self._rest()
        return done

    def close(self, timeout_s: float) -> None:
        """Let the client go."""
        if self._client is not None:
            self._client.close(timeout_s)
            self._client = None

    def _attempt(self, records: Sequence[Record]) -> Sequence[Outcome]:
        """One submission, waited for to its end; on trouble, whatever is known of it.

        Raises:
            TopicRefused: Of another topic than the producer's own; nothing was submitted.
        """
        try:
            client = self._connected()
            batch = client.submit(records)
        except BrokerError as error:
            if isinstance(error, TopicRefused) and error.topic != self._topic:
                raise
            self._note(str(error))
            self.close(0.0)
            return [Failed("not_submitted", retriable=True, ambiguous=False)] * len(records)
        while not batch.wait(_LOOK_S):
            self._tick()
            if self._stop.is_set():
                self.close(0.0)
        outcomes = batch.outcomes()
        if all(isinstance(outcome, Acknowledged) for outcome in outcomes):
            self._note("")
        elif any(isinstance(outcome, Failed) and outcome.retriable for outcome in outcomes):
            self._note("the broker did not take everything: " + _codes(outcomes))
            self.close(0.0)
        return outcomes

    def _record(self, entry: Entry, *, again: bool) -> Record:
        fingerprint, control = _about(unframe(entry.value)[0])
        headers = ((HEADER_SCHEMA, fingerprint),) if fingerprint else ()
        topic = CONTROL_TOPIC if control else self._topic
        return Record(topic, entry.key, entry.value, (*headers, _REPLAY) if again else headers)

    def _topic_of(self, entry: Entry) -> str:
        _, control = _about(unframe(entry.value)[0])
        return CONTROL_TOPIC if control else self._topic

    def _connected(self) -> BrokerClient:
        if self._client is None:
            self._client = self._new_client()
        self._client.connect(_CONNECT_S)
        return self._client

    def _rest(self) -> None:
        """Wait a little longer after every failure in a row, and let heartbeats go on."""
        self._tick()
        self._stop.wait(self._pause_s)
        self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)

    def _note(self, trouble: str) -> None:
        if not trouble:
            self._pause_s = _FIRST_PAUSE_S
        if bool(trouble) != bool(self._trouble):
            if trouble:
                _log.warning("events wait in the journal: %s", trouble)
            else:
                _log.warning("events are delivered again")
        self._trouble = trouble


@cache
def _about(schema_id: int) -> tuple[bytes, bool]:
    """The full fingerprint, and whether it is a governance event.

    The fingerprint is empty for an adopted event of a newer release, which its sink knows by the id.
    """
    try:
        codec = codec_by_id(schema_id)
    except UnknownSchema:
        return b"", False
    return codec.fingerprint, codec.topic == "control"


def _is_settled(outcome: Outcome) -> bool:
    return isinstance(outcome, Acknowledged) or (isinstance(outcome, Failed) and not outcome.retriable)


def _is_ambiguous(outcome: Outcome) -> bool:
    return outcome is None or (isinstance(outcome, Failed) and outcome.ambiguous)


def _codes(outcomes: Sequence[Outcome]) -> str:
    return ", ".join(sorted({outcome.code for outcome in outcomes if isinstance(outcome, Failed)}))
