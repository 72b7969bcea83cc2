"""Merkle trees give the published roots, and every proof holds for its own leaf alone."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.case.seal.merkle import inclusion_path, is_included, leaf_hash, merkle_root

# leaves and roots of the Certificate Transparency reference tests (merkle_tree_test.cc), as RFC 6962 defines them
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATH_OF_LEAF_6_OF_8 = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]


def slow_root(leaves):
    """RFC 6962, 2.1, to the letter."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + slow_root(leaves[:split]) + slow_root(leaves[split:])).digest()


@pytest.mark.parametrize(("number", "root"), list(enumerate(ROOTS, start=1)))
def test_the_published_roots_come_out(number, root):
    assert merkle_root(LEAVES[:number]).hex() == root


def test_no_leaves_give_the_hash_of_nothing():
    assert merkle_root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_published_path_comes_out():
    assert [part.hex() for part in inclusion_path(LEAVES, 5)] == PATH_OF_LEAF_6_OF_8


def test_a_leaf_is_no_node():
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != merkle_root([b"a", b"b"])


@given(st.integers(0, 130))
def test_the_root_is_that_of_the_definition(number):
    leaves = [str(at).encode() for at in range(number)]
    assert merkle_root(leaves) == slow_root(leaves)


@given(st.integers(1, 130), st.data())
def test_every_leaf_has_a_proof_that_holds_for_it_alone(number, data):
    leaves = [str(at).encode() for at in range(number)]
    index = data.draw(st.integers(0, number - 1))
    path, root = inclusion_path(leaves, index), merkle_root(leaves)
    assert is_included(leaves[index], index, number, path, root)
    assert not is_included(b"another", index, number, path, root)
    assert not is_included(leaves[index], index, number, (*path, root), root)
    assert not is_included(leaves[index], index, number, path, leaf_hash(root))
    if path:
        assert not is_included(leaves[index], index, number, path[:-1], root)
        at = data.draw(st.integers(0, len(path) - 1))
        changed = (*path[:at], leaf_hash(path[at]), *path[at + 1 :])
        assert not is_included(leaves[index], index, number, changed, root)


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_that_is_not_there_has_no_proof(index):
    with pytest.raises(ValueError, match="3 leaves"):
        inclusion_path([b"a", b"b", b"c"], index)
    assert not is_included(b"a", index, 3, (), merkle_root([b"a"]))
