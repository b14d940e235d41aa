"""What is said of a batch: of versions that were logged together only the last one has a published checkpoint.

``log/batches/SIZE`` lies beside ``log/checkpoints/SIZE`` where that checkpoint was the first one after more than one
entry.  Without it a verifier could not tell a checkpoint that never was from one that was taken away; so it is signed
by the log key, and whoever takes it away makes checkpoints wanting.  The file is one line of canonical JSON and, after
its LF, an SSHSIG over the line without it, like the marker, in a namespace of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, cast

from muniment.archive.paths import BATCHES, batch_path, parse_path
from muniment.canonical import Json, format_canonical, parse_canonical
from muniment.errors import FormatError, SignatureError
from muniment.log.note import Verifier
from muniment.ssh import sshsig
from muniment.ssh.keys import SigningKey
from muniment.store import Store

FORMAT = "muniment-batch/1"

NAMESPACE = "batch@muniment"
"""What a signature over such a file says it is for."""

MOST = 256
"""Versions in a batch: an entry bundle full, so that no level of the tree grows by two tiles at once."""

_HASH = re.compile("[0-9a-f]{64}")

MAX_BATCH = 16 * 1024
"""Bytes of the file: a line of 300 and a signature of 300, with room."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries that were logged together.

    Attributes:
        archive: Origin of the log.
        after: Size of the log before.
        root: Its root hash with them, 64 hex digits.
        size: Its size with them, at least two more.
    """

    archive: str
    after: int
    root: str
    size: int


def sign_batch(batch: Batch, key: SigningKey) -> bytes:
    """Give the file: the line, LF, and the signature by the log key."""
    line = format_canonical(cast("Json", {**asdict(batch), "format": FORMAT}))
    return line + b"\n" + sshsig.sign(key, NAMESPACE, line)


def open_batch(data: bytes, verifiers: Sequence[Verifier], origin: str, size: int) -> Batch:
    """Read the file strictly, and verify it.

    Args:
        data: The file.
        verifiers: The log keys.
        origin: Name of the log.
        size: The size in its name.

    Raises:
        CanonicalError: Its line is not canonical JSON.
        FormatError: It is not such a file, or is of another log or size.
        SignatureError: No key has signed it that may sign a checkpoint of that size.
    """
    where = batch_path(size)
    line, _, armored = data.partition(b"\n")
    value = parse_canonical(line, where=where)
    batch = _batch(cast("dict[str, Any]", value)) if isinstance(value, dict) else None
    if batch is None or (batch.archive, batch.size) != (origin, size):
        raise FormatError("not what is said of a batch of this size", where=where, expected=f"{FORMAT} of {origin}")
    key = sshsig.verify(armored, NAMESPACE, line, where=where)
    if key.raw not in {verifier.public for verifier in verifiers if verifier.counts_at(size)}:
        raise SignatureError(
            f"signed by a key that may not sign a log of {size} entries", where=where, found=key.fingerprint
        )
    return batch


def _batch(members: dict[str, Any]) -> Batch | None:
    texts, numbers = [members.get(name) for name in ("archive", "root")], [members.get(n) for n in ("after", "size")]
    if set(members) != {"after", "archive", "format", "root", "size"} or members["format"] != FORMAT:
        return None
    if not all(isinstance(text, str) for text in texts) or not all(type(number) is int for number in numbers):
        return None
    batch = Batch(members["archive"], members["after"], members["root"], members["size"])
    right = _HASH.fullmatch(batch.root) and batch.after >= 1 and 2 <= batch.size - batch.after <= MOST
    return batch if right else None


def batch_sizes(store: Store) -> list[int]:
    """Give the sizes of the logs that a batch made, in order; none of the files is read.

    Raises:
        StoreError: They cannot be listed.
    """
    paths = (parse_path(f"{BATCHES}/{node.name}") for node in store.list(BATCHES))
    return sorted(path.size for path in paths if path is not None)


@dataclass(frozen=True, slots=True)
class Unpublished:
    """The sizes of a log that no checkpoint was ever published of: those within a batch.

    Attributes:
        batches: The batches, in order; no two overlap.
        unknown: Whether nobody could say: then no size is known to have been published, and none not to have been.
    """

    batches: tuple[Batch, ...] = ()
    unknown: bool = False

    def batch_at(self, size: int) -> Batch | None:
        """Give the batch within which the log had a size; None where a checkpoint of it was published."""
        place = bisect_left(self.batches, size, key=lambda batch: batch.size)
        batch = self.batches[place] if place < len(self.batches) else None
        return batch if batch is not None and batch.after < size < batch.size else None

    def batch_with(self, index: int) -> Batch | None:
        """Give the batch that an entry came in; None where it came alone."""
        place = bisect_left(self.batches, index + 1, key=lambda batch: batch.size)
        batch = self.batches[place] if place < len(self.batches) else None
        return batch if batch is not None and batch.after <= index else None

    def __contains__(self, size: object) -> bool:
        """Whether no checkpoint of this size was published, so that none is missed; where nobody can say, too."""
        return isinstance(size, int) and (self.unknown or self.batch_at(size) is not None)


ALL_PUBLISHED = Unpublished()
"""Where each entry has its own checkpoint."""

UNKNOWN = Unpublished(unknown=True)
"""Where it cannot be read which batches there are."""


def without_overlap(batches: Iterable[Batch]) -> Unpublished:
    """Put batches together.

    Raises:
        FormatError: Two of them overlap, so that a size was both published and not.
    """
    ordered = sorted(batches, key=lambda batch: batch.size)
    for one, other in pairwise(ordered):
        if other.after < one.size:
            raise FormatError("overlaps the batch before it", where=batch_path(other.size), found=batch_path(one.size))
    return Unpublished(tuple(ordered))
