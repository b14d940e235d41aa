"""White space that moved in an edited paragraph is told once, and long unchanged runs are left out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.diff import compare, render_text
from muniment.diff.difference import Segment
from muniment.diff.views.parts import ELIDED, KEPT_BESIDE, elide, moved_white, parts
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]


def page(a: list[Paragraph], b: list[Paragraph]) -> str:
    """A comparison on long lines."""
    return render_text(compare(a, b), a, b, width=2000)


def marks(a: list[Paragraph], b: list[Paragraph]) -> list[tuple[str, str]]:
    """The changed segments of the one operation."""
    [operation] = compare(a, b).operations
    return [(s.tag, s.text) for s in operation.segments or () if s.tag != "="]


REWRAPPED = {
    "English": (
        "The council met and agreed\n   that the ferries keep to their\n   timetable until it is over.",
        "The council met and agreed by all\n   voices that the ferries keep to\n   their timetable until it is over.",
        "The council met and agreed {+by all voices +}that the ferries keep to their timetable until it is over.",
    ),
    "Russian": (
        "Совет порта решил, что паромы\nходят по расписанию, пока\nшторм не пройдёт мимо.",
        "Совет порта вчера решил, что\nпаромы ходят по\nрасписанию, пока шторм не пройдёт мимо.",
        "Совет порта {+вчера +}решил, что паромы ходят по расписанию, пока шторм не пройдёт мимо.",
    ),
    "Greek, line ends of Windows": (
        "Το λιμάνι κλείνει τη\r\nΔευτέρα και ανοίγει την\r\nΤρίτη το πρωί.",
        "Το λιμάνι κλείνει τη Δευτέρα\nκαι ανοίγει την Τετάρτη\nτο πρωί.",
        "Το λιμάνι κλείνει τη Δευτέρα και ανοίγει την [-Τρίτη-]{+Τετάρτη+} το πρωί.",
    ),
    "Chinese": (
        "因台风临近，本港将于星期一\n中午起关闭，所有船只须在此之前离港。",
        "因台风临近，本港将于星期二中午起\n关闭，所有船只须在此之前离港。",
        "因台风临近，本港将于星期[-一-]{+二+}中午起关闭，所有船只须在此之前离港。",
    ),
    "one word moved to the next line": (
        "Whoever breaks these old rules may get a temporary or\npermanent ban.",
        "Whoever breaks these new rules may get a temporary or permanent\nban.",
        "Whoever breaks these [-old-]{+new+} rules may get a temporary or permanent ban.",
    ),
}


@pytest.mark.parametrize(("old", "new", "line"), REWRAPPED.values(), ids=REWRAPPED)
def test_an_edited_paragraph_wrapped_anew(side: Side, old: str, new: str, line: str) -> None:
    """Only words are marked, "line breaks moved" is said once, and the segments keep every sign."""
    a, b = side(old), side(new)
    shown = page(a, b).replace("\u2067", "").replace("\u2069", "")
    assert shown.splitlines()[2].endswith("edited, line breaks moved")
    assert shown.count("line breaks moved") == 1
    assert shown.splitlines()[-1].strip() == line
    [operation] = compare(a, b).operations
    assert "".join(s.text for s in operation.segments or () if s.tag != "+") == old
    assert "".join(s.text for s in operation.segments or () if s.tag != "-") == new


def test_spaces_that_changed_beside_words(side: Side) -> None:
    """Two spaces that became one are said as such; a no-break space was set by somebody and is named."""
    assert ", spaces changed" in page(side("One  port is closed now."), side("One port is open now."))
    assert "NO-BREAK SPACE" in page(side("One port is closed now."), side("One\u00a0port is open now."))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("or\npermanent ban", "or permanent\nban", [("-", "\n"), ("+", " "), ("-", " "), ("+", "\n")]),
        ("или\nвечный запрет", "или вечный\nзапрет", [("-", "\n"), ("+", " "), ("-", " "), ("+", "\n")]),
        ("أو\nدائم منع", "أو دائم\nمنع", [("-", "\n"), ("+", " "), ("-", " "), ("+", "\n")]),
        ("or\u00a0permanent ban", "or permanent\u00a0ban", [("-", "\u00a0"), ("+", " "), ("-", " "), ("+", "\u00a0")]),
        ("ή\n  μόνιμη ποινή", "ή μόνιμη\n  ποινή", [("-", "\n  "), ("+", " "), ("-", " "), ("+", "\n  ")]),
    ],
)
def test_words_outweigh_spaces(side: Side, old: str, new: str, expected: list[tuple[str, str]]) -> None:
    """Of two ways to pair as much, the one that keeps the word: where only white space moved, only it is marked."""
    found = marks(
        side(f"Whoever breaks them may get a temporary {old}."), side(f"Whoever breaks them may get a temporary {new}.")
    )
    assert found == expected


def test_the_end_of_a_paragraph_is_no_moved_line_break(side: Side) -> None:
    """A split is a change, and is shown as one."""
    a, b = (
        side("one two three four. five six seven\neight nine."),
        side("one two three four.", "five six seven eight nine."),
    )
    [operation] = compare(a, b).operations
    found = list(parts(operation.segments or (), a, b))
    assert [part.text for part in found if part.white] == ["\n", " "]
    assert moved_white(operation, a, b) == "line breaks moved"


def test_a_typographic_change_shows_all(side: Side) -> None:
    """Where white space is the whole change, it is named."""
    assert "⟨U+000A LINE FEED⟩" in page(side("one\ntwo"), side("one two"))


TABLES = {
    "English": "| Ship {} | Harbour | Norway |",
    "Russian": "| Корабль {} | Гавань | Норвегия |",
    "Chinese": "| 船{} | 港口 | 挪威 |",
    "Arabic": "| سفينة {} | ميناء | النرويج |",
}


@pytest.mark.parametrize("row", TABLES.values(), ids=TABLES)
def test_a_row_in_a_long_table(side: Side, row: str) -> None:
    """One row that was put in stands between the rows beside it; the others are counted."""
    rows = [row.format(number) for number in range(60)]
    new = row.format("Anna")
    a, b = side("\n".join(rows)), side("\n".join([*rows[:30], new, *rows[30:]]))
    shown = page(a, b)
    assert "Anna" in shown
    assert shown.count("characters unchanged …⟩") == 2
    assert len(shown) < 900


def test_what_is_left_out(side: Side) -> None:
    """The beginning of the paragraph and what stands beside a change stay, cut between words; no text can forge it."""
    long = "word " * 400
    assert elide("word " * 40, last=False) is None
    found = elide(long, last=False)
    assert found is not None
    assert (found.head, found.tail) == ("word " * (KEPT_BESIDE // 5), "word " * (KEPT_BESIDE // 5))
    assert (found.count, str(found)) == (2000 - 2 * KEPT_BESIDE, "⟨… 1,840 characters unchanged …⟩")
    end = elide(long, last=True)
    assert end is not None
    assert (end.tail, end.count) == ("", 2000 - KEPT_BESIDE)
    assert elide("x" * (KEPT_BESIDE + ELIDED), last=True) is not None
    forged = "⟨… 9 characters unchanged …⟩"
    assert f"\\{forged}" in page(side(f"old {forged}"), side(f"new {forged}"))


LONG = ("The port of ", "Порт города ", "港口")


@pytest.mark.parametrize("begin", LONG)
@pytest.mark.parametrize("end", ["\n", ". "])
def test_two_words_in_a_very_long_paragraph(side: Side, begin: str, end: str) -> None:
    """Rows and sentences that are equal are set apart before a text is called too long."""
    units = [f"{begin}{k}, keeps {k * 7} lamps / and {k * 3} ropes / on {k} quays" for k in range(700)]
    new = list(units)
    new[300], new[500] = new[300].replace("lamps", "boats"), new[500].replace("ropes", "nets")
    a, b = side(end.join(units)), side(end.join(new))
    [operation] = compare(a, b).operations
    assert not operation.coarse
    assert [s for s in operation.segments or () if s.tag != "="] == [
        *(Segment("-", "lamps"), Segment("+", "boats"), Segment("-", "ropes"), Segment("+", "nets"))
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The master gives seven days of notice here.", "The master gives\ndays of notice here."),
        ("Der Hafenmeister gibt sieben Tage Frist am Kai.", "Der Hafenmeister gibt\nTage Frist am Kai."),
        ("Начальник порта даёт семь дней срока.", "Начальник порта даёт\nдней срока."),
        ("يعطي ربان الميناء سبعة أيام مهلة هنا.", "يعطي ربان الميناء\nأيام مهلة هنا."),
    ],
)
def test_a_line_break_in_the_place_of_a_word(side: Side, old: str, new: str) -> None:
    """Where a word went and a line breaks, the break stands against a space, in both directions."""
    for a, b in ((old, new), (new, old)):
        (operation,) = compare(side(a), side(b)).operations
        shown = [
            part for part in parts(operation.segments or (), side(a), side(b)) if part.tag != "=" and not part.white
        ]
        assert len(shown) == 1
        assert shown[0].text.strip() in old
        assert "\n" not in shown[0].text
