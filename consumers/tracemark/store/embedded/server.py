"""The server: the engine's HTTP interface, running in threads of this process.

```python
with EmbeddedEngine.open(Path("/var/lib/tracemark")) as engine:
    passwords = Credentials.in_directory(engine.directory.path)
    with EmbeddedServer(engine, ServerConfig(port=0), passwords) as server:
        print(server.url)
```
"""

import re
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tracemark.schemas.clock import Clock, SystemClock
from tracemark.store.embedded.config import ServerConfig
from tracemark.store.embedded.credentials import Credentials
from tracemark.store.embedded.engine import EmbeddedEngine
from tracemark.store.embedded.errors import EngineError
from tracemark.store.embedded.service import QueryAudit, QueryService
from tracemark.store.embedded.transport import HttpTransport

__all__ = ["EmbeddedServer"]

# Who listens everywhere is reached here.
_REACHABLE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound to


class EmbeddedServer:
    """A context manager: requests are served from `__enter__` (or `start`) until `stop`. The engine stays open."""

    def __init__(
        self,
        engine: EmbeddedEngine,
        config: ServerConfig,
        passwords: Credentials,
        *,
        query_audit: Callable[[QueryAudit], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Nothing is bound and no thread is started yet.

        Args:
            engine: Opened by the caller, who closes it after `stop`.
            config: Where to listen and what a request may cost.
            passwords: Who may log in.
            query_audit: Told about every request of a user, after its last byte, on the request's thread. Must not block.
            clock: For deadlines.
        """
        self._engine = engine
        self._config = config
        self._passwords = passwords
        self._audit = query_audit
        self._clock = clock or SystemClock()
        self._service: QueryService | None = None
        self._transport: HttpTransport | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """`http://127.0.0.1:8123`.

        Raises:
            EngineError: the server is not running.
        """
        if self._transport is None:
            raise EngineError("the server is not running: enter it, or call start()")
        bound, port = self._transport.bind_addr
        host = _REACHABLE.get(str(bound), str(bound))
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> Self:
        """Bind, start the threads and publish the URL in the data directory.

        Raises:
            EngineError: the address cannot be bound.
        """
        service = QueryService(self._engine, self._config, self._passwords, self._clock, self._audit)
        transport = HttpTransport(self._config, service.answer)
        try:
            transport.prepare()
        except OSError as error:
            service.stop()
            where = f"{self._config.host}:{self._config.port}"
            raise EngineError(
                f"cannot listen on {where} ({_reason(error)}): choose another address, port 0 takes a free one"
            ) from error
        self._service, self._transport = service, transport
        self._thread = threading.Thread(target=transport.serve, name="tracemark-http", daemon=True)
        self._thread.start()
        self._engine.directory.publish(self.url)
        return self

    def stop(self) -> None:
        """Stop accepting, end what is running, wait for the threads. May be called twice."""
        service, transport, thread = self._service, self._transport, self._thread
        if service is None or transport is None or thread is None:
            return
        self._service = self._transport = self._thread = None
        self._engine.directory.withdraw()
        service.stop()
        transport.stop()
        thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _reason(error: OSError) -> str:
    """What the kernel says; cheroot wraps it in the address and a number."""
    told = re.search(r"\[Errno \d+\] ([^)]+)", str(error))
    return told[1] if told else str(error)
