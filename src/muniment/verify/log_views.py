"""What an archive, a copy of it or a lone checkpoint shows of the log: the sides that check 13 compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from muniment.archive import Archive, open_archive
from muniment.archive.paths import CHECKPOINT, TILES, checkpoint_path, content_folder
from muniment.errors import MunimentError, ProofError, UnavailableError
from muniment.log.checkpoint import open_published, parse_checkpoint
from muniment.log.newest import NewestRoots
from muniment.log.note import MAX_NOTE, Verifier, parse_note
from muniment.log.statement import VersionStatement
from muniment.log_view import LogView
from muniment.record import RECORD_PATH, SIGNATURE_PATH
from muniment.store import Store
from muniment.verify.log import LogResult


def sight_log(
    store: Store, root: str, verifiers: Sequence[Verifier], log: LogResult, newest: NewestRoots
) -> LogView | None:
    """Take the log that was checked as the newer side; None where it does not verify, which has its own findings.

    Args:
        store: The archive.
        root: Digest of its trust root 1.
        verifiers: Its log keys.
        log: What checking its log gave.
        newest: Which trust root was the newest at each size, as its entries say.
    """
    if log.checkpoint is None or log.note is None or log.hashes is None:
        return None
    published = _published(store, verifiers, log.checkpoint.origin)
    name = "the archive checked now"
    known = tuple(verifiers)
    return LogView(name, log.note, log.checkpoint, root, known, log.hashes, published=published, named=newest)


def sight_checkpoint(data: bytes, name: str) -> LogView:
    """Take a lone checkpoint as the older side; check 13 verifies its signature.

    Raises:
        FormatError: It is not a checkpoint.
    """
    return LogView(name, data, parse_checkpoint(parse_note(data, name)[0], name))


def sight_copy(store: Store, name: str) -> LogView:
    """Take another copy of an archive as the older side: its checkpoint and the edge of its tiles must agree.

    What more of its tiles a comparison takes is held to the checkpoint then.

    Args:
        store: The copy.
        name: What to call it.

    Raises:
        UnavailableError: It does not verify, so that there is nothing to compare with.
    """
    try:
        archive = open_archive(store, where=name)
        note = store.read(CHECKPOINT, max_size=MAX_NOTE)
        if open_published(note, archive.log_verifiers, archive.origin, CHECKPOINT) != archive.checkpoint:
            raise UnavailableError("somebody is adding to it", where=CHECKPOINT, hint="try again")
        if archive.log.root() != archive.checkpoint.root:
            raise ProofError("the tiles do not give the signed root", where=TILES)
    except MunimentError as error:
        raise unusable(error, name) from error
    published = _published(store, archive.log_verifiers, archive.origin)
    find, record = _finder(archive), _reader(archive)
    return LogView(
        name,
        note,
        archive.checkpoint,
        archive.roots[0].digest,
        archive.log_verifiers,
        archive.tree,
        published=published,
        named=archive.newest_roots,
        chain=archive.chain,
        find=find,
        record=record,
    )


def _finder(archive: Archive) -> Callable[[VersionStatement], int | None]:
    def find(statement: VersionStatement) -> int | None:
        try:
            history = archive.history(statement.release)
        except MunimentError:
            return None  # an entry that is no statement: verifying the copy says so
        return next((entry.index for entry in history if entry.statement.version == statement.version), None)

    return find


def _reader(archive: Archive) -> Callable[[int], tuple[bytes | None, bytes | None]]:
    def read(index: int) -> tuple[bytes | None, bytes | None]:
        try:
            statement = archive.statement(index)
            if not isinstance(statement, VersionStatement):
                return None, None
            folder = content_folder(archive.object_folder(statement.release), statement.version)
            return archive.store.read(f"{folder}/{RECORD_PATH}"), archive.store.read(f"{folder}/{SIGNATURE_PATH}")
        except MunimentError:
            return None, None  # verifying the copy says why

    return read


def unusable(error: MunimentError, name: str) -> UnavailableError:
    """Say of an older side that does not verify that there is nothing to compare with."""
    return error.as_(
        UnavailableError,
        what=f"nothing to compare with: {error.what}",
        where=name if error.where in {"", name} else f"{name}/{error.where}",
        hint=error.hint or "give an older copy that verifies",
    )


def _published(store: Store, verifiers: Sequence[Verifier], origin: str) -> Callable[[int], bytes | None]:
    def read(size: int) -> bytes | None:
        path = checkpoint_path(size)
        try:
            data = store.read(path, max_size=MAX_NOTE)
            checkpoint = open_published(data, verifiers, origin, path)
        except MunimentError:
            return None  # of the archive checked, check 10 says so
        return data if checkpoint.size == size else None

    return read
