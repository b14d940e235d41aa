"""The files of time stamps in a snapshot: as in the archive, but without ``log/`` before them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from muniment.export.bagit import PAYLOAD
from muniment.signing.trust_table import AUTHORITIES

FOLDER = "timestamps"
STAMP = re.compile(rf"{FOLDER}/([1-9][0-9]{{0,17}})\.([1-9][0-9]{{0,8}})\.(ts[qr])")
"""Size, number and kind of a file: what was asked (``tsq``), or what was answered (``tsr``)."""

_CERTIFICATES = re.compile(rf"{AUTHORITIES}/[a-z0-9-]{{1,64}}\.pem")


def stamp_path(size: int, number: int, kind: str) -> str:
    """Name a file of a stamp below ``data/``."""
    return f"{FOLDER}/{size}.{number}.{kind}"


def stamp_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Give the files that are named like those of time stamps, by path below ``data/``.

    Args:
        files: Every file by its path in the bag.
    """
    payload = {path.removeprefix(PAYLOAD): data for path, data in files.items() if path.startswith(PAYLOAD)}
    return {path: data for path, data in payload.items() if STAMP.fullmatch(path) or _CERTIFICATES.fullmatch(path)}
