"""What pdfium sees on the pages of a PDF: lines of signs with their places.

The order is that of the engine, which follows the page as it was written.  A line ends where the engine says so, and
after a hyphen that it holds for the end of a line.  Nothing else of the engine is used: no fonts by name, no pictures.
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


class _PageReader:
    """Takes the signs of one page in the order of the engine, and makes lines of them."""

    def __init__(self, text: pypdfium2.PdfTextPage, page: int, height: float) -> None:
        self.lines: list[PdfLine] = []
        self.unmapped = 0
        self._text, self._page, self._height = text, page, height
        self._edges = [ctypes.c_double() for _ in range(4)]
        self._origin = ctypes.c_double(), ctypes.c_double()
        self._matrix = pdfium.FS_MATRIX()
        self._clear()

    def _clear(self) -> None:
        self._signs: list[str] = []
        self._boxes: list[tuple[float, float, float, float]] = []
        self._cells: list[int] = []

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
        # The engine gives what lies beyond the first plane in one piece or in two; two are joined at the end of a line.
        return chr(code) if code <= 0x10FFFF else "\ufffd"

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
                )
            )
        self._clear()

    def _add(self, line: PdfLine) -> None:
        """Add a line; what goes on at the same height, further to the right, is another cell of the line before."""
        before = self.lines[-1] if self.lines else None
        step = _SAME_HEIGHT * line.size
        if before is None or line.left - before.right < line.size or abs(line.bottom - before.bottom) > step:
            self.lines.append(line)
            return
        cells = (*(before.cells or (before.text,)), *(line.cells or (line.text,)))
        joined = before._replace(text=f"{before.text} {line.text}", right=line.right, hyphen=line.hyphen, cells=cells)
        self.lines[-1] = joined


def _clean(text: str) -> str:
    """Join halves of signs, set U+FFFD for what is no text, and one blank for many; none stand at the edges."""
    joined = text.encode("utf-16-le", errors="surrogatepass").decode("utf-16-le", errors="replace")
    return _NOT_TEXT.sub("\ufffd", _BLANKS.sub(" ", joined)).strip()
