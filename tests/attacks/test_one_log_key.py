"""Attacks with nothing but the log key: entries that name a true record and signer, over words that nobody signed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.verify.forge import Piece, pieces, roots, with_log

from muniment.archive import Archive, StoredVersion, open_archive
from muniment.digest import format_digest
from muniment.export.snapshot import build_snapshot
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.statement import LogEntry, Statement, VersionStatement
from muniment.log_view import LogView
from muniment.memory import Past, remember
from muniment.paragraph_proof import format_paragraph_proof, prove_paragraph
from muniment.record import Record
from muniment.reference import parse_reference
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.verify.fork import format_evidence
from muniment.verify.log_views import sight_checkpoint, sight_copy
from muniment.verify.proof import verify_proof
from muniment.verify.report import Report
from muniment.verify.snapshot import verify_snapshot
from muniment.verify.snapshot_evidence import sight_snapshot
from muniment.write.create import InitialKeys

COPY, UNSEEN = "COPY", "not checked here: who signed the record"


def forged_words(part: Piece) -> tuple[Record, VersionStatement]:
    """A record with other words, and an entry for them that names the true record and its true signer."""
    first, *rest = part.record.paragraphs
    record = replace(part.record, paragraphs=(replace(first, text="The harbour closes for ever."), *rest))
    tree = tree_root([leaf_hash(each.canonical()) for each in record.paragraphs])
    return record, replace(part.statement, paragraph_root=format_digest(tree.hex()))


def proof_of(store: MemoryStore, said: VersionStatement, record: Record, *, size: int | None = None) -> bytes:
    """A proof of the first paragraph of a record, under a log that has this entry."""
    archive = open_archive(store)
    index = archive.statements.index(said)
    stored = StoredVersion(LogEntry(index, said), record, b"", b"")
    return format_paragraph_proof(prove_paragraph(archive, stored, record.paragraphs[0].id, size=size))


def false_proof(store: MemoryStore, founders: InitialKeys, index: int = 1, tail: int = 0) -> bytes:
    """A proof of false words of harbour/v1 at an index of a log of the thief's, with more entries after it."""
    parts = pieces(store)
    record, said = forged_words(parts[0])
    others: list[Statement] = [part.statement for part in parts[1:]]
    log: list[Statement] = [*roots(store), *others]
    log.insert(index, said)
    log += [replace(parts[2].statement, release=f"more-{number}") for number in range(tail)]
    return proof_of(with_log(store, log, founders.log), said, record, size=len(log))


def checked(data: bytes, against: LogView | None = None) -> Report:
    """Verify a proof."""
    return verify_proof(data, subject="p", past=Past(against=against))


def whats(report: Report, check: int, *, ok: bool) -> list[str]:
    """What the findings of one check say."""
    return [finding.what for finding in report.findings if finding.check == check and finding.ok is ok]


def shown(store: MemoryStore, reference: str = "harbour/v1", size: int | None = None) -> LogView:
    """A snapshot of the archive as the older side."""
    archive = open_archive(store)
    return sight_snapshot(build_snapshot(archive, archive.read(parse_reference(reference)), size=size).data, "S")


@pytest.mark.parametrize("tail", [0, 5])
def test_false_words_of_a_true_record(small_archive: MemoryStore, founders: InitialKeys, tail: int) -> None:
    """False words under the true hash, index and signer: a copy or a snapshot that holds the entry shows the fork."""
    data = false_proof(small_archive, founders, tail=tail)
    for against in (sight_copy(small_archive, COPY), shown(small_archive)):
        report = checked(data, against)
        assert report.verdict == "failed"
        assert any("entry 1 differs" in what for what in whats(report, 13, ok=False)) or tail == 0
        assert (report.passed[8], report.passed[13]) == (0, 0)
        assert report.fork is not None
        assert b"EVIDENCE OF TWO HISTORIES" in format_evidence(report.fork)


def test_lone_proof_says_what_was_not_seen(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Alone it cannot be told from a true one: check 8 has not passed, and the report is not vouched for."""
    for data in (false_proof(small_archive, founders, tail=5), true_proof(small_archive)):
        report = checked(data)
        assert (report.verdict, report.vouched, report.passed[7], report.passed[8]) == ("verified", False, 0, 0)
        assert whats(report, 8, ok=True)[0].startswith(UNSEEN)


def true_proof(store: MemoryStore, size: int | None = None) -> bytes:
    """An honest proof of the first paragraph of harbour/v1."""
    archive = open_archive(store)
    stored = archive.read(parse_reference("harbour/v1"))
    return format_paragraph_proof(prove_paragraph(archive, stored, stored.record.paragraphs[0].id, size=size))


def test_true_proof_with_a_copy(small_archive: MemoryStore) -> None:
    """With a copy or snapshot that holds the entry, the signature over the record is checked: 7 and 8 pass."""
    for against in (sight_copy(small_archive, COPY), shown(small_archive), shown(small_archive, size=4)):
        for size in (None, 3, 4):
            report = checked(true_proof(small_archive, size), against)
            assert (report.verdict, report.vouched) == ("verified", True)
            assert (report.passed[7], report.passed[8], report.passed[13]) == (1, 1, 1)


def test_invented_version_past_the_copy(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A version beyond what the copy holds: its signature was not seen, and nothing is said to have passed."""
    parts = pieces(small_archive)
    record, said = forged_words(parts[2])
    said = replace(said, version=9)
    log: list[Statement] = [*roots(small_archive), *(part.statement for part in parts), said]
    data = proof_of(with_log(small_archive, log, founders.log), said, replace(record, version=9))
    for against in (sight_copy(small_archive, COPY), shown(small_archive)):
        report = checked(data, against)
        assert (report.verdict, report.vouched, report.passed[8]) == ("verified", False, 0)
        assert whats(report, 8, ok=True)[0].startswith(UNSEEN)


def test_version_moved_past_the_copy(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A version that stands in the copy is shown at another place, past its end: no log has a version twice."""
    parts = pieces(small_archive)
    record, said = forged_words(parts[0])
    log: list[Statement] = [*roots(small_archive), *(part.statement for part in parts), said]
    data = proof_of(with_log(small_archive, log, founders.log), said, record)
    for against in (sight_copy(small_archive, COPY), shown(small_archive)):
        report = checked(data, against)
        assert report.verdict == "failed"
        assert any("harbour/v1 stands at another place" in what for what in whats(report, 13, ok=False))


def moved(store: MemoryStore, founders: InitialKeys) -> MemoryStore:
    """The versions of the archive, true in themselves, in another order: tide before harbour; and a longer log."""
    v1, v2, tide = (part.statement for part in pieces(store))
    return with_log(store, [*roots(store), tide, v1, v2], founders.log)


def test_entry_at_another_index(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A snapshot with another leaf where the copy or the snapshot beside it has one is a fork, with evidence."""
    archive = open_archive(moved(small_archive, founders))
    data = build_snapshot(archive, read(archive, "harbour/v1"), size=3).data
    for against in (sight_copy(small_archive, COPY), shown(small_archive, "harbour/v2", size=4)):
        report = verify_snapshot(data, subject="s.zip", past=Past(against=against))
        assert report.failed(13) == 1
        assert report.fork is not None
        assert report.passed[13] == 0


def read(archive: Archive, reference: str) -> StoredVersion:
    """Read a version."""
    return archive.read(parse_reference(reference))


def test_false_time_of_a_true_version(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A snapshot whose entry claims another time, under a larger checkpoint, is a fork of a smaller copy."""
    v1, v2, tide = (part.statement for part in pieces(small_archive))
    more = [replace(tide, release=f"more-{number}") for number in range(4)]
    log: list[Statement] = [*roots(small_archive), replace(v1, logged_at="1999-01-01T00:00:00Z"), v2, tide, *more]
    archive = open_archive(with_log(small_archive, log, founders.log))
    data = build_snapshot(archive, read(archive, "harbour/v1"), size=8).data
    for against in (sight_copy(small_archive, COPY), shown(small_archive)):
        report = verify_snapshot(data, subject="s.zip", past=Past(against=against))
        assert whats(report, 13, ok=False) == [f"forked: not the history that {against.name} has; entry 1 differs"]


def test_archive_against_a_snapshot_of_another_leaf(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """The archive itself is held against the entry that a kept snapshot shows, also where the snapshot is larger."""
    v1, v2, tide = (part.statement for part in pieces(small_archive))
    later = replace(v2, logged_at="2026-11-22T23:00:00Z")
    longer: list[Statement] = [*roots(small_archive), v1, later, tide, replace(tide, release="x")]
    old = shown(with_log(small_archive, longer, founders.log), "harbour/v2", size=5)
    report = verify_archive(small_archive, past=Past(against=old))
    assert report.failed(13) == 1
    assert whats(report, 13, ok=False)[0].endswith("entry 2 differs")


def test_unproven_is_not_passed(small_archive: MemoryStore) -> None:
    """What could not be compared has not passed, and the hint asks for what would tell, not for what was given."""
    data = build_snapshot(open_archive(small_archive), read(open_archive(small_archive), "harbour/v1"), size=4).data
    checkpoint = sight_checkpoint(small_archive.files["log/checkpoints/3"], "kept")
    report = verify_snapshot(data, subject="s", past=Past(against=checkpoint))
    (finding,) = (each for each in report.findings if each.check == 13)
    assert (report.passed[13], finding.ok, finding.unchecked) == (0, True, True)
    kept = remember(small_archive.files["log/checkpoints/3"], open_archive(small_archive).roots[0].digest, "2026-11-20")
    assert verify_snapshot(data, subject="s", past=Past(lambda _: kept)).passed[13] == 0
    older = sight_copy(MemoryStore(_shorter(small_archive)), COPY)
    report = verify_snapshot(data, subject="s", past=Past(against=older))
    (finding,) = (each for each in report.findings if each.check == 13)
    assert (report.passed[13], finding.what[:32]) == (1, "entry 1 is the one that COPY has")
    assert finding.hint == "COPY ends before it: give a newer copy to compare with"


def _shorter(store: MemoryStore) -> dict[str, bytes]:
    """The same archive with fewer entries: what a copy was at size 3."""
    return {**store.files, "log/checkpoint": store.files["log/checkpoints/3"]} | {
        path: data for path, data in store.files.items() if path.endswith((".p/3", ".p/3.p"))
    }


def test_damaged_record_in_the_copy(small_archive: MemoryStore) -> None:
    """A copy whose record is not the one that the entry names shows no signature: that is said, and nothing passes."""
    path = "releases/harbour/v1/content/record.json"
    files = {**small_archive.files, path: small_archive.files[path] + b" "}
    report = checked(true_proof(small_archive), sight_copy(MemoryStore(files), COPY))
    assert (report.passed[7], report.passed[8]) == (0, 0)
    assert whats(report, 8, ok=True)[0].startswith(UNSEEN)


def test_entry_that_is_not_true_of_its_record(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A copy of the thief's own log holds the false entry and the true record: check 9 tells them apart."""
    parts = pieces(small_archive)
    record, said = forged_words(parts[0])
    log: list[Statement] = [*roots(small_archive), said, *(part.statement for part in parts[1:])]
    store = with_log(small_archive, log, founders.log)
    report = checked(proof_of(store, said, record), sight_copy(store, COPY))
    assert report.verdict == "failed"
    assert any("not the paragraph that the record has" in what for what in whats(report, 9, ok=False))
