"""Which certificate a token says that it was signed with (RFC 3161 section 2.4.2, RFC 5035 sections 3 and 5).

A signature names its key through issuer and number of a certificate, which stand outside of it.  The signed attribute
``signingCertificate`` (SHA-1) or ``signingCertificateV2`` holds the hash of the very certificate, so that no other one
for the same key can be put in its place.  ``rfc3161-client`` does not look at it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from muniment.timestamp.element import elements

_SEQUENCE, _SET, _OCTETS, _OID, _CONTEXT_0 = 0x30, 0x31, 0x04, 0x06, 0xA0
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
        name, digest = _second(_only(_only(attributes[_SECOND], _SEQUENCE), _SEQUENCE))
    elif _FIRST in attributes:
        name, digest = "sha1", _first(_only(_only(attributes[_FIRST], _SEQUENCE), _SEQUENCE))
    else:
        return False
    return hashlib.new(name, certificate, usedforsecurity=name != "sha1").digest() == digest


def _attributes(token: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give type and values of each signed attribute."""
    content = _only(_inside(token, _SEQUENCE), _CONTEXT_0)
    signers = [held for tag, held in _elements(_inside(content, _SEQUENCE)) if tag == _SET][-1]
    for tag, held in _elements(_inside(signers, _SEQUENCE)):
        if tag == _CONTEXT_0:
            for _, attribute in _elements(held):
                yield _only(attribute, _OID), _only(attribute, _SET)


def _second(identifier: bytes) -> tuple[str, bytes]:
    """Read an ESSCertIDv2: its hash is SHA-256 where it names none."""
    parts = list(_elements(_inside(identifier, _SEQUENCE)))
    name = _HASHES[_only(parts[0][1], _OID)] if parts[0][0] == _SEQUENCE else "sha256"
    return name, next(held for tag, held in parts if tag == _OCTETS)


def _first(identifier: bytes) -> bytes:
    """Read an ESSCertID."""
    return _only(_inside(identifier, _SEQUENCE), _OCTETS)


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give tag and content of each element, one after the other."""
    return ((each.tag, data[each.start : each.end]) for each in elements(data, 0, len(data)))


def _inside(data: bytes, tag: int) -> bytes:
    """Give the content of the first element, which must have this tag."""
    first = next(_elements(data), (None, b""))
    if first[0] != tag:
        raise ValueError(f"an element {tag:#x} is missing")
    return first[1]


def _only(data: bytes, tag: int) -> bytes:
    """Give the content of the first element with this tag."""
    found = next((held for each, held in _elements(data) if each == tag), None)
    if found is None:
        raise ValueError(f"an element {tag:#x} is missing")
    return found
