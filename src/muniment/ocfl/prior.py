"""How the inventory kept with an older version must agree with the newest one (OCFL 1.1 section 3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from muniment.ocfl.foreign import ForeignInventory
    from muniment.ocfl.grammar import Fault
    from muniment.ocfl.version import VersionBlock


def check_prior(name: str, prior: ForeignInventory, newest: ForeignInventory) -> Iterator[Fault]:
    """Judge the inventory in a version directory by the one in the object root.

    Args:
        name: The version directory.
        prior: Its inventory.
        newest: The inventory of the object root.
    """
    if prior.head != name:
        yield "E040", f"head is {prior.head!r} in the directory of {name}"
    if prior.object_id != newest.object_id:
        for code in ("E037", "E110"):
            yield code, f"id is {prior.object_id!r} and not {newest.object_id!r}"
    yield from _check_content_directory(prior, newest)
    yield from _check_states(prior, newest)


def _check_content_directory(prior: ForeignInventory, newest: ForeignInventory) -> Iterator[Fault]:
    if (prior.names_content_directory, prior.content_directory) == (
        newest.names_content_directory,
        newest.content_directory,
    ):
        return
    message = f"contentDirectory is {prior.content_directory!r}, later {newest.content_directory!r}"
    if newest.names_content_directory:
        # The first version, too, does not set what the newest one does.
        yield "E019", message
    if prior.names_content_directory:
        yield "E020", message


def _check_states(prior: ForeignInventory, newest: ForeignInventory) -> Iterator[Fault]:
    """Compare every version: its files (E066), and what is said of it (W011)."""
    blocks = dict(zip(newest.names, newest.versions, strict=True))
    for name, before in zip(prior.names, prior.versions, strict=True):
        after = blocks.get(name)
        if after is None:
            yield "E066", f"{name} is not in the newest inventory"
            continue
        if not _same_state(before, prior, after, newest):
            yield "E066", f"{name} has other files than in the newest inventory"
        if _description(before) != _description(after):
            yield "W011", f"{name} has another date, message or user than in the newest inventory"


def _description(block: VersionBlock) -> tuple[str, ...]:
    return block.created, block.message, block.user_name, block.user_address


def _same_state(before: VersionBlock, prior: ForeignInventory, after: VersionBlock, newest: ForeignInventory) -> bool:
    if prior.algorithm == newest.algorithm:
        return _lowered(before) == _lowered(after)
    # Digests of two algorithms cannot be compared; where their content lies can be.
    old, new = _content(before, prior), _content(after, newest)
    return old.keys() == new.keys() and all(old[path] <= new[path] for path in old)


def _lowered(block: VersionBlock) -> dict[str, str]:
    return {path: digest.lower() for path, digest in block.files.items()}


def _content(block: VersionBlock, inventory: ForeignInventory) -> dict[str, frozenset[str]]:
    lies_at = {digest: frozenset(paths) for digest, paths in inventory.manifest}
    return {path: lies_at.get(digest, frozenset()) for path, digest in block.files.items()}


def check_specifications(versions: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Fault]]:
    """Find versions that follow an older specification than the version before (E103).

    Args:
        versions: Names of versions in order, each with the version of OCFL that its inventory follows.

    Yields:
        The version, and the fault.
    """
    highest = ""
    for name, specification in versions:
        if specification < highest:
            yield name, ("E103", f"follows OCFL {specification}, an earlier version {highest}")
        highest = max(highest, specification)
