"""Tests of ``muniment.verify.log`` and of ``muniment.verify.checkpoints``: the log alone, of any size."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from muniment.errors import NotFoundError
from muniment.log.newest import NONE_NAMED, NamedRoot
from muniment.log.note import Verifier, make_verifier
from muniment.log.tree import Log
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.verify.checkpoints import LogReader
from muniment.verify.log import LogResult, check_log, open_log
from muniment.verify.report import Tally
from muniment.write.commit import grow_log

ORIGIN = "press.example.org/archive"
KEY = PrivateKey.from_seed(bytes([3]) * 32)
NEWEST = NamedRoot(1, "sha256:" + "ab" * 32)
VERIFIERS: list[Verifier] = [make_verifier(ORIGIN, KEY.public.raw)]

Files = dict[str, bytes]


def grown(size: int, *, kept: bool = False) -> Files:
    """The files of a log of a size, grown entry by entry; with every superseded tile, if they are kept."""
    files: Files = {}

    def read(path: str) -> bytes:
        try:
            return files[f"log/{path}"]
        except KeyError:
            raise NotFoundError("no such file", where=path) from None

    for number in range(size):
        growth = grow_log(Log(read, number), None, [b"entry %d" % number], ORIGIN, KEY, root=NEWEST)
        files |= {**dict(growth.files), "log/checkpoint": growth.checkpoint}
        for path in () if kept else growth.superseded:
            files.pop(path, None)
    return files


@pytest.fixture(scope="module")
def small() -> Files:
    """A log of six entries."""
    return grown(6)


@pytest.fixture(scope="module")
def large() -> Files:
    """A log of 260 entries: one full tile, and four hashes beyond."""
    return grown(260)


def opened(tally: Tally, store: MemoryStore, verifiers: Sequence[Verifier], origin: str) -> LogResult:
    """Open a log by its head."""
    reader = LogReader(store, tally)
    return open_log(reader, reader.read("log/checkpoint"), verifiers, origin)


def check(files: Files) -> tuple[Tally, LogResult]:
    """Check a log."""
    tally = Tally()
    log = opened(tally, MemoryStore(files), VERIFIERS, ORIGIN)
    check_log(log, files, NONE_NAMED)
    return tally, log


def blamed(files: Files) -> set[str]:
    """The subjects of what was found."""
    tally, _ = check(files)
    assert all((finding.check, finding.ok) == (10, False) for finding in tally.findings)
    return {finding.subject for finding in tally.findings}


def without(files: Files, *paths: str) -> Files:
    """All but some files."""
    return {path: data for path, data in files.items() if path not in paths}


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 513])
def test_sound(size: int) -> None:
    """A log of any size is found sound, every entry is given, and every file of it is known."""
    files = grown(size)
    tally, log = check(files)
    assert tally.findings == []
    assert tuple(log.entries) == tuple(b"entry %d" % number for number in range(size))
    assert set(log.files) == set(files)
    assert len(log.files) == len(files)
    assert log.vouched
    assert log.checkpoint is not None
    assert log.checkpoint.size == size


def test_every_file_counts(small: Files) -> None:
    """Each file of a log, changed in its first, middle or last byte or missing, is the one that is named."""
    for path, data in small.items():
        for at in (0, len(data) // 2, len(data) - 1):
            changed = {**small, path: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}
            assert path in blamed(changed), (path, at)
        assert path in blamed(without(small, path))
        assert path in blamed({**small, path: data + b"x"})


def test_every_tile_of_a_large_log_counts(large: Files) -> None:
    """The same holds for full tiles and bundles, and for the levels above."""
    tiles = [path for path in large if path.startswith("log/tile/")]
    assert len(tiles) == 2 + 4 * 2 + 1
    for path in tiles:
        assert blamed({**large, path: large[path][:-1] + bytes([large[path][-1] ^ 1])}) == {path}
        assert path in blamed(without(large, path))


def test_entry_that_was_exchanged(small: Files) -> None:
    """An entry exchanged in its bundle alone is named by its number; the hashes say what was logged."""
    path = "log/tile/entries/000.p/6"
    tally, log = check({**small, path: small[path].replace(b"entry 4", b"entry X")})
    assert [(f.subject, f.what) for f in tally.findings] == [(path, "entry 4 is not the one that was logged")]
    assert log.entries[3] == b"entry 3"


def test_bundle_that_cannot_be_read(small: Files) -> None:
    """Without its bundle the entries are unknown, and the tiles are still checked against the signed root."""
    path = "log/tile/entries/000.p/6"
    for files in (without(small, path), {**small, path: b"\xff"}):
        tally, log = check(files)
        assert [finding.subject for finding in tally.findings] == [path]
        assert tuple(log.entries) == (None,) * 6
        assert log.checkpoint is not None


def test_entries_and_hashes_both_forged(small: Files) -> None:
    """Where neither entries nor hashes give the signed root, that is said, with both roots."""
    bundle, tile = "log/tile/entries/000.p/6", "log/tile/0/000.p/6"
    forged = {**small, bundle: small[bundle].replace(b"entry 4", b"entry X"), tile: bytes(6 * 32)}
    tally, _ = check(forged)
    assert [finding.subject for finding in tally.findings] == ["log/tile/entries"]
    assert tally.findings[0].expected.startswith("sha256:")
    assert tally.findings[0].found.startswith("sha256:")
    assert blamed(without(forged, tile, bundle)) >= {"log/tile/entries", bundle}
    assert blamed(without(forged, tile)) >= {"log/tile/entries"}


def test_damaged_head(small: Files) -> None:
    """With a damaged head the check goes on from the newest published checkpoint that verifies."""
    broken = {**small, "log/checkpoint": b"x"}
    for files, size in (
        (broken, 6),
        (without(small, "log/checkpoint"), 6),
        ({**broken, "log/checkpoints/6": b"x"}, 5),
        ({**broken, "log/checkpoints/x": b"x"}, 6),
    ):
        tally, log = check(files)
        assert log.checkpoint is not None
        assert log.checkpoint.size == size
        assert tally.findings[0].subject == "log/checkpoint"
    nothing = {**broken, **{f"log/checkpoints/{size}": b"x" for size in range(1, 7)}}
    tally, log = check(nothing)
    assert (log.checkpoint, log.head, log.entries, log.vouched) == (None, None, (), False)
    assert log.files == ("log/checkpoint",)
    assert [finding.subject for finding in tally.findings] == ["log/checkpoint"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda files: files["log/checkpoints/3"],
        lambda _: b"x",
        lambda files: files["log/checkpoints/2"].replace(b"\n2\n", b"\n3\n"),
    ],
    ids=["of another size", "nonsense", "unsigned"],
)
def test_earlier_checkpoints(small: Files, forge: Callable[[Files], bytes]) -> None:
    """Every earlier checkpoint must be signed and be one that the log grew from."""
    assert blamed({**small, "log/checkpoints/2": forge(small)}) == {"log/checkpoints/2"}


def test_leftover_tiles() -> None:
    """Partial tiles left of a full one belong to the log, and are compared with it like any other."""
    files = grown(258, kept=True)
    tally, log = check(files)
    assert tally.findings == []
    assert set(log.files) == set(files)
    for path in ("log/tile/0/000.p/7", "log/tile/entries/000.p/200"):
        assert blamed({**files, path: files[path][:-1] + b"\0"}) == {path}
    broken = {**files, "log/tile/entries/000": b"\xff"}
    assert blamed(broken) == {"log/tile/entries/000"}


def test_other_log(small: Files) -> None:
    """The log of another key, or under another name, has no checkpoint that can be believed."""
    stranger = make_verifier(ORIGIN, PrivateKey.from_seed(bytes([9]) * 32).public.raw)
    for verifiers, origin in (([stranger], ORIGIN), (VERIFIERS, "other.example"), ([], ORIGIN)):
        tally = Tally()
        assert opened(tally, MemoryStore(small), verifiers, origin).checkpoint is None
        assert {finding.subject for finding in tally.findings} == {"log/checkpoint"}
