"""Never below what was seen: a restored backup must not sign a second history."""

from __future__ import annotations

from muniment.archive import Archive
from muniment.errors import WriteConflictError
from muniment.log.tree import Log
from muniment.memory import Recall, Remembered, described


def refuse_second_history(archive: Archive, recall: Recall | None) -> None:
    """Refuse to build upon a checkpoint that does not continue the highest one remembered.

    Call it under the lock, with the archive whose checkpoint will be built upon.  It reads O(log size) tiles, and none
    where the archive is as it was last seen.

    Args:
        archive: The archive, opened under the lock.
        recall: Gives what is remembered; None to do without.

    Raises:
        WriteConflictError: The archive is older than what was seen, or another history, or has another trust root.
    """
    remembered = recall(archive.origin) if recall is not None else None
    if remembered is None:
        return
    root, head = archive.roots[0].digest, archive.checkpoint
    if root != remembered.root:
        raise _other_root(remembered, root)
    said = described(remembered.size, remembered.root_hash)
    if head.size < remembered.size:
        raise WriteConflictError(
            "this copy is older than the archive that this machine has seen: nothing was signed",
            where=archive.origin,
            expected=said,
            found=described(head.size, head.root),
            hint=f"a restored backup? restore the newer copy; {_forget(remembered)}",
        )
    same = head.size == remembered.size
    before = head.root if same else Log(archive.log.read, remembered.size).root()
    if before != remembered.root_hash:
        raise WriteConflictError(
            "this copy has another history than the archive that this machine has seen: nothing was signed",
            where=archive.origin,
            expected=said,
            found=described(remembered.size, before),
            hint="run archive verify, and keep both copies",
        )


def refuse_second_archive(origin: str, recall: Recall | None) -> None:
    """Refuse to make an archive of a name that this machine knows already.

    Raises:
        WriteConflictError: There was an archive of this name.
    """
    remembered = recall(origin) if recall is not None else None
    if remembered is not None:
        raise _other_root(remembered, "a new archive")


def _other_root(remembered: Remembered, found: str) -> WriteConflictError:
    return WriteConflictError(
        "this machine has seen another archive of this name: nothing was signed",
        where=remembered.origin,
        expected=f"trust root {remembered.root}, seen on {remembered.seen}",
        found=found,
        hint=f"take another name, or work on that archive; {_forget(remembered)}",
    )


def _forget(remembered: Remembered) -> str:
    return f"only if it is lost for good, remove {remembered.where or 'the memory file'}"
