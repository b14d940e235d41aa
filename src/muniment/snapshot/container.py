"""The files of a snapshot, out of whatever holds them: the zip, the zip packed again, or the folder that it makes.

What a snapshot proves stands in its files.  The zip around them has one form, so that its SHA-256 can be cited; another
packing, or none, proves the same and has no hash of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from muniment.errors import FormatError, MunimentError
from muniment.snapshot.packed_zip import is_packed_again, parse_packed
from muniment.snapshot.zip import MAX_ENTRIES, MAX_ZIP, parse_zip
from muniment.store import Node, Store
from muniment.store.litter import litter_in

MARKS = ("bagit.txt", "manifest-sha256.txt", "data/record.json")
"""Each of these tells that a folder is, or was, a snapshot."""

PACKED_AGAIN = "packed again: not the file that archive export makes"

_MAC = "__MACOSX/"
_OF_A_MAC = "what macOS puts beside the files of a zip"
_MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Bag:
    """A snapshot as it was handed in.

    Attributes:
        files: Bytes by path in the bag.
        folder: The name of its top folder, where that is part of its form; else None.
        packed_again: Whether it is a zip in another form.
        damaged: Paths of files that are not the ones that were zipped.
        litter: Paths of what desktops leave anywhere, and what each is; not among the files.
        faults: What cannot be part of a snapshot.
    """

    files: Mapping[str, bytes]
    folder: str | None = None
    packed_again: bool = False
    damaged: tuple[str, ...] = ()
    litter: tuple[tuple[str, str], ...] = ()
    faults: tuple[MunimentError, ...] = ()


def litter_of(path: str) -> str:
    """Say what a path is that desktops leave in any folder, and in the zips that they make; nothing for any other."""
    litter = litter_in(path)
    return _OF_A_MAC if path.startswith(_MAC) else litter[1] if litter else ""


def read_zip(data: bytes, *, where: str = "") -> Bag:
    """Read the zip of a snapshot, in its own form or packed again.

    Args:
        data: The file.
        where: Its name, for errors.

    Raises:
        FormatError: It is neither; it holds too much, or what no snapshot holds.
    """
    try:
        folder, entries = parse_zip(data, where=where)
    except FormatError:
        if not is_packed_again(data):
            raise
        return _unpack(data, where)
    cut = len(folder) + 1
    damaged = tuple(entry.name[cut:] for entry in entries if entry.damaged)
    return Bag({entry.name[cut:]: entry.data for entry in entries}, folder, damaged=damaged)


def _unpack(data: bytes, where: str) -> Bag:
    entries = parse_packed(data, where=where, skip=_is_litter)
    kept = [entry for entry in entries if not litter_of(entry.name)]
    top = _top([entry.name for entry in kept], where)
    return Bag(
        {entry.name[len(top) :]: entry.data for entry in kept},
        packed_again=True,
        damaged=tuple(entry.name[len(top) :] for entry in kept if entry.damaged),
        litter=tuple((entry.name, what) for entry in entries if (what := litter_of(entry.name))),
    )


def _is_litter(path: str) -> bool:
    return bool(litter_of(path))


def _top(names: list[str], where: str) -> str:
    """Find the one folder that all lie in, with its slash; nothing where they lie beside each other."""
    if any(mark in names for mark in MARKS):
        return ""
    first = names[0].partition("/")[0] if names else ""
    if not names or any(not name.startswith(f"{first}/") for name in names):
        raise FormatError("no snapshot", where=where, expected="one, in one folder or none")
    return f"{first}/"


def read_folder(store: Store, *, where: str = "") -> Bag:
    """Read an unpacked snapshot.

    Args:
        store: Its folder: the one that holds ``bagit.txt``.
        where: Its name, for errors.

    Raises:
        FormatError: It holds more than a snapshot can.
        StoreError: A folder cannot be read.
    """
    files: dict[str, bytes] = {}
    litter: list[tuple[str, str]] = []
    faults: list[MunimentError] = []
    size = 0
    for path, node in _walk(store, where):
        if what := litter_of(path):
            litter.append((path, what))
        elif node.kind != "file":
            fault = "not a regular file, or one with several names"
            faults.append(FormatError(fault, where=path, found=node.kind, hint="unpack the snapshot again"))
        else:
            size += node.size
            if size > MAX_ZIP:
                raise FormatError("too large for a snapshot", where=where, expected=f"at most {MAX_ZIP:,} bytes")
            try:
                files[path] = store.read(path, max_size=MAX_ZIP)
            except MunimentError as error:
                faults.append(error)
    return Bag(files, litter=tuple(litter), faults=tuple(faults))


def _walk(store: Store, where: str) -> Iterator[tuple[str, Node]]:
    """Give every file below the folder, and whatever is neither a file nor a folder."""
    waiting, count = [""], 0
    while waiting:
        folder = waiting.pop()
        for node in store.list(folder):
            path = f"{folder}/{node.name}" if folder else node.name
            count += 1
            if count > 2 * MAX_ENTRIES:
                raise FormatError("too many files for a snapshot", where=where, expected=f"at most {MAX_ENTRIES:,}")
            if node.kind != "directory":
                yield path, node
            elif path.count("/") >= _MAX_DEPTH:
                raise FormatError("folders too deep for a snapshot", where=path, expected=f"at most {_MAX_DEPTH}")
            else:
                waiting.append(path)
