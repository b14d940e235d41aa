"""A full disk at every act of every write: one clear error, nothing lost, nothing left, and later it succeeds."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.conftest import NOW, ORIGIN
from tests.write.syscalls import Disk, caught, expected_verdict, files_in, no_space, tree, watched, write_files
from tests.write.test_crash import WRITERS

from muniment.cli.app import guard
from muniment.store import LocalStore, MemoryStore
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys, create_archive
from muniment.write.recover import recover
from muniment.write.version import Keys

Write = Callable[[LocalStore], object]


def points(write: Write, files: dict[str, bytes], folder: Path, monkeypatch: pytest.MonkeyPatch, *, full: bool) -> int:
    """Fill the disk at every act of a write in turn; give how many points were tried."""
    complete = _undisturbed(write, files, folder / "undisturbed")
    signed = 0
    for stop_at in range(1000):
        root = folder / str(stop_at)
        write_files(files, root)
        before = tree(root)
        with watched(monkeypatch, Disk(stop_at, no_space, full=full)) as disk:
            error = caught(lambda: write(LocalStore(root)))  # noqa: B023 - called at once
        if error is not None and "signed, but not yet complete" in str(error):
            # The new checkpoint is signed, and there is no room to put it into its place.
            assert str(error).endswith("recovery completes it)")
            signed += 1
        elif error is not None:
            assert tree(root) == before, f"something is left at {stop_at}"
        if error is not None:
            assert "no space is left (free some space, then try again" in str(error)
            assert (error.exit_code, str(error).count("\n")) == (3, 0)
            write(LocalStore(root))
        assert tree(root) == complete, stop_at
        shutil.rmtree(root)
        if not disk.hit:
            break
    assert signed == (5 if full else 0)
    return stop_at


def _undisturbed(write: Write, files: dict[str, bytes], root: Path) -> dict[str, bytes | None]:
    """What a write makes; it is the same every time, since keys and clock are."""
    write_files(files, root)
    write(LocalStore(root, sync=False))
    report = verify_archive(LocalStore(root))
    assert (report.verdict, [finding.check for finding in report.findings]) == ("verified", [11])
    return tree(root)


@pytest.mark.parametrize("full", [False, True], ids=["for a moment", "until something is removed"])
@pytest.mark.parametrize("name", ["first add", "later add"])
def test_full_disk_while_adding(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    small_archive: MemoryStore,
    keys: Keys,
    name: str,
    full: bool,  # noqa: FBT001 - a case
) -> None:
    """An addition that the disk has no room for leaves every byte as it was, and succeeds once there is room."""
    tried = points(lambda store: WRITERS[name](store, keys), small_archive.files, tmp_path, monkeypatch, full=full)
    assert tried > 80


@pytest.mark.parametrize("full", [False, True], ids=["for a moment", "until something is removed"])
def test_full_disk_while_making_an_archive(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    founders: InitialKeys,
    full: bool,  # noqa: FBT001 - a case
) -> None:
    """An archive that the disk has no room for is not begun, and is made once there is room."""

    def make(store: LocalStore) -> object:
        return create_archive(store, founders, origin=ORIGIN, now=NOW)

    assert points(make, {}, tmp_path, monkeypatch, full=full) > 100


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of one mebibyte, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not shutil.which("mount") or os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip("this system lets nobody mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def _fill(path: Path) -> None:
    """Take all the room that is left."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass


@pytest.mark.parametrize("name", WRITERS)
def test_real_full_disk(
    small_disk: Path, small_archive: MemoryStore, keys: Keys, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """On a disk with less and less too little room the addition is refused in one line, until there is enough."""
    root, filler = small_disk / "archive", small_disk / "filler"
    write_files(small_archive.files, root)
    (root / ".lock").touch()
    before = tree(root)
    _fill(filler)
    refused = 0
    # Room is given one page of memory at a time, which is how such a disk counts.
    while code := guard(lambda: WRITERS[name](LocalStore(root), keys) and 0):
        said = capsys.readouterr().err
        assert (code, said.count("\n")) == (3, 1)
        assert "no space is left (free some space, then try again" in said
        assert tree(root) == before or "archive recover completes it" in said
        assert verify_archive(LocalStore(root)).verdict == expected_verdict(files_in(root))
        refused += 1
        os.truncate(filler, filler.stat().st_size - 4096)
        if "signed, but not yet complete" in said:
            recover(LocalStore(root))
            break
    assert refused >= 5
    assert len(verify_archive(LocalStore(root)).findings) == 1
