"""Trust roots: their file, their signatures, their chain."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from muniment.canonical import format_canonical, parse_canonical
from muniment.digest import format_digest, sha256_hex
from muniment.ed25519 import SMALL_ORDER
from muniment.errors import CanonicalError, FormatError, IntegrityError, SchemaError, SignatureError
from muniment.signing.keys import PrivateKey, fingerprint_file_name
from muniment.signing.sshsig import sign
from muniment.signing.trust_root import (
    LogKey,
    RecordKey,
    StaticFile,
    TrustRoot,
    format_trust_root,
    parse_trust_root,
    sign_root,
    verify_root,
)
from muniment.signing.wire import format_blob

ORIGIN = "archive.example/releases"
KEYS = tuple(PrivateKey.from_seed(bytes([number]) * 32) for number in range(1, 6))
VKEY = f"{ORIGIN}+0123abcd+{'A' * 44}"
ROOT = TrustRoot(
    archive=ORIGIN,
    version=1,
    previous=None,
    created="2026-11-22T10:00:00Z",
    threshold=1,
    principal="archive@archive.example",
    root_keys=(KEYS[0].public,),
    record_keys=(RecordKey(key=KEYS[1].public, first_index=0, last_index=None),),
    log_keys=(LogKey(vkey=VKEY, first_index=0, last_index=None),),
    files=(StaticFile("0=muniment_archive_1", "0" * 64, 19), StaticFile("schemas/a.json", "f" * 64, 0)),
)
DATA = format_trust_root(ROOT)


def signed(data: bytes, *keys: PrivateKey) -> dict[str, bytes]:
    """Sign a root with some keys."""
    return {fingerprint_file_name(key.public): sign_root(key, data) for key in keys}


def successor(data: bytes, root: TrustRoot, **changes: object) -> bytes:
    """Write the root after this one, with some members changed."""
    follow: dict[str, Any] = {"version": root.version + 1, "previous": format_digest(sha256_hex(data))}
    return format_trust_root(replace(root, **(follow | changes)))


def spoiled(**changes: object) -> bytes:
    """Write ROOT's file with some members set to anything."""
    value: Any = parse_canonical(DATA)
    return format_canonical(value | changes)


def test_file() -> None:
    """The file of a root is this canonical JSON."""
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"

    assert DATA.startswith(
        b'{"archive":"archive.example/releases","created":"2026-11-22T10:00:00Z","files":[{"path":"0=muniment_archive_1",'
    )
    assert f'"root_keys":[{{"key":"{key}"}}],"threshold":1,"version":1}}' in DATA.decode()
    assert b'"format":"muniment-trust-root/1"' in DATA
    assert parse_trust_root(DATA, where="") == ROOT


def test_round_trip_of_a_full_root() -> None:
    """Every member of a root survives the file."""
    root = replace(
        ROOT,
        version=7,
        previous="sha256:" + "a" * 64,
        threshold=2,
        root_keys=tuple(key.public for key in KEYS[:3]),
        record_keys=(
            RecordKey(key=KEYS[0].public, first_index=0, last_index=0),
            RecordKey(key=KEYS[3].public, first_index=1, last_index=None),
        ),
        log_keys=(
            LogKey(vkey=VKEY, first_index=0, last_index=5),
            LogKey(vkey=f"{ORIGIN}+00000000+{'B' * 44}", first_index=6, last_index=None),
        ),
        files=(),
    )

    assert parse_trust_root(format_trust_root(root), where="") == root


@pytest.mark.parametrize(
    "data", [b"", DATA + b"\n", b" " + DATA, DATA.replace(b":1,", b":1.0,", 1), b"\xef\xbb\xbf" + DATA]
)
def test_other_bytes_refused(data: bytes) -> None:
    """A root in other bytes than its canonical form is refused."""
    with pytest.raises(CanonicalError):
        parse_trust_root(data, where="trust/root/1.json")


LINE = KEYS[0].public.line
WINDOW = {"first_index": 0, "last_index": None}
FILE = {"path": "a", "sha256": "0" * 64, "size": 0}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("extra", 1),
        ("format", "muniment-trust-root/2"),
        ("archive", ""),
        ("archive", "https://archive.example"),
        ("archive", "archive.example/"),
        ("archive", "archive example"),
        ("archive", "archive.example\n"),
        ("archive", "a+b"),
        ("version", 0),
        ("version", "1"),
        ("version", True),
        ("previous", "a" * 64),
        ("previous", "sha256:" + "A" * 64),
        ("previous", "sha256:" + "a" * 64 + "\n"),
        ("created", "2026-11-22"),
        ("created", "2026-11-22T10:00:00+00:00"),
        ("created", "2026-11-22T10:00:00Z\n"),
        ("created", "２026-11-22T10:00:00Z"),
        ("threshold", 0),
        ("threshold", None),
        ("principal", "archive"),
        ("principal", "*@archive.example"),
        ("principal", "a@b,c@d"),
        ("principal", 'a@b" x'),
        ("principal", "#a@b"),
        ("principal", "a@b\n"),
        ("root_keys", []),
        ("root_keys", [LINE]),
        ("root_keys", [{"key": LINE + " comment"}]),
        ("root_keys", [{"key": LINE + "\n"}]),
        ("root_keys", [{"key": "ssh-rsa AAAA"}]),
        ("root_keys", [{"key": LINE, "since": 1}]),
        ("record_keys", [{"key": LINE}]),
        ("record_keys", [{"key": LINE, **WINDOW, "first_index": -1}]),
        ("record_keys", [{"key": LINE, **WINDOW, "first_index": None}]),
        ("log_keys", []),
        ("log_keys", [{"vkey": VKEY}]),
        ("log_keys", [{"vkey": VKEY + "\n", **WINDOW}]),
        ("log_keys", [{"vkey": VKEY.replace("abcd", "ABCD"), **WINDOW}]),
        ("log_keys", [{"vkey": VKEY + "A", **WINDOW}]),
        ("files", [{"path": "a"}]),
        *(
            ("files", [FILE | {"path": path}])
            for path in ("", "/a", "a/", "a//b", "..", "a/../b", ".a", "a\\b", "C:a", "a\n", "é")
        ),
        ("files", [FILE | {"sha256": "0" * 63}]),
        ("files", [FILE | {"size": -1}]),
    ],
)
def test_schema(member: str, value: object) -> None:
    """The schema refuses every ill-formed member, and the error points at it."""
    with pytest.raises(SchemaError) as caught:
        parse_trust_root(spoiled(**{member: value}), where="trust/root/1.json")

    assert caught.value.where.startswith("trust/root/1.json")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"version": 2}, "previous is null in version 1, and there only"),
        ({"previous": "sha256:" + "a" * 64}, "previous is null in version 1, and there only"),
        ({"created": "2026-02-30T10:00:00Z"}, "created is a day and time that exist"),
        ({"created": "0000-01-01T10:00:00Z"}, "created is a day and time that exist"),
        ({"threshold": 2}, "the threshold is at most the number of root keys"),
        (
            {"record_keys": [{"key": LINE, **WINDOW}, {"key": LINE, "first_index": 5, "last_index": 6}]},
            "each record key stands once",
        ),
        ({"root_keys": [{"key": LINE}] * 2, "threshold": 2}, "each root key stands once"),
        ({"log_keys": [{"vkey": VKEY, **WINDOW}] * 2}, "each log key stands once"),
        (
            {"record_keys": [{"key": LINE, "first_index": 5, "last_index": 4}]},
            "no key's last_index is before its first_index",
        ),
        (
            {"log_keys": [{"vkey": VKEY, "first_index": 1, "last_index": 0}]},
            "no key's last_index is before its first_index",
        ),
        ({"log_keys": [{"vkey": "else" + VKEY, **WINDOW}]}, f"each log key is named {ORIGIN}"),
        ({"files": [FILE, FILE]}, "files are sorted by path, each path once"),
        ({"files": [FILE | {"path": "b"}, FILE]}, "files are sorted by path, each path once"),
    ],
)
def test_rules(changes: dict[str, object], rule: str) -> None:
    """What the schema cannot say is a rule, and the broken rule is named."""
    with pytest.raises(FormatError) as caught:
        parse_trust_root(spoiled(**changes), where="trust/root/1.json")

    assert caught.value.expected == rule
    assert caught.value.where == "trust/root/1.json"


@pytest.mark.parametrize("raw", sorted(SMALL_ORDER), ids=bytes.hex)
@pytest.mark.parametrize("member", ["root_keys", "record_keys"])
def test_weak_key_refused(raw: bytes, member: str) -> None:
    """A root that lists a key which proves nothing is refused."""
    blob = format_blob(raw)
    entry: dict[str, object] = {"key": f"ssh-ed25519 {b64encode(blob).decode()}"}
    if member == "record_keys":
        entry |= WINDOW

    with pytest.raises(FormatError, match="small order"):
        parse_trust_root(spoiled(**{member: [entry]}), where="trust/root/1.json")


def test_what_cannot_be_read_is_not_written() -> None:
    """A root that breaks the schema or a rule is not formatted."""
    with pytest.raises(SchemaError):
        format_trust_root(replace(ROOT, principal="any one"))
    with pytest.raises(FormatError):
        format_trust_root(replace(ROOT, threshold=2))


def test_first_root_verifies() -> None:
    """Version 1, signed by its own root key, verifies."""
    assert verify_root(DATA, signed(DATA, KEYS[0]), None, where="trust/root/1.json") == ROOT


def test_signatures_must_be_good() -> None:
    """No signature, a signature over other bytes, for another purpose, or under another name is refused."""
    name = fingerprint_file_name(KEYS[0].public)
    two_keys = format_trust_root(replace(ROOT, root_keys=(KEYS[0].public, KEYS[1].public)))
    swapped = {name: sign_root(KEYS[1], two_keys)}
    cases: tuple[tuple[bytes, dict[str, bytes], str], ...] = (
        (DATA, {}, "too few"),
        (DATA, {name: sign_root(KEYS[0], DATA + b" ")}, "does not match"),
        (DATA, {name: sign(KEYS[0], "record@muniment", DATA)}, "another purpose"),
        (DATA, {name: b""}, "one form"),
        (DATA, signed(DATA, KEYS[0], KEYS[1]), "no root key"),
        (DATA, {"SHA256:" + name: sign_root(KEYS[0], DATA)}, "no root key"),
        (two_keys, swapped, "another key than its name says"),
    )
    for data, signatures, fault in cases:
        with pytest.raises(SignatureError, match=fault) as caught:
            verify_root(data, signatures, None, where="trust/root/1.json")
        assert caught.value.where.startswith("trust/root/1.json")


def test_threshold_is_counted_exactly() -> None:
    """With two of three, every one key fails and every two keys pass."""
    data = format_trust_root(replace(ROOT, threshold=2, root_keys=tuple(key.public for key in KEYS[:3])))

    for one in KEYS[:3]:
        with pytest.raises(SignatureError, match="too few") as caught:
            verify_root(data, signed(data, one), None, where="r")
        assert caught.value.expected == "2 of the 3 root keys of version 1"
        assert caught.value.found == "1"
        for two in KEYS[:3]:
            if two is not one:
                verify_root(data, signed(data, one, two), None, where="r")


def test_key_change_needs_old_and_new_keys() -> None:
    """A root with new keys needs the threshold of the old keys and of the new ones."""
    data = successor(DATA, ROOT, root_keys=(KEYS[2].public, KEYS[3].public), threshold=2)
    before = (DATA, ROOT)

    root = verify_root(data, signed(data, KEYS[0], KEYS[2], KEYS[3]), before, where="trust/root/2.json")
    assert root.version == 2

    for signers, version in (
        ((KEYS[0],), 2),
        ((KEYS[0], KEYS[2]), 2),
        ((KEYS[2], KEYS[3]), 1),
        ((), 2),
    ):
        with pytest.raises(SignatureError, match="too few") as caught:
            verify_root(data, signed(data, *signers), before, where="trust/root/2.json")
        assert caught.value.expected.endswith(f"version {version}")


def test_stranger_cannot_sign_beside() -> None:
    """A signature by a key of neither root is an error, though enough others have signed."""
    data = successor(DATA, ROOT)

    with pytest.raises(SignatureError, match="no root key"):
        verify_root(data, signed(data, KEYS[0], KEYS[4]), (DATA, ROOT), where="trust/root/2.json")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"version": 3}, "version 2"),
        ({"version": 1, "previous": None}, "version 2"),
        ({"previous": "sha256:" + "0" * 64}, "previous sha256:"),
        (
            {
                "archive": "else.example",
                "log_keys": (LogKey(vkey="else.example" + VKEY[24:], first_index=0, last_index=None),),
            },
            f"archive {ORIGIN}",
        ),
    ],
)
def test_succession(change: dict[str, object], expected: str) -> None:
    """A root that skips a number, goes back, names another root or another archive does not follow."""
    data = successor(DATA, ROOT, **change)

    with pytest.raises(FormatError, match="does not follow") as caught:
        verify_root(data, signed(data, KEYS[0]), (DATA, ROOT), where="trust/root/2.json")

    assert caught.value.expected.startswith(expected)


def test_chain_begins_with_version_1() -> None:
    """Without a root before it, only version 1 is taken."""
    data = successor(DATA, ROOT)

    with pytest.raises(FormatError) as caught:
        verify_root(data, signed(data, KEYS[0]), None, where="trust/root/2.json")

    assert caught.value.expected == "version 1"
    assert caught.value.found == "2"


def test_every_changed_byte_refused() -> None:
    """No byte of a signed root can be changed."""
    signatures = signed(DATA, KEYS[0])

    for position in range(len(DATA)):
        changed = DATA[:position] + bytes([DATA[position] ^ 0x01]) + DATA[position + 1 :]
        with pytest.raises(IntegrityError):
            verify_root(changed, signatures, None, where="r")


def test_spoil_helper_is_sound() -> None:
    """Unspoiled, the file that the bad cases are made of is good."""
    assert parse_trust_root(spoiled(), where="") == ROOT
