"""``muniment-pdf`` version 1: what readers found wrong beside the pages of real PDF files, each made small."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.sources.pdf.making import Words, made

from muniment.sources import Extraction, Wish
from muniment.sources.pdf.extraction import extract_pdf

FULL = "The harbour office closes the northern gate of the old harbour for repairs now"
HALF = (
    "Ships wait outside of the mole",
    "until the pilot has come to them",
    "and has read the new orders to",
    "all who are",
)


def read(*pages: list[Words], signs: Mapping[str, str] | None = None) -> Extraction:
    """What is taken of a PDF made here."""
    return extract_pdf(made(*pages, signs=signs), None, Wish())


def texts(extraction: Extraction) -> list[str]:
    """The words of each paragraph, with its label."""
    return [f"{p.label} {p.text}" if p.label else p.text for p in extraction.paragraphs]


def kinds(extraction: Extraction) -> list[str]:
    """The kind of each paragraph."""
    return [p.kind for p in extraction.paragraphs]


def full(count: int, top: float = 700, step: float = 14) -> list[Words]:
    """Lines that fill their column."""
    return [(60.0, top - step * number, 11.0, FULL) for number in range(count)]


def test_mark_of_a_note() -> None:
    """A small number that stands higher belongs to the words right of it, and a higher one without words does not."""
    found = read([*full(5), (60, 603, 6, "7"), (66, 600, 9, "As the mayor said."), (60, 560, 6, "8")])

    assert texts(found)[1:] == ["7 As the mayor said.", "8"]


def test_parts_of_a_line() -> None:
    """What goes on at the same height after a narrow gap is of the same line, though it was drawn apart."""
    found = read([*full(5), (60, 610, 11, "Talks."), (89.5, 614, 6, "3"), (97, 610, 11, "They begin at noon.")])

    assert texts(found)[1:] == ["Talks.3 They begin at noon."]


def test_bullets_of_a_font_of_signs() -> None:
    """The signs by which Wingdings has its bullets are bullets; the same signs of another font stay what they are."""
    bullet = {"x": "\uf0a7"}

    found = read([(60, 700, 11, "x", "wingdings"), (75, 700, 11, "The first gate.")], signs=bullet)
    other = read([(60, 700, 11, "x"), (75, 700, 11, "The first gate.")], signs=bullet)

    assert kinds(found) == ["list-item"]
    assert texts(found) == ["\u25aa The first gate."]
    assert kinds(other) == ["paragraph"]
    assert "\uf0a7" in texts(other)[0]


def test_bold_headings() -> None:
    """A paragraph all in bold letters, with room below, is a heading; what ends in a mark or has no letter is not."""
    found = read(
        [
            (60, 740, 11, "The northern gate", "bold"),
            *full(5, 710),
            (60, 630, 11, "It is so.", "bold"),
            *full(5, 600),
            (60, 520, 11, "2024", "bold"),
        ]
    )

    assert kinds(found) == ["heading", "paragraph", "paragraph", "paragraph", "paragraph"]


def test_names_over_offices() -> None:
    """A bold name right above an office is a paragraph by itself, and no heading."""
    found = read([*full(5), (240, 600, 11, "Ada Quay", "bold"), (220, 586, 11, "Harbour Master")])

    assert texts(found)[1:] == ["Ada Quay", "Harbour Master"]
    assert kinds(found)[1:] == ["paragraph", "paragraph"]


def test_bold_beside_text_of_one_paragraph() -> None:
    """A bold line after a sentence begins a paragraph; one that fills the line in the midst of a sentence does not."""
    after: list[Words] = [*full(4), (60, 644, 11, f"{FULL[:-4]}now."), (60, 630, 11, "Northern gate", "bold")]
    within: list[Words] = [*full(4), (60, 644, 10, FULL, "bold"), (60, 630, 11, "and so on.")]
    middle: list[Words] = [*full(5), (240, 600, 11, "Ada Quay", "bold"), (238, 586, 11, "Secretary")]

    assert texts(read(after))[-1] == "Northern gate"
    assert len(texts(read(within))) == 1
    assert texts(read(middle))[-2:] == ["Ada Quay", "Secretary"]


def test_all_in_bold() -> None:
    """Where most letters are bold, that tells nothing of headings."""
    found = read([(60, 700, 11, "The northern gate", "bold"), (60, 660, 11, FULL, "bold"), (60, 620, 11, "Open")])

    assert kinds(found) == ["paragraph", "paragraph", "paragraph"]


def test_words_in_bold_before_a_paragraph() -> None:
    """A line that begins in bold, after a mark and a somewhat wider gap, begins a paragraph; else it goes on."""
    lines: list[Words] = [*full(4), (60, 644, 11, f"{FULL[:-5]}.")]

    apart = read([*lines, (60, 627, 11, "Dates:", "bold"), (102, 627, 11, "from the first of May"), *full(2, 613)])
    close = read([*lines, (60, 630, 11, "Dates:", "bold"), (102, 630, 11, "from the first of May"), *full(2, 616)])

    assert [text[:6] for text in texts(apart)] == ["The ha", "Dates:", "The ha"]
    assert [text[:6] for text in texts(close)] == ["The ha", "The ha"]


def test_faces_where_lines_meet() -> None:
    """Two lines go on where the letters at their ends are of one size, whatever most of their letters are."""
    small: list[Words] = [(60, 644, 7, "FOR FURTHER NEWS OF THE NORTHERN GATE AND OF THE OTHER GATES", "bold")]

    found = read([*full(4), *small, (306, 644, 11, "ask the office of the harbour"), *full(1, 630)])

    assert texts(found)[-1].endswith(f"GATES ask the office of the harbour {FULL}")


def test_lines_of_a_heading() -> None:
    """Lines in large letters are one heading, wherever they end."""
    found = read([(60, 760, 18, "The northern"), (60, 738, 18, "gate"), *full(5)])

    assert texts(found)[0] == "The northern gate"
    assert kinds(found) == ["heading", "paragraph"]


def test_letter_size_of_a_page() -> None:
    """What most of a full page is set in is no heading on it, though other pages have smaller letters."""
    small: list[Words] = [(60.0, 780.0 - 11 * number, 8.0, FULL) for number in range(60)]

    found = read(small, small, full(24))

    assert set(kinds(found)) == {"paragraph"}


def test_line_spacing_of_a_page() -> None:
    """Lines of one page that stand further apart than those of others are paragraphs as well."""
    found = read(full(30), full(30), full(12, step=20))

    assert [len(text) // len(FULL) for text in texts(found)] == [30 + 30 + 12]


def test_beside_a_picture() -> None:
    """Lines that fill less than their column, as beside a picture, go on; short ones of a list do not."""
    narrow: list[Words] = [(60.0, 600.0 - 14 * number, 11.0, HALF[number % 3]) for number in range(6)]
    listed: list[Words] = [(60.0, 600.0 - 14 * number, 11.0, f"Quay {number}") for number in range(6)]

    assert len(texts(read([*full(5), *narrow]))) == 2
    assert len(texts(read([*full(5), *listed]))) == 7


def test_set_in() -> None:
    """Words set to a right edge further in go on; where too few lines end there, a short line ends its paragraph."""
    # Four m are as wide as six n: lines of other lengths that end at one place, as those do that are spread.
    ends = ("mmmm", "nnnnnn", "mmmm", "nnnnnn")

    def items(count: int) -> list[Words]:
        found: list[Words] = []
        for number, end in enumerate(ends[:count], 1):
            top = 640.0 - 60 * number
            words = f"{number}. Ships wait at the northern mole until noon of {end}"
            found += [(60, top, 11, words), (74, top - 14, 11, "May")]
        return found

    assert [text[-3:] for text in texts(read([*full(5), *items(4)]))[1:]] == ["May"] * 4
    assert [text[-3:] for text in texts(read([*full(5), *items(2)]))[1:]] == ["mmm", "May", "nnn", "May"]


def test_centred_lines() -> None:
    """Of centred lines the room on both sides counts: a name and its office are two paragraphs."""
    found = read([*full(5), (200, 600, 11, "The office of the harbour and gates"), (260, 586, 11, "at noon today")])

    assert texts(found)[1:] == ["The office of the harbour and gates", "at noon today"]


def test_hanging_lines() -> None:
    """A line that begins where the paragraph did begins another, where its further lines stand further in."""
    further = FULL[:-6]
    entry: list[Words] = [(60, 700, 11, FULL), (80, 686, 11, further), (60, 672, 11, FULL), (80, 658, 11, further)]

    assert texts(read(entry)) == [f"{FULL} {further}"] * 2


def test_higher_on_the_page() -> None:
    """What was drawn last and stands above goes on from nothing."""
    found = read([*full(5, 600), (60, 740, 11, "Harbour Office")])

    assert texts(found)[1] == "Harbour Office"


def test_leaders() -> None:
    """Each entry of a table of contents is a paragraph, though all end at one place."""
    dots = " . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . "
    entries: list[Words] = [
        (60.0, 700.0 - 14 * n, 11.0, f"Gate {name}{dots}{n + 2}") for n, name in enumerate("ABCDEF")
    ]

    assert len(texts(read(entries))) == 6


@pytest.mark.parametrize(
    ("end", "begin", "joined"),
    [
        ("the notice of 2018\u2013", "23, said the", "2018\u201323"),
        ("as it was\u2014", "nobody knew of", "was\u2014nobody"),
        ("the harbour \u2013", "and the gates of", "harbour \u2013 and"),
        ("see https://", "www.example.org, or", "https://www.example.org"),
        ("see https://example.org/gates/", "north_gate.pdf, or", "gates/north_gate.pdf"),
        ("see https://example.org/gates/", "for all of the", "gates/ for"),
        ("write to office@", "example.org, or", "office@example.org"),
    ],
)
def test_blanks_between_lines(end: str, begin: str, joined: str) -> None:
    """No blank comes behind a dash that stands at a word, nor into an address; else one does."""
    head = FULL[: len(FULL) - len(end)]

    found = read([*full(4), (60, 644, 11, f"{head} {end}"), (60, 630, 11, f"{begin} {FULL[:50]}")])

    assert joined in texts(found)[0]


def test_ideographs() -> None:
    """Lines of a script without blanks are joined without any, and a short one ends its paragraph."""
    signs = {"a": "\u6e2f", "b": "\u53e3", "c": "\u5c40"}
    wide: list[Words] = [(60.0, 700.0 - 18 * number, 11.0, "abc" * 24) for number in range(3)]

    found = read([*wide, (60, 646, 11, "ab"), (60, 628, 11, "cc")], signs=signs)

    assert texts(found) == ["\u6e2f\u53e3\u5c40" * 72 + "\u6e2f\u53e3", "\u5c40\u5c40"]


def test_running_heads_of_two_lines() -> None:
    """A repeated line right below a running head is of it, though it stands further in; another one is text."""
    pages: list[list[Words]] = [
        [
            (60, 748, 9, "Harbour Office"),
            (60, 735, 9, "Old Quay"),
            (60, 690, 9, "As before:"),
            (60, 500, 11, f"Gate {name}"),
        ]
        for name in ("one", "two", "three")
    ]

    found = read(*pages)

    assert texts(found) == ["As before:", "Gate one", "As before:", "Gate two", "As before:", "Gate three"]


def test_title_as_running_head() -> None:
    """A running head in letters of a heading stays where it stands first: it is the title."""
    pages: list[list[Words]] = [
        [(60, 790, 18, "Harbour Rules"), (60, 500, 11, f"Words of page {name}.")] for name in ("one", "two", "three")
    ]

    found = read(*pages)

    assert texts(found) == ["Harbour Rules", "Words of page one.", "Words of page two.", "Words of page three."]
