"""What commands print where no terminal is."""

import pytest

from tracemark.cli.output import PlainProgress, table
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


def test_a_narrow_terminal_cuts_no_word(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a table does not fit, its sentences are folded; ids stay whole, and nothing is cut off."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    sentence = "Every output of a listed kind carries an explicit label where its modality asks for it."
    table(("verdict", "id", "duty"), [("no evidence", "EU-50-2-LAYERS", sentence), ("no evidence", "x", "y" * 90)])
    shown = capsys.readouterr().out
    assert "EU-50-2-LAYERS" in shown
    assert "…" not in shown
    assert shown.count("y") >= 90
