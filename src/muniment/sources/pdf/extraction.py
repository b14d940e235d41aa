"""One PDF from bytes to paragraphs; runs in the process for what may be hostile."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from muniment.errors import SourceError
from muniment.record import PdfChoices
from muniment.sources.adapter import Extraction, Extractor, OutlinePart, StatedFact, Wish
from muniment.sources.html.naming import name_paragraphs
from muniment.sources.html.rendering import Rendered
from muniment.sources.pdf.engine import engine_name, read_pdf
from muniment.sources.pdf.hyphens import Hyphens
from muniment.sources.pdf.layout import find_paragraphs
from muniment.sources.pdf.running import find_running
from muniment.sources.plain_text import MAX_ORIGINAL

if TYPE_CHECKING:
    from muniment.sources.pdf.engine import PdfText
    from muniment.sources.pdf.layout import PdfParagraph

NAME: Final = "muniment-pdf"
VERSION: Final = "1"
MEDIA_TYPE: Final = "application/pdf"
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")


def extract_pdf(data: bytes, charset: str | None, wish: Wish, *, where: str = "") -> Extraction:
    """Take the paragraphs out of a PDF.

    Args:
        data: The PDF.
        charset: None: a PDF has its own.
        wish: What is to be taken.
        where: What errors name.

    Raises:
        SourceError: It is broken, cut off, encrypted, holds no text, or one beyond the limits, or letters whose order
            or whose meaning the engine does not know, which the keeper has not accepted.
    """
    if charset is not None:
        raise SourceError("a PDF has no charset", where=where, found=charset, hint="leave the charset out")
    text = read_pdf(data, where=where)
    _check(text, wish, where)
    running = [False] * len(text.lines) if wish.running_heads else find_running(text.lines, text.pages)
    hyphens = Hyphens([line.text for line, apart in zip(text.lines, running, strict=True) if not apart])
    parts = find_paragraphs(text.lines, running, hyphens)
    taken = [part for part in parts if part.taken]
    left_out = [part for part in parts if not part.taken]
    named = name_paragraphs([Rendered(part.kind, part.text, None, 0, taken=True) for part in taken], where=where)
    choices = PdfChoices(wish.accept_order, wish.running_heads, len(left_out), hyphens.joined, text.unmapped)
    return Extraction(
        paragraphs=tuple(replace(each, place=f"p. {part.page}") for each, part in zip(named, taken, strict=True)),
        charset=None,
        media_type=MEDIA_TYPE,
        extractor=Extractor(NAME, VERSION, choices, engine_name()),
        facts=_facts(text),
        outline=tuple(OutlinePart(part.text, part.kind, part.taken) for part in parts) if wish.outline else (),
        words=_count(taken),
        words_left_out=_count(left_out),
    )


def _count(parts: list[PdfParagraph]) -> int:
    return sum(len(part.text.split()) for part in parts)


def _facts(text: PdfText) -> tuple[StatedFact, ...]:
    """The language only: titles that a PDF states are mostly names of files or of programs."""
    return (StatedFact("language", text.language, "Lang"),) if _LANGUAGE.match(text.language) else ()


def _check(text: PdfText, wish: Wish, where: str) -> None:
    if not text.lines:
        held = f"{text.images} pages of images" if text.images != 1 else "1 page of images"
        raise SourceError(
            f"the PDF holds no text; {held}", where=where, hint="add a transcript, or a PDF with a layer of text"
        )
    size = sum(len(line.text.encode()) + 1 for line in text.lines)
    if size > MAX_ORIGINAL:
        raise SourceError(
            "the text is too large",
            where=where,
            expected=f"at most {MAX_ORIGINAL} bytes",
            found=f"{size} bytes once in UTF-8",
            hint="archive its parts as releases of their own",
        )
    if wish.accept_order:
        return
    if any(_is_right_to_left(line.text) for line in text.lines):
        raise SourceError(
            "the PDF has letters written from right to left, whose order the engine may turn",
            where=where,
            hint="look at the preview with the order accepted",
        )
    if text.unmapped:
        raise SourceError(
            "the PDF has signs that no letter is known for",
            where=where,
            found=f"{text.unmapped} of them",
            hint="look at the preview with the order accepted",
        )


def _is_right_to_left(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in text)
