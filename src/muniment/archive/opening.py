"""What holds an archive before it is opened: its tag, its trust roots, and what follows from these."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

from muniment.archive.paths import CHECKPOINT, ROOTS, TAG, log_path
from muniment.canonical import MAX_SIZE
from muniment.conversion import COPY_AGAIN, explain_difference, undo
from muniment.errors import (
    FormatError,
    IntegrityError,
    KeyRejectedError,
    MunimentError,
    NotAnArchiveError,
    NotFoundError,
    finding_of,
)
from muniment.log.checkpoint import Checkpoint, open_published, parse_checkpoint
from muniment.log.newest import NamedRoot, NewestRoots
from muniment.log.note import Verifier, parse_note, parse_vkey
from muniment.log.tree import Log
from muniment.log.vkey import LogVerifier
from muniment.ocfl.storage_root import object_uri
from muniment.store import Store
from muniment.store.litter import litter_in
from muniment.trust.chain import RootFile, root_name, verify_chain
from muniment.trust.root import MAX_ROOT, LogKey, TrustRoot

NAMASTE = (TAG, b"muniment_archive_1\n")
"""Name and content of the file that marks the folder and names its format."""

_ROOT_FORM = re.compile(rb"\{[^\r\n]*\}")
_SIGNATURE_FORM = re.compile(rb"-----BEGIN SSH SIGNATURE-----\n[^\r]*\n-----END SSH SIGNATURE-----\n")


def check_tag(store: Store, *, where: str) -> None:
    """Refuse a folder without this format's NAMASTE tag.

    Raises:
        NotAnArchiveError: There is no tag, or another one.
    """
    name, content = NAMASTE
    try:
        tag = store.read(name)
        if tag == content:
            return
    except NotFoundError as error:
        raise NotAnArchiveError(
            "not an archive",
            where=where,
            expected=f"a file {name}",
            hint="make one, or name the folder of one",
        ) from error
    how = explain_difference(content, tag)
    raise NotAnArchiveError(
        f"not an archive of this format{how and f': {how}'}",
        where=f"{where}/{name}",
        expected=repr(content.decode()),
        found=repr(tag[:80].decode("utf-8", "backslashreplace")),
        hint=COPY_AGAIN if how else "",
    )


def read_root_files(store: Store) -> dict[str, bytes]:
    """Read every file of ``trust/root``, by name, but for the litter of desktops."""
    files = {}
    for node in store.list(ROOTS):
        if node.kind == "file" and litter_in(node.name) is None:
            with suppress(NotFoundError):  # a writer has just taken it back
                files[node.name] = store.read(f"{ROOTS}/{node.name}", max_size=MAX_SIZE)
    return files


def read_roots(store: Store, size: int) -> tuple[RootFile, ...]:
    """Read and verify the chain of trust roots, as far as the log names them.

    Args:
        store: The archive.
        size: Number of entries in the log; a root with an index beyond them does not count yet.

    Raises:
        IntegrityError: A root or a signature does not verify, or a number is missing.
    """
    files = read_root_files(store)
    with finding_of(11):
        try:
            return verify_chain(files, size)
        except IntegrityError as error:
            explain_roots(files, size, error)
            raise


def explain_roots(files: Mapping[str, bytes], size: int | None, error: IntegrityError) -> tuple[str, ...]:
    """Say in an error of the chain of trust roots by what conversion of its files it came, where one explains it.

    Args:
        files: The files of ``trust/root`` by name.
        size: As for ``verify_chain``.
        error: What ``verify_chain`` raised; it is changed.

    Returns:
        The paths of the files that were converted.
    """
    ways = {name: way for name, data in files.items() if (way := _converted(name, data)) is not None}
    if not ways:
        return ()
    try:
        verify_chain({**files, **{name: data for name, (_, data) in ways.items()}}, size)
    except MunimentError:
        return ()
    clauses = dict.fromkeys(clause for way, _ in ways.values() for clause in way)
    error.what, error.hint = f"{error.what}: {' and '.join(clauses)}", COPY_AGAIN
    paths = tuple(f"{ROOTS}/{name}" for name in ways)
    if len(paths) == 1:
        (error.where,) = paths
    return paths


def _converted(name: str, data: bytes) -> tuple[tuple[str, ...], bytes] | None:
    """Undo the conversion of a file of ``trust/root``, if it is in another form than is written: how, and the bytes.

    Its ends and line ends tell that, so that nothing is parsed or verified in order to guess.
    """
    form = _SIGNATURE_FORM if name.endswith(".sig") else _ROOT_FORM
    if len(data) > MAX_ROOT or form.fullmatch(data):
        return None
    return next(((clauses, undone) for clauses, undone in undo(data) if form.fullmatch(undone)), None)


def claimed_size(data: bytes, where: str = CHECKPOINT) -> int:
    """Give the number of entries that a checkpoint claims, before its signature is verified.

    The size says which trust roots count, and only these say who may sign it.

    Raises:
        FormatError: It is not a checkpoint.
    """
    return parse_checkpoint(parse_note(data, where)[0], where).size


def stored_log(store: Store, size: int) -> Log:
    """Give the log of an archive, whose files are read when they are asked for."""
    return Log(lambda path: store.read(log_path(path)), size)


def open_head(store: Store, data: bytes) -> tuple[tuple[RootFile, ...], Checkpoint]:
    """Verify a checkpoint of an archive, with the trust roots that count in it.

    Raises:
        IntegrityError: The trust roots or the checkpoint do not verify, or do not end with the one that it names.
    """
    roots = read_roots(store, claimed_size(data))
    chain = tuple(file.root for file in roots)
    checkpoint = open_published(data, log_verifiers(chain), chain[0].archive, CHECKPOINT)
    check_newest(roots, checkpoint, ROOTS)
    return roots, checkpoint


def check_newest(roots: Sequence[RootFile], checkpoint: Checkpoint, where: str) -> None:
    """Check that a chain of trust roots ends with the one that a checkpoint names, none missing and none extra.

    Raises:
        IntegrityError: The chain ends with another root, or with one whose entry is not below the checkpoint.
    """
    last = roots[-1]
    newest = NamedRoot(last.root.version, last.digest)
    if newest != checkpoint.newest:
        raise IntegrityError(
            "the trust roots do not end with the one that the checkpoint names",
            where=where,
            expected=str(checkpoint.newest),
            found=str(newest),
            hint="one is missing, too many or another: get it from a copy",
        )
    if last.root.index >= checkpoint.size:
        raise IntegrityError(
            "a trust root from after the checkpoint",
            where=f"{where}/{root_name(last.root.version)}",
            expected=f"an index below {checkpoint.size}",
            found=str(last.root.index),
        )


def newest_of(roots: Sequence[RootFile]) -> NewestRoots:
    """Give what a whole chain of trust roots says of the newest one at each size of the log."""
    return NewestRoots(tuple((file.root.index, NamedRoot(file.root.version, file.digest)) for file in roots))


def object_id(first_root: TrustRoot, release: str) -> str:
    """Give the OCFL object id of a release: host of the origin, year of trust root 1, release."""
    return object_uri(first_root.archive.split("/", 1)[0], int(first_root.created[:4]), release)


def log_verifiers(chain: tuple[TrustRoot, ...]) -> tuple[LogVerifier, ...]:
    """Give the keys that may sign checkpoints, each for its range, per the newest trust root.

    Raises:
        FormatError: A key is ill-formed or weak: a fault of what is stored, not of what was handed in.
    """
    where = root_name(chain[-1].version)
    try:
        return tuple(_log_verifier(key, parse_vkey(key.vkey, where=where)) for key in chain[-1].log_keys)
    except KeyRejectedError as error:
        raise error.as_(FormatError) from error


def _log_verifier(row: LogKey, key: Verifier) -> LogVerifier:
    return LogVerifier(key.name, key.key_id, key.public, row.first_index, row.last_index)
