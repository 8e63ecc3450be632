"""What can go wrong with a question.

QueryError
└── InvalidQuestion   the question cannot be asked like this: mend the argument named in the text

The store's own errors (`tracemark.store.errors`) pass through: this portion asks, it does not connect. No text of these errors
holds what was asked for.
"""

__all__ = ["InvalidQuestion", "QueryError"]


class QueryError(Exception):
    """Root of everything this portion raises on its own account."""


class InvalidQuestion(QueryError, ValueError):
    """An argument that no answer can exist for."""
