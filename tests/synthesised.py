"""A long log around a few releases: an archive of any number of entries, made in a moment.

The releases are real; every other entry states a version of an invented release that has no folder.  So whatever stands
on one release works as in a real archive of that size, and nothing else does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from muniment.archive import open_archive
from muniment.log.checkpoint import sign_checkpoint
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.statement import RootStatement, VersionStatement, format_statement
from muniment.log.tree import log_files
from muniment.ssh.keys import SigningKey
from muniment.store import MemoryStore
from muniment.store.interface import MAX_FILE, Node, Store, WalkEntry


def synthesise(store: MemoryStore, size: int, key: SigningKey, cut: Sequence[int] = ()) -> MemoryStore:
    """Give an archive with the same releases, spread over a log of a size.

    Args:
        store: A small archive.
        size: The number of entries, at least as many as it has.
        key: The log key.
        cut: More sizes to publish a checkpoint of.
    """
    archive = open_archive(store)
    first, *rest = archive.statements
    assert isinstance(first, RootStatement)
    model = next(said for said in rest if isinstance(said, VersionStatement) and said.version == 1)
    real = {(size - 1) * (number + 1) // len(rest): said for number, said in enumerate(rest)}
    times = _times([(0, first.logged_at), *((index, said.logged_at) for index, said in real.items())])
    statements = [real.get(index) or _invented(model, index, times[index]) for index in range(1, size)]
    entries = [format_statement(said) for said in (first, *statements)]
    leaves = [leaf_hash(entry) for entry in entries]
    files = {path: data for path, data in store.files.items() if not path.startswith("log/")}
    files |= {f"log/{path}": data for path, data in log_files(entries)}
    for at in {size, *cut, *(index + 1 for index in real)}:
        head = replace(archive.checkpoint, size=at, root=tree_root(leaves[:at]))
        files[f"log/checkpoints/{at}"] = sign_checkpoint(head, key.public.raw, key.sign)
    return MemoryStore({**files, "log/checkpoint": files[f"log/checkpoints/{size}"]})


def _times(known: Sequence[tuple[int, str]]) -> list[str]:
    """When each entry was logged: evenly between those of which it is known."""
    times = []
    for (first, start), (last, end) in pairwise(known):
        begin = datetime.fromisoformat(start)
        step = (datetime.fromisoformat(end) - begin) / max(1, last - first)
        times += [f"{begin + step * at:%Y-%m-%dT%H:%M:%SZ}" for at in range(last - first)]
    return times


def _invented(model: VersionStatement, index: int, logged_at: str) -> VersionStatement:
    record = f"sha256:{hashlib.sha256(b'%d' % index).hexdigest()}"
    return replace(model, release=f"invented-{index}", record=record, logged_at=logged_at)


class CountingStore:
    """Passes everything on, and counts what is read and listed."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.reads: list[str] = []
        self.lists: list[str] = []
        self.bytes = 0

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """See ``Store.read``."""
        self.reads.append(path)
        data = self._inner.read(path, max_size=max_size)
        self.bytes += len(data)
        return data

    def list(self, path: str = "") -> tuple[Node, ...]:
        """See ``Store.list``."""
        self.lists.append(path)
        return self._inner.list(path)

    def walk(self, prefix: str = "") -> Iterator[WalkEntry]:
        """See ``Store.walk``: one listing."""
        self.lists.append(prefix)
        return self._inner.walk(prefix)

    def create(self, path: str, data: bytes) -> None:
        """See ``Store.create``."""
        self._inner.create(path, data)

    def replace(self, path: str, data: bytes, expected: bytes | None) -> None:
        """See ``Store.replace``."""
        self._inner.replace(path, data, expected)

    def remove(self, path: str) -> None:
        """See ``Store.remove``."""
        self._inner.remove(path)

    def remove_many(self, paths: Iterable[str]) -> None:
        """See ``Store.remove_many``."""
        self._inner.remove_many(paths)

    def probe(self) -> None:
        """See ``Store.probe``."""
        self._inner.probe()

    @property
    def exclusive(self) -> bool:
        """See ``Store.exclusive``."""
        return self._inner.exclusive

    def together(self) -> AbstractContextManager[None]:
        """See ``Store.together``."""
        return self._inner.together()

    def lock(self) -> AbstractContextManager[None]:
        """See ``Store.lock``."""
        return self._inner.lock()

    def is_locked(self) -> bool:
        """See ``Store.is_locked``."""
        return self._inner.is_locked()

    def clean_temporary(self) -> None:
        """See ``Store.clean_temporary``."""
        self._inner.clean_temporary()
