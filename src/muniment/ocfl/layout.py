"""Which folder of the storage root an object has (OCFL 1.1 section 4.3), and how a release names its object.

An object's identifier is a tag URI (RFC 4151), ``tag:HOST,YYYY:RELEASE``. The flat layout 0006 with the
delimiter ``:`` keeps the folder's name readable, ``RELEASE``; the hashed layout 0003 spreads very many
objects over folders.
"""

from __future__ import annotations

import re

from muniment.digest import sha256_hex
from muniment.errors import FormatError, InputError
from muniment.reference import check_release_id

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
