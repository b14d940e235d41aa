"""A write that is staged: for stores where nobody can keep other writers out.

A writer puts everything that it is about to write into one object, ``staging/SIZE-ROOT``, named after the checkpoint
that it wants.  Then it swaps ``staging/checkpoint`` from the checkpoint that it built upon to its own.  This one
request decides: of any number of writers one gets through, and what the others staged is nothing.  What was decided is
then applied by whoever comes by, in any order, once or twice; last of all ``log/checkpoint``, which readers read.

The object is the marker of the write (``unfinished``), which promises every file with its bytes, and then these bytes
one after another in the order of the marker; but without the signed checkpoint, which stands in ``staging/checkpoint``
once it is decided.  So a checkpoint that lost is nowhere stored, and nobody can say that two were signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from muniment.archive.paths import CHECKPOINT, DECIDED, checkpoint_path, staged_path
from muniment.archive.unfinished import Promise, SignedMarker, parse_marker, read_marker
from muniment.errors import FormatError, IntegrityError, NotFoundError, WriteConflictError
from muniment.log.checkpoint import Checkpoint, parse_checkpoint
from muniment.log.note import MAX_NOTE, parse_note
from muniment.store import Store

_END = b"\n-----END SSH SIGNATURE-----\n"


@dataclass(frozen=True, slots=True)
class Decision:
    """What ``staging/checkpoint`` and ``log/checkpoint`` say at one moment.

    Attributes:
        decided: The checkpoint that a writer got through with last; None where nothing was ever staged.
        current: The checkpoint that readers read; None in an archive that is being made.
    """

    decided: bytes | None
    current: bytes | None

    @property
    def is_open(self) -> bool:
        """Whether something was decided that is not applied to its end.

        Raises:
            WriteConflictError: What readers read is newer than what was ever decided.
            FormatError: One of the two is no checkpoint.
        """
        if self.decided is None or self.decided == self.current:
            return False
        if self.current is not None and read_note(self.current, CHECKPOINT).size >= self.wanted.size:
            raise WriteConflictError(
                "older than log/checkpoint, or another: was the archive written to without it?",
                where=DECIDED,
                hint="verify the archive; then remove this object while nobody writes, and recover the archive",
            )
        return True

    @property
    def wanted(self) -> Checkpoint:
        """The checkpoint that was decided; nobody has looked at its signature.

        Raises:
            FormatError: It is no checkpoint.
        """
        assert self.decided is not None  # noqa: S101 - asked for only where there is one
        return read_note(self.decided, DECIDED)


def read_note(data: bytes, where: str) -> Checkpoint:
    """Read a checkpoint whose signatures are not looked at.

    Raises:
        FormatError: It is none.
    """
    return parse_checkpoint(parse_note(data, where)[0], where)


def read_decision(store: Store) -> Decision:
    """Read what was decided, and then what readers read: so the second is never the older one of a quiet archive."""
    return Decision(_read(store, DECIDED), _read(store, CHECKPOINT))


def _read(store: Store, path: str) -> bytes | None:
    try:
        return store.read(path, max_size=MAX_NOTE)
    except NotFoundError:
        return None


@dataclass(frozen=True, slots=True)
class Staged:
    """What a writer staged.

    Attributes:
        signed: Its marker.
        files: The bytes of each file that the marker promises, but for the signed checkpoint, by path.
    """

    signed: SignedMarker
    files: Mapping[str, bytes]


def format_staged(marker: bytes, files: Mapping[str, bytes]) -> bytes:
    """Give the object: a signed marker, and the bytes of what it promises.

    Args:
        marker: The marker as ``unfinished.sign_marker`` gives it.
        files: The bytes by path; of the signed checkpoint none are asked for.
    """
    signed = parse_marker(marker)
    return marker + b"".join(files[promised.path] for promised in _carried(signed))


def parse_staged(data: bytes, *, where: str) -> Staged:
    """Read the object strictly: each file has the bytes that the marker promises, and nothing follows.

    Raises:
        FormatError: It is not that.
        CanonicalError: As for ``unfinished.parse_marker``.
        SignatureError: As there.
    """
    marker, rest = cut_marker(data, where=where)
    signed = parse_marker(marker)
    files: dict[str, bytes] = {}
    at = 0
    for promised in _carried(signed):
        files[promised.path] = rest[at : at + promised.size]
        at += promised.size
        if not promised.is_kept_by(files[promised.path]):
            raise FormatError("other bytes than its marker promises", where=f"{where}: {promised.path}")
    if at != len(rest):
        raise FormatError("more than its marker promises", where=where)
    return Staged(signed, files)


def cut_marker(data: bytes, *, where: str) -> tuple[bytes, bytes]:
    """Cut the object after its marker.

    Raises:
        FormatError: There is none.
    """
    marker, end, rest = data.partition(_END)
    if not end:
        raise FormatError("not what a writer stages", where=where)
    return marker + end, rest


def _carried(signed: SignedMarker) -> Iterator[Promise]:
    published = checkpoint_path(signed.marker.size)
    yield from (promised for promised in signed.marker.files if promised.path != published)
    yield from signed.marker.replaced


def read_staged(store: Store, decision: Decision) -> Staged | None:
    """Read what was decided; None where it was applied to its end meanwhile.

    Args:
        store: The archive.
        decision: What was decided; it must be open.

    Raises:
        IntegrityError: It is missing, or not what the writer staged.
        StoreError: It cannot be read.
    """
    wanted = decision.wanted
    path = staged_path(wanted.size, wanted.root.hex())
    try:
        data = store.read(path)
    except NotFoundError as error:
        if read_decision(store) != decision:
            return None
        raise IntegrityError(
            "an addition was decided, and what it adds is missing",
            where=path,
            hint="put the object back from a version of the bucket, or recover the archive from a copy",
        ) from error
    staged = parse_staged(data, where=path)
    marker = staged.signed.marker
    published = next((file for file in marker.files if file.path == checkpoint_path(wanted.size)), None)
    if published is None or decision.decided is None or not published.is_kept_by(decision.decided):
        raise FormatError("of another checkpoint than was decided", where=path)
    return staged


def find_marker(store: Store) -> SignedMarker | None:
    """Read the marker of what is under way: where writers lock, the file; else that of what is decided and not applied.

    Raises:
        IntegrityError: It is not a marker, its signature does not verify, or what was decided is missing.
        WriteConflictError: As for ``Decision.is_open``.
        StoreError: It cannot be read.
    """
    if store.exclusive:
        return read_marker(store)
    decision = read_decision(store)
    staged = read_staged(store, decision) if decision.is_open else None
    return None if staged is None else staged.signed
