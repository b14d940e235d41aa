"""Taking in what witnesses answer: ``log/cosignatures/SIZE.KEYID``, one line a file, written once.

Nothing is signed and no entry is made.  A cosignature says nothing new of the archive; it says who has seen it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from muniment.archive import Archive, open_archive
from muniment.archive.paths import checkpoint_path, cosignature_path
from muniment.archive.published import published
from muniment.errors import FormatError, InputError, NotFoundError, SignatureError
from muniment.log.checkpoint import parse_checkpoint
from muniment.log.cosignature import (
    Cosignature,
    format_cosignature,
    parse_cosignature,
    read_cosignature,
    verify_cosignature,
)
from muniment.log.note import MAX_NOTE, SignatureLine, parse_note
from muniment.log.vkey import Cosigner, parse_cosigner
from muniment.store import Store
from muniment.trust.chain import root_name
from muniment.write.stamp import refuse_before_entries
from muniment.write.turns import in_turn


@dataclass(frozen=True, slots=True)
class Imported:
    """What a reply brought.

    Attributes:
        size: Size of the checkpoint that was cosigned.
        cosignature: The cosignature that is in the archive now.
        path: Its file.
        written: False where one of this witness and size was there already; that one is kept.
    """

    size: int
    cosignature: Cosignature
    path: str
    written: bool


def cosigners(archive: Archive) -> tuple[Cosigner, ...]:
    """Give the witnesses that the newest trust root names.

    Raises:
        KeyRejectedError: One of its keys cannot be used.
    """
    newest = archive.chain[-1]
    return tuple(parse_cosigner(vkey, root_name(newest.version)) for vkey in newest.witnesses)


def add_cosignatures(
    store: Store, lines: tuple[SignatureLine, ...], *, size: int | None = None, where: str = "", now: str | None = None
) -> tuple[Imported, ...]:
    """Store the cosignatures of known witnesses; lines by anybody else are ignored, as the specification says.

    Args:
        store: The archive.
        lines: The signature lines of the reply.
        size: Size of the checkpoint that they are for; None to find it, the newest first.
        where: What to call the reply in errors.
        now: As for ``refuse_before_entries``.

    Raises:
        InputError: No line is by a witness of the newest trust root, or one is for no checkpoint of this archive.
        FormatError: A line of a known witness is not a cosignature.
        StampError: One is older than the entries that it is of, by what these claim; nothing was written.
        IntegrityError: Another file has one of the paths.
    """

    def write(store: Store) -> tuple[Imported, ...]:
        archive = open_archive(store)
        known = {(cosigner.name, cosigner.key_id): cosigner for cosigner in cosigners(archive)}
        wanted = [
            (read_cosignature(line, where), known[key]) for line in lines if (key := (line.name, line.key_id)) in known
        ]
        if not wanted:
            raise _stranger(lines, archive, where)
        sized = [(_size_of(archive, cosignature, by, size, where), cosignature, by) for cosignature, by in wanted]
        for number, cosignature, by in sized:
            refuse_before_entries(archive, number, cosignature.time, now=now, where=by.name)
        return tuple(_store(archive, number, cosignature, by) for number, cosignature, by in sized)

    return in_turn(store, write)


def _stranger(lines: tuple[SignatureLine, ...], archive: Archive, where: str) -> InputError:
    return InputError(
        "by no witness that the trust root names",
        where=where,
        expected=", ".join(archive.chain[-1].witnesses) or "a witness; the trust root names none",
        found=", ".join(ascii(f"{line.name}+{line.key_id.hex()}")[1:-1] for line in lines)[:200],
        hint="have a trust root name one, with the vkey that the witness gives you",
    )


def _size_of(archive: Archive, cosignature: Cosignature, cosigner: Cosigner, size: int | None, where: str) -> int:
    """Find the checkpoint that a cosignature is for: a signature line does not say it."""
    sizes = range(archive.checkpoint.size, 0, -1) if size is None else (size,)
    for number, text in _texts(archive, sizes):
        with suppress(SignatureError):
            verify_cosignature(cosignature, text, cosigner, where)
            published(archive, number)  # before that, the text is only what lies in the folder
            return number
    raise InputError(
        "the cosignature is for no checkpoint of this archive"
        if size is None
        else "not for the checkpoint of that size",
        where=where,
        expected=f"a cosignature by {cosigner.name} of one of {archive.checkpoint.size} checkpoints"
        if size is None
        else f"size {size}",
        hint="is it the reply to a request of another copy of the archive? make a new request",
    )


def _texts(archive: Archive, sizes: range | tuple[int]) -> Iterator[tuple[int, bytes]]:
    """Give the texts of published checkpoints; of one that is missing or damaged check 10 of ``verify`` says so."""
    for size in sizes:
        with suppress(NotFoundError, FormatError):
            text, _ = parse_note(archive.store.read(checkpoint_path(size), max_size=MAX_NOTE))
            checkpoint = parse_checkpoint(text)
            if (checkpoint.origin, checkpoint.size) == (archive.origin, size) and size <= archive.checkpoint.size:
                yield size, text


def _store(archive: Archive, size: int, cosignature: Cosignature, cosigner: Cosigner) -> Imported:
    path = cosignature_path(size, cosigner.key_id)
    try:
        data = archive.store.read(path, max_size=MAX_NOTE)
    except NotFoundError:
        archive.store.create(path, format_cosignature(cosignature))
        return Imported(size, cosignature, path, written=True)
    there = parse_cosignature(data, path)
    for _, text in _texts(archive, (size,)):
        verify_cosignature(there, text, cosigner, path)
    return Imported(size, there, path, written=False)
