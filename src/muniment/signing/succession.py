"""Succession: a trust root against its signatures and the root before it.

Root N+1 follows root N when its version is one more, it names the archive and the SHA-256 of root N, it agrees with
what root N said (``agreement``), enough root keys of N **and** of N+1 have signed it, and each record key that it
brings has signed that somebody holds it (``possession``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, SignatureError
from muniment.signing.agreement import check_agreement
from muniment.signing.possession import verify_possession
from muniment.signing.trust_root import TrustRoot, parse_trust_root
from muniment.ssh.keys import SigningKey, fingerprint_file_name
from muniment.ssh.sshsig import ROOT_NAMESPACE, sign, verify

if TYPE_CHECKING:
    from collections.abc import Container, Mapping


def sign_root(key: SigningKey, root_bytes: bytes) -> bytes:
    """Sign the file of a trust root, and give the signature file for ``N.json.FINGERPRINT.sig``."""
    return sign(key, ROOT_NAMESPACE, root_bytes)


def verify_root(
    data: bytes,
    signatures: Mapping[str, bytes],
    previous: tuple[bytes, TrustRoot] | None,
    *,
    where: str,
) -> TrustRoot:
    """Check a trust root against its signatures and the root before it.

    Args:
        data: The file of the root.
        signatures: Signature files by the fingerprint in their names (`fingerprint_file_name`).
        previous: The file of the root before and its value, already verified; None for version 1.
        where: The name of the file, for errors.

    Raises:
        CanonicalError: As `parse_trust_root`.
        SchemaError: As `parse_trust_root`.
        FormatError: As `parse_trust_root`, or the root does not follow the one before, or disagrees with it, or brings
            a record key without a good proof of possession.
        SignatureError: Some signature is not good, or by no root key of either root; or too few have signed.
    """
    root = check_root(data, previous, where=where)
    roots = (root,) if previous is None else (root, previous[1])
    listed = {fingerprint_file_name(key): key for each in roots for key in each.root_keys}
    for name, armored in sorted(signatures.items()):
        at = f"{where}.{name}.sig"
        if name not in listed:
            raise SignatureError("the signature is by no root key of this root or the one before", where=at)
        signer = verify(armored, ROOT_NAMESPACE, data, where=at)
        if signer != listed[name]:
            raise SignatureError(
                "the signature is by another key than its name says",
                where=at,
                expected=listed[name].fingerprint,
                found=signer.fingerprint,
            )
    for each in roots:
        _check_threshold(each, signatures, where)
    return root


def check_root(data: bytes, previous: tuple[bytes, TrustRoot] | None, *, where: str) -> TrustRoot:
    """Check a trust root that may not be signed yet against the root before it.

    Args:
        data: The file of the root.
        previous: As for ``verify_root``.
        where: The name of the file, for errors.

    Raises:
        CanonicalError: As `parse_trust_root`.
        SchemaError: As `parse_trust_root`.
        FormatError: As ``verify_root``.
    """
    root = parse_trust_root(data, where=where)
    _check_succession(root, previous, where)
    if previous is not None:
        _check_possession(root, previous, where)
    return root


def _check_succession(root: TrustRoot, previous: tuple[bytes, TrustRoot] | None, where: str) -> None:
    """Hold a root against the one before: number, archive, hash, and what that one said."""
    older = None if previous is None else previous[1]
    hash_before = None if previous is None else format_digest(sha256_hex(previous[0]))
    facts = (
        ("version", older.version + 1 if older else 1, root.version),
        ("archive", older.archive if older else root.archive, root.archive),
        ("previous", hash_before, root.previous),
    )
    for member, expected, found in facts:
        if expected != found:
            raise FormatError(
                "the trust root does not follow the one before",
                where=where,
                expected=f"{member} {expected}",
                found=str(found),
            )
    check_agreement(root, older, where=where)


def _check_possession(root: TrustRoot, previous: tuple[bytes, TrustRoot], where: str) -> None:
    """Every record key that joins comes with the signature of somebody who holds it."""
    data, older = previous
    known = {held.key for held in older.record_keys}
    before = older.version, format_digest(sha256_hex(data))
    for held in root.record_keys:
        if held.key not in known:
            span = older.index + 1, root.index
            verify_possession(held.proof, held.key, root.archive, before, span, where=where)


def _check_threshold(root: TrustRoot, names: Container[str], where: str) -> None:
    missing = [name for name in map(fingerprint_file_name, root.root_keys) if name not in names]
    signed = len(root.root_keys) - len(missing)
    if signed < root.threshold:
        raise SignatureError(
            "too few root keys have signed the trust root, and this signature is not there",
            where=f"{where}.{missing[0]}.sig",
            expected=f"{root.threshold} of the {len(root.root_keys)} root keys of version {root.version}",
            found=str(signed),
            hint="restore the signature from a copy, or sign with the missing root keys",
        )
