"""Tests of ``muniment.verify.release`` and of ``muniment.verify.release``: which file of a release is blamed."""

from __future__ import annotations

import pytest
from tests.attacks.markers import stopped
from tests.conftest import NOTICE, NOW
from tests.verify.forge import failed, pieces, rebuilt, signed

from muniment.archive.paths import UNFINISHED
from muniment.errors import StoreError
from muniment.ingest import Source
from muniment.ocfl.inventory import format_sidecar
from muniment.store import MemoryStore
from muniment.store.interface import MAX_FILE, Node
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys
from muniment.write.version import Author, Keys, add_publication

HARBOUR = "releases/harbour"


@pytest.mark.parametrize("damage", [b"", b"{}", None])
def test_damaged_record_blames_nothing_else(small_archive: MemoryStore, damage: bytes | None) -> None:
    """A record that cannot be read is blamed itself; its original and the versions after it are not."""
    path = f"{HARBOUR}/v1/content/record.json"
    files = {name: data for name, data in small_archive.files.items() if name != path}
    found = failed(MemoryStore(files if damage is None else {**files, path: damage}))
    assert {subject for subjects in found.values() for subject in subjects} <= {path, f"{path}.sig"}
    assert path in found[2]


def test_damaged_record_and_missing_original(small_archive: MemoryStore) -> None:
    """Where record and original are both damaged, both are named."""
    record, original = f"{HARBOUR}/v1/content/record.json", f"{HARBOUR}/v1/content/original.txt"
    found = failed(MemoryStore({**small_archive.files, record: b"", original: b"other"}))
    assert {record} <= found[2]
    assert original in found[1]


class Unreadable(MemoryStore):
    """A store in which one file, or one folder, cannot be read."""

    path = ""

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """Read any other file."""
        if path == self.path:
            raise StoreError("cannot be read", where=path)
        return super().read(path, max_size=max_size)

    def list(self, path: str = "") -> tuple[Node, ...]:
        """List any other folder."""
        if path == self.path:
            raise StoreError("cannot be read", where=path)
        return super().list(path)


def test_unreadable_files_are_not_failures(small_archive: MemoryStore) -> None:
    """Whichever file is there and cannot be read, it is named, and never is the verdict "verified"."""
    for path in small_archive.files:
        if path == "0=muniment_archive_1":
            continue
        store = Unreadable(small_archive.files)
        store.path = path
        report = verify_archive(store)
        assert report.verdict != "verified", path
        assert any(path in finding.subject for finding in report.failures), path
        if path.endswith((".sig", "original.txt", "sha512", "inventory.json", ".txt")) and not path.startswith(
            "trust/"
        ):
            assert report.verdict == "unchecked", (path, report.failures)


def test_unreadable_folder(small_archive: MemoryStore) -> None:
    """A folder that cannot be listed is named."""
    for path in ("releases/harbour/v1/content", "releases/tide", "schemas"):
        store = Unreadable(small_archive.files)
        store.path = path
        report = verify_archive(store)
        assert (report.verdict, [finding.subject for finding in report.failures]) == ("unchecked", [path])


def test_declaration(small_archive: MemoryStore) -> None:
    """An object without its declaration, or with another one, is named."""
    path = f"{HARBOUR}/0=ocfl_object_1.1"
    assert failed(MemoryStore({**small_archive.files, path: b"ocfl_object_1.0\n"})) == {1: {path}}
    assert failed(MemoryStore({name: data for name, data in small_archive.files.items() if name != path})) == {
        1: {path}
    }


@pytest.mark.parametrize("folder", [HARBOUR, f"{HARBOUR}/v1", f"{HARBOUR}/v2"])
@pytest.mark.parametrize("change", ["inventory", "sidecar", "no sidecar", "no inventory", "both", "nonsense"])
def test_inventories(small_archive: MemoryStore, folder: str, change: str) -> None:
    """The one inventory or sidecar that was changed is the one that is named."""
    files = dict(small_archive.files)
    path, sidecar = f"{folder}/inventory.json", f"{folder}/inventory.json.sha512"
    altered = files[path].replace(b'"message": "publication', b'"message": "Publication')
    blamed = {path}
    match change:
        case "inventory":
            files[path] = altered
        case "sidecar":
            files[sidecar], blamed = format_sidecar(b""), {sidecar}
        case "no sidecar":
            blamed = {sidecar}
            del files[sidecar]
        case "no inventory":
            del files[path]
        case "both":
            files[path], files[sidecar] = altered, format_sidecar(altered)
        case _:
            files[path] = b"[]"
            files[sidecar], blamed = b"nonsense", {path, sidecar}
    assert failed(MemoryStore(files)) == {2: blamed}


def test_sidecar_that_is_none(small_archive: MemoryStore) -> None:
    """A sidecar that has no sidecar's form is named, and the inventory is believed."""
    sidecar = f"{HARBOUR}/inventory.json.sha512"
    assert failed(MemoryStore({**small_archive.files, sidecar: b"nonsense"})) == {2: {sidecar}}


def test_every_inventory_gone(small_archive: MemoryStore) -> None:
    """Without any inventory each one is named as missing, and the content is still checked by the log."""
    files = {path: data for path, data in small_archive.files.items() if not (HARBOUR in path and "inventory" in path)}
    found = failed(MemoryStore(files))
    assert set(found) == {2}
    assert len(found[2]) == 6


def test_content_that_no_inventory_lists(small_archive: MemoryStore) -> None:
    """A content file that the inventory does not list is named, where the inventory is sound in itself."""
    files = dict(small_archive.files)
    for folder in (HARBOUR, f"{HARBOUR}/v1", f"{HARBOUR}/v2"):
        for name in ("inventory.json", "inventory.json.sha512"):
            files[f"{folder}/{name}"] = small_archive.files[f"releases/tide/{name}"]
    found = failed(MemoryStore(files))
    content = f"{HARBOUR}/v1/content"
    assert {f"{content}/record.json", f"{content}/record.json.sig", f"{content}/original.txt"} <= found[2]
    assert all(not subject.startswith("releases/tide") for subject in found[2])


def test_inventory_under_way(small_archive: MemoryStore, keys: Keys) -> None:
    """While a version is being added its release's root inventory may be the promised one; no other inventory may."""
    root = [f"{HARBOUR}/inventory.json", f"{HARBOUR}/inventory.json.sha512"]
    for stop_after, ahead in ((6, []), (7, root[:1]), (8, root)):
        files = stopped(small_archive, keys, stop_after).files
        report = verify_archive(MemoryStore(files))
        assert report.verdict == "unfinished", report.failures
        assert [f.subject for f in report.findings if f.check == 2] == ahead
        bare = MemoryStore({path: data for path, data in files.items() if path != UNFINISHED})
        assert (2 in failed(bare)) == bool(ahead)
    version = {f"{HARBOUR}/v2/inventory.json": files[root[0]]}
    assert failed(MemoryStore({**files, **version}))[2]


def test_extractor_that_is_not_known(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A version whose extractor this software does not hold fails check 6 with a hint, and the others go on."""
    v1, v2, tide = pieces(small_archive)
    data = tide.data.replace(b'"name":"muniment-text","version":"2"', b'"name":"muniment-text","version":"9"')
    forged = rebuilt(small_archive, [v1, v2, signed(tide, founders.record, data=data)], founders.log)
    report = verify_archive(forged)
    assert [(f.check, f.subject) for f in report.failures] == [(6, "releases/tide/v1/content/original.txt")]
    assert "a newer muniment may hold it" in report.failures[0].hint


def test_reextraction_reads_the_original_again(empty_archive: MemoryStore, keys: Keys) -> None:
    """A version with other rules for an original that is stored already has its text compared by those rules."""
    for charset in ("iso-8859-5", "windows-1251", "iso-8859-5"):
        source = Source("Порт\n\n1. Закрыт.\n".encode("windows-1251"), "port.txt", NOW, charset=charset)
        add_publication(empty_archive, keys, "port", source, {}, Author(NOW))
    report = verify_archive(empty_archive)
    assert (report.verdict, report.counts.versions, report.passed[6]) == ("verified", 3, 3)


def test_original_missing_for_every_version(small_archive: MemoryStore) -> None:
    """A missing original is named once, where it should lie, however many versions refer to it."""
    path = f"{HARBOUR}/v1/content/original.txt"
    found = failed(MemoryStore({name: data for name, data in small_archive.files.items() if name != path}))
    assert found == {2: {path}}
    assert small_archive.read(path) == NOTICE
