from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muniment.errors import SourceError
from muniment.reference import check_paragraph_id
from muniment.sources import Paragraph, extract
from muniment.sources.marks import UNSEEN
from muniment.sources.paragraphs import segment

_SHIPPED = Path(__file__).parents[2] / "archive/releases/kz-events-2022-01/v1/content/original.txt"

# Text made of what the rules look at, so that they meet in every way.
_TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *("\n", "\n\n", "\r\n", "\r", "\f", "\u2029", "\u2028", " ", "\t", "\u00a0", "\u200b", "\u200f"),
                    *(
                        "1.",
                        "1. ",
                        "2. ",
                        "3. ",
                        "1.1 ",
                        "1.2. ",
                        "2022. ",
                        "(1) ",
                        "١. ",
                        "１．",
                        "2、",
                        "§ 4 ",
                        "9- ",
                    ),
                    *(
                        "(a) ",
                        "(ii) ",
                        "б) ",
                        "（一）",
                        "- ",
                        "• ",
                        "* * *",
                        "1.\n",
                        "(a)\n",
                        "§ 2\n",
                        "Article 3\n",
                        "第一条",
                        "一、",
                        "> ",
                        "| a | b |\n",
                        "a. ",
                        "ii. ",
                        "[1] ",
                        "1 A",
                    ),
                    *(
                        "\u200b\n",
                        "\ufeff",
                        "\r\r\n",
                        "    ",
                        "　",
                        "- 2 -\n",
                        "1.1 million ",
                        "A ..... 3\n",
                        "Mai 2022",
                    ),
                    *("Words", "Words.", "Words,", "слова", "文。", "”", "x" * 60, "x" * 70, "word " * 45),
                ]
            ),
            st.integers(0, 1200).map(lambda number: f"{number}. "),
        ),
        max_size=40,
    ).map("".join),
)


def _short(text: str) -> list[tuple[str, str, str | None, str]]:
    return [(each.id, each.kind, each.label, each.text) for each in segment(text)]


def _ids(text: str) -> str:
    return " ".join(each.id for each in segment(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Words.", [("nn1", "paragraph", None, "Words.")]),
        ("  Words. \n", [("nn1", "paragraph", None, "Words.")]),
        ("16. Words.", [("p16", "paragraph", "16.", "Words.")]),
        ("16.\nWords.\n\nx", [("p16", "paragraph", "16.", "Words."), ("nn1", "paragraph", None, "x")]),
        ("\u200f١. كلمات.", [("p1", "paragraph", "\u200f١.", "كلمات.")]),
        ("12、文。", [("p12", "paragraph", "12、", "文。")]),
        (
            "Title\nin two lines\n\n9. Words\n  that go on.\n\nMore words.",
            [
                ("h1", "heading", None, "Title\nin two lines"),
                ("p9", "paragraph", "9.", "Words\n  that go on."),
                ("nn1", "paragraph", None, "More words."),
            ],
        ),
        (
            "16. We ask:\n(a) one;\n(b) two.\n- three\n- four",
            [
                ("p16", "paragraph", "16.", "We ask:"),
                ("p16.a", "list-item", "(a)", "one;"),
                ("p16.b", "list-item", "(b)", "two."),
                ("nn1", "list-item", "-", "three"),
                ("nn2", "list-item", "-", "four"),
            ],
        ),
        # A label with no words after it is itself the words, and the number is its id all the same.
        ("1.\n\nWords.", [("p1", "paragraph", None, "1."), ("nn1", "paragraph", None, "Words.")]),
        ("(a)\n\nWords.", [("pa", "paragraph", None, "(a)"), ("nn1", "paragraph", None, "Words.")]),
        ("Article 3\n\nWords.", [("p3", "heading", None, "Article 3"), ("nn1", "paragraph", None, "Words.")]),
        # Signs that show nothing are content inside of a line only.
        ("\u200b1. A", [("p1", "paragraph", "1.", "A")]),
        ("1. \ufeffA\u200bb\u200b\n", [("p1", "paragraph", "1.", "A\u200bb")]),
        # Nothing is composed or folded.
        ("e\u0301  “x”\u00a0y", [("nn1", "paragraph", None, "e\u0301  “x”\u00a0y")]),
    ],
)
def test_paragraphs(text: str, expected: list[tuple[str, str, str | None, str]]) -> None:
    """Labels and texts are taken as found, each in its place."""
    assert _short(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title\n\nWords.", "h1 nn1"),
        ("Title\n\nSubtitle\n\nWords.\n\nSection\n\nWords.", "h1 h2 nn1 h3 nn2"),
        # It has at most three lines and 200 code points.
        ("a\nb\nc\n\nWords.", "h1 nn1"),
        ("a\nb\nc\nd\n\nWords.", "nn1 nn2"),
        ("x" * 200 + "\n\nWords.", "h1 nn1"),
        ("x" * 201 + "\n\nWords.", "nn1 nn2"),
        ("Demands\n1. One.\n2. Two.\n\nWords.", "h1 p1 p2 nn1"),
        # It ends in no mark of punctuation.
        *(
            (f"Title{mark}\n\nWords.", "nn1 nn2")
            for mark in (".", "!”", "؟", "。）", ",", ":", ";", "…", "।", "።", "։", ".[2]")
        ),
        *((f"Title{mark}\n\nWords.", "h1 nn1") for mark in ("”", ")", "-", "%", "", "[2]")),
        # It holds a letter, has no label, is no date and no row, and something follows it.
        ("* * *\n\nWords.", "nn1 nn2"),
        ("2022\n\nWords.", "nn1 nn2"),
        ("3 May 2024\n\nWords.", "nn1 nn2"),
        ("Bergen, den 3. Mai 2024\n\nWords.", "nn1 nn2"),
        ("2024年5月3日\n\nWords.", "nn1 nn2"),
        ("5. Title\n\nWords.", "p5 nn1"),
        ("Words.\n\nSignature", "nn1 nn2"),
        ("Title", "nn1"),
        # Names in a row are no headings, but for the last three above words; one more changes none of the others.
        ("Anna\n\nBert\n\nCarl\n\nDora\n\nEmil\n\nWords.", "h1 nn1 h2 h3 h4 nn2"),
        ("Words.\n\nAnna\n\nBert\n\nCarl\n\nDora", "nn1 nn2 nn3 nn4 nn5"),
        # Where sentences end in no mark, a heading is short and stands above what is twice as long.
        ("ก\n\nขขขข\n\nคคคค", "h1 nn1 nn2"),
        ("ขขขขขขขข\n\nขขขข\n\nคคคคคคคค\n\nงงงงงงง", "h1 h2 nn1 nn2"),
    ],
)
def test_headings(text: str, expected: str) -> None:
    """A heading is short, ends in no punctuation, and something soon follows that it is the heading of."""
    assert _ids(text) == expected


def test_headings_have_no_cliff() -> None:
    """With any number of headings among the sections, each of them stays what it is."""
    for count in range(1, 12):
        text = "".join(f"Heading {'o' * at}\n\nThe council said so.\n\n" for at in range(1, count + 1))
        assert _ids(text) == " ".join(f"h{at} nn{at}" for at in range(1, count + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "Баспасөз хабарламасы\n\n1. Бірінші қаңтарда жиналыс басталды.\n\n2. Тараптар келісімге келді:\n"
                "а) жұмысты жалғастыру;\nә) есеп беру.\n\nЖиналыс аяқталды."
            ),
            "h1 p1 p2 p2.а p2.ә nn1",
        ),
        (
            (
                "Сообщение для печати\nо заседании комитета\n\n1) Заседание открылось утром.\n\n2) Принято:\n"
                "– первое;\n– второе."
            ),
            "h1 p1 p2 nn1 nn2",
        ),
        (
            "بيان صحفي\n\n١. بدأ الاجتماع صباحًا.\n\n٢. هل انتهى الاجتماع؟\n\nأ) نعم؛\n\nب) لا.",
            "h1 p1 p2 p2.أ p2.ب",
        ),
        (
            "新闻公报\n\n会议于上午开始。\n\n１．双方同意继续工作。\n\n2、双方将提交报告。\n（一）第一份；\n（二）第二份。",
            "h1 nn1 p1 p2 p2.1 p2.2",
        ),
        ("報道発表\n\n（１）会議は午前に始まりました。\n\n（２）双方は合意しました。\n\n以上です。", "h1 p1 p2 nn1"),
        ("แถลงข่าว\n\n๑. การประชุมเริ่มขึ้นในตอนเช้า\n\n๒. ทั้งสองฝ่ายตกลงกัน\n\nการประชุมสิ้นสุดลง", "h1 p1 p2 nn1"),
        (
            (
                "Press release\n\n§ 1 The meeting began in the morning.\n\n§ 2 Both sides agreed:\n(i) to work;\n"
                "(ii) to report."
            ),
            "h1 p1 p2 p2.i p2.ii",
        ),
        ("प्रेस विज्ञप्ति\n\n१. बैठक सुबह शुरू हुई।\n\n२. दोनों पक्ष सहमत हुए।\n\nबैठक समाप्त हुई।", "h1 p1 p2 nn1"),
    ],
    ids=["kk", "ru", "ar", "zh", "ja", "th", "en", "hi"],
)
def test_scripts(text: str, expected: str) -> None:
    """The rules hold in Kazakh, Russian, Arabic, Chinese, Japanese, Thai, English and Hindi."""
    assert _ids(text) == expected


def test_many_paragraphs() -> None:
    """20,000 paragraphs are accepted and one more is refused, blocks and items alike."""
    assert len(segment("x.\n\n" * 20_000)) == 20_000
    for text in ("x.\n\n" * 20_001, "x\n\n" + "- x\n" * 20_000):
        with pytest.raises(SourceError, match="too many paragraphs") as caught:
            segment(text, where="a.txt")
        assert (caught.value.where, caught.value.found) == ("a.txt", "20001")


@pytest.mark.skipif(not _SHIPPED.is_file(), reason="the shipped archive is not in this checkout")
def test_shipped_release() -> None:
    """The press release that ships with the project has its heading, 26 numbers and one unnumbered paragraph."""
    paragraphs = extract(_SHIPPED.read_bytes()).paragraphs

    assert [each.id for each in paragraphs] == [
        "h1",
        *(f"p{number}" for number in range(1, 10)),
        "nn1",
        *(f"p{number}" for number in range(10, 27)),
    ]
    assert paragraphs[0] == Paragraph(
        "h1", "heading", None, "Press Release\non the events in the Republic of Kazakhstan"
    )
    assert [each.label for each in paragraphs if each.label] == [f"{number}." for number in range(1, 27)]


@given(_TEXTS)
@example("1.\n2.\n3.")
@example("(a)\n(b)")
@example("x\n\n1. \n\n2.")
def test_rebuild(text: str) -> None:
    """Labels and texts are slices of the text in its order, and all between them shows nothing."""
    rest = text
    for paragraph in segment(text):
        for part in (paragraph.label, paragraph.text):
            if part is not None:
                assert part == part.strip() != ""
                between, found, rest = rest.partition(part)
                assert found == part
                assert not re.search(f"[^{UNSEEN}]", between)

    assert not re.search(f"[^{UNSEEN}]", rest)


@given(_TEXTS)
@example("1. a\n\nb\n\n1.1. c\n\n1. d\n\ne\n\n(a) f\n\n(A) g")
def test_ids(text: str) -> None:
    """Ids are unique, in the grammar of references, and in lower case; kinds and labels fit them."""
    paragraphs = segment(text)

    assert len({each.id for each in paragraphs}) == len(paragraphs)
    for each in paragraphs:
        assert check_paragraph_id(each.id) == each.id
        assert each.kind in {"heading", "paragraph", "list-item"}
        assert each.kind == "heading" or not each.id.startswith("h")
        assert each.label is None or (each.kind != "heading" and 1 <= len(each.label) <= 40)
        assert not re.search(r"\d-\d", each.id)


@given(_TEXTS)
def test_repeatable(text: str) -> None:
    """The same text gives the same paragraphs, whatever white space surrounds it."""
    assert segment(text) == segment(text)
    assert segment(f"\n \n{text}\n\n") == segment(text)


@pytest.mark.parametrize(
    "unit",
    [
        *("1", "1.", "1.1.", "1\n", "1. a\n", "1.1.1.1.1\n", "\n", "\r\n", " ", "\f a", "\u200f", "((a)", "(a) b\n"),
        *("- a\n", "- ", "a\n", "a\n\n", "§ ", '"', 'a"\n', "\x0b", "x" * 78 + "\n"),
    ],
)
def test_hostile(unit: str) -> None:
    """Long repetitions of what the rules look at are segmented, or refused for their count."""
    try:
        paragraphs = segment("x" + unit * (100_000 // len(unit)) + "x")
    except SourceError as error:
        assert error.what == "the text has too many paragraphs"  # noqa: PT017 - either outcome is fine
    else:
        assert len(paragraphs) <= 20_000
