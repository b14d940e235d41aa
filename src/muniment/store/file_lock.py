"""The file that writers of a folder lock, and how to ask whether one does.

``LocalStore.lock`` takes it; a reader asks without becoming a writer.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME = ".lock"
"""The file that writers lock; empty, and left in place, since removing a lock file breaks the lock."""


if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def is_held(lock: Path) -> bool:
    """Whether a process holds the lock file at this moment.  A missing file is not made.

    A shared lock is taken and given back at once, so that only a writer is noticed, and a file that this user may read
    but not write can be asked too.  Where it cannot be asked, as on a file system without locks, nobody holds it.
    """
    with suppress(OSError):
        descriptor = os.open(lock, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        try:
            return not _can_share(descriptor)
        finally:
            os.close(descriptor)
    return False


if sys.platform == "win32":

    def _can_share(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        return True

else:

    def _can_share(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
