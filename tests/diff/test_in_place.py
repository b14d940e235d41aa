"""What stands alone between the same neighbours, and what begins, counts or is the same there, is an edit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.diff.compare import compare
from muniment.diff.difference import Difference
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]

FIRST, LAST = "Notice on the harbour and its dues", "The harbour closes on Monday until the storm has passed."


def changed(difference: Difference) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """Kind and indexes of every operation that changed something."""
    return [(o.op, o.a, o.b) for o in difference.operations if not o.unchanged]


SAME_THING = {
    "last updated": ("Last updated: September 26, 2023", "Last updated: February 13, 2024"),
    "effective": ("Effective: December 11, 2025", "Effective: March 12, 2026"),
    "no colon": ("Effective December 11, 2025", "Effective March 12, 2026"),
    "German": ("Stand: 12. Januar 2024", "Stand: 3. März 2025"),
    "Russian": ("Обновлено: 26 сентября 2023 года", "Обновлено: 13 февраля 2024 года"),
    "Kazakh": ("Жаңартылды: 26 қыркүйек", "Жаңартылды: 13 ақпан"),
    "Arabic": ("آخر تحديث: ٢٦ سبتمبر ٢٠٢٣", "آخر تحديث: ١٣ فبراير ٢٠٢٤"),
    "Chinese": ("更新日期：二〇二三年九月", "更新日期：二〇二四年二月"),
    "Thai": ("ปรับปรุงล่าสุด: กันยายน", "ปรับปรุงล่าสุด: กุมภาพันธ์"),
    "bare date": ("26 September 2023", "13 February 2024"),
    "bare numeric date": ("26.09.2023", "13.02.2024"),
    "contact": ("Press contact: Anna Berg, +47 22 11 00", "Press contact: Ola Lund, +44 20 79 46"),
    "address": ("press@harbour.example.org", "media@port.example.net"),
    "link": ("https://harbour.example.org/a/b", "https://port.example.net/x"),
    "price": ("Price: 20 euros", "Price: 35 dollars"),
    "bare price": ("€ 20,00", "$35.00"),
    "Greek price": ("Τιμή: 20 ευρώ", "Τιμή: 35 δολάρια"),
    "marks before a word": ("::: 경고", "::: warning"),
    "marks before a Russian word": ("!!! важно", "!!! danger"),
    "marks before an Arabic word": ("*** تنبيه", "*** إشعار"),
    "bare number": ("102,564.96", "106,004.32"),
    "bare number with marks": ("[ 0.99937230 ]", "[ 1.00 ]"),
    "Arabic number": ("٣٬٢١٢٫٧٠", "٤٬٠١٨٫٢٤"),
    "front matter": (
        '---\nterms: ["port", "ports"]\nsummary: "where ships lie"\n---',
        "---\nsummary: 船只停泊之处\nlayout: page\n---",
    ),
    "front matter in Arabic": ("---\ntitle: Harbour\n---", "---\nالعنوان: الميناء\n---"),
    "front matter in Thai": ("---\nlang: th\ntitle: Pier\n---", "---\nท่าเรือ: ปิด\n---"),
    "Turkish with its dots": (
        "Ozetle, bugunun ihtiyaclari dunun yazilim mimarileriyle karsilanamamakta.",
        "Özetle, bugünün ihtiyaçları dünün yazılım mimarileriyle karşılanamamakta.",
    ),
    "Vietnamese with its marks": ("Cau cang dong cua den khi bang tan", "Cầu cảng đóng cửa đến khi băng tan"),
    "Greek with its accents": ("Το λιμανι κλεινει ως την ανοιξη", "Τὸ λιμάνι κλείνει ὣς τὴν ἄνοιξη"),
    "Czech with its hooks": ("Pristav je uzavren do odvolani", "Přístav je uzavřen do odvolání"),
    "first words": ("The council met in the old hall by night.", "The council leaves nothing to chance again, ever."),
    "Japanese first signs": ("港湾審議会は昨日開催された。", "港湾審議会を知らない人へ贈る手紙"),
}


@pytest.mark.parametrize(("old", "new"), SAME_THING.values(), ids=SAME_THING)
def test_one_a_side(side: Side, old: str, new: str) -> None:
    """It is one edit, both ways; at the beginning and at the end of a text too."""
    for around in ((FIRST, LAST), (FIRST, None), (None, LAST), (None, None)):
        before, after = [[text] if text else [] for text in around]
        a, b = side(*before, old, *after), side(*before, new, *after)
        place = (len(before),)
        assert changed(compare(a, b)) == [("replace", place, place)]
        assert changed(compare(b, a)) == [("replace", place, place)]


def test_the_same_number_in_the_same_place(side: Side) -> None:
    """A clause that was written anew under its number is an edit; a bullet is no number."""
    a = side(("1.", FIRST), ("2.", "Ships wait."), ("3.", LAST))
    b = side(("1.", FIRST), ("2.", "No fishing inside."), ("3.", LAST))
    assert changed(compare(a, b)) == [("replace", (1,), (1,))]
    a = side(("*", FIRST), ("*", "Ships wait."), ("*", LAST))
    b = side(("*", FIRST), ("*", "No fishing inside."), ("*", LAST))
    assert [op for op, *_ in changed(compare(a, b))] == ["delete", "insert"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The weather was fine.", "Nobody may fish inside the mole."),
        ("Погода хорошая.", "Ловить рыбу запрещено."),
        ("天气很好。", "禁止在港内捕鱼。"),
        ("الطقس جميل.", "يمنع الصيد داخل الميناء."),
    ],
)
def test_place_alone_is_not_enough(side: Side, old: str, new: str) -> None:
    """Two unrelated paragraphs are never woven into each other."""
    assert [op for op, *_ in changed(compare(side(FIRST, old, LAST), side(FIRST, new, LAST)))] == ["delete", "insert"]


def test_several_names_in_one_place(side: Side) -> None:
    """Of several lines in one place those of one name are edited, in order; what has no twin is deleted or inserted."""
    a = side(FIRST, "Stand: 12. Januar 2024", "Gültig ab: 1. Mai", "Preis: 20 Euro", LAST)
    b = side(FIRST, "Stand: 3. März 2025", "Preis: 35 Dollar", LAST)
    assert changed(compare(a, b)) == [("replace", (1,), (1,)), ("delete", (2,), ()), ("replace", (3,), (2,))]


VERSIONS = "version 4, of 9 July 2023, version 5, of 2 August 2023, and version 6, of 1 March 2024."
FALSE_SPLITS = {
    "English": (
        ("Version 2, of 3 May 2021.", f"Replaced by version 3, of 4 June 2022, {VERSIONS}"),
        ("Version 3, of 4 June 2022.", f"Replaced by {VERSIONS}"),
    ),
    "German": (
        ("Fassung 2 vom 3. Mai 2021.", "Ersetzt durch Fassung 3 vom 4. Juni 2022, Fassung 4 vom 9. Juli 2023 und 5."),
        ("Fassung 3 vom 4. Juni 2022.", "Ersetzt durch Fassung 4 vom 9. Juli 2023 und 5."),
    ),
    "Russian": (
        (
            "Редакция 2 от 3 мая 2021 года.",
            "Заменена редакцией 3 от 4 июня 2022 года, редакцией 4 от 9 июля 2023 года.",
        ),
        ("Редакция 3 от 4 июня 2022 года.", "Заменена редакцией 4 от 9 июля 2023 года."),
    ),
    "after the whole": (
        (f"Replaces version 3, of 4 June 2022, {VERSIONS}", "Version 2, of 3 May 2021."),
        (f"Replaces {VERSIONS}", "Version 3, of 4 June 2022."),
    ),
}


@pytest.mark.parametrize(("old", "new"), FALSE_SPLITS.values(), ids=FALSE_SPLITS)
def test_no_piece_where_an_edit_explains_more(side: Side, old: tuple[str, str], new: tuple[str, str]) -> None:
    """A line whose new words come from its neighbour was edited, and so was the neighbour."""
    a, b = side(FIRST, *old, LAST), side(FIRST, *new, LAST)
    assert changed(compare(a, b)) == [("replace", (1,), (1,)), ("replace", (2,), (2,))]
    assert changed(compare(b, a)) == [("replace", (1,), (1,)), ("replace", (2,), (2,))]


COPIES = {
    "English": "The council of the port keeps the names of all masters for seven years and gives them to nobody.",
    "Russian": "Совет порта хранит имена всех капитанов семь лет и никому их не выдаёт без письменного приказа.",
    "Chinese": "港务委员会保存所有船长的姓名七年，并且没有书面命令不得交给任何人。",
    "Arabic": "يحتفظ مجلس الميناء بأسماء جميع الربابنة سبع سنوات ولا يعطيها لأحد دون أمر مكتوب.",
}
ENDS = {"English": " Thus decided.", "Russian": " Решено.", "Chinese": "特此决定。", "Arabic": " هكذا تقرر."}


@pytest.mark.parametrize("language", COPIES)
@pytest.mark.parametrize("copies", [4, 25])
def test_equal_copies_keep_their_order(side: Side, language: str, copies: int) -> None:
    """Copies that were all edited alike pair in order, however much text was put before them."""
    same, edited = COPIES[language], COPIES[language] + ENDS[language]
    odd = [f"{chr(97 + k)}{k} " * 9 for k in range(copies)]
    put = [f"{chr(97 + k)}x{k} " * 9 for k in range(30)]
    a = side("Rules", *(text for word in odd for text in (word, same)))
    b = side("Rules", *put, *(text for word in reversed(odd) for text in (f"{word[::-1]}q", edited)))
    found = changed(compare(a, b))
    assert [o for o in found if o[0] in ("move", "replace")] == [
        ("replace", (2 * k + 2,), (2 * k + 32,)) for k in range(copies)
    ]


@pytest.mark.parametrize("rule", ["* * *", "———", "- 2 -", "⁂", "…", "✂ ✂ ✂"])
def test_what_has_no_letters_does_not_move(side: Side, rule: str) -> None:
    """A rule, a row of stars or the number of a page is like any other: it comes and goes, and never moves."""
    texts = [f"{FIRST} {word}" for word in ("one", "two", "three", "four")]
    for a, b in (
        (side(texts[0], rule, *texts[1:]), side(*texts[:3], rule, texts[3])),
        (side(rule, *texts), side(*texts, rule)),
    ):
        assert sorted(op for op, *_ in changed(compare(a, b))) == ["delete", "insert"]
        assert sorted(op for op, *_ in changed(compare(b, a))) == ["delete", "insert"]


CELLS = {
    "English to Vietnamese": (
        ("<th>Adapters</th>", "<th>Library</th>", "<td>Weeks</td>", "<td>Hours</td>"),
        ("<th>Mô phỏng</th>", "<th>Thư viện</th>", "<td>Hàng tuần</td>", "<td>Hàng giờ</td>"),
    ),
    "German to Russian": (
        ("<li>Hafen</li>", "<li>Anker</li>", "<li>Mole</li>", "<li>Boje</li>"),
        ("<li>Порт</li>", "<li>Якорь</li>", "<li>Мол</li>", "<li>Буй</li>"),
    ),
    "French to Arabic": (
        ("<td>Quai</td>", "<td>Phare</td>", "<td>Port</td>", "<td>Voile</td>"),
        ("<td>رصيف</td>", "<td>منارة</td>", "<td>ميناء</td>", "<td>شراع</td>"),
    ),
    "Japanese to Chinese, with attributes": (
        ('<td class="n">みなと</td>', "<td>いかり</td>", "<td>とうだい</td>", "<td>ほ</td>"),
        ('<td class="n">港口</td>', "<td>锚</td>", "<td>灯塔</td>", "<td>帆</td>"),
    ),
}


@pytest.mark.parametrize(("old", "new"), CELLS.values(), ids=CELLS)
def test_cells_of_a_table_are_paired_in_turn(side: Side, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """That two lines have the same tags does not make them alike: the one at its place is the same cell."""
    a, b = side(FIRST, *old, LAST), side(FIRST, *new, LAST)
    expected = [("replace", (place,), (place,)) for place in range(1, 5)]
    assert changed(compare(a, b)) == expected
    assert changed(compare(b, a)) == expected


HEADINGS = {
    "Ukrainian": ("== Введення", "Ця глава про те, як почати роботу в порту.", "== Вступ"),
    "English": ("Introduction", "This chapter tells how to begin work in the port.", "Foreword"),
    "Korean": ("머리말", "이 장은 항구에서 일을 시작하는 법을 설명한다.", "들어가며"),
    "Persian": ("مقدمه", "این فصل درباره آغاز کار در بندر است.", "پیش گفتار"),
}


@pytest.mark.parametrize(("old", "gone", "new"), HEADINGS.values(), ids=HEADINGS)
def test_the_only_heading_in_its_place(side: Side, old: str, gone: str, new: str) -> None:
    """A heading beside which a paragraph went is still the heading of the text that follows."""

    def heading(text: str) -> list[Paragraph]:
        return [Paragraph("h9", "heading", None, text)]

    a, b = side(FIRST) + heading(old) + side(gone, LAST), side(FIRST) + heading(new) + side(LAST)
    assert changed(compare(a, b)) == [("replace", (1,), (1,)), ("delete", (2,), ())]
    assert changed(compare(b, a)) == [("replace", (1,), (1,)), ("insert", (), (2,))]


def test_sections_that_took_the_place_of_others_keep_their_headings(side: Side) -> None:
    """Where both sides have more than a heading there, one section went and another came."""

    def section(heading: str, *texts: str) -> list[Paragraph]:
        return [Paragraph("h9", "heading", None, heading), *side(*texts)]

    a = side(FIRST) + section("Ice", "Sledges leave from the north pier.", "Horses rest at noon.") + side(LAST)
    b = side(FIRST) + section("Sharks", "Nets hang below every ferry.") + side(LAST)
    assert [name for name, *_ in changed(compare(a, b))] == ["delete"] * 3 + ["insert"] * 2


@pytest.mark.parametrize(
    ("old", "new", "heading"),
    [
        ("* Help with the dues of the harbour", " at the office on every day", "### Help with the dues of the"),
        ("* Hilfe bei den Gebühren des Hafens", " im Büro an jedem Werktag", "### Hilfe bei den Gebühren des"),
        ("* Помощь по вопросам портовых сборов", " в конторе по рабочим дням", "### Помощь по вопросам портовых"),
        ("* مساعدة بشأن رسوم الميناء القديم", " في المكتب كل يوم عمل", "### مساعدة بشأن رسوم الميناء"),
    ],
)
def test_what_grew_where_it_stands_has_not_moved(side: Side, old: str, new: str, heading: str) -> None:
    """A text that is whole in its own place was edited there, however much like it another one below is."""
    a = side(FIRST, old, LAST)
    b = side(FIRST, old + new, LAST, heading)
    assert changed(compare(a, b)) == [("replace", (1,), (1,)), ("insert", (), (3,))]
    assert changed(compare(b, a)) == [("replace", (1,), (1,)), ("delete", (3,), ())]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("- Anna Berg", "until the council has agreed to it"),
        ("- Anna Berg, a.berg@example.org", "bis der Rat des Hafens zustimmt"),
        ("- Анна Берг", "до согласия совета порта"),
        ("- آنا برغ", "حتى يوافق مجلس الميناء على ذلك"),
    ],
)
def test_a_name_that_got_words_of_another_line(side: Side, name: str, said: str) -> None:
    """Words that went from one line to another were edited in both, however short what they came to."""
    a = side(FIRST, f"Pilots: {said}", "The first of them is", name, LAST)
    b = side(FIRST, "Pilots:", "The first of them is", f"{name} ({said})", LAST)
    assert changed(compare(a, b)) == [("replace", (1,), (1,)), ("replace", (3,), (3,))]
