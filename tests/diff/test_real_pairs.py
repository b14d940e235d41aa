"""Kinds of change, found in real texts, that careless pairs of paragraphs show worse than a word diff of lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.history.conftest import make_release

from muniment.diff import render_text
from muniment.diff.compare import compare
from muniment.diff.difference import Difference, Operation, summarise
from muniment.diff.views.painted import columns
from muniment.diff.views.text import MAX_COLUMN
from muniment.history.blame import blame
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]

BEFORE, AFTER = "Notice on the harbour and its dues", "Questions are answered at the office of the master."


def changed(difference: Difference) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """Kind and indexes of every operation that changed something."""
    return [(o.op, o.a, o.b) for o in difference.operations if not o.unchanged]


def joined(operation: Operation, tag: str) -> str:
    """What an operation keeps, deletes or inserts."""
    return "|".join(segment.text for segment in operation.segments or () if segment.tag == tag)


CUT_SHORT = {
    "English": (
        "Ferries keep to their timetable until the storm has passed.",
        (
            "In the inner basin they lie two abreast, with lamps lit from dusk to dawn, and their crews stay aboard at "
            "all hours, as the council ordered after the fire of the year before."
        ),
    ),
    "German": (
        "Die Fähren verkehren nach Fahrplan, bis der Sturm vorüber ist.",
        (
            "Im inneren Becken liegen sie zu zweit nebeneinander, von der Dämmerung bis zum Morgen beleuchtet, und die "
            "Mannschaften bleiben jederzeit an Bord, wie es der Rat nach dem Brand des Vorjahres bestimmte."
        ),
    ),
    "Russian": (
        "Паромы ходят по расписанию, пока не стихнет буря.",
        (
            "Во внутренней гавани они стоят по двое, с зажжёнными огнями от сумерек до рассвета, а команды всё время "
            "остаются на борту, как постановил совет после прошлогоднего пожара."
        ),
    ),
    "Arabic": (
        "تلتزم العبّارات بمواعيدها حتى تهدأ العاصفة.",
        (
            "وترسو في الحوض الداخلي اثنتين اثنتين، ومصابيحها مضاءة من الغسق حتى الفجر، ويبقى بحّارتها على متنها في كل "
            "الأوقات كما أمر المجلس بعد حريق العام الماضي."
        ),
    ),
    "Chinese": (
        "渡轮按时刻表行驶，直到风暴过去。",
        "在内港，渡轮两两并排停泊，从黄昏到黎明点亮灯火，船员始终留在船上，这是议会在去年火灾之后所作的决定，任何人不得违反。",
    ),
    "Thai": (
        "เรือข้ามฟากเดินตามตารางเวลาจนกว่าพายุจะสงบ",
        "ในอ่างชั้นในเรือจอดเทียบกันสองลำ เปิดไฟตั้งแต่ค่ำจนรุ่งเช้า และลูกเรือต้องอยู่บนเรือตลอดเวลาตามคำสั่งของสภาหลังเหตุเพลิงไหม้ปีก่อน",
    ),
}


@pytest.mark.parametrize(("kept", "more"), CUT_SHORT.values(), ids=CUT_SHORT)
def test_a_paragraph_cut_to_less_than_half(side: Side, kept: str, more: str) -> None:
    """It is one edit that only deletes, and in the other direction only inserts, before the kept words or after."""
    space = "" if kept[-1] == "。" else " "
    for whole in (f"{kept}{space}{more}", f"{more}{space}{kept}"):
        a, b = side(BEFORE, whole, AFTER), side(BEFORE, kept, AFTER)
        there, back = compare(a, b), compare(b, a)
        assert changed(there) == changed(back) == [("replace", (1,), (1,))]
        edits = [next(o for o in difference.operations if not o.unchanged) for difference in (there, back)]
        assert [joined(edits[0], "+"), joined(edits[1], "-")] == ["", ""]
        assert joined(edits[0], "=").strip() == kept


def test_few_words_within_a_long_text_are_no_piece_of_it(side: Side) -> None:
    """Three words, or common ones, that stand in a long paragraph do not make it one with what replaced it."""
    long = " ".join(more for _, more in CUT_SHORT.values() if more.isascii())
    for short in ("Crews aboard ships.", "Whoever fishes here pays dues to the council."):
        difference = compare(side(BEFORE, long, AFTER), side(BEFORE, short, AFTER))
        assert changed(difference) == [("delete", (1,), ()), ("insert", (), (1,))]


SITE = "https://port.example.org/press/notices/2026/"
LINKS = {
    "Markdown": ("[Pilots]({}pilots)", "[Dues of the quay]({}dues)"),
    "HTML": ('<a href="{}pilots">Pilots</a>', '<a href="{}dues">Dues of the quay</a>'),
    "plain": ("Pilots: {}pilots", "Dues of the quay {}dues"),
    "Russian": ("[Лоцманы]({}pilots)", "[Портовые сборы]({}dues)"),
    "Japanese": ("[水先人]({}pilots)", "[岸壁使用料]({}dues)"),
    "Hebrew": ("[נתבים]({}pilots)", "[אגרות הרציף]({}dues)"),
}


@pytest.mark.parametrize(("gone", "new"), LINKS.values(), ids=LINKS)
def test_links_to_one_site_are_not_alike(side: Side, gone: str, new: str) -> None:
    """Items that share nothing but the address of their site are others, wherever they stand in their list."""
    kept = [f"Item {name} of the list, kept as it was" for name in ("one", "two", "three", "four", "five", "six")]
    a = side(*kept[:1], gone.format(SITE), *kept[1:])
    b = side(*kept[:4], new.format(SITE), *kept[4:])
    assert changed(compare(a, b)) == [("delete", (1,), ()), ("insert", (), (4,))]


def test_a_link_that_moved_within_its_site_is_edited(side: Side) -> None:
    """The same words with another address are one item, and so are bare addresses, as many as there are."""
    words = [f"[Notice on {name}]" for name in ("pilots", "dues", "lamps")]
    old, new = [[f"{word}({site}{k})" for k, word in enumerate(words)] for site in (SITE, "https://new.example.net/")]
    assert changed(compare(side(BEFORE, *old), side(BEFORE, *new))) == [("replace", (k,), (k,)) for k in (1, 2, 3)]
    bare, moved = [[f"{scheme}://port.example.org/{k}" for k in "abc"] for scheme in ("http", "https")]
    assert changed(compare(side(BEFORE, *bare), side(BEFORE, *moved))) == [("replace", (k,), (k,)) for k in (1, 2, 3)]


IN_TURN = {
    "two dates": (("29 August 2014", '{: datetime="2014-08-29" }'), ("17 July 2015", '{: datetime="2015-07-17" }')),
    "Hungarian": (("2014. április 15.", "Hatályos: 2014-04-15"), ("2018. május 25.", "Hatályos: 2018-05-25")),
    "Chinese": (("二〇二三年9月3日", "价格：20元"), ("二〇二四年2月5日", "价格：35元")),
    "Russian": (("3 мая 2021 года", "press@port.example.org"), ("4 июня 2022 года", "media@quay.example.net")),
    "prices": (("€ 20,00", "€ 40,00", "€ 60,00"), ("€ 25,00", "€ 45,00", "€ 65,00")),
}


@pytest.mark.parametrize(("old", "new"), IN_TURN.values(), ids=IN_TURN)
def test_as_many_of_one_kind_in_one_place(side: Side, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Dates, prices and addresses that stand together pair in turn, where there are as many on both sides."""
    assert changed(compare(side(BEFORE, *old, AFTER), side(BEFORE, *new, AFTER))) == [
        ("replace", (k,), (k,)) for k in range(1, len(old) + 1)
    ]
    fewer = compare(side(BEFORE, "Nobody fishes.", "Boats wait."), side(BEFORE, "Tides turn early.", "Lamps are lit."))
    assert {op for op, *_ in changed(fewer)} == {"insert", "delete"}


NAMED_MORE = {
    "amended": ("Amended by: Art. 3 of the law of 21.12.2007", "Last amended by: Art. 1 of the order of 31.8.2012"),
    "German": ("Geändert durch: Art. 3 G v. 21.12.2007", "Zuletzt geändert durch: Art. 1 V v. 31.8.2012"),
    "French": ("Modifié par : loi 12 du 3 mai 2001", "Dernièrement modifié par : décret 9 du 4 juin 2012"),
    "Polish": ("Zmieniona przez: ustawa 3 z 2001 r.", "Ostatnio zmieniona przez: dekret 1 z 2012 r."),
    "ends alike": ("4 weeks ago", "1 month ago"),
    "ends alike, Spanish": ("4 semanas atrás", "1 mes atrás"),
    "ends alike, Kazakh": ("4 апта бұрын", "1 ай бұрын"),
}


@pytest.mark.parametrize(("old", "new"), NAMED_MORE.values(), ids=NAMED_MORE)
def test_one_fact_named_with_a_word_more(side: Side, old: str, new: str) -> None:
    """A fact whose name before the colon grew, or which ends with the same word, is edited."""
    for a, b in ((old, new), (new, old)):
        assert changed(compare(side(BEFORE, a, AFTER), side(BEFORE, b, AFTER))) == [("replace", (1,), (1,))]


PAGES = {
    "bare": "{}",
    "dashes": "- {} -",
    "English": "Page {}",
    "German": "Seite {} von 9",
    "Russian": "стр. {}",
    "Chinese": "第{}页",
    "Arabic": "صفحة {}",
}
WORDS = ["Anchor", "Beacon", "Captain", "Depth", "Eddy", "Ferry", "Gale", "Hull", "Inlet", "Jetty", "Keel", "Lamp"]


def pages(form: str, *, inserted: bool) -> list[str]:
    """Twelve paragraphs, three to a page, each page with its number; perhaps with one more after the first."""
    texts = [
        f"{word.capitalize()} {WORDS[-k]} and {WORDS[k - 5]} of the harbour, {word}." for k, word in enumerate(WORDS)
    ]
    texts = texts[:12]
    if inserted:
        texts.insert(1, "Nobody may fish inside the mole by night without a lamp.")
    found: list[str] = []
    for k, text in enumerate(texts, 1):
        found += [text] if k % 3 else [text, form.format(k // 3)]
    return found


@pytest.mark.parametrize("form", PAGES.values(), ids=PAGES)
def test_page_numbers_give_way_to_words(side: Side, form: str) -> None:
    """Where text was put in, only that is inserted; the numbers of pages are counted, and no paragraph moved."""
    a, b = side(*pages(form, inserted=False)), side(*pages(form, inserted=True))
    for old, new in ((a, b), (b, a)):
        summary = summarise(compare(old, new))
        assert (summary.inserted + summary.deleted, summary.typographic) == (1, 4)
        assert (summary.moved, summary.edited) == (0, 0)
    printed = render_text(compare(a, b), a, b, context=0)
    assert printed.count("inserted") == 2
    assert "moved" not in printed


def test_page_numbers_leave_no_trace_in_blame() -> None:
    """A page number that stands elsewhere is as old as it was."""
    records = make_release(pages("{}", inserted=False), pages("{}", inserted=True))
    numbers = [one for one in blame(records).paragraphs if one.text.isdigit()]
    assert [(one.brought, one.events) for one in numbers] == [(1, ())] * 4


def test_a_year_in_a_table_is_no_page_number(side: Side) -> None:
    """Numbers in a row, or that do not rise by one, are values, and moved or edited as such."""
    values = ["2021", "2022", "2023"]
    a, b = side(*values, BEFORE, AFTER), side(BEFORE, AFTER, *values)
    assert summarise(compare(a, b)).typographic == 0


def test_white_space_in_what_one_side_has(side: Side) -> None:
    """In a paragraph that was inserted or deleted, line ends, indents and double spaces are spaces."""
    text = "Fees for engines by the\n          hour and\tper  person.  They  are\r\n  due."
    plain = "Fees for engines by the hour and per person. They are due."
    a, b = side(BEFORE, AFTER), side(BEFORE, text, AFTER)
    for x, y in ((a, b), (b, a)):
        assert plain in " ".join(render_text(compare(x, y), x, y, context=0).split()).replace("{+", "").replace(
            "[-", ""
        )


def test_a_long_id_stands_above_its_paragraph() -> None:
    """However long the ids of nested items are, the words keep their room beside the margin."""
    long = "p1.2.3.list4.5.6.a.ii.list7.8"
    a = [Paragraph("h1", "heading", None, BEFORE), Paragraph(long, "item", "a)", "Boats wait by night.")]
    b = [a[0], Paragraph(long, "item", "a)", "Boats wait by day.")]
    lines = render_text(compare(a, b), a, b).split("\n")
    margin = 5 + 2 * len("h1")
    assert lines[-3:] == [
        f"~{' ' * (margin - 1)}{long} → {long}",
        f"{' ' * margin}edited",
        f"{' ' * margin}a) Boats wait by [-night-]{{+day+}}.",
    ]
    assert columns(long) > MAX_COLUMN


def test_the_margin_is_that_of_what_is_shown(side: Side) -> None:
    """A long id far from every change takes no room."""
    a = [Paragraph("p1234567890a", "item", None, BEFORE), *side(*(f"Ship {k}" for k in range(6)), "Boats wait.")]
    b = [*a[:-1], Paragraph("p7", "item", None, "Boats wait long.")]
    assert "~ p7 p7  edited" in render_text(compare(a, b), a, b)


@pytest.mark.parametrize(("old", "new"), [("####", "###"), ("* * *", "———"), ("⁂", "…"), ("-----", "=====")])
def test_a_rule_in_the_place_of_another(side: Side, old: str, new: str) -> None:
    """What has neither letter nor digit, alone in its place on both sides, is edited."""
    assert changed(compare(side(BEFORE, old, AFTER), side(BEFORE, new, AFTER))) == [("replace", (1,), (1,))]


@pytest.mark.parametrize(
    ("label", "text"), [("(2)", "--"), ("§ 5", "(aufgehoben)"), ("第二条", "（删除）"), ("٢.", "ملغى")]
)
def test_a_number_read_as_a_word_in_its_place(side: Side, label: str, text: str) -> None:
    """A number that stands alone where it had words is the same paragraph."""
    a, b = side(BEFORE, (label, text), AFTER), side(BEFORE, label, AFTER)
    assert changed(compare(a, b)) == changed(compare(b, a)) == [("replace", (1,), (1,))]


@pytest.mark.parametrize(
    ("white", "named"), [(" " * 13, "⟨13 × U+0020 SPACE⟩"), ("\u3000" * 4, "⟨4 × U+3000 IDEOGRAPHIC SPACE⟩")]
)
def test_many_equal_signs_that_do_not_show(side: Side, white: str, named: str) -> None:
    """They are named once, with their number."""
    a, b = (
        side(BEFORE, "The crews, the pilots and the masters"),
        side(BEFORE, f"The crews{white}, the pilots and the masters"),
    )
    assert named in render_text(compare(a, b), a, b, width=200)


@pytest.mark.parametrize(
    ("label", "old", "new", "more"),
    [
        ("4.", "The cause is being examined.", "A bolt was broken.", ("5.", "Boats leave from the fish market.")),
        ("§ 4", "Die Ursache wird untersucht.", "Ein Bolzen war gebrochen.", ("§ 5", "Schiffe legen am Markt ab.")),
        ("٤.", "السبب قيد الفحص.", "انكسر مسمار.", ("٥.", "تغادر القوارب من السوق.")),
        ("第四条", "原因正在调查。", "一个螺栓断裂。", ("第五条", "渡轮从鱼市场出发。")),
    ],
)
def test_a_number_that_stays_beside_one_that_comes(
    side: Side, label: str, old: str, new: str, more: tuple[str, str]
) -> None:
    """What keeps its number behind the same neighbour is edited, although another paragraph came after it."""
    a, b = side(BEFORE, (label, old), AFTER), side(BEFORE, (label, new), more, AFTER)
    assert changed(compare(a, b)) == [("replace", (1,), (1,)), ("insert", (), (2,))]
    assert changed(compare(b, a)) == [("replace", (1,), (1,)), ("delete", (2,), ())]


def test_a_number_that_moved_on_is_not_what_took_its_place(side: Side) -> None:
    """Where the first numbers differ on both ends nothing is paired by a number within."""
    a = side(BEFORE, ("1.", "Alpha is one word."), ("2.", "Boats wait here."), AFTER)
    b = side(BEFORE, ("9.", "Other words came."), ("2.", "Nobody may land."), ("7.", "Lamps are lit."), AFTER)
    assert [kind for kind, _, _ in changed(compare(a, b))].count("replace") == 0
