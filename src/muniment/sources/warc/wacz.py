"""WACZ 1.1.1: a zip file with WARC files, and a list of the hashes of what is in it, each of which is checked."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from muniment.errors import SourceError

_LIST: Final = "datapackage.json"
_SEAL: Final = "datapackage-digest.json"
_MAX_FILES: Final = 2000
_MAX_LIST: Final = 1 << 20  # bytes of a list
_MAX_WARC: Final = 256 << 20  # bytes of a WARC file, as it lies in the zip file unpacked
_MAX_ALL: Final = 512 << 20  # of all of them
_PART: Final = 1 << 16
_LOCAL: Final = 30  # bytes of the header before a file, without its name
_SAFE: Final = re.compile(r"(?!/)(?!.*(?:^|/)\.{1,2}(?:/|$))[^\\\x00-\x1f:]{1,300}")
_WARC: Final = re.compile(r"archive/.+\.warc(?:\.gz)?", re.IGNORECASE)

_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError),
    *(LookupError, OverflowError),
)
"""What the library raises for a zip file that is broken in one of many ways."""


def read_wacz(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the WARC files of a WACZ file, each held to its hash.

    Raises:
        SourceError: It is no such file, lacks or hides something, or what is in it is not what its list says.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as file:
            members = _members(file)
            hashes = _read_list(file, members)
            room = _MAX_ALL
            for name in sorted(filter(_WARC.fullmatch, members)):
                if name not in hashes:
                    raise SourceError(f"{_LIST} does not list a file that is there", where=name[:200])
                content = _read(file, members[name], min(_MAX_WARC, room))
                room -= len(content)
                _hold(name, hashes[name], content)
                yield name, content
    except _BROKEN as error:
        raise SourceError(
            "the WACZ file is cut off or broken", found=str(error)[:200], hint="take another copy of the file"
        ) from error


def stored_starts(data: bytes) -> dict[str, int]:
    """Give the byte at which each file of a WACZ file begins that lies in it as it is, and not packed.

    Raises:
        SourceError: It is no such file.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as file:
            stored = [entry for entry in file.infolist() if entry.compress_type == zipfile.ZIP_STORED]
            # The header there may name the file by other bytes than the list of the zip file: its own lengths count.
            lengths = [(entry, struct.unpack_from("<HH", data, entry.header_offset + 26)) for entry in stored]
            return {entry.filename: entry.header_offset + _LOCAL + sum(both) for entry, both in lengths}
    except _BROKEN as error:
        raise SourceError("the WACZ file is cut off or broken", found=str(error)[:200]) from error


def _members(file: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    entries = [entry for entry in file.infolist() if not entry.is_dir()]
    if len(entries) > _MAX_FILES:
        raise SourceError(
            "the WACZ file holds too many files", expected=f"at most {_MAX_FILES}", found=str(len(entries))
        )
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        if _SAFE.fullmatch(entry.filename) is None:
            raise SourceError("a name in the WACZ file leads out of it", found=repr(entry.filename[:80]))
        if entry.filename in members:
            raise SourceError("a name stands in the WACZ file more than once", found=repr(entry.filename[:80]))
        if entry.flag_bits & 1:
            raise SourceError("a file in the WACZ file is encrypted", where=entry.filename[:200])
        members[entry.filename] = entry
    return members


def _read(file: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Read a file of the zip file, counting: what a zip file says of sizes may be untrue."""
    out = bytearray()
    with file.open(entry) as stream:
        while part := stream.read(_PART):
            out += part
            if len(out) > most:
                raise SourceError(
                    "a file in the WACZ file is too large", where=entry.filename[:200], expected=f"at most {most} bytes"
                )
    return bytes(out)


def _read_list(file: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> dict[str, str]:
    """The hash of each file, as the list has them."""
    if _LIST not in members:
        raise SourceError(f"this is no WACZ file: it has no {_LIST}")
    data = _read(file, members[_LIST], _MAX_LIST)
    if _SEAL in members:
        seal = _parse(_read(file, members[_SEAL], _MAX_LIST), _SEAL)
        _hold(_LIST, str(seal.get("hash", "")), data)
    resources = _parse(data, _LIST).get("resources")
    if not isinstance(resources, list) or len(resources) > _MAX_FILES:
        raise SourceError(f"{_LIST} lists no files")
    hashes: dict[str, str] = {}
    for resource in resources:
        path, stated = _resource(resource)
        if path not in members or path in hashes:
            raise SourceError(f"{_LIST} lists a file that is not there, or lists it twice", found=repr(path[:80]))
        hashes[path] = stated
    return hashes


def _resource(resource: object) -> tuple[str, str]:
    """Path and hash of an item; before version 1.1 the hash stood elsewhere."""
    if not isinstance(resource, dict):
        raise SourceError(f"{_LIST} lists something that is no file")
    stats = resource.get("stats")
    if "hash" not in resource and isinstance(stats, dict):
        return str(resource.get("path", "")), f"{resource.get('hashing', 'sha256')}:{stats.get('hash', '')}"
    return str(resource.get("path", "")), str(resource.get("hash", ""))


def _parse(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SourceError("it is no JSON", where=name) from error
    if not isinstance(value, dict):
        raise SourceError("it is no JSON object", where=name)
    return value


def _hold(name: str, stated: str, content: bytes) -> None:
    algorithm, _, value = stated.partition(":")
    if algorithm not in {"sha256", "sha512"}:
        raise SourceError("a file in the WACZ file has no hash that is known here", where=name[:200], found=stated[:80])
    found = hashlib.new(algorithm, content).hexdigest()
    if not hmac.compare_digest(found, value.lower().encode("ascii", "replace").decode()):
        raise SourceError(
            "a file in the WACZ file is not the one that its list names",
            where=name[:200],
            expected=stated[:160],
            found=f"{algorithm}:{found}",
            hint="take another copy of the file",
        )
