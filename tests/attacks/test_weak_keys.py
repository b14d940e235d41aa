"""Keys under which a signature proves nothing: refused wherever a key is admitted, and again wherever one is used."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.attacks.hands import judge, lay, read, run
from tests.verify.forge import failed, pieces, rebuilt

from muniment import ed25519
from muniment.archive import open_archive
from muniment.canonical import format_canonical
from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, KeyRejectedError, SignatureError
from muniment.log.note import Verifier, make_verifier, open_note, parse_vkey
from muniment.ssh import sshsig
from muniment.ssh.agent import parse_identities_answer
from muniment.ssh.keys import PublicKey, admit, parse_key_blob, parse_public_key
from muniment.ssh.sshsig import RECORD_NAMESPACE
from muniment.ssh.wire import format_blob, format_string
from muniment.store import MemoryStore
from muniment.trust.chain import sign_root
from muniment.trust.root import format_trust_root, parse_trust_root
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys

P = 2**255 - 19
NON_CANONICAL = [(y | sign << 255).to_bytes(32, "little") for y in range(P, 2**255) for sign in (0, 1)]
WEAK = sorted({*ed25519.SMALL_ORDER, *NON_CANONICAL})
UNIVERSAL = bytes([1]) + bytes(31), bytes([1]) + bytes(63)
"""The key, and its signature of every message."""


def line(raw: bytes) -> str:
    """A public key as its line."""
    return f"ssh-ed25519 {base64.b64encode(format_blob(raw)).decode()}"


def vkey(name: str, raw: bytes) -> str:
    """A log key as its line, with the right id."""
    ident = hashlib.sha256(name.encode() + b"\n\x01" + raw).hexdigest()[:8]
    return f"{name}+{ident}+{base64.b64encode(bytes([1]) + raw).decode()}"


def test_count() -> None:
    """All 14 encodings of the 8 points of small order, and all 38 of a y that is not below the prime; 4 are both."""
    assert (len(ed25519.SMALL_ORDER), len(NON_CANONICAL), len(WEAK)) == (14, 38, 48)


@pytest.mark.parametrize("raw", WEAK, ids=lambda raw: raw.hex()[:8] + raw.hex()[-2:])
def test_refused_at_admission(raw: bytes, empty_archive: MemoryStore) -> None:
    """No door lets it in: raw bytes, a key line, a blob of an agent, a log key, any list of a trust root."""
    for door in (
        lambda: admit(raw),
        lambda: PublicKey(raw),
        lambda: parse_public_key(line(raw)),
        lambda: parse_key_blob(format_blob(raw)),
        lambda: make_verifier("log.example", raw),
        lambda: parse_vkey(vkey("log.example", raw)),
    ):
        with pytest.raises(KeyRejectedError):
            door()
    root: dict[str, Any] = json.loads(format_trust_root(open_archive(empty_archive).chain[0]))
    for role in ("root_keys", "record_keys"):
        held: Any = [{**root[role][0], "key": line(raw)}]
        with pytest.raises(FormatError):
            parse_trust_root(format_canonical({**root, role: held}), where="1.json")


def test_agent_that_offers_one() -> None:
    """An agent may list a weak key; it is refused when it is chosen, not trusted because it was listed."""
    answer = b"\x0c" + (1).to_bytes(4, "big") + format_string(format_blob(UNIVERSAL[0])) + format_string(b"x")
    (blob,) = parse_identities_answer(answer)
    with pytest.raises(KeyRejectedError):
        parse_key_blob(blob)


def test_key_file_of_one(tmp_path: Path) -> None:
    """``init`` with the public file of a weak key makes no archive, and leaves nothing."""
    (tmp_path / "weak.pub").write_text(f"{line(UNIVERSAL[0])} x\n")
    arguments = ("init", str(tmp_path / "new"), "--origin", "example.org", "--key", str(tmp_path / "weak.pub"))
    result = judge(run(*arguments, "--keys", str(tmp_path / "keys")), *arguments)
    assert result.exit_code == 2
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("raw", WEAK, ids=lambda raw: raw.hex()[:8] + raw.hex()[-2:])
def test_refused_in_use(raw: bytes) -> None:
    """A value that got past admission somehow verifies nothing: no signature, no record, no note."""
    assert not ed25519.verify(raw, UNIVERSAL[1], b"any message")
    assert not ed25519.verify(raw, raw + bytes(32), b"any message")
    smuggled = Verifier("log.example", b"abcd", raw)
    note = b"text\n\n\xe2\x80\x94 log.example " + base64.b64encode(b"abcd" + UNIVERSAL[1]) + b"\n"
    with pytest.raises(SignatureError):
        open_note(note, [smuggled])


def armored(raw: bytes, signature: bytes, namespace: bytes = b"record@muniment") -> bytes:
    """A signature file by any key."""
    fields = (format_blob(raw), namespace, b"", b"sha512", format_blob(signature))
    envelope = base64.b64encode(b"SSHSIG\0\0\0\1" + b"".join(map(format_string, fields)))
    lines = b"".join(envelope[at : at + 70] + b"\n" for at in range(0, len(envelope), 70))
    return b"-----BEGIN SSH SIGNATURE-----\n" + lines + b"-----END SSH SIGNATURE-----\n"


def test_universal_signature_on_a_record(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """The signature that is good for every message in other software: check 7, though the log vouches for its bytes."""
    assert sshsig.verify(
        armored(founders.record.public.raw, founders.record.sign(sshsig.signed_data(RECORD_NAMESPACE, b"m"))),
        RECORD_NAMESPACE,
        b"m",
    )
    v1, *rest = pieces(small_archive)
    signature = armored(*UNIVERSAL)
    said = replace(v1.statement, signature=format_digest(sha256_hex(signature)))
    forged = rebuilt(small_archive, [replace(v1, signature=signature, statement=said), *rest], founders.log)
    assert failed(forged) == {7: {"releases/harbour/v1/content/record.json.sig"}}
    assert "small order" in verify_archive(forged).failures[0].what


@pytest.mark.parametrize("role", ["root_keys", "record_keys", "log_keys"])
def test_in_the_trust_root(small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path, role: str) -> None:
    """A trust root that names one, in any role, though the true root key signed it, is refused by every command: 11."""
    root: dict[str, Any] = json.loads(small_archive.files["trust/root/1.json"])
    member = "vkey" if role == "log_keys" else "key"
    text = vkey("press.example.org/archive", UNIVERSAL[0]) if role == "log_keys" else line(UNIVERSAL[0])
    held: Any = [{**root[role][0], member: text}]
    data = format_canonical({**root, role: held})
    files = {path: b for path, b in small_archive.files.items() if not path.startswith("trust/root/")}
    name = next(path for path in small_archive.files if path.endswith(".sig") and path.startswith("trust/"))
    signature = armored(*UNIVERSAL, b"root@muniment") if role == "root_keys" else sign_root(founders.root, data)
    files |= {"trust/root/1.json": data, name: signature}
    assert 11 in failed(MemoryStore(files))
    folder = lay(files, tmp_path / "archive")
    for command in (("verify",), ("list",), ("show", "harbour")):
        assert read(folder, *command).exit_code == 1, command


OLD = armored(*UNIVERSAL)
TOLERATED: dict[str, Callable[[bytes], bytes]] = {
    "one long line": lambda a: b"\n".join([a.split(b"\n")[0], b"".join(a.split(b"\n")[1:-2]), *a.split(b"\n")[-2:]]),
    "lines of 76": lambda a: (
        a.replace(b"\n", b"")
        .replace(b"-----BEGIN SSH SIGNATURE-----", b"-----BEGIN SSH SIGNATURE-----\n")
        .replace(b"-----END", b"\n-----END")
        + b"\n"
    ),
    "lines of 64": lambda a: _wrapped(a, 64),
    "one character a line": lambda a: _wrapped(a, 1),
    "no last line feed": lambda a: a[:-1],
    "two last line feeds": lambda a: a + b"\n",
    "words after it": lambda a: a + b"hello\n",
    "another after it": lambda a: a + a,
    "words before it": lambda a: b"hello\n" + a,
    "a blank before it": lambda a: b" " + a,
    "a mark of order": lambda a: b"\xef\xbb\xbf" + a,
    "CRLF": lambda a: a.replace(b"\n", b"\r\n"),
    "CR": lambda a: a.replace(b"\n", b"\r"),
    "blanks at line ends": lambda a: a.replace(b"\n", b" \n"),
    "an empty line": lambda a: a.replace(b"\n", b"\n\n", 1),
    "tab in the base64": lambda a: a[:60] + b"\t" + a[60:],
    "no padding": lambda a: a.replace(b"=", b""),
    "more padding": lambda a: a.replace(b"\n-----END", b"=\n-----END"),
    "URL alphabet": lambda a: a[:40] + a[40:-30].translate(bytes.maketrans(b"/+", b"_-")) + a[-30:],
    "lower-case marker": lambda a: a.replace(b"BEGIN", b"begin"),
    "PEM header": lambda a: a.replace(b"\n", b"\nComment: x\n\n", 1),
    "NUL at the end": lambda a: a + b"\0",
}


def _wrapped(signature: bytes, width: int) -> bytes:
    first, *body, last, _ = signature.split(b"\n")
    joined = b"".join(body)
    return b"\n".join([first, *(joined[at : at + width] for at in range(0, len(joined), width)), last, b""])


@pytest.mark.parametrize("name", TOLERATED)
def test_other_armor(small_archive: MemoryStore, founders: InitialKeys, name: str) -> None:
    """A true signature in another spelling, logged by the keeper: check 7, for a signature has one spelling."""
    v1, *rest = pieces(small_archive)
    signature = TOLERATED[name](v1.signature)
    assert signature != v1.signature
    said = replace(v1.statement, signature=format_digest(sha256_hex(signature)))
    forged = rebuilt(small_archive, [replace(v1, signature=signature, statement=said), *rest], founders.log)
    assert failed(forged) == {7: {"releases/harbour/v1/content/record.json.sig"}}
