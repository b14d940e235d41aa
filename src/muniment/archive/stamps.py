"""Time stamp authorities as a trust root pins them, and their certificates."""

from __future__ import annotations

from cryptography.x509 import Certificate

from muniment.digest import format_digest, sha256_hex
from muniment.errors import IntegrityError
from muniment.store import Store
from muniment.timestamp.certificates import parse_certificates
from muniment.trust.root import Authority, TrustRoot


def find_authority(root: TrustRoot, name: str) -> Authority | None:
    """Give the authority of that name, if the trust root has one."""
    return next((authority for authority in root.authorities if authority.name == name), None)


def read_certificates(store: Store, root: TrustRoot, authority: Authority) -> tuple[Certificate, ...]:
    """Read the certificates of an authority; they must be those that the trust root vouches for.

    Raises:
        IntegrityError: They are others.
        FormatError: They are no certificates.
        StoreError: They cannot be read.
    """
    data = store.read(authority.certificates)
    return pinned_certificates(data, root, authority, where=authority.certificates)


def pinned_certificates(data: bytes, root: TrustRoot, authority: Authority, *, where: str) -> tuple[Certificate, ...]:
    """Read certificates of an authority, which must be those that the trust root vouches for.

    Args:
        data: The file, PEM.
        root: The trust root.
        authority: One of its authorities.
        where: What to call the file in errors.

    Raises:
        IntegrityError: They are others.
        FormatError: They are no certificates.
    """
    path = authority.certificates
    vouched = next(file for file in root.files if file.path == path)
    if (len(data), sha256_hex(data)) != (vouched.size, vouched.sha256):
        raise IntegrityError(
            "not the certificates that the trust root pins",
            where=where,
            expected=format_digest(vouched.sha256),
            found=format_digest(sha256_hex(data)),
            hint="restore the file from a copy",
        )
    return parse_certificates(data, where=where)
