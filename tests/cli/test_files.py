"""Files that the user names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from muniment.errors import SourceError, UnavailableError
from muniment.files import read_file, write_file, write_private


def test_reads_links(tmp_path: Path) -> None:
    """A link that the user names is followed."""
    (tmp_path / "a").write_bytes(b"words")
    (tmp_path / "b").symlink_to("a")
    assert read_file(str(tmp_path / "b"), max_size=5) == b"words"
    with pytest.raises(SourceError, match="too large: expected at most 4 bytes, found 5 bytes"):
        read_file(str(tmp_path / "b"), max_size=4)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no devices here")
def test_devices() -> None:
    """A device is no file."""
    with pytest.raises(SourceError, match="found a device or socket"):
        read_file("/dev/null", max_size=5)


def test_impossible_path() -> None:
    """A path that no system takes is an error like others."""
    with pytest.raises(SourceError, match="it cannot be read"):
        read_file("a\0b", max_size=5)


def test_folder_that_the_system_refuses_to_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where opening a folder is an error of the system, as on Windows, it is said alike."""

    def refuse(*_: object) -> int:
        raise IsADirectoryError

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SourceError, match="found a folder"):
        read_file("folder", max_size=5)


def test_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be written whole is not there, and the one before is."""
    (tmp_path / "a").write_bytes(b"before")

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(UnavailableError, match="no space left on device"):
        write_file(tmp_path / "a", b"after", force=True)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


def test_private_files_are_written_once(tmp_path: Path) -> None:
    """A key is never overwritten."""
    write_private(tmp_path / "keys" / "a", b"one")
    with pytest.raises(UnavailableError, match="the key cannot be written"):
        write_private(tmp_path / "keys" / "a", b"two")
    assert (tmp_path / "keys" / "a").read_bytes() == b"one"
