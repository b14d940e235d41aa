"""Judge an OCFL object by the specification, whoever wrote it.

This is wider than what this archive writes: OCFL 1.0 and 1.1, SHA-256, padded versions, fixity blocks. Every
problem is named by the code of https://ocfl.io/1.1/spec/validation-codes.html. Only the object is judged;
whether its identifier is unique in its storage root, and its folder the right one, is not seen from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.errors import FormatError
from muniment.ocfl.foreign import MAX_SIZE, ForeignInventory, describe, read_json
from muniment.ocfl.grammar import DIGESTS, Problem, check_content_path
from muniment.ocfl.prior import check_prior, check_specifications
from muniment.ocfl.rules import examine
from muniment.ocfl.sidecar import INVENTORY
from muniment.ocfl.structure import (
    check_declaration,
    check_object_root,
    check_version_directory,
    declared_version,
    join,
    names_of,
    version_directories,
    walk_content,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muniment.ocfl.version import DigestMap
    from muniment.store import Node, Store

__all__ = ["Problem", "validate_object"]

_MAX_SIDECAR = 4096
# Section 3.6 wants spaces or tabs between; whether the line must end is left open.
_SIDECAR = re.compile(rb"([0-9A-Fa-f]+)[ \t]+inventory\.json\n?")


@dataclass(frozen=True, slots=True)
class _Copy:
    """One file ``inventory.json``: its path, its bytes, and what they say."""

    path: str
    data: bytes
    inventory: ForeignInventory


@dataclass(frozen=True, slots=True)
class _Claim:
    """What an inventory says of a file's bytes, and the code to give when it is wrong."""

    algorithm: str
    digest: str
    code: str
    source: str


def validate_object(store: Store, path: str) -> tuple[Problem, ...]:
    """Name every problem of an OCFL object; it is valid if none of them is an error.

    Args:
        store: Where the object lies.
        path: The object root; ``""`` for the top of the store.

    Returns:
        Errors and warnings, each once, in the order of the checks.

    Raises:
        StoreError: A file could not be read, so that nothing can be said.
    """
    nodes = store.list(path)
    problems = [*check_declaration(store, path, nodes)]
    newest, found = _load(store, path, nodes)
    problems += found
    if newest is None:
        present = tuple(version_directories(nodes))
        problems += check_object_root(store, path, nodes, versions=present, sidecar="")
    else:
        problems += _check_object(store, path, nodes, newest)
    return tuple(dict.fromkeys(problems))


def _load(store: Store, folder: str, nodes: tuple[Node, ...]) -> tuple[_Copy | None, list[Problem]]:
    """Read the inventory in a folder, and judge it by itself and with its sidecar."""
    path = join(folder, INVENTORY)
    node = next((node for node in nodes if node.name == INVENTORY and node.kind == "file"), None)
    if node is None:
        return None, [Problem("E063", path, "there is no inventory")]
    if node.size > MAX_SIZE:
        return None, [Problem("E033", path, f"the inventory is larger than {MAX_SIZE} bytes")]
    data = store.read(path, max_size=MAX_SIZE)
    try:
        value = read_json(data, path)
    except FormatError as error:
        return None, [Problem("E033", path, error.what.removeprefix("OCFL E033: "))]
    copy = _Copy(path, data, describe(value))
    return copy, [*examine(value, path), *_check_sidecar(store, folder, nodes, copy)]


def _check_sidecar(store: Store, folder: str, nodes: tuple[Node, ...], copy: _Copy) -> Iterator[Problem]:
    """Judge the sidecar of an inventory (section 3.6)."""
    name = _sidecar_of(copy.inventory)
    path = join(folder, name)
    sizes = {node.name: node.size for node in nodes if node.kind == "file"}
    if name not in sizes:
        yield Problem("E058", copy.path, f"there is no sidecar {name}")
        return
    text = store.read(path, max_size=_MAX_SIDECAR) if sizes[name] <= _MAX_SIDECAR else b""
    match = _SIDECAR.fullmatch(text)
    if match is None:
        yield Problem("E061", path, "not a digest, blanks and inventory.json")
    elif copy.inventory.algorithm in DIGESTS:
        digest = DIGESTS[copy.inventory.algorithm][1](copy.data)
        if match[1].decode("ascii").lower() != digest:
            yield Problem("E060", path, "the digest is not that of the inventory")


def _sidecar_of(inventory: ForeignInventory) -> str:
    return f"{INVENTORY}.{inventory.algorithm}"


def _check_object(store: Store, path: str, nodes: tuple[Node, ...], newest: _Copy) -> Iterator[Problem]:
    inventory = newest.inventory
    declared = declared_version(nodes)
    if declared and inventory.specification and declared != inventory.specification:
        message = f"type says OCFL {inventory.specification}, the declaration {declared}"
        yield Problem("E038", newest.path, message)
    sidecar = _sidecar_of(inventory)
    yield from check_object_root(store, path, nodes, versions=inventory.names, sidecar=sidecar)
    files: dict[str, list[str]] = {}
    copies: dict[str, _Copy] = {}
    present = set(version_directories(nodes))
    for name in inventory.names:
        if name in present:
            copy, files[name], problems = _examine_version(store, join(path, name), newest)
            yield from problems
            if copy is not None:
                copies[name] = copy
    yield from _check_priors(newest, copies)
    yield from _check_listed(path, newest, copies, files)
    others = [copy for copy in copies.values() if copy.data != newest.data]
    yield from _check_digests(store, path, [newest, *others], files)


def _examine_version(store: Store, folder: str, newest: _Copy) -> tuple[_Copy | None, list[str], list[Problem]]:
    """Judge a version directory; give its inventory, its content files and the problems."""
    nodes = store.list(folder)
    copy, found = _load(store, folder, nodes)
    if copy is None and found[0].code == "E063":
        found = [Problem("W010", folder, "there is no inventory")]
    elif copy is not None and copy.data == newest.data:
        # Judged already, as the one in the object root; its sidecar is another file.
        found = [*_check_sidecar(store, folder, nodes, copy)]
    content = newest.inventory.content_directory
    sidecar = _sidecar_of((copy or newest).inventory)
    problems = [*found, *check_version_directory(folder, nodes, content=content, sidecar=sidecar)]
    files: list[str] = []
    if content in names_of(nodes, "directory"):
        files, faults = walk_content(store, join(folder, content))
        problems += faults
    return copy, files, problems


def _check_priors(newest: _Copy, copies: dict[str, _Copy]) -> Iterator[Problem]:
    """Compare the inventories of the version directories with that of the object root (section 3.7)."""
    last = newest.inventory.names[-1] if newest.inventory.names else ""
    for name, copy in copies.items():
        if name == last and copy.data != newest.data:
            yield Problem("E064", copy.path, "differs from the inventory in the object root")
        elif name != last:
            for code, message in check_prior(name, copy.inventory, newest.inventory):
                yield Problem(code, copy.path, message)
    versions = [(name, copy.inventory.specification) for name, copy in copies.items()]
    for name, (code, message) in check_specifications(versions):
        yield Problem(code, copies[name].path, message)


def _check_listed(path: str, newest: _Copy, copies: dict[str, _Copy], files: dict[str, list[str]]) -> Iterator[Problem]:
    """Find content files that a manifest leaves out (E023)."""
    listed = _listed(path, newest.inventory.manifest)
    for file in (file for of_version in files.values() for file in of_version):
        if file not in listed:
            yield Problem("E023", file, "this file is not in the manifest")
    so_far: list[str] = []
    for name, of_version in files.items():
        so_far += of_version
        if name in copies and not listed.isdisjoint(so_far):
            missing = listed.intersection(so_far) - _listed(path, copies[name].inventory.manifest)
            for file in sorted(missing):
                yield Problem("E023", copies[name].path, f"{file!r} is not in the manifest")


def _listed(path: str, manifest: DigestMap) -> frozenset[str]:
    return frozenset(join(path, file) for _, files in manifest for file in files)


def _check_digests(store: Store, path: str, copies: list[_Copy], files: dict[str, list[str]]) -> Iterator[Problem]:
    """Read each file once, and hold it against everything that any inventory says of it (E092, E093)."""
    on_disk = frozenset(file for of_version in files.values() for file in of_version)
    claims: dict[str, dict[_Claim, None]] = {}
    for copy in copies:
        for file, claim in _claims(copy):
            claims.setdefault(join(path, file), {})[claim] = None
    for file, of_file in sorted(claims.items()):
        data = store.read(file) if file in on_disk else None
        actual: dict[str, str] = {}
        for claim in of_file:
            if data is None:
                yield Problem(claim.code, file, f"named in {claim.source} and not there")
                continue
            if claim.algorithm not in actual:
                actual[claim.algorithm] = DIGESTS[claim.algorithm][1](data)
            if actual[claim.algorithm] != claim.digest:
                yield Problem(claim.code, file, f"not the {claim.algorithm} that {claim.source} gives")


def _claims(copy: _Copy) -> Iterator[tuple[str, _Claim]]:
    """Give each content path of an inventory with a digest for it; ill-formed paths are left out."""
    inventory = copy.inventory
    maps = [("E092", inventory.algorithm, inventory.manifest)]
    maps += [("E093", algorithm, block) for algorithm, block in inventory.fixity]
    for code, algorithm, block in maps:
        for digest, paths in block if algorithm in DIGESTS else ():
            claim = _Claim(algorithm, digest.lower(), code, copy.path)
            for file in paths:
                if not [*check_content_path(file, inventory.names, inventory.content_directory)]:
                    yield file, claim
