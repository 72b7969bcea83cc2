"""Merkle tree hashes and inclusion proofs as in RFC 6962, section 2.1: leaves and nodes are told apart by a prefix."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

__all__ = ["inclusion_path", "is_included", "leaf_hash", "merkle_root"]

_LEAF = b"\x00"
_NODE = b"\x01"


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf)."""
    return hashlib.sha256(_LEAF + leaf).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Merkle tree hash over the leaves in their order; of no leaves, SHA-256 of nothing (RFC 6962, 2.1)."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = [leaf_hash(leaf) for leaf in leaves]
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The hashes that, with leaf `index`, give the root, from the leaf upwards (audit path, RFC 6962, 2.1.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise ValueError(f"expected the number of one of {len(leaves)} leaves from 0, got {index}")
    level = [leaf_hash(leaf) for leaf in leaves]
    path: list[bytes] = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level, index = _next_level(level), index // 2
    return tuple(path)


def is_included(leaf: bytes, index: int, num_leaves: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf and its path give a root (RFC 9162, 2.1.3.2).

    Args:
        leaf: content of the leaf.
        index: its number, from 0.
        num_leaves: leaves of the tree.
        path: hashes of its siblings, from the leaf upwards.
        root: hash of the tree.
    """
    if not 0 <= index < num_leaves:
        return False
    node, last = index, num_leaves - 1
    reached = leaf_hash(leaf)
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            reached = _node_hash(sibling, reached)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            reached = _node_hash(reached, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and reached == root


def _next_level(level: Sequence[bytes]) -> list[bytes]:
    """Pairs joined; one that is left over moves up as it is, which gives the tree of the standard."""
    joined = [_node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*joined, level[-1]] if len(level) % 2 else joined


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
