"""Tests of ``muniment.verify.named``: what is proven of a named version, and what is told to be left out."""

from __future__ import annotations

import pytest
from tests.synthesised import synthesise

from muniment.archive import open_archive
from muniment.digest import sha256_hex
from muniment.reference import parse_reference
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys

SIZE, BUNDLE = 40, "log/tile/entries/000.p/40"


@pytest.fixture
def large(small_archive: MemoryStore, founders: InitialKeys) -> MemoryStore:
    """An archive of 40 entries, most of them of releases that are only in the log."""
    return synthesise(small_archive, SIZE, founders.log)


def test_each_entry_that_is_damaged(large: MemoryStore) -> None:
    """A damaged entry of the version, of one before it, or of a trust root fails; any other is among those left out."""
    archive = open_archive(large)
    own = {0, *(entry.index for entry in archive.history("harbour"))}
    at = 0
    for index, entry in enumerate(archive.entries):
        place = at + 2 + entry.index(b"logged_at") + 13
        at += 2 + len(entry)
        data = large.files[BUNDLE]
        spoilt = MemoryStore({**large.files, BUNDLE: data[:place] + b"3" + data[place + 1 :]})
        report = verify_archive(spoilt, only=parse_reference("harbour/v2"))
        assert report.verdict == ("failed" if index in own else "verified"), index
        assert report.left_out is not None
        assert report.left_out.entries == (0 if index in own else SIZE - len(own))


def test_a_newest_version_that_is_taken_away(large: MemoryStore) -> None:
    """Who takes the newest entry and its files away is found by whoever names no number; a number is answered by it."""
    files = {path: data for path, data in large.files.items() if not path.startswith("releases/harbour/v2/")}
    for name in ("inventory.json", "inventory.json.sha512"):
        files[f"releases/harbour/{name}"] = files[f"releases/harbour/v1/{name}"]
    newest = files[BUNDLE].rindex(b'"release":"harbour"')
    files[BUNDLE] = files[BUNDLE][:newest] + files[BUNDLE][newest:].replace(b"harbour", b"hidden1", 1)
    spoilt = MemoryStore(files)
    assert verify_archive(spoilt, only=parse_reference("harbour")).verdict == "failed"
    report = verify_archive(spoilt, only=parse_reference("harbour/v1"))
    assert report.verdict == "verified"
    assert report.left_out is not None
    assert report.left_out.entries == SIZE - 2


def test_a_gap_in_the_versions(large: MemoryStore) -> None:
    """An entry before the one that is named cannot be taken away."""
    data = large.files[BUNDLE]
    first = data.index(b'"release":"harbour"')
    spoilt = MemoryStore({**large.files, BUNDLE: data[:first] + data[first:].replace(b"harbour", b"hidden1", 1)})
    report = verify_archive(spoilt, only=parse_reference("harbour/v2"))
    assert report.verdict == "failed"
    assert 10 in {finding.check for finding in report.failures}


def test_a_digest(large: MemoryStore) -> None:
    """A version that is named by the digest of its record is found as by its number."""
    digest = sha256_hex(large.files["releases/harbour/v2/content/record.json"])
    by_digest = verify_archive(large, only=parse_reference(f"sha256:{digest}"))
    by_number = verify_archive(large, only=parse_reference("harbour/v2"))
    assert by_digest == by_number
    assert by_digest.left_out is not None
    assert by_digest.left_out.entries == SIZE - 3


def test_newest_versions(large: MemoryStore) -> None:
    """Where the newest version is asked for all entries of its bundle count as looked at."""
    left = verify_archive(large, only=parse_reference("harbour")).left_out
    assert left is not None
    assert left.entries == 0
