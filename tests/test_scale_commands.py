"""What each verb of the command reads of an archive on the disk, at 10, 1,000 and 10,000 entries.

``test_scale`` counts what the library reads for one question; here the whole command is counted, with all that it looks
at on its way: the memory of the machine, the marker of a writer, what was withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.attacks.hands import lay
from tests.conftest import NOW, ORIGIN
from tests.synthesised import CountingStore
from tests.test_scale import ALL, FEW, LATER, NONE, SIZES, archive_of

from muniment.cli import archive
from muniment.cli.app import VERBS
from muniment.ingest import Source
from muniment.log.tile import bundles
from muniment.ssh.keys import PrivateKey
from muniment.store import LocalStore, MemoryStore
from muniment.store.interface import WalkEntry
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_publication

__all__ = ["archive_of"]

ROOT, RECORD, LOG = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
"""The keys of ``archive_of``."""


@dataclass(slots=True)
class Counts:
    """The paths that were read and listed in every folder that is a store."""

    reads: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """Count what is read of the disk."""
    counted, read, listing, walk = Counts(), LocalStore.read, LocalStore.list, LocalStore.walk

    def counting_read(store: LocalStore, path: str, **limit: Any) -> bytes:  # noqa: ANN401 - passed on
        counted.reads.append(path)
        return read(store, path, **limit)

    def counting_list(store: LocalStore, path: str = "") -> object:
        counted.lists.append(path)
        return listing(store, path)

    def counting_walk(store: LocalStore, prefix: str = "") -> Iterator[WalkEntry]:
        counted.lists.append(prefix)
        return walk(store, prefix)

    monkeypatch.setattr(LocalStore, "read", counting_read)
    monkeypatch.setattr(LocalStore, "list", counting_list)
    monkeypatch.setattr(LocalStore, "walk", counting_walk)
    return counted


COMMANDS = {
    "show harbour/v2": (FEW, 9, 2),
    "show harbour": (LATER, 9, 3),
    "cite harbour/v2": (FEW, 9, 2),
    "cite harbour": (LATER, 9, 3),
    "diff harbour/v1 harbour/v2": (FEW, 12, 1),
    "export harbour/v2 -o -": (FEW, 16, 1),
    "prove harbour/v2#p1 -o -": (FEW, 11, 1),
    "verify harbour/v2": (ALL, 38, 6),
    "log --checkpoint": (NONE, 5, 1),
    "log harbour": (ALL, 13, 2),
    "blame harbour/v2": (ALL, 10, 3),
    "when closed harbour": (ALL, 9, 2),
    "find-quote Monday harbour/v1": (ALL, 12, 3),
    "status": (ALL, 8, 1),
    "key list": (NONE, 5, 1),
    "witness request -o -": (NONE, 5, 1),
}
"""Of each command: of how many bundles it reads the entries, and how many other files it reads, but for tiles, and
folders it lists."""

ELSEWHERE = {
    "init": "there is no archive yet",
    "preview": "reads no archive",
    "add": "test_adding",
    "describe": "reads what add reads",
    "emend": "reads what add reads",
    "reextract": "reads what add reads, and the original",
    "capture": "reads what add reads",
    "watch": "reads what add reads, for each address",
    "withdraw": "reads what add reads",
    "recover": "reads what add reads",
    "import": "reads what add reads",
    "site": "makes a page of every version; what is as it was is not read: tests/site",
    "serve": "reads what a page needs; tests/site counts what it reads again when the archive grows",
    "search": "reads the index, and the versions that it names: tests/history/index",
    "index": "reads every version once, then what is new: tests/history/index",
    "copy": "reads all of the archive that it copies",
    "list": "says something of every release",
    "timestamp": "stamps the checkpoint, which log --checkpoint reads; test_scale.older_checkpoint",
    "memory": "reads no archive",
}
"""The other verbs, and what is counted of them, or why nothing is."""


def test_every_verb_is_here() -> None:
    """No verb is left out, so that a new one gets its row."""
    assert sorted({*{command.split()[0] for command in COMMANDS}, *ELSEWHERE}) == sorted(VERBS)


@pytest.mark.parametrize("size", SIZES)
def test_reads_of_a_command(
    archive_of: Callable[[int], MemoryStore],
    size: int,
    tmp_path: Path,
    counts: Counts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Besides the entries a command reads no more of a large archive than of a small one, but for a few tiles."""
    folder = lay(archive_of(size).files, tmp_path / "archive")
    held = len(list(bundles(size)))
    few = 2 * held.bit_length() + 2
    for number, (command, (entries, reads, lists)) in enumerate(COMMANDS.items()):
        monkeypatch.setenv("ARCHIVE_MEMORY", str(tmp_path / f"memory-{number}"))
        counts.reads.clear()
        counts.lists.clear()
        result = CliRunner().invoke(archive, [*command.split(), "--archive", str(folder)], prog_name="archive")
        assert result.exit_code == 0, (command, result.output)
        bundle = {path for path in counts.reads if path.startswith("log/tile/entries/")}
        tiles = [path for path in counts.reads if path.startswith("log/tile/") and path not in bundle]
        others = [path for path in counts.reads if not path.startswith("log/tile/")]
        most = {NONE: 0, FEW: few, LATER: few + held // 3, ALL: held}[entries]
        assert len(bundle) <= most, command
        assert len(tiles) <= 6, (command, tiles)
        assert len(others) <= reads, (command, others)
        assert len(counts.lists) <= lists, (command, counts.lists)


@pytest.mark.parametrize(("release", "others"), [("pier", 17), ("harbour", 33)])
@pytest.mark.parametrize("size", SIZES)
def test_adding(archive_of: Callable[[int], MemoryStore], size: int, release: str, others: int) -> None:
    """An addition reads each bundle once; what else it reads, and what it writes, does not grow with the archive."""
    before = archive_of(size).files
    grown = MemoryStore(dict(before))
    store = CountingStore(grown)
    words = Source(b"Pier\n\nOpen.\n", "pier.txt", NOW[:10])
    add_publication(store, Keys(RECORD, LOG), release, words, {}, Author("2026-03-01T00:00:00Z"))
    entries = [path for path in store.reads if path.startswith("log/tile/entries/")]
    tiles = [path for path in store.reads if path.startswith("log/tile/") and path not in entries]
    assert len(entries) <= len(list(bundles(size))) + 2
    assert len(tiles) <= 3
    assert len(store.reads) - len(entries) - len(tiles) <= others
    assert len(store.lists) <= 8
    written = {path for path, data in grown.files.items() if before.get(path) != data}
    assert len(written) <= 12
    assert sum(len(grown.files[path]) for path in written if not path.startswith("log/tile/")) <= 12_000


def test_whole_verification() -> None:
    """A whole verification reads each file of a version once, and lists each release once, whatever came before."""
    store = MemoryStore()
    create_archive(store, InitialKeys(ROOT, RECORD, LOG), origin=ORIGIN, now="2026-01-01T00:00:00Z")
    counted = []
    for number in range(60):
        words = Source(f"Pier\n\nOpen on {number} days.\n".encode(), "pier.txt", NOW[:10])
        add_publication(store, Keys(RECORD, LOG), f"pier-{number // 5}", words, {}, Author(NOW))
        if number in {19, 59}:
            counting = CountingStore(store)
            assert verify_archive(counting).verdict == "verified"
            tiles = [path for path in counting.reads if path.startswith("log/tile/")]
            counted.append((len(counting.reads) - len(tiles), len(tiles), len(counting.lists)))
    (reads, tiles_read, lists), (more_reads, more_tiles, more_lists) = counted
    # Six files a version, and three a release of five versions: record, signature, original, inventory and its sidecar,
    # checkpoint; the declaration of the object, its inventory and the sidecar of that.
    assert more_reads - reads == 40 * 6 + 8 * 3
    # The narrower forms of two growing tiles, until these are full.
    assert more_tiles - tiles_read == 2 * 40
    assert more_lists - lists == 8
