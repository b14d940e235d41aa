"""Proofs out of the hash tiles of a log: a few tiles for each, however long the log is.

The subtrees that a proof names begin at a multiple of a power of two that is not smaller than they are.  So each falls
into perfect subtrees, and the root of a perfect subtree of 2**k leaves is that of at most 128 hashes side by side in
one tile of level k // 8 (RFC 6962 section 2.1, C2SP tlog-tiles).

Nobody vouches for a tile but the signed root.  ``ProvenTree`` holds every hash and proof to it before it gives them
out, so that a damaged tile is an error and never a wrong proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from muniment.errors import InputError, ProofError, finding_of
from muniment.log.merkle import EMPTY_ROOT, check_consistency, check_inclusion, node_hash, tree_root
from muniment.log.tile import TILE_BITS, TILE_WIDTH, Tile
from muniment.log.tree import Log

_KEPT_BITS = 4
"""A root over 16 hashes of a tile or more is kept: proofs of many entries ask for the same ones again and again."""


class TileTree:
    """The tree that the hash tiles of a log make; each tile is read once.

    Whatever reads raises NotFoundError where a tile is missing, and FormatError where it has the wrong size.

    Args:
        log: The log.
    """

    def __init__(self, log: Log) -> None:
        self.log = log
        self._tiles: dict[tuple[int, int], tuple[bytes, ...]] = {}
        self._perfects: dict[tuple[int, int], bytes] = {}

    def root(self, first: int, last: int) -> bytes:
        """Give the root of the leaves from ``first`` to before ``last``: 32 bytes.

        Args:
            first: A multiple of a power of two that is not below ``last - first``.
            last: At most the size of the log.
        """
        if first == last:
            return EMPTY_ROOT
        peaks, at = [], first
        for bits in reversed(range((last - first).bit_length())):
            if (last - first) >> bits & 1:
                peaks.append(self._perfect(at, bits))
                at += 1 << bits
        root = peaks.pop()
        while peaks:
            root = node_hash(peaks.pop(), root)
        return root

    def leaf(self, index: int) -> bytes:
        """Give the leaf hash at ``index``."""
        return self._perfect(index, 0)

    def full_tiles(self, count: int) -> list[bytes]:
        """Give the roots of the first ``count`` tiles of 256 leaves, all of them full."""
        return [self._perfect(number << TILE_BITS, TILE_BITS) for number in range(count)]

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Make the proof that entry ``index`` is in the log as it was at ``size`` (RFC 6962 section 2.1.1).

        Raises:
            InputError: The log was never of that size, or had no such entry then.
        """
        self._check_size(size)
        if not 0 <= index < size:
            raise InputError("there is no such entry", expected=f"an index below {size}", found=str(index))
        path, first, last = [], 0, size
        while last - first > 1:
            split = first + _split(last - first)
            if index < split:
                path.append(self.root(split, last))
                last = split
            else:
                path.append(self.root(first, split))
                first = split
        return tuple(reversed(path))

    def consistency(self, old_size: int) -> tuple[bytes, ...]:
        """Make the proof that the log begins with its first ``old_size`` entries (RFC 6962 section 2.1.2).

        Raises:
            InputError: The log is smaller than that.
        """
        self._check_size(old_size)
        if old_size == 0:
            return ()
        path, first, last = [], 0, self.log.size
        while old_size < last:
            split = first + _split(last - first)
            if old_size <= split:
                path.append(self.root(split, last))
                last = split
            else:
                path.append(self.root(first, split))
                first = split
        if first > 0:  # else what remains is the whole older tree, whose root the checker has
            path.append(self.root(first, last))
        return tuple(reversed(path))

    def _check_size(self, size: int) -> None:
        if not 0 <= size <= self.log.size:
            raise InputError("the log has no such size", expected=f"at most {self.log.size}", found=str(size))

    def _perfect(self, first: int, bits: int) -> bytes:
        found = self._perfects.get((first, bits))
        if found is None:
            level, rest = divmod(bits, TILE_BITS)
            number, place = divmod(first >> TILE_BITS * level, TILE_WIDTH)
            found = tree_root(self._hashes(level, number)[place : place + (1 << rest)])
            if rest >= _KEPT_BITS:
                self._perfects[first, bits] = found
        return found

    def _hashes(self, level: int, number: int) -> tuple[bytes, ...]:
        hashes = self._tiles.get((level, number))
        if hashes is None:
            width = min(TILE_WIDTH, (self.log.size >> TILE_BITS * level) - number * TILE_WIDTH)
            hashes = self._tiles[level, number] = self.log.hashes(Tile(level, number, width))
        return hashes


def _split(size: int) -> int:
    """Give the largest power of two strictly below ``size`` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


class ProvenTree:
    """The tree of a log under the root that was signed: what it gives has been proven to lead to that root.

    Whatever reads raises ProofError, with the number of its check, where the tiles do not lead to the root; else as
    ``TileTree``.

    Args:
        log: The log, of the size of a checkpoint.
        root: The root of that checkpoint, 32 bytes.
    """

    def __init__(self, log: Log, root: bytes) -> None:
        self.size = log.size
        self._root = root
        self._tiles = TileTree(log)
        self._roots: dict[int, bytes] = {0: EMPTY_ROOT, log.size: root}

    def root_at(self, size: int) -> bytes:
        """Give the root of the first ``size`` entries: 32 bytes.

        Raises:
            InputError: The log is smaller than that.
        """
        if size not in self._roots:
            with _damaged():
                proof, root = self._tiles.consistency(size), self._tiles.root(0, size)
                check_consistency(size, self.size, proof, root, self._root)
            self._roots[size] = root
        return self._roots[size]

    def leaf(self, index: int) -> bytes:
        """Give the leaf hash of an entry below ``size``."""
        with _damaged():
            leaf, proof = self._tiles.leaf(index), self._tiles.inclusion(index, self.size)
            check_inclusion(leaf, index, self.size, proof, self._root)
        return leaf

    def check_rest(self, roots: Sequence[bytes]) -> None:
        """Check that the log ends with tiles of these roots: 32 bytes each, the last of all leaves that are left."""
        first = -(-self.size // TILE_WIDTH) - len(roots)
        with _damaged():
            if tree_root([*self._tiles.full_tiles(first), *roots]) != self._root:
                raise ProofError("the last entries do not lead to the signed root")

    def prove_inclusion(self, leaf: bytes, index: int, size: int) -> tuple[bytes, ...]:
        """Prove that an entry was in the log at a size.

        Args:
            leaf: Its leaf hash, which the entry itself gave.
            index: Its index, from 0.
            size: Above the index, at most that of the log.
        """
        root = self.root_at(size)
        with _damaged():
            proof = self._tiles.inclusion(index, size)
            check_inclusion(leaf, index, size, proof, root)
        return proof

    def prove_consistency(self, old_size: int) -> tuple[bytes, ...]:
        """Prove that the log begins with its first ``old_size`` entries.

        Raises:
            InputError: The log is smaller than that.
        """
        self.root_at(old_size)  # which has proven it
        return self._tiles.consistency(old_size)


@contextmanager
def _damaged() -> Iterator[None]:
    """Say of hashes that do not lead to the signed root that the tiles are damaged."""
    try:
        with finding_of(10):
            yield
    except ProofError as error:
        raise ProofError(
            "the hash tiles do not lead to the signed root",
            where="log/tile",
            expected=error.expected,
            found=error.found,
            hint="verify the archive, and restore the damaged tile from a copy",
            check=10,
        ) from error
