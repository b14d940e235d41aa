"""The certificates of a time stamp authority, ``trust/authorities/NAME.pem``: its stamps must lead to them."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import Certificate, InvalidVersion, load_pem_x509_certificates

from muniment.errors import FormatError

MAX_CERTIFICATES = 64 * 1024
"""Largest file that is read, in bytes."""

_PRIVATE = b"PRIVATE KEY-----"


def parse_certificates(data: bytes, *, where: str = "") -> tuple[Certificate, ...]:
    """Read the certificates that stamps of one authority must lead to.

    At least one signs itself: where chains end.  Others stand between that one and the authority's own, for responses
    that do not carry them.

    Args:
        data: A PEM file (RFC 7468), one certificate after the other.
        where: What to call it in errors.

    Raises:
        FormatError: It is too large, holds a private key or no certificate, or one of them twice, or one that cannot
            be read, or none that signs itself.
    """
    if len(data) > MAX_CERTIFICATES:
        raise FormatError("too large for certificates", where=where, expected=f"at most {MAX_CERTIFICATES} bytes")
    if _PRIVATE in data:
        raise FormatError("a private key among the certificates", where=where, hint="take it out, and keep it secret")
    try:
        certificates = tuple(load_pem_x509_certificates(data))
    except (ValueError, InvalidVersion) as error:
        raise FormatError("not certificates", where=where, expected="certificates in PEM (RFC 7468)") from error
    if len(set(certificates)) != len(certificates):
        raise FormatError("a certificate stands there twice", where=where)
    if not roots_of(certificates):
        hint = "add the root of the chain; the authority publishes it"
        raise FormatError("no certificate that signs itself is among them", where=where, hint=hint)
    return certificates


def roots_of(certificates: Iterable[Certificate]) -> list[Certificate]:
    """Give those that sign themselves."""
    return [certificate for certificate in certificates if _signs_itself(certificate)]


def _signs_itself(certificate: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
    return True
