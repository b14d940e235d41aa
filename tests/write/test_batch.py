"""Batches: many versions under one checkpoint, whole or not at all, and what every reader makes of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from tests.conftest import NOTICE, NOW
from tests.write.killing import WRITING, make_archive
from tests.write.syscalls import expected_verdict

from muniment.archive import open_archive
from muniment.archive.batches import Batch, sign_batch
from muniment.archive.unfinished import read_marker
from muniment.errors import InputError, SourceError, StoreError, WriteConflictError
from muniment.export.snapshot import build_snapshot
from muniment.export.witness_request import build_request
from muniment.ingest import Source
from muniment.log.witness import judge_request, parse_request
from muniment.paragraph_proof import format_paragraph_proof, prove_paragraph
from muniment.reference import parse_reference
from muniment.ssh.keys import PrivateKey
from muniment.store import FaultyStore, LocalStore, MemoryStore, Store
from muniment.verify.archive import verify_archive
from muniment.verify.proof import verify_proof
from muniment.verify.snapshot import verify_snapshot
from muniment.write.recover import Recovery, recover
from muniment.write.restore import restore
from muniment.write.version import Added, Author, Keys, Outcome, Publication, add_publication, add_publications


def notice(release: str, number: int) -> Publication:
    """One version of a release."""
    data = f"Notice of {release}\n\n1. This is number {number}.\n".encode()
    return Publication(release, Source(data, f"{release}.txt", NOW), {})


MIXED = [
    notice("harbour", 3),
    notice("pier", 1),
    notice("harbour", 4),
    notice("tide", 2),
    notice("pier", 2),
    Publication("harbour", Source(NOTICE, "harbour.txt", NOW), {}),
    notice("quay", 1),
]
"""Two releases that are there, one of them with an original that it had before, and two new ones."""


def add(store: Store, keys: Keys, publications: Sequence[Publication] = MIXED) -> list[Outcome]:
    """Add a batch."""
    return add_publications(store, keys, publications, Author(NOW))


def crashed(start: MemoryStore, keys: Keys, stop_after: int, publications: Sequence[Publication]) -> MemoryStore:
    """What a batch leaves that is stopped after so many changes."""
    inner = MemoryStore(start.files)
    with suppress(StoreError):
        add(FaultyStore(inner, stop_after=stop_after), keys, publications)
    return inner


def operations(store: MemoryStore, keys: Keys, publications: Sequence[Publication]) -> int:
    """How many changes a batch makes."""
    counting = FaultyStore(MemoryStore(store.files))
    add(counting, keys, publications)
    return counting.operations


def test_batch_of_one(small_archive: MemoryStore, keys: Keys) -> None:
    """A batch of one leaves the very bytes that adding one leaves, at every point at which both are stopped."""
    one = notice("harbour", 3)
    for stop_after in range(operations(small_archive, keys, [one]) + 1):
        single = MemoryStore(small_archive.files)
        with suppress(StoreError):
            store = FaultyStore(single, stop_after=stop_after)
            add_publication(store, keys, one.release, one.source, one.metadata, Author(NOW))
        assert crashed(small_archive, keys, stop_after, [one]).files == single.files
    assert not any(path.startswith("log/batches/") for path in single.files)


def test_same_records_as_one_by_one(small_archive: MemoryStore, keys: Keys) -> None:
    """Records, signatures, originals, inventories and entries of a batch are those of the same versions one by one."""
    single = MemoryStore(small_archive.files)
    for one in MIXED:
        add_publication(single, keys, one.release, one.source, one.metadata, Author(NOW))
    outcomes = add(small_archive, keys)
    assert [outcome.index for outcome in outcomes if isinstance(outcome, Added)] == list(range(4, 11))
    log = {path for path in small_archive.files if path.startswith("log/")}
    assert {path: data for path, data in small_archive.files.items() if path not in log} == {
        path: data for path, data in single.files.items() if not path.startswith("log/")
    }
    assert log - single.files.keys() == {"log/batches/11"}
    assert all(small_archive.files[path] == single.files[path] for path in log & single.files.keys())
    gone = {f"log/{kind}/{size}" for size in range(5, 11) for kind in ("checkpoints", "tile/entries/000.p")}
    assert single.files.keys() - log > gone
    report = verify_archive(small_archive)
    assert (report.verdict, report.size, len(report.findings)) == ("verified", 11, 1)


def test_crash(small_archive: MemoryStore, keys: Keys) -> None:
    """After a crash at every single operation the batch is there whole or not at all, and can be added again."""
    before = verify_archive(small_archive).counts.versions
    points = operations(small_archive, keys, MIXED)
    assert points > 45
    ends = set()
    for stop_after in range(points):
        store = crashed(small_archive, keys, stop_after, MIXED)
        during = verify_archive(store)
        assert during.verdict == expected_verdict(store.files), (stop_after, during.failures)
        assert during.counts.versions in {before, before + len(MIXED)}
        done = recover(store)
        after = verify_archive(store)
        assert (after.verdict, len(after.findings)) == ("verified", 1), (stop_after, after.findings)
        subject = "7 versions, harbour/v3 to quay/v1"
        whole = done is not None and done.completed
        assert done == (None if stop_after == 0 else Recovery(subject, completed=whole))
        assert after.counts.versions == before + len(MIXED) * whole
        assert whole or store.files == small_archive.files
        ends.add(whole)
        again = crashed(small_archive, keys, stop_after, MIXED)
        assert all(isinstance(outcome, Added) for outcome in add(again, keys))
        assert verify_archive(again).verdict == "verified"
    assert ends == {True, False}


def test_crash_while_recovering(small_archive: MemoryStore, keys: Keys) -> None:
    """Recovery of a batch that is stopped at every single operation can be done again."""
    tried = 0
    few = MIXED[:4]
    for stop_after in range(operations(small_archive, keys, few)):
        left = crashed(small_archive, keys, stop_after, few)
        counting = FaultyStore(MemoryStore(left.files))
        recover(counting)
        for second in range(counting.operations):
            inner = MemoryStore(left.files)
            with pytest.raises(StoreError):
                recover(FaultyStore(inner, stop_after=second))
            assert verify_archive(inner).verdict == expected_verdict(inner.files), (stop_after, second)
            recover(inner)
            report = verify_archive(inner)
            assert (report.verdict, len(report.findings)) == ("verified", 1), (stop_after, second, report.failures)
            tried += 1
    assert tried > 200


def test_crash_where_tiles_become_full(small_archive: MemoryStore, keys: Keys) -> None:
    """A batch that fills a tile and begins the next ends well; partial tiles that are full now go."""
    add(small_archive, keys, [notice("bay", number) for number in range(246)])
    later = [notice("bay", number) for number in range(300, 308)]
    before = verify_archive(small_archive).counts.versions
    for stop_after in range(operations(small_archive, keys, later) + 1):
        store = crashed(small_archive, keys, stop_after, later)
        recover(store)
        report = verify_archive(store)
        assert (report.verdict, len(report.findings)) == ("verified", 1), (stop_after, report.failures)
        assert report.counts.versions in {before, before + 8}
    partial = {path for path in store.files if path.startswith("log/tile/entries/") and ".p/" in path}
    assert partial == {"log/tile/entries/001.p/2"}


def test_the_largest(small_archive: MemoryStore, keys: Keys) -> None:
    """A batch has 256 versions at most, of new releases and of one that grows; one more is refused unwritten."""
    before = small_archive.files
    many = [notice("bay" if number % 2 else f"bay-{number}", number) for number in range(257)]
    with pytest.raises(InputError, match="at most 256"):
        add(small_archive, keys, many)
    assert small_archive.files == before
    assert sum(isinstance(outcome, Added) for outcome in add(small_archive, keys, many[:256])) == 256
    report = verify_archive(small_archive)
    assert (report.verdict, report.size, len(report.findings)) == ("verified", 260, 1)
    assert sorted(path for path in small_archive.files if path.startswith("log/checkpoints/2")) == [
        "log/checkpoints/2",
        "log/checkpoints/260",
    ]
    kept = [number for number in range(1, 129) if f"releases/bay/v{number}/inventory.json" in small_archive.files]
    assert kept == [*range(1, 17), 64]


def test_what_cannot_be_added_is_left_out(small_archive: MemoryStore, keys: Keys) -> None:
    """A file that cannot be read is left out and said, one that says nothing new is unchanged, the others are in."""
    bad = Publication("pier", Source(b"\xff\xfe\xff", "bad.txt", NOW), {})
    outcomes = add(small_archive, keys, [MIXED[0], bad, MIXED[0], MIXED[1]])
    assert isinstance(outcomes[1], SourceError)
    added = [outcome for outcome in outcomes if isinstance(outcome, Added)]
    assert [(outcome.record.name, outcome.unchanged) for outcome in added] == [
        ("harbour/v3", False),
        ("harbour/v3", True),
        ("pier/v1", False),
    ]
    assert verify_archive(small_archive).size == 6
    before = small_archive.files
    assert [type(outcome) for outcome in add(small_archive, keys, [bad])] == [SourceError]
    assert small_archive.files == before


def test_every_reader(small_archive: MemoryStore, keys: Keys) -> None:
    """A version of a batch is verified alone, handed out under the checkpoint of the batch, and proven to a witness."""
    add(small_archive, keys)
    archive = open_archive(small_archive)
    for name in ("harbour/v3", "harbour/v4", "pier/v1", "quay/v1", "tide/v1"):
        assert verify_archive(small_archive, only=parse_reference(name)).verdict == "verified"
        version = archive.read(parse_reference(name))
        snapshot = build_snapshot(archive, version)
        report = verify_snapshot(snapshot.data, subject="s")
        assert (report.verdict, report.size) == ("verified", 4 if name == "tide/v1" else 11)
        proof = format_paragraph_proof(prove_paragraph(archive, version, "h1"))
        assert verify_proof(proof, subject="p").verdict == "verified"
    for old in range(12):
        assert parse_request(build_request(archive, old)).old_size == old
    assert judge_request(parse_request(build_request(archive, 0)), None, archive.log_verifiers) == archive.checkpoint


def test_what_was_taken_away_or_planted(small_archive: MemoryStore, keys: Keys) -> None:
    """A checkpoint that is gone, or there within a batch, and a word of a batch gone, changed or forged, are found."""
    add(small_archive, keys)
    add(small_archive, keys, [notice("bay", 1)])
    good = small_archive.files

    def failures(**changed: bytes | None) -> list[tuple[int, str]]:
        files = {**good, **{path.replace("__", "/"): data for path, data in changed.items()}}
        report = verify_archive(MemoryStore({path: data for path, data in files.items() if data is not None}))
        assert report.verdict == "failed"
        return [(finding.check, finding.subject) for finding in report.failures]

    word = "log__batches__11"
    assert failures(log__checkpoints__11=None) == [(10, "log/checkpoints/11")]
    assert failures(log__checkpoints__4=None) == [(10, "log/checkpoints/4")]
    assert failures(log__checkpoints__7=good["log/checkpoints/11"]) == [(1, "log/checkpoints/7")]
    assert {f"log/checkpoints/{size}" for size in range(5, 11)} < {path for _, path in failures(**{word: None})}
    for data in (good["log/batches/11"].replace(b":4", b":3"), b"", b"{}\n", good["log/checkpoint"]):
        assert failures(**{word: data}) == [(10, "log/batches/11")]
    origin, root = open_archive(small_archive).origin, open_archive(small_archive).root_at(11).hex()
    for key in (PrivateKey.from_seed(bytes([9]) * 32), keys.record):
        assert failures(**{word: sign_batch(Batch(origin, 4, root, 11), key)}) == [(10, "log/batches/11")]
    for forged in (Batch(origin, 4, "0" * 64, 11), Batch(origin, 4, root, 12), Batch("example.org", 4, root, 11)):
        assert failures(**{word: sign_batch(forged, keys.log)}) == [(10, "log/batches/11")]
    assert failures(log__batches__12=sign_batch(Batch(origin, 10, root, 12), keys.log))[0] == (10, "log/batches/12")


def test_mended_from_a_copy(small_archive: MemoryStore, keys: Keys) -> None:
    """What is said of a batch, and all that its log needs, is put back from a copy, and no more than there was."""
    add(small_archive, keys)
    good = MemoryStore(small_archive.files)
    for gone in ("log/batches/", "log/checkpoints/", "log/tile/"):
        store = MemoryStore({path: data for path, data in good.files.items() if not path.startswith(gone)})
        assert restore(store, good).wanting == ()
        assert store.files == good.files


def test_an_older_head(small_archive: MemoryStore, keys: Keys) -> None:
    """Where the head of the log came back from before a batch, and the releases with it, nothing is signed."""
    before = MemoryStore(small_archive.files)
    add(small_archive, keys)
    log = {path: data for path, data in small_archive.files.items() if path.startswith("log/")}
    store = MemoryStore({**before.files, **log, "log/checkpoint": before.files["log/checkpoint"]})
    with pytest.raises(WriteConflictError, match="log/batches/11: a checkpoint of this size was published already"):
        add(store, keys, [notice("bay", 1)])


def test_marker_of_a_batch(small_archive: MemoryStore, keys: Keys) -> None:
    """One marker promises every file of the batch, and no other may be planted once the batch is done."""
    store = crashed(small_archive, keys, 1, MIXED)
    signed = read_marker(store)
    assert signed is not None
    assert [version.name for version in signed.marker.versions][1:3] == ["pier/v1", "harbour/v4"]
    whole = MemoryStore(small_archive.files)
    add(whole, keys)
    promised = {*signed.marker.paths, *(file.path for file in signed.marker.replaced)}
    assert promised == {path for path, data in whole.files.items() if small_archive.files.get(path) != data} - {
        "log/checkpoint"
    }
    add(whole, keys, [notice("bay", 1)])
    stale = MemoryStore({**whole.files, "unfinished.signed": store.files["unfinished.signed"]})
    assert verify_archive(stale).verdict == "failed"


def test_two_writers_at_once(tmp_path: Path) -> None:
    """Two processes that add batches at once, to a release that both know, leave one history with all of them."""
    folder = tmp_path / "archive"
    make_archive(folder, 3)
    command = [sys.executable, str(WRITING), "batches", str(folder)]
    writers = [subprocess.Popen([*command, name, "5"]) for name in ("one", "two")]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    report = verify_archive(LocalStore(folder))
    assert (report.verdict, len(report.findings)) == ("verified", 1)
    versions = open_archive(LocalStore(folder)).versions
    assert (len(versions["one"]), len(versions["two"]), len(versions["shared"])) == (50, 50, 100)
    assert len(list((folder / "log/batches").iterdir())) == 10
