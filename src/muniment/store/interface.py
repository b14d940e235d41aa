"""The interface of a store, and the grammar of its paths."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from muniment.errors import MunimentError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

MAX_FILE = 256 * 1024 * 1024
"""Largest file that is read unless the caller says otherwise, in bytes."""

Kind: TypeAlias = Literal["file", "directory", "link", "other"]

# An empty part (so also a leading or trailing slash), ".", "..", and what another system would read as a
# separator, a drive or the end: backslash, colon, NUL, half a surrogate pair.
_FORBIDDEN = re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)|[\\:\0\ud800-\udfff]")

# Nearly every path; the search above is slow, and this is asked for each file that is read.
_PLAIN = re.compile(r"[A-Za-z0-9=_-][A-Za-z0-9=_.-]*(?:/[A-Za-z0-9=_-][A-Za-z0-9=_.-]*)*")


@dataclass(frozen=True, slots=True)
class Node:
    """One name in a folder.

    Attributes:
        name: The name; one that no path could hold is shown with backslash escapes, as kind ``other``.
        kind: ``file``, ``directory``, ``link`` (a symbolic link), ``other``.
        size: Bytes of a regular file, else 0.
        shared: Whether the file has other names (hard links), here or elsewhere.
        odd: Where no path can hold the name: what this is, and why; else empty.
    """

    name: str
    kind: Kind
    size: int
    shared: bool = False
    odd: str = ""


@dataclass(frozen=True, slots=True)
class WalkEntry:
    """What ``Store.walk`` meets: a file, a link or the like; a folder only where it is empty or cannot be listed.

    Attributes:
        path: From the top of the store.
        node: The same as in a listing of its folder.
        fault: Why the folder could not be listed, or not to its end; None where it is empty, or this is no folder.
    """

    path: str
    node: Node
    fault: MunimentError | None = None


class Store(Protocol):
    """A tree of files.

    Paths are relative, with ``/`` between parts and no part ``.`` or ``..``; any other path is a
    ``StoreError``.  Each write is whole or not at all, also when the process is killed.  Writers hold the
    lock, where the store is ``exclusive``; readers never do.
    """

    @property
    def exclusive(self) -> bool:
        """Whether ``lock`` keeps other writers out; else each condition of a write is all that stands between them."""
        ...

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """The bytes of a file.

        Raises:
            NotFoundError: There is no such file.
            StoreError: Not a regular file, larger than ``max_size`` bytes, or unreadable.
        """
        ...

    def list(self, path: str = "") -> tuple[Node, ...]:
        """The names in one folder, by code point; none if there is no such folder.  ``""`` is the root.

        Raises:
            StoreError: It is not a folder, or unreadable.
        """
        ...

    def walk(self, prefix: str = "") -> Iterator[WalkEntry]:
        """Everything below a folder, by code point of the whole path, as it is asked for; ``""`` is the root.

        Links are not followed.  The folder itself is given where it cannot be listed, or is no folder; nothing is
        given where it is empty, or there is none.  What cannot be read is given, not raised.
        """
        ...

    def create(self, path: str, data: bytes) -> None:
        """Write a file once, with the folders above it.  The same bytes already there are fine.

        Raises:
            WriteConflictError: Other bytes are there.
            StoreError: It could not be written; nothing was.  Or it could not be flushed; then all of it was.
        """
        ...

    def replace(self, path: str, data: bytes, expected: bytes | None) -> None:
        """Compare and swap: write ``data`` if the file holds ``expected``, or, for None, if it is absent.

        Raises:
            WriteConflictError: The file holds something else; it stays as it is.
            StoreError: It could not be written; the file stays as it is.  Or, as for ``create``, not flushed.
        """
        ...

    def remove(self, path: str) -> None:
        """Remove a file, if it is there, and the folders above it that are left empty.  For recovery only.

        Raises:
            StoreError: It is a folder, or could not be removed.
        """
        ...

    def remove_many(self, paths: Iterable[str]) -> None:
        """Remove files as ``remove`` does, in as few requests as the store has for it.

        Raises:
            StoreError: One of them could not be removed; others may be.
        """
        ...

    def probe(self) -> None:
        """Find out whether ``create`` and ``replace`` keep what they promise here; asked before an archive is made.

        Raises:
            StoreError: They do not, or it could not be found out.
        """
        ...

    def together(self) -> AbstractContextManager[None]:
        """Write many files as one: what is created or replaced within may only be there when the context has ended.

        Then all of it is there, and survives a power cut.  Where the context ends with an error, or the process is
        killed, any part of it may be there, each file whole.  No file is read or removed within.

        Raises:
            StoreError: As for ``create`` and ``replace``.
        """
        ...

    def lock(self) -> AbstractContextManager[None]:
        """Keep other writers out while the context lasts, where the store is ``exclusive``.

        Raises:
            LockedError: Another writer is at work.
            StoreError: The store cannot be written to.
        """
        ...

    def is_locked(self) -> bool:
        """Whether a writer is at work at this moment, as far as can be told; never waits."""
        ...

    def clean_temporary(self) -> None:
        """Remove what interrupted writes left aside.  Only under the lock.

        Raises:
            StoreError: It could not be removed.
        """
        ...


def walk_by_listing(store: Store, prefix: str = "") -> Iterator[WalkEntry]:
    """Walk as ``Store.walk`` does where folders can only be listed, each when it is come to."""
    waiting = [WalkEntry(prefix, Node(prefix.rpartition("/")[2], "directory", 0))]
    while waiting:
        found = waiting.pop()
        if found.node.kind != "directory":
            yield found
            continue
        try:
            nodes = store.list(found.path)
        except MunimentError as error:
            yield replace(found, fault=error)
            continue
        below = f"{found.path}/" if found.path else ""
        # A folder stands where its slash puts it among the names.
        nodes = tuple(sorted(nodes, key=lambda node: f"{node.name}/" if node.kind == "directory" else node.name))
        waiting += [WalkEntry(f"{below}{node.name}", node) for node in reversed(nodes)]
        if not nodes and found.path != prefix:
            yield found


def check_path(path: str) -> str:
    """Give back a path that stays inside the store on every system.

    Raises:
        StoreError: It is absolute, or has an empty, ``.`` or ``..`` part, a backslash, a colon or a NUL.
    """
    if not _PLAIN.fullmatch(path) and _FORBIDDEN.search(path):
        raise StoreError(
            "not a path inside the store",
            expected="names with / between them",
            found=repr(path if len(path) <= 80 else path[:79] + "…"),
        )
    return path


def is_name(name: str) -> bool:
    """Whether a name found in a folder can stand in a path."""
    return "/" not in name and (_PLAIN.fullmatch(name) is not None or _FORBIDDEN.search(name) is None)
