"""What differs between two trees of a git repository, by trees that were hashed, beside what ``git`` says of it.

``git`` does not hash what it reads from a pack: a forged tree could name other files than the commit meant.  So every
tree on the way to a change is held to its id, and what the two of them make is compared with what ``git`` tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final, TypeAlias

from muniment.errors import SourceError

MOST_CHANGES: Final = 1_000_000
"""Files that one commit may change: a tree can be built that has more than any disk."""
_TREE: Final = "040000"

Entry: TypeAlias = tuple[str, str]
"""Mode, as ``git`` has it, and id."""
Difference: TypeAlias = tuple[bytes, Entry | None, Entry | None]
"""A path, and what is there before and after; None for nothing."""
_Raw: TypeAlias = tuple[bytes, bytes]
_Entries: TypeAlias = dict[bytes, _Raw]


class HashedTrees:
    """Trees that are read and held to their ids.

    Args:
        read: Gives a tree by its id, held to it.
        length: Bytes of an id.
    """

    def __init__(self, read: Callable[[str], bytes], length: int) -> None:
        self._read = read
        self._length = length
        # The newest tree that was seen in each place: the next commit has most of them still.
        self._newest: dict[bytes, tuple[str, _Entries]] = {}

    def differences(self, before: str | None, after: str) -> set[Difference]:
        """Give every file that differs between two trees; before the first commit there is none.

        Raises:
            SourceError: A tree is missing, not what its id says, or none; or too much differs.
        """
        found: set[Difference] = set()
        waiting: list[tuple[bytes, str | None, str | None]] = [(b"", before, after)]
        while waiting:
            place, old_id, new_id = waiting.pop()
            old = {} if old_id is None else self._entries(place, old_id)
            new = {} if new_id is None else self._entries(place, new_id)
            for name, one, other in _unlike(old, new):
                path = place + name
                # A folder is never compared with a file: it goes, or comes, as the files that it has.
                one_tree, other_tree = (entry is not None and entry[0] == _TREE for entry in (one, other))
                if one_tree or other_tree:
                    tree_before = one[1] if one is not None and one_tree else None
                    waiting.append((path + b"/", tree_before, other[1] if other is not None and other_tree else None))
                files = (None if one_tree else one), (None if other_tree else other)
                if files != (None, None):
                    found.add((path, *files))
            if len(found) + len(waiting) > MOST_CHANGES:
                raise too_many_changes()
        return found

    def _entries(self, place: bytes, digest: str) -> _Entries:
        known = self._newest.get(place)
        if known is not None and known[0] == digest:
            return known[1]
        entries = parse_tree(self._read(digest), self._length)
        self._newest[place] = digest, entries
        return entries


def too_many_changes() -> SourceError:
    """Say that a commit changes more than any history does."""
    return SourceError("a commit changes too many files", expected=f"at most {MOST_CHANGES:,}")


def _unlike(old: _Entries, new: _Entries) -> Iterator[tuple[bytes, Entry | None, Entry | None]]:
    for name in dict(old.items() ^ new.items()):
        one, other = _told(old.get(name)), _told(new.get(name))
        if one != other:
            yield name, one, other


def parse_tree(data: bytes, length: int) -> dict[bytes, tuple[bytes, bytes]]:
    """Read a tree: mode as written, and id, of each name.

    Args:
        data: The object.
        length: Bytes of an id.

    Raises:
        SourceError: It is no tree.
    """
    one, whole = _forms(length)
    if whole.fullmatch(data) is None:
        raise SourceError("a tree that cannot be read")
    found = one.findall(data)
    entries = {name: (mode, digest) for mode, name, digest in found}
    if len(entries) != len(found):
        raise SourceError("a tree that has one name twice")
    return entries


@cache
def _forms(length: int) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """An entry, and a whole tree; that is asked first, and possessively, as a search goes on from every byte."""
    one = rb"([0-7]{1,6}) ([^\x00/]++)\x00(.{%d})" % length
    return re.compile(one, re.DOTALL), re.compile(rb"(?:%s)*+" % one, re.DOTALL)


def _told(entry: _Raw | None) -> Entry | None:
    """Give an entry as ``git`` tells it, which knows two modes of files."""
    if entry is None:
        return None
    mode = int(entry[0], 8)
    kind, name = mode & 0o170000, "160000"
    if kind == 0o100000:
        name = "100755" if mode & 0o100 else "100644"
    return {0o120000: "120000", 0o040000: _TREE}.get(kind, name), entry[1].hex()
