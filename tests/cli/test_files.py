"""Files that the user names."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from muniment.errors import SourceError, UnavailableError
from muniment.files import read_file, write_file, write_private

Run: TypeAlias = Callable[..., Result]


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


WRITERS = [
    ("cite", "v1"),
    ("diff", "v1", "v2"),
    ("export", "v1"),
    ("prove", "v1#p1"),
    ("witness", "request"),
]
"""Every verb with ``-o``."""


@pytest.mark.parametrize("verb", WRITERS, ids=lambda verb: verb[0])
@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("/dev/full", "no space left on device"),
        ("nowhere/file", "no such file or directory"),
        ("notice.txt/file", "not a directory"),
        ("x" * 300, "file name too long"),
        ("pipe", "a pipe that nobody reads"),
    ],
    ids=["full", "no-folder", "in-a-file", "too-long", "pipe"],
)
def test_what_cannot_be_written(
    refused: Callable[..., str], work: Path, verb: tuple[str, ...], target: str, found: str
) -> None:
    """A target that is full, or can hold no file, is refused by each verb in the same words, and nothing is left."""
    os.mkfifo(work / "pipe")
    assert refused(*verb, "-o", target, code=3) == f"archive: {target}: it cannot be written: found {found}\n"


@pytest.mark.parametrize("verb", WRITERS, ids=lambda verb: verb[0])
@pytest.mark.parametrize("force", [(), ("--force",)], ids=["", "force"])
def test_a_device_stays(run: Run, work: Path, verb: tuple[str, ...], force: tuple[str, ...]) -> None:
    """What is written to a device or a pipe goes into it; nothing takes its place, with ``--force`` neither."""
    os.mkfifo(work / "pipe")
    reader = os.open(work / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 1 << 20)
    try:
        for target in ("/dev/null", "pipe"):
            assert run(*verb, "-o", target, *force).exit_code == 0
        assert len(os.read(reader, 1 << 20)) > 50
    finally:
        os.close(reader)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert stat.S_ISFIFO((work / "pipe").stat().st_mode)


def test_private_files_are_written_once(tmp_path: Path) -> None:
    """A key is never overwritten."""
    write_private(tmp_path / "keys" / "a", b"one")
    with pytest.raises(UnavailableError, match="the key cannot be written"):
        write_private(tmp_path / "keys" / "a", b"two")
    assert (tmp_path / "keys" / "a").read_bytes() == b"one"
