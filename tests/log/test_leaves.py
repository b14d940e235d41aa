"""Tests of ``muniment.log.leaves``."""

from __future__ import annotations

import pytest

from muniment.log.leaves import Leaves
from muniment.log.merkle import leaf_hash, tree_root

HASHES = [leaf_hash(b"%d" % number) for number in range(600)]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512, 600])
def test_roots(size: int) -> None:
    """The root of any number of leaves is that of RFC 6962 over all of them."""
    leaves = Leaves(b"".join(HASHES))
    assert leaves.root_at(size) == tree_root(HASHES[:size])
    assert leaves.size == len(leaves) == 600


def test_leaves() -> None:
    """Leaves are given by index, from the end too, and in slices; beyond the last there is none."""
    leaves = Leaves(bytearray(b"".join(HASHES)))
    assert list(leaves) == HASHES
    assert (leaves[0], leaves[-1], leaves[5:8]) == (HASHES[0], HASHES[-1], HASHES[5:8])
    with pytest.raises(IndexError):
        leaves[600]
