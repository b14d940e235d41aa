"""A verification in pieces says what one process says, whoever does them and whatever was done to the archive."""

from __future__ import annotations

import gc
import json
import os
import pickle
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock, current_thread, main_thread
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import NOW
from tests.verify.test_jobs import said, tampered

from muniment.errors import FormatError, MunimentError
from muniment.ingest import Source
from muniment.log.merkle import leaf_hash
from muniment.log.tile import Tile, parse_bundle
from muniment.parallel import ahead
from muniment.store import MAX_FILE, MemoryStore, Store
from muniment.verify import pieces
from muniment.verify.archive import verify_archive
from muniment.verify.checkpoints import CheckpointRange, RangeResult
from muniment.verify.fetched import FetchedBundle
from muniment.verify.layout import Counted, Other, Walk
from muniment.verify.listing import ReleaseResult
from muniment.verify.piece_results import format_results, parse_results
from muniment.verify.pieces import Result, WorkPiece, check_piece
from muniment.verify.public_json import report_as_json
from muniment.verify.release import ObjectTask
from muniment.verify.report import Attested, Finding, Tally
from muniment.write.version import Author, Keys, add_publication

LONG = bool(os.environ.get("MUNIMENT_LONG"))
SAMPLE = 1 if LONG else 7
"""Which of the tampered archives are looked at: each, or every seventh."""

_INVENTORY = re.compile(r"releases/[^/]+/inventory\.json")


@dataclass
class Elsewhere:
    """A cluster of no machine: pieces cross by their bytes, and so do results.

    Attributes:
        store: What the machines read.
        threads: How many of the tasks of a piece are worked at together.
        before: What happens before a piece is done.
        sent: How many pieces were asked for.
    """

    store: Store
    threads: int = 1
    before: Callable[[], None] = lambda: None
    sent: list[WorkPiece] = field(default_factory=list)

    @contextmanager
    def work(self, pieces: Iterable[WorkPiece]) -> Iterator[Iterator[tuple[Result, ...]]]:
        """Do each when it is asked for."""
        yield map(self._do, pieces)

    def _do(self, piece: WorkPiece) -> tuple[Result, ...]:
        self.sent.append(piece)
        self.before()
        there = pickle.loads(pickle.dumps(piece))  # noqa: S301 - made here
        each = map if self.threads == 1 else partial(ahead, threads=self.threads)
        return parse_results(format_results(check_piece(self.store, there, each)), piece, where="elsewhere")


def said_elsewhere(store: Store, threads: int = 1) -> str:
    """All that a verification in pieces says, or the error that ends it."""
    try:
        return json.dumps(report_as_json(verify_archive(store, jobs=Elsewhere(store, threads))), indent=1)
    except MunimentError as error:
        return repr((type(error), str(error)))


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of one release, and of one range of checkpoints."""
    monkeypatch.setattr(pieces, "BUCKET", 1)
    monkeypatch.setattr(pieces, "RANGES", 1)


@pytest.mark.usefixtures("small_pieces")
def test_every_tampered_archive(small_archive: MemoryStore) -> None:
    """Whatever is done to whichever file: pieces that cross by their bytes say what one process says."""
    for number, (what, files) in enumerate(tampered(small_archive.files)):
        if number % SAMPLE == 0:
            assert said_elsewhere(MemoryStore(files)) == said(MemoryStore(files), 1), what


@pytest.mark.parametrize("threads", [1, 8])
def test_pieces_as_they_are_cut(small_archive: MemoryStore, threads: int) -> None:
    """Pieces of the size that a cluster is sent say the same too, by one thread and by many."""
    assert said_elsewhere(small_archive, threads) == said(small_archive, 1)


@pytest.mark.usefixtures("small_pieces")
def test_each_kind_of_piece(small_archive: MemoryStore) -> None:
    """Bundles are asked for first, then checkpoints, then releases, by the hash of their names."""
    cluster = Elsewhere(small_archive)
    verify_archive(small_archive, jobs=cluster)
    kinds = [type(piece.tasks[0]).__name__ for piece in cluster.sent]
    assert kinds == ["Tile", "CheckpointRange", *["ObjectTask"] * (len(kinds) - 2)]
    assert len(kinds) == 4


def test_a_range_of_bundles_is_a_subtree() -> None:
    """Each range but the last has 4,096 entries and begins at a multiple of that, so sixteen of them are 65,536."""
    cluster = Elsewhere(MemoryStore())
    got = list(pieces.fetch_among(cluster, 65_536 + 5))
    assert len(got) == 256 + 1
    assert [len(piece.tasks) for piece in cluster.sent] == [*[16] * 16, 1]
    assert [piece.tasks[0] for piece in cluster.sent[:16]] == [Tile(-1, number * 16, 256) for number in range(16)]


def test_a_size_that_is_a_lie_is_given_up(small_archive: MemoryStore) -> None:
    """Of a log of any size few pieces are asked for, once the files of a thousand bundles are not there."""
    cluster = Elsewhere(small_archive)
    for missing, bundle in enumerate(pieces.fetch_among(cluster, 10**17)):
        assert (bundle.data, bundle.fault is None) == (None, False)
        if missing > 1000:
            break
    assert len(cluster.sent) == 63


@pytest.mark.usefixtures("small_pieces")
def test_an_archive_that_grows(small_archive: MemoryStore, keys: Keys) -> None:
    """What is judged is the checkpoint at the beginning, whatever a writer adds between two pieces."""
    before = verify_archive(MemoryStore(dict(small_archive.files)))
    numbers = iter(range(100))

    def grow() -> None:
        number = next(numbers)
        source = Source(f"Notice {number}\n\nIt closes.\n".encode(), "notice.txt", NOW[:10])
        add_publication(small_archive, keys, f"quay-{number}", source, {}, Author(NOW))

    report = verify_archive(small_archive, jobs=Elsewhere(small_archive, before=grow))
    assert (report.verdict, next(numbers)) == ("verified", 4)
    assert (report.size, report.root_hash, report.dated) == (before.size, before.root_hash, before.dated)


class Slow(MemoryStore):
    """A store of far away: it knows what one thread reads, and how many are read at once."""

    exclusive = False

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.alone, self.most, self._now, self._counting = 0, 0, 0, Lock()

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """Read, after a while."""
        with self._counting:
            self.alone += current_thread() is main_thread()
            self._now += 1
            self.most = max(self.most, self._now)
        sleep(0.002)
        try:
            return super().read(path, max_size=max_size)
        finally:
            with self._counting:
                self._now -= 1


def test_threads_read_all_that_grows(small_archive: MemoryStore, keys: Keys) -> None:
    """Of an archive far away threads read whatever grows with it; what one thread waits for stays what it is."""
    seen = []
    for number in range(16):
        source = Source(f"Notice {number}\n\nIt closes.\n".encode(), "notice.txt", NOW[:10])
        add_publication(small_archive, keys, f"quay-{number}", source, {}, Author(NOW))
        if number in {3, 15}:
            store = Slow(dict(small_archive.files))
            assert said(store, 16) == said(small_archive, 1)
            assert store.most > 8
            seen.append(store.alone)
    assert seen[0] == seen[1]


def test_threads_look_again_at_what_failed(small_archive: MemoryStore, keys: Keys) -> None:
    """However many releases have lost their inventory, one thread waits for no more of them than of one."""
    seen = []
    for number in range(16):
        source = Source(f"Notice {number}\n\nIt closes.\n".encode(), "notice.txt", NOW[:10])
        add_publication(small_archive, keys, f"quay-{number}", source, {}, Author(NOW))
        if number in {3, 15}:
            files = {path: data for path, data in small_archive.files.items() if not _INVENTORY.fullmatch(path)}
            assert len(small_archive.files) - len(files) == number + 3
            store = Slow(files)
            assert said(store, 16) == said(MemoryStore(files), 1)
            assert store.most > 8
            seen.append(store.alone)
    assert seen[0] == seen[1]


def test_tasks_are_made_when_they_are_asked_for(
    small_archive: MemoryStore, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many releases there are: few tasks are in memory at a time, those of what is sent and taken over."""
    monkeypatch.setattr(pieces, "BUCKET", 1)
    for number in range(8):
        source = Source(f"Notice {number}\n\nIt closes.\n".encode(), "notice.txt", NOW[:10])
        add_publication(small_archive, keys, f"quay-{number}", source, {}, Author(NOW))
    alive, elsewhere = list[int](), _tasks_alive()  # what other tests of this process hold

    def count() -> None:
        alive.append(_tasks_alive() - elsewhere)

    cluster = Elsewhere(small_archive, before=count, sent=_Forgotten())
    assert verify_archive(small_archive, jobs=cluster).verdict == "verified"
    assert len(alive) == 2 + 10
    assert max(alive) == alive[4] == alive[-1] == 3


def _tasks_alive() -> int:
    gc.collect()
    return sum(isinstance(one, ObjectTask | CheckpointRange) for one in gc.get_objects())


class _Forgotten(list[WorkPiece]):
    """Keeps nothing of what is put into it."""

    def append(self, piece: WorkPiece, /) -> None:
        """Keep nothing."""


@dataclass
class Lying(Elsewhere):
    """A machine that gives other bytes for a bundle, and hashes of what it was asked for, or of what it gives."""

    honest_hashes: bool = True

    def _do(self, piece: WorkPiece) -> tuple[Result, ...]:
        results = super()._do(piece)
        if not isinstance(results[0], FetchedBundle):
            return results
        bundle = results[0]
        assert bundle.data is not None
        data = bundle.data.replace(b"harbour", b"harbeur")
        assert data != bundle.data
        hashes = bundle.hashes if self.honest_hashes else b"".join(map(leaf_hash, parse_bundle(data, 4)))
        return (FetchedBundle(data, hashes), *results[1:])


@pytest.mark.parametrize("honest_hashes", [True, False])
def test_a_machine_cannot_change_an_entry(small_archive: MemoryStore, honest_hashes: bool) -> None:  # noqa: FBT001 - a row
    """What is in the log is proven here: a machine that gives other entries makes nothing verify."""
    report = verify_archive(small_archive, jobs=Lying(small_archive, honest_hashes=honest_hashes))
    assert report.verdict == "failed"
    assert {10} <= {finding.check for finding in report.failures}


FINDING = Finding(2, "a\ud800\x1b[2J", False, "w", "e", "f", "h", readable=False, cause="c", unchecked=True)  # noqa: FBT003 - a failure
TALLY = Tally(
    findings=[FINDING, replace(FINDING, ok=True)],
    file_count=3,
    byte_count=10**12,
    converted={"a": "b"},
    attested=[Attested("a/v1", "b", "c", "v1", "d", None, "failed", ("e",))],
)
TALLY.passed.update({1: 2, 13: 1})
WALK = Walk({"a": 1}, (Other("b", "link", ""),), ("c",), frozenset({"d"}), ("e",), {"f": Counted(1, 1, "f/g")})
BUNDLES = WorkPiece((Tile(-1, 0, 1), Tile(-1, 1, 2), Tile(-1, 2, 3)))
FETCHED = (FetchedBundle(b"\n{", bytes(32)), FetchedBundle(b"abc"), FetchedBundle(None, fault=FINDING))


def test_results_come_back_as_they_were(small_archive: MemoryStore) -> None:
    """Every part of a result is there again, text that is no text too."""
    cluster = Elsewhere(small_archive)
    verify_archive(small_archive, jobs=cluster)
    of_range, of_releases = cluster.sent[1:]
    results: tuple[Result, ...] = (RangeResult(TALLY, ("x", "y")),)
    assert parse_results(format_results(results), of_range, where="") == results
    results = tuple(ReleaseResult(TALLY, TALLY, WALK, ("z",)) for _ in of_releases.tasks)
    assert parse_results(format_results(results), of_releases, where="") == results
    assert parse_results(format_results(FETCHED), BUNDLES, where="") == FETCHED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null\n",
        b"[]\n",
        b"[[2,32,null],[3,0,null],[null,0,null]]\n" + bytes(37),
        b"[[2,33,null],[3,0,null],[3,0,null]]\n" + bytes(41),
        b"[[2,32,null],[3,0,null],[3,0,null]]\n" + bytes(39),
        b"[[2,32,null],[3,0,null],[3,0,null]]\n" + bytes(41),
        b"[[2,32,null],[-3,0,null],[3,0,null]]\n" + bytes(37),
        b"[[true,32,null],[3,0,null],[3,0,null]]\n" + bytes(39),
        b"[" * 100_000,
    ],
)
def test_what_are_no_results_is_refused(data: bytes) -> None:
    """Other values, too few, too many or too long ones are one typed error."""
    with pytest.raises(FormatError, match="not the results of this piece of work"):
        parse_results(data, BUNDLES, where="elsewhere")


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_is_refused_or_read(place: int, value: int) -> None:
    """Whatever a machine sends, it is results of the right types or a typed error."""
    data = bytearray(format_results(FETCHED))
    data[place % len(data)] = value
    try:
        results = parse_results(bytes(data), BUNDLES, where="")
    except FormatError:
        return
    assert all(isinstance(one, FetchedBundle) for one in results)
