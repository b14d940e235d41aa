"""``archive witness sign``: cosign what another archive asks for.

A witness on this machine keeps one file a log, in the folder of its memory.  Without this memory it cannot tell growth
from a second history.  So it cannot be switched off.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from filelock import FileLock, Timeout

from muniment.cli.clock import seconds
from muniment.cli.memory_files import ENVIRONMENT, memory_folder
from muniment.cli.options import as_json, verb
from muniment.cli.terminal import json_text, write_bytes
from muniment.cli.verbs.witness.key import find_witness
from muniment.display import plain
from muniment.errors import FormatError, InputError, IntegrityError, UnavailableError
from muniment.files import STANDARD_STREAM, read_file, reason, write_file
from muniment.log.checkpoint import TreeHead
from muniment.log.cosignature import Cosignature, cosign, format_cosignature
from muniment.log.note import Verifier, parse_note, parse_vkey
from muniment.log.vkey import Cosigner
from muniment.log.witness import (
    MAX_KEYS,
    MAX_REQUEST,
    MAX_WITNESSED,
    Witnessed,
    WitnessRequest,
    format_witnessed,
    judge_request,
    keys_after,
    parse_request,
    parse_witnessed,
    requested_checkpoint,
)
from muniment.memory import memory_name
from muniment.store.flushing import sync_folder

FOLDER = "witness"
"""The folder of these files, in that of the memory of this machine."""

_LOCK = ".lock"
_PATIENCE = 60.0  # seconds: the process that holds the lock may be waiting for a key to be touched


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


def remembered_at(folder: Path, cosigner: Cosigner, origin: str) -> Path:
    """Name the file in which a witness remembers a log."""
    return folder / f"{cosigner.key_id.hex()}-{memory_name(origin)}"


def cosign_request(
    request: WitnessRequest,
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
    path = remembered_at(folder, cosigner, origin)
    with alone(folder):
        before = _recall(path, cosigner, origin)
        known = tuple(dict.fromkeys((*(before.verifiers if before else ()), *verifiers)))
        last = before.checkpoint if before else None
        checkpoint = judge_request(request, last, known, where)
        kept = keys_after(known, request.checkpoint, origin)
        if len(kept) > MAX_KEYS:
            raise InputError(
                "too many keys of one log", where=where, expected=f"at most {MAX_KEYS}", found=str(len(kept))
            )
        _write(path, Witnessed(cosigner, kept, request.checkpoint))
        # From here on this witness has cosigned: whatever fails below, it will never cosign anything that differs.
        return Signed(checkpoint, last, cosign(parse_note(request.checkpoint)[0], cosigner, time, sign))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the memory of witnesses alone, so that one request is judged at a time.

    Raises:
        UnavailableError: Another process holds it, or it cannot be held.
    """
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
        sync_folder(str(path.parent))
        sync_folder(str(path.parent.parent))  # the folder itself may be new
    except OSError as error:
        raise UnavailableError("it cannot be written", where=str(path), found=reason(error)) from error


@verb(
    "archive witness sign request.txt --log example.org+1a2b3c4d+AQ… -o reply.txt",
    "archive witness sign request.txt -o reply.txt",
    "archive witness sign - --key agent --name example.org/anna < request.txt",
)
@click.argument("path", metavar="REQUEST")
@click.option("--key", metavar="KEY", help="Key of the witness: FILE; in ssh-agent: FILE.pub or agent:SHA256:….")
@click.option("--name", metavar="NAME", help="Name of the witness, if KEY.vkey does not say it.")
@click.option("--log", "logs", metavar="VKEY", multiple=True, help="Key of the log; needed the first time.")
@click.option("-o", "--output", metavar="FILE", default=STANDARD_STREAM, help="File to write (default: stdout).")
@as_json
def command(path: str, *, key: str | None, name: str | None, logs: tuple[str, ...], output: str, as_json: bool) -> None:
    """Cosign the checkpoint of another archive, if it only grew.

    REQUEST is what its keeper made with archive witness request; - is stdin. It needs no archive here. The checkpoint
    must be signed by the log, and continue what this witness cosigned of it last: that is remembered on this machine
    before anything is signed. Get the log's VKEY from its keeper by another way than the request.
    """
    where = "stdin" if path == STANDARD_STREAM else path
    request = _read(path, where)
    verifiers = [_verifier(vkey, request) for vkey in logs]
    _refuse_output(output, as_json=as_json)
    witness = find_witness(key, name)
    signed = cosign_request(request, witness.cosigner, verifiers, seconds(), witness.key.sign, where)
    line = format_cosignature(signed.cosignature)
    if output == STANDARD_STREAM:
        write_bytes(line)
        print(f"archive: {_summary(signed)}", file=sys.stderr)
        return
    write_file(Path(output), line, force=False)
    print(json_text(_as_json(signed, output)) if as_json else f"{plain(output)}: {_summary(signed)}")


def _read(path: str, where: str) -> WitnessRequest:
    try:
        return parse_request(read_file(path, max_size=MAX_REQUEST), where)
    except FormatError as error:
        raise error.as_(
            InputError,
            what=f"not a request to a witness: {error.what}",
            where=where,
            hint="the keeper makes one with archive witness request",
        ) from error


def _verifier(vkey: str, request: WitnessRequest) -> Verifier:
    verifier, origin = parse_vkey(vkey, "--log"), requested_checkpoint(request).origin
    if verifier.name != origin:
        raise InputError("the key is of another log than the request", where="--log", expected=origin, found=vkey[:200])
    return verifier


def _refuse_output(output: str, *, as_json: bool) -> None:
    """Refuse before anything is cosigned: what was cosigned must also be handed out."""
    if output == STANDARD_STREAM and as_json:
        raise InputError("stdout cannot take both the cosignature and JSON", hint="write it to a file with -o")
    if output != STANDARD_STREAM and os.path.lexists(output):
        raise InputError("another file is there", where=output, hint="name a new file with -o")


def _summary(signed: Signed) -> str:
    size, last = signed.checkpoint.size, signed.last
    grown = "the first that this witness saw of it" if last is None else f"grown from {last.size}"
    if last is not None and last.size == size:
        grown = "as before"
    return f"{signed.checkpoint.origin} cosigned at size {size}, {grown}"


def _as_json(signed: Signed, output: str) -> dict[str, object]:
    return {
        "file": output,
        "witness": signed.cosignature.name,
        "origin": signed.checkpoint.origin,
        "old": 0 if signed.last is None else signed.last.size,
        "size": signed.checkpoint.size,
        "time": signed.cosignature.moment,
    }
