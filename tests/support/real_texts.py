"""Real conversations and moderated texts, where somebody has put them: `TRACEMARK_TEST_TEXTS=DIR`.

`conversations.jsonl.gz` holds `{"turns": [{"role", "text"}]}`, `moderation-samples.jsonl.gz` holds `{"text", "categories"}`.
"""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Sample", "Turn", "conversations", "moderation_samples", "require_texts"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A text that people have moderated, and the categories they found in it."""

    text: str
    categories: tuple[str, ...]


def require_texts() -> Path:
    """The folder with the texts; skips the test where there is none."""
    folder = os.environ.get("TRACEMARK_TEST_TEXTS")
    if not folder:
        pytest.skip("TRACEMARK_TEST_TEXTS names no folder with real texts")
    return Path(folder)


def conversations(folder: Path) -> Iterator[list[Turn]]:
    """Every conversation."""
    for line in _lines(folder / "conversations.jsonl.gz"):
        yield [Turn(turn["role"], turn["text"]) for turn in line["turns"]]


def moderation_samples(folder: Path) -> Iterator[Sample]:
    """Every moderated text."""
    for line in _lines(folder / "moderation-samples.jsonl.gz"):
        found = tuple(name for name, value in line["categories"].items() if value)
        yield Sample(line["text"], found)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
