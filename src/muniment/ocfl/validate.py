"""Judge an OCFL object by the specification, whatever software wrote it; ``importing/`` will need it.

This is wider than what this archive writes: OCFL 1.0 and 1.1, SHA-256, padded versions, fixity blocks, inventories
kept with older versions (section 3.7), and what may lie in each folder (sections 3.1 to 3.3).  Every problem is named
by the code of https://ocfl.io/1.1/spec/validation-codes.html.  Only the object is judged; whether its identifier is
unique in its storage root, and its folder the right one, is not seen from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.errors import FormatError
from muniment.ocfl.foreign import MAX_SIZE, ForeignInventory, describe, read_json
from muniment.ocfl.inventory import INVENTORY
from muniment.ocfl.rules import DIGESTS, VERSION_NAME, Problem, check_content_path, check_sequence, examine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from muniment.ocfl.foreign import ForeignInventory
    from muniment.ocfl.rules import Fault
    from muniment.ocfl.version_block import DigestMap, VersionBlock
    from muniment.store import Node, Store

__all__ = ["Problem", "validate_object"]


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


_DECLARATION = re.compile(r"0=ocfl_object_1\.[01]")
_MAX_DECLARATION = 1024

# https://ocfl.github.io/extensions/, as of 2026.
_REGISTERED = frozenset(
    [
        "0000-example-extension",
        "0001-digest-algorithms",
        "0002-flat-direct-storage-layout",
        "0003-hash-and-id-n-tuple-storage-layout",
        "0004-hashed-n-tuple-storage-layout",
        "0005-mutable-head",
        "0006-flat-omit-prefix-storage-layout",
        "0007-n-tuple-omit-prefix-storage-layout",
        "0008-schema-registry",
        "0009-digest-algorithms",
        "0010-differential-n-tuple-omit-prefix-storage-layout",
        "0011-direct-clean-path-layout",
        "0012-hash-and-no-prefix-id-n-tuple-storage-layout",
        "initial",
    ]
)


def join(folder: str, name: str) -> str:
    """Put a name below a folder, which may be the top of the store."""
    return f"{folder}/{name}" if folder else name


def names_of(nodes: tuple[Node, ...], kind: str) -> list[str]:
    """The names of one kind, ``file`` or ``directory``."""
    return [node.name for node in nodes if node.kind == kind]


def version_directories(nodes: tuple[Node, ...]) -> list[str]:
    """The folders of an object root that are called like a version."""
    return [name for name in names_of(nodes, "directory") if VERSION_NAME.fullmatch(name)]


def check_links(folder: str, nodes: tuple[Node, ...]) -> Iterator[Problem]:
    """Find links and other things that are neither file nor folder (section 4.4)."""
    for node in nodes:
        if node.kind not in {"file", "directory"}:
            yield Problem("E090", join(folder, node.name), "a link, or neither a file nor a folder")


def declared_version(nodes: tuple[Node, ...]) -> str:
    """The highest version of OCFL that the object root declares (section 3.2); empty if it declares none."""
    names = [name for name in names_of(nodes, "file") if _DECLARATION.fullmatch(name)]
    return max(names).removeprefix("0=ocfl_object_") if names else ""


def check_declaration(store: Store, folder: str, nodes: tuple[Node, ...]) -> Iterator[Problem]:
    """Judge the file that marks an object root (section 3.2)."""
    names = [name for name in names_of(nodes, "file") if name.startswith("0=")]
    if len(names) != 1:
        yield Problem("E003", folder, f"{len(names)} version declarations where there must be one")
    sizes = {node.name: node.size for node in nodes}
    for name in names:
        path = join(folder, name)
        text = f"{name[2:]}\n".encode()
        if _DECLARATION.fullmatch(name) is None:
            yield Problem("E006", path, "declares no version of OCFL objects that is known")
        elif sizes[name] != len(text) or store.read(path, max_size=_MAX_DECLARATION) != text:
            yield Problem("E007", path, f"the content is not {text!r}")


def check_object_root(
    store: Store, folder: str, nodes: tuple[Node, ...], *, versions: tuple[str, ...], sidecar: str
) -> Iterator[Problem]:
    """Judge what lies in an object root (section 3.1).

    Args:
        store: Where the object lies.
        folder: The object root.
        nodes: What ``store`` lists there.
        versions: Names of the versions in the inventory.
        sidecar: Name of the inventory's sidecar.
    """
    yield from check_links(folder, nodes)
    for name in names_of(nodes, "file"):
        if name not in {INVENTORY, sidecar} and not name.startswith("0="):
            yield Problem("E001", join(folder, name), "this file may not lie in an object root")
    present = version_directories(nodes)
    for name in names_of(nodes, "directory"):
        path = join(folder, name)
        if name == "extensions":
            yield from _check_extensions(store, path)
        elif name not in {"logs", *versions, *present}:
            yield Problem("E001", path, "this folder may not lie in an object root")
    yield from _check_versions(folder, present, versions)


def _check_versions(folder: str, present: list[str], versions: tuple[str, ...]) -> Iterator[Problem]:
    """Compare the version directories with the versions in the inventory (sections 3.3, 3.5.3)."""
    for name in present:
        if name not in versions:
            yield Problem("E046", join(folder, name), "this version is not in the inventory")
    for name in versions:
        if name not in present:
            yield Problem("E046", join(folder, name), "this version is in the inventory and has no folder")
    for code, message in check_sequence(present):
        if code in {"E009", "E010"}:
            yield Problem(code, folder, f"folders: {message}")


def _check_extensions(store: Store, folder: str) -> Iterator[Problem]:
    """Judge the folder for extensions (section 3.9)."""
    nodes = store.list(folder)
    yield from check_links(folder, nodes)
    for name in names_of(nodes, "file"):
        yield Problem("E067", join(folder, name), "only folders may lie here")
    for name in names_of(nodes, "directory"):
        if name not in _REGISTERED:
            yield Problem("W013", join(folder, name), "no extension is registered by this name")


def check_version_directory(folder: str, nodes: tuple[Node, ...], *, content: str, sidecar: str) -> Iterator[Problem]:
    """Judge what lies in a version directory (section 3.3).

    Args:
        folder: The version directory.
        nodes: What the store lists there.
        content: Name of the content directory.
        sidecar: Name of the inventory's sidecar.
    """
    yield from check_links(folder, nodes)
    for name in names_of(nodes, "file"):
        if name not in {INVENTORY, sidecar}:
            yield Problem("E015", join(folder, name), "this file may not lie in a version directory")
    for name in names_of(nodes, "directory"):
        if name != content:
            yield Problem("W002", join(folder, name), "this folder should not lie in a version directory")


def walk_content(store: Store, folder: str) -> tuple[list[str], list[Problem]]:
    """Find every file below a content directory, and judge its folders (section 3.3.1).

    Returns:
        The paths of the files from the top of the store, and the problems.
    """
    files: list[str] = []
    problems: list[Problem] = []
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        nodes = store.list(here)
        problems += check_links(here, nodes)
        if not nodes and here != folder:
            problems.append(Problem("E024", here, "a folder below the content directory is empty"))
        files += (join(here, name) for name in names_of(nodes, "file"))
        waiting += (join(here, name) for name in names_of(nodes, "directory"))
    if not files:
        problems.append(Problem("W003", folder, "a content directory without files"))
    return sorted(files), problems


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
    newest, faults = _load(store, path, nodes)
    problems += faults
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
    copy, problems = _load(store, folder, nodes)
    if copy is None and problems[0].code == "E063":
        problems = [Problem("W010", folder, "there is no inventory")]
    elif copy is not None and copy.data == newest.data:
        # Judged already, as the one in the object root; its sidecar is another file.
        problems = [*_check_sidecar(store, folder, nodes, copy)]
    content = newest.inventory.content_directory
    sidecar = _sidecar_of((copy or newest).inventory)
    problems = [*problems, *check_version_directory(folder, nodes, content=content, sidecar=sidecar)]
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
