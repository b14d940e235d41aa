"""What a line can begin with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.sources.label import FIRM, WEAK, YEAR, Label
from muniment.sources.labels import parse_label


def parse(line: str) -> Label | None:
    """The label of a line that is the whole text."""
    return parse_label(line, 0, len(line))


@pytest.mark.parametrize(
    ("line", "printed", "form", "name"),
    [
        ("12. Text", "12.", ".", "12"),
        ("12) Text", "12)", ")", "12"),
        ("12- Text", "12-", "-", "12"),
        ("12: Text", "12:", ":", "12"),
        ("(12) Text", "(12)", "()", "12"),
        ("[12] Text", "[12]", "[]", "12"),
        ("12.) Text", "12.)", ".)", "12"),
        ("12.- Text", "12.-", ".-", "12"),
        ("1.2. Text", "1.2.", ".", "1.2"),
        ("1.2.3 Text", "1.2.3", "bare", "1.2.3"),
        ("1.2 Text", "1.2", "bare", "1.2"),
        ("1.2A Text", "1.2A", "bare", "1.2a"),
        ("12bis. Text", "12bis.", ".", "12bis"),
        ("12 Text", "12", "one", "12"),
        ("12．文", "12．", ".", "12"),
        ("１２．文", "１２．", ".", "12"),
        ("12、文", "12、", "、", "12"),
        ("12.文", "12.", ".", "12"),
        ("(12)文", "(12)", "()", "12"),
        ("（12）文", "（12）", "()", "12"),
        ("１）文", "１）", ")", "1"),
        ("§ 12 Text", "§ 12", "§", "12"),
        ("§12a. Text", "§12a.", "§", "12a"),
        ("١٢. نص", "١٢.", ".", "12"),
        ("۱۲. متن", "۱۲.", ".", "12"),
        ("१२. पाठ", "१२.", ".", "12"),
        ("๑๒. ข้อความ", "๑๒.", ".", "12"),
        ("\u200f1.\u200f نص", "\u200f1.\u200f", ".", "1"),
        ("①文", "①", "circled 2460", "1"),
        ("⑵ 文", "⑵", "circled 2474", "2"),
        ("㈠文", "㈠", "circled 3220", "1"),
        ("一、文", "一、", "一、", "1"),
        ("二十一、文", "二十一、", "一、", "21"),
        ("（三）文", "（三）", "（一）", "3"),
        ("¹ Text", "¹", "¹", "1"),
        ("Article 12", "Article 12", "article", "12"),
        ("ARTICLE IV", "ARTICLE IV", "article", "4"),
        ("Article premier", "Article premier", "article", "1"),
        ("Art. 12 Text", "Art. 12", "article", "12"),
        ("Art. 12a. Text", "Art. 12a.", "article", "12a"),
        ("Статья 5. Текст", "Статья 5.", "article", "5"),
        ("Artículo 5.- Texto", "Artículo 5.-", "article", "5"),
        ("12-бап", "12-бап", "article", "12"),
        ("5. cikk", "5. cikk", "article", "5"),
        ("المادة 5", "المادة 5", "article", "5"),
        ("المادة الأولى", "المادة الأولى", "article", "1"),
        ("第一条", "第一条", "article", "1"),
        ("第一百零五条 文", "第一百零五条", "article", "105"),
        ("第12条の2", "第12条の2", "article", "12.2"),
        ("제3조", "제3조", "article", "3"),
        ("ข้อ 7", "ข้อ 7", "article", "7"),
        ("มาตรา ๗", "มาตรา ๗", "article", "7"),
        ("Điều 7. Văn bản", "Điều 7.", "article", "7"),
        ("Madde 7 – Metin", "Madde 7 –", "article", "7"),
        ("(a) text", "(a)", "(a)", "a"),
        ("a) text", "a)", "a)", "a"),
        ("a. text", "a.", "a.", "a"),
        ("A. Text", "A.", "A.", "a"),
        ("(ii) text", "(ii)", "(a)", "ii"),
        ("IV. Text", "IV.", "A.", "iv"),
        ("б) текст", "б)", "a)", "б"),
        ("Ә) мәтін", "Ә)", "A)", "ә"),
        ("أ) نص", "أ)", "a)", "أ"),
        ("أ- نص", "أ-", "a-", "أ"),
        ("א. נוסח", "א.", "a.", "א"),
        ("יא. נוסח", "יא.", "a.", "יא"),
        ("क) पाठ", "क)", "a)", "क"),
        ("ก) ข้อความ", "ก)", "a)", "ก"),
        ("가. 글", "가.", "a.", "가"),
        ("（ア）文", "（ア）", "(a)", "ア"),
        ("甲、文", "甲、", "a、", "甲"),
    ],
)
def test_labels(line: str, printed: str, form: str, name: str) -> None:
    """Numbers, articles and letters are read with their marks, in many scripts."""
    label = parse(line)
    assert label is not None
    assert (line[: label.end], label.form, label.name) == (printed, form, name)


@pytest.mark.parametrize(
    "line",
    [
        # Days before months, in the languages that print a full stop behind a day, and days before months in digits.
        *("5. Mai 2022", "5. Mai bis zum 6. Juni", "1. května 2004", "7. јануара 2022", "5. kesäkuuta", "3. märts"),
        *("15. marca", "1. augusta", "2. lipca", "4. січня", "5. мая 2022", "16. május", "10. May 2020", "10. May"),
        *("1. 5. 2004 se stal", "17. 05. 2016 byl", "07.01.2022. Text", "5.5.2022 Text", "24. 12. geschlossen"),
        # Ordinals of centuries, decimals, quantities, times.
        *("19. Jahrhundert", "20. století", "21. век", "1.1 million people", "2.5 Prozent", "1.1 Millionen Boote"),
        *("3.5 млн человек", "1.1 مليون شخص", "1.5 करोड़ लोग", "2.5 ล้าน บาท", "12.5 %", "12.5% more", "12.05 Opening"),
        *("1.5亿人", "12．5人", "3、4人", "12 boats came", "12:30 Opening", "5th floor", "2022", "7"),
        # Words, sentences about an article, names of companies.
        *(
            "12.5",
            "(12)Text",
            "(株) text",
            "(the) text",
            "(Ii) text",
            "(iiii) text",
            "(İ) text",
            "(𝐚) text",
            "(²) text",
        ),
        *("Article 5 of the treaty", "Section 3 was repealed", "Статья 5 закона", "Articles of war", "Word text"),
        # Page numbers, rules, signs alone.
        *("- 2 -", "— 12 —", "* * *", "-", "• • •", "𝟏. Text", ""),
    ],
)
def test_no_labels(line: str) -> None:
    """What only looks like a label is none, whatever stands around its line."""
    assert not line or parse(line) is None


@pytest.mark.parametrize(
    ("line", "strength"),
    [
        ("999. Text", FIRM),
        ("1000. Text", YEAR),
        ("2022. Text", YEAR),
        ("(2022) Text", YEAR),
        ("12. text", WEAK),
        ("12. 5 boats", WEAK),
        ("12.Text", WEAK),
        ("1.2. text", FIRM),
        ("1.2 Text", FIRM),
        ("1.2 text", WEAK),
        ("10.15 Opening", WEAK),
        ("12 Text", WEAK),
        ("a) text", FIRM),
        ("a. text", WEAK),
        ("J. Smith", WEAK),
        ("Art. 5 Text", WEAK),
        ("Art. 5. Text", FIRM),
        ("- text", FIRM),
        ("- 5 boats", WEAK),
    ],
)
def test_strength(line: str, strength: int) -> None:
    """What could be an ordinal, a decimal, a name or a sign is a label only if its list vouches for it."""
    label = parse(line)
    assert label is not None
    assert label.strength == strength


@pytest.mark.parametrize("bullet", "-–—*•·▪●◦○■►➢✓")
def test_bullets(bullet: str) -> None:
    """A bullet is a label when white space and words follow it."""
    label = parse(f"{bullet} text")
    assert label is not None
    assert (label.end, label.form, label.kind) == (1, bullet, "bullet")
    assert parse(bullet) is None
    assert parse(f"{bullet} {bullet} {bullet}") is None


def test_bounds() -> None:
    """Only the line itself is read, not what stands before or after it."""
    inner = parse_label("xx12. Text", 2, 10)
    assert inner is not None
    assert inner.end == 5
    assert parse_label("12. Text", 0, 2) is None


def test_every_decimal_digit_of_the_basic_plane() -> None:
    """The decimal digits of every script of the Basic Multilingual Plane make numbers."""
    digits = [chr(point) for point in range(0x10000) if chr(point).isdecimal()]
    for digit in digits:
        label = parse(f"{digit}. X")
        assert label is not None
        assert label.name == str(int(digit))
    assert len(digits) == 370


def test_every_letter_gives_a_letter_that_is_stable_in_lower_case() -> None:
    """Whatever single character is taken as a letter, its id is one lower-case word character."""
    for point in range(0x20000):
        label = parse(f"({chr(point)}) x")
        if label and label.kind == "letter":
            assert len(label.name) == 1
            assert label.name.isalpha()
            assert label.name == label.name.lower()


@given(
    st.text(
        st.sampled_from("1２٣²①一十第条§(（[)）].．、:- \t\u00a0\u200f•aIiбאأ가Articlebis"), min_size=1, max_size=14
    )
)
def test_any_beginning(line: str) -> None:
    """A label lies on its line, is at most 40 code points long, and its name is fit for an id."""
    line = line.strip() or "x"
    label = parse(line)
    if label:
        assert 0 < label.end <= min(len(line), 40)
        assert label.name == label.name.lower()
        assert bool(label.name) == bool(label.kind != "bullet")
