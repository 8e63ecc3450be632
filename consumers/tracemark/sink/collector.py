"""The garbage collector of a process that does nothing but sink."""

import gc
from typing import Final

__all__ = ["tune_collector"]

_THRESHOLDS: Final = (100_000, 50, 100)


def tune_collector() -> None:
    """Let the collector look at tens of thousands of young objects at once instead of hundreds.

    A range makes millions of objects, none of them in cycles, and drops them all when it is settled: by default the collector walks
    through them again and again, for a third of the whole time. This is a setting of the whole process, so the program calls it,
    not the library.
    """
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
