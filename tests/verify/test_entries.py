"""Tests of ``muniment.verify.entries`` and of checkpoints in ranges: what is read again, and what is kept."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from muniment.archive import open_archive
from muniment.archive.existence import Dated
from muniment.errors import StoreError
from muniment.log.leaves import Leaves
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.statement import LogEntry, VersionStatement, format_statement, parse_statement, read_plain_version
from muniment.log.tile import format_bundle
from muniment.store import MemoryStore
from muniment.verify.checkpoints import RANGE, prefix_roots
from muniment.verify.entries import DatedVersions, StoredEntries, Versions

ENTRIES = [b"entry %d" % number for number in range(300)]
PATH = "log/tile/entries/000"


def stored(store: MemoryStore) -> StoredEntries:
    """The entries as they were first read: one full bundle and a part."""
    return StoredEntries(store, Leaves(b"".join(map(leaf_hash, ENTRIES))), {7}, ENTRIES[256:])


def test_entries_are_read_again() -> None:
    """Entries are what they were, a lost one is None, and the last bundle needs no file."""
    entries = stored(MemoryStore({PATH: format_bundle(ENTRIES[:256])}))
    assert list(entries) == [*ENTRIES[:7], None, *ENTRIES[8:]]
    assert (entries[-1], entries[6:9], entries.has_gaps) == (ENTRIES[-1], [ENTRIES[6], None, ENTRIES[8]], True)


@pytest.mark.parametrize("changed", [None, b"", format_bundle([b"other", *ENTRIES[1:256]])])
def test_entries_that_changed_are_no_verdict(changed: bytes | None) -> None:
    """A bundle that is gone, cut or another one since is an error: what was verified first is there no longer."""
    entries = stored(MemoryStore({} if changed is None else {PATH: changed}))
    with pytest.raises(StoreError, match="changed while the archive was verified"):
        entries[0]
    assert entries[299] == ENTRIES[299]


def versions_of(archive: MemoryStore) -> list[VersionStatement]:
    """The versions that an archive states."""
    return [statement for statement in open_archive(archive).statements if isinstance(statement, VersionStatement)]


def test_versions_cross_to_another_process(small_archive: MemoryStore) -> None:
    """The versions of a release are the same after pickling, which takes their entries along and no other."""
    said = versions_of(small_archive)
    entries = [format_statement(statement) for statement in said]
    versions = Versions(entries, said[0].archive, [0, 2])
    sent = pickle.loads(pickle.dumps(versions))  # noqa: S301 - made here
    assert list(sent) == list(versions) == [LogEntry(0, said[0]), LogEntry(2, said[2])]
    assert list(versions[1:]) == [LogEntry(2, said[2])]
    assert entries[1] not in pickle.dumps(versions)


def test_plain_versions_are_read_as_they_are_parsed(small_archive: MemoryStore) -> None:
    """The quick way to read an entry gives the statement that the thorough one gives."""
    for statement in versions_of(small_archive):
        entry = format_statement(statement)
        assert read_plain_version(entry, statement.archive) == parse_statement(entry, where="") == statement
        assert read_plain_version(entry, "other.example.org") is None


def test_dated_versions(small_archive: MemoryStore) -> None:
    """Times come back as they were, odd ones too, in the order of the log."""
    first, second, third = versions_of(small_archive)
    odd = replace(third, logged_at="2026-01-01T00:00:00.5Z")
    dated = DatedVersions({odd.release: [LogEntry(1, odd)], first.release: [LogEntry(0, first), LogEntry(2, second)]})
    expected = (
        Dated(first.name, 0, first.logged_at),
        Dated(odd.name, 1, odd.logged_at),
        Dated(second.name, 2, second.logged_at),
    )
    assert dated == expected
    assert (dated[0], dated[1:], len(dated), hash(dated)) == (expected[0], expected[1:], 3, hash(expected))


def test_ranges_merge() -> None:
    """A range that begins with the peaks before it gives the roots that the whole log gives."""
    leaves = list(map(leaf_hash, ENTRIES))
    whole = list(prefix_roots(leaves))
    assert whole == [tree_root(leaves[:size]) for size in range(1, 301)]
    peaks = [tree_root(leaves[: RANGE * 2]), tree_root(leaves[RANGE * 2 : RANGE * 3])]
    assert list(prefix_roots(leaves[RANGE * 3 :], peaks, RANGE * 3)) == whole[RANGE * 3 :]
