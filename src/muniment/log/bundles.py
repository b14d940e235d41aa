"""The entries of a log as their bundles hold them, held to the signed root and kept as bytes.

Where all that was logged is asked for, nobody may leave an entry out without being seen: ``proven_bundles`` hashes
every entry in one pass.  Where one entry is named, so that nothing else can be meant, ``ProvenEntries`` takes it out of
its bundle and holds it to the root by a few tiles.  Either way an entry is cut out of its bundle only where somebody
asks for it, and what is asked for is looked for in the bytes of whole bundles.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import TypeAlias

from muniment.errors import MunimentError
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.tile import ENTRIES, TILE_WIDTH, Tile, bundles, format_bundle, parse_bundle
from muniment.log.tile_proofs import ProvenTree
from muniment.log.tree import Log, changed_entry, other_root


@dataclass(frozen=True, slots=True)
class Bundles:
    """Every entry of a log.

    Attributes:
        data: The entry bundles, each as its file holds it.
        size: The number of entries.
        names: What stands in each entry of a bundle, of those bundles whose entries all have the form that was looked
            for; by the number of the bundle.
    """

    data: tuple[bytes, ...]
    size: int
    names: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)
    _ends: dict[int, array[int]] = field(default_factory=dict, compare=False, repr=False)

    def entry(self, index: int) -> bytes:
        """Give the entry at ``index``, from 0 and below ``size``."""
        number, place = divmod(index, TILE_WIDTH)
        if number not in self._ends:
            sizes = (2 + len(entry) for entry in self._parse(number))
            self._ends[number] = array("L", accumulate(sizes, initial=0))
        start, end = self._ends[number][place : place + 2]
        return self.data[number][start + 2 : end]

    def __iter__(self) -> Iterator[bytes]:
        """Give every entry, in order."""
        for number in range(len(self.data)):
            yield from self._parse(number)

    def find(self, part: bytes, name: bytes | None = None) -> Iterator[tuple[int, bytes]]:
        """Give index and bytes of every entry that holds ``part``, in order; bundles without it are not parsed.

        Args:
            part: What to look for.
            name: What stands in ``names`` for an entry with it, empty where none of that form has it; None where that
                is not known.
        """
        for number, data in enumerate(self.data):
            elsewhere = name is not None and number in self.names and name not in self.names[number]
            if elsewhere or part not in data:
                continue
            for index, entry in self.of(number):
                if part in entry:
                    yield index, entry

    def of(self, number: int) -> Iterator[tuple[int, bytes]]:
        """Give index and bytes of every entry of a bundle, from 0."""
        return enumerate(self._parse(number), number * TILE_WIDTH)

    def _parse(self, number: int) -> tuple[bytes, ...]:
        return parse_bundle(self.data[number], min(TILE_WIDTH, self.size - number * TILE_WIDTH))


Form: TypeAlias = Callable[[bytes], Sequence[tuple[bytes, bytes]]]
"""Finds in the bytes of a bundle, in order, the entries of a form, each with a name that stands in it."""


def proven_bundles(log: Log, root: bytes, form: Form | None = None) -> Bundles:
    """Read every bundle; together their entries have the root.

    Args:
        log: The log, of the size of a checkpoint.
        root: The root of that checkpoint, 32 bytes.
        form: What to look for on the way, so that entries of that form are taken apart once; None for nothing.

    Raises:
        NotFoundError: A bundle is missing.
        FormatError: A bundle does not have the entries that it must have.
        IntegrityError: The entries are not those that were logged; where the tiles show it, the first one is named.
    """
    read, roots, names = [], [], dict[int, tuple[bytes, ...]]()
    for tile in bundles(log.size):
        data = log.bundle_bytes(tile)
        read.append(data)
        entries, named = _of_form(data, tile, form)
        if named:
            names[tile.index] = named
        # A bundle is a subtree of 256 leaves, the last one all that is left: so their roots make the whole root.
        roots.append(tree_root([leaf_hash(entry) for entry in entries] if named else bundle_hashes(data, tile)))
    proven = Bundles(tuple(read), log.size, names)
    actual = tree_root(roots)
    if actual != root:
        _refuse(log, proven, root, actual)
    return proven


def _of_form(data: bytes, tile: Tile, form: Form | None) -> tuple[Sequence[bytes], tuple[bytes, ...]]:
    """Take a bundle apart whose entries all have the form; else nothing."""
    found = form(data) if form is not None else ()
    if len(found) == tile.width:
        entries, names = zip(*found, strict=True)
        if format_bundle(entries) == data:
            return entries, names
    return (), ()


def bundle_hashes(data: bytes, tile: Tile) -> list[bytes]:
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


_LOGGED_AT = b'"logged_at":"'
"""Canonical JSON escapes a quotation mark within a text, so that this is found before the times of entries alone."""
_TIME = len("2026-01-01T00:00:00Z")


def _seconds(time: bytes) -> float | None:
    """Read a time that nobody vouches for; None where it is none."""
    try:
        return datetime.fromisoformat(time.decode()).timestamp()
    except (ValueError, OverflowError):
        return None


class ProvenEntries:
    """Entries that are taken out one by one, each held to the signed root by the tiles that prove it.

    Where entries lie is no promise: what is not found here may be there all the same.  Whatever reads raises
    NotFoundError or FormatError where a file is missing or ill-formed, and ProofError, with the number of its check,
    where an entry and the tiles do not lead to the root.

    Args:
        log: The log, of the size of a checkpoint.
        tree: Its tree under the root of that checkpoint.
    """

    def __init__(self, log: Log, tree: ProvenTree) -> None:
        self._log = log
        self._tree = tree
        # Counted, never listed: a signed size may be any number.
        self._count = -(-log.size // TILE_WIDTH)
        self._read: dict[int, bytes] = {}

    def entry(self, index: int) -> bytes:
        """Give the entry at ``index``, from 0 and below the size of the log."""
        number, place = divmod(index, TILE_WIDTH)
        entry = self._parse(number)[place]
        self._tree.prove_inclusion(leaf_hash(entry), index, self._log.size)
        return entry

    def find(self, part: bytes) -> list[tuple[int, bytes]]:
        """Give index and bytes of every entry that holds ``part``, in order, in a pass that hashes hits alone."""
        return [hit for number in range(self._count) for hit in self._find(number, part)]

    def find_near(self, part: bytes, time: bytes, begun: bytes = b"") -> list[tuple[int, bytes]]:
        """Give the entries that hold ``part`` among those that claim to have been logged at a time.

        Keepers log in the order of their clock, so the bundles are searched by it: O(log n) of them are read, fewer
        where additions came evenly, and those of that very second.

        Args:
            part: What to look for.
            time: RFC 3339 in UTC, as entries have it.
            begun: When the log was begun, in the same form; empty where that is not known.
        """
        first = self._first_near(time, begun)
        hits: list[tuple[int, bytes]] = []
        while first < self._count and self._time(first, newest=False) <= time:
            hits += self._find(first, part)
            if self._time(first, newest=True) > time:
                break
            first += 1
        return hits

    def _first_near(self, time: bytes, begun: bytes) -> int:
        """Give the first bundle with an entry of that time or later, by the bundles that were read, and few more."""
        first, last, steps = 0, self._count, 0
        known = sorted(self._read, key=lambda number: abs(number - self._count // 2))
        while first < last:
            number = known.pop() if known else self._likely(first, last, time, begun, evenly=steps % 3 == 2)
            steps += not known
            if number < first or number >= last:
                continue
            if self._time(number, newest=True) < time:
                first = number + 1
            elif self._time(number, newest=False) < time:
                return number
            else:
                last = number
        return first

    def _likely(self, first: int, last: int, time: bytes, begun: bytes, *, evenly: bool) -> int:
        """Choose a bundle to look into: where the time would lie if additions came evenly, or the middle."""
        middle = (first + last) // 2
        if evenly:
            return middle
        before = (first, _seconds(self._time(first - 1, newest=True) if first else begun))
        after = (last, _seconds(self._time(last, newest=False)) if last < self._count else None)
        if after[1] is None:
            after, before = before, (0, _seconds(begun))
        wanted = _seconds(time)
        if wanted is None or before[1] is None or after[1] is None or before[1] >= after[1]:
            return middle
        place = before[0] + (wanted - before[1]) * (after[0] - before[0]) / (after[1] - before[1])
        return min(max(int(place), first), last - 1)

    def find_from(self, index: int, part: bytes) -> list[tuple[int, bytes]]:
        """Give every entry that holds ``part`` from the bundle of an entry on; all are hashed, so none is left out."""
        numbers = range(index // TILE_WIDTH, self._count)
        self._tree.check_rest([tree_root(bundle_hashes(self._bytes(n), self._tile(n))) for n in numbers])
        return [hit for number in numbers for hit in self._find(number, part)]

    def _find(self, number: int, part: bytes) -> Iterator[tuple[int, bytes]]:
        if part not in self._bytes(number):
            return
        for place, entry in enumerate(self._parse(number), number * TILE_WIDTH):
            if part in entry:
                self._tree.prove_inclusion(leaf_hash(entry), place, self._log.size)
                yield place, entry

    def _time(self, number: int, *, newest: bool) -> bytes:
        data = self._bytes(number)
        at = (data.rfind if newest else data.find)(_LOGGED_AT) + len(_LOGGED_AT)
        return data[at : at + _TIME]

    def _bytes(self, number: int) -> bytes:
        if number not in self._read:
            self._read[number] = self._log.bundle_bytes(self._tile(number))
        return self._read[number]

    def _parse(self, number: int) -> tuple[bytes, ...]:
        tile = self._tile(number)
        return parse_bundle(self._bytes(number), tile.width, tile.path)

    def _tile(self, number: int) -> Tile:
        return Tile(ENTRIES, number, min(TILE_WIDTH, self._log.size - number * TILE_WIDTH))
