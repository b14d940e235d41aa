"""What a verb that reads asks of the memory of this machine, before it prints or hands out anything.

Nothing is written, and where nothing is remembered one file is looked for.  Where the log has as many entries as were
seen, two hashes are compared; where it has more, a few of its hash tiles are read.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from muniment.display import plain
from muniment.errors import IntegrityError, MunimentError, UnresolvedReferenceError

if TYPE_CHECKING:
    from collections.abc import Callable

    import click

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


OPENED = "muniment.opened"
"""Under this name the archive that a command opened is kept, with its memory and whether a difference was said."""


def seen_more(ctx: click.Context) -> tuple[IntegrityError, bool] | None:
    """Give what check 13 says of the archive that a command opened, and whether stderr says it already; else None."""
    archive, memory, said = ctx.meta.get(OPENED, (None, None, False))
    fault = None
    if archive is not None and memory is not None:
        with suppress(MunimentError):  # whoever writes is told that the memory cannot be used
            fault = _fault(archive, memory)
    return None if fault is None else (fault, said)


def better_reason(error: UnresolvedReferenceError, ctx: click.Context) -> MunimentError:
    """Say of what an archive does not have that this machine has seen more of it, where that is so."""
    more = seen_more(ctx)
    if more is None:
        return error
    if more[1]:
        return error.as_(UnresolvedReferenceError, hint="see above: this machine has seen more of it")
    archive, memory, _ = ctx.meta[OPENED]
    try:  # as the writer would, had it come to that
        import_module("muniment.write.guard").refuse_second_history(archive, memory.recall)
    except MunimentError as fault:
        return fault
    return error


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
