"""Nothing is hidden: every changed, missing, added or replaced file of a small archive is found and named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from tests.conftest import NOW, ORIGIN

from muniment import ed25519
from muniment.errors import UnavailableError
from muniment.store import LocalStore, MemoryStore
from muniment.verify.archive import verify_archive
from muniment.verify.report import Report
from muniment.write.create import InitialKeys, create_archive

TAG = "0=muniment_archive_1"


def verdict_of(files: dict[str, bytes]) -> Report | None:
    """Verify an archive given as files; None where it is no archive any more, which the command reports as exit 3."""
    try:
        return verify_archive(MemoryStore(files))
    except UnavailableError:
        return None


def named(report: Report, path: str) -> bool:
    """Whether a failure names the file."""
    return any(path == finding.subject or path in finding.subject for finding in report.failures)


def misses(files: dict[str, bytes], path: str, changed: Iterator[bytes]) -> list[str]:
    """Give every change of one file that verification did not find, or did not name the file for."""
    missed = []
    for number, data in enumerate(changed):
        report = verdict_of({**files, path: data})
        if report is None and path == TAG:
            continue
        if report is None or report.verdict != "failed" or not named(report, path):
            missed.append(f"{path} change {number}: {report and report.failures}")
    return missed


def each_byte(data: bytes) -> Iterator[bytes]:
    """Change every byte once: to another letter, digit or hexadecimal digit where it can be, else by one bit."""
    for at, byte in enumerate(data):
        other = byte ^ (0x02 if at % 2 else 0x01)
        yield data[:at] + bytes([other]) + data[at + 1 :]


def _changed_bytes(task: tuple[dict[str, bytes], str]) -> tuple[int, list[str]]:
    files, path = task
    return len(files[path]), misses(files, path, each_byte(files[path]))


def _remember_signatures() -> None:
    """Check each signature once in this process: all but one of them are those of the change before."""
    ed25519.verify = cache(ed25519.verify)


def test_every_byte_changed(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Every single byte of every file, changed once, makes verify fail and name the file.

    What ``init`` writes for people and programs, two thirds of all bytes, is changed in an archive that has it alone.
    """
    files, bare = dict(small_archive.files), MemoryStore()
    create_archive(bare, founders, origin=ORIGIN, now=NOW)
    alone = {path: data for path, data in bare.files.items() if path.startswith("schemas/") or path == "README.txt"}
    assert alone.items() <= files.items()
    ordered = sorted(files, key=lambda path: -len(files[path]))
    tasks = [(bare.files if path in alone else files, path) for path in ordered]

    with ProcessPoolExecutor(os.cpu_count(), initializer=_remember_signatures) as pool:
        results = list(pool.map(_changed_bytes, tasks))

    assert [missed for _, found in results for missed in found] == []
    assert sum(count for count, _ in results) == sum(map(len, files.values()))


def test_every_file_deleted_emptied_cut_and_extended(small_archive: MemoryStore) -> None:
    """Every file deleted, emptied, cut by its last byte or made longer by one is found and named."""
    files = dict(small_archive.files)
    missed = []

    for path, data in files.items():
        missed += misses(files, path, iter([b"", data[:-1], data + b"\n", data + b"x"]))
        without = {other: files[other] for other in files if other != path}
        report = verdict_of(without)
        if path != TAG and (report is None or report.verdict != "failed" or not named(report, path)):
            missed.append(f"{path} deleted")

    assert missed == []


def test_stray_file_in_every_folder(small_archive: MemoryStore) -> None:
    """A file added in any folder is found and named."""
    files = dict(small_archive.files)
    folders = {""} | {str(parent) for path in files for parent in Path(path).parents if str(parent) != "."}

    for folder in folders:
        for name in ("stray.txt", "v3", ".hidden", "inventory.json.sha256"):
            path = f"{folder}/{name}" if folder else name
            report = verdict_of({**files, path: b"stray"})
            assert report is not None
            assert report.verdict == "failed", path
            assert named(report, path), path


def _write(root: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


@pytest.mark.parametrize("kind", ["symlink", "hard link", "folder", "fifo"])
def test_every_file_replaced_by_something_else(small_archive: MemoryStore, tmp_path: Path, kind: str) -> None:
    """A symbolic link to the very same bytes, a folder or a FIFO fails, by its name; of a hard link a notice tells."""
    files, root, aside = dict(small_archive.files), tmp_path / "archive", tmp_path / "aside"
    _write(root, files)
    if kind == "fifo" and not hasattr(os, "mkfifo"):
        pytest.skip("this system has no FIFOs")

    for path, data in files.items():
        place = root / path
        place.unlink()
        aside.write_bytes(data)
        match kind:
            case "symlink":
                place.symlink_to(aside)
            case "hard link":
                place.hardlink_to(aside)
            case "folder":
                place.mkdir()
            case _:
                os.mkfifo(place)
        report = _verdict_on_disk(root)
        if kind == "hard link":
            assert report is not None, path
            assert report.verdict == "verified", path
            assert [finding.subject for finding in report.findings if "hard-linked" in finding.what] == [path]
        else:
            assert path == TAG or (report is not None and named(report, path)), path
            assert report is None or report.verdict != "verified", path
        place.rmdir() if kind == "folder" else place.unlink()
        place.write_bytes(data)
    assert verify_archive(LocalStore(root)).verdict == "verified"


def _verdict_on_disk(root: Path) -> Report | None:
    try:
        return verify_archive(LocalStore(root))
    except UnavailableError:
        return None


def test_empty_folder(small_archive: MemoryStore, tmp_path: Path) -> None:
    """An empty folder anywhere is found, since OCFL forbids it and none belongs here."""
    _write(tmp_path, dict(small_archive.files))
    for folder in ("x", "releases/x", "releases/tide/v1/content/x", "log/tile/9", "trust/x"):
        (tmp_path / folder).mkdir()
        report = verify_archive(LocalStore(tmp_path))
        assert [finding.subject for finding in report.failures] == [folder]
        (tmp_path / folder).rmdir()


def test_untouched(small_archive: MemoryStore) -> None:
    """The untouched archive verifies, with one notice: that the trust root was compared with nothing."""
    report = verify_archive(small_archive)

    assert report.verdict == "verified"
    assert [finding.check for finding in report.findings] == [11]
    assert report.failures == ()
    assert (report.counts.releases, report.counts.versions, report.counts.entries) == (2, 3, 4)
