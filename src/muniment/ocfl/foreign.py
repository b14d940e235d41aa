"""Inventories that other software wrote, of OCFL 1.0 and 1.1.

They may use SHA-256, name their content directory, pad their versions and carry a fixity block; this
archive's own are narrower, see ``inventory``.
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from muniment.canonical import Json, parse_json, structure
from muniment.errors import CanonicalError, FormatError
from muniment.ocfl.rules import TYPE, content_directory, examine, sort_names
from muniment.ocfl.version_block import DigestMap, VersionBlock, digest_map, text_of, version_block

MAX_SIZE = 16 * 1024 * 1024
"""Largest inventory of this archive's own that is read, in bytes."""

MAX_FOREIGN = 64 * 1024 * 1024
"""Largest inventory of others that is read, in bytes; some 250,000 files."""

_DEPTH = 6
"""How deep an inventory nests: itself, versions, a version, state, a list; one more, to be judged by its shape."""

_NO_NUMBER = b" \t\r\n{}[],:" + bytes(set(b"truefalsenull"))


@dataclass(frozen=True, slots=True)
class ForeignInventory:
    """An inventory of any legal form.

    Attributes:
        object_id: The object's identifier.
        specification: Version of OCFL, ``1.0`` or ``1.1``; empty when its type is no such.
        algorithm: Digest algorithm of manifest and states.
        content_directory: Name of the content directory in each version.
        names_content_directory: Whether the inventory says it, rather than leaving it at ``content``.
        head: Name of the newest version.
        names: Names of the versions in order of their numbers; the directories are called so.
        versions: The version blocks, in step with ``names``; a message or user left out is empty.
        manifest: Digests with their content paths.
        fixity: Further algorithms, each with digests and their content paths.
    """

    object_id: str
    specification: str
    algorithm: str
    content_directory: str
    names_content_directory: bool
    head: str
    names: tuple[str, ...]
    versions: tuple[VersionBlock, ...]
    manifest: DigestMap
    fixity: tuple[tuple[str, DigestMap], ...]


def read_inventory(data: bytes, *, where: str = "") -> ForeignInventory:
    """Read an inventory that may have any legal form.

    Args:
        data: The file ``inventory.json``, at most 16 MiB.
        where: What to call it in an error.

    Raises:
        FormatError: Not strict JSON (E033), or a MUST of OCFL 1.1 section 3.5 is broken; the error names its
        code.
    """
    value = read_json(data, where)
    refuse_errors(value, where)
    return describe(value)


def read_json(data: bytes, where: str) -> Json:
    """Read an inventory as JSON.

    Raises:
        FormatError: Not strict JSON, or too large; code E033.
    """
    try:
        return parse_json(data, where=where, max_size=MAX_SIZE)
    except CanonicalError as error:
        raise error.as_(FormatError, what=f"OCFL E033: {error.what}", hint=error.hint) from error


def read_foreign_json(data: bytes, where: str) -> Json:
    """Read an inventory of any size as strict JSON, in which no key stands twice.

    Raises:
        FormatError: Not strict JSON; code E033.
    """
    value = _read_plain(data)
    if value is not None:
        return value
    try:
        return parse_json(data, where=where, max_size=len(data))
    except CanonicalError as error:
        raise error.as_(FormatError, what=error.what, hint=error.hint) from error


def _read_plain(data: bytes) -> Json:
    """Read at once what is plain: shallow, without numbers, every key once; None leaves it to the strict way."""
    try:
        value: Json = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    if _writes_back(value, data):
        return value
    bare = structure(data)
    if bare.translate(None, _NO_NUMBER) or _count_pairs(value, _DEPTH) != bare.count(b":"):
        return None
    return value


def _writes_back(value: Json, data: bytes) -> bool:
    """Whether the bytes are the value, indented as most software does it: a key that stood twice would be missing."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2) == data.rstrip(b"\n")
    except orjson.JSONEncodeError:
        return False  # nested too deeply to be written


def _count_pairs(value: Json, depth: int) -> int:
    """Count the pairs of all objects; a key that stood twice is one less than the text has."""
    if not depth:
        return -(2**63)
    if isinstance(value, dict):
        inner = [v for v in value.values() if v.__class__ is dict or v.__class__ is list]
        return len(value) + sum([_count_pairs(v, depth - 1) for v in inner])
    if isinstance(value, list):
        return sum([_count_pairs(v, depth - 1) for v in value if v.__class__ is dict or v.__class__ is list])
    return 0


def refuse_errors(value: Json, where: str) -> None:
    """Refuse an inventory that breaks a MUST.

    Raises:
        FormatError: With the code of the first.
    """
    for problem in examine(value, where):
        if problem.is_error:
            raise FormatError(f"OCFL {problem.code}: {problem.message}", where=where)


def describe(value: Json) -> ForeignInventory:
    """Take from an inventory what has the right shape, so that a faulty one can be judged to the end."""
    top = value if isinstance(value, dict) else {}
    versions = top.get("versions")
    blocks = versions if isinstance(versions, dict) else {}
    names = tuple(sort_names(blocks))
    fixity = top.get("fixity")
    kind = TYPE.fullmatch(text_of(top.get("type")))
    return ForeignInventory(
        object_id=text_of(top.get("id")),
        specification=kind[1] if kind else "",
        algorithm=text_of(top.get("digestAlgorithm")),
        content_directory=content_directory(top),
        names_content_directory="contentDirectory" in top,
        head=text_of(top.get("head")),
        names=names,
        versions=tuple(version_block(blocks[name]) for name in names),
        manifest=digest_map(top.get("manifest")),
        fixity=tuple((name, digest_map(block)) for name, block in fixity.items()) if isinstance(fixity, dict) else (),
    )
