"""Zip files in exactly one form (PKWARE APPNOTE.TXT 6.3.10, section 4.3): written here, and accepted in no other.

Entries are stored, not compressed, for what a compressor writes depends on its build.  They are regular files in one
top folder, sorted by name, dated 1980-01-01, mode 0644, without comments and extra fields.

Reading parses, writes again and compares.  So nothing can hide between, before or after the entries, no directory entry
can contradict a local one, and nothing is ever inflated.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from muniment.errors import FormatError, InputError

MAX_ZIP = 64 * 1024 * 1024
MAX_ENTRIES = 1000
MAX_NAME = 200

_SEGMENT = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?"
_NAME = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{1,7}}")
_PATH = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{0,7}}")

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
LOCAL_SIGNATURE, CENTRAL_SIGNATURE, END_SIGNATURE = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"

_VERSION_NEEDED = 10  # section 4.4.3: stored files need 1.0
_MADE_BY = 3 << 8 | 20  # section 4.4.2: Unix, APPNOTE 2.0
_TIME, _DATE = 0, 1 << 5 | 1  # 00:00:00 on 1980-01-01, the first that the format can say
_MODE = 0o100644 << 16  # section 4.4.15: a regular file, rw-r--r--

_LOCAL_FIELDS = {
    4: "version needed",
    6: "flags",
    8: "method",
    10: "time",
    14: "CRC-32",
    18: "compressed size",
    22: "size",
    26: "length of the name",
    28: "extra field",
    30: "name",
}
_CENTRAL_FIELDS = {
    0: "signature",
    4: "version made by",
    6: "version needed",
    8: "flags",
    10: "method",
    12: "time",
    16: "CRC-32",
    20: "compressed size",
    24: "size",
    28: "length of the name",
    30: "extra field",
    32: "comment",
    34: "disk number",
    36: "attributes",
    42: "offset",
    46: "name",
}
_END_FIELDS = {
    0: "signature",
    4: "disk numbers",
    8: "number of entries",
    12: "size of the directory",
    16: "offset",
    20: "comment",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a zip.

    Attributes:
        name: Its whole name, the top folder included.
        data: Its bytes.
        crc: The CRC-32 that the zip states; other than that of ``data`` where the file was damaged.
    """

    name: str
    data: bytes
    crc: int

    @property
    def damaged(self) -> bool:
        """Whether the bytes are not the ones that were zipped."""
        return zlib.crc32(self.data) != self.crc


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of bytes in a zip, and what it is; ``fields`` names its parts by offset."""

    data: bytes
    what: str
    fields: Mapping[int, str]


def format_zip(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Write a zip of one top folder.

    Args:
        folder: Name of the top folder.
        files: Bytes by path below it.

    Raises:
        InputError: It would be larger than ``parse_zip`` reads, or a name is outside its grammar.
    """
    named = {f"{folder}/{path}": data for path, data in files.items()}
    entries = [Entry(name, named[name], zlib.crc32(named[name])) for name in sorted(named)]
    fault = next((name for name in named if not _is_name(name)), None)
    if fault is not None:
        raise InputError("not a name for a file in a zip", found=ascii(fault))
    size = sum(len(data) for data in named.values())
    if size > MAX_ZIP or len(entries) > MAX_ENTRIES:
        raise InputError(
            "too much for one zip",
            expected=f"at most {MAX_ZIP:,} bytes in {MAX_ENTRIES:,} files",
            found=f"{size:,} bytes in {len(entries):,} files",
        )
    return b"".join(piece.data for piece in _pieces(entries))


def _is_name(name: str) -> bool:
    return len(name) <= MAX_NAME and _NAME.fullmatch(name) is not None


def is_path(name: str) -> bool:
    """Whether a name may be that of a file or folder in a snapshot that another tool has packed."""
    return len(name) <= MAX_NAME and _PATH.fullmatch(name) is not None


def headers(name: str, crc: int, stored: int, size: int, offset: int) -> tuple[bytes, bytes]:
    """Give both headers of an entry: the local one, and that of the directory."""
    raw = name.encode("utf-8", "surrogateescape")
    common = (_VERSION_NEEDED, 0, 0, _TIME, _DATE, crc, stored, size, len(raw), 0)
    local = LOCAL.pack(LOCAL_SIGNATURE, *common) + raw
    return local, CENTRAL.pack(CENTRAL_SIGNATURE, _MADE_BY, *common, 0, 0, 0, _MODE, offset) + raw


def _pieces(entries: Sequence[Entry]) -> list[_Piece]:
    """Everything that a zip of these entries consists of, in order."""
    local: list[_Piece] = []
    central: list[_Piece] = []
    offset = 0
    for entry in entries:
        size = len(entry.data)
        header, listed = headers(entry.name, entry.crc, size, size, offset)
        local += [_Piece(header, f"the header of {entry.name}", _LOCAL_FIELDS), _Piece(entry.data, entry.name, {})]
        central.append(_Piece(listed, f"the directory entry of {entry.name}", _CENTRAL_FIELDS))
        offset += len(header) + size
    length = sum(len(piece.data) for piece in central)
    end = END.pack(END_SIGNATURE, 0, 0, len(entries), len(entries), length, offset, 0)
    return [*local, *central, _Piece(end, "the end record", _END_FIELDS)]


def parse_zip(data: bytes, *, where: str = "") -> tuple[str, tuple[Entry, ...]]:
    """Read a zip: the name of its top folder, and its entries, sorted by name.

    Bytes of a file that do not have the stated CRC-32 are no fault here, so that a reader can say more about them: see
    ``Entry.damaged``.

    Args:
        data: The file.
        where: Its name, for errors.

    Raises:
        FormatError: It is larger than 64 MiB, holds more than 1,000 files, or is not in the one form.
    """
    if len(data) > MAX_ZIP + MAX_ENTRIES * (LOCAL.size + CENTRAL.size + 2 * MAX_NAME) + END.size:
        raise FormatError("the zip is too large", where=where, expected=f"at most {MAX_ZIP:,} bytes of files")
    entries: list[Entry] = []
    at = 0
    while data[at : at + 4] == LOCAL_SIGNATURE:
        entry, at = _parse_entry(data, at, where)
        entries.append(entry)
        if len(entries) > MAX_ENTRIES:
            raise FormatError("the zip holds too many files", where=where, expected=f"at most {MAX_ENTRIES:,}")
    if not entries:
        raise FormatError("not a zip with files in it", where=where, expected="PK\\x03\\x04 at its very start")
    folder = _check_names([entry.name for entry in entries], where)
    _compare(data, _pieces(entries), where)
    return folder, tuple(entries)


def _parse_entry(data: bytes, at: int, where: str) -> tuple[Entry, int]:
    """Read one local entry at an offset; gives the entry and the offset after it."""
    start = at + LOCAL.size
    if start > len(data):
        raise FormatError("the zip is cut short", where=where, found=f"half a header at byte {at}")
    _, _, flags, method, _, _, crc, stored, size, name_length, extra = LOCAL.unpack_from(data, at)
    name = data[start : start + name_length].decode("ascii", "replace")
    if not _is_name(name):
        raise FormatError(
            "the zip holds a file name that is not allowed",
            where=where,
            expected="FOLDER/NAME of a-z, A-Z, 0-9, dot, hyphen and underscore",
            found=ascii(name[:MAX_NAME]),
        )
    faults = (
        (flags & 1, "it is encrypted"),
        (flags & 8, "its size stands after it"),
        (method, f"it is compressed, by method {method}"),
        (extra, "it has an extra field"),
        (stored != size, "it has two sizes"),
    )
    for broken, fault in faults:
        if broken:
            raise FormatError(fault, where=_at(where, name), expected="a stored file, as an export has it")
    begin, end = start + name_length, start + name_length + size
    if end > len(data):
        raise FormatError(
            "the zip is cut short", where=_at(where, name), expected=f"{size} bytes", found=str(len(data) - begin)
        )
    return Entry(name, data[begin:end], crc), end


def _at(where: str, name: str) -> str:
    return f"{where}: {name}" if where else name


def _check_names(names: Sequence[str], where: str) -> str:
    for before, name in pairwise(names):
        if name <= before:
            fault = "stands twice in the zip" if name in names[: names.index(before) + 1] else "is out of order"
            raise FormatError(f"the file {fault}", where=_at(where, name), expected="names sorted, each once")
    folder = names[0].split("/", 1)[0]
    for name in names:
        if not name.startswith(f"{folder}/"):
            raise FormatError("the file is outside the top folder", where=_at(where, name), expected=f"{folder}/")
    return folder


def _compare(data: bytes, pieces: Sequence[_Piece], where: str) -> None:
    """Compare a zip with what its entries make, and name the first place where they differ."""
    at = 0
    for piece in pieces:
        actual = data[at : at + len(piece.data)]
        if actual != piece.data:
            raise _difference(piece, actual, at, where)
        at += len(piece.data)
    if at != len(data):
        raise FormatError("there is something after the zip", where=where, found=f"{len(data) - at} bytes")


def _difference(piece: _Piece, actual: bytes, at: int, where: str) -> FormatError:
    same = next((n for n, (a, b) in enumerate(zip(piece.data, actual, strict=False)) if a != b), len(actual))
    field = [name for offset, name in piece.fields.items() if offset <= same][-1]
    return FormatError(
        "the zip is not in the form that an export has",
        where=where,
        found=f"another {field} in {piece.what}, byte {at + same}"
        if same < len(actual)
        else f"its end in {piece.what}",
    )
