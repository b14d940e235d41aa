"""Every inventory and sidecar of an object, made again from what its versions are.

So no inventory, which nobody signed, need be believed: it is compared with the one that records and log make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.ocfl.inventory import (
    INVENTORY,
    SIDECAR,
    VersionBlock,
    build_inventory,
    format_inventory,
    format_sidecar,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def block_of(origin: str, logged_at: str, message: str, digests: Mapping[str, str]) -> VersionBlock:
    """Give the block of one version of an archive's object.

    Args:
        origin: Name of the archive, which is the user.
        logged_at: Time of the version's entry in the log.
        message: That of the record's change.
        digests: SHA-512 of each file of the version, by logical path.
    """
    return VersionBlock(logged_at, message, origin, f"https://{origin}", state_of(digests))


def rebuild(folder: str, object_id: str, blocks: Sequence[VersionBlock], *, with_root: bool) -> dict[str, bytes]:
    """Make every inventory and sidecar of an object, by path, as its versions make them; one version or more."""
    files: dict[str, bytes] = {}
    inventory = b""
    for number in range(1, len(blocks) + 1):
        inventory = format_inventory(build_inventory(object_id, blocks[:number]))
        files |= pair(f"{folder}/v{number}", inventory)
    return files | pair(folder, inventory) if with_root else files


def pair(folder: str, inventory: bytes) -> dict[str, bytes]:
    """Give an inventory and its sidecar, by path."""
    return {f"{folder}/{INVENTORY}": inventory, f"{folder}/{SIDECAR}": format_sidecar(inventory)}
