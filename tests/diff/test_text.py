from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.diff import compare, render_text
from muniment.diff.difference import Difference, Summary
from muniment.diff.selection import format_summary
from muniment.diff.views.painted import columns
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]
NONE = Summary(0, 0, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("summary", "line"),
    [
        (NONE, "no change in words"),
        (replace(NONE, edited=2, moved=1, renumbered=3), "2 paragraphs edited, 1 moved, 3 renumbered"),
        (replace(NONE, typographic=1), "1 paragraph changed in typography only"),
        (replace(NONE, inserted=1, deleted=2, split=3, merged=4), "1 paragraph inserted, 2 deleted, 3 split, 4 merged"),
    ],
)
def test_summary(summary: Summary, line: str) -> None:
    """One line says how much changed, and how."""
    assert format_summary(summary) == line


def lines(difference: Difference, a: list[Paragraph], b: list[Paragraph]) -> list[str]:
    """A rendered difference, line by line."""
    return render_text(difference, a, b).split("\n")


def shown(a: list[Paragraph], b: list[Paragraph], *, width: int = 80, context: int = 1) -> list[str]:
    """A comparison, rendered line by line."""
    return render_text(compare(a, b), a, b, width=width, context=context).split("\n")


def test_no_change(side: Side) -> None:
    """Equal texts give the summary alone."""
    assert shown(side("one", "two"), side("one", "two")) == ["no change in words"]


def test_every_kind_of_change(side: Side) -> None:
    """The whole page: summary, margin, marks, titles and what is left out."""
    a = side(
        ("1.", "On January 2, demonstrations began. The protesters demanded a lower price for gas."),
        ("2.", "All persons were released from custody."),
        ("3.", "It is important to note that peaceful protesters are not prosecuted for what they said."),
        ("4.", "Peace and quiet."),
        ("5.", "Un café noir."),
        ("6.", "Unchanged six."),
        ("7.", "Unchanged seven."),
        ("8.", "Unchanged eight."),
        ("9.", "Ninth stays in place."),
        (None, "Unnumbered end, cut in."),
        (None, "Two halves of it here."),
    )
    b = side(
        ("1.", "On January 2, demonstrations began."),
        (None, "The protesters demanded a lower price for gas."),
        ("2.", "All persons were freed from custody."),
        ("4.", "Новый абзац."),
        ("5.", "Un cafe\u0301 noir."),
        ("6.", "Unchanged six."),
        ("7.", "Unchanged seven."),
        ("8.", "Unchanged eight."),
        ("10.", "Ninth stays in place."),
        ("3.", "It is important to note that peaceful protesters are not prosecuted for what they said."),
        (None, "Unnumbered end, cut in. Two halves of it here."),
    )

    rest = ("inserted", "deleted", "moved", "split", "merged", "renumbered")
    assert shown(a, b, width=60) == [
        f"1 paragraph edited, {', '.join(f'1 {word}' for word in rest)}, 1 changed in typography only",
        "",
        "< p1  p1   split",
        "      p2   1. On January 2, demonstrations",
        "           began.[-⟨U+0020 SPACE⟩-]{+⟨paragraph break⟩+}The",
        "           protesters demanded a lower price for gas.",
        "",
        "~ p2  p3   edited",
        "           2. All persons were [-released-]{+freed+} from",
        "           custody.",
        "",
        "- p4       deleted",
        "           [-4. Peace and quiet.-]",
        "",
        "+     p4   inserted",
        "           {+4. Новый абзац.+}",
        "",
        "~ p5  p5   typography only",
        "           5. Un",
        "           [-café-]{+cafe⟨U+0301 COMBINING ACUTE ACCENT⟩+}",
        "           noir.",
        "",
        "  p6  p6   6. Unchanged six.",
        "           … 1 paragraph unchanged …",
        "  p8  p8   8. Unchanged eight.",
        "",
        "  p9  p9   renumbered 9. → 10.",
        "           Ninth stays in place.",
        "",
        "> p3  p10  moved, was after p2",
        "           It is important to note that peaceful protesters…",
        "",
        "= p10 p11  merged",
        "  p11      Unnumbered end, cut",
        "           in.[-⟨paragraph break⟩-]{+⟨U+0020 SPACE⟩+}Two",
        "           halves of it here.",
    ]


def test_colour(side: Side) -> None:
    """In colour, deleted words are red and struck out, inserted ones green and underlined, without brackets."""
    a, b = side("the old words stand here"), side("the new words stand here")

    assert render_text(compare(a, b), a, b, colour=True) == (
        "1 paragraph edited\n\n~ p1 p1  edited\n         the \x1b[31;9mold\x1b[0m \x1b[32;4mnew\x1b[0m words stand here"
    )


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (
            0,
            [
                "         … 4 paragraphs unchanged …",
                "",
                "+    p5  inserted",
                "         {+new one+}",
                "",
                "         … 1 paragraph unchanged …",
            ],
        ),
        (
            2,
            [
                "         … 2 paragraphs unchanged …",
                "  p3 p3  c",
                "  p4 p4  d",
                "",
                "+    p5  inserted",
                "         {+new one+}",
                "",
                "  p5 p6  e",
            ],
        ),
    ],
)
def test_context(side: Side, context: int, expected: list[str]) -> None:
    """As many unchanged paragraphs are shown around a change as asked for; the rest is counted."""
    a, b = side(*"abcde"), side(*"abcd", "new one", "e")

    assert shown(a, b, context=context) == ["1 paragraph inserted", "", *expected]


def test_hostile_text_is_named(side: Side) -> None:
    """Escapes and bidi controls of the text are named, in changes, context, labels and ids alike."""
    a = [Paragraph("p\x1b1", "paragraph", "-\x1b", "same \x1b]0;x\x07 text"), *side("kept \u202e text", "old")]
    a.insert(1, Paragraph("p2", "paragraph", "-\x1b", "another text"))
    b = [*(replace(one, label="•") for one in a[:2]), a[2], *side("brand\x9bnew")]
    page = render_text(compare(a, b), a, b, width=200)

    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(page)
    assert "renumbered -⟨U+001B ESCAPE⟩ → •" in page
    assert "p⟨U+001B ESCAPE⟩1" in page
    assert "kept ⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩ text" in page
    assert "{+brand⟨U+009B UNNAMED⟩new+}" in page


def test_literal_marks_are_told_apart(side: Side) -> None:
    """Brackets that stand in the text carry a backslash."""
    a, b = side("see ⟨[-this-]⟩ old word there"), side("see ⟨[-this-]⟩ new word there")

    assert shown(a, b)[-1].strip() == "see \\⟨\\[-this-\\]⟩ [-old-]{+new+} word there"


def test_inner_line_feeds(side: Side) -> None:
    """A line feed inside a paragraph is a space, also where it moved, and never a paragraph break."""
    a = side("one\ntwo three four five six. seven eight\nnine ten eleven twelve.")
    b = side("one\ntwo three four five six.", "seven eight nine ten eleven twelve.")

    assert shown(a, b, width=200)[-1] == (
        "     p2  one two three four five six.[-⟨U+0020 SPACE⟩-]{+⟨paragraph break⟩+}"
        "seven eight nine ten eleven twelve."
    )
    assert shown([], side("new\nlines"))[-1].strip() == "{+new lines+}"


def test_other_titles(side: Side) -> None:
    """A move from the top, a label that vanished and a coarse comparison are said in words."""
    a = side(("a)", "first here"), ("b)", "next to it"), "second", "third")
    b = side("second", "third", ("1.", "next to it"), ("2.", "first here"))
    a_split = side("one two three four. five six seven eight nine ten.")
    b_split = side("one two three four.", "five six 7 eight nine ten.")
    coarse = compare(side("the old words"), side("the new words"))
    coarse = replace(coarse, operations=(replace(coarse.operations[0], coarse=True),))

    assert "> p1 p4  moved, was first, renumbered a) → 2." in shown(a, b)
    assert "< p1 p1  split, edited" in shown(a_split, b_split)
    assert lines(coarse, side("the old words"), side("the new words"))[2] == (
        "~ p1 p1  edited, too long to compare word by word"
    )


def test_a_narrow_terminal_keeps_room_for_words(side: Side) -> None:
    """However narrow the terminal, the text keeps twenty columns."""
    assert shown(side(), side("twenty columns of it for each line"), width=1)[3:] == [
        "       {+twenty columns of",
        "       it for each line+}",
    ]


def test_right_to_left_text_keeps_its_place(side: Side) -> None:
    """Ids and marks stay where they are, direction marks are not noise, and a changed one is named."""
    a = side("بيان رقم 15\u200f، صدر يوم الأحد.", "فقرة باقية\u200f.", "حكم صادر هنا")
    b = side("بيان رقم 16\u200f، صدر يوم الأحد.", "فقرة باقية\u200f.", "حكم\u200f صادر هنا")

    assert shown(a, b)[2:] == [
        "~ p1 p1  edited",
        "         \u2067بيان رقم [-\u206815\u200f\u2069-]{+\u206816\u200f\u2069+}، صدر يوم الأحد.\u2069",
        "",
        "  p2 p2  \u2067فقرة باقية\u200f.\u2069",
        "",
        "~ p3 p3  typography only",
        "         \u2067[-\u2068حكم\u2069-]{+\u2068حكم⟨U+200F RIGHT-TO-LEFT MARK⟩\u2069+} صادر هنا\u2069",
    ]


def test_labels_of_both_directions(side: Side) -> None:
    """Right-to-left labels do not turn the arrow between them."""
    first, last = ("المادة ١", "the first of all"), ("المادة ٢", "put between them")
    page = shown(side(first, ("المادة ٢", "same words here")), side(first, last, ("المادة ٣", "same words here")))

    assert "  p2 p3  \u2066renumbered \u2068المادة ٢\u2069 → \u2068المادة ٣\u2069\u2069" in page


def test_joined_emoji_in_a_change_stay_whole(side: Side) -> None:
    """Joiners that did not change are not named; those that did are."""
    assert shown(side("the crew 👩\u200d🚀 is here"), side("the crew 👨\u200d🚀 is here"))[-1].strip() == (
        "the crew [-👩\u200d🚀-]{+👨\u200d🚀+} is here"
    )
    assert shown(side("love ❤\ufe0f it"), side("hate ❤ it"))[-1].strip() == (
        "[-love ❤⟨U+FE0F VARIATION SELECTOR-16⟩ it-]{+hate ❤ it+}"
    )


PIECES = (
    "word ",
    "Қазақ ",
    "中国",
    "ไทย",
    "بيان ",
    "👩\u200d🚀",
    "🇰🇿",
    "e\u0301",
    "\u00a0",
    "\u200b",
    "[-",
    "ｶ",
    "\x1b",
)


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), min_size=1, max_size=4), st.randoms())
def test_no_line_is_wider_than_the_terminal(side: Side, texts: list[str], rng: Random) -> None:
    """Whatever the script, each line below the summary fits into the columns that there are."""
    a, b = side(*texts), side(*("".join(rng.sample(text, len(text))) for text in texts))

    assert all(columns(line) <= 50 for line in shown(a, b, width=50)[1:])
