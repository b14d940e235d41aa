"""A time stamp authority (RFC 3161) for tests, with every field in the hands of the test.

``openssl ts -reply`` stamps with the present time and refuses what is not as it should be.  Here the time is given, and
whatever a liar may send can be built.  All keys are derived from constants and every signature is deterministic, so
that a response has the same bytes in every run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from muniment.timestamp.request import parse_request

GENERATED = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
"""The time that an authority stamps unless told otherwise."""

_YEARS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))

_SHA256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier with NULL
_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910020c")
_SIGNING_CERTIFICATE_2 = bytes.fromhex("060b2a864886f70d010910022f")
_POLICY = bytes.fromhex("06042a030405")  # 1.2.3.4.5


def der(tag: int, *parts: bytes) -> bytes:
    """Give one DER element."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def integer(value: int) -> bytes:
    """Give a DER INTEGER."""
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def set_of(elements: Sequence[bytes], tag: int = 0x31) -> bytes:
    """Give a DER SET OF, sorted as DER wants it."""
    return der(tag, *sorted(elements))


def sequence(*parts: bytes) -> bytes:
    """Give a DER SEQUENCE."""
    return der(0x30, *parts)


def derived_key(number: int) -> ec.EllipticCurvePrivateKey:
    """Give the same P-256 key for the same number."""
    return ec.derive_private_key(int.from_bytes(bytes([number]) * 31, "big"), ec.SECP256R1())


@dataclass(frozen=True)
class Certified:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        """The certificate as DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)


def certify(
    name: str,
    number: int,
    issuer: Certified | None = None,
    *,
    stamps: bool = False,
    critical: bool = True,
    purposes: Sequence[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.TIME_STAMPING,),
    valid: tuple[datetime, datetime] = _YEARS,
) -> Certified:
    """Make a certificate: an authority's own (``stamps``) or one that issues others; self-signed without an issuer."""
    key = derived_key(number)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(1000 + number)
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=not stamps, path_length=None), critical=True)
    )
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=critical)
    signer = issuer.key if issuer else key
    return Certified(builder.sign(signer, hashes.SHA256(), ecdsa_deterministic=True), key)


@dataclass(frozen=True)
class Authority:
    """An authority that answers requests.

    Attributes:
        leaf: Its own certificate, which signs.
        embedded: Certificates that a response carries.
        pinned: What a trust root would pin, as PEM.
        generated: The time that it stamps; ``fraction`` follows the seconds, with its dot.
        accuracy: Seconds, or None where the response does not say.
        status: PKIStatus, 0 for granted.
        said: Words of the authority beside the status.
        nonce: Another nonce than the requested one; 0 for none.
        imprint: Another imprint than the requested one.
        named: The signed attribute that names the certificate, or nothing for none; signingCertificateV2 unless given.
    """

    leaf: Certified
    embedded: tuple[Certified, ...]
    pinned: bytes
    generated: datetime = GENERATED
    fraction: str = ""
    accuracy: int | None = None
    status: int = 0
    said: str = ""
    nonce: int | None = None
    imprint: bytes | None = None
    named: bytes | None = None

    def but(self, **changes: Any) -> Authority:  # noqa: ANN401 - any field
        """Give the same authority with some fields changed."""
        return replace(self, **changes)

    def reply(self, request: bytes) -> bytes:
        """Answer a request."""
        said = [der(0x30, der(0x0C, self.said.encode()))] if self.said else []
        status = sequence(integer(self.status), *said)
        if self.status > 1:
            return sequence(status)
        return sequence(status, sequence(_SIGNED_DATA, der(0xA0, self._signed_data(self.token_info(request)))))

    def token_info(self, request: bytes) -> bytes:
        """Give the TSTInfo (RFC 3161 section 2.4.2) for a request."""
        asked = parse_request(request)
        nonce = asked.nonce if self.nonce is None else self.nonce
        time = f"{self.generated:%Y%m%d%H%M%S}{self.fraction}Z".encode()
        return sequence(
            integer(1),
            _POLICY,
            sequence(_SHA256, der(0x04, self.imprint or asked.imprint)),
            integer(1),
            der(0x18, time),
            *([sequence(integer(self.accuracy))] if self.accuracy is not None else []),
            *([integer(nonce)] if nonce else []),
        )

    def _signed_data(self, info: bytes) -> bytes:
        certificates = set_of([held.der for held in self.embedded], 0xA0) if self.embedded else b""
        return sequence(
            integer(3),
            set_of([_SHA256]),
            sequence(_TST_INFO, der(0xA0, der(0x04, info))),
            certificates,
            set_of([self._signer_info(info)]),
        )

    def _signer_info(self, info: bytes) -> bytes:
        named = names(self.leaf.der) if self.named is None else self.named
        attributes = [
            sequence(_CONTENT_TYPE, set_of([_TST_INFO])),
            sequence(_MESSAGE_DIGEST, set_of([der(0x04, hashlib.sha256(info).digest())])),
            *([named] if named else []),
        ]
        signature = self.leaf.key.sign(set_of(attributes), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        issuer = self.leaf.certificate.issuer.public_bytes()
        return sequence(
            integer(1),
            sequence(issuer, integer(self.leaf.certificate.serial_number)),
            _SHA256,
            set_of(attributes, 0xA0),
            _ECDSA_SHA256,
            der(0x04, signature),
        )


def names(certificate: bytes, algorithm: str = "sha256", *, said: bool = False, first: bool = False) -> bytes:
    """Give the attribute that names a certificate by its hash (RFC 5035); ``said`` names the algorithm too."""
    oids = {"sha256": _SHA256, "sha512": bytes.fromhex("300b0609608648016503040203")}
    identifier = [*([oids[algorithm]] if said else []), der(0x04, hashlib.new(algorithm, certificate).digest())]
    value = sequence(sequence(sequence(*identifier)))
    return sequence(_SIGNING_CERTIFICATE if first else _SIGNING_CERTIFICATE_2, set_of([value]))


def make_authority(name: str = "Clock", number: int = 20, **leaf: Any) -> Authority:  # noqa: ANN401 - as certify has it
    """Make an authority with a root of its own, pinned; its responses carry its own certificate and the root."""
    root = certify(f"{name} root", number)
    signer = certify(f"{name} stamps", number + 1, root, stamps=True, **leaf)
    return Authority(signer, (signer, root), root.pem)
