"""A name that is a file and a reference at once: neither is taken for the other, for only one would be checked.

Whoever can write into the folder where a command runs could put a file there under the name of a version that does not
verify; a true citation of something else, say.  So the reader says which of the two is meant.
"""

from __future__ import annotations

import re
from pathlib import Path

from muniment.cli.target import find_archive, store_at
from muniment.display import plain
from muniment.errors import InputError, MunimentError, NotAnArchiveError

REFERENCE = re.compile(r"[a-z0-9][a-z0-9-]*(?:/v[0-9]+)?(?:#\w+)?|sha256:[0-9a-f]{64}(?:#\w+)?")
"""What may be a reference; many a file is named so too."""


def refuse_ambiguous(name: str) -> None:
    """Refuse a name that would be read as a file or folder, and could be a reference to what the archive here holds.

    One with a version, a paragraph or a hash always could; a bare word only where a release has that name, or the
    archive cannot tell.

    Raises:
        InputError: It is both.
        UnavailableError: The archive that was named cannot be looked at.
    """
    if REFERENCE.fullmatch(name) is None or not _could_name(name):
        return
    raise InputError(
        "both a file here and a reference to the archive",
        where=plain(name),
        hint=f"./{plain(name)} is the file; for the version, run it in another folder with --archive DIR",
    )


def _could_name(name: str) -> bool:
    try:
        folder = find_archive()
    except NotAnArchiveError:
        return False  # nothing here that a reference could be to
    if re.search("[/#:]", name):
        return True
    if Path(name).resolve() == folder.resolve():
        return False  # the archive itself, by the name of its folder
    from muniment.archive import open_archive  # noqa: PLC0415 - start-up: for a file of such a name only

    try:
        return name in open_archive(store_at(folder)).versions
    except MunimentError:
        return True
