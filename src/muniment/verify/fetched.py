"""The bundles of a log as they are fetched, by this process, by its threads or by other machines; and where they wait.

Whoever fetches a bundle hashes its entries too.  Nothing rests on that being right: the hashes have to give the signed
root, and an entry that is used is held to its own.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from threading import Lock
from typing import TypeAlias
from weakref import finalize

from muniment.archive.paths import tile_path
from muniment.errors import MunimentError
from muniment.log.merkle import leaf_hash
from muniment.log.tile import TILE_WIDTH, Tile, parse_bundle
from muniment.store import Store
from muniment.store.local import plain_errors
from muniment.verify.report import Finding, Tally


@dataclass(frozen=True, slots=True)
class FetchedBundle:
    """What fetching a bundle gave.

    Attributes:
        data: Its bytes; None where it could not be read.
        hashes: The leaf hashes of its entries, one after another; empty where it does not parse.
        fault: Why it could not be read.
    """

    data: bytes | None
    hashes: bytes = b""
    fault: Finding | None = None


Fetch: TypeAlias = Callable[[int], Iterator[FetchedBundle]]
"""Gives the bundles of a log of some size, in order, each fetched by the time that it is asked for."""


def fetch_bundle(store: Store, tile: Tile) -> FetchedBundle:
    """Read a bundle, and hash its entries."""
    path = tile_path(tile)
    try:
        data = store.read(path)
    except MunimentError as error:
        tally = Tally()
        tally.error(10, error, path)
        return FetchedBundle(None, fault=tally.findings[0])
    try:
        return FetchedBundle(data, b"".join(map(leaf_hash, parse_bundle(data, tile.width, path))))
    except MunimentError:
        return FetchedBundle(data)


class BundleFile:
    """Bundles that were fetched from afar, in a temporary file of this machine: none of them is asked for twice.

    What is kept in memory is the length of each entry, so that one is read without the others.
    """

    def __init__(self) -> None:
        with plain_errors(_NAME):
            self._file = TemporaryFile(prefix="muniment-")  # noqa: SIM115 - it lives as long as this object
        finalize(self, self._file.close)
        self._ends = array("Q", [0])
        self._lengths = array("H")
        self._lock = Lock()

    def add(self, data: bytes, width: int) -> None:
        """Put the next bundle behind those before it; only one that was parsed is ever read again.

        Args:
            data: The bundle.
            width: How many entries it must have; all but the last bundle are full.

        Raises:
            StoreError: It could not be written.
        """
        at = 0
        for _ in range(width):
            length = int.from_bytes(data[at : at + 2], "big")
            self._lengths.append(length)
            at += 2 + length
        with self._lock, plain_errors(_NAME):
            self._file.seek(self._ends[-1])
            self._file.write(data)
            self._ends.append(self._ends[-1] + len(data))

    def entry(self, index: int) -> bytes:
        """Give an entry of a full bundle; whoever asks has its hash.

        Raises:
            StoreError: It could not be read.
        """
        number, at = divmod(index, TILE_WIDTH)
        before = sum(self._lengths[index - at : index]) + 2 * (at + 1)
        with self._lock, plain_errors(_NAME):
            self._file.seek(self._ends[number] + before)
            return self._file.read(self._lengths[index])


_NAME = "a temporary file"
