"""The entries of a log as their bundles hold them, held to the signed root in one pass and kept as bytes.

Nobody may leave an entry out without being seen, so every entry is hashed whenever an archive is read: that pass must
be cheap.  An entry is cut out of its bundle only where somebody asks for it, and what is asked for is looked for in the
bytes of whole bundles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from muniment.errors import MunimentError
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.tile import ENTRIES, TILE_WIDTH, Tile, bundles, parse_bundle
from muniment.log.tree import Log, changed_entry, other_root


@dataclass(frozen=True, slots=True)
class Bundles:
    """Every entry of a log.

    Attributes:
        data: The entry bundles, each as its file holds it.
        size: The number of entries.
    """

    data: tuple[bytes, ...]
    size: int

    def entry(self, index: int) -> bytes:
        """Give the entry at ``index``, from 0 and below ``size``."""
        number, place = divmod(index, TILE_WIDTH)
        return self._parse(number)[place]

    def __iter__(self) -> Iterator[bytes]:
        """Give every entry, in order."""
        for number in range(len(self.data)):
            yield from self._parse(number)

    def find(self, part: bytes) -> Iterator[tuple[int, bytes]]:
        """Give index and bytes of every entry that holds ``part``, in order; bundles without it are not parsed."""
        for number, data in enumerate(self.data):
            if part not in data:
                continue
            for place, entry in enumerate(self._parse(number)):
                if part in entry:
                    yield number * TILE_WIDTH + place, entry

    def _parse(self, number: int) -> tuple[bytes, ...]:
        return parse_bundle(self.data[number], min(TILE_WIDTH, self.size - number * TILE_WIDTH))


def proven_bundles(log: Log, root: bytes) -> Bundles:
    """Read every bundle; together their entries have the root.

    Args:
        log: The log, of the size of a checkpoint.
        root: The root of that checkpoint, 32 bytes.

    Raises:
        NotFoundError: A bundle is missing.
        FormatError: A bundle does not have the entries that it must have.
        IntegrityError: The entries are not those that were logged; where the tiles show it, the first one is named.
    """
    read, roots = [], []
    for tile in bundles(log.size):
        data = log.bundle_bytes(tile)
        read.append(data)
        # A bundle is a subtree of 256 leaves, the last one all that is left: so their roots make the whole root.
        roots.append(tree_root(_leaf_hashes(data, tile)))
    proven = Bundles(tuple(read), log.size)
    actual = tree_root(roots)
    if actual != root:
        _refuse(log, proven, root, actual)
    return proven


def _leaf_hashes(data: bytes, tile: Tile) -> list[bytes]:
    """Hash every entry of a bundle, as ``parse_bundle`` and ``leaf_hash`` do, in one call an entry and without a copy.

    The second byte of its length stands where the prefix of a leaf goes, so it becomes that prefix.
    """
    sha256, buffer, at = hashlib.sha256, bytearray(data), 0
    view, hashes = memoryview(buffer), []
    try:
        for _ in range(tile.width):
            start = at + 1
            at += 2 + (buffer[at] << 8 | buffer[start])
            buffer[start] = 0
            hashes.append(sha256(view[start:at]).digest())
    except IndexError:
        at = -1
    if at != len(data):
        parse_bundle(data, tile.width, tile.path)  # which says what is wrong
    return hashes


def _refuse(log: Log, read: Bundles, root: bytes, actual: bytes) -> None:
    leaves = list(map(leaf_hash, read))
    stored: tuple[bytes, ...] = ()
    with suppress(MunimentError):  # then nothing shows which entry it is
        stored = log.leaf_hashes()
    if tree_root(stored) == root:
        index = next(at for at, pair in enumerate(zip(leaves, stored, strict=True)) if pair[0] != pair[1])
        width = min(TILE_WIDTH, log.size - index // TILE_WIDTH * TILE_WIDTH)
        raise changed_entry(index, f"log/{Tile(ENTRIES, index // TILE_WIDTH, width).path}")
    raise other_root(root, actual)
