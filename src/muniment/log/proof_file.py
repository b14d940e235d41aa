"""Proof files: that an entry is in a log, for a reader who has nothing else (C2SP tlog-proof).

The specification is an untagged draft; this is the reading of it that files written here keep to::

    c2sp.org/tlog-proof@v1
    extra BASE64                  optional; opaque, and not covered by the proof
    index 1                       of the entry, from 0
    BASE64                        sibling hashes from the leaf upwards, a line each
    BASE64
                                  an empty line
    example.com/log/testdata      the checkpoint as published, to the end of the file
    3
    …

The usual extension is ``.tlog-proof``.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.errors import FormatError, InputError
from muniment.log.checkpoint import TreeHead, open_tree_head, parse_tree_head
from muniment.log.encoding import decode_base64, parse_decimal, parse_hash
from muniment.log.merkle import check_inclusion, leaf_hash
from muniment.log.note import Verifier, parse_note

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_PROOF = 8 * 1024 * 1024  # bytes: the extra data may be a record, 4 MiB, which base64 makes a third longer
MAX_HASHES = 63  # no tree is higher

_HEADER = b"c2sp.org/tlog-proof@v1"
_EXTRA = b"extra "
_INDEX = b"index "


@dataclass(frozen=True, slots=True)
class TlogProof:
    """One proof file.

    Attributes:
        index: Of the entry, from 0.
        hashes: Sibling hashes from the leaf upwards, 32 bytes each, at most 63.
        checkpoint: The signed checkpoint, byte for byte.
        extra: Opaque data, not empty; or None.  Nothing vouches for it.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def format_proof(proof: TlogProof) -> bytes:
    """Write a proof file.

    Raises:
        InputError: The extra data is empty: leave it out.
    """
    if proof.extra == b"":
        raise InputError("the extra data of a proof is empty", expected="some bytes, or none at all")
    lines = [_HEADER]
    if proof.extra is not None:
        lines.append(_EXTRA + base64.b64encode(proof.extra))
    lines.append(_INDEX + str(proof.index).encode())
    lines += [base64.b64encode(value) for value in proof.hashes]
    return b"\n".join(lines) + b"\n\n" + proof.checkpoint


def parse_proof(data: bytes, where: str = "") -> TlogProof:
    """Read a proof file; nothing is verified yet.

    Raises:
        FormatError: It is too large or breaks the format, or its checkpoint does.
    """
    if len(data) > MAX_PROOF:
        raise FormatError(
            "the proof is too large", where=where, expected=f"at most {MAX_PROOF} bytes", found=str(len(data))
        )
    head, empty_line, checkpoint = data.partition(b"\n\n")
    lines = head.split(b"\n")
    if not empty_line or lines.pop(0) != _HEADER:
        raise FormatError(
            "not a proof file",
            where=where,
            expected=f"{_HEADER.decode()}, and a checkpoint after an empty line",
        )
    extra = None
    if lines and lines[0].startswith(_EXTRA):
        extra = decode_base64(lines.pop(0).removeprefix(_EXTRA), where)
        if not extra:
            raise FormatError("the extra line is empty", where=where, expected="some bytes, or no such line")
    if not lines or not lines[0].startswith(_INDEX):
        raise FormatError("the proof does not say its index", where=where, expected="a line 'index NUMBER'")
    index = parse_decimal(lines.pop(0).removeprefix(_INDEX), where)
    if len(lines) > MAX_HASHES:
        raise FormatError(
            "the proof is too long",
            where=where,
            expected=f"at most {MAX_HASHES} hashes",
            found=str(len(lines)),
        )
    hashes = tuple(parse_hash(line, where) for line in lines)
    parse_tree_head(parse_note(checkpoint, where)[0], where)
    return TlogProof(index, hashes, checkpoint, extra)


def check_proof(
    proof: TlogProof, entry: bytes, verifiers: Sequence[Verifier], origin: str, where: str = ""
) -> TreeHead:
    """Check that ``entry`` is in the log, under a checkpoint that the log signed.

    Args:
        proof: The proof file.
        entry: The bytes of the entry.
        verifiers: The known keys.
        origin: The name of the log.
        where: What to name in an error.

    Returns:
        The checkpoint, now verified.

    Raises:
        FormatError: The checkpoint breaks its format.
        SignatureError: The log did not sign the checkpoint.
        ProofError: The checkpoint does not hold the entry at that index.
    """
    checkpoint = open_tree_head(proof.checkpoint, verifiers, origin, where)
    check_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root, where)
    return checkpoint
