"""What commands print where no terminal is."""

import pytest

from tracemark.cli.output import PlainProgress
from tracemark.schemas.clock import FixedClock


def test_short_work_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """Work that is done within a few seconds leaves no lines of progress behind."""
    progress = PlainProgress(20, "duties judged", FixedClock())
    for _ in range(20):
        progress(1)
    assert capsys.readouterr().err == ""


def test_long_work_tells_each_tenth_once(capsys: pytest.CaptureFixture[str]) -> None:
    """After some seconds each tenth is told once, on standard error, up to the last."""
    clock = FixedClock()
    progress = PlainProgress(20, "duties judged", clock)
    progress(6)
    clock.advance(10)
    for _ in range(14):
        progress(1)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "duties judged: 7 of 20",
        *(f"duties judged: {n} of 20" for n in range(8, 21, 2)),
    ]
