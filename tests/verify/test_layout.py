"""Tests of ``muniment.verify.layout``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from muniment.errors import StoreError
from muniment.store import LocalStore, MemoryStore
from muniment.store.base import Node
from muniment.verify.layout import Walk, check_layout, walk
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
    assert dict(there.others) == {"link": "link", **({"pipe": "other"} if hasattr(os, "mkfifo") else {})}
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
    """What belongs is silent, all else is a failure; what a writer left was taken out before."""
    tally = Tally()
    check_layout(tally, Walk(files, (), ()), {"known"})
    assert found(tally) == expected
    assert tally.passed[1] == (0 if expected else 1)


def test_others_and_empty_folders() -> None:
    """Links and other files fail even where they are expected; empty folders fail but for the one of a writer."""
    tally = Tally()
    others = (("known", "link"), ("pipe", "other"))
    check_layout(tally, Walk({}, others, (".tmp", "empty")), {"known"})
    assert found(tally) == [("known", False), ("pipe", False), ("empty", False)]
    assert "link" in tally.findings[0].what
    assert tally.findings[1].what == "not a regular file"
