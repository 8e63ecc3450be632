"""A world to try queries on: clean traffic of any size, named violations that must be found, near misses that must not.

It ships, so that a provider can prove the same about queries of their own.
"""

from tracemark.query.testing.moments import asked_at
from tracemark.query.testing.plot import Expected, Plant, Plot
from tracemark.query.testing.rows import Block
from tracemark.query.testing.score import Score, score
from tracemark.query.testing.teller import AS_OF, SINCE, START
from tracemark.query.testing.world import World, plants

__all__ = [
    "AS_OF",
    "SINCE",
    "START",
    "Block",
    "Expected",
    "Plant",
    "Plot",
    "Score",
    "World",
    "asked_at",
    "plants",
    "score",
]
