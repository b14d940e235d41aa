"""One e-mail from bytes to paragraphs: its parts, the one that is its text, the rest by hash.  Run by the child."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from muniment.digest import sha256_hex
from muniment.errors import ExtractorMissingError, SourceError
from muniment.record import Choices, LeftOutPart, MailChoices
from muniment.sources.adapter import Extraction, Extractor, OutlinePart, Wish
from muniment.sources.html.charset import decode_page
from muniment.sources.html.extraction import check_size, extract_page
from muniment.sources.mail.header_fields import find_stated
from muniment.sources.mail.mime import MailPart, decode_part, split_mail
from muniment.sources.marks import UNSEEN
from muniment.sources.paragraphs import segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.sources.html.charset import Decoded

NAME: Final = "muniment-mail"
VERSION: Final = "1"
MEDIA_TYPE: Final = "message/rfc822"

_READ: Final = ("text/plain", "text/html")
_SEEN: Final = re.compile(f"[^{UNSEEN}]")
_NO_LINE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
# As in plain text: what may not stand in I-JSON.
_NOT_TEXT: Final = re.compile(
    "[\x00\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_CHOOSE: Final = "choose one of its parts"


def extract_mail(data: bytes, charset: str | None, wish: Wish, *, where: str = "") -> Extraction:
    """Take the paragraphs out of an e-mail.

    Args:
        data: The bytes as received.
        charset: What the keeper named for a part that names none, or None.
        wish: What was chosen, as far as something was.
        where: What errors name.

    Raises:
        SourceError: It is cut short, broken or beyond the limits, or no one part is its text.
        ExtractorMissingError: The part is a page, and what reads pages is not installed.
    """
    fields, parts = split_mail(data, where=where)
    bodies = {part.number: decode_part(part, where=where) for part in parts}
    chosen = _chosen(parts, bodies, wish.part, where)
    others = tuple(_left_out(part, bodies[part.number]) for part in parts if part is not chosen)
    read = _read_page if chosen.kind.media_type == "text/html" else _read_text
    extraction, choices = read(chosen, bodies[chosen.number], charset, wish, where)
    choices = replace(choices, part=chosen.number, part_basis=wish.part_basis if wish.part else "rule", left_out=others)
    outline = (*extraction.outline, *(OutlinePart(_say(part), "part", taken=False) for part in others))
    return replace(
        extraction,
        media_type=MEDIA_TYPE,
        extractor=Extractor(NAME, VERSION, choices),
        facts=find_stated(fields),
        outline=outline if wish.outline else (),
    )


def _chosen(parts: Sequence[MailPart], bodies: dict[str, bytes], wished: str | None, where: str) -> MailPart:
    """The part that was asked for; else the only text, else the only page, of what is not attached."""
    if wished is not None:
        read = [part for part in parts if part.kind.media_type in _READ]
        for part in read:
            if part.number == wished:
                return part
        raise SourceError(
            f"the e-mail has no part {wished} that is a text or a page",
            where=where,
            expected=_list(read) or "none, for it has no such part",
            hint=_CHOOSE if read else "",
        )
    inline = [
        part for part in parts if not part.fields.is_attached() and not part.beside and bodies[part.number].strip()
    ]
    for media_type in _READ:
        found = [part for part in inline if part.kind.media_type == media_type]
        if len(found) == 1:
            return found[0]
        if found:
            raise SourceError(
                f"the e-mail holds {len(found)} parts that could be its text",
                where=where,
                found=_list(found),
                hint=_CHOOSE,
            )
    raise SourceError("the e-mail holds no text", where=where, found=_list(parts))


def _list(parts: Sequence[MailPart]) -> str:
    named = [f"{part.number} ({part.kind.media_type})" for part in parts[:10]]
    return ", ".join(named) + (", …" if len(parts) > len(named) else "")


def _left_out(part: MailPart, body: bytes) -> LeftOutPart:
    name = _NO_LINE.sub(" ", part.fields.file_name() or "").strip() or None
    return LeftOutPart(part.number, part.kind.media_type, name, sha256_hex(body), len(body))


def _say(part: LeftOutPart) -> str:
    name = f", {part.name}" if part.name else ""
    return f"part {part.part}: {part.media_type}{name}, {part.size:,} bytes, sha256:{part.sha256}"


def _read_page(
    part: MailPart, body: bytes, charset: str | None, wish: Wish, where: str
) -> tuple[Extraction, MailChoices]:
    if find_spec("selectolax") is None:
        raise ExtractorMissingError(f"part {part.number} needs html/1 (pip install 'muniment[html]')", where=where)
    own = part.kind.parameters.get("charset")
    extraction = extract_page(body, own or charset, replace(wish, by_http=own is not None), where=where)
    page = extraction.extractor.parameters
    assert isinstance(page, Choices)  # noqa: S101 - that of a page
    page = replace(page, charset_basis="part" if page.charset_basis == "http" else page.charset_basis)
    return extraction, MailChoices("", "", page.charset_basis, page.invalid, page)


def _read_text(
    part: MailPart, body: bytes, charset: str | None, wish: Wish, where: str
) -> tuple[Extraction, MailChoices]:
    decoded = _decode(part, body, charset, wish, where)
    text = decoded.text
    if part.kind.parameters.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=part.kind.parameters.get("delsp", "").lower() == "yes")
    text = _NOT_TEXT.sub("\ufffd", text)
    if not _SEEN.search(text):
        raise SourceError(f"part {part.number} holds no words", where=where, hint=_CHOOSE)
    check_size(len(text.encode()), where)
    paragraphs = segment(text, where=where)
    extraction = Extraction(
        paragraphs=paragraphs,
        charset=decoded.charset,
        media_type=MEDIA_TYPE,
        extractor=Extractor(NAME, VERSION),
        outline=tuple(OutlinePart(each.text, each.kind, taken=True) for each in paragraphs),
        words=len(text.split()),
    )
    return extraction, MailChoices("", "", decoded.basis, decoded.invalid)


def _decode(part: MailPart, body: bytes, charset: str | None, wish: Wish, where: str) -> Decoded:
    """By the charset that the part names, else by the keeper's, else as UTF-8; a text has no ``meta``."""
    own = part.kind.parameters.get("charset")
    if own is not None and own.lower() in _ASCII and not body.isascii():
        own = None  # the header cannot be true, and what the standard reads instead would be a guess
    named = own or charset
    try:
        decoded = decode_page(body, named or "utf-8", by_http=True, replace_invalid=wish.replace_invalid, where=where)
    except SourceError as error:
        what = error.what.replace("the page", f"part {part.number}")
        raise error.as_(SourceError, what=what, hint=error.hint) from error
    basis = "part" if own else "default" if named is None else "keeper"
    return decoded._replace(basis=basis) if decoded.basis == "http" else decoded


_ASCII: Final = frozenset(("ascii", "us-ascii", "ansi_x3.4-1968"))


def unflow(text: str, *, delete_space: bool) -> str:
    """Join the lines that a mailer broke (RFC 3676), and take off the blank that it put before some."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        flows = words.endswith(" ") and words != "-- "
        joined = open_depth == depth and words != "-- "
        if joined:
            lines[-1] += words
        else:
            lines.append(f"{line[:depth]} {words}" if depth else words)
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
        open_depth = depth if flows else -1
    return "\n".join(lines)
