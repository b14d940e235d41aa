from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from muniment.errors import InputError, ProofError
from muniment.log.merkle import (
    EMPTY_ROOT,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    tree_root,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

HASHES = [leaf_hash(b"%d" % number) for number in range(100)]
ROOTS = [tree_root(HASHES[:size]) for size in range(101)]


def _reference_root(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1 to the letter."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(_reference_root(hashes[:split]), _reference_root(hashes[split:]))


def _flipped(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


def test_leaf_and_node_hashes_have_their_prefixes() -> None:
    """Leaves and nodes hash under different prefixes, as published."""
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert node_hash(b"a" * 32, b"b" * 32) == hashlib.sha256(b"\x01" + b"a" * 32 + b"b" * 32).digest()


def test_root_follows_the_definition() -> None:
    """The root made level by level is the recursive one of RFC 6962, for every size up to 100."""
    for size in range(101):
        assert ROOTS[size] == _reference_root(HASHES[:size])


def test_root_does_not_change_what_it_is_given() -> None:
    """Hashing leaves the list of leaves as it was."""
    hashes = list(HASHES[:7])

    tree_root(hashes)

    assert hashes == HASHES[:7]


def test_every_leaf_of_every_size_has_a_proof() -> None:
    """Every leaf of every tree up to 100 leaves is proven, and no other root is."""
    for size in range(1, 101):
        for index in range(size):
            proof = prove_inclusion(HASHES[:size], index)
            check_inclusion(HASHES[index], index, size, proof, ROOTS[size])
            with pytest.raises(ProofError):
                check_inclusion(HASHES[index], index, size, proof, _flipped(ROOTS[size]))


def test_every_hash_of_an_inclusion_proof_matters() -> None:
    """Change any one hash of any proof, drop the last or add one, and it fails."""
    for size in range(1, 101):
        for index in range(size):
            proof = prove_inclusion(HASHES[:size], index)
            bad = [(*proof[:at], _flipped(value), *proof[at + 1 :]) for at, value in enumerate(proof)]
            bad.append((*proof, HASHES[0]))
            if proof:
                bad.append(proof[:-1])
            for changed in bad:
                with pytest.raises(ProofError):
                    check_inclusion(HASHES[index], index, size, changed, ROOTS[size])


def test_an_inclusion_proof_fits_one_place() -> None:
    """A proof shows its leaf at its own index only, in trees of up to 40 leaves."""
    for size in range(1, 41):
        for index in range(size):
            proof = prove_inclusion(HASHES[:size], index)
            for other in range(size):
                if other != index:
                    with pytest.raises(ProofError):
                        check_inclusion(HASHES[index], other, size, proof, ROOTS[size])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 1), (5, 4), (0, -1)])
def test_no_proof_outside_the_tree(index: int, size: int) -> None:
    """An index that is not in the tree fails before any hashing."""
    with pytest.raises(ProofError, match="for no entry of the tree"):
        check_inclusion(HASHES[0], index, size, (), HASHES[0])
    with pytest.raises(InputError, match="no such entry"):
        prove_inclusion(HASHES[: max(0, size)], index)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_hashes_are_32_bytes(length: int) -> None:
    """A hash of another length fails wherever it stands."""
    bad = b"x" * length
    for leaf, proof, root in (
        (bad, (HASHES[1],), ROOTS[2]),
        (HASHES[0], (bad,), ROOTS[2]),
        (HASHES[0], (HASHES[1],), bad),
    ):
        with pytest.raises(ProofError, match="expected 32 bytes"):
            check_inclusion(leaf, 0, 2, proof, root)


def test_every_pair_of_sizes_has_a_consistency_proof() -> None:
    """Every earlier size is proven to begin every later one, up to 100 leaves, at both ends too."""
    for new in range(101):
        for old in range(new + 1):
            proof = prove_consistency(HASHES[:new], old)
            check_consistency(old, new, proof, ROOTS[old], ROOTS[new])


def test_every_hash_of_a_consistency_proof_matters() -> None:
    """Change any one hash or root, drop the last hash or add one, and it fails."""
    for new in range(1, 101):
        for old in range(1, new + 1):
            proof = prove_consistency(HASHES[:new], old)
            bad = [(*proof[:at], _flipped(value), *proof[at + 1 :]) for at, value in enumerate(proof)]
            bad.append((*proof, HASHES[0]))
            if proof:
                bad.append(proof[:-1])
            for changed in bad:
                with pytest.raises(ProofError):
                    check_consistency(old, new, changed, ROOTS[old], ROOTS[new])
            with pytest.raises(ProofError):
                check_consistency(old, new, proof, _flipped(ROOTS[old]), ROOTS[new])
            with pytest.raises(ProofError):
                check_consistency(old, new, proof, ROOTS[old], _flipped(ROOTS[new]))


def test_a_rewritten_entry_is_not_consistent() -> None:
    """No change to an earlier entry survives the honest proof of the new tree."""
    for new in range(2, 41):
        for old in range(1, new):
            rewritten = [leaf_hash(b"forged"), *HASHES[1:new]]
            with pytest.raises(ProofError):
                check_consistency(old, new, prove_consistency(rewritten, old), ROOTS[old], tree_root(rewritten))


def test_consistency_at_the_ends() -> None:
    """From nothing, or to the same size, there is nothing to hash but something to compare."""
    check_consistency(0, 0, (), EMPTY_ROOT, EMPTY_ROOT)
    check_consistency(0, 5, (), EMPTY_ROOT, ROOTS[5])
    with pytest.raises(ProofError, match="an empty log has another root"):
        check_consistency(0, 5, (), ROOTS[1], ROOTS[5])
    with pytest.raises(ProofError, match="an empty log has another root"):
        check_consistency(0, 0, (), ROOTS[1], ROOTS[1])
    with pytest.raises(ProofError, match="two roots for one size"):
        check_consistency(5, 5, (), ROOTS[5], ROOTS[4])
    with pytest.raises(ProofError, match="too long"):
        check_consistency(5, 5, (HASHES[0],), ROOTS[5], ROOTS[5])
    with pytest.raises(ProofError, match=r"log\.txt: the log has shrunk: expected at least 5 entries, found 4"):
        check_consistency(5, 4, (), ROOTS[5], ROOTS[4], "log.txt")
    with pytest.raises(ProofError, match="is empty"):
        check_consistency(3, 4, (), ROOTS[3], ROOTS[4])
    with pytest.raises(ProofError, match="expected 32 bytes"):
        check_consistency(3, 4, (b"",), ROOTS[3], ROOTS[4])


@pytest.mark.parametrize("old_size", [-1, 6])
def test_no_proof_from_a_tree_that_never_was(old_size: int) -> None:
    """A consistency proof can only start from a size the log has had."""
    with pytest.raises(InputError, match="no such earlier tree"):
        prove_consistency(HASHES[:5], old_size)


def _accepts_inclusion(case: dict[str, Any]) -> bool:
    try:
        check_inclusion(
            base64.b64decode(case["leafHash"] or ""),
            case["leafIdx"],
            case["treeSize"],
            [base64.b64decode(value or "") for value in case["proof"] or ()],
            base64.b64decode(case["root"] or ""),
        )
    except ProofError:
        return False
    return True


def _accepts_consistency(case: dict[str, Any]) -> bool:
    try:
        check_consistency(
            case["size1"],
            case["size2"],
            [base64.b64decode(value or "") for value in case["proof"] or ()],
            base64.b64decode(case["root1"] or ""),
            base64.b64decode(case["root2"] or ""),
        )
    except ProofError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "accepts", "count"),
    [("inclusion", _accepts_inclusion, 98), ("consistency", _accepts_consistency, 98)],
)
def test_verdicts_of_transparency_dev(
    vectors: Callable[[str], Path], kind: str, accepts: Callable[[dict[str, Any]], bool], count: int
) -> None:
    """Every published proof gets the published verdict, but one whose roots are no SHA-256 hashes."""
    files = sorted((vectors("merkle") / kind).rglob("*.json"))
    cases = [json.loads(file.read_bytes()) for file in files]
    exceptions = [case for case in cases if case["desc"] == "sizes are equal (one) and proof is empty"]

    wrong = [case for case in cases if accepts(case) == case["wantErr"]]

    assert len(cases) == count
    assert wrong == exceptions
    for case in exceptions:
        assert base64.b64decode(case["root1"]) == b"don't care 2"
        assert not accepts(case)
