"""Judge an OCFL storage root by the specification, whatever software wrote it (OCFL 1.1 section 4).

The hierarchy is walked to its objects, which ``validate`` judges; what they say is then held together: that each
identifier has one place, and the place that the layout gives it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.errors import FormatError
from muniment.ocfl.folders import (
    OF_ROOT,
    REGISTERED,
    Reading,
    check_declaration,
    check_extensions,
    check_links,
    declared_version,
    is_object,
    join,
    names_of,
    version_directories,
)
from muniment.ocfl.foreign import read_foreign_json
from muniment.ocfl.layouts import make_layout
from muniment.ocfl.rules import Problem, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from muniment.canonical import Json
    from muniment.ocfl.validate import JudgedObject
    from muniment.store import Node

LAYOUT_NAME = "ocfl_layout.json"
_EXTENSIONS = "extensions"
_MAX_JSON = 1024 * 1024
_LOOKS = 1000
"""Folders that are looked into, at most, for an object in a folder that nothing marks."""


def is_storage_root(reading: Reading, nodes: Sequence[Node]) -> bool:
    """Whether a folder is meant to be a storage root: by its declaration or layout, or as it holds objects."""
    files = names_of(nodes, "file")
    if is_object(nodes) or version_directories(nodes):
        return False
    if LAYOUT_NAME in files or any(OF_ROOT.meant_by(name) for name in files):
        return True
    waiting, looks = [*reversed(names_of(nodes, "directory"))], 0
    while waiting and looks < _LOOKS:
        looks += 1
        here = waiting.pop()
        inner = reading.list(here)
        if is_object(inner):
            return True
        waiting += (join(here, name) for name in reversed(names_of(inner, "directory")))
    return False


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """What a storage root is, before its objects are judged.

    Attributes:
        specification: The version of OCFL that it declares; empty where it declares none that is known.
        objects: The object roots, in order.
        place: Gives the path of an object by its identifier; None where the layout is not known.
    """

    specification: str
    objects: tuple[str, ...]
    place: Callable[[str], str] | None


def walk_hierarchy(reading: Reading, nodes: tuple[Node, ...]) -> Hierarchy:
    """Judge a storage root but for its objects, and find these.

    Args:
        reading: The tree whose top it is; takes the problems.
        nodes: What is listed there.
    """
    specification = declared_version(nodes, OF_ROOT)
    reading.report(check_declaration(reading, "", nodes, OF_ROOT))
    reading.report(check_links("", nodes))
    folders = names_of(nodes, "directory")
    if _EXTENSIONS in folders:
        for files in ("E067", "E086" if specification == "1.0" else "E112"):
            reading.report(check_extensions(reading, _EXTENSIONS, files=files, unregistered="W016"))
    place = _read_layout(reading, nodes) if LAYOUT_NAME in names_of(nodes, "file") else None
    objects: list[str] = []
    barren: list[str] = []
    waiting = [name for name in reversed(folders) if name != _EXTENSIONS]
    while waiting:
        here = waiting.pop()
        before = len(reading.problems)
        inner = reading.list(here)
        if not inner and len(reading.problems) > before:
            continue
        if is_object(inner):
            objects.append(here)
            continue
        reading.report(_check_between(here, inner))
        barren.append(here)
        waiting += (join(here, name) for name in reversed(names_of(inner, "directory")))
    reading.report(_check_barren(barren, objects))
    return Hierarchy(specification, tuple(sorted(objects)), place)


def _check_between(folder: str, nodes: Sequence[Node]) -> Iterator[Problem]:
    """Judge a folder between storage root and objects."""
    yield from check_links(folder, nodes)
    for name in names_of(nodes, "file"):
        for code in ("E072", "E084"):
            yield Problem(code, join(folder, name), "this file is part of no object")
    if not nodes:
        yield Problem("E073", folder, "an empty folder")
    if not names_of(nodes, "directory"):
        yield Problem("E085", folder, "the hierarchy ends here without an object")


def _check_barren(folders: Sequence[str], objects: Sequence[str]) -> Iterator[Problem]:
    """Find the topmost folders below which no object lies."""
    fertile = {""}
    for path in objects:
        above = path.rpartition("/")[0]
        while above not in fertile:
            fertile.add(above)
            above = above.rpartition("/")[0]
    for folder in folders:
        if folder not in fertile and folder.rpartition("/")[0] in fertile:
            yield Problem("E088", folder, "no object lies in this folder")


def _read_layout(reading: Reading, nodes: Sequence[Node]) -> Callable[[str], str] | None:
    """Judge ``ocfl_layout.json`` and the parameters of the layout that it names."""
    value = _read_json(reading, LAYOUT_NAME, "E070")
    if value is None:
        return None
    for key in ("extension", "description"):
        if not isinstance(value.get(key), str):
            reading.report([Problem("E070", LAYOUT_NAME, f"key {key!r} is missing or no text")])
    name = value.get("extension")
    if not isinstance(name, str):
        return None
    if name not in REGISTERED:
        reading.report([Problem("E071", LAYOUT_NAME, cut(f"no extension is registered as {name!r}"))])
        return None
    folder, config = join(_EXTENSIONS, name), {}
    if _EXTENSIONS in names_of(nodes, "directory") and name in names_of(reading.list(_EXTENSIONS), "directory"):
        path = join(folder, "config.json")
        if "config.json" in names_of(reading.list(folder), "file"):
            found = _read_json(reading, path, "E083")
            if found is None:
                return None
            config = found
    try:
        return make_layout(name, config)
    except FormatError as error:
        reading.report([Problem("E083", folder, cut(f"no layout can be made of this: {error.what}: {error.found}"))])
        return None


def _read_json(reading: Reading, path: str, code: str) -> dict[str, Json] | None:
    data = reading.read(path, max_size=_MAX_JSON)
    if data is None:
        return None
    try:
        value = read_foreign_json(data, path)
    except FormatError as error:
        reading.report([Problem(code, path, error.what)])
        return None
    if not isinstance(value, dict):
        reading.report([Problem(code, path, "not a JSON object")])
        return None
    return value


def check_together(hierarchy: Hierarchy, objects: Sequence[JudgedObject]) -> Iterator[Problem]:
    """Hold the objects of a storage root against it and against each other, once all are judged."""
    first: dict[str, str] = {}
    misplaced = 0
    for judged in objects:
        if hierarchy.specification and judged.specification > hierarchy.specification:
            message = f"follows OCFL {judged.specification}, the storage root {hierarchy.specification}"
            yield Problem("E081", judged.path, message)
        if not judged.object_id:
            continue
        other = first.setdefault(judged.object_id, judged.path)
        if other != judged.path:
            for code in ("E037", "E083"):
                yield Problem(code, judged.path, cut(f"the object in {other!r} has the same id"))
        problem = _check_place(hierarchy, judged)
        if problem is not None:
            misplaced += 1
            yield problem
    if 0 < misplaced < len(objects):
        yield Problem("W014", LAYOUT_NAME, f"{misplaced} of {len(objects)} objects lie otherwise than it says")
    if len({"/" in judged.path for judged in objects}) > 1:
        yield Problem("W015", "", "some objects lie directly in the storage root, others deeper")


def _check_place(hierarchy: Hierarchy, judged: JudgedObject) -> Problem | None:
    if hierarchy.place is None:
        return None
    try:
        right = hierarchy.place(judged.object_id)
    except FormatError as error:
        return Problem("E083", judged.path, cut(f"the layout has no place for this id: {error.what}"))
    if right == judged.path:
        return None
    return Problem("E083", judged.path, cut(f"the layout puts this id at {right!r}"))
