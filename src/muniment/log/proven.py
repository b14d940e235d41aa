"""The entries of a log, held to the root of a checkpoint: one pass over the bundles."""

from __future__ import annotations

from contextlib import suppress

from muniment.digest import format_digest
from muniment.errors import IntegrityError, MunimentError, ProofError
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.tile import ENTRIES, TILE_WIDTH, Tile
from muniment.log.tree import Log

_RESTORE = "restore the log from a copy"


def proven_entries(log: Log, root: bytes) -> tuple[bytes, ...]:
    """Read every entry; together they have the root.

    Args:
        log: The log, of the size of a checkpoint.
        root: The root of that checkpoint, 32 bytes.

    Raises:
        NotFoundError: A bundle is missing.
        FormatError: A bundle does not have the entries that it must have.
        IntegrityError: The entries are not those that were logged; where the tiles tell, it names the first such one.
    """
    entries = tuple(log.entries())
    leaves = [leaf_hash(entry) for entry in entries]
    found = tree_root(leaves)
    if found == root:
        return entries
    stored: tuple[bytes, ...] = ()
    with suppress(MunimentError):  # then nothing tells which entry it is
        stored = log.leaf_hashes()
    if tree_root(stored) == root:
        index = next(at for at, pair in enumerate(zip(leaves, stored, strict=True)) if pair[0] != pair[1])
        width = min(TILE_WIDTH, log.size - index // TILE_WIDTH * TILE_WIDTH)
        raise changed_entry(index, f"log/{Tile(ENTRIES, index // TILE_WIDTH, width).path}")
    raise other_root(root, found)


def changed_entry(index: int, where: str) -> IntegrityError:
    """What to say of an entry that has another hash than the tiles (check 10)."""
    return IntegrityError(f"entry {index} is not the one that was logged", where=where, hint=_RESTORE, check=10)


def other_root(expected: bytes, found: bytes | None) -> ProofError:
    """What to say of entries that do not give the signed root (check 10); None where not all could be read."""
    return ProofError(
        "the entries do not have the root of the checkpoint",
        where="log/tile/entries",
        expected=format_digest(expected.hex()),
        found=format_digest(found.hex()) if found is not None else "",
        hint=_RESTORE,
        check=10,
    )
