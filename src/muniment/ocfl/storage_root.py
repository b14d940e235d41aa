"""The storage root (OCFL 1.1 section 4): its files, and which folder of it an object has.

An object's identifier is a tag URI (RFC 4151), ``tag:HOST,YYYY:RELEASE``.  The flat layout 0006 with the delimiter
``:`` keeps the folder's name readable, ``RELEASE``; the hashed layout 0003 spreads very many objects over folders.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from muniment.canonical import parse_json
from muniment.digest import sha256_hex
from muniment.errors import CanonicalError, FormatError, InputError
from muniment.reference import check_release_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


FLAT = "0006-flat-omit-prefix-storage-layout"
"""Objects lie directly in the root, named by what follows the last ``:`` of their identifiers."""

HASHED = "0003-hash-and-id-n-tuple-storage-layout"
"""Objects lie three folders deep, by the SHA-256 of their identifiers, named by the identifier itself."""

LAYOUTS = (FLAT, HASHED)

DELIMITER = ":"
TUPLE_SIZE = 3
NUMBER_OF_TUPLES = 3

_MAX_NAME = 100
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_URI = re.compile(r"tag:([^,:]+),([0-9]{4}):([^:]+)")


def object_path(layout: str, object_id: str) -> str:
    """Give the folder of an object, from the storage root.

    Raises:
        InputError: The layout is none of ``LAYOUTS``, or it gives this identifier no folder.
    """
    if layout == FLAT:
        return _flat_path(object_id)
    if layout == HASHED:
        return _hashed_path(object_id)
    raise InputError("unknown storage layout", expected=" or ".join(LAYOUTS), found=repr(layout))


def _flat_path(object_id: str) -> str:
    """Extension 0006: drop the identifier's prefix, up to and with its last delimiter."""
    name = object_id.rpartition(DELIMITER)[2]
    if name in {"", ".", ".."} or not _is_one_folder(name):
        raise InputError(
            "the flat layout has no folder for this identifier",
            where=repr(object_id),
            expected=f"a folder's name after the last {DELIMITER!r}",
            found=repr(name),
        )
    return name


def _is_one_folder(name: str) -> bool:
    return "/" not in name and "\\" not in name and "\0" not in name


def _hashed_path(object_id: str) -> str:
    """Extension 0003, with its default parameters."""
    digest = sha256_hex(object_id.encode())
    ends = range(TUPLE_SIZE, TUPLE_SIZE * NUMBER_OF_TUPLES + 1, TUPLE_SIZE)
    name = _UNSAFE.sub(_percent_encode, object_id)
    if len(name) > _MAX_NAME:
        name = f"{name[:_MAX_NAME]}-{digest}"
    return "/".join([*(digest[end - TUPLE_SIZE : end] for end in ends), name])


def _percent_encode(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02x}" for byte in match[0].encode())


@lru_cache(1024)  # whoever writes or reads a history asks for the same object for each version
def object_uri(host: str, year: int, release: str) -> str:
    """Name the object of a release by a tag URI (RFC 4151 section 2.1).

    Args:
        host: A DNS name in lower case that the archive's owner held on the first day of the year.
        year: From 1 to 9999.
        release: A release id.

    Raises:
        InputError: One of them is not of that form.
    """
    if _HOST.fullmatch(host) is None:
        raise InputError("not the name of a host", expected="such as archive.example.org", found=repr(host))
    if not 1 <= year <= 9999:
        raise InputError("not a year", expected="1 to 9999", found=str(year))
    return f"tag:{host},{year:04}:{check_release_id(release)}"


def release_of(object_id: str) -> str:
    """Give the release whose object has this identifier; the reverse of ``object_uri``.

    Raises:
        FormatError: The identifier is not one that ``object_uri`` makes.
    """
    match = _URI.fullmatch(object_id)
    if match is None:
        raise _no_release(object_id, "it is no tag URI of this form")
    try:
        object_uri(match[1], int(match[2]), match[3])
    except InputError as error:
        raise _no_release(object_id, error.what) from error
    return match[3]


def _no_release(object_id: str, reason: str) -> FormatError:
    return FormatError(
        f"not the identifier of a release, {reason}",
        expected="tag:HOST,YYYY:RELEASE",
        found=repr(object_id[:400]),
    )


ROOT_DECLARATION = ("0=ocfl_1.1", b"ocfl_1.1\n")
"""Name and content of the file that marks a storage root (section 4.1)."""

LAYOUT_FILE = "ocfl_layout.json"
"""Name of the file that names the layout (section 4.1)."""

_PARAMETERS: dict[str, dict[str, str | int]] = {
    FLAT: {"extensionName": FLAT, "delimiter": DELIMITER},
    HASHED: {
        "extensionName": HASHED,
        "digestAlgorithm": "sha256",
        "tupleSize": TUPLE_SIZE,
        "numberOfTuples": NUMBER_OF_TUPLES,
    },
}
_DESCRIPTIONS = {
    FLAT: "A release's object lies in the folder named by its release id, "
    "which is what follows the last ':' of the object's identifier.",
    HASHED: "An object lies below three folders of three digits of the SHA-256 of its identifier, "
    "in a folder named by the percent-encoded identifier.",
}


def root_files(layout: str) -> dict[str, bytes]:
    """Make the files of a storage root, by their paths from it.

    Raises:
        InputError: The layout is none of ``LAYOUTS``.
    """
    if layout not in LAYOUTS:
        raise InputError("unknown storage layout", expected=" or ".join(LAYOUTS), found=repr(layout))
    declaration, content = ROOT_DECLARATION
    return {
        declaration: content,
        f"extensions/{layout}/config.json": _format(_PARAMETERS[layout]),
        LAYOUT_FILE: _format({"extension": layout, "description": _DESCRIPTIONS[layout]}),
    }


def _format(value: Mapping[str, str | int]) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def parse_layout(data: bytes, *, where: str = LAYOUT_FILE) -> str:
    """Read ``ocfl_layout.json`` and give the layout it names.

    Args:
        data: The file; it must be one that ``root_files`` makes, byte for byte.
        where: What to call it in an error.

    Raises:
        FormatError: Not strict JSON, without the two keys (E070), another layout (E071), or not in this form.
    """
    try:
        value = parse_json(data, where=where)
    except CanonicalError as error:
        raise FormatError(f"OCFL E070: {error.what}", where=where) from error
    if not isinstance(value, dict) or not {"extension", "description"} <= value.keys():
        raise FormatError("OCFL E070: not a layout declaration", where=where, expected="extension and description")
    name = value["extension"]
    if name not in LAYOUTS:
        raise FormatError(
            "OCFL E071: a storage layout that this archive does not use",
            where=where,
            expected=" or ".join(LAYOUTS),
            found=repr(name)[:200],
        )
    layout = str(name)
    if root_files(layout)[LAYOUT_FILE] != data:
        raise _other_form(where)
    return layout


def layout_of(read: Callable[[str], bytes]) -> str:
    """Give the layout of a storage root, having compared all files that ``root_files`` makes.

    Args:
        read: Gives the bytes of a file by its path from the storage root; what it raises is passed on.

    Raises:
        FormatError: A file is not what it must be.
    """
    layout = parse_layout(read(LAYOUT_FILE))
    for path, content in root_files(layout).items():
        if read(path) != content:
            raise _other_form(path)
    return layout


def _other_form(where: str) -> FormatError:
    return FormatError(
        "not in the form this archive writes",
        where=where,
        hint="restore it from a copy of the archive, or from a new one made with the same layout",
    )
