"""The leaf hashes of a whole log in one piece of memory: 32 bytes an entry, and no object for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from muniment.log.merkle import HASH_SIZE, tree_root
from muniment.log.tile import TILE_WIDTH


class Leaves(Sequence[bytes]):
    """Leaf hashes in order; as a ``HashTree`` it knows the root of every earlier size too.

    Args:
        data: The hashes one after another.
    """

    __slots__ = ("_data",)

    def __init__(self, data: bytes | bytearray) -> None:
        self._data = data

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self._data) // HASH_SIZE

    def __len__(self) -> int:
        """The number of entries."""
        return self.size

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        """The leaf hash of one entry, or those of some."""
        if isinstance(place, slice):
            return [self.leaf(index) for index in range(*place.indices(self.size))]
        return self.leaf(range(self.size)[place])

    def leaf(self, index: int) -> bytes:
        """The leaf hash of one entry, from 0 and below ``size``: 32 bytes."""
        return bytes(self._data[index * HASH_SIZE : (index + 1) * HASH_SIZE])

    def root_at(self, size: int) -> bytes:
        """The root of the first ``size`` entries: 32 bytes."""
        # A full tile is a subtree and the last part is all that is left, so their roots make the whole root.
        starts = range(0, size, TILE_WIDTH)
        return tree_root([tree_root(self[start : min(start + TILE_WIDTH, size)]) for start in starts])
