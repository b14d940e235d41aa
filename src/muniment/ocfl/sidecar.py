"""The sidecar of an inventory (OCFL 1.1 section 3.6), in the one form in which this archive writes it.

It is one line that ``sha512sum -c`` understands: the digest, two spaces, the file's name.
"""

from __future__ import annotations

import re

from muniment.digest import sha512_hex
from muniment.errors import FormatError

INVENTORY = "inventory.json"
"""Name of the inventory, in the object root and in every version directory."""

SIDECAR = "inventory.json.sha512"
"""Name of its sidecar."""

_LINE = re.compile(rb"([0-9a-f]{128})  inventory\.json\n")


def format_sidecar(inventory: bytes) -> bytes:
    """Write the sidecar of an inventory: its SHA-512, two spaces, ``inventory.json`` (section 3.6)."""
    return f"{sha512_hex(inventory)}  {INVENTORY}\n".encode()


def parse_sidecar(data: bytes, *, where: str = "") -> str:
    """Read a sidecar that this archive wrote, and give the digest as 128 hex digits.

    Raises:
        FormatError: It has any other form (E061).
    """
    match = _LINE.fullmatch(data)
    if match is None:
        raise FormatError(
            "OCFL E061: not the sidecar of an inventory",
            where=where,
            expected=f"128 lower-case hex digits, two spaces, {INVENTORY} and a newline",
            found=repr(data[:160]),
        )
    return match[1].decode("ascii")
