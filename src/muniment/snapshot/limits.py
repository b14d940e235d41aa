"""How large each kind of file in a snapshot can be.

Whatever is cut into lines or parsed takes many times its own room, and a zip of half a megabyte may hold 64 MiB.  So a
file that is larger than any of its kind is refused before it is inflated, read or parsed.
"""

from __future__ import annotations

import re

from muniment import canonical
from muniment.errors import FormatError
from muniment.log import statement
from muniment.log.note import MAX_NOTE
from muniment.snapshot.zip import MAX_ENTRIES, MAX_NAME, MAX_ZIP
from muniment.ssh import sshsig
from muniment.trust.root import MAX_ROOT

_KIB = 1024
_TEXT = 1024 * _KIB

_LIMITS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern), most)
    for pattern, most in (
        (r"bagit\.txt|bag-info\.txt|tagmanifest-sha256\.txt", 4 * _KIB),
        (r"manifest-sha256\.txt", MAX_ENTRIES * (64 + 3 + MAX_NAME)),
        (r"data/record\.json", canonical.MAX_SIZE),
        (r"data/statement\.json", statement.MAX_SIZE),
        (r"data/inclusion\.tlog-proof", MAX_NOTE + 8 * _KIB),
        (r"data/(?:record\.json|trust/root/[^/]*)\.sig", sshsig.MAX_SIZE),
        (r"data/trust/root/[^/]*", MAX_ROOT),
        # As in ``timestamp`` and ``sources``, which would be imported for this alone, and take long to start.
        (r"data/timestamps/[^/]*\.tsr", 64 * _KIB),
        (r"data/timestamps/.*", 128),
        (r"data/trust/authorities/.*", 64 * _KIB),
        # What is made from the others is compared and never parsed, and may be as large as a record and more makes it.
        (r"data/(?:index\.html|reading-text\.txt|paragraphs\.tsv)", MAX_ZIP),
        (r"data/(?:provenance\.prov|ro-crate-metadata)\.json", MAX_ZIP),
        (r"data/trust/allowed_signers", 4 * _TEXT),
        (r"data/original\.[a-z0-9]{1,8}", 2 * _TEXT),
    )
)


def limit_of(path: str) -> int:
    """Give the bytes that a file can have at most, by its path in the bag."""
    return next((most for pattern, most in _LIMITS if pattern.fullmatch(path)), _TEXT)


def refuse_large(path: str, size: int, *, where: str = "") -> None:
    """Refuse a file that is larger than any of its kind.

    Raises:
        FormatError: It is.
    """
    most = limit_of(path)
    if size > most:
        raise FormatError(
            "larger than any such file of a snapshot",
            where=f"{where}: {path}" if where else path,
            expected=f"at most {most:,} bytes",
            found=f"{size:,} bytes",
        )
