"""Proof of possession: the holder of a record key has signed that it is to sign for this archive.

A public key can be copied from anywhere.  Without a proof a keeper could list a key that nobody holds, by a slip, or
that somebody else uses in another archive.  So every record key that a trust root after the first brings comes with a
signature of its own (SSHSIG, ``possession@muniment``) over a challenge: canonical JSON (RFC 8785) that names the
archive, the newest trust root by number and SHA-256, the number of entries that the log had, and the key.  A proof is
good until the next trust root, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.canonical import format_canonical
from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, SignatureError
from muniment.ssh.sshsig import POSSESSION_NAMESPACE, sign, verify
from muniment.trust.root import Possession, format_trust_root

if TYPE_CHECKING:
    from muniment.ssh.keys import PublicKey, SigningKey
    from muniment.trust.root import TrustRoot

_FORMAT = "muniment-possession/1"


def format_challenge(archive: str, root: tuple[int, str], index: int, key: PublicKey) -> bytes:
    """Write what the holder of a key signs.

    Args:
        archive: Origin of the archive.
        root: Number and digest of its newest trust root.
        index: How many entries its log has, so the first that the key could sign for.
        key: The key.
    """
    version, digest = root
    return format_canonical(
        {
            "format": _FORMAT,
            "archive": archive,
            "root": version,
            "root_digest": digest,
            "index": index,
            "key": key.line,
        }
    )


def name_root(root: TrustRoot) -> tuple[int, str]:
    """Give number and digest of a trust root, by which a challenge names it."""
    return root.version, format_digest(sha256_hex(format_trust_root(root)))


def prove_possession(key: SigningKey, newest: TrustRoot, index: int) -> Possession:
    """Sign that a key is to sign records of an archive.

    Args:
        key: The key.
        newest: The newest trust root of the archive.
        index: How many entries its log has.

    Raises:
        KeyRejectedError: An agent refuses to sign.
        UnavailableError: An agent cannot be asked.
    """
    challenge = format_challenge(newest.archive, name_root(newest), index, key.public)
    return Possession(index, sign(key, POSSESSION_NAMESPACE, challenge).decode())


def verify_possession(
    proof: Possession | None, key: PublicKey, archive: str, root: tuple[int, str], span: tuple[int, int], *, where: str
) -> None:
    """Check the proof for a key that joins.

    Args:
        proof: The proof, or None where there is none.
        key: The key that joins.
        archive: Origin of the archive.
        root: Number and digest of the trust root that was the newest.
        span: Fewest and most entries that the log can have had.
        where: The name of the file, for errors.

    Raises:
        FormatError: There is no proof, or it is of another key, archive, trust root or place in the log.
    """
    version, digest = root
    bound = f"a signature by {key.fingerprint} for {archive}, trust root {version} {digest}"
    if proof is None:
        what = "nothing shows that somebody holds the new record key"
        raise FormatError(what, where=where, expected=bound, found="no proof of possession")
    first, last = span
    if not first <= proof.index <= last:
        what = "the proof of possession was made for another place in the log"
        raise FormatError(what, where=where, expected=f"an index from {first} to {last}", found=str(proof.index))
    try:
        challenge = format_challenge(archive, root, proof.index, key)
        signer = verify(proof.signature.encode(), POSSESSION_NAMESPACE, challenge, where=where)
    except SignatureError as error:
        what = f"the proof of possession does not hold: {error.what}"
        raise FormatError(what, where=where, expected=bound, found=error.found) from error
    if signer != key:
        what = "the proof of possession is by another key"
        raise FormatError(what, where=where, expected=key.fingerprint, found=signer.fingerprint)
