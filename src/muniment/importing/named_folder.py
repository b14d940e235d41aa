"""A folder that somebody names to import from: that it is one, and what to do where it is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from muniment.errors import InputError

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/|[\w.-]+@[\w.-]+:")
"""How an address begins; of ``https://`` a path has one slash."""


def check_folder(folder: Path, *, hint: str, elsewhere: str) -> None:
    """See that there is such a folder.

    Args:
        folder: What was named.
        hint: What to name.
        elsewhere: What to do first where a file or an address was named.

    Raises:
        InputError: There is none.
    """
    where, found = str(folder), ""
    try:
        if folder.is_dir():
            return
        if folder.exists():
            raise InputError("not a folder", where=where, found="a file", hint=elsewhere)
    except OSError as error:
        found = str(error.strerror).lower()
    except ValueError as error:
        found = str(error)
    if _ADDRESS.match(where):
        raise InputError("not a folder", where=where, found="an address", hint=elsewhere)
    raise InputError("there is no such folder", where=where, found=found, hint=hint)
