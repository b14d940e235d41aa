"""What pdfium sees on the pages of a PDF: lines of signs with their places.

The order is that of the engine, which follows the page as it was written.  A line ends where the engine says so, and
after a hyphen that it holds for the end of a line.  Of a font its name is looked at, for bold letters and for the signs
that stand for bullets.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from math import hypot
from statistics import median
from typing import Final, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from muniment.errors import SourceError

MAX_PAGES: Final = 5_000
"""Pages of one PDF."""
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BLANKS: Final = re.compile("[\t\n\f\r ]+")
_END: Final = b"%%EOF"
_TAIL: Final = 4096  # bytes at the end, in which a whole PDF says that it ends
_HYPHEN_SIGNS: Final = frozenset((0x2, 0xFFFE))


class Face(NamedTuple):
    """How a letter is printed: its size in points, and whether it is bold."""

    size: float
    bold: bool


class PdfLine(NamedTuple):
    """One line of a page.

    Attributes:
        page: Counted from 1.
        text: Its signs, without blanks at its edges.
        left: In points from the left edge of the page, as the others from the lower left corner.
        right: As above.
        bottom: The baseline, as above.
        size: Of its letters, in points.
        height: Of the page, in points.
        hyphen: Whether it ends in a hyphen that the engine holds for one of the end of a line.
        cells: Its parts between wide gaps; empty where it has no such gap.
        first: How its first letter or digit is printed.
        last: How its last letter or digit is printed.
        bold: Whether all its letters and digits are bold.
    """

    page: int
    text: str
    left: float
    right: float
    bottom: float
    size: float
    height: float
    hyphen: bool = False
    cells: tuple[str, ...] = ()
    first: Face | None = None
    last: Face | None = None
    bold: bool = False


class PdfText(NamedTuple):
    """What stands in a PDF.

    Attributes:
        lines: In the order of the engine.
        pages: How many.
        images: How many pages hold pictures.
        unmapped: How many signs have no known letter.
        language: As the PDF states it, or empty.
    """

    lines: tuple[PdfLine, ...]
    pages: int
    images: int
    unmapped: int
    language: str


def engine_name() -> str:
    """Name the engine by its build, as records carry it."""
    return f"pdfium {pypdfium2.version.PDFIUM_INFO.version} (pypdfium2 {pypdfium2.version.PYPDFIUM_INFO.version})"


def read_pdf(data: bytes, *, where: str = "") -> PdfText:
    """Read the lines of a PDF.

    Raises:
        SourceError: It is broken, cut off, encrypted, or has too many pages.
    """
    if _END not in data[-_TAIL:]:
        raise SourceError(
            "the PDF is cut off", where=where, expected="%%EOF at its end", hint="get the file anew from its source"
        )
    with _opened(data, where) as document:
        count = len(document)
        if count > MAX_PAGES:
            raise SourceError(
                "the PDF has too many pages", where=where, expected=f"at most {MAX_PAGES}", found=str(count)
            )
        lines: list[PdfLine] = []
        images = unmapped = 0
        for number in range(count):
            found, missing, has_image = _read_page(document, number, where)
            lines += found
            unmapped += missing
            images += has_image
        return PdfText(tuple(lines), count, images, unmapped, _language(document))


@contextmanager
def _opened(data: bytes, where: str) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            what, hint = "the PDF is encrypted and wants a password", "save it without its password, and add that too"
        elif getattr(error, "err_code", None) == pdfium.FPDF_ERR_SECURITY:
            what, hint = "the PDF is encrypted in a way that is not read here", "save it without encryption"
        else:
            what, hint = "the PDF is broken", "get the file anew from its source"
        raise SourceError(what, where=where, hint=hint) from error
    try:
        yield document
    finally:
        document.close()


def _read_page(document: pypdfium2.PdfDocument, number: int, where: str) -> tuple[list[PdfLine], int, bool]:
    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise SourceError("a page of the PDF is broken", where=where, found=f"p. {number + 1}") from error
    try:
        count = pdfium.FPDFText_CountChars(text)
        if count < 0:
            raise SourceError("a page of the PDF is broken", where=where, found=f"p. {number + 1}")
        reader = _PageReader(text, number + 1, page.get_height())
        for index in range(count):
            reader.take(index)
        reader.end_line(hyphen=False)
        has_image = not reader.lines and any(True for _ in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE]))
        return reader.lines, reader.unmapped, has_image
    finally:
        text.close()
        page.close()


def _language(document: pypdfium2.PdfDocument) -> str:
    size = pdfium.FPDFCatalog_GetLanguage(document, None, 0)
    if not 2 < size <= 130:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFCatalog_GetLanguage(document, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw.decode("utf-16-le", errors="replace").rstrip("\0")


_SAME_HEIGHT: Final = 0.2
"""Of the letter size, by which the baselines of one line may differ."""
_GAP: Final = 2.0
"""Widths of the letter size without any sign: another cell of a row."""
_OVERLAP: Final = 0.3
"""Of the letter size, by which a part of a line may begin before the end of the part before it."""
_BLANK: Final = 0.15
"""Of the letter size: a gap that is a blank."""
_FORCE_BOLD: Final = 1 << 18
# The names that foundries give their bold faces; Computer Modern and the copies of Times and Palatino have their own.
_BOLD: Final = re.compile(r"bold|black|heavy|demi|\b(?:cm|sf|lm)bx|-medi(?:ital)?\Z|\+?cmb\d", re.IGNORECASE)
# What the two fonts of signs have at their own places, where Word and others take their bullets from.
_SYMBOL: Final = {0xF0B7: "\u2022"}
_WINGDINGS: Final = {
    0xF06C: "\u25cf", 0xF06E: "\u25a0", 0xF076: "\u25c6", 0xF0A7: "\u25aa", 0xF0D8: "\u27a2", 0xF0FC: "\u2713",
}  # fmt: skip
_RAISED: Final = re.compile(r"[0-9]{1,3}\Z|[*\u2020\u2021]{1,3}\Z")


class _PageReader:
    """Takes the signs of one page in the order of the engine, and makes lines of them."""

    def __init__(self, text: pypdfium2.PdfTextPage, page: int, height: float) -> None:
        self.lines: list[PdfLine] = []
        self.unmapped = 0
        self._text, self._page, self._height = text, page, height
        self._edges = [ctypes.c_double() for _ in range(4)]
        self._origin = ctypes.c_double(), ctypes.c_double()
        self._matrix = pdfium.FS_MATRIX()
        self._name, self._flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self._is_bold: dict[tuple[bytes, int], bool] = {}
        self._clear()

    def _clear(self) -> None:
        self._signs: list[str] = []
        self._boxes: list[tuple[float, float, float, float]] = []
        self._cells: list[int] = []
        self._faces: list[Face] = []

    def take(self, index: int) -> None:
        """Take the next sign."""
        code = pdfium.FPDFText_GetUnicode(self._text, index)
        if code in {0xA, 0xD}:
            self.end_line(hyphen=False)
        elif code in _HYPHEN_SIGNS or pdfium.FPDFText_IsHyphen(self._text, index) == 1:
            self._see(index, "-")
            self.end_line(hyphen=True)
        elif pdfium.FPDFText_IsGenerated(self._text, index) == 1:
            self._signs.append(" ")
        else:
            self._see(index, self._sign(index, code))

    def _sign(self, index: int, code: int) -> str:
        if code == 0 or pdfium.FPDFText_HasUnicodeMapError(self._text, index) == 1:
            self.unmapped += 1
            return "\ufffd"
        if 0xF000 <= code <= 0xF0FF:
            return self._bullet(index, code)
        # The engine gives what lies beyond the first plane in one piece or in two; two are joined at the end of a line.
        return chr(code) if code <= 0x10FFFF else "\ufffd"

    def _bullet(self, index: int, code: int) -> str:
        """What a private sign is, where its font is one of those that hold bullets."""
        name, _ = self._font(index)
        table = _SYMBOL if b"symbol" in name else _WINGDINGS if b"wingdings" in name else {}
        return table.get(code, chr(code))

    def _font(self, index: int) -> tuple[bytes, int]:
        if not pdfium.FPDFText_GetFontInfo(self._text, index, self._name, len(self._name), self._flags):
            return b"", 0
        return self._name.value.lower(), self._flags.value

    def _bold(self, index: int) -> bool:
        font = self._font(index)
        if font not in self._is_bold:
            named = _BOLD.search(font[0].decode("utf-8", errors="replace")) is not None
            self._is_bold[font] = named or bool(font[1] & _FORCE_BOLD)
        return self._is_bold[font]

    def _see(self, index: int, sign: str) -> None:
        if sign.isspace():
            self._signs.append(sign)
            return
        left, right, bottom, top = self._edges
        pdfium.FPDFText_GetCharBox(self._text, index, left, right, bottom, top)
        pdfium.FPDFText_GetCharOrigin(self._text, index, *self._origin)
        pdfium.FPDFText_GetMatrix(self._text, index, self._matrix)
        # The size that a font is named with is under the matrix of its text: what is seen is their product.
        size = pdfium.FPDFText_GetFontSize(self._text, index) * hypot(self._matrix.c, self._matrix.d)
        box = left.value, right.value, self._origin[1].value, size
        if self._boxes and box[0] - self._boxes[-1][1] > _GAP * max(size, self._boxes[-1][3]):
            self._cells.append(len(self._signs))
        self._signs.append(sign)
        self._boxes.append(box)
        if sign.isalnum():
            self._faces.append(Face(size, self._bold(index)))

    def end_line(self, *, hyphen: bool) -> None:
        """End the line, if it has anything to see."""
        pieces = [self._signs[start:end] for start, end in zip([0, *self._cells], [*self._cells, None], strict=True)]
        cells = tuple(cell for cell in (_clean("".join(piece)) for piece in pieces) if cell)
        if cells:
            self._add(
                PdfLine(
                    self._page,
                    " ".join(cells),
                    min(box[0] for box in self._boxes),
                    max(box[1] for box in self._boxes),
                    median(box[2] for box in self._boxes),
                    median(box[3] for box in self._boxes),
                    self._height,
                    hyphen,
                    cells if len(cells) > 1 else (),
                    self._faces[0] if self._faces else None,
                    self._faces[-1] if self._faces else None,
                    bool(self._faces) and all(face.bold for face in self._faces),
                )
            )
        self._clear()

    def _add(self, line: PdfLine) -> None:
        """Add a line; what goes on at the same height, further to the right, is of the line before.

        After a gap of one letter size it is another cell.  A small number that stands higher is the mark of a note.
        """
        before = self.lines[-1] if self.lines else None
        gap = line.left - before.right if before is not None else 0.0
        if before is None or gap < -_OVERLAP * line.size or not _goes_on(before, line, gap):
            self.lines.append(line)
            return
        joined = before._replace(
            right=line.right,
            hyphen=line.hyphen,
            last=line.last or before.last,
            bold=(before.bold or before.first is None) and (line.bold or line.first is None),
        )
        if _is_raised(before, line):
            joined = joined._replace(text=f"{before.text} {line.text}", bottom=line.bottom, size=line.size)
        elif gap >= line.size:
            cells = (*(before.cells or (before.text,)), *(line.cells or (line.text,)))
            joined = joined._replace(text=f"{before.text} {line.text}", cells=cells)
        else:
            blank = " " if gap > _BLANK * line.size else ""
            joined = joined._replace(text=f"{before.text}{blank}{line.text}", cells=_glued(before, blank, line))
        self.lines[-1] = joined


def _goes_on(before: PdfLine, line: PdfLine, gap: float) -> bool:
    if before.hyphen:
        return False
    return abs(line.bottom - before.bottom) <= _SAME_HEIGHT * line.size or (
        _is_raised(before, line) and gap < _GAP * line.size
    )


def _is_raised(before: PdfLine, line: PdfLine) -> bool:
    """Whether the part before is the mark of a note, smaller and higher than what it stands before."""
    step = before.bottom - line.bottom
    return (
        _RAISED.match(before.text) is not None
        and before.size < 0.85 * line.size
        and _SAME_HEIGHT * line.size < step < 0.7 * line.size
    )


def _glued(before: PdfLine, blank: str, line: PdfLine) -> tuple[str, ...]:
    """The cells of two parts, where the last of the one goes on in the first of the other."""
    left, right = before.cells or (before.text,), line.cells or (line.text,)
    cells = (*left[:-1], f"{left[-1]}{blank}{right[0]}", *right[1:])
    return cells if len(cells) > 1 else ()


def _clean(text: str) -> str:
    """Join halves of signs, set U+FFFD for what is no text, and one blank for many; none stand at the edges."""
    joined = text.encode("utf-16-le", errors="surrogatepass").decode("utf-16-le", errors="replace")
    return _NOT_TEXT.sub("\ufffd", _BLANKS.sub(" ", joined)).strip()
