"""What the SDK raises, sorted by what the caller should do.

SdkError
├── ConfigurationError    correct the setting named in the text
├── AuditNotDurable       a critical event may not have survived: re-emit the same event, or refuse the permissive act
└── ClientClosed          make a new client

`tracemark.schemas.InvalidEvent` is raised for an argument that breaks the schema; nothing was recorded then. An event that
may be dropped never raises: its receipt says so.
"""

__all__ = ["AuditNotDurable", "ClientClosed", "ConfigurationError", "SdkError"]


class SdkError(Exception):
    """Root of everything this portion raises on its own account."""


class ConfigurationError(SdkError, ValueError):
    """A setting is missing, malformed or contradicts another one."""


class ClientClosed(SdkError):
    """The client was closed; what was emitted before is safe."""


class AuditNotDurable(SdkError):
    """A critical event is not known to be on disk or acknowledged by its deadline.

    Attributes:
        event_id: Identity of the event. Emitting again with the same `event_id` is idempotent: it is stored once.
        protective: Whether the act protects people (remove, block, …) and should proceed all the same; a permissive act
            (restore, lift, …) must wait until the record is safe.
    """

    def __init__(self, event_id: str, *, protective: bool, cause: str) -> None:
        """Name the event, the cause and what to do."""
        remedy = "carry out the act and emit again" if protective else "do not carry out the act before emitting again"
        super().__init__(f"event {event_id} is not known to be durable ({cause}); {remedy}, with the same event_id")
        self.event_id = event_id
        self.protective = protective
