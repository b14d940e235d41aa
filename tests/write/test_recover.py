"""Tests of ``muniment.write.recover`` beside those of every crash point in ``test_crash``."""

from __future__ import annotations

import pytest
from tests.attacks.markers import claim, planted
from tests.conftest import NOTICE, NOW

from muniment.archive.paths import CHECKPOINT, UNFINISHED
from muniment.archive.unfinished import read_marker
from muniment.errors import IntegrityError, ProofError, StoreError
from muniment.ingest import Source
from muniment.store import FaultyStore, MemoryStore
from muniment.verify.archive import verify_archive
from muniment.write.commit import finish
from muniment.write.recover import Recovery, recover
from muniment.write.version import Author, Keys, add_publication


def crashed(start: MemoryStore, keys: Keys, stop_after: int, release: str = "pier") -> MemoryStore:
    """What an addition leaves that is killed after so many writes."""
    inner = MemoryStore(start.files)
    data = NOTICE + b"\n3. New.\n"
    with pytest.raises(StoreError):
        add_publication(
            FaultyStore(inner, stop_after=stop_after), keys, release, Source(data, "p.txt", NOW), {}, Author(NOW)
        )
    return inner


def test_nothing_to_do(small_archive: MemoryStore) -> None:
    """Where no write was interrupted nothing is done."""
    before = small_archive.files
    assert recover(small_archive) is None
    assert small_archive.files == before


@pytest.mark.parametrize("release", ["pier", "harbour"])
def test_back(small_archive: MemoryStore, keys: Keys, release: str) -> None:
    """Before the new checkpoint is published, recovery makes the archive what it was, byte for byte."""
    subject = "pier/v1" if release == "pier" else "harbour/v3"
    for stop_after in range(1, 11):
        store = crashed(small_archive, keys, stop_after, release)
        assert recover(store) == Recovery(subject, completed=False)
        assert store.files == small_archive.files


def test_forward(small_archive: MemoryStore, keys: Keys) -> None:
    """Once the new checkpoint is published, recovery completes the addition."""
    store = crashed(small_archive, keys, 12)
    assert "log/checkpoints/5" in store.files
    assert store.files[CHECKPOINT] == small_archive.files[CHECKPOINT]
    assert recover(store) == Recovery("pier/v1", completed=True)
    assert verify_archive(store).counts.versions == 4
    assert len(verify_archive(store).findings) == 1


def test_tidying(small_archive: MemoryStore, keys: Keys) -> None:
    """After the commit only the marker is left, and recovery removes it."""
    store = MemoryStore(small_archive.files)
    full = FaultyStore(store, stop_after=13)
    add_publication(full, keys, "pier", Source(NOTICE, "p.txt", NOW), {}, Author(NOW))
    assert UNFINISHED in store.files
    assert recover(store) == Recovery("pier/v1", completed=True)
    assert UNFINISHED not in store.files


def test_tidying_leaves_what_is_not_superseded() -> None:
    """Tidying removes the superseded tiles that are there, and the marker, and nothing beside them."""
    store = MemoryStore({"log/tile/0/000.p/1": b"", "log/tile/0/000.p/stray": b"", UNFINISHED: b""})
    finish(store, ["log/tile/0/000.p/1", "log/tile/0/000.p/2", "log/tile/1/000.p/1"])
    assert set(store.files) == {"log/tile/0/000.p/stray"}


def test_damaged_checkpoint_is_not_published(small_archive: MemoryStore, keys: Keys) -> None:
    """A new checkpoint that is damaged, or does not continue the log, is not made the log's; nothing is touched."""
    store = crashed(small_archive, keys, 12)
    tile = "log/tile/0/000.p/5"
    cases = {
        "log/checkpoints/5": (store.files["log/checkpoints/5"].replace(b"\n5\n", b"\n6\n"), IntegrityError),
        tile: (bytes(160), IntegrityError),
        CHECKPOINT: (store.files["log/checkpoints/1"] + b"x", IntegrityError),
    }
    for path, (data, kind) in cases.items():
        damaged = MemoryStore({**store.files, path: data})
        before = damaged.files
        with pytest.raises(kind):
            recover(damaged)
        assert damaged.files == before


def test_older_checkpoint_under_the_name_of_the_new(small_archive: MemoryStore, keys: Keys) -> None:
    """A checkpoint of another size under the new one's name is refused, even if promised: the log never goes back."""
    store = crashed(small_archive, keys, 12)
    swapped = MemoryStore({**store.files, "log/checkpoints/5": store.files["log/checkpoints/3"]})
    before = swapped.files
    with pytest.raises(IntegrityError, match="not what its writer wrote"):
        recover(swapped)
    assert swapped.files == before
    signed = read_marker(store)
    assert signed is not None
    swapped = planted(swapped, claim(swapped, signed.marker.paths, target=("pier", 1, "releases/pier")), keys.log)
    before = swapped.files
    with pytest.raises(ProofError, match="does not continue the log"):
        recover(swapped)
    assert swapped.files == before


def test_marker_that_cannot_be_understood(small_archive: MemoryStore) -> None:
    """A marker that is no marker is refused; nothing is touched."""
    for data in (b"", b"{}", b"not JSON"):
        store = MemoryStore({**small_archive.files, UNFINISHED: data})
        with pytest.raises(IntegrityError):
            recover(store)
        assert store.files == {**small_archive.files, UNFINISHED: data}
