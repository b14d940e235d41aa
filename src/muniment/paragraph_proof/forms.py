"""The forms of a paragraph proof: bare for tools, as a text that begins with its words, as a page that checks itself.

A text and a page hold the bare proof whole, and every other byte of them is made from it.  So reading makes them again
and compares: nothing can stand in one that its proof does not say.
"""

from __future__ import annotations

from itertools import zip_longest

from muniment.digest import parse_digest
from muniment.display.columns import wrap_prose
from muniment.display.frozen import plain
from muniment.errors import FormatError
from muniment.log.checkpoint import parse_checkpoint
from muniment.log.encoding import say_place
from muniment.log.note import parse_note
from muniment.paragraph_proof import (
    ParagraphProof,
    format_paragraph_proof,
    parse_paragraph_proof,
)
from muniment.paragraph_proof.by_hand import Form, by_hand

_START = b"c2sp.org/tlog-proof@v1\n"
_PAGE = b"<!DOCTYPE html>\n"
_PAGE_END = b"</pre>"
_TEXT_START = b"> "

_TEXT = """\
{words}

{part} {reference}, archive {archive}, {place}

SHA-256 of the record
{record}

These words are here to be read. What proves them stands at the end of this file, from the line that begins with
c2sp.org. "archive verify" checks the whole of it, and that this text is what the proof makes. Without that software,
openssl and a POSIX shell check the proof, with the name of this file in place of FILE:

{commands}
It is proven then: a key of the log signed a checkpoint that holds the entry of this version, and these words stand in
it, unchanged since then. Compare the log key: anybody can make a log, and call it {archive}.

It is not proven: that the statement is true, who wrote it, who signed the record, what the rest of it says, and when
it was published. Times are claims: logged {time}, the archive says.

"""


def format_as(proof: ParagraphProof, form: Form) -> bytes:
    """Write a proof in a form."""
    match form:
        case "text":
            return _head(proof).encode() + format_paragraph_proof(proof)
        case "html":
            from muniment.paragraph_proof.proof_page import format_proof_page  # noqa: PLC0415 - start-up: for pages only

            return format_proof_page(proof)
        case "tlog-proof":
            return format_paragraph_proof(proof)


def _head(proof: ParagraphProof) -> str:
    words = "\n".join(f"> {line}" for line in plain(proof.words).split("\n"))
    text = _TEXT.format(
        words=words,
        part="from" if proof.quote else "the whole of",
        reference=plain(proof.reference),
        archive=proof.statement.archive,
        place=say_place(proof.index, parse_checkpoint(parse_note(proof.checkpoint)[0]).size),
        record=parse_digest(proof.statement.record),
        commands="".join(f"    {line}\n" if line else "\n" for line in by_hand(proof, "text").splitlines()),
        time=proof.statement.logged_at,
    )
    return wrap_prose(text)


def form_of(data: bytes) -> Form | None:
    """Tell from its first bytes which form of a proof a file is in; None where it is none."""
    if data.startswith(b"c2sp.org/tlog-proof@"):
        return "tlog-proof"
    if data.startswith(_PAGE) and b'<pre id="proof">\n' + _START in data:
        return "html"
    return "text" if data.startswith(_TEXT_START) and b"\n" + _START in data else None


def read_proof(data: bytes, where: str = "") -> ParagraphProof:
    """Read a proof in any form; nothing is verified yet but that all of the file is what the proof makes.

    Raises:
        FormatError: It is no proof, or something in it is not what its proof makes.
        CanonicalError: As for ``parse_paragraph_proof``, with the others named there.
    """
    form = form_of(data)
    if form is None or form == "tlog-proof":
        return parse_paragraph_proof(data, where)
    start = data.index(b"\n" + _START) + 1
    end = data.find(_PAGE_END, start) if form == "html" else len(data)
    proof = parse_paragraph_proof(data[start:end], where)
    made = format_as(proof, form)
    if made != data:
        raise _other(data, made, where)
    return proof


def _other(data: bytes, made: bytes, where: str) -> FormatError:
    """Say in which line a file is not what its proof makes."""
    found, expected = (each.decode("utf-8", "replace").split("\n") for each in (data, made))
    line = next(at for at, (a, b) in enumerate(zip_longest(found, expected)) if a != b)
    return FormatError(
        f"line {line + 1} is not what the proof in this file makes",
        where=where,
        expected=_cut(expected, found, line),
        found=_cut(found, expected, line),
        hint="get the file again; the proof in it may hold all the same",
    )


def _cut(lines: list[str], others: list[str], line: int) -> str:
    """The part of a line around its first difference from the other."""
    if line >= len(lines):
        return "no such line"
    text, other = lines[line], others[line] if line < len(others) else ""
    same = next((at for at, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other)))
    start = max(0, same - 30)
    return ("\u2026" if start else "") + text[start : start + 80]
