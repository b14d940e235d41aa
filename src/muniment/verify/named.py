"""The entries that a named version stands on, found in the bytes of the log and proven by a few hash tiles.

Nothing is hashed here but what is found.  So an entry of another release may be damaged unseen, and the report counts
those.  Whoever takes an entry of the release itself out of its bundle leaves a gap in its versions, which check 9
finds; or he takes the newest ones away.  Where the newest version is asked for, every entry from its bundle on is
therefore hashed to the signed root.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import overload

from muniment.archive.paths import tile_path
from muniment.errors import NotFoundError
from muniment.log.bundles import bundle_hashes
from muniment.log.checkpoint import Checkpoint
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.note import Verifier
from muniment.log.tile import TILE_WIDTH, Tile, bundles, parse_bundle
from muniment.log.tile_proofs import ProvenTree
from muniment.reference import Reference
from muniment.trust.root import Withdrawal
from muniment.verify.checkpoints import LogReader, open_head
from muniment.verify.log import LogResult, proven_tree
from muniment.verify.part import Choice, Part, release_of

_RELEASE = re.compile(rb'"release":"([a-z0-9-]+)","signature":')
"""The release of a version: canonical JSON has one spelling of it, and a quotation mark within a text is escaped."""


def can_name(part: Part | None) -> bool:
    """Whether a part is named so that its entries are found by their bytes: a release, or the digest of a record."""
    return isinstance(part, Reference) and (part.release is not None or part.digest is not None)


class FoundEntries(Sequence[bytes | None]):
    """The entries of a log, of which some were found and are kept; any other is read where somebody asks for it.

    Args:
        reader: What reads the files of the log.
        size: The number of entries.
        found: Those that were found, by index.
    """

    def __init__(self, reader: LogReader, size: int, found: dict[int, bytes]) -> None:
        self._reader, self._size, self._found = reader, size, found

    def __len__(self) -> int:
        """The number of entries."""
        return self._size

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes | None]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes | None]:
        """Give one that was found, or read some of all.

        Raises:
            MunimentError: A bundle cannot be read.
            KeyError: The entry was not found.
        """
        if isinstance(place, slice):
            return list(self)[place]
        return self._found[place]

    def __iter__(self) -> Iterator[bytes]:
        """Read every entry, in order; nobody vouches for those that were not found."""
        for tile in bundles(self._size):
            yield from parse_bundle(self._reader.store.read(tile_path(tile)), tile.width, tile_path(tile))


def find_named(
    reader: LogReader,
    data: bytes | None,
    verifiers: Sequence[Verifier],
    origin: str,
    part: Reference,
    withdrawn: Sequence[Withdrawal],
) -> tuple[LogResult, Choice]:
    """Verify the signed head, and find the entries that a named version stands on.

    Args:
        reader: What reads the files of the log.
        data: The bytes of ``log/checkpoint``, or None where they could not be read.
        verifiers: The log keys.
        origin: Name of the log.
        part: What is asked for, of which ``can_name`` is true.
        withdrawn: The versions that the newest trust root withdraws.

    Returns:
        The log with these entries, and which they are.

    Raises:
        MunimentError: A file of the log cannot be read, or does not lead to the signed root, or nothing is found.
    """
    signed = open_head(reader, data, verifiers, origin)
    if signed.data is None or signed.checkpoint is None:
        raise _not_found(origin)
    head, tree = signed.checkpoint, proven_tree(reader, signed.checkpoint)
    search = _Search(head, tree, part)
    release = search.look_through(reader, {withdrawal.release.encode() for withdrawal in withdrawn})
    hashed = search.prove()
    entries = FoundEntries(reader, head.size, search.found)
    choice = Choice(
        frozenset({release}), sorted(search.found), len(search.releases), search.versions, head.size - hashed
    )
    return LogResult(reader, verifiers, origin, signed, entries, tree=tree), choice


def _not_found(origin: str) -> NotFoundError:
    return NotFoundError("not found by its name", where=origin, hint="hash every entry")


_IS_ROOT = b'"type":"root/1"'


class _Search:
    """What the bytes of the bundles gave so far; each is read once, but where a digest said too late what to look for.

    Args:
        head: The signed head.
        tree: The hash tiles under it.
        part: What is asked for: a release, or the digest of a record.
    """

    def __init__(self, head: Checkpoint, tree: ProvenTree, part: Reference) -> None:
        self._size, self._tree = head.size, tree
        self._release = part.release.encode() if part.digest is None and part.release is not None else None
        self._member = f'"record":"sha256:{part.digest}"'.encode()
        # Whether it must be shown that nothing of the release came later.
        self._rest: list[tuple[Tile, bytes]] | None = [] if part.digest is None and part.version is None else None
        self._passed: list[tuple[Tile, tuple[bytes, ...]]] = []
        self.found: dict[int, bytes] = {}
        self.releases: dict[bytes, bytes] = {}
        self.versions = 0

    def look_through(self, reader: LogReader, wanted: set[bytes]) -> str:
        """Look through every bundle for the entries of a release, and for those that state no version.

        Args:
            reader: What reads the files of the log.
            wanted: More releases whose entries are kept.

        Returns:
            The release.

        Raises:
            NotFoundError: One of them cannot be read, or there is no such release.
        """
        tiles, wanted = bundles(self._size), wanted | ({self._release} if self._release is not None else set())
        for tile, data in zip(tiles, reader.read_each(map(tile_path, bundles(self._size))), strict=True):
            if data is None:
                raise _not_found(tile_path(tile))
            names = self._count(data)
            if self._release is None:
                self._name(tile, data, names, wanted)
            self._look(tile, data, names, wanted)
        if self._release is None:
            raise _not_found("the digest of a record")
        for tile in (tile for tile, names in self._passed if self._release in names):
            self._keep(tile, reader.store.read(tile_path(tile)), wanted)
        return self._release.decode()

    def _count(self, data: bytes) -> list[bytes]:
        names = [self.releases.setdefault(name, name) for name in _RELEASE.findall(data)]
        self.versions += len(names)
        return names

    def _name(self, tile: Tile, data: bytes, names: list[bytes], wanted: set[bytes]) -> None:
        """Find the release of the first version whose record has the digest; else keep in mind what was passed."""
        if self._member in data:
            entries = parse_bundle(data, tile.width, tile_path(tile))
            found = next(filter(None, (release_of(entry) for entry in entries if self._member in entry)), None)
            if found is not None:
                self._release = found.encode()
                wanted.add(self._release)
                return
        self._passed.append((tile, tuple(names)))

    def _look(self, tile: Tile, data: bytes, names: list[bytes], wanted: set[bytes]) -> None:
        if self._rest is not None:
            if self._release in names:
                self._rest.clear()
            self._rest.append((tile, data))
        if len(names) != tile.width or not wanted.isdisjoint(names):
            self._keep(tile, data, wanted)

    def _keep(self, tile: Tile, data: bytes, wanted: set[bytes]) -> None:
        for index, entry in enumerate(parse_bundle(data, tile.width, tile_path(tile)), tile.index * TILE_WIDTH):
            name = release_of(entry)
            if name is None or name.encode() in wanted:
                self.found[index] = entry

    def prove(self) -> int:
        """Hold what was found to the signed root; give how many entries were hashed to it.

        The signed checkpoint names the newest trust root, and each names the one before.  So the entry of one is
        compared with it, and held to the signed root only where that takes no further tile.

        Raises:
            MunimentError: It does not lead there.
        """
        own = {index // TILE_WIDTH for index, entry in self.found.items() if _IS_ROOT not in entry}
        proven = [index for index, entry in self.found.items() if _IS_ROOT not in entry or index // TILE_WIDTH in own]
        for index in proven:
            self._tree.prove_inclusion(leaf_hash(self.found[index]), index, self._size)
        if not self._rest:
            return len(proven)
        self._tree.check_rest([tree_root(bundle_hashes(data, tile)) for tile, data in self._rest])
        start = self._rest[0][0].index * TILE_WIDTH
        return sum(index < start for index in proven) + self._size - start
