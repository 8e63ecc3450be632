"""How phrases are put together out of words: regular expressions that can be read."""

__all__ = ["any_of"]


def any_of(words: str) -> str:
    """One of these words; `_` stands for a blank within one, and expressions are words, too."""
    return f"(?:{'|'.join(words.split()).replace('_', ' ')})"
