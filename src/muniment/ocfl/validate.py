"""Judge an OCFL object by the specification, whatever software wrote it.

This is wider than what this archive writes: OCFL 1.0 and 1.1, SHA-256, padded versions, fixity blocks, inventories
kept with older versions (section 3.7), and what may lie in each folder (sections 3.1 to 3.3).  Every problem is named
by its code in ``codes``.  Only the object is judged; what several have to do with each other is seen in ``hierarchy``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from muniment.errors import FormatError
from muniment.ocfl.folders import (
    INVENTORY_NAME,
    OF_OBJECT,
    Reading,
    check_declaration,
    check_object_root,
    check_version_directory,
    declared_version,
    join,
    names_of,
    version_directories,
    walk_content,
)
from muniment.ocfl.foreign import MAX_FOREIGN, ForeignInventory, describe, read_foreign_json
from muniment.ocfl.rules import DIGESTS, Problem, cut, examine, is_content_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from muniment.canonical import Json
    from muniment.ocfl.rules import Fault
    from muniment.ocfl.version_block import DigestMap, VersionBlock
    from muniment.store import Node
    from muniment.store.read_only import Tree

__all__ = ["JudgedObject", "Problem", "judge_object", "validate_object"]


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
        if before is after and prior.algorithm == newest.algorithm:
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


_MAX_SIDECAR = 4096
# Section 3.6 wants spaces or tabs between; whether the line must end is left open.
_SIDECAR = re.compile(rb"([0-9A-Fa-f]+)[ \t]+inventory\.json\n?")


@dataclass(frozen=True, slots=True)
class _Copy:
    """One file ``inventory.json``: its path, its bytes, what they say, and whether that breaks no rule."""

    path: str
    data: bytes
    value: Json
    inventory: ForeignInventory
    clean: bool = False


@dataclass(frozen=True, slots=True)
class JudgedObject:
    """What came of judging an object.

    Attributes:
        path: The object root.
        object_id: Its identifier; empty where none could be read.
        specification: The version of OCFL that it declares, ``1.0`` or ``1.1``; empty where it declares neither.
        problems: Errors, warnings and what could not be read, each once, in the order of the checks.
        files: Files that were read.
        size: Bytes that were read.
    """

    path: str
    object_id: str
    specification: str
    problems: tuple[Problem, ...]
    files: int
    size: int


def validate_object(tree: Tree, path: str) -> tuple[Problem, ...]:
    """Name every problem of an OCFL object; it is valid if none of them is an error and all of it could be read.

    Args:
        tree: Where the object lies.
        path: The object root; ``""`` for the top of the tree.
    """
    return judge_object(tree, path).problems


def judge_object(tree: Tree, path: str) -> JudgedObject:
    """Judge an OCFL object.

    Args:
        tree: Where the object lies.
        path: The object root; ``""`` for the top of the tree.
    """
    reading = Reading(tree)
    nodes = reading.list(path)
    identifier = ""
    if not reading.problems:
        reading.report(check_declaration(reading, path, nodes, OF_OBJECT))
        newest = _load(reading, path, nodes)
        if newest is None:
            present = version_directories(nodes)
            reading.report(check_object_root(reading, path, nodes, versions=present, sidecar=""))
        else:
            identifier = newest.inventory.object_id
            _check_object(reading, path, nodes, newest)
    problems = tuple(reading.problems)
    return JudgedObject(path, identifier, declared_version(nodes, OF_OBJECT), problems, reading.files, reading.size)


def _load(
    reading: Reading, folder: str, nodes: tuple[Node, ...], newest: _Copy | None = None, number: int = 0
) -> _Copy | None:
    """Read the inventory in a folder, and judge it by itself and with its sidecar.

    Args:
        reading: Where the object lies.
        folder: The object root, or a version directory.
        nodes: What is listed there.
        newest: The inventory of the object root, where this is that of a version directory.
        number: The place of that version among those of the newest inventory, from 1.
    """
    path = join(folder, INVENTORY_NAME)
    node = next((node for node in nodes if node.name == INVENTORY_NAME and node.kind == "file"), None)
    if node is None:
        code, where = ("E063", path) if newest is None else ("W010", folder)
        reading.report([Problem(code, where, "there is no inventory")])
        return None
    data = reading.read(path, max_size=MAX_FOREIGN)
    if data is None:
        return None
    if newest is not None and data == newest.data:
        # Judged already, as the one in the object root; its sidecar is another file.
        copy = _Copy(path, data, newest.value, newest.inventory, newest.clean)
    else:
        try:
            value = read_foreign_json(data, path)
        except FormatError as error:
            reading.report([Problem("E033", path, error.what)])
            return None
        if newest is not None and _repeats(value, newest, number):
            copy = _Copy(path, data, value, _beginning(value, newest.inventory, number), clean=True)
        else:
            reading.report(problems := examine(value, path))
            copy = _Copy(path, data, value, describe(value), clean=not problems)
    reading.report(_check_sidecar(reading, folder, nodes, copy))
    return copy


_PARTS = frozenset(["id", "type", "digestAlgorithm", "contentDirectory"])


def _repeats(value: Json, newest: _Copy, number: int) -> bool:
    """Whether an inventory is the beginning of one that breaks no rule, as it is in nearly every object.

    Then it breaks none either: its parts were examined there.
    """
    if not newest.clean or not isinstance(value, dict) or not isinstance(newest.value, dict):
        return False
    return value.keys() == newest.value.keys() and "fixity" not in value and _is_part(value, newest, number)


def _is_part(top: dict[str, Any], newest: _Copy, number: int) -> bool:
    assert isinstance(newest.value, dict)  # noqa: S101 - seen by the caller
    whole: dict[str, Any] = newest.value
    names = newest.inventory.names[:number]
    versions, manifest = top["versions"], top["manifest"]
    if not isinstance(versions, dict) or not isinstance(manifest, dict):
        return False
    if top["head"] != names[-1] or any(top[part] != whole[part] for part in _PARTS & top.keys()):
        return False
    if versions.keys() != set(names) or any(versions[name] != whole["versions"][name] for name in names):
        return False
    if not manifest.items() <= whole["manifest"].items():
        return False
    used = {digest for block in versions.values() for digest in block["state"]}
    places = {path.partition("/")[0] for paths in manifest.values() for path in paths}
    return used == manifest.keys() and places <= set(names)


def _beginning(value: Json, newest: ForeignInventory, number: int) -> ForeignInventory:
    """Describe an inventory that repeats the beginning of the newest one."""
    manifest: Any = value["manifest"] if isinstance(value, dict) else {}
    return replace(
        newest,
        head=newest.names[number - 1],
        names=newest.names[:number],
        versions=newest.versions[:number],
        manifest=tuple([pair for pair in newest.manifest if pair[0] in manifest]),
    )


def _check_sidecar(reading: Reading, folder: str, nodes: tuple[Node, ...], copy: _Copy) -> Iterator[Problem]:
    """Judge the sidecar of an inventory (section 3.6)."""
    name = _sidecar_of(copy.inventory)
    path = join(folder, name)
    node = next((node for node in nodes if node.name == name and node.kind == "file"), None)
    if node is None:
        yield Problem("E058", copy.path, cut(f"there is no sidecar {name}"))
        others = {f"{INVENTORY_NAME}.{algorithm}" for algorithm in DIGESTS}
        for other in names_of(nodes, "file"):
            if other in others:
                yield Problem("E059", join(folder, other), "a sidecar of another algorithm than digestAlgorithm")
        return
    text = reading.read(path, max_size=_MAX_SIDECAR) if node.size <= _MAX_SIDECAR else b""
    if text is None:
        return
    match = _SIDECAR.fullmatch(text)
    if match is None:
        yield Problem("E061", path, "not a digest, blanks and inventory.json")
    elif copy.inventory.algorithm in DIGESTS:
        digest = DIGESTS[copy.inventory.algorithm][1](copy.data).hexdigest()
        if match[1].decode("ascii").lower() != digest:
            yield Problem("E060", path, "the digest is not that of the inventory")


def _sidecar_of(inventory: ForeignInventory) -> str:
    return f"{INVENTORY_NAME}.{inventory.algorithm}"


def _check_object(reading: Reading, path: str, nodes: tuple[Node, ...], newest: _Copy) -> None:
    inventory = newest.inventory
    declared = declared_version(nodes, OF_OBJECT)
    if declared and inventory.specification and declared != inventory.specification:
        message = f"type says OCFL {inventory.specification}, the declaration {declared}"
        reading.report([Problem("E038", newest.path, message)])
    sidecar = _sidecar_of(inventory)
    reading.report(check_object_root(reading, path, nodes, versions=dict.fromkeys(inventory.names), sidecar=sidecar))
    files: dict[str, list[str]] = {}
    copies: dict[str, _Copy] = {}
    present = set(version_directories(nodes))
    filled = {file.partition("/")[0] for _, paths in inventory.manifest for file in paths}
    for number, name in enumerate(inventory.names, 1):
        if name in present:
            copy = _examine_version(reading, path, number, newest, files)
            if copy is not None:
                copies[name] = copy
            if name in filled and name not in files:
                message = "files lie here by the manifest, and there is no content directory"
                reading.report([Problem("E016", join(path, name), message)])
    reading.report(_check_priors(newest, copies))
    reading.report(_check_listed(path, newest, copies, files))
    _check_digests(reading, path, [newest, *(copy for copy in copies.values() if copy.data != newest.data)], files)


def _examine_version(
    reading: Reading, root: str, number: int, newest: _Copy, files: dict[str, list[str]]
) -> _Copy | None:
    """Judge a version directory, add its content files to ``files``, and give its inventory."""
    name, content = newest.inventory.names[number - 1], newest.inventory.content_directory
    folder, before = join(root, name), len(reading.problems)
    nodes = reading.list(folder)
    if not nodes and len(reading.problems) > before:
        return None
    copy = _load(reading, folder, nodes, newest, number)
    sidecar = _sidecar_of((copy or newest).inventory)
    reading.report(check_version_directory(folder, nodes, content=content, sidecar=sidecar))
    if content in names_of(nodes, "directory"):
        files[name] = walk_content(reading, join(folder, content))
    return copy


def _check_priors(newest: _Copy, copies: dict[str, _Copy]) -> Iterator[Problem]:
    """Compare the inventories of the version directories with that of the object root (section 3.7)."""
    last = newest.inventory.names[-1] if newest.inventory.names else ""
    for name, copy in copies.items():
        if name == last and copy.data != newest.data:
            yield Problem("E064", copy.path, "differs from the inventory in the object root")
        elif name != last:
            for code, message in check_prior(name, copy.inventory, newest.inventory):
                yield Problem(code, copy.path, cut(message))
    versions = [(name, copy.inventory.specification) for name, copy in copies.items()]
    for name, (code, message) in check_specifications(versions):
        yield Problem(code, copies[name].path, message)


def _check_listed(path: str, newest: _Copy, copies: dict[str, _Copy], files: dict[str, list[str]]) -> Iterator[Problem]:
    """Find content files that a manifest leaves out (E023)."""
    listed = _listed(path, newest.inventory.manifest)
    for of_version in files.values():
        for file in of_version:
            if file not in listed:
                yield Problem("E023", file, "this file is not in the manifest")
    so_far: list[str] = []
    for name, of_version in files.items():
        so_far += [file for file in of_version if file in listed]
        if name in copies and copies[name].data != newest.data and so_far:
            own = _listed(path, copies[name].inventory.manifest)
            for file in so_far:
                if file not in own:
                    yield Problem("E023", copies[name].path, f"{file!r} is not in the manifest")


def _listed(path: str, manifest: DigestMap) -> frozenset[str]:
    prefix = f"{path}/" if path else ""
    return frozenset([prefix + file for _, files in manifest for file in files])


def _check_digests(reading: Reading, path: str, copies: list[_Copy], files: dict[str, list[str]]) -> None:
    """Read each file once, and hold it against everything that any inventory says of it (E092, E093)."""
    claims: dict[str, dict[tuple[str, str, str, str], None]] = {}
    for copy in copies:
        for file, claim in _claims(copy, copies[0]):
            claims.setdefault(file, {})[claim] = None
    on_disk = frozenset([file for of_version in files.values() for file in of_version])
    prefix = f"{path}/" if path else ""
    for file, of_file in sorted(claims.items()):
        where = prefix + file
        if where not in on_disk:
            missing = (Problem(code, cut(where), f"named in {source} and not there") for _, _, code, source in of_file)
            reading.report(missing)
            continue
        actual = reading.digests(where, {algorithm for algorithm, *_ in of_file})
        for algorithm, digest, code, source in of_file if actual else ():
            if actual and actual[algorithm] != digest:
                reading.report([Problem(code, where, f"not the {algorithm} that {source} gives")])


def _claims(copy: _Copy, newest: _Copy) -> Iterator[tuple[str, tuple[str, str, str, str]]]:
    """Give each content path of an inventory with algorithm, digest, code and source; ill-formed paths are left out.

    What the newest inventory says already is not said again.
    """
    inventory = copy.inventory
    maps = [("E092", inventory.algorithm, inventory.manifest)]
    maps += [("E093", algorithm, block) for algorithm, block in inventory.fixity]
    names, content = frozenset(inventory.names), inventory.content_directory
    same = copy is not newest and inventory.algorithm == newest.inventory.algorithm
    known = dict(newest.inventory.manifest) if same else {}
    for code, algorithm, block in maps:
        for digest, paths in block if algorithm in DIGESTS else ():
            if code == "E092" and known.get(digest) == paths:
                continue
            claim = (algorithm, digest.lower(), code, copy.path)
            for file in paths:
                if is_content_path(file, names, content):
                    yield file, claim
