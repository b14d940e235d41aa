"""Tests of ``muniment.write.guard``: below what was seen, nothing is signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.conftest import NOTICE, NOW, ORIGIN
from tests.verify.forge import statements, with_log

from muniment.archive import open_archive
from muniment.errors import WriteConflictError
from muniment.ingest import Source
from muniment.log.statement import VersionStatement
from muniment.memory import Recall, Remembered, remember
from muniment.record import Emendation
from muniment.store import MemoryStore
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_description, add_emendations, add_publication

SOURCE = Source(NOTICE.replace(b"Monday", b"Friday"), "harbour.txt", NOW[:10])
SAID = Author(NOW, note="again")


def publish(store: MemoryStore, keys: Keys, recall: Recall | None) -> object:
    """Add other bytes."""
    return add_publication(store, keys, "harbour", SOURCE, {}, SAID, recall=recall)


def publish_again(store: MemoryStore, keys: Keys, recall: Recall | None) -> object:
    """Add the bytes that are there, which changes nothing."""
    source = Source(NOTICE, "harbour.txt", NOW[:10])
    return add_publication(store, keys, "harbour", source, {}, SAID, recall=recall)


def describe(store: MemoryStore, keys: Keys, recall: Recall | None) -> object:
    """Describe anew."""
    return add_description(store, keys, "harbour", {"subjects": ["ships"]}, SAID, recall=recall)


def emend(store: MemoryStore, keys: Keys, recall: Recall | None) -> object:
    """Emend a word."""
    note = Emendation("p2", 0, 2, "corrected", "This", "a reason", "A. Editor")
    return add_emendations(store, keys, "harbour", lambda *_: [note], {}, SAID, recall=recall)


Verb = Callable[[MemoryStore, Keys, Recall | None], object]
VERBS: list[Verb] = [publish, publish_again, describe, emend]


def memory_of(store: MemoryStore, size: int) -> Remembered:
    """What a machine remembers that saw this archive at a size."""
    root = open_archive(store).roots[0].digest
    return remember(store.read(f"log/checkpoints/{size}"), root, "2026-11-20", where="seen/x.json")


def always(kept: Remembered) -> Recall:
    """A machine that remembers this."""
    return lambda _: kept


def refused(verb: Verb, store: MemoryStore, keys: Keys, kept: Remembered) -> WriteConflictError:
    """What a verb says; it must write nothing."""
    before = dict(store.files)
    with pytest.raises(WriteConflictError) as caught:
        verb(store, keys, lambda origin: kept if origin == ORIGIN else None)
    assert store.files == before
    assert "nothing was signed" in caught.value.what
    assert caught.value.exit_code == 3
    return caught.value


@pytest.mark.parametrize("verb", VERBS)
def test_restored_backup(small_archive: MemoryStore, keys: Keys, verb: Verb) -> None:
    """A backup that is older than what was seen signs nothing, by whatever verb; the error has both sizes."""
    backup = MemoryStore(dict(small_archive.files))
    describe(small_archive, keys, None)
    error = refused(verb, backup, keys, memory_of(small_archive, 5))
    assert error.where == ORIGIN
    assert error.expected.startswith("5 entries, root ")
    assert error.found.startswith("4 entries, root ")
    assert "recover from the newer copy" in error.hint
    assert "forget what was seen of press.example.org/archive" in error.hint


@pytest.mark.parametrize("verb", VERBS)
def test_second_history(small_archive: MemoryStore, founders: InitialKeys, keys: Keys, verb: Verb) -> None:
    """Nor does a copy whose history is another, at the size that was seen or above it."""
    root, (v1, v2, tide) = statements(small_archive)
    other = with_log(small_archive, [root, tide, v1, v2], founders.log)
    for size in (2, 3, 4):
        error = refused(verb, other, keys, memory_of(small_archive, size))
        assert "another history" in error.what
        assert error.expected.startswith(f"{size} entries, root ")
        assert error.found.startswith(f"{size} entries, root ")
        assert error.expected != error.found


@pytest.mark.parametrize("verb", VERBS)
def test_other_root(small_archive: MemoryStore, founders: InitialKeys, keys: Keys, verb: Verb) -> None:
    """Nor one with another trust root than the one that was seen."""
    other = MemoryStore()
    create_archive(other, founders, origin=ORIGIN, now="2026-11-23T10:00:00Z")
    error = refused(verb, small_archive, keys, memory_of(other, 1))
    assert open_archive(other).roots[0].digest in error.expected
    assert error.found == open_archive(small_archive).roots[0].digest


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_what_grew_may_grow(small_archive: MemoryStore, keys: Keys, size: int) -> None:
    """A copy that continues what was seen takes a version, as does one of which nothing was seen."""
    publish(small_archive, keys, lambda _: memory_of(small_archive, size))
    assert open_archive(small_archive).checkpoint.size == 5
    describe(small_archive, keys, lambda _: None)
    assert open_archive(small_archive).checkpoint.size == 6


def test_long_log(empty_archive: MemoryStore, keys: Keys, founders: InitialKeys) -> None:
    """Also where the tiles that were current then have grown full since."""
    add_publication(empty_archive, keys, "harbour", SOURCE, {}, SAID)
    archive = open_archive(empty_archive)
    root, said = archive.statements
    assert isinstance(said, VersionStatement)
    others = [replace(said, release=f"r{number}") for number in range(258)]
    grown = with_log(empty_archive, [root, said, *others], founders.log)
    files = {p: d for p, d in grown.files.items() if ".p/" not in p or p.startswith("log/tile/1") or p.endswith("/4")}
    store = MemoryStore(files)
    for size in (1, 2, 255, 256, 257, 260):
        describe(MemoryStore(dict(files)), keys, always(memory_of(store, size)))


def test_second_archive_of_a_name(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """An archive is not made under a name that the machine knows; under one that it does not know it is."""
    store = MemoryStore()
    with pytest.raises(WriteConflictError, match="another archive of this name") as caught:
        create_archive(store, founders, origin=ORIGIN, now=NOW, recall=lambda _: memory_of(small_archive, 4))
    assert store.files == {}
    assert "seen on 2026-11-20" in caught.value.expected
    assert create_archive(store, founders, origin=ORIGIN, now=NOW, recall=lambda _: None).checkpoint.size == 1
