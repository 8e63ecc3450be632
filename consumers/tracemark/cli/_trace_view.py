"""How a trace looks on a terminal; the same lines without colours and frames where it is piped.

Colours mean something: green is as it should be, yellow wants a look, red is bad, dim is detail.
"""

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from tracemark.cli._trace_sayings import STEPS, listed, said, seconds
from tracemark.cli.output import say
from tracemark.query import Chain, ChainEvent, Match, TraceAnswer
from tracemark.query.labels import LabelFact, LabelSummary
from tracemark.query.moderation import Case, Elapsed

__all__ = ["show"]

_PLAIN_WIDTH = 200
_KINDS = {
    "text": "this text",
    "file": "this file",
    "produce_id": "this ProduceID",
    "request": "this request",
    "content": "this content",
    "case": "this case",
    "event": "this event",
    "user": "this user",
}
_GOOD_STATES = frozenset({"applied", "verified", "preserved", "rewritten_by_platform"})
_BAD_STATES = frozenset({"missing", "altered", "forged", "hidden"})
_NO_EVIDENCE = {
    "clock_suspect": "no evidence: a clock was wrong",
    "not_recorded": "no evidence: the finding was not recorded",
    "out_of_order": "no evidence: recorded as older than the finding",
    "not_done": "not done",
}
_INTEGRITY = {"intact": "green", "erased": "yellow", "altered": "bold red", "unknown": "yellow"}


def show(answer: TraceAnswer) -> None:
    """Print an answer on standard output."""
    if sys.stdout.isatty():
        Console(highlight=False).print(*_parts(answer), sep="\n")
        return
    console = Console(highlight=False, width=_PLAIN_WIDTH, color_system=None)
    with console.capture() as captured:
        console.print(*_parts(answer), sep="\n")
    for line in captured.get().splitlines():
        say(line.rstrip())


def _parts(answer: TraceAnswer) -> Iterator[RenderableType]:
    yield _headline(answer)
    for chain in answer.chains:
        yield ""
        yield _chain(chain)
    if answer.more:
        yield ""
        bound = "" if answer.total_is_exact else "at most "
        yield Text(f"{bound}{_count(answer.more, 'more chain')}: raise --limit, or narrow with --since", style="yellow")
    for reason in answer.reasons:
        yield Text.assemble("- ", reason.text)
    for warning in answer.warnings:
        yield Text.assemble(("warning: ", "yellow"), warning.text)


def _headline(answer: TraceAnswer) -> Text:
    subject = _KINDS[answer.question.kind]
    if not answer.found:
        return Text.assemble(("not found", "bold yellow"), f": nothing is recorded about {subject}")
    about = "" if answer.total_is_exact else "about "
    return Text(f"{about}{_count(answer.total, 'chain')} for {subject}", style="bold")


def _chain(chain: Chain) -> RenderableType:
    names = _short_names(chain)
    tree = Tree(_title(chain), guide_style="dim")
    tree.add(_who(chain))
    for match in chain.matched:
        tree.add(Text.assemble(("matched ", "dim"), _match(match)))
    tree.add(_timeline(chain, names))
    for label in chain.labels:
        tree.add(_content(label, names))
    for case in chain.cases:
        tree.add(_case(case, names))
    tree.add(_integrity(chain))
    if chain.related_request_ids:
        tree.add(Text(f"also mentioned by {listed(chain.related_request_ids)}", style="dim"))
    if chain.events_left_out:
        tree.add(Text("there are more events than were read", style="yellow"))
    return tree


def _short_names(chain: Chain) -> Mapping[str, str]:
    """`#1`, `#2` for contents: their ids are long, and stand once below the events."""
    return {content: f"#{number}" for number, content in enumerate(chain.content_ids, start=1)}


def _title(chain: Chain) -> Text:
    if chain.request_id:
        return Text(f"request {chain.request_id}", style="bold cyan")
    return Text("events that name no request", style="bold cyan")


def _who(chain: Chain) -> Text:
    models = [f"{model.model_id} {model.model_version}".strip() for model in chain.models]
    line = Text()
    for name, values in (
        ("service", chain.services),
        ("tenant", chain.tenants),
        ("model", models),
        ("user", chain.subjects),
    ):
        if values:
            several = "yellow" if name == "tenant" and len(values) > 1 else ""
            line.append(f"{name} ", style="dim").append(listed(values), style=several).append("  ")
    return line


def _match(match: Match) -> str:
    form = "exact" if match.form == "exact" else "loose (letters and digits)"
    what = STEPS.get(match.event_type, match.event_type)
    where = "the form handed over with its label" if match.delivered else f"the {what}"
    variant = "" if match.variant == "as_given" else f", with {match.variant.replace('_', ' ')}"
    return f"{where}: {form}{variant}, key {match.key_id}"


def _timeline(chain: Chain, names: Mapping[str, str]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    for justify in ("left", "right", "left", "left", "left"):
        grid.add_column(justify=justify, no_wrap=justify == "right", overflow="fold")
    first = chain.events[0].occurred_at
    for event in chain.events:
        grid.add_row(
            Text(_clock(event.occurred_at, first), style="yellow" if event.clock_suspect else "dim"),
            Text(
                "" if event is chain.events[0] else f"+{seconds((event.occurred_at - first).total_seconds())}",
                style="dim",
            ),
            Text(STEPS.get(event.event_type, event.event_type), style="bold"),
            Text(" · ".join(_said(event, names, several_services=len(chain.services) > 1))),
            _flags(event),
        )
    return Group(Text(f"{first:%Y-%m-%d} UTC", style="dim"), Padding(grid, (0, 0, 0, 2)))


def _said(event: ChainEvent, names: Mapping[str, str], *, several_services: bool) -> Iterator[str]:
    if event.content_id in names:
        yield names[event.content_id]
    yield from said(event)
    if event.case_id:
        yield f"case {event.case_id}"
    if several_services:
        yield event.service_id


def _flags(event: ChainEvent) -> Text:
    flags = Text()
    if event.integrity != "intact":
        flags.append(event.integrity, style=_INTEGRITY[event.integrity])
    if event.erased_by:
        flags.append(f" by order {event.erased_by}", style="yellow")
    if event.clock_suspect:
        flags.append(" clock suspect", style="yellow")
    return flags


def _content(label: LabelSummary, names: Mapping[str, str]) -> Text:
    bound = label.duty_basis not in {"", "none"}
    line = Text.assemble(("content ", "dim"), f"{names[label.content_id]} ", (label.content_id, "bold"))
    line.append("  explicit label ", style="dim")
    if label.waived_at is not None:
        line.append("waived by grant", style="yellow")
    else:
        line.append_text(_fact(label.explicit, wanted=bound))
    return line.append("  implicit label ", style="dim").append_text(_fact(label.implicit, wanted=False))


def _fact(fact: LabelFact | None, *, wanted: bool) -> Text:
    if fact is None:
        return Text("none recorded", style="yellow" if wanted else "dim")
    style = "green" if fact.state in _GOOD_STATES else "bold red" if fact.state in _BAD_STATES else "yellow"
    where = listed((*fact.carriers, *fact.positions))
    return Text.assemble((fact.state, style), (f" ({where})", "dim"))


def _case(case: Case, names: Mapping[str, str]) -> Text:
    about = listed(names.get(content, content) for content in case.content_ids)
    name = f"case {case.case_id}" if case.case_id else "verdict" if about else "verdict on the request"
    line = Text.assemble(
        (name, "bold"), f" on {about}" if about else "", ": ", listed(case.reason_codes) or _without_reason(case)
    )
    if case.detectors:
        line.append(f", by {listed(case.detectors)}")
    if case.found_at is not None:
        line.append(f", found {case.found_at:%Y-%m-%d %H:%M:%S} UTC")
    if case.to_stop != case.to_remove:
        line.append_text(_ended("stopped", case.to_stop))
    line.append_text(_ended("removed", case.to_remove))
    if others := case.other_content_ids:
        line.append(f", also about {_count(len(others), 'other content')} ({listed(others)})", style="dim")
    return line


def _without_reason(case: Case) -> str:
    return "passed" if case.first_action_at is None else "no reason given"


def _ended(how: str, elapsed: Elapsed) -> Text:
    if elapsed.no_evidence == "not_done":
        return Text("")
    return Text.assemble(f", {how} ", _elapsed(elapsed))


def _elapsed(elapsed: Elapsed) -> Text:
    if elapsed.seconds is None:
        return Text(f"({_NO_EVIDENCE[elapsed.no_evidence or 'not_done']})", style="yellow")
    return Text(f"after {seconds(elapsed.seconds)}")


def _integrity(chain: Chain) -> Text:
    line = Text("events ", style="dim")
    for index, (verdict, count) in enumerate(sorted(chain.integrity.items())):
        name = "erased by order" if verdict == "erased" else verdict
        line.append(", " if index else "").append(f"{count} {name}", style=_INTEGRITY[verdict])
    return line


def _clock(moment: datetime, first: datetime) -> str:
    time = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
    return time if moment.date() == first.date() else f"{moment:%Y-%m-%d} {time}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
