"""The Merkle tree of RFC 6962, section 2.1, over event hashes.

Leaves and inner nodes are hashed with different first bytes, so that no leaf can pass for a node:

    leaf = SHA-256(0x00 ‖ event_hash)        node = SHA-256(0x01 ‖ left ‖ right)

    >>> merkle_root([]).hex()[:16]
    'e3b0c44298fc1c14'
"""

import hashlib
from collections.abc import Iterable, Sequence

__all__ = ["EMPTY_ROOT", "audit_path", "merkle_root", "root_from_path"]

EMPTY_ROOT = hashlib.sha256().digest()
"""Root of a tree without leaves."""


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """Root over `leaves` in order."""
    level = [_leaf(leaf) for leaf in leaves]
    while len(level) > 1:
        # An odd last node rises as it is: the same tree as RFC 6962's split at the largest power of two.
        pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0] if level else EMPTY_ROOT


def audit_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Siblings from the leaf at `index` up to the root: with them, one event can be proved to belong (section 2.1.1).

    Raises:
        IndexError: There is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    level, path = [_leaf(leaf) for leaf in leaves], list[bytes]()
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level, index = pairs + level[len(pairs) * 2 :], index // 2
    return path


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that `path` proves for `leaf` at `index` of `size` leaves; None when the path cannot fit."""
    if not 0 <= index < size:
        return None
    node, rest = _leaf(leaf), list(path)
    while size > 1:
        if index ^ 1 < size:
            if not rest:
                return None
            sibling = rest.pop(0)
            node = _node(sibling, node) if index & 1 else _node(node, sibling)
        index, size = index // 2, (size + 1) // 2
    return None if rest else node


def _leaf(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
