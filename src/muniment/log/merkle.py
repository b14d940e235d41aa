"""The Merkle tree of a log: root hashes and the two proofs (RFC 6962 section 2.1).

A leaf hashes to ``SHA-256(0x00 | entry)``, a node to ``SHA-256(0x01 | left | right)``.  A tree of n > 1
leaves splits at the largest power of two strictly below n.  The same tree is made level by level: hash the
pairs from the left and carry an odd last hash up unchanged.  That is how it is done here, for it needs no
recursion.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from muniment.errors import InputError, ProofError

if TYPE_CHECKING:
    from collections.abc import Sequence

HASH_SIZE = 32  # bytes of SHA-256
EMPTY_ROOT = hashlib.sha256(b"").digest()  # the root of a tree without leaves


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry: 32 bytes (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees of 32 bytes each into their parent: 32 bytes (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(hashes: Sequence[bytes]) -> bytes:
    """Compute the root of the tree with these leaf hashes: 32 bytes (RFC 6962 section 2.1)."""
    if not hashes:
        return EMPTY_ROOT
    while len(hashes) > 1:
        hashes = _parents(hashes)
    return hashes[0]


def _parents(hashes: Sequence[bytes]) -> list[bytes]:
    # node_hash written out: a call for each node would cost a fifth of the time.
    sha256 = hashlib.sha256
    pairs = zip(hashes[::2], hashes[1::2], strict=False)
    parents = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    if len(hashes) % 2:
        parents.append(hashes[-1])
    return parents


def prove_inclusion(hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Make the proof that leaf ``index`` is in the tree with these leaf hashes (RFC 6962 section 2.1.1).

    Args:
        hashes: All leaf hashes of the tree.
        index: From 0; below ``len(hashes)``.

    Returns:
        Sibling hashes from the leaf upwards.

    Raises:
        InputError: There is no such leaf.
    """
    if not 0 <= index < len(hashes):
        raise InputError("there is no such entry", expected=f"an index below {len(hashes)}", found=str(index))
    path = []
    while len(hashes) > 1:
        sibling = index ^ 1
        if sibling < len(hashes):  # else the hash is the odd last one, which is carried up
            path.append(hashes[sibling])
        hashes, index = _parents(hashes), index >> 1
    return tuple(path)


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes, where: str = "") -> None:
    """Check that the leaf hash stands at ``index`` in the tree of ``size`` leaves (RFC 9162 section 2.1.3.2).

    Args:
        leaf: The leaf hash, 32 bytes.
        index: From 0; below ``size``.
        size: The number of leaves.
        proof: Sibling hashes from the leaf upwards.
        root: The root hash, 32 bytes.
        where: What to name in an error.

    Raises:
        ProofError: The proof does not hold.
    """
    if not 0 <= index < size:
        raise ProofError(
            "the proof is for no entry of the tree",
            where=where,
            expected=f"an index below {size}",
            found=str(index),
        )
    _check_lengths((leaf, *proof, root), where)
    at, last, node = index, size - 1, leaf
    for sibling in proof:
        _check_not_at_root(last, len(proof), where)
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            at, last = _skip_carried(at, last)
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    _check_at_root(last, len(proof), where)
    _check_root("the inclusion proof does not lead to the root", root, node, where)


def prove_consistency(hashes: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """Make the proof that the first ``old_size`` leaves still begin the tree (RFC 6962 section 2.1.2).

    Args:
        hashes: All leaf hashes of the newer tree.
        old_size: From 0 to ``len(hashes)``; both ends need no hashes.

    Raises:
        InputError: The older tree is larger than the newer one.
    """
    if not 0 <= old_size <= len(hashes):
        raise InputError("there is no such earlier tree", expected=f"a size up to {len(hashes)}", found=str(old_size))
    if old_size == 0:
        return ()
    first, last, path = 0, len(hashes), []
    while old_size < last:
        split = first + _split(last - first)
        if old_size <= split:
            path.append(tree_root(hashes[split:last]))
            last = split
        else:
            path.append(tree_root(hashes[first:split]))
            first = split
    if first > 0:  # else what remains is the whole older tree, whose root the checker has
        path.append(tree_root(hashes[first:last]))
    return tuple(reversed(path))


def _split(size: int) -> int:
    """Give the largest power of two strictly below ``size`` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def check_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes, where: str = ""
) -> None:
    """Check that the newer tree begins with the older one (RFC 9162 section 2.1.4.2).

    Sizes are numbers of leaves; the proof is what ``prove_consistency`` gives; roots and its hashes are 32
    bytes each; ``where`` is what to name in an error.

    Raises:
        ProofError: The proof does not hold.
    """
    if not 0 <= old_size <= new_size:
        least = f"at least {old_size} {'entry' if old_size == 1 else 'entries'}"
        raise ProofError("the log has shrunk", where=where, expected=least, found=str(new_size))
    _check_lengths((*proof, old_root, new_root), where)
    if old_size in (0, new_size):
        _check_trivial(old_size, new_size, proof, old_root, new_root, where)
        return
    whole = old_size & (old_size - 1) == 0  # a power of two: the older tree is one node of the newer
    path = (old_root, *proof) if whole else proof
    if not path:
        raise ProofError("the consistency proof is empty", where=where)
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        _check_not_at_root(last, len(proof), where)
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            at, last = _skip_carried(at, last)
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    _check_at_root(last, len(proof), where)
    _check_root("the consistency proof does not lead to the older root", old_root, old, where)
    _check_root("the consistency proof does not lead to the newer root", new_root, new, where)


def _check_trivial(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes, where: str
) -> None:
    if proof:
        raise ProofError("the consistency proof is too long", where=where, expected="no hashes", found=str(len(proof)))
    if old_size == 0:
        _check_root("an empty log has another root", EMPTY_ROOT, old_root, where)
    if old_size == new_size:
        _check_root("two roots for one size", old_root, new_root, where)


def _skip_carried(at: int, last: int) -> tuple[int, int]:
    """Climb past the levels on which this node, being the odd last one, was carried up unchanged."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _check_lengths(hashes: Sequence[bytes], where: str) -> None:
    for value in hashes:
        if len(value) != HASH_SIZE:
            raise ProofError("a hash has the wrong length", where=where, expected="32 bytes", found=str(len(value)))


def _check_not_at_root(last: int, length: int, where: str) -> None:
    if last == 0:
        raise ProofError("the proof is too long", where=where, found=f"{length} hashes")


def _check_at_root(last: int, length: int, where: str) -> None:
    if last:
        raise ProofError("the proof is too short", where=where, found=f"{length} hashes")


def _check_root(what: str, expected: bytes, found: bytes, where: str) -> None:
    if expected != found:
        raise ProofError(what, where=where, expected=expected.hex(), found=found.hex())
