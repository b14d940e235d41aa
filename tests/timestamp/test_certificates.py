"""The certificates that a trust root pins."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.timestamp.authority import certify, derived_key, make_authority

from muniment.errors import FormatError
from muniment.timestamp.certificates import MAX_CERTIFICATES, parse_certificates, roots_of

ROOT = certify("Root", 60)
MIDDLE = certify("Middle", 61, ROOT)


def test_roots_and_others() -> None:
    """A file may hold roots and what stands below them; which is which is told by who signed."""
    found = parse_certificates(MIDDLE.pem + ROOT.pem)

    assert found == (MIDDLE.certificate, ROOT.certificate)
    assert roots_of(found) == [ROOT.certificate]


def test_same_name_is_not_same_key() -> None:
    """A certificate that only names itself as issuer, and is signed by another key, is no root."""
    imposter = certify("Root", 62, ROOT)

    assert imposter.certificate.subject == imposter.certificate.issuer
    with pytest.raises(FormatError, match="no certificate that signs itself"):
        parse_certificates(imposter.pem)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "not certificates"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "not certificates"),
        (ROOT.der, "not certificates"),
        (MIDDLE.pem, "no certificate that signs itself"),
        (ROOT.pem + ROOT.pem, "stands there twice"),
        (ROOT.pem + b"#" * MAX_CERTIFICATES, "too large"),
    ],
)
def test_refused(data: bytes, what: str) -> None:
    """Nothing, something else, no root, the same twice, too much: refused, and the file is named."""
    with pytest.raises(FormatError, match=what) as refused:
        parse_certificates(data, where="clock.pem")
    assert refused.value.where == "clock.pem"


def test_no_private_key() -> None:
    """A file that also holds a private key is refused before it can be published."""
    key = derived_key(20).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    with pytest.raises(FormatError, match="a private key among the certificates"):
        parse_certificates(make_authority().pinned + key)
