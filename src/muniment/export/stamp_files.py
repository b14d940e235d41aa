"""The files of time stamps in a snapshot: as in the archive, but without ``log/`` before them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

from muniment.errors import StampError
from muniment.export.bagit import PAYLOAD
from muniment.timestamp.claimed_time import said_time
from muniment.trust.root import AUTHORITIES

FOLDER = "timestamps"
STAMP = re.compile(rf"{FOLDER}/([1-9][0-9]{{0,17}})\.([1-9][0-9]{{0,8}})\.(ts[qr])")
"""Size, number and kind of a file: what was asked (``tsq``), or what was answered (``tsr``)."""

_CERTIFICATES = re.compile(rf"{AUTHORITIES}/[a-z0-9-]{{1,64}}\.pem")


def stamp_path(size: int, number: int, kind: str) -> str:
    """Name a file of a stamp below ``data/``."""
    return f"{FOLDER}/{size}.{number}.{kind}"


def said_times(timestamps: Mapping[str, bytes]) -> tuple[str, ...]:
    """Give the time that each stamp says, in the order of their numbers; check 12 says whether it holds.

    Args:
        timestamps: As ``stamp_files`` gives them.  A response that cannot be read says nothing.
    """
    numbered = sorted(
        (int(name[2]), path) for path in timestamps if (name := STAMP.fullmatch(path)) and name[3] == "tsr"
    )
    times = []
    for _, path in numbered:
        with suppress(StampError):
            times.append(said_time(timestamps[path], where=path))
    return tuple(times)


def stamp_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Give the files that are named like those of time stamps, by path below ``data/``.

    Args:
        files: Every file by its path in the bag.
    """
    payload = {path.removeprefix(PAYLOAD): data for path, data in files.items() if path.startswith(PAYLOAD)}
    return {path: data for path, data in payload.items() if STAMP.fullmatch(path) or _CERTIFICATES.fullmatch(path)}
