"""A TCP proxy that can swallow answers and cut connections."""

import contextlib
import socket
import threading

__all__ = ["Proxy"]


class Proxy:
    """Passes bytes both ways between its own loopback port and another one, until told otherwise."""

    def __init__(self, *, listen: int, target: int) -> None:
        self._target = target
        self._swallow = threading.Event()
        self._open: set[socket.socket] = set()
        self._server = socket.create_server(("127.0.0.1", listen))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def swallow_answers(self) -> None:
        """From now on requests still go through, but no answer comes back."""
        self._swallow.set()

    def cut(self) -> None:
        """Close every open connection; new ones work normally."""
        self._swallow.clear()
        for connection in list(self._open):
            with contextlib.suppress(OSError):  # the peer may have closed it already
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop accepting and close everything."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()
        self._thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # close() ends the accept
            while True:
                inside, _ = self._server.accept()
                outside = socket.create_connection(("127.0.0.1", self._target))
                self._open |= {inside, outside}
                threading.Thread(target=self._pass, args=(inside, outside, False), daemon=True).start()
                threading.Thread(target=self._pass, args=(outside, inside, True), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):  # either side may end it
            while data := source.recv(65_536):
                if not (answers and self._swallow.is_set()):
                    sink.sendall(data)
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        if answers:
            self._open -= {source, sink}
            source.close()
            sink.close()
