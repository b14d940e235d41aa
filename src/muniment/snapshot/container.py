"""The files of a snapshot, out of whatever holds them: the zip, the zip packed again, or the folder that it makes.

What a snapshot proves stands in its files.  The zip around them has one form, so that its SHA-256 can be cited; another
packing, or none, proves the same and has no hash of its own.

Files are cut into lines and parsed, which takes many times their room, and a zip of half a megabyte may hold 64 MiB.
So a file that is larger than any of its kind is refused before it is inflated, read or parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from muniment import canonical
from muniment.errors import FormatError, MunimentError
from muniment.log import statement
from muniment.log.note import MAX_NOTE
from muniment.snapshot.packed_zip import is_packed_again, packed_sizes, parse_packed
from muniment.snapshot.zip import MAX_ENTRIES, MAX_NAME, MAX_ZIP, parse_zip
from muniment.ssh import sshsig
from muniment.store import Node, Store
from muniment.store.litter import describe_litter, litter_in
from muniment.trust.root import MAX_ROOT

_KIB = 1024
_TEXT = 1024 * _KIB

_LIMITS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern), most)
    for pattern, most in (
        (r"bagit\.txt|bag-info\.txt|tagmanifest-sha256\.txt", 4 * _KIB),
        (r"manifest-sha256\.txt", MAX_ENTRIES * (64 + 3 + MAX_NAME)),
        (r"data/record\.json", canonical.MAX_SIZE),
        (r"data/statement\.json", statement.MAX_SIZE),
        (r"data/inclusion\.tlog-proof", MAX_NOTE + 8 * _KIB),
        (r"data/(?:record\.json|trust/root/[^/]*)\.sig", sshsig.MAX_SIZE),
        (r"data/trust/root/[^/]*", MAX_ROOT),
        # As in ``timestamp`` and ``sources``, which would be imported for this alone, and take long to start.
        (r"data/timestamps/[^/]*\.tsr", 64 * _KIB),
        (r"data/timestamps/.*", 128),
        (r"data/trust/authorities/.*", 64 * _KIB),
        # What is made from the others is compared and never parsed, and may be as large as a record and more makes it.
        (r"00-START-HERE\.html|data/(?:reading-text\.txt|paragraphs\.tsv)", MAX_ZIP),
        (r"data/(?:provenance\.prov|ro-crate-metadata)\.json", MAX_ZIP),
        (r"data/trust/allowed_signers", 4 * _TEXT),
        (r"data/original\.[a-z0-9]{1,8}", 2 * _TEXT),
        (r"data/attestation\.zip", 8 * _TEXT),
    )
)


def limit_of(path: str) -> int:
    """Give the bytes that a file can have at most, by its path in the bag."""
    return next((most for pattern, most in _LIMITS if pattern.fullmatch(path)), _TEXT)


def refuse_large(path: str, size: int, *, where: str = "") -> None:
    """Refuse a file that is larger than any of its kind.

    Raises:
        FormatError: It is.
    """
    most = limit_of(path)
    if size > most:
        raise FormatError(
            "larger than any such file of a snapshot",
            where=f"{where}: {path}" if where else path,
            expected=f"at most {most:,} bytes",
            found=f"{size:,} bytes",
        )


MARKS = ("bagit.txt", "manifest-sha256.txt", "data/record.json")
"""Each of these tells that a folder is, or was, a snapshot."""

PACKED_AGAIN = "packed again: not the file that an export makes"

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


def _litter_of_zip(path: str) -> str:
    """As ``litter_of``; but a zip is no disk, and has no wastebasket."""
    return litter_of(path if path.startswith(_MAC) else f"zip/{path}")


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
    for entry in entries:
        refuse_large(entry.name[cut:], len(entry.data), where=where)
    damaged = tuple(entry.name[cut:] for entry in entries if entry.damaged)
    return Bag({entry.name[cut:]: entry.data for entry in entries}, folder, damaged=damaged)


def _unpack(data: bytes, where: str) -> Bag:
    sizes = packed_sizes(data, where=where, skip=_is_litter)
    kept = [(name, size) for name, size in sizes if not _is_litter(name)]
    top = _top([name for name, _ in kept], where)
    for name, size in kept:
        refuse_large(name[len(top) :], size, where=where)
    entries = [entry for entry in parse_packed(data, where=where, skip=_is_litter) if not _is_litter(entry.name)]
    return Bag(
        {entry.name[len(top) :]: entry.data for entry in entries},
        packed_again=True,
        damaged=tuple(entry.name[len(top) :] for entry in entries if entry.damaged),
        litter=tuple(
            (name, describe_litter(name, what, size)) for name, size in sorted(sizes) if (what := _litter_of_zip(name))
        ),
    )


def _is_litter(path: str) -> bool:
    return bool(_litter_of_zip(path))


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
        if node.kind != "file":
            fault = "not a regular file, or one with several names"
            faults.append(FormatError(fault, where=path, found=node.kind, hint="unpack the snapshot again"))
        elif what := litter_of(path):
            litter.append((path, describe_litter(path, what, node.size)))
        else:
            size += node.size
            if size > MAX_ZIP:
                raise FormatError("too large for a snapshot", where=where, expected=f"at most {MAX_ZIP:,} bytes")
            refuse_large(path, node.size, where=where)
            try:
                files[path] = store.read(path, max_size=limit_of(path))
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
