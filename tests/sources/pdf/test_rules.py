"""``muniment-pdf`` version 1: lines to paragraphs, running heads, hyphens."""

from __future__ import annotations

import re

import pytest
from tests.sources.files_of_others import path_of
from tests.sources.pdf.making import made

from muniment.record import PdfChoices
from muniment.sources import Extraction, Wish
from muniment.sources.pdf.extraction import extract_pdf

FULL = "The harbour office closes the northern gate of the old harbour for repairs now"


def read(*pages: list[tuple[float, float, float, str]], **wish: bool) -> Extraction:
    """What is taken of a PDF made here."""
    return extract_pdf(made(*pages), None, Wish(**wish))  # type: ignore[arg-type]


def texts(extraction: Extraction) -> list[str]:
    """The words of each paragraph, with its label."""
    return [f"{p.label} {p.text}" if p.label else p.text for p in extraction.paragraphs]


def choices(extraction: Extraction) -> PdfChoices:
    """What was set apart and joined."""
    found = extraction.extractor.parameters
    assert isinstance(found, PdfChoices)
    return found


def test_two_columns() -> None:
    """A release in two justified columns gives its paragraphs, in order, with the page of each."""
    expected = path_of("release-two-columns.expected.txt").read_text(encoding="utf-8")
    paragraphs = [" ".join(each.split()) for each in re.split(r"\n\s*\n", expected) if each.strip()]

    found = extract_pdf(path_of("release-two-columns.pdf").read_bytes(), None, Wish())

    # What the text has as one paragraph of two lines is two here.
    assert texts(found)[:2] == ["Press Release", "on the events in the Republic of Kazakhstan"]
    assert texts(found)[2:] == paragraphs[1:]
    assert [p.place for p in found.paragraphs] == sorted(str(p.place) for p in found.paragraphs)
    assert {p.place for p in found.paragraphs} == {"p. 1", "p. 2"}


def test_paragraphs_by_place() -> None:
    """A larger line is a heading; a gap, a short line and a label end a paragraph; other lines go on."""
    found = read(
        [
            (60, 700, 18, "Notice"),
            *[(60.0, 670.0 - 14 * n, 11.0, FULL) for n in range(6)],
            (60, 586, 11, "and ends."),
            (60, 572, 11, "A new paragraph."),
            (60, 544, 11, "After a gap."),
            (60, 530, 11, "1. A numbered one."),
            (60, 516, 11, "\u2022 A bullet."),
        ]
    )

    assert [p.kind for p in found.paragraphs] == [
        "heading", "paragraph", "paragraph", "paragraph", "paragraph", "list-item",
    ]  # fmt: skip
    assert texts(found) == [
        "Notice",
        " ".join([FULL] * 6) + " and ends.",
        "A new paragraph.",
        "After a gap.",
        "1. A numbered one.",
        "\u2022 A bullet.",
    ]


def test_rows() -> None:
    """Parts of a line with wide gaps between are cells of a row."""
    found = read(
        [(60, 700, 11, "Gate"), (260, 700, 11, "3"), (300, 700, 11, "0"), (60, 686, 11, "Quay"), (260, 686, 11, "12")]
    )

    assert texts(found) == ["Gate\t3\t0", "Quay\t12"]
    assert {p.kind for p in found.paragraphs} == {"table-row"}


def test_running_heads() -> None:
    """What stands at the edge of three pages is set apart, counted and shown; it is kept where that is asked for."""
    pages: list[list[tuple[float, float, float, str]]] = [
        [(60, 800, 9, "Harbour Office"), (60, 700, 11, f"Words of page {name}."), (300, 40, 9, f"- {number} -")]
        for number, name in enumerate(("one", "two", "three"), 1)
    ]

    found = read(*pages, outline=True)

    assert texts(found) == ["Words of page one.", "Words of page two.", "Words of page three."]
    assert [p.place for p in found.paragraphs] == ["p. 1", "p. 2", "p. 3"]
    assert choices(found).left_out == 6
    assert found.words_left_out == 15
    assert [part.text for part in found.outline if not part.taken][:2] == ["Harbour Office", "- 1 -"]
    kept = read(*pages, running_heads=True)
    assert "Harbour Office" in texts(kept)
    assert choices(kept) == PdfChoices(running_heads=True)


def test_no_running_heads() -> None:
    """What stands in the midst of pages, on two of three, or with another number than that of the page, is text."""
    found = read(
        [(60, 800, 11, "Annex 2"), (60, 500, 11, "Total 3")],
        [(60, 800, 11, "Annex 2"), (60, 500, 11, "Total 4")],
        [(60, 800, 11, "7"), (60, 500, 11, "Total 5")],
    )

    assert texts(found) == ["Annex 2", "Total 3", "Annex 2", "Total 4", "7", "Total 5"]


@pytest.mark.parametrize(
    ("elsewhere", "joined", "count"),
    [
        ("The government sat.", "government", 1),
        ("The govern-ment sat.", "govern-ment", 0),
        ("Nobody sat.", "govern-ment", 0),
    ],
)
def test_hyphens(elsewhere: str, joined: str, count: int) -> None:
    """A hyphen at the end of a line goes where the PDF has the word unbroken elsewhere, counted, and stays else."""
    line = "The harbour office closes the northern gate of the old harbour, says the govern-"
    found = read([(60, 700, 11, line), (60, 686, 11, "ment of the harbour."), (60, 640, 11, elsewhere)])

    assert texts(found)[0] == f"{line[:-7]}{joined} of the harbour."
    assert choices(found).joined == count
