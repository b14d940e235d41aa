"""Tiles and entry bundles: the files a log is kept in (C2SP tlog-tiles v0.1.0).

``tile/L/N`` holds up to 256 hashes of 32 bytes.  At level 0 they are leaf hashes; each hash of level L+1 is
the root of one *full* tile of level L.  ``tile/entries/N`` holds the entries that tile N of level 0 has the
hashes of, each after its length as two bytes, big-endian.  N is written in groups of three digits, every
group but the last prefixed ``x``.  A tile of fewer than 256 hashes is partial and ends in ``.p/W``, its
width::

    tile/0/000          the first 256 leaf hashes
    tile/0/x001/x234/067.p/112
    tile/entries/005.p/3

A tree of 70,000 entries has 273 full tiles and one of width 112 at level 0, one full tile and one of width 17
at level 1, and one of width 1 at level 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from muniment.errors import FormatError, InputError
from muniment.log.encoding import say_entries
from muniment.log.merkle import HASH_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TILE_WIDTH = 256  # hashes of a full tile, entries of a full bundle
TILE_BITS = 8  # 2**8 == TILE_WIDTH
MAX_ENTRY = 65_535  # bytes of one entry: its length is written in 16 bits
ENTRIES = -1  # the level of an entry bundle

# Levels 0 to 63; at most eighteen digits of index, which no log will ever fill.
_PATH = re.compile(r"tile/(entries|[1-5]?[0-9]|6[0-3])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """The name of one tile or entry bundle.

    Attributes:
        level: 0 to 63, or ``ENTRIES`` for an entry bundle.
        index: Its place within the level, from 0.
        width: The hashes or entries in it, 1 to 256; 256 is full.
    """

    level: int
    index: int
    width: int

    @property
    def path(self) -> str:
        """The path relative to the folder of the log."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        number, rest = f"{self.index % 1000:03d}", self.index // 1000
        while rest:
            number, rest = f"x{rest % 1000:03d}/{number}", rest // 1000
        suffix = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{number}{suffix}"


def parse_tile_path(path: str) -> Tile:
    """Read the path of a tile or bundle; every tile has one spelling.

    Raises:
        FormatError: It is not the path of a tile.
    """
    match = _PATH.fullmatch(path)
    if match:
        level, number, width = match.groups()
        tile = Tile(
            ENTRIES if level == "entries" else int(level),
            int(number.replace("x", "").replace("/", "")),
            TILE_WIDTH if width is None else int(width),
        )
        if tile.width <= TILE_WIDTH and tile.path == path:
            return tile
    raise FormatError("not the path of a tile", where=path, expected="tile/0/000 or tile/entries/x001/234.p/5")


def tiles(size: int) -> Iterator[Tile]:
    """List the hash tiles that a tree of ``size`` entries needs, level 0 first, from left to right."""
    level = 0
    while size >> (TILE_BITS * level):
        yield from _row(level, size >> (TILE_BITS * level))
        level += 1


def bundles(size: int) -> Iterator[Tile]:
    """List the entry bundles that a tree of ``size`` entries needs, from left to right."""
    return _row(ENTRIES, size)


def leaf_tiles(size: int) -> Iterator[Tile]:
    """List the tiles of level 0 that a tree of ``size`` entries needs, from left to right."""
    return _row(0, size)


def _row(level: int, count: int) -> Iterator[Tile]:
    for start in range(0, count, TILE_WIDTH):
        yield Tile(level, start // TILE_WIDTH, min(TILE_WIDTH, count - start))


def new_tiles(before: int, size: int) -> Iterator[Tile]:
    """List what is written when a log grows from one size to another: the bundles, then hash tiles by level."""
    yield from _grown(ENTRIES, before, size)
    level = 0
    while before < size:
        yield from _grown(level, before, size)
        level, before, size = level + 1, before >> TILE_BITS, size >> TILE_BITS


def _grown(level: int, before: int, count: int) -> Iterator[Tile]:
    for index in range(before // TILE_WIDTH, -(-count // TILE_WIDTH)):
        yield Tile(level, index, min(TILE_WIDTH, count - index * TILE_WIDTH))


def edge_tiles(size: int) -> tuple[Tile, ...]:
    """Name the place where each level of a tree of ``size`` entries grows, level 0 first.

    That is the partial tile, or, where all tiles of the level are full, the next one with width 0.
    """
    edge: list[Tile] = []
    while size:
        edge.append(Tile(len(edge), size // TILE_WIDTH, size % TILE_WIDTH))
        size >>= TILE_BITS
    return tuple(edge)


def format_hashes(hashes: Sequence[bytes]) -> bytes:
    """Write a hash tile: the hashes one after another, 32 bytes each."""
    return b"".join(hashes)


def parse_hashes(data: bytes, width: int, where: str = "") -> tuple[bytes, ...]:
    """Read a hash tile of exactly ``width`` hashes.

    Raises:
        FormatError: The tile has another size.
    """
    if len(data) != width * HASH_SIZE:
        raise FormatError(
            "the tile has the wrong size",
            where=where,
            expected=f"{width * HASH_SIZE} bytes",
            found=str(len(data)),
        )
    return tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE))


def format_bundle(entries: Sequence[bytes]) -> bytes:
    """Write an entry bundle: each entry after its length in two bytes, big-endian.

    Raises:
        InputError: An entry is longer than 65,535 bytes.
    """
    longest = max(map(len, entries), default=0)
    if longest > MAX_ENTRY:
        raise InputError(
            "the log entry is too long",
            expected=f"at most {MAX_ENTRY} bytes",
            found=str(longest),
            hint="log the hashes of long data, not the data",
        )
    sizes = (len(entry).to_bytes(2, "big") for entry in entries)
    return b"".join(chain.from_iterable(zip(sizes, entries, strict=True)))


def parse_bundle(data: bytes, width: int, where: str = "") -> tuple[bytes, ...]:
    """Read an entry bundle of exactly ``width`` entries.

    Raises:
        FormatError: The bundle ends within an entry, or goes on after the last one.
    """
    entries, at = [], 0
    for number in range(width):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        # A cut length reads as a smaller number, so the start must be checked as well as the end.
        if start > len(data) or at > len(data):
            raise FormatError(f"the bundle ends within entry {number + 1}", where=where, expected=say_entries(width))
        entries.append(data[start:at])
    if at != len(data):
        raise FormatError(
            "the bundle goes on after its last entry",
            where=where,
            expected=f"{at} bytes",
            found=str(len(data)),
        )
    return tuple(entries)
