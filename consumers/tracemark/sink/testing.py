"""Fakes for tests of sinks, ours and other people's."""

from tracemark.sink.dead_letters import DeadLetter
from tracemark.sink.errors import DeadLettersUnavailable

__all__ = ["MemoryDeadLetters"]


class MemoryDeadLetters:
    """A `DeadLetterSink` that keeps letters in memory, in order; `is_away` makes it refuse them."""

    def __init__(self) -> None:
        """Empty, and ready."""
        self.letters: list[DeadLetter] = []
        self.is_away = False

    def put(self, letters: list[DeadLetter]) -> None:
        """Keep them, or refuse all."""
        if self.is_away:
            raise DeadLettersUnavailable("told to refuse")
        self.letters.extend(letters)

    def close(self) -> None:
        """Nothing to give back."""
