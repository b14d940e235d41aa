"""Trust roots: their file, their signatures, their chain."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from tests.trust.sample import DATA, KEYS, ORIGIN, ROOT, VKEY

from muniment.canonical import format_canonical, parse_canonical
from muniment.ed25519 import SMALL_ORDER
from muniment.errors import CanonicalError, FormatError, SchemaError
from muniment.ssh.wire import format_blob
from muniment.trust.root import (
    Authority,
    LogKey,
    RecordKey,
    Revocation,
    StaticFile,
    format_trust_root,
    parse_trust_root,
)


def spoiled(**changes: object) -> bytes:
    """Write ROOT's file with some members set to anything."""
    value: Any = parse_canonical(DATA)
    return format_canonical(value | changes)


def test_file() -> None:
    """The file of a root is this canonical JSON."""
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"

    assert DATA.startswith(
        b'{"archive":"archive.example/releases","authorities":[],"created":"2026-11-22T10:00:00Z","files":[{"path":"0=muniment_archive_1",'
    )
    assert f'"root_keys":[{{"key":"{key}"}}],"threshold":1,"version":1,"witnesses":[]}}' in DATA.decode()
    assert b'"format":"muniment-trust-root/1"' in DATA
    assert parse_trust_root(DATA, where="") == ROOT


def test_round_trip_of_a_full_root() -> None:
    """Every member of a root survives the file."""
    root = replace(
        ROOT,
        version=7,
        index=9,
        previous="sha256:" + "a" * 64,
        threshold=2,
        root_keys=tuple(key.public for key in KEYS[:3]),
        record_keys=(
            RecordKey(key=KEYS[0].public, first_index=0, last_index=0),
            RecordKey(key=KEYS[3].public, first_index=1, last_index=None, revoked=Revocation(**REVOKED)),
        ),
        log_keys=(
            LogKey(vkey=VKEY, first_index=0, last_index=5),
            LogKey(vkey=f"{ORIGIN}+00000000+{'B' * 44}", first_index=6, last_index=None),
        ),
        files=(StaticFile(**CERTIFICATES),),
        authorities=(Authority(**AUTHORITY),),
        witnesses=(WITNESS,),
        quorum=1,
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
HELD: dict[str, object] = {**WINDOW, "revoked": None}
REVOKED: dict[str, Any] = {"from_index": 4, "since": "2026-11-22T12:00:00Z", "reason": "stolen"}
AUTHORITY: dict[str, Any] = {"name": "clock", "url": None}
CERTIFICATES: dict[str, Any] = {"path": "trust/authorities/clock.pem", "sha256": "0" * 64, "size": 9}
WITNESS = f"witness.example+0123abcd+{'B' * 44}"
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
        ("record_keys", [{"key": LINE, **WINDOW}]),
        ("record_keys", [{"key": LINE, **HELD, "first_index": -1}]),
        ("record_keys", [{"key": LINE, **HELD, "first_index": None}]),
        ("record_keys", [{"key": LINE, **HELD, "revoked": {}}]),
        ("record_keys", [{"key": LINE, **HELD, "revoked": REVOKED | {"from_index": -1}}]),
        ("record_keys", [{"key": LINE, **HELD, "revoked": REVOKED | {"since": "2026-11-22"}}]),
        ("record_keys", [{"key": LINE, **HELD, "revoked": REVOKED | {"reason": " "}}]),
        ("record_keys", [{"key": LINE, **HELD, "revoked": REVOKED | {"by": "x"}}]),
        ("index", -1),
        ("index", None),
        ("authorities", [AUTHORITY | {"name": "Clock"}]),
        ("authorities", [AUTHORITY | {"name": "../clock"}]),
        ("authorities", [AUTHORITY | {"name": "clock\n"}]),
        ("authorities", [AUTHORITY | {"url": "file:///clock"}]),
        ("authorities", [AUTHORITY | {"url": "https://clock.example/\n"}]),
        ("authorities", [{"name": "clock"}]),
        ("witnesses", [WITNESS + "A"]),
        ("witnesses", [WITNESS + "\n"]),
        ("witnesses", [{"vkey": WITNESS}]),
        ("quorum", -1),
        ("quorum", None),
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
        ({"index": 1}, "index is 0 in version 1, and there only"),
        (
            {"record_keys": [{"key": LINE, **WINDOW, "revoked": REVOKED | {"since": "2026-02-30T10:00:00Z"}}]},
            "each time is a day and time that exist, not before 1970-01-02T00:00:00Z",
        ),
        ({"authorities": [AUTHORITY]}, "the certificates of each authority are among the files"),
        ({"authorities": [AUTHORITY] * 2, "files": [CERTIFICATES]}, "authorities are sorted by name, each name once"),
        (
            {"authorities": [AUTHORITY, AUTHORITY | {"name": "bell"}], "files": [CERTIFICATES]},
            "authorities are sorted by name, each name once",
        ),
        ({"witnesses": [WITNESS] * 2}, "witnesses are sorted, each once"),
        ({"witnesses": [WITNESS, WITNESS.replace("BB", "CC")]}, "each witness has one key"),
        ({"witnesses": [WITNESS], "quorum": 2}, "the quorum is at most the number of witnesses"),
        ({"version": 2}, "previous is null in version 1, and there only"),
        ({"previous": "sha256:" + "a" * 64}, "previous is null in version 1, and there only"),
        (
            {"created": "2026-02-30T10:00:00Z"},
            "each time is a day and time that exist, not before 1970-01-02T00:00:00Z",
        ),
        (
            {"created": "0000-01-01T10:00:00Z"},
            "each time is a day and time that exist, not before 1970-01-02T00:00:00Z",
        ),
        ({"threshold": 2}, "the threshold is at most the number of root keys"),
        (
            {"record_keys": [{"key": LINE, **HELD}, {"key": LINE, **HELD, "first_index": 5}]},
            "each record key stands once",
        ),
        ({"root_keys": [{"key": LINE}] * 2, "threshold": 2}, "each root key stands once"),
        ({"log_keys": [{"vkey": VKEY, **WINDOW}] * 2}, "each log key stands once"),
        (
            {"record_keys": [{"key": LINE, **HELD, "first_index": 5, "last_index": 4}]},
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
        entry |= HELD

    with pytest.raises(FormatError, match="small order"):
        parse_trust_root(spoiled(**{member: [entry]}), where="trust/root/1.json")


def test_what_cannot_be_read_is_not_written() -> None:
    """A root that breaks the schema or a rule is not formatted."""
    with pytest.raises(SchemaError):
        format_trust_root(replace(ROOT, principal="any one"))
    with pytest.raises(FormatError):
        format_trust_root(replace(ROOT, threshold=2))


def test_spoil_helper_is_sound() -> None:
    """Unspoiled, the file that the bad cases are made of is good."""
    assert parse_trust_root(spoiled(), where="") == ROOT
