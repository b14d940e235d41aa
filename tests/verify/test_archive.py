"""Tests of ``muniment.verify.archive``."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import NOTICE, NOW, ORIGIN
from tests.verify.forge import failed

from muniment.archive import open_archive
from muniment.archive.paths import UNFINISHED
from muniment.errors import NotAnArchiveError, UnresolvedReferenceError
from muniment.ingest import Source
from muniment.memory import Past
from muniment.ocfl.storage_root import HASHED
from muniment.reference import Reference, parse_reference
from muniment.store import MAX_FILE, LocalStore, MemoryStore
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_description, add_publication


def on_disk(files: dict[str, bytes], root: Path) -> LocalStore:
    """Write an archive to a folder."""
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return LocalStore(root)


DAMAGED = {
    "releases/harbour/v1/content/original.txt": b"other",
    "releases/tide/v1/content/record.json": b"{}",
    "log/checkpoints/2": b"x",
    "stray": b"x",
}


def test_report(small_archive: MemoryStore) -> None:
    """A report says what was checked: the archive, its root, the size and root of its log, and how much it read."""
    archive = open_archive(small_archive)
    report = verify_archive(small_archive, subject="the archive")
    assert (report.subject, report.origin, report.root) == ("the archive", ORIGIN, archive.roots[0].digest)
    assert (report.size, report.root_hash) == (4, archive.checkpoint.root)
    assert (report.counts.releases, report.counts.versions, report.counts.entries) == (2, 3, 4)
    assert report.counts.files == len(small_archive.files)
    assert report.counts.bytes == sum(map(len, small_archive.files.values()))
    assert report.passed[1] == len(small_archive.files) + 2
    assert {n: report.passed[n] for n in range(3, 10)} == dict.fromkeys(range(3, 10), 3)


def test_no_archive() -> None:
    """What is no archive cannot be checked."""
    with pytest.raises(NotAnArchiveError):
        verify_archive(MemoryStore())


def test_only(small_archive: MemoryStore) -> None:
    """One version is checked with what it stands on: the versions before it, the log, the trust roots."""
    digest = open_archive(small_archive).resolve(parse_reference("harbour/v1")).statement.record
    for text, versions in (("harbour/v1", 1), ("harbour/v2", 2), ("harbour", 2), ("tide", 1), (digest, 1)):
        report = verify_archive(small_archive, only=parse_reference(text))
        assert (report.verdict, report.counts.releases, report.counts.versions) == ("verified", 1, versions), text
        assert report.counts.entries == 4


def test_only_one_release(empty_archive: MemoryStore, keys: Keys) -> None:
    """A version alone names one where there is one release."""
    add_publication(empty_archive, keys, "harbour", Source(NOTICE, "h.txt", NOW), {}, Author(NOW))
    add_description(empty_archive, keys, "harbour", {"rights": "CC0-1.0"}, Author(NOW))
    assert verify_archive(empty_archive, only=Reference(version=1)).counts.versions == 1
    assert verify_archive(empty_archive, only=Reference(version=2)).counts.versions == 2


def test_only_sees_its_own_damage(small_archive: MemoryStore) -> None:
    """Damage in a release, or in a later version, does not fail the version that was asked for; its own does."""
    damaged = MemoryStore({**small_archive.files, "releases/harbour/v2/content/record.json": b"x"})
    assert verify_archive(damaged, only=parse_reference("tide")).verdict == "verified"
    assert verify_archive(damaged, only=parse_reference("harbour/v1")).verdict == "verified"
    assert verify_archive(damaged, only=parse_reference("harbour/v2")).verdict == "failed"


@pytest.mark.parametrize("text", ["pier", "harbour/v3", "v1", f"sha256:{'0' * 64}", "tide/v2"])
def test_unknown_reference(small_archive: MemoryStore, text: str) -> None:
    """A reference that names no version is refused."""
    with pytest.raises(UnresolvedReferenceError, match="names no version here"):
        verify_archive(small_archive, only=parse_reference(text))


def test_unknown_reference_in_a_damaged_log(small_archive: MemoryStore) -> None:
    """Where the log is damaged it is the damage that is told, not that the reference names nothing."""
    for path in ("log/tile/entries/000.p/4", "log/checkpoint"):
        files = {name: data for name, data in small_archive.files.items() if not name.startswith("log/checkpoints/")}
        damaged = MemoryStore({**files, path: b"x"})
        for text in ("harbour/v1", f"sha256:{'0' * 64}", "v1"):
            report = verify_archive(damaged, only=parse_reference(text))
            assert report.verdict == "failed"
            assert path in {finding.subject for finding in report.failures}


def test_pinned_root(small_archive: MemoryStore) -> None:
    """With the right root pinned nothing is left to notice; with another one the report has failed."""
    digest = open_archive(small_archive).roots[0].digest.removeprefix("sha256:")
    right = verify_archive(small_archive, pinned_root=digest)
    assert (right.verdict, right.findings) == ("verified", ())
    wrong = verify_archive(small_archive, pinned_root="0" * 64)
    assert (wrong.verdict, [finding.check for finding in wrong.failures]) == ("failed", [11])


@pytest.fixture(autouse=True)
def sharing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even a small archive be shared between processes."""
    monkeypatch.setattr("muniment.verify.archive.WORTH_SHARING", 2)


@pytest.mark.parametrize("damage", [{}, DAMAGED], ids=["sound", "damaged"])
def test_jobs_change_nothing(small_archive: MemoryStore, damage: dict[str, bytes]) -> None:
    """The report of two processes is that of one."""
    store = MemoryStore({**small_archive.files, **damage})
    assert verify_archive(store, jobs=2) == verify_archive(store, jobs=1)


@pytest.mark.parametrize("damage", [{}, DAMAGED], ids=["sound", "damaged"])
def test_store_changes_nothing(small_archive: MemoryStore, tmp_path: Path, damage: dict[str, bytes]) -> None:
    """The report on a folder is that on the same files in memory, with one process or two."""
    files = {**small_archive.files, **damage}
    store = on_disk(files, tmp_path)
    assert verify_archive(store) == verify_archive(MemoryStore(files))
    assert verify_archive(store, jobs=2) == verify_archive(MemoryStore(files))


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress(small_archive: MemoryStore, jobs: int) -> None:
    """Progress is told after each release."""
    told: list[tuple[int, int]] = []
    verify_archive(small_archive, jobs=jobs, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_hashed_layout(founders: InitialKeys, keys: Keys) -> None:
    """An archive in the hashed layout is made, read, grown and verified like any other."""
    store = MemoryStore()
    create_archive(store, founders, origin=ORIGIN, now=NOW, layout=HASHED)
    for data in (NOTICE, NOTICE + b"\n3. New.\n"):
        add_publication(store, keys, "harbour", Source(data, "h.txt", NOW), {}, Author(NOW))
    archive = open_archive(store)
    assert archive.read_original(archive.read(parse_reference("harbour/v1"))) == NOTICE
    report = verify_archive(store)
    assert (report.verdict, report.counts.versions, len(report.findings)) == ("verified", 2, 1)
    path = f"{archive.object_folder('harbour')}/v1/content/original.txt"
    assert failed(MemoryStore({**store.files, path: b"x"})) == {2: {path}, 6: {path}}


def test_damaged_layout_declaration(small_archive: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """Without its declaration a layout is told from where the releases lie, and only the declaration fails."""
    hashed = MemoryStore()
    create_archive(hashed, founders, origin=ORIGIN, now=NOW, layout=HASHED)
    path = "releases/ocfl_layout.json"
    assert failed(MemoryStore({**hashed.files, path: b"x"})) == {2: {path}}
    add_publication(hashed, keys, "harbour", Source(NOTICE, "h.txt", NOW), {}, Author(NOW))
    for store in (small_archive, hashed):
        assert failed(MemoryStore({**store.files, path: b"x"})) == {2: {path}}


def test_nothing_to_trust(small_archive: MemoryStore) -> None:
    """Without a trust root that can be read nothing else can be checked, and the report says so."""
    report = verify_archive(MemoryStore({**small_archive.files, "trust/root/1.json": b"x"}))
    assert (report.verdict, report.origin, report.root, report.size) == ("failed", None, None, None)
    assert {finding.check for finding in report.failures} == {11}


def test_log_key_that_is_none(small_archive: MemoryStore) -> None:
    """A root whose log key is malformed fails check 11, and the log has no key to be checked with."""
    path = "trust/root/1.json"
    data = small_archive.read(path)
    at = data.index(b"+", data.index(b'"vkey"')) + 1
    broken = data[:at] + (b"0" if data[at : at + 1] != b"0" else b"1") + data[at + 1 :]
    found = failed(MemoryStore({**small_archive.files, path: broken}))
    assert path in {subject[: len(path)] for subject in found[11]}
    assert found[10] == {"log/checkpoint"}


def test_marker_that_cannot_be_read(small_archive: MemoryStore) -> None:
    """A marker that is none is named; it is no excuse for anything."""
    assert failed(MemoryStore({**small_archive.files, UNFINISHED: b"{}"})) == {1: {UNFINISHED}}


def test_unreadable_log_accuses_no_release(small_archive: MemoryStore) -> None:
    """Where the entries cannot be read nobody can say what belongs below ``releases/``, so nothing there is accused."""
    files = {**small_archive.files, "log/tile/entries/000.p/4": b"\xff", "stray": b"x"}
    found = failed(MemoryStore(files))
    assert found[1] == {"stray"}
    assert not any(subject.startswith("releases/") for subjects in found.values() for subject in subjects)


class Watched(MemoryStore):
    """Knows whether its log was read."""

    entries_read = False

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """Note that an entry bundle was read."""
        self.entries_read = self.entries_read or path.startswith("log/tile/entries/")
        return super().read(path, max_size=max_size)


def test_memory_is_asked_before_the_log_is_read(small_archive: MemoryStore) -> None:
    """What another process has seen since the log was read cannot look like a rollback."""
    store = Watched(small_archive.files)
    asked: list[tuple[str, bool]] = []

    def recall(origin: str) -> None:
        asked.append((origin, store.entries_read))

    report = verify_archive(store, past=Past(recall))

    assert asked == [("press.example.org/archive", False)]
    assert report.verdict == "verified"
