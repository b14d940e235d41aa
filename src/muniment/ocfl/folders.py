"""What may lie in each folder of an OCFL object (OCFL 1.1 sections 3.1 to 3.3, 3.9), and reading it.

A part that cannot be read is a problem like the others, and what is left is judged all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muniment.errors import UnavailableError
from muniment.ocfl.rules import DIGESTS, VERSION_NAME, Problem, check_sequence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from muniment.store import Node
    from muniment.store.read_only import Tree

INVENTORY_NAME = "inventory.json"
"""Name of an inventory (section 3.5)."""

# https://ocfl.github.io/extensions/, as of 2026.
REGISTERED = frozenset(
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
"""Names of the registered extensions."""


_COMMON = ("file", "directory")


@dataclass(slots=True)
class Reading:
    """A tree that is being judged, what was found, and how much was read.

    Attributes:
        tree: Where it lies.
        problems: What was found so far; the same twice is one.
        files: Files that were read.
        size: Bytes that were read.
    """

    tree: Tree
    problems: dict[Problem, None] = field(default_factory=dict)
    files: int = 0
    size: int = 0

    def report(self, problems: Iterable[Problem]) -> None:
        """Take problems over."""
        for problem in problems:
            self.problems[problem] = None

    def list(self, path: str) -> tuple[Node, ...]:
        """The names in a folder; none where it cannot be read, which is a problem then."""
        try:
            return self.tree.list(path)
        except UnavailableError as error:
            self._unread(path, error)
            return ()

    def read(self, path: str, *, max_size: int) -> bytes | None:
        """The bytes of a file; None where it cannot be read, which is a problem then."""
        try:
            data = self.tree.read(path, max_size=max_size)
        except UnavailableError as error:
            self._unread(path, error)
            return None
        self.files += 1
        self.size += len(data)
        return data

    def digests(self, path: str, algorithms: Collection[str]) -> dict[str, str] | None:
        """Digests of a file of any size, by algorithm; None where it cannot be read, which is a problem then."""
        hashes = [(name, DIGESTS[name][1](b"")) for name in algorithms]
        size = 0
        try:
            for part in self.tree.parts(path):
                size += len(part)
                for _, hashing in hashes:
                    hashing.update(part)
        except UnavailableError as error:
            self._unread(path, error)
            return None
        self.files += 1
        self.size += size
        return {name: hashing.hexdigest() for name, hashing in hashes}

    def _unread(self, path: str, error: UnavailableError) -> None:
        expected = f": expected {error.expected}" if error.expected else ""
        self.problems[Problem("", path, f"{error.what}{expected}")] = None


def join(folder: str, name: str) -> str:
    """Put a name below a folder, which may be the top of the tree."""
    return f"{folder}/{name}" if folder else name


def names_of(nodes: Iterable[Node], kind: str) -> list[str]:
    """The names of one kind, ``file`` or ``directory``."""
    return [node.name for node in nodes if node.kind == kind]


def version_directories(nodes: Iterable[Node]) -> list[str]:
    """The folders of an object root that are called like a version."""
    return [name for name in names_of(nodes, "directory") if VERSION_NAME.fullmatch(name)]


def check_links(folder: str, nodes: Iterable[Node]) -> Iterator[Problem]:
    """Find links and other things that are neither file nor folder (section 4.4)."""
    for node in nodes:
        if node.kind not in {"file", "directory"}:
            yield Problem("E090", join(folder, node.name), "a link, or neither a file nor a folder")
        elif node.shared:
            yield Problem("E090", join(folder, node.name), "a file with another name (a hard link)")


def is_object(nodes: Iterable[Node]) -> bool:
    """Whether a folder is meant to be an object root, if it is not marked rightly."""
    return any(node.kind == "file" and ("=ocfl_object" in node.name or node.name == INVENTORY_NAME) for node in nodes)


def declared_version(nodes: Iterable[Node], kind: Declaration) -> str:
    """The highest version of OCFL that a folder declares; empty if it declares none."""
    names = [name for name in names_of(nodes, "file") if re.fullmatch(rf"0={kind.value}1\.[01]", name)]
    return max(names)[-3:] if names else ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What marks a folder (sections 3.2 and 4.1), and the codes for what is wrong with it.

    Attributes:
        value: What its name has after ``0=``, before the version of OCFL.
        absent: Codes where there is none.
        count: Code where there is not just one.
        form: Code for a name without a tag and an equals sign.
        pattern: Code for a name of another pattern.
        tag: Code for a tag other than 0.
        version: Code for another value, or a version that is not known.
        text: Code for other content.
    """

    value: str
    absent: tuple[str, ...]
    count: str
    form: str
    pattern: str
    tag: str
    version: str
    text: str

    def meant_by(self, name: str) -> bool:
        """Whether a file is meant to be such a declaration, if wrongly."""
        return name.startswith("0=") or re.fullmatch(rf".?=?{self.value}[0-9.]+", name) is not None


OF_OBJECT = Declaration("ocfl_object_", ("E003",), "E003", "E002", "E004", "E005", "E006", "E007")
OF_ROOT = Declaration("ocfl_", ("E069", "E076"), "E076", "E075", "E077", "E078", "E079", "E080")


def check_declaration(reading: Reading, folder: str, nodes: tuple[Node, ...], kind: Declaration) -> Iterator[Problem]:
    """Judge the file that marks an object root or a storage root."""
    meant = [node for node in nodes if node.kind == "file" and kind.meant_by(node.name)]
    right = [node for node in meant if node.name.startswith("0=")]
    if len(right) != 1:
        for code in [kind.count] if right else kind.absent:
            yield Problem(code, folder, f"{len(right)} version declarations where there must be one")
    for node in meant:
        if re.fullmatch(f"0={kind.value}1\\.[01]", node.name) is None:
            for code in _misnamed(node.name, kind):
                yield Problem(code, join(folder, node.name), "declares no version of OCFL that is known")
            continue
        text, path = f"{node.name[2:]}\n".encode(), join(folder, node.name)
        data = reading.read(path, max_size=node.size) if node.size == len(text) else b""
        if data is not None and data != text:
            yield Problem(kind.text, path, f"the content is not {text!r}")


def _misnamed(name: str, kind: Declaration) -> Iterator[str]:
    tag, equals, value = name.partition("=")
    if not equals:
        yield kind.form
    if tag != "0" or re.fullmatch(rf"{kind.value}[0-9]+\.[0-9]+", value) is None:
        yield kind.pattern
    if tag != "0":
        yield kind.tag
    if re.fullmatch(rf"{kind.value}1\.[01]", value) is None:
        yield kind.version


def check_object_root(
    reading: Reading, folder: str, nodes: tuple[Node, ...], *, versions: Collection[str], sidecar: str
) -> Iterator[Problem]:
    """Judge what lies in an object root (section 3.1).

    Args:
        reading: Where the object lies.
        folder: The object root.
        nodes: What is listed there.
        versions: Names of the versions in the inventory.
        sidecar: Name of the inventory's sidecar.
    """
    yield from check_links(folder, nodes)
    files = names_of(nodes, "file")
    for name in files:
        if name not in {INVENTORY_NAME, sidecar} and not name.startswith("0="):
            yield Problem("E001", join(folder, name), "this file may not lie in an object root")
            if name.lower() == INVENTORY_NAME and INVENTORY_NAME not in files:
                yield Problem("E034", join(folder, name), "an inventory of another name")
    present = version_directories(nodes)
    for name in names_of(nodes, "directory"):
        path = join(folder, name)
        if name == "extensions":
            yield from check_extensions(reading, path, files="E067", unregistered="W013")
        elif name not in versions and name not in present and name != "logs":
            yield Problem("E001", path, "this folder may not lie in an object root")
            if is_object(reading.list(path)):
                yield Problem("E082", path, "an object in an object")
    yield from _check_versions(folder, present, versions)


def _check_versions(folder: str, present: list[str], versions: Collection[str]) -> Iterator[Problem]:
    """Compare the version directories with the versions in the inventory (sections 3.3, 3.5.3)."""
    for name in present:
        if name not in versions:
            yield Problem("E046", join(folder, name), "this version is not in the inventory")
    there = set(present)
    for name in versions:
        if name not in there:
            yield Problem("E046", join(folder, name), "this version is in the inventory and has no folder")
    for code, message in check_sequence(present):
        if code in {"E009", "E010", "E105"}:
            yield Problem(code, folder, f"folders: {message}")


def check_extensions(reading: Reading, folder: str, *, files: str, unregistered: str) -> Iterator[Problem]:
    """Judge a folder for extensions (sections 3.9, 4.1), by two codes."""
    nodes = reading.list(folder)
    yield from check_links(folder, nodes)
    for name in names_of(nodes, "file"):
        yield Problem(files, join(folder, name), "only folders may lie here")
    for name in names_of(nodes, "directory"):
        if name not in REGISTERED:
            yield Problem(unregistered, join(folder, name), "no extension is registered by this name")


def check_version_directory(folder: str, nodes: tuple[Node, ...], *, content: str, sidecar: str) -> Iterator[Problem]:
    """Judge what lies in a version directory (section 3.3).

    Args:
        folder: The version directory.
        nodes: What is listed there.
        content: Name of the content directory.
        sidecar: Name of the inventory's sidecar.
    """
    for node in nodes:
        if node.kind == "directory":
            if node.name != content:
                message = "this folder should not lie in a version directory"
                yield Problem("W002", join(folder, node.name), message)
        elif node.kind == "file" and node.name not in {INVENTORY_NAME, sidecar}:
            yield Problem("E015", join(folder, node.name), "this file may not lie in a version directory")
    yield from check_links(folder, nodes)


def walk_content(reading: Reading, folder: str) -> list[str]:
    """Find every file below a content directory, and judge its folders (section 3.3.1).

    Returns:
        The paths of the files from the top of the tree, in order.
    """
    files: list[str] = []
    waiting = [folder]
    unread = len(reading.problems)
    while waiting:
        here = waiting.pop()
        before = len(reading.problems)
        nodes = reading.list(here)
        if not nodes and here != folder and len(reading.problems) == before:
            reading.report([Problem("E024", here, "a folder below the content directory is empty")])
        for node in nodes:
            if node.kind == "directory":
                waiting.append(f"{here}/{node.name}")
            elif node.kind == "file":
                files.append(f"{here}/{node.name}")
        if any(node.shared or node.kind not in _COMMON for node in nodes):
            reading.report(check_links(here, nodes))
    if not files and not any(problem.is_unread for problem in list(reading.problems)[unread:]):
        reading.report([Problem("W003", folder, "a content directory without files")])
    return sorted(files)
