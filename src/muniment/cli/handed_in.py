"""What a user hands in: a file, or one answer in a WARC or WACZ file, which is named after a hash sign."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final

from muniment.cli.terminal import print_note
from muniment.display import plain
from muniment.errors import InputError, SourceError
from muniment.files import STANDARD_STREAM, read_file
from muniment.record.capture import Capture
from muniment.sources import MAX_PAGE, Wish, media_type_of
from muniment.sources.answered import charset_of_answer, medium_of_answer
from muniment.sources.kinds import recognise
from muniment.sources.warc import MAX_WARC, Unpacked, holds_answers, take_answer

_ADDRESSED: Final = re.compile(r"(.+?)#([A-Za-z][A-Za-z0-9+.-]*:.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The bytes of an original, and what they came with.

    Attributes:
        data: The bytes.
        name: Of the file that they came in.
        medium: Of them.
        charset: Named by the user, or by the head of the answer; None where the bytes tell.
        wish: What is to be taken.
        capture: What is known of the answer; None for a file of its own.
    """

    data: bytes
    name: str
    medium: str
    charset: str | None
    wish: Wish
    capture: Capture | None = None


def split_address(path: str) -> tuple[str, str | None]:
    """Cut ``FILE#ADDRESS`` into its two parts; the address is None where there is none."""
    parts = _ADDRESSED.fullmatch(path)
    return (parts[1], parts[2]) if parts else (path, None)


def name_of(path: str, name: str | None, *, such_as: str) -> str:
    """Name the bytes for the provenance: without folders, which are nobody's business.

    Raises:
        InputError: They come from stdin, and nobody says what they are called.
    """
    if name is not None:
        return name
    if path == STANDARD_STREAM:
        raise InputError("what comes from stdin needs a name", hint=f"--name {such_as}")
    return PurePath(split_address(path)[0]).name


def receive(path: str, name: str, *, media_type: str | None, charset: str | None, wish: Wish) -> HandedIn:
    """Read what a user hands in; of a WARC or WACZ file one answer.

    Args:
        path: Of the file, with ``#`` and an address where it holds more than one page; or ``-``.
        name: Of the file, for the provenance.
        media_type: As the user says, or None.
        charset: As the user says, or None.
        wish: What is to be taken.

    Raises:
        SourceError: It cannot be read, or is of a kind that is not read here.
        UnavailableError: The process that reads it could not be started.
    """
    file, address = split_address(path)
    data = read_file(file, max_size=MAX_PAGE, size_by=_largest)
    if holds_answers(data):
        answer = take_answer(data, address, where=name)
        return take_in(answer, name, media_type=media_type, charset=charset, wish=wish)
    if address is not None:
        raise SourceError(
            "an address names a page in a WARC or WACZ file, and this is neither",
            where=name,
            found=recognise(data).words,
            hint="name the file without it",
        )
    return HandedIn(data, name, media_type_of(data, media_type, where=name), charset, wish)


def _largest(head: bytes) -> int:
    """How large a file may be that begins so: of a zip file only its end tells whether it is a WACZ file."""
    return MAX_WARC if holds_answers(head) or head.startswith(b"PK\x03\x04") else MAX_PAGE


def take_in(answer: Unpacked, name: str, *, media_type: str | None, charset: str | None, wish: Wish) -> HandedIn:
    """See of what kind an answer is, by its bytes, and in which charset, by its head.

    Args:
        answer: What a server answered.
        name: Of the file that it was in, or its address.
        media_type: As the user says, or None.
        charset: As the user says, or None.
        wish: What is to be taken.

    Raises:
        SourceError: It is of a kind that is not read here.
    """
    address = answer.capture.address
    where = address if name == address else f"{name}#{address}"
    medium = medium_of_answer(answer, media_type, where=where)
    if answer.media_type not in {"", medium, "application/xhtml+xml"}:
        kind = recognise(answer.payload)
        note = f"the answer calls itself {plain(answer.media_type[:80])}, and is {kind.words}, as its bytes say"
        print_note(f"{plain(where)}: {note}")
    if charset is None and (charset := charset_of_answer(answer, medium)) is not None:
        wish = replace(wish, by_http=True)
    wish = replace(wish, rendered=answer.capture.rendered is not None)
    return HandedIn(answer.payload, name, medium, charset, wish, answer.capture)
