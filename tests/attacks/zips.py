"""Zips as an attacker makes them: every field of every header at will, and a list of what has been tried on others."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
LOCAL_NAMES = ("signature", "needed", "flags", "method", "time", "date", "crc", "stored", "size", "name", "extra")
CENTRAL_NAMES = (
    "signature",
    "made",
    "needed",
    "flags",
    "method",
    "time",
    "date",
    "crc",
    "stored",
    "size",
    "name",
    "extra",
    "comment",
    "disk",
    "internal",
    "external",
    "offset",
)
END_NAMES = ("signature", "disk", "start", "here", "entries", "length", "offset", "comment")


@dataclass
class Member:
    """One file of a zip; ``local`` and ``central`` override fields of its two headers."""

    name: bytes
    data: bytes
    local: dict[str, int] = field(default_factory=dict)
    central: dict[str, int] = field(default_factory=dict)
    extra: bytes = b""
    central_extra: bytes = b""
    comment: bytes = b""
    trailer: bytes = b""
    central_name: bytes | None = None


def write(
    members: Sequence[Member],
    *,
    front: bytes = b"",
    before_end: bytes = b"",
    back: bytes = b"",
    listed: Sequence[Member] | None = None,
    end: dict[str, int] | None = None,
) -> bytes:
    """Write a zip; what is not overridden is as ``archive export`` writes it."""
    out, offsets = bytearray(front), {}
    for m in members:
        offsets[id(m)] = len(out)
        values: dict[str, int | bytes] = {"signature": b"PK\x03\x04", "needed": 10, "flags": 0, "method": 0, "time": 0}
        values |= {"date": 33, "crc": zlib.crc32(m.data), "stored": len(m.data), "size": len(m.data)}
        values |= {"name": len(m.name), "extra": len(m.extra), **m.local}
        out += LOCAL.pack(*(values[name] for name in LOCAL_NAMES)) + m.name + m.extra + m.data + m.trailer
    start = len(out)
    listed = members if listed is None else listed
    for m in listed:
        name = m.name if m.central_name is None else m.central_name
        values = {"signature": b"PK\x01\x02", "made": 3 << 8 | 20, "needed": 10, "flags": 0, "method": 0, "time": 0}
        values |= {"date": 33, "crc": zlib.crc32(m.data), "stored": len(m.data), "size": len(m.data)}
        values |= {"name": len(name), "extra": len(m.central_extra), "comment": len(m.comment), "disk": 0}
        values |= {"internal": 0, "external": 0o100644 << 16, "offset": offsets[id(m)], **m.central}
        out += CENTRAL.pack(*(values[name] for name in CENTRAL_NAMES)) + name + m.central_extra + m.comment
    length = len(out) - start
    out += before_end
    values = {"signature": b"PK\x05\x06", "disk": 0, "start": 0, "here": len(listed), "entries": len(listed)}
    values |= {"length": length, "offset": start, "comment": 0, **(end or {})}
    return bytes(out + END.pack(*(values[name] for name in END_NAMES)) + back)


Files = dict[str, bytes]
"""Bytes by whole name, as the true snapshot has them."""

Make = Callable[[Files], bytes]


def members(files: Files) -> list[Member]:
    """The files of a snapshot as members, in order."""
    return [Member(name.encode(), data) for name, data in sorted(files.items())]


def _with(change: Callable[[list[Member]], None], **options: object) -> Make:
    def make(files: Files) -> bytes:
        made = members(files)
        change(made)
        return write(made, **options)  # type: ignore[arg-type]

    return make


def _whole(**options: object) -> Make:
    return _with(lambda _: None, **options)


def _first(**changes: object) -> Make:
    """Change the first member."""

    def change(made: list[Member]) -> None:
        for name, value in changes.items():
            setattr(made[0], name, value)

    return _with(change)


def _both(**values: int) -> Make:
    """Override the same fields in both headers of the first member, so that they agree."""
    return _first(local=dict(values), central=dict(values))


def _add(*names: bytes, data: bytes = b"x", sort: bool = True) -> Make:
    """Put in further members."""

    def change(made: list[Member]) -> None:
        top = made[0].name.split(b"/")[0]
        made += [Member(name.replace(b"TOP", top), data) for name in names]
        if sort:
            made.sort(key=lambda member: member.name)

    return _with(change)


SLIPS = {
    "parent": b"../evil.txt",
    "parent below the top": b"TOP/../../evil.txt",
    "deep parent": b"TOP/data/../../../../evil",
    "absolute": b"/etc/evil",
    "absolute twice": b"//etc/evil",
    "drive": b"C:/evil",
    "drive below": b"TOP/C:/evil",
    "drive relative": b"C:evil",
    "backslash": b"TOP\\..\\evil",
    "backslash parent": b"..\\..\\evil",
    "backslash in a name": b"TOP/a\\b",
    "network path": b"\\\\host\\share\\evil",
    "NUL": b"TOP/a\0.txt",
    "NUL hides a suffix": b"TOP/data/record.json\0.exe",
    "dot": b"./evil",
    "dot below": b"TOP/./evil",
    "empty part": b"TOP//evil",
    "empty name": b"",
    "only a slash": b"/",
    "only dots": b"..",
    "three dots": b"TOP/...",
    "trailing dot": b"TOP/evil.",
    "trailing blank": b"TOP/evil ",
    "leading blank": b"TOP/ evil",
    "hidden": b"TOP/.ssh",
    "stream": b"TOP/evil:stream",
    "device": b"\\\\.\\C:\\evil",
    "escape": b"TOP/\x1b[31m",
    "newline": b"TOP/a\nb",
    "carriage return": b"TOP/a\rb",
    "tab": b"TOP/a\tb",
    "home": b"~/evil",
    "variable": b"TOP/$HOME",
    "glob": b"TOP/*",
    "fullwidth dots": "TOP/\uff0e\uff0e/evil".encode(),
    "fullwidth slash": "TOP\uff0fevil".encode(),
    "division slash": "TOP\u2215evil".encode(),
    "two-dot leader": "\u2025/evil".encode(),
    "override": "TOP/\u202etxt.exe".encode(),
    "zero width": "TOP/re\u200bcord.json".encode(),
    "overlong slash": b"TOP/..\xc0\xafevil",
    "overlong dot": b"TOP/\xc0\xae\xc0\xae/evil",
    "not UTF-8": b"TOP/\xff\xfe",
    "code page 437": b"TOP/\x80.txt",
    "percent": b"TOP/%2e%2e/evil",
    "folder entry": b"TOP/data/",
    "top entry": b"TOP/",
    "name too long": b"TOP/" + b"a" * 300,
    "name of 60,000 bytes": b"TOP/" + b"a" * 60000,
    "too deep": b"TOP" + b"/a" * 9,
    "no folder": b"evil.txt",
    "another folder": b"other/evil.txt",
    "nested path": b"TOP/TOP/../evil",
}

TWICE = {
    "the same name twice": b"TOP/data/record.json",
    "another case": b"TOP/data/RECORD.json",
    "case of the folder": b"top-v1/data/record.json",
    "another normal form": "TOP/data/re\u0301cord.json".encode(),
    "compatibility form": "TOP/data/\uff52ecord.json".encode(),
    "long s": "TOP/\u017fchemas/x".encode(),
    "a file as a folder": b"TOP/data/record.json/more",
    "a folder as a file": b"TOP/data/schemas",
    "an unlisted file": b"TOP/data/more.txt",
    "fetch.txt": b"TOP/fetch.txt",
    "a second original": b"TOP/data/original.htm",
}

HEADERS: dict[str, Make] = {
    "deflated": _both(method=8),
    "stored as bzip2": _both(method=12),
    "stored as lzma": _both(method=14),
    "unknown method": _both(method=0xFFFF),
    "method in the directory only": _first(central={"method": 8}),
    "encrypted": _both(flags=1),
    "strongly encrypted": _both(flags=0x41),
    "masked": _both(flags=0x2000),
    "encrypted in the directory only": _first(central={"flags": 1}),
    "name said to be UTF-8": _both(flags=0x800),
    "size after it": _both(flags=8, crc=0, stored=0, size=0),
    "patched data": _both(flags=0x20),
    "size after it, said": _first(local={"flags": 8}, trailer=b"PK\x07\x08" + bytes(12)),
    "two sizes": _both(size=1),
    "larger than stored": _both(size=10**9),
    "size 0": _both(stored=0, size=0),
    "10 GB in both headers": _both(stored=0xFFFFFFFE, size=0xFFFFFFFE),
    "10 GB in the directory": _first(central={"stored": 0xFFFFFFFE, "size": 0xFFFFFFFE}),
    "10 GB in zip64": _first(
        local={"stored": 0xFFFFFFFF, "size": 0xFFFFFFFF},
        central={"stored": 0xFFFFFFFF, "size": 0xFFFFFFFF},
        extra=struct.pack("<HHQQ", 1, 16, 10**10, 10**10),
        central_extra=struct.pack("<HHQQ", 1, 16, 10**10, 10**10),
    ),
    "zip64 extra for no reason": _first(extra=struct.pack("<HHQQ", 1, 16, 1, 1)),
    "zip64 offset": _first(central={"offset": 0xFFFFFFFF}, central_extra=struct.pack("<HHQ", 1, 8, 0)),
    "one byte less in the directory": _first(central={"stored": 1, "size": 1}),
    "checksum": _both(crc=0),
    "checksum in the directory": _first(central={"crc": 0}),
    "time": _both(time=1),
    "date": _both(date=0),
    "date in the directory": _first(central={"date": 34}),
    "extra field": _first(extra=b"ux\x00\x00"),
    "extra field in the directory": _first(central_extra=b"ux\x00\x00"),
    "Unicode path": _first(extra=b"up\x0d\x00\x01" + bytes(4) + b"../evil!"),
    "length of the extra field lies": _first(local={"extra": 0xFFFF}),
    "comment of a file": _first(comment=b"hello"),
    "length of a comment lies": _first(central={"comment": 0xFFFF}),
    "name in the directory": _first(central_name=b"x/y"),
    "slip in the directory only": _first(central_name=b"../evil"),
    "length of the name lies": _first(local={"name": 9}),
    "length of the name 65,535": _first(local={"name": 0xFFFF}),
    "name of no bytes": _first(name=b""),
    "needs zip64": _both(needed=45),
    "needs 99": _both(needed=99),
    "made by DOS": _first(central={"made": 20}),
    "symbolic link": _first(central={"external": 0o120777 << 16}),
    "setuid": _first(central={"external": 0o104755 << 16}),
    "folder mode": _first(central={"external": 0o040755 << 16}),
    "FIFO": _first(central={"external": 0o010644 << 16}),
    "device": _first(central={"external": 0o020644 << 16}),
    "DOS folder": _first(central={"external": 0x10}),
    "executable": _first(central={"external": 0o100755 << 16}),
    "text flag": _first(central={"internal": 1}),
    "on another disk": _first(central={"disk": 1}),
    "offset past the end": _first(central={"offset": 0x7FFFFFFF}),
    "offset of another": _with(lambda made: made[1].central.update(offset=0)),
    "local signature": _first(local={"signature": b"PK\x03\x05"}),
    "spanned": _whole(front=b"PK\x07\x08"),
}

END_RECORDS: dict[str, Make] = {
    "no entries said": _whole(end={"here": 0, "entries": 0}),
    "one entry less said": _whole(end={"entries": 1}),
    "65,535 entries said": _whole(end={"here": 0xFFFF, "entries": 0xFFFF}),
    "second disk": _whole(end={"disk": 1}),
    "directory on another disk": _whole(end={"start": 1}),
    "directory offset": _whole(end={"offset": 0}),
    "directory offset past the end": _whole(end={"offset": 0xFFFFFFFF}),
    "directory length": _whole(end={"length": 0}),
    "directory length 4 GB": _whole(end={"length": 0xFFFFFFFF}),
    "comment": _whole(end={"comment": 5}, back=b"hello"),
    "comment length lies": _whole(end={"comment": 0xFFFF}),
    "end signature": _whole(end={"signature": b"PK\x05\x07"}),
    "end record inside a comment": _whole(end={"comment": 22}, back=END.pack(b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0)),
    "zip64 end record": _whole(
        before_end=b"PK\x06\x06" + struct.pack("<Q", 44) + bytes(44) + b"PK\x06\x07" + bytes(16)
    ),
    "digital signature": _whole(before_end=b"PK\x05\x05\x00\x00"),
    "hidden before the end": _whole(before_end=b"hidden"),
    "hidden in front": _whole(front=b"#!/bin/sh\n"),
    "hidden behind": _whole(back=b"hidden"),
    "another zip in front": lambda files: write(members({"a/b": b"x"})) + write(members(files)),
    "another zip behind": lambda files: write(members(files)) + write(members({"a/b": b"x"})),
    "twice the same zip": lambda files: write(members(files)) * 2,
    "no directory": lambda files: write(members(files), listed=[]),
    "nothing but a directory": lambda files: write([], listed=None, before_end=b"") + write(members(files))[-500:],
    "empty zip": lambda _: write([]),
    "empty file": lambda _: b"",
    "only a signature": lambda _: b"PK\x03\x04",
    "half a header": lambda _: b"PK\x03\x04" + bytes(20),
    "not a zip": lambda _: b"hello\n" * 100,
    "a self-extracting head": lambda files: b"MZ" + bytes(510) + write(members(files)),
}


def _unlisted(files: Files) -> bytes:
    made = members(files)
    return write([*made, Member(made[-1].name + b"z", b"hidden")], listed=made)


def _listed_twice(files: Files) -> bytes:
    made = members(files)
    return write(made, listed=[*made, made[-1]])


def _gap(files: Files) -> bytes:
    made = members(files)
    made[3].trailer = b"hidden between"
    return write(made)


def _overlapping(files: Files) -> bytes:
    """The quine of bombs: each entry said to hold all that follows it."""
    made = members(files)
    whole = len(write(made))
    for member in made:
        member.local.update(stored=whole, size=whole)
        member.central.update(stored=whole, size=whole)
    return write(made)


def _inside(files: Files) -> bytes:
    """An entry within the data of another."""
    made = members(files)
    inner = Member(made[-1].name + b"y", b"inner")
    made[-1].data += write([inner])[:-22]
    return write(made)


def _many(files: Files) -> bytes:
    top = next(iter(files)).split("/")[0]
    return write(members({**files, **{f"{top}/data/{n:06}": b"" for n in range(2000)}}))


def _standard(method: int) -> Make:
    def make(files: Files) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as made:
            for name, data in sorted(files.items()):
                made.writestr(name, data)
        return out.getvalue()

    return make


def _bomb(files: Files) -> bytes:
    """64 MB of zeros in 64 KB, in the place of the record."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in sorted(files.items()):
            made.writestr(name, bytes(64 * 2**20) if name.endswith("record.json") else data)
    return out.getvalue()


def _nested(files: Files) -> bytes:
    name = next(name for name in files if name.endswith("record.json"))
    return write(members({**files, name: _bomb(files)}))


def _streamed(files: Files) -> bytes:
    class Unseekable(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
            self.data += data
            return len(data)

    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name, data in sorted(files.items()):
            made.writestr(name, data)
    return bytes(out.data)


STRUCTURES: dict[str, Make] = {
    "wrong order": _with(lambda made: made.reverse()),
    "two exchanged": _with(lambda made: made.insert(0, made.pop(1))),
    "one missing": lambda files: write(members(files)[1:]),
    "only one": lambda files: write(members(files)[:1]),
    "an entry that is not listed": _unlisted,
    "an entry listed twice": _listed_twice,
    "a gap": _gap,
    "overlapping entries": _overlapping,
    "an entry inside another": _inside,
    "2,000 entries": _many,
    "directory in another order": lambda files: write(made := members(files), listed=made[::-1]),
    "as zipfile stores it": _standard(zipfile.ZIP_STORED),
    "as zipfile deflates it": _standard(zipfile.ZIP_DEFLATED),
    "as zipfile streams it": _streamed,
    "a bomb": _bomb,
    "a bomb inside": _nested,
    "a link for a file": _first(data=b"/etc/passwd", central={"external": 0o120777 << 16}),
}


def hostile() -> Iterator[tuple[str, Make]]:
    """Every hostile zip by name."""
    yield from ((f"slip: {name}", _add(path)) for name, path in SLIPS.items())
    yield from ((f"slip at its end: {name}", _add(path, sort=False)) for name, path in SLIPS.items())
    yield from ((f"name: {name}", _add(path)) for name, path in TWICE.items())
    yield from ((f"header: {name}", make) for name, make in HEADERS.items())
    yield from ((f"end: {name}", make) for name, make in END_RECORDS.items())
    yield from ((f"structure: {name}", make) for name, make in STRUCTURES.items())
