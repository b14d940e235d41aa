"""Tests of ``muniment.archive.unfinished`` and ``muniment.archive.unfinished``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from muniment.archive.paths import UNFINISHED
from muniment.archive.unfinished import (
    NAMESPACE,
    Introduced,
    Marker,
    Promise,
    SignedMarker,
    format_marker,
    parse_line,
    parse_marker,
    promise,
    read_marker,
    sign_marker,
)
from muniment.canonical import format_canonical, parse_canonical
from muniment.errors import CanonicalError, FormatError, IntegrityError, SignatureError
from muniment.log.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint, sign_checkpoint
from muniment.log.newest import NamedRoot
from muniment.log.note import parse_note
from muniment.ssh import sshsig
from muniment.ssh.keys import PrivateKey
from muniment.ssh.sshsig import RECORD_NAMESPACE, ROOT_NAMESPACE, signed_data
from muniment.store import MemoryStore

KEY = PrivateKey.from_seed(bytes([3]) * 32)
HEAD = ("press.example.org/archive", 5, "ab" * 32)

NEWEST = NamedRoot(1, f"sha256:{bytes(32).hex()}")


def promises(*paths: str) -> tuple[Promise, ...]:
    """Promise files of some bytes."""
    return tuple(promise(path, path.encode()) for path in paths)


SWAPPED = (promise("releases/harbour/inventory.json", b"new", b"old"),)
INTRODUCED = Introduced(b'{"a":"\xc3\xa9"}', (("A" * 43, b"-----BEGIN\n"), ("B" * 43, b"x")))
VERSION = Marker(
    *HEAD,
    "harbour",
    2,
    "releases/harbour",
    promises("releases/harbour/v2/inventory.json", "log/checkpoints/5"),
    SWAPPED,
)
ARCHIVE = Marker("x", 1, "00" * 32, None, None, None, promises("README.txt", "trust/root/1.json"), (), INTRODUCED)
ROOT = Marker(
    *HEAD, None, None, None, promises("trust/authorities/clock.pem", "trust/root/2.json", "log/checkpoints/5")
)
STAMP = Marker(*HEAD, None, None, None, promises("log/timestamps/4.1.tsq", "log/timestamps/4.1.tsr"))


@pytest.mark.parametrize("marker", [VERSION, ARCHIVE, ROOT, STAMP, replace(VERSION, files=())])
def test_format_and_parse_are_a_pair(marker: Marker) -> None:
    """A marker is read back as the same value, with the key that signed it."""
    data = sign_marker(marker, KEY)
    assert parse_line(format_marker(marker)) == marker
    assert parse_marker(data) == SignedMarker(marker, KEY.public)
    assert read_marker(MemoryStore({UNFINISHED: data})) == SignedMarker(marker, KEY.public)


def test_subject() -> None:
    """A marker is called by what it makes."""
    assert (VERSION.subject, ARCHIVE.subject) == ("harbour/v2", "a new archive")
    assert (ROOT.subject, STAMP.subject) == ("trust root 2", "time stamp 4.1")
    assert [(marker.root, marker.stamp) for marker in (VERSION, ARCHIVE, ROOT, STAMP)] == [
        (None, None),
        (None, None),
        (2, None),
        (None, (4, 1)),
    ]


def test_promise() -> None:
    """A promise is kept by the very bytes alone."""
    made = promise("a", b"abc", b"before")
    assert made.is_kept_by(b"abc")
    assert not any(made.is_kept_by(data) for data in (b"", b"abd", b"abcd", b"before"))
    assert not replace(made, size=4).is_kept_by(b"abc")


@pytest.mark.parametrize("at", range(0, len(sign_marker(VERSION, KEY)), 7))
def test_one_byte_changed(at: int) -> None:
    """A marker of which any byte was changed is refused."""
    data = bytearray(sign_marker(VERSION, KEY))
    data[at] ^= 1
    with pytest.raises(IntegrityError):
        parse_marker(bytes(data))


@pytest.mark.parametrize("files", [(), ("README.txt",), (*ROOT.paths, *STAMP.paths), ("trust/root/02.json",)])
def test_marker_of_nothing_that_is_added(files: tuple[str, ...]) -> None:
    """Once there is an archive, a marker is that of a version, of one trust root or of one time stamp."""
    with pytest.raises(FormatError, match="neither a version, a trust root nor a time stamp"):
        parse_line(format_marker(replace(ROOT, files=promises(*files))))


def test_no_marker() -> None:
    """An archive that nobody writes to has none."""
    assert read_marker(MemoryStore()) is None


@pytest.mark.parametrize(
    "change",
    [
        {"size": True},
        {"size": "5"},
        {"size": None},
        {"version": "2"},
        {"version": True},
        {"version": None},
        {"release": None},
        {"release": 1},
        {"folder": None},
        {"folder": ["releases/harbour"]},
        {"archive": None},
        {"continues": "AB" * 32},
        {"continues": "ab"},
        {"continues": None},
        {"files": "README.txt"},
        {"files": ["README.txt"]},
        {"files": None},
        {"files": [{"path": "a", "sha256": "ab" * 32}]},
        {"files": [{"path": "a", "sha256": "ab" * 32, "size": "1"}]},
        {"files": [{"path": "a", "sha256": "ab", "size": 1}]},
        {"files": [{"path": 1, "sha256": "ab" * 32, "size": 1}]},
        {"files": [{"path": "a", "sha256": "ab" * 32, "size": 1, "more": 1}]},
        {"files": [{"before": "ab" * 32, "path": "a", "sha256": "ab" * 32, "size": 1}]},
        {"replaced": [{"path": "a", "sha256": "ab" * 32, "size": 1}]},
        {"replaced": [{"before": None, "path": "a", "sha256": "ab" * 32, "size": 1}]},
        {"replaced": None},
        {"introduced": {"root": "x"}},
        {"introduced": {"root": 1, "signatures": {}}},
        {"introduced": {"root": "x", "signatures": {"A": 1}}},
        {"introduced": {"root": "x", "signatures": []}},
        {"introduced": []},
        {"format": "muniment-unfinished/1"},
        {"more": 1},
    ],
)
def test_members_are_what_a_writer_leaves(change: dict[str, Any]) -> None:
    """A marker with a member of another type, one too many, or a target in part is refused."""
    value = parse_canonical(format_marker(VERSION))
    assert isinstance(value, dict)
    with pytest.raises(FormatError, match=rf"^{UNFINISHED}: not the marker of an unfinished write"):
        parse_line(format_canonical(value | change))


@pytest.mark.parametrize("data", [b"[]", b"1", b'"size"', b"{}", b"null"])
def test_other_json(data: bytes) -> None:
    """JSON that is no marker is refused."""
    with pytest.raises(FormatError):
        parse_line(data)


def test_no_json() -> None:
    """A marker that was cut short or written in another layout is refused."""
    line = format_marker(VERSION)
    for data in (b"", line[:-1], line + b"\n"):
        with pytest.raises(CanonicalError, match=rf"^{UNFINISHED}"):
            parse_line(data)
    signed = sign_marker(VERSION, KEY)
    for cut in (signed + b"\n", signed[:-1], b" " + signed, line, line + b"\n", signed.replace(b"\n", b"\r\n")):
        with pytest.raises(IntegrityError):
            parse_marker(cut)


@pytest.mark.parametrize("release", ["con", "v1", "..", ""])
def test_release_is_fit(release: str) -> None:
    """A marker for a release that no folder can be named after is refused."""
    with pytest.raises(FormatError, match=rf"^{UNFINISHED}: "):
        parse_line(format_marker(replace(VERSION, release=release)))


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a//b", "", "a/./b", "c:\\x"])
def test_paths_stay_inside(path: str) -> None:
    """A path that leaves the archive is refused: of a new file, of a replaced one, or as the folder."""
    bad = Promise(path, "ab" * 32, 1)
    for marker in (
        replace(VERSION, files=(bad,)),
        replace(VERSION, replaced=(replace(bad, before="ab" * 32),)),
        replace(VERSION, folder=path or "/"),
    ):
        with pytest.raises(FormatError, match=rf"^{UNFINISHED}"):
            read_marker(MemoryStore({UNFINISHED: sign_marker(marker, KEY)}))


# One key signs markers and checkpoints; another signs records and roots.  None is taken for the other.


def test_signature_is_for_this_purpose_alone() -> None:
    """A signature over the same line for a record or a root is none over a marker, and the other way round."""
    line = format_marker(VERSION)
    for namespace in (RECORD_NAMESPACE, ROOT_NAMESPACE):
        with pytest.raises(SignatureError, match="another purpose"):
            parse_marker(line + b"\n" + sshsig.sign(KEY, namespace, line))
        with pytest.raises(SignatureError, match="another purpose"):
            sshsig.verify(sign_marker(VERSION, KEY).partition(b"\n")[2], namespace, line)


@pytest.mark.parametrize("marker", [VERSION, ARCHIVE, ROOT, STAMP])
def test_what_is_signed_is_no_checkpoint(marker: Marker) -> None:
    """The bytes that a log key signs for a marker are no text of a note, nor is the line a checkpoint."""
    line = format_marker(marker)
    signed = signed_data(NAMESPACE, line)
    assert b"\0" in signed
    assert not signed.endswith(b"\n")
    for text in (line, line + b"\n", signed, signed + b"\n"):
        with pytest.raises(IntegrityError):
            parse_checkpoint(text)
    with pytest.raises(IntegrityError):
        parse_note(sign_marker(marker, KEY))


def test_checkpoint_is_no_marker() -> None:
    """A signed checkpoint is no marker, whatever its origin is called."""
    for origin in ("press.example.org/archive", "muniment-unfinished/2"):
        data = sign_checkpoint(Checkpoint(origin, 5, bytes(32), NEWEST), KEY.public.raw, KEY.sign)
        with pytest.raises(IntegrityError):
            parse_marker(data)
        text = format_checkpoint(Checkpoint(origin, 5, bytes(32), NEWEST))
        assert not text.startswith(b"SSHSIG")
