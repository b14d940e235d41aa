"""Never below what was seen: a restored backup must not sign a second history."""

from __future__ import annotations

from muniment.archive.proven_log import ProvenLog
from muniment.errors import WriteConflictError
from muniment.log_view import described
from muniment.memory import Recall, Remembered


def refuse_second_history(proven_log: ProvenLog, recall: Recall | None) -> None:
    """Refuse to build upon a log that does not continue the highest checkpoint remembered.

    Call it under the lock, with the log that will be built upon.

    Args:
        proven_log: The log of the archive, opened under the lock.
        recall: Gives what is remembered; None to do without.

    Raises:
        WriteConflictError: The archive is older than what was seen, or another history, or has another trust root.
        IntegrityError: The log is not what was signed.
    """
    remembered = recall(proven_log.origin) if recall is not None else None
    if remembered is None:
        return
    _refuse_smaller(proven_log, remembered)
    before = proven_log.root_at(remembered.size)
    if before != remembered.root_hash:
        raise _other_history(remembered, before)


def _refuse_smaller(proven_log: ProvenLog, remembered: Remembered) -> None:
    root, head = proven_log.roots[0].digest, proven_log.checkpoint
    if root != remembered.root:
        raise _other_root(remembered, root)
    if head.size < remembered.size:
        raise WriteConflictError(
            "this copy is older than the archive that this machine has seen: nothing was signed",
            where=remembered.origin,
            expected=described(remembered.size, remembered.root_hash),
            found=described(head.size, head.root),
            hint=f"a restored backup? recover from the newer copy; {_forget(remembered)}",
        )


def _other_history(remembered: Remembered, found: bytes) -> WriteConflictError:
    return WriteConflictError(
        "this copy has another history than the archive that this machine has seen: nothing was signed",
        where=remembered.origin,
        expected=described(remembered.size, remembered.root_hash),
        found=described(remembered.size, found),
        hint="verify the archive, and keep both copies",
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
    return f"only if it is lost for good: forget what was seen of {remembered.origin}"
