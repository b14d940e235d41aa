"""What each command reads of an archive of 10, 1,000 and 10,000 entries: counted, and held to bounds.

Every command that names a version reads the entry bundles, one for 256 entries, to see that none is left out; what it
reads besides does not grow with the archive, but for the few tiles of a proof.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from tests.conftest import NOW
from tests.synthesised import CountingStore, synthesise

from muniment.archive import open_archive
from muniment.archive.published import first_size, prove_entry, published
from muniment.export.snapshot import build_snapshot
from muniment.export.witness_request import build_request
from muniment.history.moments import read_versions
from muniment.ingest import Source
from muniment.log.tile import bundles, tiles
from muniment.memory import Past
from muniment.reference import parse_reference
from muniment.store import MemoryStore
from muniment.store.interface import Store
from muniment.verify.archive import verify_archive
from muniment.verify.log_views import sight_checkpoint, sight_copy
from muniment.verify.part import Sample, Since
from muniment.write.create import InitialKeys
from muniment.write.version import Author, Keys, add_publication

SIZES = (10, 1000, 10_000)


@pytest.fixture
def archive_of(small_archive: MemoryStore, founders: InitialKeys) -> Callable[[int], MemoryStore]:
    """Make an archive of a size; half of it and all but one entry were published too."""

    @cache
    def make(size: int) -> MemoryStore:
        return synthesise(small_archive, size, founders.log, [size // 2, size - 1])

    return make


def resolve(store: Store) -> None:
    """Name a version in every way that there is."""
    archive = open_archive(store)
    entry = archive.resolve(parse_reference("harbour/v2"))
    archive.resolve(parse_reference("harbour"))
    archive.resolve(parse_reference(entry.statement.record))


def show(store: Store) -> None:
    """Read a version: ``show``, ``cite``."""
    open_archive(store).read(parse_reference("harbour/v2"))


def history(store: Store) -> None:
    """Read all versions of a release: ``diff``, ``blame``, ``when``, ``log`` of a release."""
    read_versions(open_archive(store), "harbour")


def prove(store: Store) -> None:
    """Prove a version: ``prove``."""
    archive = open_archive(store)
    version = archive.read(parse_reference("harbour/v2"))
    prove_entry(archive, version, first_size(archive, version))


def prove_newest(store: Store) -> None:
    """Prove a version under the newest checkpoint."""
    archive = open_archive(store)
    prove_entry(archive, archive.read(parse_reference("harbour/v2")), archive.checkpoint.size)


def export(store: Store) -> None:
    """Make a snapshot: ``export``."""
    archive = open_archive(store)
    build_snapshot(archive, archive.read(parse_reference("harbour/v2")))


def verify_version(store: Store) -> None:
    """Verify a version: ``verify REF``."""
    assert verify_archive(store, only=parse_reference("harbour/v2")).verdict == "verified"


def completion(store: Store) -> None:
    """Name all releases, as completion does."""
    assert "harbour" in open_archive(store).releases


def ask_a_witness(store: Store) -> None:
    """Ask a witness to cosign: ``witness request``."""
    archive = open_archive(store)
    build_request(archive, archive.checkpoint.size // 2)


def older_checkpoint(store: Store) -> None:
    """Hold a published checkpoint against the log, as a time stamp does."""
    archive = open_archive(store)
    published(archive, archive.checkpoint.size // 2)


def compare_with_copy(store: Store) -> None:
    """Look at another copy, and ask it for the root of an earlier size: ``--against COPY``."""
    view = sight_copy(store, "copy")
    assert view.at(view.checkpoint.size // 2)


def checkpoint(store: Store) -> None:
    """Open the archive: ``log --checkpoint``."""
    open_archive(store)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("command", "pass_over_entries", "reads", "lists", "kilobytes"),
    [
        (checkpoint, False, 5, 1, 3),
        (ask_a_witness, False, 8, 1, 19),
        (older_checkpoint, False, 9, 1, 19),
        (compare_with_copy, False, 11, 1, 27),
        (resolve, True, 5, 1, 3),
        (completion, True, 5, 1, 3),
        (show, True, 7, 1, 5),
        (history, True, 9, 1, 6),
        (prove, True, 12, 1, 21),
        (prove_newest, True, 11, 1, 21),
        (export, True, 18, 1, 56),
        (verify_version, True, 42, 6, 76),
    ],
)
def test_reads(
    archive_of: Callable[[int], MemoryStore],
    size: int,
    command: Callable[[Store], None],
    pass_over_entries: bool,  # noqa: FBT001 - a parameter of the test
    reads: int,
    lists: int,
    kilobytes: int,
) -> None:
    """Besides the entries a command reads no more of a large archive than of a small one, but for a few tiles."""
    store = CountingStore(archive_of(size))
    command(store)
    entries = [path for path in store.reads if path.startswith("log/tile/entries/")]
    held = {f"log/{tile.path}" for tile in bundles(size)}
    assert len(entries) == (len(held) if pass_over_entries else 0)
    assert set(entries) <= held
    entry_bytes = sum(len(archive_of(size).files[path]) for path in entries)
    assert len(store.reads) - len(entries) <= reads
    assert len(store.lists) <= lists
    assert store.bytes - entry_bytes <= 1000 * kilobytes


@pytest.mark.parametrize("size", SIZES)
def test_what_is_new(archive_of: Callable[[int], MemoryStore], size: int) -> None:
    """Of what is new as little is read: the last entry, its release, the proof that the log continues."""
    files = archive_of(size)
    old = sight_checkpoint(files.read(f"log/checkpoints/{size - 1}"), "OLD")
    store = CountingStore(files)
    report = verify_archive(store, only=Since(old), past=Past(against=old))
    assert report.verdict == "verified"
    assert report.news is not None
    assert report.news.versions == ("tide/v1",)
    assert report.left_out is not None
    assert report.left_out.versions == size - 2
    others = [path for path in store.reads if not path.startswith("log/tile/entries/")]
    assert len(others) <= 40
    assert len(store.lists) <= 8


@pytest.mark.parametrize("size", SIZES)
def test_left_out(archive_of: Callable[[int], MemoryStore], size: int) -> None:
    """The report on one version counts what it did not look at."""
    report = verify_archive(archive_of(size), only=parse_reference("harbour/v1"))
    left = report.left_out
    assert left is not None
    assert (left.releases, left.versions, left.folders) == (size - 3, size - 2, True)
    assert left.checkpoints == size - 2
    assert 0 <= left.tiles < sum(1 for _ in tiles(size))
    assert str(left).startswith("not looked at: ")


def test_adding_reads_the_entries_once(small_archive: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """An addition reads each bundle once, and the tiles that grow; it looks for a later version of every release."""
    store = CountingStore(synthesise(small_archive, 1000, founders.log))
    add_publication(store, keys, "pier", Source(b"Pier\n\nOpen.\n", "pier.txt", NOW[:10]), {}, Author(NOW))
    entries = [path for path in store.reads if path.startswith("log/tile/entries/")]
    assert len(entries) <= 2 + sum(1 for _ in bundles(1000))
    assert len(store.reads) - len(entries) <= 20


def test_a_lot(small_archive: MemoryStore) -> None:
    """A lot is the same for the same seed, another for another seed, and names what it left out; the log is whole."""
    names = [f"harbour-{number}" for number in range(200)]
    assert Sample(5, "a").draw(names) == Sample(5, "a").draw(list(reversed(names)))
    assert len(Sample(5, "a").draw(names)) == 5
    assert len({frozenset(Sample(5, str(seed)).draw(names)) for seed in range(20)}) == 20
    assert Sample(500, "a").draw(names) == set(names)
    seen = set()
    for seed in range(8):
        report = verify_archive(small_archive, only=Sample(1, str(seed)))
        assert (report.verdict, report.counts.releases) == ("verified", 1)
        assert report.drawn is not None
        assert (report.drawn.releases, report.drawn.seed) == (1, str(seed))
        assert report.left_out is not None
        assert (report.left_out.releases, report.left_out.checkpoints, report.left_out.tiles) == (1, 0, 0)
        seen.add(report.left_out.versions)
    assert seen == {1, 2}
    damaged = {**small_archive.files, "log/checkpoints/2": b"x"}
    assert verify_archive(MemoryStore(damaged), only=Sample(1, "0")).verdict == "failed"


def test_damage_in_what_a_part_stands_on(archive_of: Callable[[int], MemoryStore]) -> None:
    """A damaged tile, checkpoint or entry that the version stands on fails, and damage elsewhere is not seen."""
    files = archive_of(1000).files
    index = open_archive(archive_of(1000)).resolve(parse_reference("harbour/v1")).index
    for path, check in (
        (f"log/tile/0/{index // 256:03}", 10),
        ("log/tile/1/000.p/3", 10),
        (f"log/checkpoints/{index + 1}", 10),
        ("log/tile/entries/002", 10),
        ("releases/harbour/v1/content/record.json", 3),
    ):
        spoilt = {**files, path: files[path].replace(files[path][8:12], b"\0\0\0\0", 1)}
        assert spoilt[path] != files[path]
        report = verify_archive(MemoryStore(spoilt), only=parse_reference("harbour/v1"))
        assert report.verdict == "failed", path
        assert check in {finding.check for finding in report.failures}, path
    elsewhere = {**files, "log/checkpoints/500": b"x", "releases/tide/v1/content/record.json": b"x"}
    assert verify_archive(MemoryStore(elsewhere), only=parse_reference("harbour/v1")).verdict == "verified"


def test_news_of_another_history(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Of a log that does not continue the older checkpoint there is no news: check 13 fails."""
    other = synthesise(small_archive, 12, founders.log, [9])
    ours = synthesise(small_archive, 14, founders.log)
    old = sight_checkpoint(other.read("log/checkpoints/9"), "OLD")
    report = verify_archive(ours, only=Since(old), past=Past(against=old))
    assert report.news is None
    assert 13 in {finding.check for finding in report.failures}
