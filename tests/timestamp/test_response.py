"""Time stamp responses: good ones, and every lie, each also judged by ``openssl ts -verify``."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.timestamp.authority import GENERATED, Authority, Certified, certify, make_authority, names
from tests.timestamp.judge import OpenSSL, openssl

from muniment.errors import FormatError, StampError, UnavailableError
from muniment.timestamp.certificates import parse_certificates
from muniment.timestamp.request import make_request
from muniment.timestamp.response import Stamp, check_response

DATA = b"press.example.org/archive\n1\nAAAA\n"
REQUEST = make_request(DATA, 0x8123456789ABCDEF)
CLOCK = make_authority()
EVIL = make_authority("Evil", 40)
ROOT = certify("Deep root", 60)
MIDDLE = certify("Middle", 61, ROOT)
DEEP = Authority(leaf := certify("Deep", 62, MIDDLE, stamps=True), (leaf, MIDDLE), ROOT.pem)
UNTIL = GENERATED + timedelta(hours=1)
BRIEF = make_authority(valid=(datetime(2020, 1, 1, tzinfo=UTC), UNTIL))


@pytest.fixture
def judge(tmp_path: Path) -> OpenSSL:
    """OpenSSL, or skip."""
    return openssl(tmp_path)


def check(response: bytes, pinned: bytes = CLOCK.pinned) -> Stamp:
    """Check a response to the request of these tests."""
    return check_response(response, REQUEST, DATA, parse_certificates(pinned), where="r.tsr")


def below_leaf() -> Authority:
    """An authority whose certificate was issued by one that may stamp, and not issue."""
    fake = certify("Fake", 63, leaf, stamps=True)
    return Authority(fake, (fake, leaf, MIDDLE), ROOT.pem)


def twin() -> Authority:
    """A certificate for servers, and beside it one of the same name and number, for stamps, by somebody else."""
    server = certify("Server", 64, ROOT, stamps=True, purposes=[ExtendedKeyUsageOID.SERVER_AUTH])
    forged = certify("Server", 64, Certified(ROOT.certificate, certify("Deep root", 65).key), stamps=True)
    return Authority(server, (server, forged), ROOT.pem)


def doubled() -> Authority:
    """After the signer's certificate another one, by somebody else, of the same issuer's name and the same number."""
    root = CLOCK.embedded[1].certificate
    others = (Certified(root, certify("Clock root", number).key) for number in range(66, 99))
    forged = (certify("Clock stamps", 21, other, stamps=True) for other in others)
    return CLOCK.but(embedded=(*CLOCK.embedded, next(each for each in forged if each.der > CLOCK.leaf.der)))


GOOD: dict[str, tuple[Authority, str]] = {
    "good": (CLOCK, "2026-11-22T10:30:00Z"),
    "leaf alone sent": (CLOCK.but(embedded=CLOCK.embedded[:1]), "2026-11-22T10:30:00Z"),
    "two steps to the root": (DEEP, "2026-11-22T10:30:00Z"),
    "what stands between is pinned": (DEEP.but(embedded=(leaf,), pinned=ROOT.pem + MIDDLE.pem), "2026-11-22T10:30:00Z"),
    "expired since": (BRIEF, "2026-11-22T10:30:00Z"),
    "accuracy of two seconds": (CLOCK.but(accuracy=2), "2026-11-22T10:30:02Z"),
    "accuracy of none": (CLOCK.but(accuracy=0), "2026-11-22T10:30:00Z"),
    "fraction of a second": (CLOCK.but(fraction=".25"), "2026-11-22T10:30:01Z"),
    "certificate named by SHA-1": (CLOCK.but(named=names(CLOCK.leaf.der, "sha1", first=True)), "2026-11-22T10:30:00Z"),
    "certificate named by SHA-512": (
        CLOCK.but(named=names(CLOCK.leaf.der, "sha512", said=True)),
        "2026-11-22T10:30:00Z",
    ),
    "fraction and accuracy": (CLOCK.but(fraction=".25", accuracy=1), "2026-11-22T10:30:02Z"),
}


@pytest.mark.parametrize("name", GOOD)
def test_good(judge: OpenSSL, name: str) -> None:
    """A good stamp says its time, rounded up to what cannot be too early; OpenSSL accepts it at that time too."""
    authority, time = GOOD[name]
    response = authority.reply(REQUEST)

    assert check(response, authority.pinned) == Stamp(int(GENERATED.timestamp()), time, 1)
    assert judge.accepts(response, REQUEST, DATA, authority.pinned, GENERATED)


def test_expired_since_is_good_at_its_own_time_only(judge: OpenSSL) -> None:
    """OpenSSL asked about a later time refuses what has expired by then: -attime is needed, and enough."""
    response = BRIEF.reply(REQUEST)

    assert not judge.accepts(response, REQUEST, DATA, BRIEF.pinned, UNTIL + timedelta(days=1))
    assert check(response, BRIEF.pinned).time == "2026-11-22T10:30:00Z"


PURPOSES = [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH]
BAD: dict[str, tuple[Authority, bytes, str, bool]] = {
    # name: authority, pinned certificates, what is said, whether OpenSSL accepts it
    "forged root": (EVIL, CLOCK.pinned, "not by an authority of the pinned certificates", False),
    "forged root of the same name": (
        make_authority("Clock", 42),
        CLOCK.pinned,
        "not by an authority of the pinned certificates",
        False,
    ),
    "wrong imprint": (CLOCK.but(imprint=bytes(32)), CLOCK.pinned, "stamps other bytes than it was asked for", False),
    "wrong nonce": (CLOCK.but(nonce=5), CLOCK.pinned, "not the answer to this request: another nonce", False),
    "no nonce": (CLOCK.but(nonce=0), CLOCK.pinned, "not the answer to this request: another nonce", False),
    "non-critical usage": (
        (loose := make_authority(critical=False)),
        loose.pinned,
        "unsuitable certificate purpose",
        False,
    ),
    "two usages": ((both := make_authority(purposes=PURPOSES)), both.pinned, "unsuitable certificate purpose", False),
    "other usage": (
        (server := make_authority(purposes=PURPOSES[1:])),
        server.pinned,
        "unsuitable certificate purpose",
        False,
    ),
    "expired before": (
        BRIEF.but(generated=UNTIL + timedelta(hours=1)),
        BRIEF.pinned,
        "certificate has expired",
        False,
    ),
    "not yet valid": (CLOCK.but(generated=datetime(2019, 1, 1, tzinfo=UTC)), CLOCK.pinned, "not yet valid", False),
    "rejection": (CLOCK.but(status=2, said="not today"), CLOCK.pinned, "found rejection: not today", False),
    "unknown status": (CLOCK.but(status=9), CLOCK.pinned, "found status 9", False),
    # RFC 3161 lets a requester accept it; here only what was asked for counts.
    "granted with modifications": (CLOCK.but(status=1), CLOCK.pinned, "found granted with modifications", True),
    "other certificate named": (
        CLOCK.but(named=names(ROOT.der)),
        CLOCK.pinned,
        "signed with another certificate",
        False,
    ),
    "other certificate named by SHA-1": (
        CLOCK.but(named=names(ROOT.der, "sha1", first=True)),
        CLOCK.pinned,
        "signed with another certificate",
        False,
    ),
    "no certificate named": (CLOCK.but(named=b""), CLOCK.pinned, "signed with another certificate", False),
    "signer twice": (doubled(), CLOCK.pinned, "signed with another certificate", True),
    "no certificate": (CLOCK.but(embedded=()), CLOCK.pinned, "not by an authority", False),
    "link missing": (DEEP.but(embedded=(leaf,)), ROOT.pem, "unable to get local issuer certificate", False),
    "other root pinned, middle too": (DEEP, CLOCK.pinned + MIDDLE.pem, "unable to get issuer certificate", False),
    "issued by one that may not": (below_leaf(), ROOT.pem, "invalid CA certificate", False),
    "twin certificate": (twin(), ROOT.pem, "not by an authority of the pinned certificates", False),
    # OpenSSL does not look at the accuracy.
    "accuracy of ages": (CLOCK.but(accuracy=10**30), CLOCK.pinned, "not a time stamp response", True),
    "negative accuracy": (CLOCK.but(accuracy=-1), CLOCK.pinned, "not a time stamp response", True),
}


@pytest.mark.parametrize("name", BAD)
def test_bad(judge: OpenSSL, name: str) -> None:
    """A bad stamp is refused with the reason; what OpenSSL says of it stands beside, and is stricter nowhere."""
    authority, pinned, what, accepted = BAD[name]
    response = authority.reply(REQUEST)

    with pytest.raises(StampError, match=what) as refused:
        check(response, pinned)
    assert refused.value.where == "r.tsr"
    assert judge.accepts(response, REQUEST, DATA, pinned, authority.generated) is accepted


def test_other_data(judge: OpenSSL) -> None:
    """A good answer to a request for other data is refused."""
    other = make_request(b"other", 5)
    response = CLOCK.reply(other)

    with pytest.raises(StampError, match="stamps other bytes"):
        check_response(response, other, DATA, parse_certificates(CLOCK.pinned))
    assert not judge.accepts(response, other, DATA, CLOCK.pinned, GENERATED)


@pytest.mark.parametrize(
    ("change", "accepted"),
    [
        (lambda data: data + b"\0", True),  # OpenSSL reads no further than the structure says
        (lambda data: data + data, True),
        (lambda data: data[:-1], False),
        (lambda data: data[:100], False),
        (lambda _: b"", False),
        (lambda _: b"<html>", False),
        (lambda data: b"\x30\x80" + data[4:] + b"\0\0", True),  # BER of indefinite length, for the same value
    ],
)
def test_not_in_its_one_form(judge: OpenSSL, change: object, accepted: bool) -> None:  # noqa: FBT001 - a verdict
    """Trailing bytes, a cut, something else, another encoding: refused, also where OpenSSL is lax."""
    assert callable(change)
    response = change(CLOCK.reply(REQUEST))

    with pytest.raises(StampError, match="not a time stamp response"):
        check(response)
    assert judge.accepts(response, REQUEST, DATA, CLOCK.pinned, GENERATED) is accepted


def test_every_length() -> None:
    """Cut anywhere, a response is refused with the one typed error."""
    whole = CLOCK.reply(REQUEST)
    for length in range(len(whole)):
        with pytest.raises(StampError):
            check(whole[:length])


def test_every_bit_flipped() -> None:
    """With any bit flipped a response is refused with the one typed error, or says the very same time.

    The same time: certificates that the chain does not need, and what stands outside of the signature, may differ.  So
    the log names a response by its digest, and ``test_time`` shows that every flip is found by that.
    """
    whole, said = CLOCK.reply(REQUEST), check(CLOCK.reply(REQUEST))
    certificates = parse_certificates(CLOCK.pinned)
    seen: Counter[str] = Counter()
    for place in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        try:
            assert check_response(bytes(changed), REQUEST, DATA, certificates) == said, place
            seen["same"] += 1
        except StampError:
            seen["refused"] += 1
    assert seen["refused"] + seen["same"] == len(whole) * 8
    assert seen["refused"] > 3 * seen["same"]


def test_request_must_be_one() -> None:
    """A stored request that is none is named as such."""
    with pytest.raises(FormatError, match="not a time stamp request"):
        check_response(CLOCK.reply(REQUEST), b"x", DATA, parse_certificates(CLOCK.pinned))


def test_library_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rfc3161-client nothing is called good: it cannot be checked, and what to install is said."""
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(UnavailableError, match=r"not installed \(python -m pip install 'muniment\[timestamp\]'\)"):
        check(CLOCK.reply(REQUEST))


@pytest.mark.parametrize("version", ["1.0.8", "1.0.8.post1", "0.9.12", "1.0", "unknown"])
def test_library_too_old(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """A release that accepts forged stamps is not used, although it is installed."""
    monkeypatch.setattr("muniment.timestamp.response.metadata.version", lambda _: version)
    with pytest.raises(UnavailableError, match=r"accepts forged ones: expected 1\.0\.9 or later"):
        check(CLOCK.reply(REQUEST))


@pytest.mark.parametrize("version", ["1.0.9", "1.0.10", "1.1.0", "2.0.0rc1"])
def test_library_new_enough(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """A later release is used."""
    monkeypatch.setattr("muniment.timestamp.response.metadata.version", lambda _: version)
    assert check(CLOCK.reply(REQUEST)).serial == 1


class Panic(BaseException):
    """As a panic of the library's Rust comes to Python."""


@pytest.mark.parametrize("kind", [Panic, RuntimeError, OverflowError])
def test_library_breaks(monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]) -> None:
    """Whatever breaks inside of the library is the one typed error, both while reading and while verifying."""
    import rfc3161_client  # noqa: PLC0415 - patched here

    def broken(*_: object, **__: object) -> None:
        raise kind("broken")

    with monkeypatch.context() as patch:
        patch.setattr(rfc3161_client, "decode_timestamp_response", broken)
        with pytest.raises(StampError, match="not a time stamp response: expected a TimeStampResp"):
            check(CLOCK.reply(REQUEST))
    monkeypatch.setattr(rfc3161_client, "VerifierBuilder", broken)
    with pytest.raises(StampError, match="pinned certificates: found the signature does not hold"):
        check(CLOCK.reply(REQUEST))


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, MemoryError])
def test_interruption_stays_one(monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]) -> None:
    """What is no fault of the response is not called one."""
    import rfc3161_client  # noqa: PLC0415 - patched here

    def broken(*_: object, **__: object) -> None:
        raise kind

    with monkeypatch.context() as patch:
        patch.setattr(rfc3161_client, "decode_timestamp_response", broken)
        with pytest.raises(kind):
            check(CLOCK.reply(REQUEST))
    monkeypatch.setattr(rfc3161_client, "VerifierBuilder", broken)
    with pytest.raises(kind):
        check(CLOCK.reply(REQUEST))
