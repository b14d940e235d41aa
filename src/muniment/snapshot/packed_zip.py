"""A zip of a snapshot that another tool has packed: read within bounds, and only where nothing can hide in it.

Compressed or not, in any order, with or without entries for folders, with times and rights as the tool sets them.  All
else is as strict as for the one form (``stored_zip``): both headers of an entry agree; entries follow each other
without a gap, from the first byte to the directory, that to the end record, that to the last byte.  Names have the
grammar of a snapshot.  Nothing is inflated beyond the size that both headers say, and none may say more than a snapshot
holds.
"""

from __future__ import annotations

import stat
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muniment.errors import FormatError
from muniment.snapshot.zip import (
    CENTRAL,
    CENTRAL_SIGNATURE,
    END,
    END_SIGNATURE,
    LOCAL,
    LOCAL_SIGNATURE,
    MAX_ENTRIES,
    MAX_NAME,
    MAX_ZIP,
    Entry,
    headers,
    is_path,
)

MAX_RATIO = 200
"""Bytes that one byte may be inflated to; the files of a snapshot stay below 50."""

_STORED, _DEFLATED = 0, 8
_FLAGS = 0b110 | 8 | 0x800  # section 4.4.4: how hard it was compressed, sizes behind it, names in UTF-8
_SIZES_BEHIND = 8
_DESCRIPTOR = b"PK\x07\x08"
# Section 4.5.2 and Info-ZIP's list: times and owners (NTFS, Unix), and the mark of Java's archives.
_EXTRA = frozenset({0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0xCAFE})
_HERE = "./"
_NEEDED = 20  # section 4.4.3: folders, and deflate
_ZIP64 = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry of the directory: what both headers must say, and where the local one is."""

    name: str
    raw: bytes
    needed: int
    flags: int
    method: int
    time: tuple[int, int]
    crc: int
    stored: int
    size: int
    offset: int
    central: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


def is_packed_again(data: bytes) -> bool:
    """Whether another tool wrote a zip: most of its entries are not headed as ``archive export`` heads them.

    A zip of ours with a few changed bytes is a damaged one, and is judged by its own form.
    """
    try:
        listed, _ = _directory(data, "")
    except FormatError:
        return False
    own = 0
    for entry in listed:
        local, central = headers(entry.name, entry.crc, entry.stored, entry.size, entry.offset)
        own += data.startswith(local, entry.offset) or data.startswith(central, entry.central)
    return own * 2 < len(listed)


def packed_sizes(
    data: bytes, *, where: str = "", skip: Callable[[str], bool] = lambda _: False
) -> tuple[tuple[str, int], ...]:
    """Give name and size of each file of a zip, as its directory has them: nothing is inflated for it.

    Args:
        data: The file.
        where: Its name, for errors.
        skip: As for ``parse_packed``.

    Raises:
        FormatError: It holds too much, or its directory is not in this form.
    """
    listed, _ = _directory(data, where)
    _check_names(listed, where, skip)
    if sum(entry.size for entry in listed) > MAX_ZIP:
        raise FormatError("the zip holds too much", where=where, expected=f"at most {MAX_ZIP:,} bytes of files")
    return tuple((entry.name, entry.size) for entry in listed if not entry.is_folder)


def parse_packed(data: bytes, *, where: str = "", skip: Callable[[str], bool] = lambda _: False) -> tuple[Entry, ...]:
    """Read the files of a zip, sorted by name; entries for folders are passed over.

    Ask ``packed_sizes`` first: what is inflated here is not bounded but by what the zip says.

    Args:
        data: The file.
        where: Its name, for errors.
        skip: Tells names whose grammar does not count, and whose bytes are not read.

    Raises:
        FormatError: It is not in this form.
    """
    listed, start = _directory(data, where)
    _check_names(listed, where, skip)
    files = []
    at = 0
    for entry in sorted(listed, key=lambda listed_entry: listed_entry.offset):
        if entry.offset != at:
            raise FormatError("the zip has a gap, or one file in another", where=_at(where, entry), found=f"byte {at}")
        begin, at = _local(data, entry, where)
        if not entry.is_folder:
            content = b"" if skip(entry.name) else _inflate(data[begin : begin + entry.stored], entry, where)
            files.append(Entry(entry.name, content, entry.crc))
    if at != start:
        raise FormatError("the zip has something between its files and its directory", where=where)
    return tuple(sorted(files, key=lambda file: file.name))


def _directory(data: bytes, where: str) -> tuple[list[_Listed], int]:
    """Read the directory, which ends where the end record begins, and that where the file ends (section 4.3.16)."""
    at = len(data) - END.size
    fields = END.unpack_from(data, at) if at >= 0 else (b"",)
    if fields[0] != END_SIGNATURE:
        raise FormatError("not a zip, or something follows it", where=where)
    _, disk, first, here, total, length, start, comment = fields
    if (disk, first, comment) != (0, 0, 0) or here != total or start + length != at:
        raise FormatError("the end record of the zip does not fit it", where=where)
    if not 0 < total <= 2 * MAX_ENTRIES:
        raise FormatError("the zip holds no files, or too many", where=where, expected=f"at most {MAX_ENTRIES:,}")
    listed = []
    position = start
    for _ in range(total):
        entry, position = _central(data, position, at, where)
        listed.append(entry)
    if position != at:
        raise FormatError("the directory of the zip does not end where it says", where=where)
    return listed, start


def _central(data: bytes, at: int, end: int, where: str) -> tuple[_Listed, int]:
    """Read one entry of the directory (section 4.3.12)."""
    if at + CENTRAL.size > end:
        raise FormatError("the directory of the zip is cut short", where=where)
    fields = CENTRAL.unpack_from(data, at)
    signature, made, needed, flags, method, time, date, crc, stored, size = fields[:10]
    name_length, extra, comment, disk, _, external, offset = fields[10:]
    begin = at + CENTRAL.size
    raw = data[begin : begin + name_length]
    # Some tools name everything from the folder that they stand in, and that folder itself.
    name = _HERE if raw == _HERE.encode() else raw.decode("utf-8", "replace").removeprefix(_HERE)
    entry = _Listed(name, raw, needed, flags, method, (time, date), crc, stored, size, offset, at)
    faults = (
        (signature != CENTRAL_SIGNATURE, "not an entry of a directory"),
        (needed > _NEEDED or _ZIP64 in {stored, size, offset}, "it needs more than a plain zip"),
        (flags & 1, "it is encrypted"),
        (flags & ~_FLAGS, "it has flags that no plain zip has"),
        (method not in {_STORED, _DEFLATED}, f"it is compressed by method {method}"),
        (comment, "it has a comment"),
        (disk, "it is on another disk"),
        (not _is_plain(external, made >> 8, folder=entry.is_folder), "it is not a regular file"),
        (not _knows(data[begin + name_length : begin + name_length + extra], extra), "it has an unknown extra field"),
        (entry.is_folder and size, "it is a folder with bytes of its own"),
        (method == _STORED and stored != size, "it has two sizes"),
        (size > MAX_RATIO * stored + MAX_RATIO, f"it is compressed more than {MAX_RATIO} times"),
    )
    _refuse(faults, entry, where)
    return entry, begin + name_length + extra


def _refuse(faults: Sequence[tuple[object, str]], entry: _Listed, where: str) -> None:
    for broken, fault in faults:
        if broken:
            raise FormatError(fault, where=_at(where, entry), expected="a regular file, stored or deflated")


def _is_plain(external: int, system: int, *, folder: bool) -> bool:
    """Whether the attributes are those of a regular file, or of a folder (section 4.4.15)."""
    mode = external >> 16
    kinds = {0, stat.S_IFDIR if folder else stat.S_IFREG}
    # Rights beyond read, write and execute are given by no tool that unpacks, and asked for by none that is honest.
    return (
        stat.S_IFMT(mode) in kinds
        and not mode & 0o7000
        and (folder or not external & 0x10)
        and system in {0, 3, 10, 11, 19}
    )


def _knows(extra: bytes, length: int) -> bool:
    """Whether all extra fields hold times, owners or nothing (section 4.5.1)."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = int.from_bytes(extra[at : at + 2], "little"), int.from_bytes(extra[at + 2 : at + 4], "little")
        if kind not in _EXTRA:
            return False
        at += 4 + size
    return at == len(extra) == length


def _check_names(listed: Sequence[_Listed], where: str, skip: Callable[[str], bool]) -> None:
    seen: set[str] = set()
    for entry in listed:
        name = entry.name.removesuffix("/")
        if entry.name != _HERE and not is_path(name) and not (skip(entry.name) and _stays(entry)):
            raise FormatError(
                "the zip holds a file name that is not allowed", where=where, found=ascii(entry.name[:MAX_NAME])
            )
        if name.lower() in seen:
            raise FormatError("the file stands twice in the zip", where=_at(where, entry), expected="each name once")
        seen.add(name.lower())


def _stays(entry: _Listed) -> bool:
    """Whether a name of any characters stays below the folder where it is unpacked."""
    parts = entry.name.removesuffix("/").split("/")
    odd = set("\\:\0\ufffd") & set(entry.name)
    return len(entry.raw) <= MAX_NAME and not odd and not {"", ".", ".."} & set(parts)


def _local(data: bytes, entry: _Listed, where: str) -> tuple[int, int]:
    """Hold a local header against the directory (section 4.3.7); gives where the bytes begin, and where all ends."""
    at = entry.offset
    if at + LOCAL.size > len(data):
        raise FormatError("the zip is cut short", where=_at(where, entry))
    signature, needed, flags, method, time, date, crc, stored, size, name_length, extra = LOCAL.unpack_from(data, at)
    begin = at + LOCAL.size + name_length + extra
    behind = bool(entry.flags & _SIZES_BEHIND)
    sizes = (entry.crc, entry.stored, entry.size)
    # A writer that puts them behind the bytes may not know them before, and leaves zeros (section 4.4.4).
    allowed = [{number, 0} if behind else {number} for number in sizes]
    local = (needed, flags, method, (time, date), data[at + LOCAL.size : at + LOCAL.size + name_length])
    faults = (
        (signature != LOCAL_SIGNATURE, "its header is not where the directory says"),
        (local != (entry.needed, entry.flags, entry.method, entry.time, entry.raw), "its two headers differ"),
        (any(here not in ok for here, ok in zip((crc, stored, size), allowed, strict=True)), "its two headers differ"),
        (not _knows(data[begin - extra : begin], extra), "it has an unknown extra field"),
    )
    _refuse(faults, entry, where)
    end = begin + entry.stored
    if not behind:
        return begin, end
    plain = b"".join(number.to_bytes(4, "little") for number in sizes)
    for descriptor in (_DESCRIPTOR + plain, plain):
        if data[end : end + len(descriptor)] == descriptor:
            return begin, end + len(descriptor)
    raise FormatError("what follows it says other sizes than the directory", where=_at(where, entry))


def _inflate(stored: bytes, entry: _Listed, where: str) -> bytes:
    """Inflate to the size in the directory, and not a byte beyond it."""
    if entry.method == _STORED:
        return stored
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(stored, entry.size + 1)
    except zlib.error as error:
        raise FormatError("it cannot be inflated", where=_at(where, entry)) from error
    if len(data) != entry.size or not inflater.eof or inflater.unused_data:
        raise FormatError("it is inflated to another size than it says", where=_at(where, entry))
    return data


def _at(where: str, entry: _Listed) -> str:
    name = ascii(entry.name[:MAX_NAME])[1:-1]
    return f"{where}: {name}" if where else name
