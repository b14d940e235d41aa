"""Copying an archive: whole, held to its log, taken up again, and never over another one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
from tests.conftest import NOW, ORIGIN

from muniment.errors import InputError, IntegrityError, MunimentError, UnavailableError
from muniment.ingest import Source
from muniment.store import FaultyStore, LocalStore, MemoryStore, Store
from muniment.store.objects import ObjectStore
from muniment.verify.archive import verify_archive
from muniment.verify.report import VERIFIED
from muniment.write.copying import copy_archive
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, Publication, add_publication, add_publications


def bucket() -> Store:
    """An empty bucket in memory."""
    clients = pytest.importorskip("obstore.store", reason="obstore is not installed")
    return ObjectStore(cast("Any", clients.MemoryStore()))


PLACES: dict[str, Callable[[Path], Store]] = {
    "folder": lambda path: LocalStore(path / "copy", sync=False),
    "memory": lambda _: MemoryStore(),
    "bucket": lambda _: bucket(),
}


def files(store: Store) -> dict[str, bytes]:
    """Every file, but for what writers need beside it."""
    found = (entry.path for entry in store.walk())
    return {path: store.read(path) for path in found if path != ".lock" and not path.startswith("staging/")}


@pytest.mark.parametrize("place", PLACES)
def test_a_copy_has_the_same_bytes(small_archive: MemoryStore, place: str, tmp_path: Path) -> None:
    """A copy in any kind of place has every file of the archive and no other, and there is nothing left to copy."""
    target = PLACES[place](tmp_path)
    done = copy_archive(small_archive, target)
    assert (files(target), done.wanting, len(done.mended)) == (small_archive.files, (), len(small_archive.files))
    assert verify_archive(target).verdict == VERIFIED
    assert copy_archive(small_archive, target).mended == ()


def test_a_copy_may_stop_at_any_file(small_archive: MemoryStore) -> None:
    """Whatever file is the last one, the copy can be run again, and then it is whole."""
    for stop in range(len(small_archive.files) + 5):
        target = MemoryStore()
        try:
            done = copy_archive(small_archive, FaultyStore(target, stop))
            assert done.wanting == () or stop < len(small_archive.files)
        except UnavailableError:
            assert stop < len(small_archive.files)
        copy_archive(small_archive, target)
        assert target.files == small_archive.files


@pytest.mark.parametrize("place", PLACES)
def test_a_copy_grows_with_the_archive(small_archive: MemoryStore, keys: Keys, place: str, tmp_path: Path) -> None:
    """Of an archive that was added to only the news are copied; and where the copy lies in a bucket, writers go on."""
    target = PLACES[place](tmp_path)
    copy_archive(small_archive, target)
    add_publication(target, keys, "quay", Source(b"Quay\n\nShut.\n", "quay.txt", NOW[:10]), {}, Author(NOW))
    back = MemoryStore(small_archive.files)
    copy_archive(target, back)
    assert files(back) == files(target)
    add_publication(back, keys, "quay", Source(b"Quay\n\nOpen.\n", "quay.txt", NOW[:10]), {}, Author(NOW))
    copy_archive(back, target)
    assert verify_archive(target).verdict == VERIFIED
    add_publication(target, keys, "quay", Source(b"Quay\n\nDone.\n", "quay.txt", NOW[:10]), {}, Author(NOW))
    assert verify_archive(target).verdict == VERIFIED


def test_no_damage_is_copied(small_archive: MemoryStore) -> None:
    """What is not as the log names it is told, and not copied."""
    path = "releases/tide/v1/content/original.txt"
    damaged = MemoryStore({**small_archive.files, path: b"Tide\n\nLow at noon.\n"})
    target = MemoryStore()
    done = copy_archive(damaged, target)
    assert [error.where for error in done.wanting] == [path]
    assert path not in target.files
    copy_archive(small_archive, target)
    assert target.files == small_archive.files


def test_a_damaged_file_leaves_no_other_astray(small_archive: MemoryStore, keys: Keys) -> None:
    """Whatever file was damaged when it was copied, a second copy once that is mended is the archive, and verifies.

    What is said of a batch is such a file: without it, sizes that were never published look as if they had been.
    """
    words = [Source(f"Gate\n\nShut on day {day}.\n".encode(), "gate.txt", NOW[:10]) for day in range(3)]
    add_publications(small_archive, keys, [Publication("gate", source, {}) for source in words], Author(NOW))
    good = small_archive.files
    assert "log/batches/7" in good, sorted(good)
    for path, data in good.items():
        damaged = MemoryStore({**good, path: data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]})
        target = MemoryStore()
        with suppress(MunimentError):
            copy_archive(damaged, target)
        assert target.files.items() <= good.items(), path
        copy_archive(small_archive, target)
        assert target.files == good, path


def test_another_archive_is_not_written_over(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A place with other files, another archive or another history of the same one stays as it is."""
    notes = MemoryStore({"notes.txt": b"mine"})
    with pytest.raises(InputError, match="neither empty nor a copy of this archive"):
        copy_archive(small_archive, notes)
    other = MemoryStore()
    create_archive(other, founders, origin="press.example.org/other", now=NOW)
    forked = MemoryStore()
    create_archive(forked, founders, origin=ORIGIN, now=NOW)
    words = Source(b"Gate\n\nShut.\n", "gate.txt", NOW[:10])
    add_publication(forked, Keys(founders.record, founders.log), "gate", words, {}, Author(NOW))
    for target in (notes, other, forked):
        before = target.files
        with pytest.raises((InputError, IntegrityError)):
            copy_archive(small_archive, target)
        assert target.files == before
