"""Where one paragraph ends and the next begins."""

from __future__ import annotations

import sys

import pytest
from tests.sources.conftest import ids, words

from muniment.sources.blocks import split_blocks
from muniment.sources.paragraphs import segment

_WRAPPED = (
    "The committee met on Monday in the capital and heard the report of the\n"
    "secretary on the state of the roads in the northern districts, which\n"
    "had suffered from the floods of the spring. It decided to repair them\n"
    "before the winter.\n"
)
_LONG = "The council keeps the names of all ships and gives them to nobody without an order. " * 3


def blocks(text: str) -> list[list[str]]:
    """The lines of each block."""
    return [[text[line.start : line.end] for line in block] for block in split_blocks(text)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n", "\n\r"])
def test_line_ends(end: str) -> None:
    """LF, CRLF, CR, and what twice converted files have, end a line; a blank line ends a block."""
    assert blocks(f"one{end}two{end}{end}three{end} \t{end}{end}four{end}") == [["one", "two"], ["three"], ["four"]]


@pytest.mark.parametrize("mark", ["\f", "\u2029", "\n\f", "\f\n", " \u2029 "])
def test_paragraph_separators(mark: str) -> None:
    """A form feed and U+2029 end a block by themselves."""
    assert blocks(f"a\nb{mark}c") == [["a", "b"], ["c"]]


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\x0b", "\u00a0", "\u200b", "\ufeff"])
def test_no_line_end(mark: str) -> None:
    """Other white space and zero-width characters divide nothing."""
    assert blocks(f"a{mark}b\n\nc") == [[f"a{mark}b"], ["c"]]


@pytest.mark.parametrize("sign", ["\u200b", "\u2060", "\u3164", "\ufeff", "\u200f", "\u202c", "\x1a", "\x08", "\u00ad"])
def test_a_line_that_shows_nothing_is_blank(sign: str) -> None:
    """It is no paragraph, and divides as a blank line does; at the ends of lines such signs are between paragraphs."""
    assert ids(f"Notice\n{sign}\nThe council decided.\n{sign}\nThe mayor thanks.\n{sign}") == "h1 nn1 nn2"


@pytest.mark.parametrize("sign", ["\ufeff", "\u200b", "\u2060", "\ufeff\u200b"])
def test_signs_before_a_number_hide_it_not(sign: str) -> None:
    """A byte order mark or a zero-width space before a number leaves it a label."""
    assert ids(f"Notice\n\n{sign}1. One here.\n\n{sign}2. Two here.") == "h1 p1 p2"


def test_blank_is_one_notion() -> None:
    """What begins a line and what ends it agree on what is blank, for every code point of the basic plane."""
    characters = [chr(point) for point in range(0x10000)]
    for character in characters:
        found = blocks(f"a\n\n{character}\n\nb")
        assert found in ([["a"], ["b"]], [["a"], [character], ["b"]])
    assert not any(chr(point).isspace() for point in range(0x10000, sys.maxunicode + 1))


@pytest.mark.parametrize(
    "text",
    [
        _WRAPPED,
        "因台风临近，本港将于星期一中午起\n关闭，所有船只须在此之前离港或\n进入避风锚地。",
        "台風が近づいているため、港は月曜日の正午\nから閉鎖します。すべての船はそれまでに港\nを出てください。",
        "เนื่องจากพายุกำลังใกล้เข้ามา ท่าเรือจะปิดตั้งแต่\nวันจันทร์เป็นต้นไป และเรือทุกลำต้องออกจากท่า\nก่อนเวลานั้น",
        (
            "Собрание прошло в понедельник в столице и заслушало доклад\n"
            "секретаря о состоянии дорог в северных районах, которые\n"
            "пострадали весной."
        ),
        "1. " + _WRAPPED,
    ],
)
def test_wrapped(text: str) -> None:
    """Lines that break where the next word did not fit are one paragraph."""
    assert len(segment(text)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        [
            "Notice",
            "",
            "The harbour closes on Monday because of the storm from the west.",
            "Ferries keep to their timetable.",
            "Tickets stay valid.",
        ],
        [
            "Notice",
            "The harbour closes on Monday because of the storm from the west.",
            "Ferries keep to their timetable.",
            "Tickets stay valid.",
        ],
        [
            "港务局公告",
            "",
            "因台风临近，本港将于星期一中午起关闭。",
            "轮渡照常运行至当日中午。",
            "已售船票七日内有效。",
        ],
        ["お知らせ", "", "港は月曜日の正午から閉鎖します。", "フェリーは運航します。", "切符は有効です。"],
        [
            "Объявление",
            "",
            "Порт закрывается в понедельник из-за шторма с запада.",
            "Паромы ходят по расписанию.",
            "Билеты действительны.",
        ],
        [
            "إعلان",
            "",
            "يغلق الميناء يوم الاثنين بسبب العاصفة القادمة من الغرب.",
            "تعمل العبارات كالمعتاد.",
            "التذاكر صالحة.",
        ],
        ["สภาท่าเรือ", "", "ท่าเรือจะปิดในวันจันทร์ตั้งแต่เวลาเที่ยงเป็นต้นไปเนื่องจากพายุ", "เรือข้ามฟากยังคงให้บริการ", "ตั๋วใช้ได้เจ็ดวัน"],
    ],
)
def test_a_paragraph_a_line(lines: list[str]) -> None:
    """Where half of the lines end a sentence, each line is a paragraph; a blank line more changes nothing."""
    assert words("\n".join(lines)) == [line for line in lines if line]


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        (
            "The council decided to close it now.",
            "The crews go home, and come back later.\nThe ferries stop, and start on Friday.",
        ),
        (
            "Der Rat hat beschlossen, ihn zu schließen.",
            "Die Leute gehen nach Hause.\nDie Fähren halten am Dienstag an.",
        ),
        ("理事会决定关闭。", "船员回家。\n轮渡停航。"),
    ],
)
def test_a_blank_line_merges_no_others(first: str, rest: str) -> None:
    """A blank line put in behind the first line leaves the paragraphs as they were."""
    assert segment(f"{first}\n{rest}") == segment(f"{first}\n\n{rest}")


def test_one_long_line_says_that_nothing_is_wrapped() -> None:
    """A line over 200 code points anywhere makes every line of every block a paragraph, and a link does not."""
    text = (
        f"Article 1\nEvery ship enters by day and\nNo ship enters by night.\n\nArticle 2\n{_LONG}\nThe council may ask."
    )
    assert len(segment(text)) == 6
    link = "https://press.example.org/closed?" + "a=letter&" * 30
    text = (
        "The council of the harbour has decided that all boats have to leave\nthe harbour. The decision is found at\n"
    )
    assert len(segment(text + link + "\nand may be asked for.")) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (
            (
                "    The council met on Monday in the hall and agreed that\n"
                "the ferries keep to it.\n"
                "    Pilots stay by day and by night, and no ship leaves\n"
                "the mole.\n"
                "    Dues are paid."
            ),
            3,
        ),
        (
            (
                "Notice\n"
                "    The council met on Monday in the hall and agreed that\n"
                "the ferries keep to it.\n"
                "    Pilots stay by day and by night, and no ship leaves\n"
                "the mole."
            ),
            3,
        ),
        ("公告\n\n　　因台风临近，本港将于星期一中午起\n关闭。\n　　轮渡照常运行。\n　　完", 4),
        (
            (
                "\tСобрание прошло в понедельник в столице и заслушало\n"
                "доклад секретаря.\n"
                "\tОно решило отремонтировать дороги до наступления\n"
                "зимы."
            ),
            2,
        ),
        ("　港は月曜日の正午から\n閉鎖します。\n　フェリーは運航します。", 2),
        (
            (
                "   The council of the harbour met on Monday in the hall of the\n"
                "   guild and agreed that ferries keep to their timetable until\n"
                "   the storm has passed."
            ),
            1,
        ),
    ],
)
def test_indents(text: str, count: int) -> None:
    """A first line that is set in begins a paragraph; a block that is set in as a whole says nothing."""
    assert len(segment(text)) == count


def test_verse_and_short_lines() -> None:
    """A paragraph ends where the next word would have fitted behind a full stop; unmarked lines are not cut."""
    verse = (
        "In the beginning the port was without a mole, and\nships lay upon the open sea.\n"
        "And the council said, Let there be a mole: and\nthere was a mole.\n"
        "And the council saw that it was good, and divided the\n"
        "ships of war from the others, each to its own\n"
        "side of the mole."
    )
    assert len(segment(verse)) == 3
    assert (
        len(
            segment(
                "Song\n\n"
                "The harbour lies asleep\n"
                "The ships are far away\n"
                "The lamps upon the deep\n"
                "Are waiting for the day"
            )
        )
        == 2
    )


def test_headings_inside_of_blocks() -> None:
    """The number of an article alone on its line is a heading in any block; so is a short line above sentences."""
    assert ids("Charter\n\nArticle 1\nEvery ship enters.\nNo ship leaves.\n\nArticle 2\nDues are paid.").split() == [
        "h1",
        "p1",
        "nn1",
        "nn2",
        "p2",
        "nn3",
    ]
    assert segment(_WRAPPED + "\nThe roads\n" + _WRAPPED)[1].kind == "heading"


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (["| Ship | Port |", "|---|---|", "| Anna | Bergen |"], 2),
        (["Boat 1   owner 2   fee 3.00", "Boat 2   owner 4   fee 6.00"], 2),
        (["Schiff\tHafen\tLand", "Anna\tBergen\tNorwegen"], 2),
        (["船名\t港口\t国家", "安娜\t卑尔根\t挪威", "+----+----+"], 2),
    ],
)
def test_rows(rows: list[str], count: int) -> None:
    """Each row of a table is a paragraph, and a drawn line goes with the row above it."""
    assert len(segment("List\n\n" + "\n".join(rows) + "\n\nThe end.")) == count + 2


def test_quoted_mail() -> None:
    """A quote is divided by its depth and by its blank lines, which stay with what is before them."""
    text = "Hello,\n> The council has decided,\n> and it will open.\n>\n> Second of it.\nI answer.\n>> Older\n> Newer"
    assert words(text) == [
        "Hello,",
        "> The council has decided, > and it will open. >",
        "> Second of it.",
        "I answer.",
        ">> Older",
        "> Newer",
    ]


@pytest.mark.parametrize(
    "page",
    [
        *("- 2 -", "2", "— 2 —", "Page 2 of 5", "стр. 2", "2 / 5", "第 2 页", "صفحة 2"),
        *("Seite 2 von 5", "2ページ", "第2頁", "第二页", "2쪽", "ص 2", "٢", "۲", "หน้า ๒", "עמוד 2", "पृष्ठ 2"),
        *("Σελίδα 2", "გვერდი 2", "էջ 2", "Strona 2 z 5", "Sayfa 2", "2-бет", "- ii -", "Page | 2", "• 2 •", "* 2 *"),
    ],
)
def test_page_numbers(page: str) -> None:
    """The number of a page stands alone, without a label; what it parts is neither heading nor list."""
    found = segment(
        f"The council\n\n"
        f"The council met and decided that the boats leave\n\n"
        f"{page}\n\n"
        f"\fthe harbour by noon.\n\n"
        f"The end."
    )
    assert [(each.kind, each.label) for each in found] == [("heading", None), *[("paragraph", None)] * 4]
    assert (
        segment(f"It met and decided, as the council wanted it,\nthat boats leave.\n{page}\f\nThe end.")[1].text == page
    )
