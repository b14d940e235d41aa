"""Tests of check 13: the log has grown from what was seen before, or the report says what happened to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conftest import NOW, ORIGIN
from tests.verify.forge import pieces, roots, statements, with_log

from muniment.archive import open_archive
from muniment.errors import ProofError, UnavailableError
from muniment.export.snapshot import build_snapshot
from muniment.log.note import sign_note
from muniment.log_view import LogView
from muniment.memory import Past, Remembered, remember
from muniment.reference import parse_reference
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.verify.log_views import sight_checkpoint, sight_copy
from muniment.verify.report import Finding, Report
from muniment.verify.snapshot import verify_snapshot
from muniment.verify.snapshot_evidence import sight_snapshot
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_description

STRANGER = PrivateKey.from_seed(bytes([9]) * 32)
DAY = "2026-11-20"
SAW = f"this machine saw on {DAY}"


def memory_of(store: MemoryStore, size: int | None = None) -> Remembered:
    """What a machine remembers that saw this archive, or an earlier state of it."""
    archive = open_archive(store)
    note = store.read(f"log/checkpoints/{size or archive.checkpoint.size}")
    return remember(note, archive.roots[0].digest, DAY, where="/home/reader/seen/x.json")


def remembering(store: MemoryStore, kept: Remembered | None) -> Report:
    """Verify on a machine that remembers this."""
    return verify_archive(store, past=Past(recall=lambda origin: kept if origin == ORIGIN else None))


def against(store: MemoryStore, old: LogView) -> Report:
    """Verify against an older side."""
    return verify_archive(store, past=Past(against=old))


def told(report: Report) -> list[Finding]:
    """The findings of check 13; a failure of it is the only one."""
    assert [finding.check for finding in report.failures] in ([], [13])
    return [finding for finding in report.findings if finding.check == 13]


def notice(report: Report) -> str:
    """The one notice of check 13 on a verified archive."""
    assert report.verdict == "verified"
    (finding,) = told(report)
    assert finding.ok
    return finding.what


def failure(report: Report) -> Finding:
    """The one failure, of check 13."""
    assert report.verdict == "failed"
    (finding,) = told(report)
    assert not finding.ok
    return finding


def back(store: MemoryStore, founders: InitialKeys) -> MemoryStore:
    """An older copy of the archive: without tide."""
    old = with_log(store, [*roots(store), *(part.statement for part in pieces(store)[:2])], founders.log)
    return MemoryStore({path: data for path, data in old.files.items() if not path.startswith("releases/tide/")})


def forked(store: MemoryStore, founders: InitialKeys) -> MemoryStore:
    """Another history by the same keys, true in itself: tide was logged before harbour/v1."""
    root, (v1, v2, tide) = statements(store)
    return with_log(store, [root, tide, v1, v2], founders.log)


def another(founders: InitialKeys) -> MemoryStore:
    """Another archive of the same name."""
    store = MemoryStore()
    create_archive(store, founders, origin=ORIGIN, now="2026-11-23T10:00:00Z")
    return store


def more(store: MemoryStore, keys: Keys) -> MemoryStore:
    """The archive with one more version."""
    grown = MemoryStore(dict(store.files))
    add_description(grown, keys, "tide", {"subjects": ["tides"]}, Author(NOW))
    return grown


def test_without_memory(small_archive: MemoryStore) -> None:
    """The library compares nothing unless it is told to."""
    report = verify_archive(small_archive)
    assert (told(report), report.passed[13], report.verdict, report.fork) == ([], 0, "verified", None)
    assert report.note == small_archive.files["log/checkpoint"]


def test_first_seen(small_archive: MemoryStore) -> None:
    """A machine that has never seen the archive says so."""
    report = remembering(small_archive, None)
    assert notice(report) == "first seen on this machine"
    assert report.passed[13] == 0


def test_equal_and_grown(small_archive: MemoryStore) -> None:
    """The same log passes, and a log that grew says from how many entries to how many, and since when."""
    report = remembering(small_archive, memory_of(small_archive))
    assert (notice(report), report.passed[13]) == (f"the same 4 entries that {SAW}", 1)
    for size in (1, 2, 3):
        kept = memory_of(small_archive, size)
        said = f"grown from {size} to 4 entries since this machine last looked ({DAY})"
        assert notice(remembering(small_archive, kept)) == said


def test_one_entry(empty_archive: MemoryStore) -> None:
    """One entry is an entry."""
    assert notice(remembering(empty_archive, memory_of(empty_archive))) == f"the same 1 entry that {SAW}"


def test_rolled_back(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """An older copy, good in itself, fails on a machine that has seen more, with both sizes and roots."""
    old = back(small_archive, founders)
    assert verify_archive(old).verdict == "verified"
    report = remembering(old, memory_of(small_archive))
    finding = failure(report)
    assert (finding.subject, finding.what) == ("log/checkpoint", f"rolled back: fewer entries than {SAW}")
    assert finding.expected.startswith("4 entries, root ")
    assert finding.found.startswith("3 entries, root ")
    assert report.fork is None


def test_forked(small_archive: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """A second history by the true keys fails on a machine that saw the first, at any size; both notes are kept."""
    other = forked(small_archive, founders)
    assert verify_archive(other).verdict == "verified"
    for size in (2, 3, 4):
        kept = memory_of(small_archive, size)
        for store in (other, more(other, keys)):
            report = remembering(store, kept)
            finding = failure(report)
            assert finding.what == f"forked: not the history that {SAW}"
            assert finding.expected.startswith(f"{size} entries, root ")
            assert finding.found.startswith(f"{size} entries, root ")
            assert finding.expected != finding.found
            assert report.fork is not None
            assert report.fork.notes == (kept.checkpoint, other.files[f"log/checkpoints/{size}"])


def test_changed_root(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Another archive in the place of the one that was seen: both roots, and which file to remove."""
    other = another(founders)
    finding = failure(remembering(other, memory_of(small_archive)))
    assert finding.subject == "trust/root/1.json"
    assert finding.what == f"the trust root has changed: not the one that {SAW}"
    assert finding.expected == open_archive(small_archive).roots[0].digest
    assert finding.found == open_archive(other).roots[0].digest
    assert "forget what was seen of press.example.org/archive" in finding.hint
    finding = failure(remembering(other, replace(memory_of(small_archive), where="")))
    assert "forget what was seen of" in finding.hint


def test_damaged_log_is_not_compared(small_archive: MemoryStore) -> None:
    """Where the log itself does not verify, check 10 says so and 13 says nothing."""
    for path in ("log/checkpoint", "log/tile/entries/000.p/4"):
        files = {**small_archive.files, path: b"x" * 9}
        if path != "log/checkpoint":
            files["log/tile/0/000.p/4"] = bytes(128)
        report = remembering(MemoryStore(files), memory_of(small_archive))
        assert report.failed(10) > 0
        assert [f for f in report.findings if f.check == 13] == []


def test_only_one_version(small_archive: MemoryStore) -> None:
    """One version stands on the whole log, so memory counts for it too."""
    kept = memory_of(small_archive, 2)
    report = verify_archive(small_archive, only=parse_reference("harbour/v1"), past=Past(recall=lambda _: kept))
    assert notice(report).startswith("grown from 2 to 4 entries")


def snapshot(store: MemoryStore, reference: str, size: int | None = None) -> bytes:
    """A snapshot of a version."""
    archive = open_archive(store)
    return build_snapshot(archive, archive.read(parse_reference(reference)), size=size).data


def older_sides(store: MemoryStore, size: int) -> list[LogView]:
    """The archive as it was at a size: as a checkpoint, and, where a version was then added, as a snapshot."""
    note = store.files[f"log/checkpoints/{size}"]
    names = {2: "harbour/v1", 3: "harbour/v2", 4: "tide/v1"}
    return [sight_checkpoint(note, "OLD"), sight_snapshot(snapshot(store, names[size]), "OLD")]


@pytest.mark.parametrize("size", [2, 3, 4])
def test_against_older(small_archive: MemoryStore, size: int) -> None:
    """Growth from a checkpoint and from a snapshot is proven."""
    said = "the same 4 entries that OLD has" if size == 4 else f"grown from {size} to 4 entries since OLD"
    for old in older_sides(small_archive, size):
        assert notice(against(small_archive, old)) == said


def test_against_a_copy(small_archive: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """Growth from a copy; the copy itself; and a copy that holds more."""
    old = sight_copy(back(small_archive, founders), "OLD")
    assert notice(against(small_archive, old)) == "grown from 3 to 4 entries since OLD"
    assert notice(against(small_archive, sight_copy(small_archive, "OLD"))) == "the same 4 entries that OLD has"
    newer = more(small_archive, keys)
    assert failure(against(small_archive, sight_copy(newer, "OLD"))).what == "rolled back: fewer entries than OLD has"
    newest = sight_checkpoint(newer.files["log/checkpoint"], "OLD")
    assert failure(against(small_archive, newest)).what == "rolled back: fewer entries than OLD has"


def test_against_a_fork(small_archive: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """A fork is found against each kind of older side, and the first entry that differs is named where it is known."""
    other = forked(small_archive, founders)
    whole = "forked: not the history that OLD has; entry 1 is the first that differs"
    for store in (other, more(other, keys)):
        for copy in (small_archive, more(small_archive, keys)):
            report = against(store, sight_copy(copy, "OLD"))
            assert failure(report).what == whole
            assert report.fork is not None
            size = report.fork.sizes[0]
            assert report.fork.sizes == (size, size)
            assert report.fork.sources == ("OLD", "the archive checked now")
            assert report.fork.difference == "entry 1 is the first that differs"
    checkpoint, taken = older_sides(small_archive, 3)
    assert failure(against(other, checkpoint)).what == "forked: not the history that OLD has"
    assert failure(against(other, taken)).what == "forked: not the history that OLD has; entry 2 differs"


def test_fork_without_a_checkpoint_of_one_size(small_archive: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """Where the checkpoint of the common size is missing in the larger copy, the fork keeps its newest one."""
    newer = more(small_archive, keys)
    other = forked(small_archive, founders)
    for broken in ({}, {"log/checkpoints/4": b"x"}, {"log/checkpoints/4": newer.files["log/checkpoints/3"]}):
        files = {path: data for path, data in newer.files.items() if path != "log/checkpoints/4"}
        report = against(other, sight_copy(MemoryStore({**files, **broken}), "OLD"))
        assert report.fork is not None
        assert report.fork.sizes == (5, 4)


def test_against_another_archive(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """An older side with another trust root is told by both roots; a lone checkpoint of another log by its key."""
    other = another(founders)
    finding = failure(against(other, sight_copy(small_archive, "OLD")))
    assert finding.what == "the trust root has changed: not the one that OLD has"
    assert (finding.expected, finding.found) == tuple(
        open_archive(store).roots[0].digest for store in (small_archive, other)
    )
    note = small_archive.files["log/checkpoints/3"]
    text = note.partition(b"\n\n")[0] + b"\n"
    forged = sign_note(text, ORIGIN, STRANGER.public.raw, STRANGER.sign)
    report = against(small_archive, sight_checkpoint(forged, "OLD"))
    assert report.verdict == "unchecked"
    (finding,) = told(report)
    assert (finding.subject, finding.what) == ("OLD", "nothing to compare with: signed by no known key")
    assert finding.hint == "it was changed, or it is of another log: compare the trust roots"


def test_memory_and_older_side(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Both are compared, and the fork that is written down is the one against the older side."""
    kept = memory_of(small_archive, 3)
    old = sight_copy(small_archive, "OLD")
    past = Past(lambda _: kept, old)
    report = verify_archive(small_archive, past=past)
    assert [finding.what[:5] for finding in told(report)] == ["grown", "the s"]
    assert report.passed[13] == 2
    report = verify_archive(forked(small_archive, founders), past=past)
    assert report.failed(13) == 2
    assert report.fork is not None
    assert report.fork.sources[0] == "OLD"


def test_older_side_that_does_not_verify(small_archive: MemoryStore) -> None:
    """A copy or a snapshot that is damaged is nothing to compare with, and the error names the file in it."""
    for path, changed in (
        ("log/tile/0/000.p/4", bytes(128)),
        ("log/tile/0/000.p/4", b""),
        ("log/checkpoint", b"x"),
        ("trust/root/1.json", b"{}"),
    ):
        with pytest.raises(UnavailableError, match=r"OLD/.*nothing to compare with") as caught:
            sight_copy(MemoryStore({**small_archive.files, path: changed}), "OLD")
        assert caught.value.hint
    data = snapshot(small_archive, "tide")
    for broken in (
        data[:-1],
        b"PK",
        data.replace(b'"release":"tide"', b'"release":"Tide"'),
        data.replace(b"\nindex 3", b"\nindex 2"),
    ):
        assert broken != data
        with pytest.raises(UnavailableError, match=r"OLD.*nothing to compare with"):
            sight_snapshot(broken, "OLD")


class DamagedTree:
    """A tree of an older copy of which a tile that is asked for later does not lead to its root."""

    def __init__(self, size: int) -> None:
        self.size = size

    def root_at(self, size: int) -> bytes:
        """Refuse."""
        raise ProofError("the hash tiles do not lead to the signed root", where=f"log/tile ({size})", check=10)

    def leaf(self, index: int) -> bytes:
        """Refuse."""
        raise ProofError("the hash tiles do not lead to the signed root", where=f"log/tile ({index})", check=10)


def test_copy_with_a_tile_that_fails_later(small_archive: MemoryStore, keys: Keys) -> None:
    """A tile of the older copy that proves to be damaged only in the comparison: nothing to compare with."""
    copy = sight_copy(more(small_archive, keys), "OLD")
    copy = replace(copy, tree=DamagedTree(copy.checkpoint.size))
    report = verify_archive(small_archive, past=Past(against=copy))
    (finding,) = report.failures
    assert (finding.check, finding.readable) == (13, False)
    assert finding.what == "nothing to compare with: the hash tiles do not lead to the signed root"


def test_copy_that_grows_meanwhile(small_archive: MemoryStore, keys: Keys) -> None:
    """A copy to which somebody adds at this moment is not compared."""
    newer = more(small_archive, keys)

    class Growing(MemoryStore):
        """Answers the second question for the checkpoint with a newer one."""

        asked = 0

        def read(self, path: str, *, max_size: int = 1 << 28) -> bytes:
            self.asked += path == "log/checkpoint"
            return (newer if self.asked > 1 else small_archive).read(path, max_size=max_size)

    with pytest.raises(UnavailableError, match="somebody is adding to it"):
        sight_copy(Growing(small_archive.files), "OLD")


# Snapshots


def checked(data: bytes, past: Past) -> Report:
    """Check a snapshot."""
    return verify_snapshot(data, subject="s.zip", past=past)


def of_13(report: Report) -> list[Finding]:
    """The findings of check 13."""
    return [finding for finding in report.findings if finding.check == 13]


def test_snapshot(small_archive: MemoryStore) -> None:
    """A snapshot under an older or newer checkpoint cannot be compared without the log; that is a notice."""
    data = snapshot(small_archive, "harbour/v2")
    for size in (2, 4):
        report = checked(data, Past(lambda _, size=size: memory_of(small_archive, size)))  # type: ignore[misc]
        (finding,) = of_13(report)
        assert report.verdict == "verified"
        assert finding.what == f"a checkpoint of 3 entries, not compared with the {size} that {SAW}"
        assert finding.subject == "data/inclusion.tlog-proof"
        assert "to compare with" in finding.hint
    (finding,) = of_13(checked(data, Past(lambda _: memory_of(small_archive, 3))))
    assert (finding.ok, finding.what) == (True, f"the same 3 entries that {SAW}")
    (finding,) = of_13(checked(data, Past(lambda _: None)))
    assert finding.what == "first seen on this machine"
    assert of_13(checked(data, Past())) == []
    assert checked(data, Past()).note == small_archive.files["log/checkpoints/3"]


def test_snapshot_fork_and_root(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A snapshot of a second history of the size that was seen is a fork; one under another root has another root."""
    data = snapshot(forked(small_archive, founders), "tide")
    kept = memory_of(small_archive, 2)
    report = checked(data, Past(lambda _: kept))
    (finding,) = of_13(report)
    assert (report.verdict, finding.what) == ("failed", f"forked: not the history that {SAW}")
    assert report.fork is not None
    assert report.fork.notes[0] == kept.checkpoint
    root = "sha256:" + "0" * 64
    (finding,) = of_13(checked(data, Past(lambda _: replace(kept, root=root))))
    assert (finding.subject, finding.expected) == ("data/trust/root/1.json", root)


def test_snapshot_against_a_copy(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Against a copy, which has the log, an older snapshot is proven to be part of it, or forked from it."""
    copy = sight_copy(small_archive, "OLD")
    (finding,) = of_13(checked(snapshot(small_archive, "harbour/v1"), Past(against=copy)))
    assert (finding.ok, finding.what) == (True, "the first 2 of the 4 entries that OLD has")
    report = checked(snapshot(forked(small_archive, founders), "tide"), Past(against=copy))
    (finding,) = of_13(report)
    assert (finding.ok, finding.what) == (False, "forked: not the history that OLD has; entry 1 differs")
    assert report.fork is not None
    assert report.fork.sizes == (2, 2)


def test_damaged_snapshot_is_not_compared(small_archive: MemoryStore) -> None:
    """Where the proof of a snapshot does not verify, check 13 says nothing."""
    data = snapshot(small_archive, "tide").replace(b"\nindex 3", b"\nindex 2")
    assert of_13(checked(data, Past(lambda _: memory_of(small_archive)))) == []
