"""Cosignatures: real ones of public witnesses, our own, and every way in which a line can be no cosignature."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from muniment.ed25519 import SMALL_ORDER
from muniment.errors import FormatError, InputError, KeyRejectedError, SignatureError
from muniment.log.cosignature import (
    MAX_TIME,
    Cosignature,
    cosign,
    cosigned_message,
    format_cosignature,
    parse_cosignature,
    parse_reply,
    read_cosignature,
    verify_cosignature,
)
from muniment.log.note import MAX_NOTE, MAX_SIGNATURES, SignatureLine, format_line, open_note, parse_note
from muniment.log.vkey import format_vkey, make_cosigner, make_verifier, parse_cosigner, parse_vkey

KEY = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)
ANNA = make_cosigner("witness.example.org/anna", KEY.public_key().public_bytes_raw())
TEXT = b"example.org/press\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
TIME = 1800000000
OWN_VKEY = "witness.example.org/anna+73a8cc38+BOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
OWN_LINE = (
    "— witness.example.org/anna c6jMOAAAAABrSdIA2AzHNjwa2FwzhP0vhyuidorkhRwXBjTFwtoGlMseE2i1RQr"
    "pLTv0vKKo0pLBstWtw9EFjcDcAXhK8NI0rIvmCw==\n"
).encode()

# A public log of certificates, cosigned by four public witnesses on 23 May 2026.
REAL = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
""".encode()  # noqa: E501 - a file as it was published
REAL_KEYS = (
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
)


def test_real_cosignatures() -> None:
    """The cosignatures that four public witnesses gave verify, at the time they say, and over no other text."""
    text, lines = parse_note(REAL)
    by_name = {line.name: line for line in lines}
    for vkey in REAL_KEYS:
        cosigner = parse_cosigner(vkey)
        cosignature = read_cosignature(by_name[cosigner.name])
        verify_cosignature(cosignature, text, cosigner)
        assert (cosigner.vkey, cosignature.moment) == (vkey, "2026-05-23T21:50:24Z")
        with pytest.raises(SignatureError, match="does not verify"):
            verify_cosignature(cosignature, text.replace(b"1432088532", b"1432088533"), cosigner)


def test_the_example_of_the_specification() -> None:
    """The example of C2SP tlog-cosignature reads as it says: witness, key id, time and signed bytes."""
    line = (
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ"
        "qhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    ).encode()
    cosignature = parse_cosignature(line)
    assert (cosignature.name, cosignature.key_id.hex(), cosignature.time) == (
        "witness.example.com/w1",
        "8d66cf3f",
        1679315147,
    )
    assert format_cosignature(cosignature) == line
    text = b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert cosigned_message(text, cosignature.time) == b"cosignature/v1\ntime 1679315147\n" + text


def test_our_own_vector() -> None:
    """A key, a text and a time give this line, for ever: Ed25519 is deterministic."""
    assert ANNA.vkey == OWN_VKEY
    line = format_cosignature(cosign(TEXT, ANNA, TIME, KEY.sign))
    assert line == OWN_LINE
    verify_cosignature(parse_cosignature(line), TEXT, ANNA)


@given(st.integers(0, MAX_TIME))
def test_any_time(time: int) -> None:
    """Every second up to the year 9999 is signed, written, read and verified."""
    cosignature = cosign(TEXT, ANNA, time, KEY.sign)
    assert parse_cosignature(format_cosignature(cosignature)) == cosignature
    verify_cosignature(cosignature, TEXT, ANNA)
    assert len(cosignature.moment) == 20


@pytest.mark.parametrize(
    ("time", "moment"),
    [(0, "1970-01-01T00:00:00Z"), (MAX_TIME, "9999-12-31T23:59:59Z"), (TIME, "2027-01-15T08:00:00Z")],
)
def test_moment(time: int, moment: str) -> None:
    """The time is said in RFC 3339, with four digits for the year."""
    assert Cosignature("w", b"1234", time, bytes(64)).moment == moment


@pytest.mark.parametrize("time", [-1, MAX_TIME + 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_times_that_nobody_signs(time: int) -> None:
    """A time out of range is not signed; and where it fits the 64 bits, it is not read either."""
    with pytest.raises(InputError, match="not a time to cosign at"):
        cosign(TEXT, ANNA, time, KEY.sign)
    if time > 0:
        blob = ANNA.key_id + time.to_bytes(8, "big") + bytes(64)
        with pytest.raises(FormatError, match="too late"):
            parse_cosignature(f"— {ANNA.name} {base64.b64encode(blob).decode()}\n".encode())


def test_every_bit_counts() -> None:
    """A line with one bit changed is no line, of another witness, or does not verify."""
    line = format_cosignature(cosign(TEXT, ANNA, TIME, KEY.sign))
    for position in range(len(line)):
        for bit in range(8):
            changed = bytearray(line)
            changed[position] ^= 1 << bit
            with pytest.raises((FormatError, SignatureError)):
                verify_cosignature(parse_cosignature(bytes(changed)), TEXT, ANNA)


LINE_GOOD = format_cosignature(cosign(TEXT, ANNA, TIME, KEY.sign))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        LINE_GOOD[:-1],
        LINE_GOOD * 2,
        b"\n" + LINE_GOOD,
        LINE_GOOD + b"\n",
        LINE_GOOD.replace(b"\n", b"\r\n"),
        LINE_GOOD[4:],
        LINE_GOOD.replace("\u2014".encode(), b"-"),
        LINE_GOOD.replace(b"anna ", b"anna  "),
        LINE_GOOD.replace(b"anna ", b"an\xffna "),
        LINE_GOOD.replace(b"/anna", b"+anna"),
        LINE_GOOD.replace(b"=", b""),
        LINE_GOOD.replace(b"==", b"=="[:1]),
        b"\xe2\x80\x94 w " + base64.b64encode(b"1234") + b"\n",
        b"\xe2\x80\x94 w " + base64.b64encode(bytes(4 + 64)) + b"\n",
        b"\xe2\x80\x94 w " + base64.b64encode(bytes(4 + 71)) + b"\n",
        b"\xe2\x80\x94 w " + base64.b64encode(bytes(4 + 73)) + b"\n",
        b"\xe2\x80\x94 w " + base64.b64encode(bytes(4 + 8 + 2420)) + b"\n",
        b"\xe2\x80\x94 w " + base64.b64encode(bytes(MAX_NOTE)) + b"\n",
    ],
)
def test_not_one_cosignature(data: bytes) -> None:
    """What is not exactly one line of a time and an Ed25519 signature, in its one spelling, is refused."""
    with pytest.raises(FormatError) as caught:
        parse_cosignature(data, "log/cosignatures/1.00000000")
    assert caught.value.where == "log/cosignatures/1.00000000"


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Whatever the bytes are, they are refused, or are the ones that the value is written as."""
    for given_bytes in (data, "\u2014 w ".encode() + data):
        try:
            cosignature = parse_cosignature(given_bytes)
        except FormatError:
            continue
        assert format_cosignature(cosignature) == given_bytes


def test_replies() -> None:
    """A reply is one or more signature lines, of any kind; anything else is refused."""
    mldsa = format_line(SignatureLine("w", b"1234", bytes(8 + 2420)))
    assert [line.name for line in parse_reply(LINE_GOOD + mldsa)] == [ANNA.name, "w"]
    assert len(parse_reply(LINE_GOOD * MAX_SIGNATURES)) == MAX_SIGNATURES
    for data in (
        b"",
        b"\n",
        LINE_GOOD[:-1],
        LINE_GOOD + b"\n",
        LINE_GOOD * (MAX_SIGNATURES + 1),
        b"7\n",
        b"\xff\n",
        REAL,
    ):
        with pytest.raises(FormatError):
            parse_reply(data)


def test_a_cosignature_is_no_note_signature() -> None:
    """The same key under the same name has another id for each type, and neither verifies as the other."""
    log = make_verifier(ANNA.name, ANNA.public)
    assert log.key_id != ANNA.key_id
    cosignature = cosign(TEXT, ANNA, TIME, KEY.sign)
    note = TEXT + b"\n" + format_line(SignatureLine(log.name, log.key_id, cosignature.signature))
    with pytest.raises(SignatureError):
        open_note(note, [log])
    plain = Cosignature(ANNA.name, ANNA.key_id, TIME, KEY.sign(TEXT))
    with pytest.raises(SignatureError):
        verify_cosignature(plain, TEXT, ANNA)
    with pytest.raises(KeyRejectedError, match="another type"):
        parse_vkey(ANNA.vkey)
    with pytest.raises(KeyRejectedError, match="another type: expected an Ed25519 cosignature key, type 04, found 01"):
        parse_cosigner(format_vkey(ANNA.name, ANNA.public))


def test_another_witness() -> None:
    """A good cosignature by somebody else, or under another name, is none of this witness."""
    ben = make_cosigner("witness.example.org/ben", ANNA.public)
    cosignature = cosign(TEXT, ANNA, TIME, KEY.sign)
    with pytest.raises(SignatureError, match=r"expected witness\.example\.org/ben.*found witness\.example\.org/anna"):
        verify_cosignature(cosignature, TEXT, ben)
    stranger = Ed25519PrivateKey.from_private_bytes(bytes([8]) * 32)
    with pytest.raises(KeyRejectedError, match="not the one of this witness"):
        cosign(TEXT, ANNA, TIME, stranger.sign)


@pytest.mark.parametrize("public", sorted(SMALL_ORDER))
def test_weak_keys(public: bytes) -> None:
    """A key under which everything verifies is no key of a witness; nor is it used if it got that far."""
    with pytest.raises(KeyRejectedError):
        make_cosigner("w", public)
    universal = bytes([1]) + bytes(63)
    weak = type(ANNA)("w", b"1234", public)
    with pytest.raises(SignatureError):
        verify_cosignature(Cosignature("w", b"1234", TIME, universal), TEXT, weak)


def test_keys_that_are_not_canonical() -> None:
    """A key with y of at least the field prime is refused, as is one of another length."""
    for public in ((2**255 - 19 + 5).to_bytes(32, "little"), bytes([9]) * 31, bytes([9]) * 33):
        with pytest.raises(KeyRejectedError):
            make_cosigner("w", public)


@pytest.mark.parametrize(
    "vkey", ["w+12345678", "w+1234567+BAAA", "w x+12345678+BAAA", "w+12345678+B", "+12345678+BAAA", ""]
)
def test_not_a_vkey(vkey: str) -> None:
    """What is no vkey is refused."""
    with pytest.raises(KeyRejectedError):
        parse_cosigner(vkey)


def test_vkey_with_another_id() -> None:
    """The id in a vkey must be that of its name and key."""
    with pytest.raises(KeyRejectedError, match="the key id is not that of the key"):
        parse_cosigner(ANNA.vkey.replace("/anna", "/ann"))


def test_openssl_judges(tmp_path: Path) -> None:
    """OpenSSL verifies a cosignature over the bytes that the specification says, and refuses another time."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    line = format_cosignature(cosign(TEXT, ANNA, TIME, KEY.sign))
    payload = base64.b64decode(line.split(b" ")[2])
    (tmp_path / "signature").write_bytes(payload[12:])
    (tmp_path / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + base64.b64decode(OWN_VKEY[-44:])[1:])
    verdicts = []
    for time in (int.from_bytes(payload[4:12], "big"), TIME + 1):
        (tmp_path / "message").write_bytes(f"cosignature/v1\ntime {time}\n".encode() + TEXT)
        command = [openssl, "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin"]
        done = subprocess.run(
            [*command, "-in", "message", "-sigfile", "signature"], cwd=tmp_path, capture_output=True, check=False
        )
        verdicts.append(done.returncode == 0)
    assert verdicts == [True, False]
