"""The folder of an archive's private keys: which file holds a key, now that there may be several of a role."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from muniment.cli.files import read_file
from muniment.errors import KeyRejectedError, MunimentError
from muniment.signing.keys import PublicKey, parse_public_key

_MAX_SIZE = 64 * 1024


def held_path(home: Path, role: str, allowed: Collection[PublicKey]) -> Path | None:
    """Find the private key in a folder whose public half is one of these; ``record-3`` came with trust root 3."""
    name = re.compile(rf"({role}(?:-[1-9][0-9]*(?:\.[1-9][0-9]*)?)?)\.pub")
    try:
        found = [match for entry in sorted(os.listdir(home)) if (match := name.fullmatch(entry))]  # noqa: PTH208 - names
    except OSError:
        return None
    for match in found:
        with suppress(MunimentError):
            data = read_file(str(home / match[0]), max_size=_MAX_SIZE, kind=KeyRejectedError)
            if parse_public_key(data.decode("utf-8", "replace"), where=match[0]) in allowed:
                return home / match[1]
    return None
