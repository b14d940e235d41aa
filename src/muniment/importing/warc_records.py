"""The answers in WARC and WACZ files as their heads tell of them, and each one's body when it is asked for.

A file is listed in parts, by the process that is bounded, so that it may be of any size; a WACZ file is listed whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from muniment.errors import SourceError, UnavailableError
from muniment.files import open_regular, reason
from muniment.importing.item import Notice
from muniment.record.capture import one_line
from muniment.sources.kinds import WARC, recognise
from muniment.sources.warc import Unpacked, read_unpacked
from muniment.sources.warc.answer import capture_time
from muniment.sources.worker import unpack_in_child

PART: Final = 32 << 20
"""Bytes of a WARC file that are listed at once."""
_MOST: Final = 128 << 20
"""Bytes that are listed at once where a record is so large, and bytes of a WACZ file."""
_HEAD: Final = 4096
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class HandedFile:
    """A file that was handed in.

    Attributes:
        path: Where it lies.
        name: Without folders, which are nobody's business.
        sha256: 64 hexadecimal digits.
        size: In bytes.
    """

    path: Path
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ListedAnswer:
    """An answer in a file, as the heads tell of it; no body was read.

    Attributes:
        file: The file.
        kind: ``response``, ``resource`` or ``revisit``.
        id: WARC-Record-ID, without brackets.
        target: Its address, without credentials.
        time: When it was captured; empty where the record does not say so in the form that the standard has.
        status: Of the answer; None where its head is not there.
        media_type: As its head says, without parameters; empty where it does not.
        digest: Of the body, as the record says; empty where it does not.
        refers: Of a revisit: ``id``, ``target`` and ``date`` of the record that has its body, each perhaps empty.
        headers: Of a revisit: those that a record of ours has.
        software: What made the file, as it says of itself.
        method: How it was asked for.
        part: Whether the record holds a part of the answer only.
        large: Whether its body is larger than an original may be.
        place: Offset and size in the file, and the byte therein, unpacked, at which the record begins.
        packed_in: The WARC file in a WACZ file that must be unpacked first; empty where it lies there as it is.
    """

    file: HandedFile
    kind: str
    id: str
    target: str
    time: str
    status: int | None
    media_type: str
    digest: str
    refers: Mapping[str, str]
    headers: tuple[tuple[str, str], ...]
    software: str | None
    method: str
    part: bool
    large: bool
    place: tuple[int, int, int]
    packed_in: str

    def take(self) -> Unpacked:
        """Take its body out of the file.

        Raises:
            SourceError: It is cut off, empty, broken, or not what its digests say.
            UnavailableError: The file is gone, or the process that reads it could not be started.
        """
        offset, size, inside = self.place
        with _reading(self.file.path) as file:
            file.seek(0 if self.packed_in else offset)
            data = file.read(_MOST if self.packed_in else size)
        asked = {"name": self.packed_in, "inside": inside, "software": self.software}
        where = f"{self.file.name}#{self.target}"
        whole = [self.file.sha256, self.file.size]
        return read_unpacked(unpack_in_child("listed", data, {**asked, "whole": whole}, where=where))


def hash_file(path: Path) -> HandedFile:
    """Read a file once, for its hash.

    Raises:
        SourceError: There is none, or it is no regular file.
    """
    try:
        with open_regular(path, SourceError) as file:
            digest, size = hashlib.sha256(), 0
            while part := file.read(1 << 20):
                digest.update(part)
                size += len(part)
    except OSError as error:
        raise SourceError("it cannot be read", where=str(path), found=reason(error)) from error
    return HandedFile(path, one_line(path.name)[:200] or "a file", digest.hexdigest(), size)


def list_file(handed: HandedFile) -> Iterator[ListedAnswer | Notice]:
    """Give every answer of a file, and what else is to be told of it.

    Raises:
        SourceError: It is neither a WARC nor a WACZ file, or is a WACZ file that hides something.
        UnavailableError: It cannot be read.
    """
    with _reading(handed.path) as file:
        head = file.read(_HEAD)
        if head.startswith(_ZIP):
            if handed.size > _MOST:
                raise SourceError(
                    "the WACZ file is too large",
                    where=handed.name,
                    expected=f"at most {_MOST} bytes",
                    found=f"{handed.size} bytes",
                    hint="unpack it, and take in the WARC files that are in it",
                )
        elif recognise(head) != WARC:
            what = "this is neither a WARC nor a WACZ file"
            raise SourceError(what, where=handed.name, found=recognise(head).words)
        yield from _list_parts(file, handed, _MOST if head.startswith(_ZIP) else PART)


def _list_parts(file: BinaryIO, handed: HandedFile, usual: int) -> Iterator[ListedAnswer | Notice]:
    at, step, software = 0, usual, None
    while True:
        file.seek(at)
        data = file.read(step)
        last = at + len(data) >= handed.size
        try:
            found = unpack_in_child("list", data, {"software": software, "last": last}, where=handed.name)
        except SourceError as error:
            if at == 0:
                raise
            yield Notice("rest-not-read", handed.name, f"from byte {at} on: {error.what}", failed=True)
            return
        yield from _answers(handed, found, at)
        next_, software = found["next"], found["software"]
        if next_ is None:
            return
        if next_ == 0 and step >= _MOST:
            yield Notice("rest-not-read", handed.name, f"from byte {at} on: a record is too large", failed=True)
            return
        at, step = at + next_, (step * 2 if next_ == 0 else usual)


def _answers(handed: HandedFile, found: dict[str, Any], at: int) -> Iterator[ListedAnswer | Notice]:
    for row in found["rows"]:
        offset, size, inside = row["place"]
        yield ListedAnswer(
            file=handed,
            kind=row["kind"],
            id=row["id"],
            target=row["target"],
            time=_time(row["date"]),
            status=row["status"],
            media_type=row["media_type"],
            digest=row["digest"],
            refers=row["refers"],
            headers=tuple((name, value) for name, value in row["headers"]),
            software=row["software"],
            method=found["methods"].get(row["id"], "GET"),
            part=row["truncated"],
            large=row["large"],
            place=(offset + at, size, inside),
            packed_in=row["packed_in"],
        )
    for kind, count in found["others"].items():
        what = f"{count} record{'s' if count > 1 else ''} of the kind {one_line(kind)}"
        yield Notice("other-record", handed.name, what)
    for fault in found["faults"]:
        where = ", ".join(part for part in (handed.name, one_line(fault["where"])) if part)
        what = f"{fault['what']}; what comes after it was not read"
        yield Notice("rest-not-read", where, what, failed=True)


def _time(date: str) -> str:
    try:
        return capture_time(date)
    except SourceError:
        return ""


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    try:
        with open_regular(path, UnavailableError) as file:
            yield file
    except OSError as error:
        raise UnavailableError("the file cannot be read", where=str(path), found=reason(error)) from error
