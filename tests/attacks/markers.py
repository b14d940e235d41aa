"""Markers of unfinished writes, genuine and forged."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from tests.conftest import NOTICE, NOW

from muniment.archive import open_archive
from muniment.archive.paths import UNFINISHED
from muniment.archive.unfinished import Marker, promise, sign_marker
from muniment.errors import StoreError
from muniment.ingest import Source
from muniment.ssh.keys import SigningKey
from muniment.store import FaultyStore, MemoryStore, Store
from muniment.write.version import Author, Keys, add_publication

Target = tuple[str | None, int | None, str | None]
NO_VERSION: Target = (None, None, None)


def claim(store: MemoryStore, paths: Iterable[str], *, target: Target = NO_VERSION, size: int | None = None) -> Marker:
    """A marker upon the head of the log that promises files with the bytes that lie there, else with none.

    For a version after the first it promises the root inventory that lies there too.
    """
    archive, files = open_archive(store), store.files
    promised = tuple(promise(path, files.get(path, b"")) for path in paths)
    size = archive.checkpoint.size + 1 if size is None else size
    root = [f"{target[2]}/{name}" for name in ("inventory.json", "inventory.json.sha512")]
    replaced = tuple(
        promise(path, files.get(path, b""), files.get(path, b"")) for path in root if target[1] not in {None, 1}
    )
    return Marker(archive.origin, size, archive.checkpoint.root.hex(), *target, promised, replaced)


def planted(store: MemoryStore, marker: Marker, key: SigningKey) -> MemoryStore:
    """The same archive with a marker signed by some key."""
    return MemoryStore({**store.files, UNFINISHED: sign_marker(marker, key)})


def add_bytes(store: Store, keys: Keys, release: str, data: bytes) -> object:
    """Publish bytes of a release."""
    return add_publication(store, keys, release, Source(data, "n.txt", NOW), {}, Author(NOW))


def add_later(store: Store, keys: Keys) -> object:
    """Publish other bytes of harbour: v3."""
    return add_bytes(store, keys, "harbour", NOTICE + b"\n3. New.\n")


def add_first(store: Store, keys: Keys) -> object:
    """Publish a release that is new."""
    return add_bytes(store, keys, "pier", NOTICE)


def stopped(
    store: MemoryStore, keys: Keys, after: int, write: Callable[[Store, Keys], object] = add_later
) -> MemoryStore:
    """What a writer leaves that is stopped after so many changes."""
    left = MemoryStore(store.files)
    with suppress(StoreError):
        write(FaultyStore(left, stop_after=after), keys)
    return left
