"""Tests of ``muniment.marker``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from muniment.canonical import format_canonical, parse_canonical
from muniment.errors import CanonicalError, FormatError, StoreError
from muniment.marker import UNFINISHED, Marker, format_marker, parse_marker, read_marker
from muniment.store import MemoryStore

VERSION = Marker(5, "harbour", 2, "releases/harbour", ("releases/harbour/v2/inventory.json", "log/checkpoints/5"))
ARCHIVE = Marker(1, None, None, None, ("README.txt", "trust/root/1.json"))
ROOT = Marker(5, None, None, None, ("trust/authorities/clock.pem", "trust/root/2.json", "log/checkpoints/5"))
STAMP = Marker(5, None, None, None, ("log/timestamps/4.1.tsq", "log/timestamps/4.1.tsr"))


@pytest.mark.parametrize("marker", [VERSION, ARCHIVE, ROOT, STAMP, replace(VERSION, files=())])
def test_format_and_parse_are_a_pair(marker: Marker) -> None:
    """A marker is read back as the same value."""
    assert parse_marker(format_marker(marker)) == marker
    assert read_marker(MemoryStore({UNFINISHED: format_marker(marker)})) == marker


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


@pytest.mark.parametrize("files", [(), ("README.txt",), (*ROOT.files, *STAMP.files), ("trust/root/02.json",)])
def test_marker_of_nothing_that_is_added(files: tuple[str, ...]) -> None:
    """Once there is an archive, a marker is that of a version, of one trust root or of one time stamp."""
    with pytest.raises(FormatError, match="neither a version, a trust root nor a time stamp"):
        parse_marker(format_marker(replace(ROOT, files=files)))


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
        {"files": "README.txt"},
        {"files": [1]},
        {"files": None},
        {"format": "muniment-unfinished/2"},
        {"more": 1},
    ],
)
def test_members_are_what_a_writer_leaves(change: dict[str, Any]) -> None:
    """A marker with a member of another type, one too many, or a target in part is refused."""
    value = parse_canonical(format_marker(VERSION))
    assert isinstance(value, dict)
    with pytest.raises(FormatError, match=r"^unfinished\.json: not the marker of an unfinished write"):
        parse_marker(format_canonical(value | change))


@pytest.mark.parametrize("data", [b"[]", b"1", b'"size"', b"{}", b"null"])
def test_other_json(data: bytes) -> None:
    """JSON that is no marker is refused."""
    with pytest.raises(FormatError):
        parse_marker(data)


def test_no_json() -> None:
    """A marker that was cut short or written in another layout is refused."""
    for data in (b"", format_marker(VERSION)[:-1], format_marker(VERSION) + b"\n"):
        with pytest.raises(CanonicalError, match=r"^unfinished\.json"):
            parse_marker(data)


@pytest.mark.parametrize("release", ["con", "v1", "..", ""])
def test_release_is_fit(release: str) -> None:
    """A marker for a release that no folder can be named after is refused."""
    with pytest.raises(FormatError, match=r"^unfinished\.json: "):
        parse_marker(format_marker(replace(VERSION, release=release)))


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a//b", "", "a/./b", "c:\\x"])
def test_paths_stay_inside(path: str) -> None:
    """A path that leaves the archive is refused, also as the folder."""
    for marker in (replace(VERSION, files=(path,)), replace(VERSION, folder=path or "/")):
        with pytest.raises(StoreError):
            parse_marker(format_marker(marker))
        with pytest.raises(FormatError, match=r"^unfinished\.json"):
            read_marker(MemoryStore({UNFINISHED: format_marker(marker)}))
