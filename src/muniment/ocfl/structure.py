"""What may lie in the folders of an OCFL object (OCFL 1.1 sections 3.1 to 3.3), whoever wrote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from muniment.ocfl.grammar import VERSION_NAME, Problem, check_sequence
from muniment.ocfl.sidecar import INVENTORY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muniment.store import Node, Store

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
