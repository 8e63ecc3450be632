"""How a trace looks on a terminal; the same lines without colours and frames where it is piped.

Colours mean something: green is as it should be, yellow wants a look, red is bad, dim is detail.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

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
    "user": "this user",
}
_STEPS = {
    "prompt.received": "prompt",
    "output.generated": "output",
    "label.applied": "label",
    "moderation.action": "moderation",
    "producer.session": "session",
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
    terminal = sys.stdout.isatty()
    console = Console(highlight=False, width=None if terminal else _PLAIN_WIDTH, soft_wrap=not terminal)
    for part in _parts(answer):
        console.print(part)


def _parts(answer: TraceAnswer) -> Iterator[RenderableType]:
    yield _headline(answer)
    for chain in answer.chains:
        yield ""
        yield _chain(chain)
    if answer.more:
        yield ""
        yield Text(
            f"{answer.more} more chains{'' if answer.total_is_exact else ' or fewer'}: raise --limit, or narrow with --since"
        )
    for reason in answer.reasons:
        yield Text.assemble("- ", reason.text)
    for warning in answer.warnings:
        yield Text.assemble(("warning: ", "yellow"), warning.text)


def _headline(answer: TraceAnswer) -> Text:
    subject = _KINDS[answer.question.kind]
    if not answer.found:
        return Text.assemble(("not found", "bold yellow"), f": nothing is recorded about {subject}")
    number = answer.total if answer.total_is_exact else f"about {answer.total}"
    return Text(f"{number} {'chain' if answer.total == 1 else 'chains'} for {subject}", style="bold")


def _chain(chain: Chain) -> RenderableType:
    tree = Tree(_title(chain), guide_style="dim")
    for match in chain.matched:
        tree.add(Text.assemble(("matched ", "dim"), _match(match)))
    tree.add(_timeline(chain))
    for label in chain.labels:
        tree.add(_labels(label))
    for case in chain.cases:
        tree.add(_case(case))
    tree.add(_integrity(chain))
    if chain.related_request_ids:
        tree.add(Text(f"also mentioned by {_list(chain.related_request_ids)}", style="dim"))
    if chain.events_left_out:
        tree.add(Text("there are more events than were read", style="yellow"))
    return tree


def _title(chain: Chain) -> Text:
    name = f"request {chain.request_id}" if chain.request_id else f"content {_list(chain.content_ids) or 'without id'}"
    models = ", ".join(f"{model.model_id} {model.model_version}".strip() for model in chain.models)
    parts = [
        (f"service {_list(chain.services)}", ""),
        (f"tenant {_list(chain.tenants)}", "yellow" if len(chain.tenants) > 1 else ""),
        (f"model {models}" if models else "", ""),
        (f"user {_list(chain.subjects)}" if chain.subjects else "", ""),
    ]
    title = Text(name, style="bold cyan")
    for text, style in parts:
        if text:
            title.append(" · ", style="dim").append(text, style=f"not bold {style}".strip())
    return title


def _match(match: Match) -> str:
    form = "exact" if match.form == "exact" else "loose (letters and digits)"
    what = _STEPS.get(match.event_type, match.event_type)
    where = "the form handed over with its label" if match.delivered else f"the {what}"
    variant = "" if match.variant == "as_given" else f", with {match.variant.replace('_', ' ')}"
    return f"{where}: {form}{variant}, key {match.key_id}"


def _timeline(chain: Chain) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    for justify in ("left", "right", "left", "left", "left"):
        grid.add_column(justify=justify, no_wrap=justify == "right")
    first = chain.events[0].occurred_at
    for event in chain.events:
        grid.add_row(
            Text(_clock(event.occurred_at, first), style="yellow" if event.clock_suspect else "dim"),
            Text(
                "" if event is chain.events[0] else f"+{_seconds((event.occurred_at - first).total_seconds())}",
                style="dim",
            ),
            Text(_STEPS.get(event.event_type, event.event_type), style="bold"),
            Text(" · ".join(_said(event))),
            _flags(event),
        )
    return Group(Text(f"{first:%Y-%m-%d} UTC", style="dim"), Padding(grid, (0, 0, 0, 2)))


def _said(event: ChainEvent) -> Iterator[str]:
    said = event.details
    if event.content_id:
        yield event.content_id
    if event.event_type == "prompt.received":
        yield from _named(_list(said.get("modality", ())), said.get("language"), _length(said))
    elif event.event_type == "output.generated":
        yield from _named(_list(said.get("modality", ())), said.get("finish"), _length(said), _took(said))
    elif event.event_type == "label.applied":
        at = _list(said.get("label_positions", ()))
        carrier = said.get("label_carrier", "")
        yield from _named(said.get("label_kind"), f"{carrier} at {at}" if at else carrier, said.get("label_state"))
    elif event.event_type == "moderation.action":
        yield from _named(_acted(event), _list(said.get("reason_codes", ())), _found_by(said))
    if event.case_id:
        yield f"case {event.case_id}"
    yield f"{event.service_id}"


def _named(*values: Any) -> Iterator[str]:
    return (str(value) for value in values if value)


def _acted(event: ChainEvent) -> str:
    action, target = event.details.get("action", ""), event.details.get("moderation_target", "")
    return action if target == "content" else f"{action} {target}"


def _found_by(said: Any) -> str:
    return f"by {said['detector']}" if "detector" in said else ""


def _length(said: Any) -> str:
    _, _, span = said.get("length_bucket", "").partition("_")
    return f"{span.replace('_up', '+').replace('_', '-')} characters" if span else ""


def _took(said: Any) -> str:
    return f"in {_seconds(said['generation_ms'] / 1000)}" if "generation_ms" in said else ""


def _flags(event: ChainEvent) -> Text:
    flags = Text()
    if event.integrity != "intact":
        flags.append(event.integrity, style=_INTEGRITY[event.integrity])
    if event.erased_by:
        flags.append(f" by order {event.erased_by}", style="yellow")
    if event.clock_suspect:
        flags.append(" clock suspect", style="yellow")
    return flags


def _labels(label: LabelSummary) -> Text:
    bound = label.duty_basis not in {"", "none"}
    line = Text.assemble(("labels ", "dim"), label.content_id, "  explicit ")
    if label.waived_at is not None:
        line.append("waived by grant", style="yellow")
    else:
        line.append_text(_fact(label.explicit, wanted=bound))
    return line.append("  implicit ").append_text(_fact(label.implicit, wanted=False))


def _fact(fact: LabelFact | None, *, wanted: bool) -> Text:
    if fact is None:
        return Text("none recorded", style="yellow" if wanted else "dim")
    style = "green" if fact.state in _GOOD_STATES else "bold red" if fact.state in _BAD_STATES else "yellow"
    where = _list((*fact.carriers, *fact.positions))
    return Text.assemble((fact.state, style), (f" ({where})", "dim"))


def _case(case: Case) -> Text:
    name = f"case {case.case_id}" if case.case_id else f"verdict on {_list(case.content_ids) or 'the request'}"
    line = Text.assemble(
        (f"{name}: ", "bold"), _list(case.reason_codes) or "no reason given", f", by {_list(case.detectors)}"
    )
    if case.found_at is not None:
        line.append(f", found {case.found_at:%Y-%m-%d %H:%M:%S} UTC")
    for name, elapsed in (("stopped", case.to_stop), ("removed", case.to_remove)):
        if elapsed.no_evidence != "not_done":
            line.append(f", {name} ").append_text(_elapsed(elapsed))
    if case.other_content_ids:
        line.append(f", also about {len(case.other_content_ids)} other contents ({_list(case.other_content_ids)})")
    return line


def _elapsed(elapsed: Elapsed) -> Text:
    if elapsed.seconds is None:
        return Text(f"({_NO_EVIDENCE[elapsed.no_evidence or 'not_done']})", style="yellow")
    return Text(f"after {_seconds(elapsed.seconds)}")


def _integrity(chain: Chain) -> Text:
    line = Text("events ", style="dim")
    for index, (verdict, count) in enumerate(sorted(chain.integrity.items())):
        name = "erased by order" if verdict == "erased" else verdict
        line.append(", " if index else "").append(f"{count} {name}", style=_INTEGRITY[verdict])
    return line


def _clock(moment: datetime, first: datetime) -> str:
    time = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
    return time if moment.date() == first.date() else f"{moment:%Y-%m-%d} {time}"


def _seconds(seconds: float) -> str:
    if abs(seconds) < 120:  # noqa: PLR2004 - two minutes are still read well in seconds
        return f"{seconds:.3f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def _list(values: Iterable[str], most: int = 5) -> str:
    all_ = list(values)
    return ", ".join(all_[:most]) + (f" and {len(all_) - most} more" if len(all_) > most else "")
