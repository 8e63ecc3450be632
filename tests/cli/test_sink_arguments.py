"""What `tracemark sink` says about arguments that cannot work, before it asks anybody."""

from pathlib import Path

import pytest

from support.up import tracemark


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--kafka HOST:PORT"),
        (["--kafka", "nowhere"], "host:port"),
        (["--kafka", "127.0.0.1:1", "--keyring", "missing.json"], "tracemark keys init"),
        (["--kafka", "127.0.0.1:1", "--store", "ftp://x"], "clickhouse://"),
    ],
)
def test_it_names_what_is_missing(tmp_path: Path, arguments: list[str], said: str) -> None:
    """Exit 2, one or two lines with the remedy, no traceback."""
    tracemark("keys", "init", data=tmp_path, check=0)
    refused = tracemark("sink", *arguments, data=tmp_path, check=2)
    assert said in refused.stderr
    assert len(refused.stderr.splitlines()) <= 2
    assert "Traceback" not in refused.stderr
