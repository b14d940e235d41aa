"""Which certificate a token says that it was signed with (RFC 3161 section 2.4.2, RFC 5035 sections 3 and 5).

A signature names its key through issuer and number of a certificate, which stand outside of it.  The signed attribute
``signingCertificate`` (SHA-1) or ``signingCertificateV2`` holds the hash of the very certificate, so that no other one
for the same key can be put in its place.  ``rfc3161-client`` does not look at it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from muniment.timestamp.der import CONTEXT_0, OCTETS, OID, SEQUENCE, SET, elements, inside, only

_FIRST = bytes.fromhex("2a864886f70d010910020c")  # signingCertificate
_SECOND = bytes.fromhex("2a864886f70d010910022f")  # signingCertificateV2
_HASHES = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}


def names_certificate(token: bytes, certificate: bytes) -> bool:
    """Say whether the only signature of a token was made with this certificate, by its signed attributes.

    Args:
        token: A ContentInfo with SignedData, DER.
        certificate: DER.

    Raises:
        ValueError: The token is no such structure; or a LookupError where a part of it is empty.
    """
    attributes = dict(_attributes(token))
    if _SECOND in attributes:
        name, digest = _second(only(only(attributes[_SECOND], SEQUENCE), SEQUENCE))
    elif _FIRST in attributes:
        name, digest = "sha1", _first(only(only(attributes[_FIRST], SEQUENCE), SEQUENCE))
    else:
        return False
    return hashlib.new(name, certificate, usedforsecurity=name != "sha1").digest() == digest


def _attributes(token: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give type and values of each signed attribute."""
    content = only(inside(token, SEQUENCE), CONTEXT_0)
    signers = [held for tag, held in elements(inside(content, SEQUENCE)) if tag == SET][-1]
    for tag, held in elements(inside(signers, SEQUENCE)):
        if tag == CONTEXT_0:
            for _, attribute in elements(held):
                yield only(attribute, OID), only(attribute, SET)


def _second(identifier: bytes) -> tuple[str, bytes]:
    """Read an ESSCertIDv2: its hash is SHA-256 where it names none."""
    parts = list(elements(inside(identifier, SEQUENCE)))
    name = _HASHES[only(parts[0][1], OID)] if parts[0][0] == SEQUENCE else "sha256"
    hashes = [held for tag, held in parts if tag == OCTETS]
    if not hashes:
        raise ValueError("an ESSCertIDv2 without a hash")
    return name, hashes[0]


def _first(identifier: bytes) -> bytes:
    """Read an ESSCertID."""
    return only(inside(identifier, SEQUENCE), OCTETS)
