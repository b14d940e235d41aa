"""The inventory of an OCFL 1.1 object and its sidecar, in the one form in which this archive writes them.

An inventory is a pure function of the object's identifier and its versions: content is stored in the first version
that has it, under the first of its logical paths, and later versions refer back to it.  So nobody needs to believe an
inventory, which nobody signed: every one is made again from records and log, and compared byte for byte.

The file is what ``json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)`` gives, in UTF-8, with a final
newline; SHA-512 in lower-case hex; no ``contentDirectory`` and no ``fixity``.  The sidecar (OCFL 1.1 section 3.6) is
one line that ``sha512sum -c`` understands: the digest, two spaces, the file's name.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring as _quote
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from muniment.digest import sha512_hex
from muniment.errors import FormatError, InputError
from muniment.ocfl.foreign import ForeignInventory, read_inventory, read_json, refuse_errors
from muniment.ocfl.rules import Fault, is_uri
from muniment.ocfl.version_block import DigestMap, VersionBlock, check_block, state_of, text_of, version_block

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muniment.canonical import Json

__all__ = [
    "INVENTORY",
    "OBJECT_DECLARATION",
    "SIDECAR",
    "ForeignInventory",
    "Inventory",
    "NewVersion",
    "VersionBlock",
    "add_version",
    "build_inventory",
    "format_inventory",
    "format_sidecar",
    "keeps_inventory",
    "parse_inventory",
    "parse_sidecar",
    "read_inventory",
    "state_of",
]


INVENTORY = "inventory.json"
"""Name of the inventory, in the object root and in the version directories that keep one."""

SIDECAR = "inventory.json.sha512"
"""Name of its sidecar."""

ALL_KEPT = 16
"""Versions up to which each directory has an inventory (decision 37): few releases have more, and none gets a W010."""

_LINE = re.compile(rb"([0-9a-f]{128})  inventory\.json\n")


def format_sidecar(inventory: bytes) -> bytes:
    """Write the sidecar of an inventory: its SHA-512, two spaces, ``inventory.json`` (section 3.6)."""
    return f"{sha512_hex(inventory)}  {INVENTORY}\n".encode()


def parse_sidecar(data: bytes, *, where: str = "") -> str:
    """Read a sidecar that this archive wrote, and give the digest as 128 hex digits.

    Raises:
        FormatError: It has any other form (E061).
    """
    match = _LINE.fullmatch(data)
    if match is None:
        raise FormatError(
            "OCFL E061: not the sidecar of an inventory",
            where=where,
            expected=f"128 lower-case hex digits, two spaces, {INVENTORY} and a newline",
            found=repr(data[:160]),
        )
    return match[1].decode("ascii")


OBJECT_DECLARATION = ("0=ocfl_object_1.1", b"ocfl_object_1.1\n")
"""Name and content of the file that marks an object root (section 3.2)."""

_digest_of: Final = itemgetter(0)

_TYPE = "https://ocfl.io/1.1/spec/#inventory"


@dataclass(frozen=True, slots=True)
class Inventory:
    """All versions of one object, and where their content lies. Made by ``build_inventory``.

    Attributes:
        object_id: The object's identifier, a URI.
        versions: The versions; the first is v1.
        manifest: SHA-512 digests in order, each with its one content path from the object root.
    """

    object_id: str
    versions: tuple[VersionBlock, ...]
    manifest: DigestMap

    @property
    def head(self) -> str:
        """Name of the newest version."""
        return f"v{len(self.versions)}"

    def has(self, digest: str) -> bool:
        """Whether content of this SHA-512 is stored."""
        at = bisect_left(self.manifest, digest, key=_digest_of)
        return at < len(self.manifest) and self.manifest[at][0] == digest

    def at(self, number: int) -> Inventory:
        """The inventory as it stood when version ``number``, from 1, was the newest."""
        return build_inventory(self.object_id, self.versions[:number])

    def content_paths(self, number: int) -> dict[str, str]:
        """The logical path of every file of version ``number``, from 1, with its content path."""
        lies_at = {digest: paths[0] for digest, paths in self.manifest}
        return {path: lies_at[digest] for path, digest in self.versions[number - 1].files.items()}


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version that has been added to an inventory, and what is to be stored for it.

    Attributes:
        inventory: The inventory with the version. content: Each new file: its logical path, and the content
        path to store it at; in order of logical paths.
    """

    inventory: Inventory
    content: tuple[tuple[str, str], ...]


def build_inventory(object_id: str, versions: Iterable[VersionBlock]) -> Inventory:
    """Make the inventory that these versions, in this order from v1, have.

    Args:
        object_id: The object's identifier.
        versions: One or more version blocks as ``add_version`` makes them, states as ``state_of`` orders them.
    """
    blocks = tuple(versions)
    manifest: dict[str, str] = {}
    for number, block in enumerate(blocks, 1):
        for digest, paths in block.state:
            if digest not in manifest:
                manifest[digest] = f"v{number}/content/{paths[0]}"
    return Inventory(object_id, blocks, tuple((digest, (manifest[digest],)) for digest in sorted(manifest)))


def add_version(
    inventory: Inventory | None,
    object_id: str,
    *,
    created: str,
    message: str,
    user_name: str,
    user_address: str,
    files: Mapping[str, str],
) -> NewVersion:
    """Add a version to an object's inventory, or begin one.

    Args:
        inventory: The inventory so far; None for the first version.
        object_id: The object's identifier, a URI; the same in every version.
        created: Time of the version in UTC to the second, ``2022-01-31T12:00:00Z``.
        message: Why it is made.
        user_name: Who makes it.
        user_address: A URI of who makes it, such as ``mailto:…``.
        files: Every file of the version: its logical path, and the SHA-512 of its content in lower-case hex.

    Raises:
        InputError: A value breaks a rule of OCFL; the error names its code.
    """
    block = VersionBlock(created, message, user_name, user_address, state_of(files))
    before = inventory if inventory is not None else Inventory(object_id, (), ())
    if object_id != before.object_id:
        raise InputError("OCFL E110: the identifier of an object must not change", where=before.object_id)
    for code, fault in _faults(object_id, (block,)):
        raise InputError(f"OCFL {code}: {fault}", where=object_id)
    # As ``build_inventory`` would make it, without going through all that was there.
    new = sorted(paths[0] for digest, paths in block.state if not before.has(digest))
    prefix = f"v{len(before.versions) + 1}/content/"
    stored = [(digest, (prefix + paths[0],)) for digest, paths in block.state if not before.has(digest)]
    manifest = tuple(sorted((*before.manifest, *stored), key=_digest_of))
    after = Inventory(object_id, (*before.versions, block), manifest)
    return NewVersion(after, tuple((path, prefix + path) for path in new))


def _faults(object_id: str, blocks: Iterable[VersionBlock]) -> list[Fault]:
    faults = [] if is_uri(object_id) else [("W005", f"id {object_id!r} is not a URI")]
    return faults + [fault for block in blocks for fault in check_block(block)]


def format_inventory(inventory: Inventory) -> bytes:
    """Write an inventory in its one form; ``parse_inventory`` reads it back."""
    blocks = [_format_block(block) for block in inventory.versions]
    return _assemble(inventory.object_id, [_format_entry(*pair, "  ") for pair in inventory.manifest], blocks)


def _assemble(object_id: str, manifest: Sequence[str], blocks: Sequence[str]) -> bytes:
    """Put an inventory together from its written manifest and version blocks, oldest first."""
    # By hand, because json writes indented text with its slow encoder; the tests hold the two together.
    named = sorted((f"v{number}", block) for number, block in enumerate(blocks, 1))
    versions = ",\n".join(f'    "{name}": {block}' for name, block in named)
    return (
        '{\n  "digestAlgorithm": "sha512",\n'
        f'  "head": "v{len(blocks)}",\n'
        f'  "id": {_quote(object_id)},\n'
        f'  "manifest": {_join_entries(manifest, "  ")},\n'
        f'  "type": "{_TYPE}",\n'
        f'  "versions": {{\n{versions}\n  }}\n}}\n'
    ).encode()


@lru_cache(4096)
def _format_block(block: VersionBlock) -> str:
    return (
        f'{{\n      "created": {_quote(block.created)},\n'
        f'      "message": {_quote(block.message)},\n'
        f'      "state": {_format_map(block.state, "      ")},\n'
        f'      "user": {{\n        "address": {_quote(block.user_address)},\n'
        f'        "name": {_quote(block.user_name)}\n      }}\n    }}'
    )


def _format_map(pairs: DigestMap, margin: str) -> str:
    return _join_entries([_format_entry(digest, paths, margin) for digest, paths in pairs], margin)


def _join_entries(entries: Sequence[str], margin: str) -> str:
    return "{\n" + ",\n".join(entries) + f"\n{margin}}}" if entries else "{}"


@lru_cache(16384)
def _format_entry(digest: str, paths: Sequence[str], margin: str) -> str:
    between = f",\n{margin}    "
    return f'{margin}  "{digest}": [\n{margin}    {between.join(map(_quote, paths))}\n{margin}  ]'


def parse_inventory(data: bytes, *, where: str = "") -> Inventory:
    """Read an inventory that this archive wrote.

    Args:
        data: The file ``inventory.json``, at most 16 MiB.
        where: What to call it in an error.

    Raises:
        FormatError: Not strict JSON, a rule of OCFL is broken (the error names its code), or legal but not in
            the form this archive writes.
    """
    value = read_json(data, where)
    inventory = _rebuild(value)
    if inventory is None or format_inventory(inventory) != data:
        raise _refusal(value, where)
    # The bytes fix shape and order; what the texts hold is left to judge.
    for code, fault in _faults(inventory.object_id, inventory.versions):
        raise FormatError(f"OCFL {code}: {fault}", where=where)
    return inventory


def _rebuild(value: Json) -> Inventory | None:
    """Make the inventory anew from identifier and versions alone; None if they lack the shape for it."""
    top = value if isinstance(value, dict) else {}
    versions = top.get("versions")
    if not isinstance(versions, dict) or not versions:
        return None
    blocks = [version_block(versions.get(f"v{number}")) for number in range(1, len(versions) + 1)]
    if not all(paths for block in blocks for _, paths in block.state):
        return None
    return build_inventory(text_of(top.get("id")), blocks)


def _refusal(value: Json, where: str) -> FormatError:
    try:
        refuse_errors(value, where)
    except FormatError as error:
        return error
    return FormatError(
        "an inventory is not in the form this archive writes",
        where=where,
        hint="other software may have rewritten it; restore it from a copy",
    )


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
    # Each grows from the one before: a version is written once, in however many of them it stands.
    files: dict[str, bytes] = {}
    manifest: dict[str, str] = {}
    written: list[str] = []
    for number, block in enumerate(blocks, 1):
        written.append(_format_block(block))
        for digest, paths in block.state:
            if digest not in manifest:
                manifest[digest] = _format_entry(digest, (f"v{number}/content/{paths[0]}",), "  ")
        newest = with_root and number == len(blocks)
        if keeps_inventory(number) or newest:
            made = _assemble(object_id, [manifest[digest] for digest in sorted(manifest)], written)
            folders = [f"{folder}/v{number}"] * keeps_inventory(number) + [folder] * newest
            sidecar = format_sidecar(made)
            for place in folders:
                files |= {f"{place}/{INVENTORY}": made, f"{place}/{SIDECAR}": sidecar}
    return files


def keeps_inventory(number: int) -> bool:
    """Whether the directory of a version, from 1, has an inventory of its own: up to v16, then at powers of four.

    An inventory names every version so far, so one in each directory would grow with the square of their number.
    """
    return number <= ALL_KEPT or (number & (number - 1) == 0 and number.bit_length() % 2 == 1)


def pair(folder: str, inventory: bytes) -> dict[str, bytes]:
    """Give an inventory and its sidecar, by path."""
    return {f"{folder}/{INVENTORY}": inventory, f"{folder}/{SIDECAR}": format_sidecar(inventory)}
