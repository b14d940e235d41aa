from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import FormatError, InputError, IntegrityError, ProofError, SignatureError
from muniment.log.checkpoint import Checkpoint, sign_checkpoint
from muniment.log.merkle import leaf_hash, prove_inclusion, tree_root
from muniment.log.newest import NamedRoot
from muniment.log.note import make_verifier, parse_vkey
from muniment.log.proof_file import TlogProof, check_proof, format_proof, parse_proof

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ORIGIN = "archive.example/press"
KEY = Ed25519PrivateKey.from_private_bytes(b"log key for tests, not a secret.")
PUBLIC = KEY.public_key().public_bytes_raw()
LOG = make_verifier(ORIGIN, PUBLIC)

ENTRIES = [b"entry %d" % number for number in range(5)]
HASHES = [leaf_hash(entry) for entry in ENTRIES]
CHECKPOINT = Checkpoint(ORIGIN, 5, tree_root(HASHES), NamedRoot(1, "sha256:" + "ab" * 32))
NOTE = sign_checkpoint(CHECKPOINT, PUBLIC, KEY.sign)
PROOFS = [TlogProof(index, prove_inclusion(HASHES, index), NOTE) for index in range(5)]


def test_the_bytes_of_a_proof() -> None:
    """A proof is its header, extra data, index, hashes, an empty line and the checkpoint as it is."""
    proof = TlogProof(4, (b"h" * 32,), NOTE, b"opaque")

    assert format_proof(proof) == (
        b"c2sp.org/tlog-proof@v1\nextra b3BhcXVl\nindex 4\naGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGg=\n\n" + NOTE
    )


@given(
    st.integers(0, 10**18 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.none() | st.binary(min_size=1, max_size=200),
)
def test_a_proof_survives_its_file(index: int, hashes: list[bytes], extra: bytes | None) -> None:
    """What is written is read back the same."""
    proof = TlogProof(index, tuple(hashes), NOTE, extra)

    assert parse_proof(format_proof(proof)) == proof


@pytest.mark.parametrize("index", range(5))
def test_every_entry_is_proven(index: int) -> None:
    """A proof file shows its entry, and gives the checkpoint it stands under."""
    proof = parse_proof(format_proof(PROOFS[index]))

    assert check_proof(proof, ENTRIES[index], [LOG], ORIGIN) == CHECKPOINT


def test_a_proof_shows_one_entry_only() -> None:
    """No proof shows another entry, and no entry passes at another index."""
    for index, proof in enumerate(PROOFS):
        for other in range(5):
            if other != index:
                with pytest.raises(ProofError):
                    check_proof(proof, ENTRIES[other], [LOG], ORIGIN)
                with pytest.raises(ProofError):
                    check_proof(TlogProof(other, proof.hashes, NOTE), ENTRIES[index], [LOG], ORIGIN)
    with pytest.raises(ProofError, match=r"x\.tlog-proof: the proof is for no entry of the tree"):
        check_proof(TlogProof(5, PROOFS[4].hashes, NOTE), ENTRIES[4], [LOG], ORIGIN, "x.tlog-proof")


def test_the_checkpoint_must_be_signed_by_the_log() -> None:
    """The hashes are worth nothing without the signature."""
    with pytest.raises(SignatureError):
        check_proof(PROOFS[0], ENTRIES[0], [], ORIGIN)
    with pytest.raises(SignatureError):
        check_proof(PROOFS[0], ENTRIES[0], [LOG], "other.example")


def test_no_byte_of_a_proof_can_change() -> None:
    """Flip any bit of any byte of a proof file and it proves nothing."""
    data = format_proof(PROOFS[2])
    for at in range(len(data)):
        for bit in range(8):
            changed = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            with pytest.raises(IntegrityError):
                check_proof(parse_proof(changed), ENTRIES[2], [LOG], ORIGIN)


def test_extra_data_is_not_vouched_for() -> None:
    """Extra data is carried, and whatever it says changes nothing."""
    for extra in (None, b"a", b"b"):
        proof = parse_proof(format_proof(TlogProof(0, PROOFS[0].hashes, NOTE, extra)))
        assert proof.extra == extra
        assert check_proof(proof, ENTRIES[0], [LOG], ORIGIN) == CHECKPOINT


def test_empty_extra_data_is_left_out() -> None:
    """There is one way to have no extra data."""
    with pytest.raises(InputError, match="extra data of a proof is empty"):
        format_proof(TlogProof(0, (), NOTE, b""))


HASH = base64.b64encode(b"h" * 32)
HEAD = b"c2sp.org/tlog-proof@v1\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a proof file"),
        (NOTE, "not a proof file"),
        (HEAD, "not a proof file"),
        (HEAD + b"index 0\n", "not a proof file"),
        (HEAD + b"index 0\n" + NOTE[:20], "not a proof file"),
        (b"c2sp.org/tlog-proof@v2\nindex 0\n\n" + NOTE, "not a proof file"),
        (b"\n" + HEAD + b"index 0\n\n" + NOTE, "not a proof file"),
        (b"\xef\xbb\xbf" + HEAD + b"index 0\n\n" + NOTE, "not a proof file"),
        (HEAD.replace(b"\n", b"\r\n") + b"index 0\n\n" + NOTE, "not a proof file"),
        (HEAD + b"\n" + NOTE, "does not say its index"),
        (HEAD + HASH + b"\n\n" + NOTE, "does not say its index"),
        (HEAD + b"Index 0\n\n" + NOTE, "does not say its index"),
        (HEAD + b"index\n\n" + NOTE, "does not say its index"),
        (HEAD + b"extra b3A=\n\n" + NOTE, "does not say its index"),
        (HEAD + b"extra b3A=\nextra b3A=\nindex 0\n\n" + NOTE, "does not say its index"),
        (HEAD + b"extra\nindex 0\n\n" + NOTE, "does not say its index"),
        (HEAD + b"extra \nindex 0\n\n" + NOTE, "the extra line is empty"),
        (HEAD + b"extra b3A\nindex 0\n\n" + NOTE, "not base64"),
        (HEAD + b"extra  b3A=\nindex 0\n\n" + NOTE, "not base64"),
        (HEAD + b"index 0\nextra b3A=\n\n" + NOTE, "not base64"),
        (HEAD + b"index 00\n\n" + NOTE, "not a decimal number"),
        (HEAD + b"index -1\n\n" + NOTE, "not a decimal number"),
        (HEAD + b"index  1\n\n" + NOTE, "not a decimal number"),
        (HEAD + b"index 1 \n\n" + NOTE, "not a decimal number"),
        (HEAD + b"index \n\n" + NOTE, "not a decimal number"),
        (HEAD + b"index 0\nAAAA\n\n" + NOTE, "wrong length"),
        (HEAD + b"index 0\n" + HASH + b" \n\n" + NOTE, "not base64"),
        (HEAD + b"index 0\n" + HASH[:-1] + b"\n\n" + NOTE, "not base64"),
        (HEAD + b"index 0\n" + (HASH + b"\n") * 64 + b"\n" + NOTE, "the proof is too long"),
        (HEAD + b"index 0\n\n", "not a signed note"),
        (HEAD + b"index 0\n\n\n" + NOTE, "a line each"),
        (HEAD + b"index 0\n\n" + NOTE[:-1], "not a signed note"),
        (HEAD + b"index 0\n\n" + NOTE + b"more\n", "not a signature line"),
        (HEAD + b"index 0\n\n" + NOTE.replace(b"\n5\n", b"\n05\n"), "not a decimal number"),
        (HEAD + b"extra " + b"A" * 8_388_608 + b"\nindex 0\n\n" + NOTE, "the proof is too large"),
    ],
)
def test_malformed_proofs_are_rejected(data: bytes, reason: str) -> None:
    """A proof file has one form, and its checkpoint too."""
    with pytest.raises(FormatError, match=reason) as caught:
        parse_proof(data, "v1.tlog-proof")
    assert caught.value.where == "v1.tlog-proof"


def test_entries_of_a_tessera_log_are_proven(vectors: Callable[[str], Path]) -> None:
    """A proof made of another log's tile and checkpoint holds under that log's published key."""
    folder = vectors("tessera-log")
    tile = (folder / "tile/0/000.p/15").read_bytes()
    hashes = [tile[at : at + 32] for at in range(0, len(tile), 32)]
    known = parse_vkey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")

    proof = TlogProof(1, prove_inclusion(hashes, 1), (folder / "checkpoint").read_bytes())

    checked = parse_proof(format_proof(proof))
    assert check_proof(checked, b"two", [known], "example.com/log/testdata").size == 15
