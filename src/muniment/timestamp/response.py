"""Time stamp responses, checked against what was asked and against pinned certificates (RFC 3161 section 2.4.2).

The token is read and its signature verified by ``rfc3161-client``, which is an extra (``muniment[timestamp]``).  Its
releases before 1.0.9 accept a stamp by anybody who sends the own root along, and are refused here.

Two things it does not do are done here.  A signature names its key through issuer and number of a certificate, which
are outside of it; the signed attribute ``signingCertificate`` (SHA-1) or ``signingCertificateV2`` holds the hash of
the very certificate, so that no other one for the same key can be put in its place (RFC 5035 sections 3 and 5).  And
certificates are a SET OF, which DER sorts by bytes (X.690 section 11.6): OpenSSL and others send the signer's first,
so the set is put in order, which changes nothing that a signature covers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module, metadata
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_der_x509_certificate

from muniment.digest import sha256_hex
from muniment.errors import StampError, UnavailableError
from muniment.timestamp.certificates import roots_of
from muniment.timestamp.der import CONTEXT_0, OCTETS, OID, SEQUENCE, SET, Element, elements, inside, only, places
from muniment.timestamp.request import TimestampRequest, parse_request

_SEQUENCE, _CONTEXT_0 = 0x30, 0xA0


def sort_certificates(response: bytes) -> bytes:
    """Give a response with its certificates in the order of DER; unchanged where none are found.

    Args:
        response: A TimeStampResp (RFC 3161 section 2.4.2), of the sender's making.
    """
    try:
        listed = _certificates(response)
        certificates = [response[element.begin : element.end] for element in places(response, listed.start, listed.end)]
    except ValueError:
        # Not a response: the next reader of it says so.
        return response
    return response[: listed.start] + b"".join(sorted(certificates)) + response[listed.end :]


def _certificates(response: bytes) -> Element:
    """Find ``SignedData.certificates`` (RFC 5652 section 5.1)."""
    whole = Element(_SEQUENCE, 0, 0, len(response))
    parts = _inside(response, _only(response, whole, _SEQUENCE))
    if len(parts) < 2:
        raise ValueError("a response without a token")
    token = _inside(response, parts[1])
    content = _inside(response, _only(response, token[1], _SEQUENCE)) if len(token) == 2 else []
    sets = [part for part in content if part.tag == _CONTEXT_0]
    if len(sets) != 1:
        raise ValueError("a token without certificates")
    return sets[0]


def _inside(response: bytes, outer: Element) -> list[Element]:
    return list(places(response, outer.start, outer.end))


def _only(response: bytes, outer: Element, tag: int) -> Element:
    children = _inside(response, outer)
    if [element.tag for element in children] != [tag]:
        raise ValueError("another element than expected")
    return children[0]


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
    signers = [members for tag, members in elements(inside(content, SEQUENCE)) if tag == SET][-1]
    for tag, attributes in elements(inside(signers, SEQUENCE)):
        if tag == CONTEXT_0:
            for _, attribute in elements(attributes):
                yield only(attribute, OID), only(attribute, SET)


def _second(identifier: bytes) -> tuple[str, bytes]:
    """Read an ESSCertIDv2: its hash is SHA-256 where it names none."""
    parts = list(elements(inside(identifier, SEQUENCE)))
    name = _HASHES[only(parts[0][1], OID)] if parts[0][0] == SEQUENCE else "sha256"
    hashes = [digest for tag, digest in parts if tag == OCTETS]
    if not hashes:
        raise ValueError("an ESSCertIDv2 without a hash")
    return name, hashes[0]


def _first(identifier: bytes) -> bytes:
    """Read an ESSCertID."""
    return only(inside(identifier, SEQUENCE), OCTETS)


MAX_RESPONSE = 64 * 1024
"""Largest response that is read, in bytes."""

NOT_PINNED = "not by an authority of the pinned certificates"

_OLDEST = (1, 0, 9)
_STATUS = ("granted", "granted with modifications", "rejection", "waiting", "revocation warning", "revoked")
_REASON = re.compile(r'(?:reason|data): "(?:Verify error: ?)?([^"]{1,100})"')
# The words of OpenSSL for what is wrong with a chain (openssl-verification-options); no others are passed on.
_REASONS = frozenset(
    {
        "CA signature digest algorithm too weak",
        "EE certificate key too weak",
        "CA certificate key too weak",
        "certificate chain too long",
        "certificate has expired",
        "certificate is not yet valid",
        "certificate signature failure",
        "invalid CA certificate",
        "path length constraint exceeded",
        "self-signed certificate",
        "self-signed certificate in certificate chain",
        "unable to get issuer certificate",
        "unable to get local issuer certificate",
        "unable to verify the first certificate",
        "unhandled critical extension",
        "unsuitable certificate purpose",
    }
)
_SHA256 = "2.16.840.1.101.3.4.2.1"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a response that was checked says.

    Attributes:
        generated: The time in the response (genTime), in whole seconds since 1970: the chain was good then.
        time: The latest moment at which the stamp was made: genTime and its accuracy, rounded up to the second.  RFC
            3339 in UTC.
        serial: The authority's number for it.
    """

    generated: int
    time: str
    serial: int


def check_response(
    response: bytes, request: bytes, data: bytes, certificates: Sequence[Certificate], *, where: str = ""
) -> Stamp:
    """Check that a response stamps the data as it was asked for, and by an authority of the pinned certificates.

    Checked are: status (granted, and nothing else), DER in its one form but for the order of the certificates, imprint,
    nonce, signature, the chain to a pinned certificate at genTime, that the signer's certificate is for time stamps
    alone, and that it is the very one that was signed with.

    Args:
        response: What the authority sent, DER.
        request: What it was asked, as ``make_request`` gives it.
        data: What is stamped.
        certificates: The pinned ones, as ``parse_certificates`` gives them.
        where: What to call the response in errors.

    Raises:
        FormatError: The request is not a request.
        StampError: The response does not hold.
        UnavailableError: ``rfc3161-client`` is missing or too old.
    """
    library = _library()
    asked = parse_request(request, where=where)
    with _mapped(where):
        ordered = sort_certificates(response)
        read = library.decode_timestamp_response(ordered)
        _check_status(read, where)
        _check_info(read.tst_info, asked, data, where)
        if read.as_bytes() != ordered:
            raise StampError("not in its one form (DER)", where=where)
        meant = _find_signer(read, certificates, where)
    # Outside of the mapping, so that a refusal to be verified says why.
    _check_chain(library, read, meant, certificates, where)
    with _mapped(where):
        _check_signer(read, meant, where)
        return _stamp(read.tst_info, response)


def require_library() -> None:
    """Refuse to go on where responses cannot be checked.

    Raises:
        UnavailableError: ``rfc3161-client`` is missing or too old.
    """
    _library()


def _library() -> Any:  # noqa: ANN401 - a module that may be absent
    try:
        library = import_module("rfc3161_client")
        installed = metadata.version("rfc3161-client")
    except ImportError as error:
        raise UnavailableError(
            "time stamps cannot be checked: rfc3161-client is not installed",
            hint="python -m pip install 'muniment[timestamp]'",
        ) from error
    if _numbers(installed) < _OLDEST:
        raise UnavailableError(
            "time stamps cannot be checked: this rfc3161-client accepts forged ones",
            expected="1.0.9 or later",
            found=installed,
            hint="python -m pip install --upgrade rfc3161-client",
        )
    return library


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"[0-9]{1,9}(?:\.[0-9]{1,9})*", version)
    return tuple(map(int, match[0].split("."))) if match else ()


@contextmanager
def _mapped(where: str) -> Iterator[None]:
    """Turn whatever the library raises on hostile bytes into one typed error.

    It is written in Rust: a broken assumption in there is a panic, which is no ``Exception``.
    """
    try:
        yield
    except (StampError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        raise StampError(
            "not a time stamp response", where=where, expected="a TimeStampResp of RFC 3161, whole and in DER"
        ) from error


def _check_status(read: Any, where: str) -> None:  # noqa: ANN401 - untyped outside the library
    if read.status != 0:
        status = _STATUS[read.status] if 0 < read.status < len(_STATUS) else f"status {read.status}"
        words = ", ".join(read.status_string)[:200]
        answer = f"{status}: {words}" if words else status
        raise StampError("the authority did not stamp", where=where, expected="granted", found=answer)


def _check_info(info: Any, asked: TimestampRequest, data: bytes, where: str) -> None:  # noqa: ANN401 - as above
    imprint, expected = info.message_imprint, sha256_hex(data)
    if imprint.hash_algorithm.dotted_string != _SHA256 or imprint.message != asked.imprint:
        raise StampError(
            "stamps other bytes than it was asked for",
            where=where,
            expected=f"sha256:{asked.imprint.hex()}",
            found=f"{imprint.hash_algorithm.dotted_string} {imprint.message.hex()[:128]}",
        )
    if asked.imprint.hex() != expected:
        raise StampError(
            "stamps other bytes", where=where, expected=f"sha256:{expected}", found=f"sha256:{asked.imprint.hex()}"
        )
    if info.nonce != asked.nonce:
        nonce = "none" if info.nonce is None else f"{info.nonce:x}"[:40]
        raise StampError("not the answer to this request: another nonce", where=where, found=nonce)


def _find_signer(read: Any, certificates: Sequence[Certificate], where: str) -> list[Certificate]:  # noqa: ANN401 - as above
    """Give the certificates that the one signature can mean: of those sent along, or, where none are, of the pinned."""
    signers = list(read.signed_data.signer_infos)
    if len(signers) != 1:
        raise StampError("not signed by exactly one", where=where, expected="1 signature", found=str(len(signers)))
    sent = [load_der_x509_certificate(data) for data in read.signed_data.certificates]
    meant = [
        certificate
        for certificate in sent or certificates
        if (certificate.issuer, certificate.serial_number) == (signers[0].issuer, signers[0].serial_number)
    ]
    if not meant:
        raise StampError(
            NOT_PINNED,
            where=where,
            found=f"the certificate of the signer is not {'sent along' if sent else 'there'}",
            hint="ask the authority for a response with its certificates"
            + ("" if sent else ", or pin the authority's own one too"),
        )
    return meant


def _check_chain(
    library: Any,  # noqa: ANN401 - as above
    read: Any,  # noqa: ANN401 - as above
    meant: Sequence[Certificate],
    certificates: Sequence[Certificate],
    where: str,
) -> None:
    roots = roots_of(certificates)
    others = [certificate for certificate in certificates if certificate not in roots]
    # Where the library is given the signer's certificate, it takes it for pinned: never one that was sent along.
    signer = None if read.signed_data.certificates else meant[0]
    message = read.tst_info.message_imprint.message
    try:
        builder = library.VerifierBuilder(roots=roots, intermediates=others, tsa_certificate=signer)
        builder.build().verify(read, message)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        # The last one is what the others led to; "… or the system clock is incorrect" is not what was asked.
        reasons = [reason.partition(" or ")[0] for reason in _REASON.findall(str(error))]
        known = [reason for reason in reasons if reason in _REASONS]
        raise StampError(
            NOT_PINNED, where=where, found=known[-1] if known else "the signature does not hold"
        ) from error


def _check_signer(read: Any, meant: Sequence[Certificate], where: str) -> None:  # noqa: ANN401 - as above
    """Hold the one certificate that the signature can mean against the hash that was signed with it."""
    if len(meant) != 1 or not names_certificate(read.time_stamp_token(), meant[0].public_bytes(Encoding.DER)):
        raise StampError("signed with another certificate than the one that it names", where=where)


def _stamp(info: Any, response: bytes) -> Stamp:  # noqa: ANN401 - as above
    generated = info.gen_time.astimezone(UTC)
    # The library drops the fraction of a second; "not later than" needs the second that follows.
    fraction = f"{generated:%Y%m%d%H%M%S}.".encode() in response
    whole, rest = divmod(_accuracy(info.accuracy), 1_000_000)
    latest = generated + timedelta(seconds=whole + bool(rest or fraction))
    if rest and fraction:
        latest += timedelta(seconds=1)
    return Stamp(int(generated.timestamp()), _format(latest), info.serial_number)


def _accuracy(accuracy: Any) -> int:  # noqa: ANN401 - as above
    """Give the accuracy in microseconds; none said counts as none."""
    if accuracy is None:
        return 0
    seconds, millis, micros = ((part or 0) for part in (accuracy.seconds, accuracy.millis, accuracy.micros))
    if min(seconds, millis, micros) < 0:
        raise ValueError("a negative accuracy")
    return int(seconds) * 1_000_000 + int(millis) * 1000 + int(micros)


def _format(time: datetime) -> str:
    return f"{time.replace(tzinfo=None).isoformat(timespec='seconds')}Z"
