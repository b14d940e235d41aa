"""Tests of ``muniment.archive`` and of ``muniment.archive.opening``, on which it stands."""

from __future__ import annotations

import pytest
from tests.conftest import NOTICE, NOW, ORIGIN

from muniment.archive import open_archive
from muniment.archive.opening import NAMASTE
from muniment.archive.paths import CHECKPOINT, UNFINISHED
from muniment.errors import (
    IntegrityError,
    NotAnArchiveError,
    NotFoundError,
    StoreError,
    UnfinishedError,
    UnresolvedReferenceError,
)
from muniment.ingest import Source
from muniment.ocfl.storage_root import HASHED
from muniment.reference import Reference, parse_reference
from muniment.store import FaultyStore, MemoryStore
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_publication


def test_open(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """An opened archive knows its origin, its roots, its log keys, and where each release lies."""
    archive = open_archive(small_archive)
    assert archive.origin == ORIGIN
    assert [root.version for root in archive.chain] == [1]
    assert [verifier.public for verifier in archive.log_verifiers] == [founders.log.public.raw]
    assert archive.checkpoint.size == 4
    assert archive.object_id("harbour") == "tag:press.example.org,2026:harbour"
    assert archive.object_folder("harbour") == "releases/harbour"


def test_versions(small_archive: MemoryStore) -> None:
    """Versions come by release in order of first addition, oldest first, each with its place in the log."""
    archive = open_archive(small_archive)
    found = {
        release: [(e.index, e.statement.version) for e in entries] for release, entries in archive.versions.items()
    }
    assert found == {"harbour": [(1, 1), (2, 2)], "tide": [(3, 1)]}
    assert [said.name for said in archive.statements] == ["trust root 1", "harbour/v1", "harbour/v2", "tide/v1"]


def test_resolve(small_archive: MemoryStore) -> None:
    """A release names its newest version; a version and a digest name one for good."""
    archive = open_archive(small_archive)
    digest = archive.resolve(parse_reference("harbour/v1")).statement.record
    for text, index in (("harbour", 2), ("harbour/v1", 1), ("harbour/v2#p1", 2), ("tide", 3), (digest, 1)):
        assert archive.resolve(parse_reference(text)).index == index


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("pier", "there is no release pier (name a release that is there)"),
        ("harbour/v3", "harbour has no version v3: expected v1 to v2"),
        ("tide/v2", "tide has no version v2: expected v1"),
        ("v1", "v1 could be of any of 2 releases (say harbour/v1, tide/v1, …)"),
        (
            f"sha256:{'0' * 64}",
            f"no record here has the digest sha256:{'0' * 64} (compare the digests of the versions that are there)",
        ),
    ],
)
def test_unresolved(small_archive: MemoryStore, text: str, line: str) -> None:
    """A reference that names nothing, or more than one thing, is refused with what there is."""
    with pytest.raises(UnresolvedReferenceError) as caught:
        open_archive(small_archive).resolve(parse_reference(text))
    assert str(caught.value) == line


def test_version_alone(empty_archive: MemoryStore, keys: Keys) -> None:
    """A version without a release names one where there is one release, and says so where there is none."""
    with pytest.raises(UnresolvedReferenceError, match="the archive holds no release yet"):
        open_archive(empty_archive).resolve(Reference(version=1))
    add_publication(empty_archive, keys, "harbour", Source(NOTICE, "h.txt", NOW), {}, Author(NOW))
    assert open_archive(empty_archive).resolve(Reference(version=1)).statement.name == "harbour/v1"


def test_read(small_archive: MemoryStore) -> None:
    """A version is read with its entry, its bytes and its signature, and its paragraphs by id."""
    version = open_archive(small_archive).read(parse_reference("harbour/v2"))
    assert version.index == 2
    assert version.record.description.subjects == ("harbours",)
    assert small_archive.read("releases/harbour/v2/content/record.json") == version.record_bytes
    assert small_archive.read("releases/harbour/v2/content/record.json.sig") == version.signature
    assert version.paragraph("p2").text == "It opens on Monday."
    with pytest.raises(UnresolvedReferenceError) as caught:
        version.paragraph("p3")
    assert (
        str(caught.value) == "harbour/v2 has no paragraph p3: expected one of h1 to p2 (name a paragraph of harbour/v2)"
    )


def test_read_original(small_archive: MemoryStore) -> None:
    """A version that did not bring its original finds it in the version that did."""
    archive = open_archive(small_archive)
    for text in ("harbour/v1", "harbour/v2"):
        assert archive.read_original(archive.read(parse_reference(text))) == NOTICE


@pytest.mark.parametrize("name", ["record.json", "original.txt"])
def test_changed_files_are_not_given_out(small_archive: MemoryStore, name: str) -> None:
    """A record or an original that was changed is refused, and the error names it and both digests."""
    path = f"releases/harbour/v1/content/{name}"
    archive = open_archive(MemoryStore({**small_archive.files, path: small_archive.read(path) + b" "}))
    with pytest.raises(IntegrityError) as caught:
        archive.read_original(archive.read(parse_reference("harbour/v1")))
    assert caught.value.where == path
    assert caught.value.expected.startswith("sha256:")
    assert caught.value.found != caught.value.expected


def test_no_archive(small_archive: MemoryStore) -> None:
    """A folder without the tag, or with the tag of another format, is no archive."""
    name, _ = NAMASTE
    without = {path: data for path, data in small_archive.files.items() if path != name}
    for files in ({}, without):
        with pytest.raises(NotAnArchiveError, match=r"^here: not an archive: expected a file 0=muniment_archive_1"):
            open_archive(MemoryStore(files), where="here")
    with pytest.raises(NotAnArchiveError, match="not an archive of this format"):
        open_archive(MemoryStore({**without, name: b"muniment_archive_2\n"}))


def test_archive_that_was_never_finished(founders: InitialKeys) -> None:
    """An archive whose making was interrupted says so; one whose checkpoint was lost names the checkpoint."""
    store = MemoryStore()
    with pytest.raises(StoreError):
        create_archive(FaultyStore(store, stop_after=9), founders, origin=ORIGIN, now=NOW)
    with pytest.raises(UnfinishedError, match="was never finished"):
        open_archive(store)
    with pytest.raises(NotFoundError, match=CHECKPOINT):
        open_archive(MemoryStore({path: data for path, data in store.files.items() if path != UNFINISHED}))


def test_hashed_layout(founders: InitialKeys) -> None:
    """An archive in the hashed layout lies in folders by the hash of the object's identifier."""
    archive = create_archive(MemoryStore(), founders, origin=ORIGIN, now=NOW, layout=HASHED)
    assert archive.object_folder("harbour").startswith("releases/")
    assert archive.object_folder("harbour").endswith("/tag%3apress%2eexample%2eorg%2c2026%3aharbour")


def test_what_was_judged_is_read_again(small_archive: MemoryStore) -> None:
    """Read once more, a version is the same value; with another byte in a file, or none of it, it is an error."""
    archive = open_archive(small_archive)
    for entries in archive.versions.values():
        for entry in entries:
            assert archive.read_judged(entry) == archive.read_entry(entry)
    entry = archive.history("harbour")[1]
    for name in ("record.json", "record.json.sig"):
        (path,) = [one for one in small_archive.files if one.endswith(f"harbour/v2/content/{name}")]
        whole = small_archive.files[path]
        for place in range(0, len(whole), 7):
            small_archive._files[path] = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
            with pytest.raises(IntegrityError):
                archive.read_judged(entry)
        del small_archive._files[path]
        with pytest.raises(IntegrityError):
            archive.read_judged(entry)
        small_archive._files[path] = whole
    assert archive.read_judged(entry).record.version == 2
