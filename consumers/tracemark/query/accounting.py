"""Where every event went: `emitted = stored + dead-lettered + in journal + in Kafka + dropped (by reason)`.

Producers number their events without gaps, drops included, and say in their sessions how many they drew and dropped. So the
left side is known without asking them, as soon as one later event of theirs is stored.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracemark.query.reader import Reader

__all__ = ["NOTHING_WAITS", "Accounting", "ProducerAccount", "Waiting", "account"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What has not reached the store, as the caller sees it.

    Attributes:
        in_journal: Events that wait in journals.
        in_kafka: Records that the sink has not settled.
        last_seqs: By producer_id, the highest number drawn according to its journal: the store may not know it yet.
        dropped: By producer_id, drops that a journal declares and no stored session mentions yet, by reason.
    """

    in_journal: int = 0
    in_kafka: int = 0
    last_seqs: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


NOTHING_WAITS = Waiting()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerAccount:
    """One producer.

    Attributes:
        producer_id: The process.
        service_id: Its service.
        emitted: The highest number it is known to have drawn.
        stored: Its events that are stored, each counted once.
        duplicates: Rows beyond that; never anything but 0.
        dropped: What it says it dropped, by reason.
        closed: Whether its session was closed, so that `emitted` is final.
    """

    producer_id: str
    service_id: str
    emitted: int
    stored: int
    duplicates: int
    dropped: Mapping[str, int]
    closed: bool

    @property
    def missing(self) -> int:
        """Events of its that are neither stored nor dropped."""
        return self.emitted - self.stored - sum(self.dropped.values())

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "producer_id": self.producer_id,
            "service_id": self.service_id,
            "emitted": self.emitted,
            "stored": self.stored,
            "duplicates": self.duplicates,
            "dropped": dict(self.dropped),
            "closed": self.closed,
            "missing": self.missing,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """The equation, over all producers.

    Attributes:
        producers: One account each, in order of `producer_id`.
        dead_lettered: Records put aside; those that no producer of ours wrote are among them.
        in_journal: Events that wait in journals.
        in_kafka: Records that the sink has not settled.
    """

    producers: tuple[ProducerAccount, ...]
    dead_lettered: int
    in_journal: int
    in_kafka: int

    @property
    def emitted(self) -> int:
        """The left side."""
        return sum(producer.emitted for producer in self.producers)

    @property
    def stored(self) -> int:
        """Events stored, each counted once."""
        return sum(producer.stored for producer in self.producers)

    @property
    def duplicates(self) -> int:
        """Rows stored beyond one per event."""
        return sum(producer.duplicates for producer in self.producers)

    @property
    def dropped(self) -> Mapping[str, int]:
        """Drops by reason."""
        total: Counter[str] = Counter()
        for producer in self.producers:
            total.update(producer.dropped)
        return dict(sorted(total.items()))

    @property
    def unexplained(self) -> int:
        """Left side less right side: above 0 events are missing, below 0 there is more than was ever emitted."""
        return (
            self.emitted
            - self.stored
            - self.dead_lettered
            - self.in_journal
            - self.in_kafka
            - sum(self.dropped.values())
        )

    @property
    def closes(self) -> bool:
        """Whether every event is accounted for, and none twice."""
        return self.unexplained == 0 and self.duplicates == 0

    @property
    def line(self) -> str:
        """The equation for people."""
        reasons = ", ".join(f"{reason} {count}" for reason, count in self.dropped.items())
        dropped = f"{sum(self.dropped.values())} dropped" + (f" ({reasons})" if reasons else "")
        equation = (
            f"{self.emitted} emitted = {self.stored} stored + {self.dead_lettered} dead-lettered + "
            f"{self.in_journal} in journal + {self.in_kafka} in Kafka + {dropped}"
        )
        more = [f"{self.unexplained} unexplained"] if self.unexplained else []
        more += [f"{self.duplicates} stored twice"] if self.duplicates else []
        return f"{equation} ({', '.join(more)})" if more else equation

    def to_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "emitted": self.emitted,
            "stored": self.stored,
            "dead_lettered": self.dead_lettered,
            "in_journal": self.in_journal,
            "in_kafka": self.in_kafka,
            "dropped": dict(self.dropped),
            "unexplained": self.unexplained,
            "duplicates": self.duplicates,
            "closes": self.closes,
            "producers": [producer.to_dict() for producer in self.producers],
        }


def account(reader: Reader, waiting: Waiting = NOTHING_WAITS) -> Accounting:
    """Count what is stored and put aside, and set it against what producers drew; two round trips.

    While producers run, what they drew since their last stored event is on neither side; events on their way between two
    places at the very moment of counting can show as unexplained, so ask twice before worrying.
    """
    return Accounting(
        producers=tuple(_producer(row, waiting) for row in reader.query(_PRODUCERS)),
        dead_lettered=reader.query(_DEAD_LETTERS)[0]["records"],
        in_journal=waiting.in_journal,
        in_kafka=waiting.in_kafka,
    )


_PRODUCERS = """
    SELECT producer_id, any(service_id) AS service_id, max(producer_seq) AS highest,
           uniqExact(producer_seq) AS stored, count() - stored AS duplicates,
           argMaxIf(dropped, last_seq, event_type = 'producer.session') AS declared,
           countIf(session_state = 'close') > 0 AS closed
    FROM events GROUP BY producer_id ORDER BY producer_id"""

_DEAD_LETTERS = "SELECT uniqExact(topic, topic_id, partition, offset) AS records FROM dead_letters"


def _producer(row: Mapping[str, Any], waiting: Waiting) -> ProducerAccount:
    producer_id = str(row["producer_id"])
    dropped = Counter(row["declared"]) + Counter(waiting.dropped.get(producer_id, {}))
    return ProducerAccount(
        producer_id=producer_id,
        service_id=row["service_id"],
        emitted=max(row["highest"], waiting.last_seqs.get(producer_id, 0)),
        stored=row["stored"],
        duplicates=row["duplicates"],
        dropped=dict(sorted(dropped.items())),
        closed=bool(row["closed"]),
    )
