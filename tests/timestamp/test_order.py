"""Certificates in the order of the sender: read, and nothing else with them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest
from tests.timestamp.authority import Authority, der
from tests.timestamp.judge import OpenSSL, openssl
from tests.timestamp.test_response import CLOCK, DATA, DEEP, EVIL, REQUEST, check

from muniment.errors import StampError
from muniment.timestamp.certificates import parse_certificates
from muniment.timestamp.der import Element, places
from muniment.timestamp.response import check_response, sort_certificates

CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Clock
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
authorityKeyIdentifier = keyid
[tsa1]
serial = ./serial
signer_cert = ./leaf.pem
signer_key = ./leaf.key
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = {digest}
ess_cert_id_alg = {named}
"""

RSA = ("-newkey", "rsa:2048")
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
EC_384 = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384")
# name: key of root and signer, digest of the signature, digest that names the certificate, links sent after the signer
SENT: dict[str, tuple[Sequence[str], str, str, Sequence[str]]] = {
    "RSA, its root behind it": (RSA, "sha256", "sha256", ["root"]),
    "EC, its root behind it": (EC, "sha256", "sha256", ["root"]),
    "EC of 384 bits, SHA-384": (EC_384, "sha384", "sha256", ["root"]),
    "RSA, SHA-512": (RSA, "sha512", "sha512", ["root"]),
    "one between": (EC, "sha256", "sha256", ["middle", "root"]),
    "one between, reversed": (EC, "sha256", "sha256", ["root", "middle"]),
    "one between, RSA, SHA-384": (RSA, "sha384", "sha384", ["middle", "root"]),
    "named by SHA-1": (EC, "sha256", "sha1", ["root"]),
}


class Clock:
    """An authority of ``openssl ts``, in a folder."""

    def __init__(self, judge: OpenSSL, key: Sequence[str], digest: str, named: str, links: Sequence[str]) -> None:
        self.judge = judge
        (judge.folder / "c.cnf").write_text(CONFIG.format(digest=digest, named=named))
        self.made("root", key, "ca", None)
        self.made("middle", key, "ca", "root")
        self.made("leaf", key, "tsa", "middle" if "middle" in links else "root")
        (judge.folder / "serial").write_text("01\n")
        (judge.folder / "chain.pem").write_bytes(b"".join(self.pem(link) for link in links))

    def made(self, name: str, key: Sequence[str], kind: str, issuer: str | None) -> None:
        """Make a key and a certificate for it."""
        common = ("-config", "c.cnf", "-extensions", kind, "-subj", f"/CN=Example {name}", "-days", "3000")
        by = ("-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key") if issuer else ()
        self.judge.made("req", "-x509", *key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", *common, *by)

    def pem(self, name: str) -> bytes:
        """A certificate."""
        return (self.judge.folder / f"{name}.pem").read_bytes()

    def reply(self) -> bytes:
        """Answer the request of these tests, with the chain behind the signer's certificate."""
        (self.judge.folder / "q.tsq").write_bytes(REQUEST)
        self.judge.made(
            "ts",
            "-reply",
            "-config",
            "c.cnf",
            "-section",
            "tsa1",
            "-queryfile",
            "q.tsq",
            "-out",
            "a.tsr",
            "-chain",
            "chain.pem",
        )
        return (self.judge.folder / "a.tsr").read_bytes()


@pytest.fixture
def judge(tmp_path: Path) -> OpenSSL:
    """OpenSSL, or skip."""
    return openssl(tmp_path)


@pytest.mark.parametrize("name", SENT)
def test_stamp_of_openssl(judge: OpenSSL, name: str) -> None:
    """A response of ``openssl ts`` with its chain is read, whatever keys and digests; the pinned root decides."""
    clock = Clock(judge, *SENT[name])
    response = clock.reply()

    assert check(response, clock.pem("root")).serial == 2
    for length in (len(response) - 1, len(response) // 2):
        with pytest.raises(StampError):
            check(response[:length], clock.pem("root"))
    with pytest.raises(StampError, match="not by an authority of the pinned certificates"):
        check(response, CLOCK.pinned)


@pytest.mark.parametrize("authority", [CLOCK, DEEP], ids=["with its root", "with what stands between"])
def test_certificates_in_another_order(authority: Authority) -> None:
    """In every order of its certificates a response says the same, and stays as it was sent."""
    replies = {reordered(authority.but(embedded=order)) for order in permutations(authority.embedded)}

    assert len(replies) == 2
    for response in replies:
        assert check(response, authority.pinned).serial == 1
    assert len({sort_certificates(response) for response in replies}) == 1


def reordered(authority: Authority) -> bytes:
    """Answer with the certificates as they are given, unsorted."""
    response = authority.reply(REQUEST)
    held = [each.der for each in authority.embedded]
    return response.replace(der(0xA0, *sorted(held)), der(0xA0, *held))


def test_every_bit_of_the_other_order() -> None:
    """With any bit flipped a response in another order is refused, or says the very same time."""
    either = (reordered(CLOCK.but(embedded=order)) for order in permutations(CLOCK.embedded))
    [whole] = [response for response in either if sort_certificates(response) != response]
    said, certificates = check(whole), parse_certificates(CLOCK.pinned)
    refused = 0
    for place in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        try:
            assert check_response(bytes(changed), REQUEST, DATA, certificates) == said, place
        except StampError:
            refused += 1
    assert refused > len(whole) * 8 * 0.7


def test_nothing_sent() -> None:
    """Without certificates in the response those that are pinned must do: the signer's own, or it is refused."""
    bare = CLOCK.but(embedded=())

    assert check(bare.reply(REQUEST), CLOCK.pinned + CLOCK.leaf.pem).serial == 1
    with pytest.raises(StampError, match="the certificate of the signer is not there"):
        check(bare.reply(REQUEST))
    with pytest.raises(StampError, match="not by an authority of the pinned certificates"):
        check(bare.reply(REQUEST), EVIL.pinned + EVIL.leaf.pem)
    # A certificate that is pinned beside the roots is no root.
    with pytest.raises(StampError, match="unable to get local issuer certificate"):
        check(bare.reply(REQUEST), EVIL.pinned + CLOCK.leaf.pem)
    with pytest.raises(StampError, match="not sent along"):
        check(CLOCK.but(embedded=CLOCK.embedded[1:]).reply(REQUEST), CLOCK.pinned + CLOCK.leaf.pem)


def test_own_root_sent_along() -> None:
    """A root that comes with the response counts for nothing, in whatever order it comes."""
    for order in permutations(EVIL.embedded):
        with pytest.raises(StampError, match="self-signed certificate in certificate chain"):
            check(reordered(EVIL.but(embedded=order)))
    alone = EVIL.but(leaf=EVIL.embedded[1], embedded=EVIL.embedded[1:])
    with pytest.raises(StampError, match="not by an authority of the pinned certificates"):
        check(alone.reply(REQUEST))


def test_two_signers() -> None:
    """A response that two have signed is refused, and the reason is said."""
    response = CLOCK.reply(REQUEST)
    other = EVIL.reply(REQUEST)
    signers = [each[each.rindex(b"\x31\x82") :] for each in (response, other)]
    both = der(0x31, *sorted(each[4:] for each in signers))
    changed = _grown(response, len(response) - len(signers[0]), both)

    with pytest.raises(StampError, match="not signed by exactly one: expected 1 signature, found 2"):
        check(changed)


def _grown(response: bytes, at: int, tail: bytes) -> bytes:
    """Put another tail in place, and mend the lengths of what it ends: response, token, content, signed data."""

    def grow(data: bytes, outer: Element) -> bytes:
        last = list(places(data, outer.start, outer.end))[-1]
        held = tail if last.begin == at else grow(data, last)
        return der(outer.tag, data[outer.start : last.begin] + held)

    [whole] = places(response, 0, len(response))
    return grow(response, whole)


@pytest.mark.parametrize(
    "data", [b"", b"0", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"<html>", bytes(1000), b"\x30\x03\x30\x01\x00"]
)
def test_no_response(data: bytes) -> None:
    """What is no response is left as it is, and refused in words that are no parser's."""
    assert sort_certificates(data) == data
    with pytest.raises(StampError, match="not a time stamp response: expected a TimeStampResp of RFC 3161") as refused:
        check(data)
    assert "ASN.1" not in str(refused.value)
    assert "ParseError" not in str(refused.value)
