"""An event while it is being filled in, and the event that comes of it."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tracemark.cli.errors import CommandError
from tracemark.cli.record.fields import newest_schema, option_names, own_fields, people_of, required, session_fields
from tracemark.cli.record.rules import Missing, check_limit, missing_by_rule
from tracemark.schemas import Event, EventCodec, InvalidEvent, codec_for, events
from tracemark.schemas.definitions import EventSchema
from tracemark.sdk import AuditNotDurable

__all__ = ["Draft", "event_types"]


@cache
def _classes() -> Mapping[str, type[Event]]:
    found = (getattr(events, name) for name in events.__all__)
    return {one.EVENT_TYPE: one for one in found if isinstance(one, type) and issubclass(one, Event)}


def event_types() -> tuple[str, ...]:
    """What may be recorded by hand: everything but what a producer says of itself."""
    return tuple(sorted(_classes().keys() - {"producer.session"}))


@dataclass(slots=True, kw_only=True)
class Draft:
    """What was said about one event so far.

    Attributes:
        event_type: What happened.
        where: Names it in messages, such as `event 3`; empty for the only one.
        values: Parsed values by field.
        people: Ids by `user`, `recipient`, `accessor`.
        session: Fields of the service, as far as somebody said them.
        envelope: `tenant`, `audience_class` and `event_id`, where this event differs.
    """

    event_type: str
    where: str = ""
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    people: dict[str, str] = field(default_factory=dict[str, str])
    session: Mapping[str, Any] = field(default_factory=dict[str, Any])
    envelope: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def schema(self) -> EventSchema:
        """The newest version of its type."""
        return newest_schema(self.event_type)

    @property
    def codec(self) -> EventCodec:
        """Its checks."""
        return codec_for(self.event_type)

    def missing(self) -> list[Missing]:
        """What the schema and the rules still want."""
        wanted = [Missing(f.name, (), f.doc) for f in own_fields(self.schema) if required(f)]
        by_schema = [one for one in wanted if one.field not in self.values]
        said = {**self.session, **self.values, **self.people}
        return by_schema + [one for one in missing_by_rule(self.event_type, said) if one not in by_schema]

    def complete(self) -> Event:
        """The event; what cannot be one is refused before anything is recorded.

        Raises:
            CommandError: Something is missing; the text names all of it.
            InvalidEvent: A value breaks the schema, or is a limit that nobody means.
        """
        if lacking := self.missing():
            raise CommandError("\n".join(self._wanted(one) for one in lacking))
        event = _classes()[self.event_type](**self.values)
        row = event.values()
        self.codec.check_own(row)
        check_limit(row.get("limit_value"), row.get("limit_unit"))
        if "event_id" in self.envelope and self.codec.delivery(row) not in {"protective", "permissive"}:
            raise CommandError(
                self.about(
                    f"{self.label('event_id')}: a {self.event_type} of this kind is not looked up by its id, so it would be "
                    "stored twice; leave it out"
                )
            )
        return event

    def _wanted(self, one: Missing) -> str:
        names = " or ".join(self.label(name) for name in (one.field, *one.others))
        return self.about(f"{names} is missing: {self.event_type} wants it ({one.why.rstrip('.')})")

    def about(self, told: object) -> str:
        """What is told of this event, with its place where there are several."""
        return f"{self.where}: {told}" if self.where else str(told)

    @contextmanager
    def named(self) -> Generator[None]:
        """An error inside says of which event it is, where there are several."""
        try:
            yield
        except (InvalidEvent, AuditNotDurable) as error:
            if not self.where:
                raise
            raise CommandError(self.about(error)) from None

    def label(self, name: str) -> str:
        """What the user calls a field: its option, or its name in a file."""
        if self.where:
            return name
        if name == "event_id":
            return "--event-id"
        if name in people_of(self.codec):
            return f"--{name}-file (or --{name})"
        options = option_names((*own_fields(self.schema), *session_fields(self.schema)))
        return options[name][0] if name in options else name
