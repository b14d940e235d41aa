"""Asking whether a writer is at work, without being one."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path


def is_held(place: Path) -> bool:
    """Whether a process holds the lock file at this moment.  Nothing is made where there is none.

    A shared lock is taken and given back at once, so that only a writer is noticed, and a file that this user may read
    but not write can be asked too.  Where it cannot be asked, as on a file system without locks, nobody holds it.
    """
    with suppress(OSError):
        descriptor = os.open(place, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
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
