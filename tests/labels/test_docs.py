"""The page about labels tells every code and state there is."""

from pathlib import Path
from typing import get_args

import pytest

from tracemark.labels.checking import State
from tracemark.labels.codes import CODES

PAGE = Path(__file__).parents[2].joinpath("docs", "labels.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*get_args(State), *CODES])
def test_every_code_is_explained(name: str) -> None:
    """Whatever a verdict says can be looked up."""
    assert f"`{name}" in PAGE
