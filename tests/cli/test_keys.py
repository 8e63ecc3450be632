"""`tracemark keys`: files, exit codes, and never a secret on the screen."""

import json
from pathlib import Path

import pytest

from support.up import tracemark
from tracemark.sdk.keyring import Keyring


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    path = tmp_path / "ring.json"
    tracemark("keys", "init", "--keyring", path, check=0)
    return path


def secrets_of(path: Path) -> list[str]:
    return [entry.secret.hex() for entry in Keyring.load(path).entries]


def test_a_keyring_is_never_overwritten(ring: Path) -> None:
    """A second `init` on the path exits 2 and leaves the file alone."""
    before = ring.read_bytes()
    assert "never overwritten" in tracemark("keys", "init", "--keyring", ring, check=2).stderr
    assert ring.read_bytes() == before


def test_no_command_prints_a_secret(ring: Path, tmp_path: Path) -> None:
    """Whatever is shown of a keyring, its secrets are not."""
    shown = [
        tracemark("keys", "list", "--keyring", ring, "--json", check=0),
        tracemark("keys", "list", "--keyring", ring, check=0),
        tracemark("keys", "rotate", "--keyring", ring, "--json", check=0),
        tracemark("keys", "backup", tmp_path / "copy.json", "--keyring", ring, check=0),
        tracemark("keys", "check", "--keyring", ring, "--json", check=0),
    ]
    printed = "".join(done.stdout + done.stderr for done in shown)
    assert not any(secret in printed for secret in secrets_of(ring))


def test_rotation_adds_an_epoch_and_keeps_the_old_ones(ring: Path) -> None:
    """Prompt and output get a second epoch; what was stored under the first can still be found."""
    tracemark("keys", "rotate", "--keyring", ring, check=0)
    names = [key["name"] for key in json.loads(tracemark("keys", "list", "--keyring", ring, "--json").stdout)["keys"]]
    assert names == ["dlq-1", "output-1", "output-2", "prompt-1", "prompt-2", "subject-1"]


@pytest.mark.parametrize(("purpose", "said"), [("subject", "does not rotate"), ("nonsense", "prompt or output")])
def test_only_content_keys_rotate(ring: Path, purpose: str, said: str) -> None:
    """Another purpose is refused with the reason, and nothing changes."""
    before = ring.read_bytes()
    assert said in tracemark("keys", "rotate", "--purpose", purpose, "--keyring", ring, check=2).stderr
    assert ring.read_bytes() == before


def test_an_old_backup_is_told_from_a_good_one(ring: Path, tmp_path: Path) -> None:
    """`check` of the copy exits 0 before a rotation, and 1 after it, naming what the copy lacks."""
    copy = tmp_path / "copy.json"
    tracemark("keys", "backup", copy, "--keyring", ring, check=0)
    assert copy.stat().st_mode & 0o777 == 0o600
    tracemark("keys", "check", "--keyring", copy, "--against", ring, check=0)
    tracemark("keys", "rotate", "--keyring", ring, check=0)
    assert "lacks output-2" in tracemark("keys", "check", "--keyring", copy, "--against", ring, check=1).stdout


def test_a_fingerprint_tells_two_keyrings_apart(ring: Path) -> None:
    """The fingerprint written down beside a backup is compared, exit 1 when it is another one."""
    fingerprint = Keyring.load(ring).fingerprint
    tracemark("keys", "check", "--keyring", ring, "--fingerprint", fingerprint, check=0, fresh=True)
    tracemark("keys", "check", "--keyring", ring, "--fingerprint", fingerprint[::-1], check=1)


def test_a_check_says_with_what_it_compared(ring: Path) -> None:
    """A file that is whole is not the right one for that: a check that compared nothing does not call it fine."""
    alone = tracemark("keys", "check", "--keyring", ring, check=0).stdout
    assert "compared with nothing" in alone
    assert "fine" not in alone
    assert "fine, compared with the keyring" in tracemark("keys", "check", "--keyring", ring, "--against", ring).stdout
    assert json.loads(tracemark("keys", "check", "--keyring", ring, "--json").stdout)["compared"] == []


def test_a_keyring_that_others_can_read_is_refused(ring: Path) -> None:
    """Exit 2 with the command that mends it."""
    ring.chmod(0o644)
    assert "chmod 600" in tracemark("keys", "list", "--keyring", ring, check=2).stderr
