"""Stories of gateways whose counting windows overlap, touch or are counted by clocks apart."""

from typing import Any, Final
from uuid import UUID

from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.teller import HOUR, SECOND, Producer

_MINUTE: Final = 60 * SECOND
_Window = tuple[str, int, int, int]
"""Gateway, start and end in minutes, requests counted."""
_STAGGERED: Final[tuple[_Window, ...]] = (("gw-1", 0, 60, 2), ("gw-2", 30, 90, 2))
_HOUR_AND_DAY: Final[tuple[_Window, ...]] = (("gw-1", 0, 60, 3), ("gw-1", -120, 1320, 4))
_RESTARTED: Final[tuple[_Window, ...]] = (("gw-1", 0, 60, 2), ("gw-2", 0, 20, 1), ("gw-2", 20, 60, 1))


def _counted(p: Plot, name: str, windows: tuple[_Window, ...], minutes: tuple[int, ...], **fields: Any) -> list[UUID]:
    """Prompts at these minutes, and what gateways counted; the events of the gateways."""
    own = Plot(p.teller, f"{p.name}-{name}", f"{p.tenant}-{p.name}", p.at)
    producer = own.producer(own.service())
    own.govern(producer)
    for minute in minutes:
        own.request(producer, at=p.at + minute * _MINUTE, **fields)
    told = [_window(own, producer, window) for window in windows]
    p.tell(own.finish())
    return told


def _window(p: Plot, producer: Producer, window: _Window) -> UUID:
    gateway, start, end, counted = window
    span = {"window_start": p.at + start * _MINUTE, "window_end": p.at + end * _MINUTE, "retention_class": "NET"}
    at = p.at + end * _MINUTE
    event = p.teller.event(producer, "gateway.counted", at, gateway_id=gateway, counted_requests=counted, **span)
    p.tell(event)
    return UUID(int=event["event_id"])


@plant("near_miss")
def windows_that_overlap(p: Plot) -> None:
    """By the hour and by the half hour; one gateway by the hour and by the day; one that began anew within the other's hour."""
    _counted(p, "staggered", _STAGGERED, (35, 40, 45, 50))
    _counted(p, "day", _HOUR_AND_DAY, (10, 20, 30, 70))
    _counted(p, "restarted", _RESTARTED, (10, 30, 40, 50))


@plant("violation")
def requests_lost_where_windows_overlap(p: Plot) -> None:
    """One request of each is not on record; the day of a gateway shows it as its hour does."""
    fewer = "fewer_prompts_than_requests"
    for name, windows, minutes in (("staggered", _STAGGERED, (35, 40, 45)), ("restarted", _RESTARTED, (10, 40, 50))):
        p.expect("INV-11-GW", _counted(p, name, windows, minutes)[0], fewer)
    for event in _counted(p, "day", _HOUR_AND_DAY, (10, 20, 70)):
        p.expect("INV-11-GW", event, fewer)


@plant("violation")
def requests_past_the_gateways(p: Plot) -> None:
    """A request that no gateway counted, though all of them were counting; the second turn of a request is none."""
    more = "more_prompts_than_requests"
    p.expect("INV-11-GW", _counted(p, "staggered", _STAGGERED, (35, 40, 45, 50, 55))[0], more)
    for event in _counted(p, "day", _HOUR_AND_DAY, (10, 20, 30, 40, 70)):
        p.expect("INV-11-GW", event, more)


@plant("near_miss")
def second_turn_of_a_request(p: Plot) -> None:
    """A request whose second turn comes in the next window passed the gateway once."""
    own = Plot(p.teller, p.name, f"{p.tenant}-{p.name}", p.at)
    producer = own.producer(own.service())
    own.govern(producer)
    request = own.request(producer, at=p.at + 10 * _MINUTE)
    again = {"request_id": request.request_id, "subject_ref": request.subject, "modality": ["text"]}
    own.tell(p.teller.event(producer, "prompt.received", p.at + 70 * _MINUTE, realname_status="verified", **again))
    for start, counted in ((0, 1), (60, 0)):
        _window(own, producer, ("gw-1", start, start + 60, counted))
    p.tell(own.finish())


@plant("unknown")
def windows_that_differ(p: Plot) -> None:
    """Before the second gateway began to count somebody came, perhaps through it: nobody can tell what passed in all."""
    windows = (("gw-1", 0, 60, 0), ("gw-2", 30, 90, 1))
    event = _counted(p, "early", windows, (10, 40))[0]
    p.expect("INV-11-GW", event, "windows_differ")


def _by_a_wrong_clock(p: Plot) -> dict[str, Any]:
    return {"clock_suspect": True, "occurred_at": p.at - 2 * HOUR, "_broker_ts": (p.at + 10 * _MINUTE) // 1000}


@plant("unknown")
def counted_with_a_wrong_clock(p: Plot) -> None:
    """The one prompt that is missing from the window may be the one by a wrong clock."""
    event = _counted(p, "wrong", (("gw-1", 0, 60, 1),), (10,), prompt=_by_a_wrong_clock(p))[0]
    p.expect("INV-11-GW", event, "clock_suspect")


@plant("violation")
def lost_beside_a_wrong_clock(p: Plot) -> None:
    """Two are missing, and one by a wrong clock explains one of them."""
    event = _counted(p, "wrong", (("gw-1", 0, 60, 2),), (10,), prompt=_by_a_wrong_clock(p))[0]
    p.expect("INV-11-GW", event, "fewer_prompts_than_requests")
