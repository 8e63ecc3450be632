"""Keyring files: strict to read, durable to write, silent about secrets."""

import json
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracemark.schemas.clock import FixedClock
from tracemark.sdk.keyring import (
    Keyring,
    KeyringError,
    KeyringExists,
    KeyringInsecure,
    KeyringMalformed,
    KeyringMissing,
    KeyringMisuse,
    KeyringUnreadable,
)

CLOCK = FixedClock()
RING = Keyring.create(clock=CLOCK)
DOCUMENT: dict[str, Any] = json.loads(RING.to_bytes())
SECRETS = [entry.secret.hex() for entry in RING.entries]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the keyring shall lie."""
    return tmp_path / "keyring.json"


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The file of `RING` after a change of its JSON."""
    document = json.loads(RING.to_bytes())
    change(document)
    return json.dumps(document).encode()


@given(st.integers(0, 3), st.lists(st.sampled_from(["prompt", "output"]), min_size=1, max_size=2))
def test_bytes_round_trip(rotations: int, purposes: list[Any]) -> None:
    """Any ring, whole or restricted, is read back as it was."""
    ring = RING
    for _ in range(rotations):
        ring = ring.rotated(purposes, clock=CLOCK)
    for each in (ring, ring.restricted_to(purposes), ring.restricted_to(purposes, tenant_id="acme")):
        assert Keyring.from_bytes(each.to_bytes()) == each
        assert Keyring.from_bytes(each.to_bytes()).fingerprint == each.fingerprint


def test_save_and_load(path: Path) -> None:
    """The file is for its owner alone, whatever the umask, and nothing else is left in the folder."""
    previous = os.umask(0)
    try:
        RING.save(path)
    finally:
        os.umask(previous)
    assert Keyring.load(path) == RING
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_keyring_is_never_overwritten(path: Path) -> None:
    """Not by another ring, and not by itself."""
    RING.save(path)
    with pytest.raises(KeyringExists, match="never overwritten"):
        Keyring.create(clock=CLOCK).save(path)
    assert Keyring.load(path) == RING
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_keyring_is_explained(path: Path) -> None:
    """Both ways to get one are named, also when no path is configured or the folder is missing."""
    loads: tuple[Callable[[], Keyring], ...] = (
        lambda: Keyring.load(path),
        lambda: Keyring.load(path / "below" / "it"),
        lambda: Keyring.rotate_file(path.parent / "no" / "keyring.json", clock=CLOCK),
        lambda: Keyring.for_client(None, create=True),
        lambda: Keyring.for_client(path, create=False),
    )
    for load in loads:
        with pytest.raises(KeyringMissing, match=r"`tracemark keys init`.*TRACEMARK_KEYRING"):
            load()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o601, 0o777])
def test_a_file_open_to_others_is_refused(path: Path, mode: int) -> None:
    """The message has the command that mends it."""
    RING.save(path)
    path.chmod(mode)
    with pytest.raises(KeyringInsecure, match=f"mode {mode:04o}.*chmod 600 {path}"):
        Keyring.load(path)
    with pytest.raises(KeyringInsecure):
        Keyring.rotate_file(path, clock=CLOCK)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder or a pipe in the place of the keyring neither blocks nor crashes."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for odd in (tmp_path, pipe):
        with pytest.raises(KeyringUnreadable, match="no regular file"):
            Keyring.load(odd)


def test_a_folder_that_refuses_is_explained(tmp_path: Path) -> None:
    """The error names the path and the reason."""
    with pytest.raises(KeyringUnreadable, match="No such file or directory"):
        RING.save(tmp_path / "no" / "keyring.json")
    with pytest.raises(KeyringUnreadable, match="File name too long"):
        RING.save(tmp_path / ("x" * 300))
    with pytest.raises(KeyringUnreadable, match="names no file"):
        RING.save(Path("/"))


def test_rotating_a_file(path: Path) -> None:
    """The new ring is on disk, for its owner alone, and nothing is left behind."""
    RING.save(path)
    rotated = Keyring.rotate_file(path, ["output"], clock=CLOCK)
    assert rotated == Keyring.load(path)
    assert rotated.current("output", "acme").epoch == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_refused_rotation_leaves_the_file(path: Path) -> None:
    """Nothing changes when the purpose does not rotate."""
    RING.save(path)
    with pytest.raises(KeyringMisuse):
        Keyring.rotate_file(path, ["output", "subject"], clock=CLOCK)
    assert Keyring.load(path) == RING
    assert list(path.parent.iterdir()) == [path]


def test_rotations_at_the_same_time_lose_no_epoch(path: Path) -> None:
    """Every epoch that a process may have used is still in the ring."""
    RING.save(path)
    made: list[Keyring] = []
    threads = [
        threading.Thread(target=lambda: made.append(Keyring.rotate_file(path, ["output"], clock=CLOCK)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    final = {key.key_id for key in Keyring.load(path).all_epochs("output", "acme")}
    assert len(final) == 9
    assert {ring.current("output", "acme").key_id for ring in made} < final


def test_services_that_start_together_share_one_ring(path: Path) -> None:
    """In embedded mode the first to come makes the keyring, and all others use it."""
    rings: list[Keyring] = []
    threads = [
        threading.Thread(target=lambda: rings.append(Keyring.for_client(path, create=True, clock=CLOCK)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rings) == 8
    assert set(rings) == {Keyring.load(path)}


COMPLAINTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "field missing": (lambda d: d.pop("keys"), r"\(root\): keys missing"),
    "field unknown": (lambda d: d.update(extra=1), r"\(root\): 1 unknown fields"),
    "other format": (
        lambda d: d.update(format="tracemark-keyring/2"),
        "format: this release reads tracemark-keyring/1",
    ),
    "ring id": (lambda d: d.update(ring_id="x"), "ring_id: expected kr-"),
    "keys no list": (lambda d: d.update(keys={}), "keys: expected an array, found an object"),
    "no keys": (lambda d: d.update(keys=[]), "keys: a keyring has at least one key"),
    "key no object": (lambda d: d["keys"].append(3), r"keys\[4\]: expected an object, found another number"),
    "key incomplete": (lambda d: d["keys"][1].pop("epoch"), r"keys\[1\]: epoch missing"),
    "purpose": (lambda d: d["keys"][0].update(purpose="both"), r"keys\[0\].purpose: expected one of prompt, output"),
    "epoch zero": (lambda d: d["keys"][0].update(epoch=0), r"keys\[0\].epoch: expected a whole number"),
    "epoch true": (lambda d: d["keys"][0].update(epoch=True), r"keys\[0\].epoch: .*found true or false"),
    "epoch text": (lambda d: d["keys"][0].update(epoch="1"), r"keys\[0\].epoch: .*found another string"),
    "tenant": (lambda d: d["keys"][0].update(tenant_id="a b"), r"keys\[0\].tenant_id: expected null, or"),
    "created": (lambda d: d["keys"][0].update(created_at="today"), r"keys\[0\].created_at: expected an instant"),
    "secret short": (lambda d: d["keys"][2].update({"secret": "00"}), r"keys\[2\].secret: expected 64 lower-case hex"),
    "secret null": (lambda d: d["keys"][2].update(secret=None), r"keys\[2\].secret: .*found null"),
    "secret list": (lambda d: d["keys"][2].update(secret=[]), r"keys\[2\].secret: .*found an array"),
    "twice": (lambda d: d["keys"].append(d["keys"][0]), "keys: dlq-1 stands in it twice"),
    "edited": (lambda d: d["keys"][0].update(created_at="2025-01-01T00:00:00Z"), "fingerprint: it does not fit"),
    "keys swapped": (
        lambda d: d["keys"][1].update(secret=d["keys"][2]["secret"]),
        "fingerprint: it does not fit the keys, so the file was damaged or edited",
    ),
}


@pytest.mark.parametrize("name", COMPLAINTS)
def test_a_malformed_file_is_explained(path: Path, name: str) -> None:
    """The message has the path of the file and of the field, the kind of value and the remedy, and no secret."""
    change, message = COMPLAINTS[name]
    path.write_bytes(changed(change))
    path.chmod(0o600)
    with pytest.raises(KeyringMalformed, match=message) as caught:
        Keyring.load(path)
    assert str(path) in str(caught.value)
    assert "restore the file from its backup" in str(caught.value)
    assert not any(secret in str(caught.value) for secret in SECRETS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"epoch": ' + b"9" * 5000 + b"}",
        RING.to_bytes()[:-20],
        RING.to_bytes().replace(b'"format"', b'"keys": 1, "format"'),
        b" " * (5 * 1024 * 1024),
    ],
    ids=["empty", "cut", "no utf-8", "deep", "long number", "truncated", "repeated field", "large"],
)
def test_what_is_no_keyring_is_refused(data: bytes) -> None:
    """The parser's own errors, which hold the document, are neither shown nor chained."""
    with pytest.raises(KeyringMalformed, match="is no keyring") as caught:
        Keyring.from_bytes(data)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


@given(st.one_of(st.binary(max_size=200), JSON.map(lambda value: json.dumps(value).encode())))
def test_random_bytes_give_keyring_errors_only(data: bytes) -> None:
    """Whatever the file holds, the caller has one kind of error to handle."""
    with pytest.raises(KeyringError):
        Keyring.from_bytes(data)


@given(st.sampled_from(["keys", "ring_id", "format", "fingerprint", *DOCUMENT["keys"][0]]), JSON)
def test_random_values_give_keyring_errors_only(field: str, value: object) -> None:
    """The same for a file of which one field is wrong."""
    document = json.loads(RING.to_bytes())
    place = document if field in document else document["keys"][0]
    assume(place[field] != value)
    place[field] = value
    with pytest.raises(KeyringError):
        Keyring.from_bytes(json.dumps(document).encode())


@given(st.data())
def test_a_flipped_bit_is_noticed(data: st.DataObject) -> None:
    """No damaged file makes tokens that nobody can find."""
    original = RING.to_bytes()
    position = data.draw(st.integers(0, len(original) - 1))
    damaged = bytearray(original)
    damaged[position] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = Keyring.from_bytes(bytes(damaged))
    except KeyringMalformed:
        read = RING
    assert read == RING  # a blank for another blank is no damage
