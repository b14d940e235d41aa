"""What a writer finds of a log that somebody with the folder, and no key, has changed; and what it leaves to check.

A writer signs that a number is the next one of its release, so no entry may be hidden from it.  What it signs grows
from the signed root by the right edge of the tree alone, so what is damaged elsewhere never comes into a signature.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest
from tests.conftest import NOW, ORIGIN
from tests.verify.forge import failed

from muniment.archive import open_archive
from muniment.errors import IntegrityError, MunimentError
from muniment.ingest import Source
from muniment.log.tile import format_bundle
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, Publication, add_publication, add_publications

MANY = 256
OLD, NEWEST = "notice-007", "harbour"
FOUNDERS = InitialKeys(*(PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3)))
KEYS = Keys(FOUNDERS.record, FOUNDERS.log)


def source(word: str) -> Source:
    """A text."""
    return Source(f"Notice\n\n1. The harbour is {word}.\n".encode(), "n.txt", NOW[:10])


@cache
def world() -> Mapping[str, bytes]:
    """An archive with a bundle full of releases, and one release of two versions after it."""
    store = MemoryStore()
    create_archive(store, FOUNDERS, origin=ORIGIN, now=NOW)
    many = [Publication(f"notice-{number:03}", source(str(number)), {}) for number in range(MANY)]
    add_publications(store, KEYS, many, Author(NOW))
    for word in ("open", "shut"):
        add_publication(store, KEYS, NEWEST, source(word), {}, Author(NOW))
    return store.files


def hidden(release: str, number: int) -> dict[str, bytes]:
    """The archive without a version: its folder is gone, and in its bundle its entry is one of another release."""
    archive = open_archive(MemoryStore(dict(world())))
    entry = archive.history(release)[number - 1]
    start = entry.index // MANY * MANY
    entries = list(archive.entries[start : start + MANY])
    name = f'"release":"{release}"'.encode()
    entries[entry.index - start] = entries[entry.index - start].replace(name, name[:-2] + b'x"')
    path = f"log/tile/entries/{start // MANY:03}" + (f".p/{len(entries)}" if len(entries) < MANY else "")
    gone = f"releases/{release}/" + (f"v{number}/" if number > 1 else "")
    files = {path: data for path, data in world().items() if not path.startswith(gone)}
    if number > 1:  # what lies beside the versions is as it was before
        before = f"releases/{release}/v{number - 1}/"
        kept = [name for name in files if name.startswith(f"{before}inventory")]
        files |= {name.replace(before, f"releases/{release}/"): files[name] for name in kept}
    assert path in files
    return {**files, path: format_bundle(entries)}


@pytest.mark.parametrize(("release", "number"), [(OLD, 1), (NEWEST, 2), (NEWEST, 1)])
def test_hidden_entries(release: str, number: int) -> None:
    """A version that was taken out of its bundle and its folder cannot be added again: no number is signed twice."""
    files = hidden(release, number)
    store = MemoryStore(dict(files))
    for name in (release, "pier"):
        with pytest.raises(IntegrityError) as caught:
            add_publication(store, KEYS, name, source("open again"), {}, Author(NOW))
        assert caught.value.check == 10
    with pytest.raises(MunimentError):
        add_publications(store, KEYS, [Publication(release, source("again"), {})] * 2, Author(NOW))
    assert store.files == files


@pytest.mark.parametrize(
    "path", ["log/tile/0/001.p/3", "log/tile/1/000.p/1", "log/tile/entries/000", "log/tile/entries/001.p/3"]
)
def test_what_a_signature_grows_from(path: str) -> None:
    """A byte of an entry, or of the right edge of the tree, keeps a writer from signing anything."""
    files = dict(world())
    files[path] = files[path][:-5] + bytes([files[path][-5] ^ 1]) + files[path][-4:]
    store = MemoryStore(dict(files))
    with pytest.raises(MunimentError):
        add_publication(store, KEYS, NEWEST, source("open again"), {}, Author(NOW))
    assert store.files == files


def test_what_is_left_to_check() -> None:
    """A writer signs beside damage that it does not read: no signature rests on it, and what is mended verifies."""
    damaged = ["log/checkpoints/257", f"releases/{OLD}/v1/content/record.json", "log/tile/0/000"]
    store = MemoryStore({path: data + b"x" if path in damaged else data for path, data in world().items()})
    before = failed(store)
    add_publication(store, KEYS, NEWEST, source("open again"), {}, Author(NOW))
    assert {path for found in before.values() for path in found} >= set(damaged)
    assert failed(store) == before
    mended = MemoryStore({**store.files, **{path: world()[path] for path in damaged}})
    assert verify_archive(mended).verdict == "verified"
    sound = MemoryStore(dict(world()))
    add_publication(sound, KEYS, NEWEST, source("open again"), {}, Author(NOW))
    assert mended.files == sound.files
