"""PDF files that cannot be read, or are built to stop readers: one clear error each."""

from __future__ import annotations

import pytest
from tests.sources.files_of_others import path_of
from tests.sources.pdf.making import bound, hostile, locked, made, picture_only, right_to_left

from muniment.errors import BeyondLimitsError, SourceError
from muniment.sources import Wish, extract

WHOLE = made([(60, 700, 11, "Words.")])


def refused(data: bytes, wish: Wish | None = None) -> SourceError:
    """What is said of a PDF."""
    with pytest.raises(SourceError) as caught:
        extract(data, media_type="application/pdf", wish=wish or Wish(), where="a.pdf")
    assert caught.value.where == "a.pdf"
    return caught.value


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (locked(WHOLE), "the PDF is encrypted and wants a password"),
        (picture_only(), "the PDF holds no text; 2 pages of images"),
        (right_to_left(), "the PDF has letters written from right to left, whose order the engine may turn"),
        (WHOLE[:400], "the PDF is cut off"),
        (b"%PDF-1.7\n" + b"\x00\xff" * 500 + b"%%EOF", "the PDF is broken"),
        (b"%PDF-1.7\n%%EOF", "the PDF is broken"),
        (made([]), "the PDF holds no text; 0 pages of images"),
        (b"%PDF-1.4" + b" " * (16 << 20), "the PDF is too large"),
    ],
    ids=range(8),
)
def test_refused(data: bytes, said: str) -> None:
    """What is encrypted, without text, cut off, broken or too large is refused, in words of its own."""
    assert refused(data).what == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("libreoffice-writer-password.pdf", "the PDF is encrypted and wants a password"),
        ("imagemagick-lzw.pdf", "the PDF holds no text; 1 page of images"),
        ("habibi.pdf", "the PDF has letters written from right to left, whose order the engine may turn"),
    ],
)
def test_refused_of_others(name: str, said: str) -> None:
    """Files that other programs made are refused for the same reasons."""
    assert refused(path_of(name).read_bytes()).what == said


def test_too_many_pages() -> None:
    """One page that stands in its tree again and again is bounded."""
    kids = " ".join(["3 0 R"] * 6_000)
    pages = f"<</Type/Pages/Count 6000/Kids[{kids}]>>"

    data = bound(["<</Type/Catalog/Pages 2 0 R>>", pages, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"])

    assert refused(data).what == "the PDF has too many pages"


def test_loops() -> None:
    """A tree of pages that holds itself is refused; forms that call themselves end the process, not the next file."""
    loop = bound(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[2 0 R]>>"])
    assert refused(loop).what.startswith(("the PDF is broken", "a page of the PDF is broken", "the PDF holds no text"))

    with pytest.raises(BeyondLimitsError, match=r"^a.pdf: it could not be read within 1 GiB and 20 s \("):
        extract(hostile(), media_type="application/pdf", where="a.pdf")

    assert extract(WHOLE, media_type="application/pdf").paragraphs[0].text == "Words."


def test_a_charset() -> None:
    """A PDF has its own letters: a charset that is named is refused."""
    with pytest.raises(SourceError, match=r"^a.pdf: a PDF has no charset"):
        extract(WHOLE, media_type="application/pdf", charset="koi8-r", where="a.pdf")


def test_accepted_order() -> None:
    """Letters from right to left are taken where that is accepted, and the record says that it was."""
    found = extract(right_to_left(), media_type="application/pdf", wish=Wish(accept_order=True))

    assert found.paragraphs[0].text == "\u05d0\u05d0\u05d0"
    assert found.extractor.parameters is not None
    assert found.extractor.parameters.as_json()["accept_order"] is True


def test_signs_without_a_letter() -> None:
    """In a file of others, signs without a letter are taken where that is accepted, and counted."""
    found = extract(path_of("habibi.pdf").read_bytes(), media_type="application/pdf", wish=Wish(accept_order=True))

    assert found.extractor.parameters is not None
    assert found.extractor.parameters.as_json()["unmapped"] == 5
    assert "habibi" in found.paragraphs[0].text
