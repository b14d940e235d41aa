"""One record of a WARC file (ISO 28500, version 1.1), as a pure function of what is in it.

By hand, since libraries for that parse the heads of answers and write them anew.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from typing import Final
from uuid import NAMESPACE_URL, uuid5

HTTP: Final = "application/http;msgtype="
"""The media type of a block, before ``request`` or ``response``."""
FIELDS: Final = "application/warc-fields"


def warc_record(kind: str, time: str, block: bytes, *fields: tuple[str, str], of: str = "") -> bytes:
    """Write a record.

    Args:
        kind: ``response``, ``request``, ``metadata`` or ``warcinfo``.
        time: Its date, RFC 3339 in UTC.
        block: What it holds.
        fields: Named fields beside those that each record has.
        of: As for ``record_id``.
    """
    head = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{record_id(kind, time, block, of)}>"),
        ("WARC-Date", time),
        *fields,
        ("WARC-Block-Digest", block_digest(block)),
        ("Content-Length", str(len(block))),
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)
    return f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def warc_fields(*fields: tuple[str, str]) -> bytes:
    """Write a block of names and values."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode()


def block_digest(data: bytes) -> str:
    """Give a digest as the fields of a record have it."""
    return f"sha256:{b32encode(hashlib.sha256(data).digest()).decode()}"


def record_id(kind: str, time: str, block: bytes, of: str = "") -> str:
    """Name a record by what it holds, so that the same visit gives the same file.

    Args:
        kind: As for ``warc_record``, and so are ``time`` and ``block``.
        time: Its date.
        block: What it holds.
        of: What else tells it from one that holds the same; empty where nothing does.
    """
    name = f"{kind} {time} {hashlib.sha256(block).hexdigest()}{of and f' {of}'}"
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"
