"""Tests of ``muniment.archive.proven_log``, and of ``muniment.archive.published``, which stands on it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from tests.verify.forge import roots, with_log

from muniment.archive import open_archive
from muniment.archive.published import prove_entry, published
from muniment.errors import FormatError, IntegrityError, NotFoundError, UnresolvedReferenceError
from muniment.log.merkle import prove_inclusion
from muniment.log.statement import LogEntry, Statement, VersionStatement, parse_statement
from muniment.reference import parse_reference
from muniment.store import MemoryStore
from muniment.write.create import InitialKeys


def test_history_is_what_statements_say(small_archive: MemoryStore) -> None:
    """The entries of one release are the same whether only they are parsed or all are; an unknown one has none."""
    archive = open_archive(small_archive)
    assert {release: archive.history(release) for release in archive.versions} == archive.versions
    assert archive.history("pier") == ()
    assert archive.history("harbou") == ()


def test_entries_of_other_roots(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A log that names another trust root than there is, by whoever has the log key, is not read: check 11."""
    (root,) = roots(small_archive)
    rest = open_archive(small_archive).statements[1:]
    forged = with_log(small_archive, [root, *rest, root], founders.log)
    with pytest.raises(FormatError, match=r"^FAILED 11 trust: trust/root: the log names other trust roots"):
        open_archive(forged).statements  # noqa: B018 - reading it is what fails


def test_version_logged_twice(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Where a log has two entries of one version, the first has the name, and the second is refused: check 9."""
    (root,) = roots(small_archive)
    rest = [said for said in open_archive(small_archive).statements[1:] if isinstance(said, VersionStatement)]
    forged = open_archive(with_log(small_archive, [root, *rest, rest[1]], founders.log))
    assert forged.read(parse_reference("harbour/v2")).index == 2
    with pytest.raises(IntegrityError, match=r"^FAILED 9 entry: log entry 4 \(harbour/v2\): does not continue"):
        forged.read_entry(LogEntry(4, rest[1]))


def test_published(small_archive: MemoryStore) -> None:
    """The checkpoint of each size is given as it is; of another size, or one put in its place, is not."""
    archive = open_archive(small_archive)
    for size in range(1, 5):
        assert published(archive, size) == small_archive.files[f"log/checkpoints/{size}"]
    for size in (0, 5):
        with pytest.raises(NotFoundError):
            published(archive, size)
    swapped = {**small_archive.files, "log/checkpoints/2": small_archive.files["log/checkpoints/3"]}
    with pytest.raises(IntegrityError, match=r"^FAILED 10 log: log/checkpoints/2: the log did not grow"):
        published(open_archive(MemoryStore(swapped)), 2)


def test_proof_with_a_damaged_tile(small_archive: MemoryStore) -> None:
    """A proof is made of the tiles: with a damaged one there is none (check 10), and reading goes on by the entries."""
    path = "log/tile/0/000.p/4"
    version = open_archive(small_archive).read(parse_reference("harbour/v2"))
    proof = prove_entry(open_archive(small_archive), version, 4)
    assert proof.hashes == prove_inclusion(open_archive(small_archive).leaves, version.index)
    for damaged in (bytes(128), small_archive.files[path][:-1]):
        archive = open_archive(MemoryStore({**small_archive.files, path: damaged}))
        with pytest.raises(IntegrityError) as caught:
            prove_entry(archive, archive.read(parse_reference("harbour/v2")), 4)
        assert caught.value.check == 10
        assert archive.root_at(3) == open_archive(small_archive).root_at(3)


def test_naming_parses_no_other_entry(small_archive: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever way a version is named, the entries of other releases are hashed and not parsed."""
    parsed: list[bytes] = []

    def counted(entry: bytes, *, where: str) -> Statement:
        parsed.append(entry)
        return parse_statement(entry, where=where)

    monkeypatch.setattr("muniment.archive.proven_log.parse_statement", counted)
    digest = open_archive(small_archive).statements[1:][0]
    assert isinstance(digest, VersionStatement)
    for name in ("harbour", "harbour/v1", "harbour/v2", digest.record):
        parsed.clear()
        archive = open_archive(small_archive)
        archive.read(parse_reference(name))
        assert archive.releases == ("harbour", "tide")
        assert [entry for entry in parsed if b'"release":"tide"' in entry] == []
        assert parsed


def test_names_that_begin_alike(small_archive: MemoryStore) -> None:
    """A release is named whole: the beginning, the end and a part of a name are no names."""
    archive = open_archive(small_archive)
    for name in ("harbou", "arbour", "harbour-x", "hide"):
        assert archive.history(name) == ()
        with pytest.raises(UnresolvedReferenceError, match="there is no release"):
            archive.resolve(parse_reference(name))
    with pytest.raises(UnresolvedReferenceError, match="v1 could be of any of 2 releases"):
        archive.resolve(parse_reference("v1"))
    with pytest.raises(UnresolvedReferenceError, match="no record here has the digest"):
        archive.resolve(parse_reference(f"sha256:{'0' * 64}"))


def test_a_hidden_newer_version_is_found(small_archive: MemoryStore) -> None:
    """An entry that was taken out of its bundle, or made another release's, is missed by the signed root (check 10)."""
    path = "log/tile/entries/000.p/4"
    hidden = small_archive.files[path].replace(b'"release":"harbour"', b'"release":"hidden1"')
    assert len(hidden) == len(small_archive.files[path])
    archive = open_archive(MemoryStore({**small_archive.files, path: hidden}))
    for name in ("harbour", "tide", "v1"):
        with pytest.raises(IntegrityError) as caught:
            archive.resolve(parse_reference(name))
        assert caught.value.check == 10


def test_any_byte_of_the_log(small_archive: MemoryStore) -> None:
    """With any byte of a bundle or a tile changed, a version that is named is the logged one, or nothing is given."""
    names = ("harbour/v1", "harbour/v2", "tide/v1")
    true = {name: open_archive(small_archive).resolve(parse_reference(name)) for name in names}
    for path in ("log/tile/entries/000.p/4", "log/tile/0/000.p/4"):
        data = small_archive.files[path]
        for at in range(len(data)):
            spoilt = {**small_archive.files, path: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}
            for name in names if path.startswith("log/tile/0") else (names[at % len(names)],):
                archive = open_archive(MemoryStore(spoilt))
                with suppress(IntegrityError):
                    assert archive.resolve(parse_reference(name)) == true[name]


def test_named_and_read_is_not_whole(small_archive: MemoryStore) -> None:
    """A version that is named by its number, its original too, is read without reading the log; a history reads it."""
    archive = open_archive(small_archive)
    for name in ("harbour/v1", "harbour/v2", "harbour"):
        version = archive.read(parse_reference(name))
        original = archive.read_original(version)
        assert not archive.is_whole
        assert original == archive.store.read("releases/harbour/v1/content/original.txt")
    assert len(archive.history("harbour")) == 2
    assert archive.is_whole


def test_original_that_was_replaced(small_archive: MemoryStore) -> None:
    """An original that is another, or gone, is refused: by the log it must lie in the version that brought it."""
    path = "releases/harbour/v1/content/original.txt"
    for files in (
        {**small_archive.files, path: b"other"},
        {name: data for name, data in small_archive.files.items() if name != path},
    ):
        archive = open_archive(MemoryStore(files))
        version = archive.read(parse_reference("harbour/v2"))
        with pytest.raises(IntegrityError) as caught:
            archive.read_original(version)
        assert (caught.value.check, caught.value.where) in {(6, path), (2, path)}


def test_what_a_writer_has_seen_is_what_a_reader_finds(small_archive: MemoryStore) -> None:
    """After all entries were seen to be readable, counts, histories and digests are those of who has not looked."""
    writer, reader = open_archive(small_archive), open_archive(small_archive)
    writer.check_entries()
    assert writer.counts == reader.counts == {release: len(found) for release, found in reader.versions.items()}
    for release in (*reader.counts, "pier", "harbou"):
        assert writer.history(release) == reader.history(release)
        assert writer.count_among([release]) == {name: n for name, n in reader.counts.items() if name == release}
        assert writer.count_among([release]) == reader.count_among([release])
    for entry in (entry for found in reader.versions.values() for entry in found):
        assert writer.recorded(entry.statement.record) == entry
    assert (writer.statements, writer.stamps) == (reader.statements, reader.stamps)
    assert writer.count_among(["\udcff", "a\\xff"]) == {}
