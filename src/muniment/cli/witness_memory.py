"""What a witness on this machine has cosigned: one file a witness and log, in the folder of its memory.

Without this memory a witness cannot tell growth from a second history.  So it cannot be switched off.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from muniment.cli.memory import ENVIRONMENT, memory_folder
from muniment.errors import InputError, IntegrityError, UnavailableError
from muniment.files import read_file, reason, write_file
from muniment.log.checkpoint import TreeHead
from muniment.log.cosignature import Cosignature, cosign
from muniment.log.note import Verifier, parse_note
from muniment.log.vkey import Cosigner
from muniment.log.witness import (
    MAX_KEYS,
    MAX_WITNESSED,
    Request,
    Witnessed,
    format_witnessed,
    judge_request,
    parse_witnessed,
    requested_checkpoint,
)
from muniment.memory import memory_name
from muniment.store.local import sync_folder

FOLDER = "witness"
"""The folder of these files, in that of the memory of this machine."""

_LOCK = ".lock"
_PATIENCE = 60.0  # seconds: whoever holds the lock may be waiting for a key to be touched


@dataclass(frozen=True, slots=True)
class Signed:
    """What a witness did.

    Attributes:
        checkpoint: What it cosigned.
        last: What it had cosigned before, or None.
        cosignature: The cosignature.
    """

    checkpoint: TreeHead
    last: TreeHead | None
    cosignature: Cosignature


def witness_folder() -> Path:
    """Give the folder of what witnesses here remember, and make it.

    Raises:
        UnavailableError: There is no place for it, or it cannot be made.
    """
    folder = memory_folder()
    if folder is None:
        raise UnavailableError("a witness must remember what it cosigned", hint=f"name a folder with {ENVIRONMENT}")
    try:
        (folder / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError("it cannot be made", where=str(folder / FOLDER), found=reason(error)) from error
    return folder / FOLDER


def cosign_request(
    request: Request,
    cosigner: Cosigner,
    verifiers: Sequence[Verifier],
    time: int,
    sign: Callable[[bytes], bytes],
    where: str,
) -> Signed:
    """Judge a request, remember its checkpoint, and only then cosign it; one request at a time.

    Args:
        request: What is asked.
        cosigner: The witness.
        verifiers: Keys of the log that were given now; they are remembered if the request is granted.
        time: Seconds since 1970.
        sign: Makes the signature.
        where: What to call the request in errors.

    Raises:
        MunimentError: What ``judge_request`` and ``cosign`` raise; or the memory cannot be used or written.
    """
    origin = requested_checkpoint(request).origin
    folder = witness_folder()
    path = folder / f"{cosigner.key_id.hex()}-{memory_name(origin)}"
    with _alone(folder):
        before = _recall(path, cosigner, origin)
        known = tuple(dict.fromkeys((*(before.verifiers if before else ()), *verifiers)))
        last = before.checkpoint if before else None
        checkpoint = judge_request(request, last, known, where)
        kept = tuple(verifier for verifier in known if verifier.name == origin)
        if len(kept) > MAX_KEYS:
            raise InputError(
                "too many keys of one log", where=where, expected=f"at most {MAX_KEYS}", found=str(len(kept))
            )
        _write(path, Witnessed(cosigner, kept, request.checkpoint))
        # From here on this witness has cosigned: whatever fails below, it will never cosign anything that differs.
        return Signed(checkpoint, last, cosign(parse_note(request.checkpoint)[0], cosigner, time, sign))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / _LOCK, timeout=_PATIENCE, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise UnavailableError("another process is cosigning", where=str(folder / _LOCK), hint="try again") from error
    except OSError as error:
        raise UnavailableError("it cannot be written", where=str(folder / _LOCK), found=reason(error)) from error
    try:
        yield
    finally:
        lock.release()


def _recall(path: Path, cosigner: Cosigner, origin: str) -> Witnessed | None:
    if not os.path.lexists(path):
        return None
    try:
        data = read_file(str(path), max_size=MAX_WITNESSED, kind=UnavailableError)
        return parse_witnessed(data, cosigner, origin, str(path))
    except IntegrityError as error:
        raise _unusable(path, error.what) from error
    except UnavailableError as error:
        raise _unusable(path, error.found or error.what) from error


def _unusable(path: Path, found: str) -> UnavailableError:
    return UnavailableError(
        "what this witness remembers cannot be used: nothing was cosigned",
        where=str(path),
        found=found,
        hint="restore it from a copy; without it this witness could cosign two histories",
    )


def _write(path: Path, witnessed: Witnessed) -> None:
    """Write so that it outlasts a loss of power: the file is flushed, then its name."""
    write_file(path, format_witnessed(witnessed), force=True, mode=0o600)
    try:
        sync_folder(path.parent)
        sync_folder(path.parent.parent)  # the folder itself may be new
    except OSError as error:
        raise UnavailableError("it cannot be written", where=str(path), found=reason(error)) from error
