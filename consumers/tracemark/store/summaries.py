"""What the store counts beforehand, and how to have it counted now instead of at its next turn."""

from typing import Final

from tracemark.store.client import Store

__all__ = ["SUMMARIES", "refresh_summaries"]

SUMMARIES: Final = {"label_coverage": "label_coverage_refresh", "producer_accounts": "producer_accounts_refresh"}
"""Tables that the boards read, and the refreshable view that counts each of them anew from the events."""


def refresh_summaries(store: Store) -> None:
    """Count every summary anew, and return when all are counted; who reads meanwhile sees the counts before.

    Raises:
        StoreError: A count failed; the ones before stay.
    """
    for view in SUMMARIES.values():
        store.command(f"SYSTEM REFRESH VIEW {view}")
    for view in SUMMARIES.values():
        store.command(f"SYSTEM WAIT VIEW {view}")
