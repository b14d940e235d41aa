"""Tests of ``muniment.verify.layout``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from muniment.errors import StoreError
from muniment.store import LocalStore, MemoryStore
from muniment.store.interface import Node
from muniment.verify.layout import Other, Walk, check_layout, walk
from muniment.verify.report import Tally


def found(tally: Tally) -> list[tuple[str, bool]]:
    """Subject of each finding, and whether it is a notice."""
    return [(finding.subject, finding.ok) for finding in tally.findings]


def test_walk(tmp_path: Path) -> None:
    """Every file with its size, every empty folder, and whatever else there is are listed; no link is followed."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(b"1")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
    tally = Tally()
    there = walk(tally, LocalStore(tmp_path))
    assert there.files == {"a/one": 1}
    assert {other.path: other.kind for other in there.others} == {
        "link": "link",
        **({"pipe": "other"} if hasattr(os, "mkfifo") else {}),
    }
    assert sorted(there.empty) == ["a/b", "empty"]
    assert tally.findings == []


def test_empty_root() -> None:
    """An empty store is no empty folder inside an archive."""
    assert walk(Tally(), MemoryStore()) == Walk({}, (), ())


def test_folder_that_cannot_be_listed() -> None:
    """A folder that cannot be listed is named, and the others are still listed."""

    class Closed(MemoryStore):
        def list(self, path: str = "") -> tuple[Node, ...]:
            if path == "closed":
                raise StoreError("permission denied", where=path)
            return super().list(path)

    tally = Tally()
    assert walk(tally, Closed({"closed/x": b"", "open/y": b"12"})).files == {"open/y": 2}
    assert [(f.check, f.subject, f.readable) for f in tally.findings] == [(1, "closed", False)]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"known": 1}, []),
        ({".lock": 0}, []),
        ({".lock": 1}, [(".lock", False)]),
        ({"a/.lock": 0}, [("a/.lock", False)]),
        ({".tmp/0123": 1}, [(".tmp/0123", False)]),
        ({".tmpx": 1}, [(".tmpx", False)]),
        ({"stray": 1}, [("stray", False)]),
    ],
)
def test_files(files: dict[str, int], expected: list[tuple[str, bool]]) -> None:
    """What belongs is silent and counted, but for the lock, which a copy has not; all else is a failure."""
    tally = Tally()
    check_layout(tally, Walk(files, (), ()), {"known"})
    assert found(tally) == expected
    assert tally.passed[1] == ("known" in files)


def test_others_and_empty_folders() -> None:
    """Links and other files fail even where they are expected; empty folders fail but for the one of a writer."""
    tally = Tally()
    others = (Other("known", "link", ""), Other("pipe", "other", ""))
    check_layout(tally, Walk({}, others, (".tmp", "empty")), {"known"})
    assert found(tally) == [("empty", False), ("known", False), ("pipe", False)]
    assert "link" in tally.findings[1].what
    assert tally.findings[2].what == "not a regular file"


LITTER = [
    *(".DS_Store", "log/.DS_Store", "Thumbs.db", "desktop.ini", "releases/._x", ".nfs000000000012", "@eaDir/a/b"),
    *("Icon\r", ".directory", "~$notice.docx"),
]


@pytest.mark.parametrize("path", LITTER)
def test_litter(path: str) -> None:
    """What desktops and sync tools leave is named and counted, and is no failure; inside ``content`` it is one."""
    tally = Tally()
    check_layout(tally, Walk({path: 1}, (), ()), set())
    assert [finding.ok for finding in tally.findings] == [True]
    assert tally.findings[0].subject == path or path.startswith(f"{tally.findings[0].subject}/")
    inside = Tally()
    check_layout(inside, Walk({f"releases/a/v1/content/{path}": 1}, (), ()), set())
    assert [finding.ok for finding in inside.findings] == [False]


@pytest.mark.parametrize(
    ("path", "size"),
    [("lost+found/Corrected.html", 1), (".Trashes/501/notice.pdf", 9), ("@eaDir/a/b", 1), (".DS_Store", 10**6)],
)
def test_document_among_litter(path: str, size: int) -> None:
    """What may be a document among litter has a notice of its own, with its path and its size."""
    tally = Tally()
    check_layout(tally, Walk({path: size, "log/.DS_Store": 6148}, (), ()), set())
    [of_document] = [finding for finding in tally.findings if finding.subject == path]
    assert of_document.ok
    assert of_document.what.endswith(f"; nothing vouches for these {size:,} bytes")
    assert len(tally.findings) == 2


CONFLICTS = ["record (conflicted copy 2026-01-01).json", "1.sync-conflict-20260101-101010-ABCDEFG.json", "record.json~"]


@pytest.mark.parametrize("name", CONFLICTS)
def test_conflicted_copies(name: str) -> None:
    """A copy that a tool made of a file of the archive is a failure, and is called what it is."""
    tally = Tally()
    check_layout(tally, Walk({f"trust/{name}": 1}, (), ()), set())
    assert [(finding.ok, ": " in finding.what) for finding in tally.findings] == [(False, True)]


def test_odd_names(tmp_path: Path) -> None:
    """Regular files with names that no path can hold are called what they are, and never *not a regular file*."""
    (tmp_path / "README.txt:Zone.Identifier").write_bytes(b"")
    (tmp_path / "a:b").write_bytes(b"")
    (tmp_path / "a\\b").mkdir()
    (tmp_path / os.fsdecode(b"\xff.txt")).write_bytes(b"")
    tally = Tally()
    check_layout(tally, walk(tally, LocalStore(tmp_path)), set())
    told = {finding.subject: finding.what for finding in tally.findings}
    assert len(told) == 4
    assert all("not a regular file" not in what for what in told.values())
    assert "stream" in told["README.txt:Zone.Identifier"]
    assert "UTF-8" in told["\\xff.txt"]


def test_hard_links(tmp_path: Path) -> None:
    """Files that have other names too are read, and one notice says what that means."""
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(b"x")
        (tmp_path / f"{name}.other").hardlink_to(tmp_path / name)
    tally = Tally()
    check_layout(tally, walk(tally, LocalStore(tmp_path)), {"one", "two", "one.other", "two.other"})
    assert [(finding.ok, "4 files are hard-linked" in finding.what) for finding in tally.findings] == [(True, True)]
