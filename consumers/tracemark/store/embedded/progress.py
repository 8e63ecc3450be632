"""Signs of life while a statement runs: `X-ClickHouse-Progress` headers, sent before there is anything else to send.

Clients (and proxies) give up on a connection that says nothing. Who sets `send_progress_in_http_headers` hears something every
`http_headers_progress_interval_ms`. The price is the same as on a server: with the first of these headers the status is 200, and an
error that comes later is told by the header `X-ClickHouse-Exception-Code`, which clients look at first.
"""

import json
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

__all__ = ["SignsOfLife", "progress_interval"]

_FALSE = frozenset({"", "0", "false"})
_DEFAULT_MS, _LEAST_MS = 100.0, 50.0


def progress_interval(settings: Mapping[str, str]) -> float | None:
    """Seconds between two signs of life; None when the request asks for none."""
    if settings.get("send_progress_in_http_headers", "0").lower() in _FALSE:
        return None
    asked = settings.get("http_headers_progress_interval_ms", "")
    return max(float(asked) if asked.isdecimal() else _DEFAULT_MS, _LEAST_MS) / 1000


class SignsOfLife:
    """A context manager: while the block runs, a thread sends one header line per interval. After it, none is under way."""

    def __init__(
        self,
        send: Callable[[bytes], None] | None,
        interval_s: float | None,
        *,
        elapsed_s: Callable[[], float],
        is_running: Callable[[], bool],
    ) -> None:
        """Nothing is sent without `send`, without an interval, and before the statement runs: until then it may be refused.

        Args:
            send: Writes a header line to the client, the status line before the first.
            interval_s: Between two signs of life.
            elapsed_s: What is told.
            is_running: Whether the engine has been given the statement.
        """
        self._send = send
        self._interval_s = interval_s
        self._elapsed_s = elapsed_s
        self._is_running = is_running
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self.began = False
        """Whether the client has been told 200 already."""

    def _beat(self, send: Callable[[bytes], None]) -> None:
        while not self._over.wait(self._interval_s):
            if not self._is_running():
                continue
            told = json.dumps({"elapsed_ns": str(round(self._elapsed_s() * 1e9))})
            self.began = True
            try:
                send(f"X-ClickHouse-Progress: {told}\r\n".encode())
            except OSError:
                return  # the client left, which the registry notices: it ends the statement

    def __enter__(self) -> Self:
        if self._send is not None and self._interval_s is not None:
            self._thread = threading.Thread(
                target=self._beat, args=(self._send,), name="tracemark-progress", daemon=True
            )
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._over.set()
            self._thread.join()
