"""The Merkle tree, held against a second implementation written from the text of RFC 6962."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.store.merkle import EMPTY_ROOT, audit_path, merkle_root, root_from_path

LEAVES = st.lists(st.binary(min_size=32, max_size=32), max_size=40)


def _reference(leaves: Sequence[bytes]) -> bytes:
    """MTH of section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + _reference(leaves[:split]) + _reference(leaves[split:])).digest()


@given(LEAVES)
def test_the_root_is_the_one_of_the_rfc(leaves: list[bytes]) -> None:
    """For any leaves the root is what the recursive definition of RFC 6962 gives."""
    assert merkle_root(leaves) == _reference(leaves)


@given(LEAVES.filter(bool), st.data())
def test_a_path_proves_its_leaf_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    """The audit path of a leaf leads to the root, and a leaf with one bit flipped does not."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = audit_path(leaves, index)
    assert root_from_path(leaves[index], index, len(leaves), path) == merkle_root(leaves)
    flipped = bytes([leaves[index][0] ^ 1]) + leaves[index][1:]
    assert root_from_path(flipped, index, len(leaves), path) != merkle_root(leaves)


@given(LEAVES.filter(bool), st.data())
def test_a_path_of_another_length_proves_nothing(leaves: list[bytes], data: st.DataObject) -> None:
    """A path with a hash too many or too few is refused."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = audit_path(leaves, index)
    assert root_from_path(leaves[index], index, len(leaves), [*path, bytes(32)]) is None
    if path:
        assert root_from_path(leaves[index], index, len(leaves), path[:-1]) is None


def test_the_edges() -> None:
    """No leaves have the root of the RFC; a leaf that is not there has no path and proves nothing."""
    assert merkle_root([]) == EMPTY_ROOT == hashlib.sha256().digest()
    assert root_from_path(bytes(32), 3, 3, []) is None
    with pytest.raises(IndexError, match="no leaf 1 among 1"):
        audit_path([bytes(32)], 1)
