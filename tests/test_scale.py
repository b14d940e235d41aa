"""What each command reads of an archive of 10, 1,000 and 10,000 entries: counted, and held to bounds.

A version that is named by its number is found in O(log n) bundles and proven by a few tiles.  By its digest it is found
in a pass over the bytes.  Only where something could be left out of the answer is every entry hashed: for the newest
version those that came after it, for a history all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import pytest
from tests.conftest import NOTICE, NOW, ORIGIN
from tests.synthesised import CountingStore, synthesise
from tests.verify.forge import with_log

from muniment.archive import open_archive
from muniment.archive.published import first_size, prove_entry, published
from muniment.cite import make_citation
from muniment.cite.formats import format_citation
from muniment.cite.reading import parse_citation
from muniment.digest import sha256_hex
from muniment.errors import IntegrityError
from muniment.export.snapshot import build_snapshot
from muniment.export.witness_request import build_request
from muniment.history.moments import read_versions
from muniment.ingest import Source
from muniment.log.merkle import leaf_hash
from muniment.log.tile import bundles, tiles
from muniment.memory import Past
from muniment.reference import parse_reference
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.store.interface import Store
from muniment.verify.archive import verify_archive
from muniment.verify.citation import verify_citation
from muniment.verify.log_views import sight_checkpoint, sight_copy
from muniment.verify.part import Sample, Since
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_description, add_publication

SIZES = (10, 1000, 10_000)


@pytest.fixture(scope="module")
def archive_of() -> Callable[[int], MemoryStore]:
    """Make an archive of a size, logged over some days; half of it and all but one entry were published too."""
    root, record, log = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
    store, keys = MemoryStore(), Keys(record, log)
    create_archive(store, InitialKeys(root, record, log), origin=ORIGIN, now="2026-01-01T00:00:00Z")
    first, later = Author("2026-01-11T10:00:00Z"), Author("2026-01-21T20:00:00Z")
    add_publication(store, keys, "harbour", Source(NOTICE, "n.txt", NOW[:10]), {}, first)
    add_description(store, keys, "harbour", {"subjects": ["harbours"]}, later)
    tide = Source(b"Tide\n\nHigh at noon.\n", "t.txt", NOW[:10])
    add_publication(store, keys, "tide", tide, {}, Author("2026-01-31T06:00:00Z"))

    @cache
    def make(size: int) -> MemoryStore:
        return synthesise(store, size, log, [size // 2, size - 1])

    return make


def resolve(store: Store) -> None:
    """Name a version by its number."""
    open_archive(store).resolve(parse_reference("harbour/v2"))


def resolve_newest(store: Store) -> None:
    """Name the newest version of a release to which the last entry belongs."""
    assert open_archive(store).resolve(parse_reference("tide")).statement.version == 1


def resolve_older_newest(store: Store) -> None:
    """Name the newest version of a release after which others were added to."""
    assert open_archive(store).resolve(parse_reference("harbour")).statement.version == 2


def resolve_digest(store: Store) -> None:
    """Name a version by the digest of its record, which lies in its folder."""
    digest = sha256_hex(store.read("releases/harbour/v2/content/record.json"))
    assert open_archive(store).resolve(parse_reference(f"sha256:{digest}")).statement.version == 2


def show(store: Store) -> None:
    """Read a version: ``show``, ``cite``."""
    open_archive(store).read(parse_reference("harbour/v2"))


def compare(store: Store) -> None:
    """Read two versions and their originals: ``diff A B``."""
    archive = open_archive(store)
    for name in ("harbour/v1", "harbour/v2"):
        archive.read_original(archive.read(parse_reference(name)))


def last_entries(store: Store) -> None:
    """Read the last entries and their versions: ``log -n 2`` where the first of two is of an invented release."""
    archive = open_archive(store)
    size = archive.checkpoint.size
    for index in (size - 2, size - 1):
        archive.statement(index)
    archive.read(parse_reference("tide/v1"))


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


NONE, FEW, LATER, ALL = range(4)
"""Of how many bundles the entries are read: none; O(log n); a third of them, for what came later; all."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a command may read.

    Attributes:
        entries: Of how many bundles.
        tiles: Hash tiles.
        reads: Other files.
        lists: Folders.
        kilobytes: In all of these but the bundles and the schemas, which are as many in a small archive as in a large.
    """

    entries: int
    tiles: int
    reads: int
    lists: int
    kilobytes: int


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("command", "bounds"),
    [
        (checkpoint, Bounds(NONE, tiles=0, reads=5, lists=1, kilobytes=3)),
        (ask_a_witness, Bounds(NONE, tiles=3, reads=5, lists=1, kilobytes=19)),
        (older_checkpoint, Bounds(NONE, tiles=3, reads=6, lists=1, kilobytes=19)),
        (compare_with_copy, Bounds(NONE, tiles=6, reads=6, lists=1, kilobytes=27)),
        (resolve, Bounds(FEW, tiles=3, reads=6, lists=1, kilobytes=21)),
        (show, Bounds(FEW, tiles=4, reads=9, lists=1, kilobytes=31)),
        (compare, Bounds(FEW, tiles=4, reads=15, lists=1, kilobytes=35)),
        (prove, Bounds(FEW, tiles=5, reads=11, lists=1, kilobytes=34)),
        (prove_newest, Bounds(FEW, tiles=5, reads=10, lists=1, kilobytes=34)),
        (export, Bounds(FEW, tiles=5, reads=17, lists=1, kilobytes=36)),
        (last_entries, Bounds(FEW, tiles=5, reads=9, lists=1, kilobytes=34)),
        (resolve_newest, Bounds(FEW, tiles=4, reads=6, lists=2, kilobytes=28)),
        (resolve_older_newest, Bounds(LATER, tiles=4, reads=6, lists=2, kilobytes=28)),
        (resolve_digest, Bounds(ALL, tiles=3, reads=6, lists=1, kilobytes=21)),
        (completion, Bounds(ALL, tiles=0, reads=5, lists=1, kilobytes=3)),
        (history, Bounds(ALL, tiles=0, reads=9, lists=1, kilobytes=6)),
        (verify_version, Bounds(ALL, tiles=5, reads=39, lists=6, kilobytes=43)),
    ],
)
def test_reads(
    archive_of: Callable[[int], MemoryStore], size: int, command: Callable[[Store], None], bounds: Bounds
) -> None:
    """Besides the entries a command reads no more of a large archive than of a small one, but for a few tiles."""
    store = CountingStore(archive_of(size))
    command(store)
    read = [path for path in store.reads if path.startswith("log/tile/entries/")]
    proving = [path for path in store.reads if path.startswith("log/tile/") and path not in read]
    held = {f"log/{tile.path}" for tile in bundles(size)}
    few = 2 * len(held).bit_length() + 2
    assert set(read) <= held
    assert len(read) == len(set(read))
    assert len(read) <= {NONE: 0, FEW: few, LATER: few + len(held) // 3, ALL: len(held)}[bounds.entries]
    schemas = [path for path in store.reads if path.startswith("schemas/")]
    other = store.bytes - sum(len(archive_of(size).files[path]) for path in (*read, *schemas))
    assert len(proving) <= bounds.tiles
    assert len(store.reads) - len(read) - len(proving) <= bounds.reads
    assert len(store.lists) <= bounds.lists
    assert other <= 1000 * bounds.kilobytes


def verify_digest(store: Store) -> None:
    """Verify a version that its digest names: ``verify sha256:…``."""
    digest = sha256_hex(store.read("releases/harbour/v2/content/record.json"))
    assert verify_archive(store, only=parse_reference(f"sha256:{digest}")).verdict == "verified"


@pytest.mark.parametrize(
    ("command", "requests"),
    [(show, (12, 16, 17)), (verify_version, (44, 50, 86)), (verify_digest, (45, 52, 88))],
)
def test_requests(
    archive_of: Callable[[int], MemoryStore], command: Callable[[Store], None], requests: tuple[int, ...]
) -> None:
    """In all, in a bucket: a citation takes 1.4 times the requests at 10,000 entries that it takes at 10.

    It needs the bundles of two entries and four tiles, where at 10 one of each holds everything.  ``verify REF`` takes
    twice as many, as it counts what it leaves out, for which it reads every bundle (decision 41).
    """
    for size, most in zip(SIZES, requests, strict=True):
        store = CountingStore(archive_of(size))
        command(store)
        assert len(store.reads) + len(store.lists) <= most


@pytest.mark.parametrize("size", SIZES)
def test_verifying_what_is_cited(archive_of: Callable[[int], MemoryStore], size: int) -> None:
    """A citation is found by the number that it names: every bundle is read once, and few twice; never thrice."""
    archive = open_archive(archive_of(size))
    cited = make_citation(archive.read(parse_reference("harbour/v2")), origin=archive.origin)
    store = CountingStore(archive_of(size))
    assert verify_citation(store, parse_citation(format_citation(cited, "long"))).failures == ()
    read = [path for path in store.reads if path.startswith("log/tile/entries/")]
    assert len(read) <= len(set(read)) + 4 == 4 + sum(1 for _ in bundles(size))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_hashed(archive_of: Callable[[int], MemoryStore], size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Naming a version by its number or its digest hashes no entry but those that are found."""
    hashed: list[bytes] = []

    def counted(entry: bytes) -> bytes:
        hashed.append(entry)
        return leaf_hash(entry)

    monkeypatch.setattr("muniment.log.bundles.leaf_hash", counted)
    for command in (resolve, show, resolve_digest, export):
        hashed.clear()
        command(archive_of(size))
        assert 0 < len(hashed) <= 6


def test_entries_of_one_second(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Where all entries claim one time, as after an import, a version is found and proven all the same."""
    archive = open_archive(synthesise(small_archive, 1000, founders.log))
    assert archive.read(parse_reference("harbour/v2")).statement.version == 2
    assert not archive.is_whole


def test_a_newest_version_that_was_hidden(archive_of: Callable[[int], MemoryStore]) -> None:
    """Whoever takes an entry out of its bundle and its folder away is found by all who ask for the newest version."""
    files = archive_of(1000).files
    index = open_archive(archive_of(1000)).resolve(parse_reference("harbour/v2")).index
    path = f"log/tile/entries/{index // 256:03}"
    one, other = b'"release":"harbour"', b'"release":"hidden1"'
    left = {name: data for name, data in files.items() if not name.startswith("releases/harbour/v2/")}
    archive = open_archive(MemoryStore({**left, path: files[path].replace(one, other)}))
    assert archive.resolve(parse_reference("harbour/v1")).statement.version == 1
    for ask in (lambda: archive.resolve(parse_reference("harbour")), lambda: archive.history("harbour")):
        with pytest.raises(IntegrityError) as caught:
            ask()
        assert caught.value.check == 10


def test_clock_that_went_back(archive_of: Callable[[int], MemoryStore], founders: InitialKeys) -> None:
    """Where times do not grow, a version may not be found by its time; then every entry is asked."""
    files = archive_of(1000)
    statements = open_archive(files).statements
    harbour = next(at for at, said in enumerate(statements) if said.name == "harbour/v1")
    late = [replace(said, logged_at="2026-03-01T00:00:00Z") for said in statements[:harbour]]
    spoilt = with_log(files, [*late, *statements[harbour:]], founders.log)
    archive = open_archive(spoilt)
    assert archive.resolve(parse_reference("harbour/v1")).index == harbour
    assert archive.is_whole


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
        (f"log/tile/entries/{index // 256:03}", 10),
        ("releases/harbour/v1/content/record.json", 3),
    ):
        at = files[path].find(b"harbour") if "entries" in path else 8
        spoilt = {**files, path: files[path][:at] + bytes(4) + files[path][at + 4 :]}
        assert spoilt[path] != files[path]
        report = verify_archive(MemoryStore(spoilt), only=parse_reference("harbour/v1"))
        assert report.verdict == "failed", path
        assert check in {finding.check for finding in report.failures}, path
    entries = files["log/tile/entries/002"]
    elsewhere = {
        "log/checkpoints/500": b"x",
        "releases/tide/v1/content/record.json": b"x",
        "log/tile/entries/002": entries[:8] + bytes(4) + entries[12:],
    }
    report = verify_archive(MemoryStore({**files, **elsewhere}), only=parse_reference("harbour/v1"))
    assert report.verdict == "verified"
    assert "998 entries of the log" in str(report.left_out)


def test_news_of_another_history(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """Of a log that does not continue the older checkpoint there is no news: check 13 fails."""
    other = synthesise(small_archive, 12, founders.log, [9])
    ours = synthesise(small_archive, 14, founders.log)
    old = sight_checkpoint(other.read("log/checkpoints/9"), "OLD")
    report = verify_archive(ours, only=Since(old), past=Past(against=old))
    assert report.news is None
    assert 13 in {finding.check for finding in report.failures}
