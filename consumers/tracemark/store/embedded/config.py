"""How the server is set up: where it listens, and what one request may cost."""

from dataclasses import dataclass, field

from tracemark.store.embedded.errors import EngineError

__all__ = ["Limits", "ServerConfig"]

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one request. Zero means no bound of ours."""

    query_memory_bytes: int = 4096 * _MEBIBYTE
    """What one statement may use; a request cannot raise it."""
    reader_seconds: float = 60.0
    """How long a reader's statement may run; a request can only lower it."""
    body_bytes: int = 4096 * _MEBIBYTE
    """The largest request body, after decompression."""
    body_memory_bytes: int = 64 * _MEBIBYTE
    """A body, or an answer held back until its end, stays in memory up to here; beyond, it lies in an unlinked file."""
    body_seconds: float = 900.0
    """How long a client may take to send its body."""
    readers: int = 12
    """Readers' statements that run at the same time; the rest wait for `wait_seconds`."""
    writers: int = 12
    """The writer's statements that run at the same time."""
    wait_seconds: float = 15.0
    """How long a statement waits for its turn before the answer is 503, code 202."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """Where the server listens and how many requests it serves at a time."""

    host: str = "127.0.0.1"
    port: int = 8123
    """0 takes a free port; `EmbeddedServer.url` tells which."""
    database: str = "tracemark"
    threads: int = 32
    """Requests being served at a time, slow clients included; more than readers plus writers."""
    idle_seconds: int = 30
    """A connection that says nothing for this long is closed."""
    header_bytes: int = 2 * _MEBIBYTE
    """The largest request line plus headers: statements may come in the URL."""
    allowed_hosts: tuple[str, ...] = ()
    """Names, besides the loopback ones, that a `Host` header may carry. Not listening on loopback, any name is taken."""
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Keep a thread free for KILL and for health checks, whatever is running.

        Raises:
            EngineError: there are not more threads than statements that may run.
        """
        if self.threads <= self.limits.readers + self.limits.writers:
            raise EngineError(
                "threads must be more than limits.readers plus limits.writers: raise one or lower the others"
            )
