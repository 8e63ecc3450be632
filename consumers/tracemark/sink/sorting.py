"""Which events of a range must be inserted, which are there already, and which are replays of others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracemark.sink.judging import Accepted, Rejected
from tracemark.sink.looking import Found, Look, Stored

__all__ = ["Sorted", "sorted_out"]


@dataclass(slots=True)
class Sorted:
    """The records of a range by what is to be done.

    Attributes:
        here: Events that belong at their offset, in order: those stored already and those to insert.
        fresh: Of them, those to insert.
        rejected: Records to put aside now.
        dead: Number of records that are dead letters, now or from before; `rejected` among them.
        duplicates: Number of replays of events stored elsewhere.
    """

    here: list[Accepted] = field(default_factory=list[Accepted])
    fresh: list[Accepted] = field(default_factory=list[Accepted])
    rejected: list[Rejected] = field(default_factory=list[Rejected])
    dead: int = 0
    duplicates: int = 0


def sorted_out(verdicts: Sequence[Accepted | Rejected], found: Found, look: Look) -> Sorted:
    """Sort a range, given what the store holds at its offsets; asks `look` about replays alone."""
    result = Sorted()
    accepted: list[Accepted] = []
    for verdict in verdicts:
        if verdict.record.offset in found.dead:
            result.dead += 1
        elif isinstance(verdict, Rejected):
            _reject(result, verdict)
        else:
            accepted.append(verdict)
    replayed = {event.event_id for event in accepted if event.is_replay and not _is_there(event, found)}
    known = look.by_id(replayed) if replayed else {}
    seen: dict[str, bytes] = {}
    for event in accepted:
        _place(
            result,
            event,
            is_there=_is_there(event, found),
            known=known,
            seen=seen if event.event_id in replayed else {},
        )
    return result


def _is_there(event: Accepted, found: Found) -> bool:
    return (event.record.offset, event.event_hash) in found.events


def _place(
    result: Sorted, event: Accepted, *, is_there: bool, known: Mapping[str, Stored], seen: dict[str, bytes]
) -> None:
    event_id, event_hash = event.event_id, event.event_hash
    if is_there:
        result.here.append(event)
        seen[event_id] = event_hash
        return
    other = seen.get(event_id) or (known[event_id].event_hash if event_id in known else None)
    if other is None:
        result.here.append(event)
        result.fresh.append(event)
        seen[event_id] = event_hash
    elif other == event_hash:
        result.duplicates += 1
    else:
        _reject(result, Rejected(event.record, "identity_conflict", "event_id", event.schema.schema_id))


def _reject(result: Sorted, rejected: Rejected) -> None:
    result.rejected.append(rejected)
    result.dead += 1
