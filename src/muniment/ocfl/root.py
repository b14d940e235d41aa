"""The files of the storage root itself (OCFL 1.1 section 4): its declaration, and the layout that it uses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from muniment.canonical import parse_json
from muniment.errors import CanonicalError, FormatError, InputError
from muniment.ocfl.layout import DELIMITER, FLAT, HASHED, LAYOUTS, NUMBER_OF_TUPLES, TUPLE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
