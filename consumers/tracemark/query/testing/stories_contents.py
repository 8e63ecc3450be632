"""Stories of cases about several contents, each found, stopped, removed and reported by itself; and of links to them."""

from typing import Final

from tracemark.query.testing.cases import illegal_content
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.teller import HOUR, SECOND, Producer

_DAY: Final = 24 * HOUR


def _found(p: Plot, producer: Producer, number: int, at: int, **steps: int | None) -> None:
    """One more content of the plant's case; `steps` as in `illegal_content`."""
    p.tell(illegal_content(p.teller, producer, f"c-{p.name}", at, f"o-{p.name}-{number}", steps=steps))


@plant("near_miss")
def contents_found_one_by_one(p: Plot) -> None:
    """Another content of a case is found ten days after the first, and handled in time; one remedy serves both."""
    producer = p.producer()
    _found(p, producer, 1, p.at)
    _found(p, producer, 2, p.at + 10 * _DAY, remediate=None)


@plant("near_miss")
def reported_before_it_was_written_down(p: Plot) -> None:
    """The authority was told first; who removed it wrote down nothing but that, and when."""
    producer = p.producer()
    for event in illegal_content(p.teller, producer, f"c-{p.name}", p.at, f"o-{p.name}", steps={"report": -HOUR}):
        p.tell({**event, "detected_at": None} if event["event_type"] == "moderation.action" else event)


@plant("violation")
def content_at_fault(p: Plot) -> None:
    """Of three contents, found a day apart, the second was stopped late and never removed: the row is about that one."""
    producer = p.producer()
    _found(p, producer, 1, p.at)
    _found(p, producer, 2, p.at + _DAY, stop=HOUR + 1, remove=None)
    _found(p, producer, 3, p.at + 2 * _DAY)
    p.expect("INV-6", f"o-{p.name}-2", "late_stop,no_remove")


@plant("violation")
def report_of_another_content(p: Plot) -> None:
    """Reported before the second content was found: nobody was told of that one."""
    producer = p.producer()
    _found(p, producer, 1, p.at)
    _found(p, producer, 2, p.at + 10 * _DAY, report=None)
    p.expect("INV-6", f"o-{p.name}-2", "no_report")


@plant("violation")
def report_of_the_first_finding(p: Plot) -> None:
    """Restored, and found again: reported and remedied was only what was found the first time."""
    producer = p.producer()
    _found(p, producer, 1, p.at)
    back = {"moderation_target": "content", "moderation_stage": "delivery", "detector": "human"}
    back |= {"case_id": f"c-{p.name}", "content_id": f"o-{p.name}-1", "retention_class": "MOD", "action": "restore"}
    p.tell(p.teller.event(producer, "moderation.action", p.at + 5 * _DAY, **back))
    _found(p, producer, 1, p.at + 6 * _DAY, report=None, remediate=None)
    p.expect("INV-6", f"o-{p.name}-1", "no_remediate,no_report")


@plant("near_miss")
def link_disconnected(p: Plot) -> None:
    """What was acted on was the link to the content."""
    _link(p, "disconnect_link")


@plant("violation")
def link_only_labelled(p: Plot) -> None:
    """A link that still leads to the content."""
    _link(p, "label_then_continue")
    p.expect("INV-6", f"c-{p.name}", "no_stop")


def _link(p: Plot, action: str) -> None:
    producer = p.producer()
    _found(p, producer, 1, p.at, stop=None)
    given = {"moderation_target": "link", "moderation_stage": "delivery", "detector": "human", "retention_class": "MOD"}
    given |= {"case_id": f"c-{p.name}", "content_id": f"o-{p.name}-1", "action": action}
    p.tell(p.teller.event(producer, "moderation.action", p.at + SECOND, **given, reason_codes=["violence"]))
