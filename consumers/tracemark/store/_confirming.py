"""An insert that is asked, while it is on its way, whether it may still happen."""

from collections.abc import Callable, Generator

from clickhouse_connect.driver.insert import InsertBlock, InsertContext

__all__ = ["Question"]


class Question:
    """One question about one insert. The driver sends blocks as it makes them, and the end of the body after the last one.

    Attributes:
        refusal: What the question raised. The body then stays without its end, and the store drops what it got of it.
    """

    def __init__(self, ask: Callable[[], object] | None) -> None:
        """None asks nothing."""
        self._ask = ask
        self.refusal: Exception | None = None

    def ask_after(self, context: InsertContext) -> None:
        """Ask behind the last block of `context`."""
        if self._ask is None:
            return
        blocks, ask = context.next_block, self._ask

        def asked() -> Generator[InsertBlock]:
            yield from blocks()
            try:
                ask()
            except Exception as error:
                self.refusal = error
                raise

        context.next_block = asked  # type: ignore[method-assign]  # the driver has no hook there
