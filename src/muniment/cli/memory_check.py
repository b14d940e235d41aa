"""What a verb that reads asks of the memory of this machine, before it prints or hands out anything.

Nothing is written, and where nothing is remembered one file is looked for.  Where the log has as many entries as were
seen, two hashes are compared; where it has more, a few of its hash tiles are read.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from muniment.display import plain
from muniment.errors import IntegrityError, MunimentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from muniment.archive import Archive
    from muniment.cli.memory_files import Memory


def open_heeding(opening: Callable[[], Archive], memory: Memory, *, refuse: bool) -> Archive:
    """Open an archive and hold it against what this machine has seen of it.

    Args:
        opening: Opens it.
        memory: The memory, or what does without.
        refuse: Whether what differs is refused, as for what leaves this machine; else stderr says so.

    Raises:
        IntegrityError: With ``refuse``: it is shorter, another history, or of another trust root (check 13).
        UnavailableError: With ``refuse``: the memory cannot be used.
    """
    archive = opening()
    try:
        if _fault(archive, memory) is not None:
            archive = opening()  # a writer may have added, and remembered it, since it was opened
            fault = _fault(archive, memory)
            if fault is not None:
                raise fault
    except MunimentError as error:
        if refuse:
            raise
        from muniment.cli.hints import error_line  # noqa: PLC0415 - start-up: only where something is wrong

        print(f"archive: {plain(error_line(error))}", file=sys.stderr)
    return archive


def _fault(archive: Archive, memory: Memory) -> IntegrityError | None:
    remembered = None if memory.recall is None else memory.recall(archive.origin)
    if remembered is None:
        return None
    growth, views = import_module("muniment.verify.growth"), import_module("muniment.log_view")
    root, known = archive.roots[0].digest, archive.log_verifiers
    now = views.LogView(
        "the archive", archive.note, archive.checkpoint, root, known, archive.tree, named=archive.newest_roots
    )
    fault: IntegrityError | None = growth.fault_of_memory(remembered, now)
    return fault
