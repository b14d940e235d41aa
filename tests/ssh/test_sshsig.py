"""Detached SSH signatures."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha512
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from muniment.ed25519 import SMALL_ORDER
from muniment.errors import InputError, SignatureError
from muniment.ssh.keys import PrivateKey, format_private_key, format_public_key, parse_public_key
from muniment.ssh.sshsig import (
    RECORD_NAMESPACE,
    Signature,
    format_signature,
    parse_signature,
    sign,
    signed_data,
    verify,
)
from muniment.ssh.wire import format_base64, format_blob, format_string

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.ssh.conftest import Judge

MESSAGE = b'{"format":"muniment-record/1"}'
BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
END = b"-----END SSH SIGNATURE-----\n"
KEY = PrivateKey.from_seed(b"\x01" * 32)
ARMORED = sign(KEY, RECORD_NAMESPACE, MESSAGE)
SIGNATURE = parse_signature(ARMORED)


def envelope(**changes: bytes) -> bytes:
    """Write the signature over MESSAGE in good armor, with some fields of the envelope changed."""
    fields = {
        "magic": b"SSHSIG",
        "version": b"\0\0\0\x01",
        "key": format_string(SIGNATURE.public.blob),
        "namespace": format_string(RECORD_NAMESPACE.encode()),
        "reserved": format_string(b""),
        "digest": format_string(b"sha512"),
        "blob": format_string(format_blob(SIGNATURE.raw)),
        "tail": b"",
    }
    return BEGIN + format_base64(b"".join((fields | changes).values())) + END


def test_form() -> None:
    """A signature file is two marker lines around 170 bytes and the namespace, in lines of 70 characters."""
    lines = ARMORED.split(b"\n")
    inside = b64decode(b"".join(lines[1:-2]))

    assert len(inside) == 170 + len(RECORD_NAMESPACE)
    assert inside.startswith(b"SSHSIG\0\0\0\x01\0\0\0\x33\0\0\0\x0bssh-ed25519\0\0\0\x20")
    assert [len(line) for line in lines] == [29, 70, 70, 70, 38, 27, 0]
    assert envelope() == ARMORED


@given(st.binary(max_size=300), st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40))
def test_round_trip(message: bytes, namespace: str) -> None:
    """What was signed verifies, gives the signer, and is the same when formatted again."""
    armored = sign(KEY, namespace, message)

    assert verify(armored, namespace, message) == KEY.public
    assert verify(armored, namespace, message, sha512_of=sha512(message).digest()) == KEY.public
    with pytest.raises(SignatureError, match="does not match"):
        verify(armored, namespace, message, sha512_of=sha512(message + b" ").digest())
    assert parse_signature(armored).namespace == namespace
    assert format_signature(parse_signature(armored)) == armored
    assert sign(KEY, namespace, message) == armored


@pytest.mark.parametrize("namespace", ["", "é", "two\nlines", "\x7f"])
def test_bad_namespace_is_not_signed(namespace: str) -> None:
    """A namespace that is empty or not printable ASCII is not signed."""
    with pytest.raises(InputError, match="printable ASCII"):
        sign(KEY, namespace, MESSAGE)


def test_changed_message_refused() -> None:
    """A signature over other bytes is refused, and says whose it claims to be."""
    with pytest.raises(SignatureError, match="does not match") as caught:
        verify(ARMORED, RECORD_NAMESPACE, MESSAGE + b" ", where="record.json.sig")

    assert KEY.public.fingerprint in caught.value.expected
    assert caught.value.where == "record.json.sig"


def test_every_changed_byte_refused() -> None:
    """Each byte of a signature file, changed in each bit and to LF, blank and letter, makes it bad."""
    for position in range(len(ARMORED)):
        others = {ARMORED[position] ^ (1 << bit) for bit in range(8)} | set(b"\n A=") - {ARMORED[position]}
        for other in others:
            changed = ARMORED[:position] + bytes([other]) + ARMORED[position + 1 :]
            with pytest.raises(SignatureError):
                verify(changed, RECORD_NAMESPACE, MESSAGE)


def test_every_cut_and_removed_byte_refused() -> None:
    """A signature file cut at any byte, or with any byte taken out or doubled, is refused."""
    for position in range(len(ARMORED)):
        before, byte, after = ARMORED[:position], ARMORED[position : position + 1], ARMORED[position + 1 :]
        for changed in (before, before + after, before + byte + byte + after):
            with pytest.raises(SignatureError):
                verify(changed, RECORD_NAMESPACE, MESSAGE)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_cleanly(data: bytes) -> None:
    """No bytes make the parser raise anything but its own error, in armor or without."""
    for armored in (data, BEGIN + data + END, BEGIN + format_base64(data) + END):
        with pytest.raises(SignatureError):
            parse_signature(armored)


TOLERATED = {
    "one long line": BEGIN + ARMORED.removeprefix(BEGIN).removesuffix(END).replace(b"\n", b"") + b"\n" + END,
    "junk after the footer": ARMORED + b"junk\n",
    "missing last LF": ARMORED.removesuffix(b"\n"),
}


@pytest.mark.parametrize("name", TOLERATED)
def test_tolerated_forms_refused(name: str) -> None:
    """Other spellings of a good signature, which ssh-keygen takes, are refused."""
    with pytest.raises(SignatureError, match="one form that ssh-keygen writes"):
        verify(TOLERATED[name], RECORD_NAMESPACE, MESSAGE)


def with_reserved() -> bytes:
    """Sign anew with a reserved field that is not empty; the signature over it is good."""
    data = signed_data(RECORD_NAMESPACE, MESSAGE)
    at = data.index(b"\0\0\0\0\0\0\0\x06sha512")
    raw = KEY.sign(data[:at] + format_string(b"x") + data[at + 4 :])
    return envelope(reserved=format_string(b"x"), blob=format_string(format_blob(raw)))


def test_reserved_field_refused() -> None:
    """A reserved field that is not empty is refused, whether the signature covers it or not."""
    for armored in (envelope(reserved=format_string(b"x")), with_reserved()):
        with pytest.raises(SignatureError, match="one legal form"):
            verify(armored, RECORD_NAMESPACE, MESSAGE)


def test_crlf_explained() -> None:
    """A signature file whose line ends were converted is refused with that reason."""
    with pytest.raises(SignatureError) as caught:
        parse_signature(ARMORED.replace(b"\n", b"\r\n"))

    assert caught.value.hint == "line ends were converted: keep .sig files as binary"


def test_too_large_refused() -> None:
    """A signature file is not read beyond its cap."""
    with pytest.raises(SignatureError, match="too large"):
        parse_signature(BEGIN + b"A" * 20_000)


@pytest.mark.parametrize(
    ("armored", "fault"),
    [
        (envelope(magic=b"SSHSIH"), "not SSHSIG version 1"),
        (envelope(version=b"\0\0\0\x02"), "not SSHSIG version 1"),
        (envelope(blob=b"\0\0\0\x53"), "cut short"),
        (envelope(tail=b"\0"), "bytes after its end"),
        (envelope(namespace=format_string(b"")), "another purpose"),
        (envelope(namespace=format_string(b"\xff")), "another purpose"),
        (envelope(namespace=format_string(b"a\nb")), "another purpose"),
        (envelope(digest=format_string(b"sha256")), "another hash"),
        (envelope(key=format_string(format_blob(bytes(31)))), "wrong length"),
        (envelope(key=format_string(format_blob(b"\x01" + bytes(31)))), "small order"),
        (envelope(blob=format_string(format_blob(bytes(63)))), "wrong length"),
        (envelope(blob=format_string(format_string(b"ssh-rsa") + format_string(bytes(64)))), "(RSA)"),
        (
            envelope(blob=format_string(format_string(b"sk-ssh-ed25519@openssh.com") + bytes(73))),
            "(Ed25519 on a security key)",
        ),
    ],
)
def test_malformed_envelope_refused(armored: bytes, fault: str) -> None:
    """Each field of the envelope has one legal value or form, and the first fault is named."""
    with pytest.raises(SignatureError) as caught:
        parse_signature(armored, where="a.sig")

    assert fault in caught.value.what
    assert caught.value.where == "a.sig"
    assert str(caught.value).isprintable()


def test_wrong_namespace_refused_first() -> None:
    """A good signature for another purpose is refused before its hash, key and signature are looked at."""
    bad = envelope(digest=format_string(b"md5"), key=format_string(b""))
    for armored in (ARMORED, bad):
        with pytest.raises(SignatureError, match="another purpose") as caught:
            verify(armored, "root@muniment", MESSAGE)

        assert caught.value.expected == "namespace root@muniment"
        assert caught.value.found == "'record@muniment'"


@pytest.mark.parametrize("raw", sorted(SMALL_ORDER), ids=bytes.hex)
def test_universal_signature_refused(raw: bytes) -> None:
    """The signature that is good for every message under a key of small order is refused."""
    universal = format_string(format_blob(bytes([1]) + bytes(63)))

    with pytest.raises(SignatureError, match="small order"):
        verify(envelope(key=format_string(format_blob(raw)), blob=universal), RECORD_NAMESPACE, MESSAGE)


def test_signature_by_another_key_refused(other_key: PrivateKey) -> None:
    """A signature under another key's name is refused."""
    forged = format_signature(Signature(other_key.public, RECORD_NAMESPACE, SIGNATURE.raw))

    with pytest.raises(SignatureError, match="does not match"):
        verify(forged, RECORD_NAMESPACE, MESSAGE)


def test_openssh_vector(vectors: Callable[[str], Path]) -> None:
    """OpenSSH's own Ed25519 test signature verifies, and is the same when formatted again."""
    folder = vectors("sshsig")
    armored = (folder / "ed25519.sig").read_bytes()
    namespace = (folder / "namespace").read_text()

    signer = verify(armored, namespace, (folder / "signed-data").read_bytes())

    assert signer == parse_public_key((folder / "ed25519.pub").read_text())
    assert format_signature(parse_signature(armored)) == armored


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("rsa", "ssh-rsa (RSA)"),
        ("ecdsa", "ecdsa-sha2-nistp256 (ECDSA)"),
        ("ecdsa_sk", "sk-ecdsa-sha2-nistp256@openssh.com (ECDSA on a security key)"),
        ("ecdsa_sk_webauthn", "sk-ecdsa-sha2-nistp256@openssh.com (ECDSA on a security key)"),
        ("ed25519_sk", "sk-ssh-ed25519@openssh.com (Ed25519 on a security key)"),
        ("mldsa44-ed25519", "ssh-mldsa44-ed25519@openssh.com (ML-DSA-44 with Ed25519)"),
    ],
)
def test_other_types_refused(vectors: Callable[[str], Path], name: str, label: str) -> None:
    """OpenSSH's test signatures of other types are refused, and the type is named."""
    folder = vectors("sshsig")
    armored = (folder / f"{name}.sig").read_bytes()

    with pytest.raises(SignatureError) as caught:
        verify(armored, (folder / "namespace").read_text(), (folder / "signed-data").read_bytes())

    assert label in caught.value.what


def write_key(folder: Path, key: PrivateKey) -> None:
    """Write a private key as ssh-keygen wants it."""
    path = folder / "id"
    path.write_bytes(format_private_key(key, comment="archive"))
    path.chmod(0o600)
    (folder / "id.pub").write_text(format_public_key(key.public, "archive") + "\n")


@pytest.mark.parametrize("message", [b"", MESSAGE, bytes(100_000)])
def test_bytes_equal_those_of_ssh_keygen(ssh_keygen: Judge, tmp_path: Path, message: bytes) -> None:
    """With the same key, ssh-keygen -Y sign writes the same file, byte for byte."""
    write_key(tmp_path, KEY)
    (tmp_path / "record.json").write_bytes(message)

    signed = ssh_keygen("-q", "-Y", "sign", "-f", "id", "-n", RECORD_NAMESPACE, "record.json")

    assert signed.returncode == 0, signed.stderr
    assert (tmp_path / "record.json.sig").read_bytes() == sign(KEY, RECORD_NAMESPACE, message)


def test_ssh_keygen_accepts_ours(ssh_keygen: Judge, tmp_path: Path) -> None:
    """ssh-keygen finds our signature good over the message, and over no other."""
    (tmp_path / "a.sig").write_bytes(ARMORED)
    command = ("-Y", "check-novalidate", "-n", RECORD_NAMESPACE, "-s", "a.sig")

    assert ssh_keygen(*command, stdin=MESSAGE).returncode == 0
    assert ssh_keygen(*command, stdin=MESSAGE + b"\n").returncode != 0


def test_openssl_verifies_the_64_bytes(openssl: Judge, tmp_path: Path) -> None:
    """Without any SSH program, openssl verifies the signature inside over the signed data."""
    public = Ed25519PublicKey.from_public_bytes(KEY.public.raw)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public.pem").write_bytes(pem)
    (tmp_path / "data").write_bytes(signed_data(RECORD_NAMESPACE, MESSAGE))
    (tmp_path / "raw").write_bytes(SIGNATURE.raw)
    command = ("pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in", "data", "-sigfile", "raw")

    assert openssl(*command).returncode == 0
    (tmp_path / "data").write_bytes(signed_data("root@muniment", MESSAGE))
    assert openssl(*command).returncode == 1
