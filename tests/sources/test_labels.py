from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muniment.sources.labels import (
    _BRACKET_WITHIN,
    Label,
    _letters,
    _parse_bullet,
    _parse_letter,
    _parse_number,
    parse_label,
)

_BEGINNINGS = st.lists(
    st.sampled_from(
        [
            *(
                "1",
                "12",
                "999",
                "1000",
                "2022",
                "12345",
                "0",
                "٣",
                "２",
                "𝟏",
                "²",
                ".",
                "．",
                "(",
                ")",
                "（",
                "）",
                "§",
            ),
            *(" ", "\t", "\u00a0", "\x85", "\x1c", "\u2028", "\u200e", "\u200f", "\u061c", "、", "•", "*", "-"),
            *("a", "ii", "б", "一", "word", "abcdefg", "İ", "\U0001f600"),
        ]
    ),
    min_size=1,
    max_size=8,
).map("".join)


def _parse(line: str) -> Label | None:
    return parse_label(line, 0, len(line))


@pytest.mark.parametrize(
    ("line", "printed", "form", "number"),
    [
        ("12. Text", "12.", ".", (12,)),
        ("12) Text", "12)", ")", (12,)),
        ("12- Text", "12-", "-", (12,)),
        ("(12) Text", "(12)", "()", (12,)),
        ("1.2. Text", "1.2.", ".", (1, 2)),
        ("1.2.3 Text", "1.2.3", ".", (1, 2, 3)),
        ("1.2 Text", "1.2", ".", (1, 2)),
        ("1.2) Text", "1.2)", ")", (1, 2)),
        ("1.2.3.4. Text", "1.2.3.4.", ".", (1, 2, 3, 4)),
        ("12．文", "12．", ".", (12,)),
        ("１２．文", "１２．", ".", (12,)),
        ("１．２．文", "１．２．", ".", (1, 2)),
        ("12、文", "12、", "、", (12,)),
        ("（12）文", "（12）", "()", (12,)),
        ("（12）2022年", "（12）", "()", (12,)),
        ("12）文", "12）", ")", (12,)),
        ("§ 12 Text", "§ 12", "§", (12,)),
        ("§12. Text", "§12.", "§", (12,)),
        ("§\u00a012) Text", "§\u00a012)", "§", (12,)),
        ("١٢. نص", "١٢.", ".", (12,)),
        ("۱۲. متن", "۱۲.", ".", (12,)),
        ("१२. पाठ", "१२.", ".", (12,)),
        ("๑๒. ข้อความ", "๑๒.", ".", (12,)),
        ("\u200f1\u200f.\u200f نص", None, None, None),
        ("\u200f1.\u200f نص", "\u200f1.\u200f", ".", (1,)),
        ("012. Text", "012.", ".", (12,)),
        ("12.\tText", "12.", ".", (12,)),
        ("12.\u00a0Text", "12.", ".", (12,)),
        ("12.", "12.", ".", (12,)),
        ("2022. Text", "2022.", ".", (2022,)),
        ("12.Text", None, None, None),
        ("12 Text", None, None, None),
        ("12345. Text", None, None, None),
        ("1.2345. Text", None, None, None),
        ("1.2.3.4.5. Text", None, None, None),
        ("07.01.2022. Text", None, None, None),
        ("12.5 %", "12.5", ".", (12, 5)),
        ("12.5% more", None, None, None),
        ("12．5人", None, None, None),
        ("3、4人", None, None, None),
        ("3、\u200f4", None, None, None),
        ("(12)Text", None, None, None),
        ("12th floor", None, None, None),
        ("1\ufe0f\u20e3 Text", None, None, None),
        ("² Text", None, None, None),
        ("𝟏. Text", None, None, None),
        ("", None, None, None),
    ],
)
def test_numbers(line: str, printed: str | None, form: str | None, number: tuple[int, ...] | None) -> None:
    """A printed number is read with its marks, in any script, and nothing like it is taken for one."""
    label = _parse(line)

    if printed is None:
        assert label is None
    else:
        assert label is not None
        assert (line[: label.end], label.form, label.number, label.letter) == (printed, form, number, "")


@pytest.mark.parametrize(
    ("line", "firm"),
    [
        ("999. Text", True),
        ("1000. Text", False),
        ("1.2. Text", True),
        ("1.2 Text", False),
        ("(2022) Text", False),
        ("a) Text", True),
        ("- Text", True),
    ],
)
def test_firm(line: str, *, firm: bool) -> None:
    """Four digits, and parts without a closing mark, are labels only where the sequence vouches for them."""
    label = _parse(line)

    assert label is not None
    assert label.firm is firm


@pytest.mark.parametrize(
    ("line", "printed", "form", "letter"),
    [
        ("(a) text", "(a)", "(a)", "a"),
        ("a) text", "a)", "a)", "a"),
        ("(B) text", "(B)", "(a)", "b"),
        ("(ii) text", "(ii)", "(a)", "ii"),
        ("(VIII) text", "(VIII)", "(a)", "viii"),
        ("xxxix) text", "xxxix)", "a)", "xxxix"),
        ("б) текст", "б)", "a)", "б"),
        ("Ә) мәтін", "Ә)", "a)", "ә"),
        ("أ) نص", "أ)", "a)", "أ"),
        ("\u200fأ) نص", "\u200fأ)", "a)", "أ"),
        ("क) पाठ", "क)", "a)", "क"),
        ("ก) ข้อความ", "ก)", "a)", "ก"),
        ("（一）文", "（一）", "(a)", "一"),
        ("十）文", "十）", "a)", "十"),
        ("（ア）文", "（ア）", "(a)", "ア"),
        ("가) 글", "가)", "a)", "가"),
        ("(株) text", None, None, None),
        ("(the) text", None, None, None),
        ("(Ii) text", None, None, None),
        ("(iiii) text", None, None, None),
        ("(mi) text", None, None, None),
        ("(a)text", None, None, None),
        ("a. text", None, None, None),
        ("(aa) text", None, None, None),
        ("(İ) text", None, None, None),
        ("(𝐚) text", None, None, None),
        ("(²) text", None, None, None),
        ("(_) text", None, None, None),
        ("(a text", None, None, None),
        ("Word text", None, None, None),
    ],
)
def test_letters(line: str, printed: str | None, form: str | None, letter: str | None) -> None:
    """One letter, or a Roman numeral, with its bracket is a label; a word in brackets is not."""
    label = _parse(line)

    if printed is None:
        assert label is None
    else:
        assert label is not None
        assert (line[: label.end], label.form, label.number, label.letter) == (printed, form, (), letter)


@pytest.mark.parametrize("bullet", "-–—*•·▪●")
def test_bullets(bullet: str) -> None:
    """A bullet is a label when white space and words follow it."""
    assert _parse(f"{bullet} text") == Label(1, bullet)
    assert _parse(f"{bullet}\ttext") == Label(1, bullet)
    assert _parse(f"{bullet}text") is None
    assert _parse(bullet) is None
    assert _parse(f"{bullet} {bullet} {bullet}") is None


def test_bounds() -> None:
    """Only the line itself is read, not what stands before or after it."""
    assert parse_label("xx12. Text", 2, 10) == Label(5, ".", (12,))
    assert parse_label("12. Text", 0, 2) is None
    assert parse_label("12.Text", 0, 3) == Label(3, ".", (12,))


def test_every_decimal_digit_of_the_basic_plane() -> None:
    """The decimal digits of every script of the Basic Multilingual Plane make numbers."""
    digits = [chr(point) for point in range(0x10000) if chr(point).isdecimal()]

    for digit in digits:
        label = _parse(f"{digit}. x")
        assert label is not None
        assert label.number == (int(digit),)
    assert len(digits) == 370


def test_every_letter_gives_a_letter_that_is_stable_in_lower_case() -> None:
    """Whatever single character is taken as a letter, its id is one lower-case word character."""
    for point in range(0x20000):
        label = _parse(f"({chr(point)}) x")
        if label and label.letter:
            assert len(label.letter) == 1
            assert label.letter.isalpha()
            assert label.letter == label.letter.lower()


@given(_BEGINNINGS, st.integers(0, 3), st.integers(0, 3))
@example("1. a", 0, 0)
@example("1. a", 0, 2)
@example("2022. a", 0, 0)
def test_the_short_way_changes_no_number(text: str, start: int, short: int) -> None:
    """A number decided before the patterns are asked is what they say, wherever the line begins and ends."""
    end = max(start, len(text) - short)
    assert parse_label(text, start, end) == (
        _parse_number(text, start, end) or _parse_letter(text, start, end) or _parse_bullet(text, start, end)
    )


@given(_BEGINNINGS, st.integers(0, 3), st.integers(0, 3))
@example("\u200e\u200e\u200e(abcdefg) ", 0, 0)
def test_the_bracket_of_a_letter_is_near(text: str, start: int, short: int) -> None:
    """No pattern of a letter fits where the patterns are not asked for want of a bracket."""
    end = max(start, len(text) - short)
    head = text[start : min(end, start + _BRACKET_WITHIN)]
    fits = any(pattern.match(text, start, end) for pattern, _ in _letters())
    assert not fits or ")" in head or "）" in head
