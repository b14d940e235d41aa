"""What was cut off at an edge, however short, is a piece; a copy that stands alone elsewhere has not moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.diff import compare, render_text
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]
Made = tuple[str, tuple[int, ...], tuple[int, ...], bool]


def made(a: list[Paragraph], b: list[Paragraph]) -> list[Made]:
    """The operations that are not equal: name, places on both sides, and whether words changed."""
    return [(o.op, o.a, o.b, o.edited) for o in compare(a, b).operations if o.op != "equal"]


LEADS = {
    "English": (
        "**Fees.** Each berth is paid at the quay in the first week of the month, to the clerk who keeps the book.",
        "**Fees.**",
    ),
    "French, with a no-break space that became a space": (
        "Tarifs\u00a0: chaque poste d’amarrage se règle à quai la première semaine du mois, auprès du commis.",
        "Tarifs :",
    ),
    "Russian": (
        "Плата. Каждый причал оплачивается на набережной в первую неделю месяца, служащему, который ведёт книгу.",
        "Плата.",
    ),
    "Arabic": (
        "الرسوم: يدفع أجر كل مرسى على الرصيف في الأسبوع الأول من الشهر لدى الكاتب الذي يمسك الدفتر دون استثناء لأحد.",
        "الرسوم:",
    ),
    "Chinese": (
        "收费：各泊位费用应于每月第一周在码头向登记员缴纳，任何人不得免除，逾期者由港务长另行通知并登记在册。",
        "收费：",
    ),
    "Hindi": (
        "शुल्क। प्रत्येक घाट का शुल्क महीने के पहले सप्ताह में तट पर उस लिपिक को दिया जाता है जो बही रखता है।",
        "शुल्क।",
    ),
}


@pytest.mark.parametrize(("whole", "lead"), LEADS.values(), ids=LEADS)
def test_a_short_lead_set_apart_is_a_split(side: Side, whole: str, lead: str) -> None:
    """A lead of one word that now stands on a line of its own was cut off, not inserted; backwards it was joined."""
    rest = whole[len(lead) :].strip()
    a, b = side("Notice", whole, "End"), side("Notice", lead, rest, "End")
    assert made(a, b) == [("split", (1,), (1, 2), False)]
    assert made(b, a) == [("merge", (1, 2), (1,), False)]


TAILS = {
    "English": (
        "The quay is shut until the ice has gone and the pilots have been out. Signed, the clerk",
        "Signed, the clerk",
    ),
    "Greek": ("Η προβλήτα μένει κλειστή ώσπου να φύγει ο πάγος και να βγουν οι πλοηγοί. Ο γραμματέας", "Ο γραμματέας"),
    "Japanese": ("岸壁は氷が去り水先人が出航するまで閉鎖し、船舶の係留を認めないものとする。港長", "港長"),
}


@pytest.mark.parametrize(("whole", "tail"), TAILS.values(), ids=TAILS)
def test_a_short_end_set_apart_is_a_split(side: Side, whole: str, tail: str) -> None:
    """The same for what ends a paragraph."""
    rest = whole[: -len(tail)].strip()
    a, b = side("Notice", whole, "End"), side("Notice", rest, tail, "End")
    assert made(a, b) == [("split", (1,), (1, 2), False)]
    assert made(b, a) == [("merge", (1, 2), (1,), False)]


MARKED = {
    "English": (
        "How to opt out",
        "**How to opt out:** Write to the clerk, who strikes your name from the book within a week.",
    ),
    "Spanish": (
        "Cómo darse de baja",
        "**Cómo darse de baja:** Escriba al encargado, que borra su nombre del libro en una semana.",
    ),
    "Korean": (
        "해지 방법",
        "**해지 방법:** 담당자에게 편지를 보내면 일주일 안에 장부에서 이름을 지워 드립니다. 비용은 없습니다.",
    ),
    "Chinese": ("退出方式", "**退出方式：**请致函登记员，其将在一周之内从名册中删去您的姓名，不收取任何费用。"),
}


@pytest.mark.parametrize(("heading", "run_on"), MARKED.values(), ids=MARKED)
def test_a_heading_that_runs_on_is_a_merge(side: Side, heading: str, run_on: str) -> None:
    """A heading with the rule below it, printed bold before its text now, was joined to it."""
    text = run_on.partition("**" if run_on.endswith("。") else "** ")[2].rpartition("**")[2].strip() or run_on
    a, b = side("Notice", heading, "-----", text, "End"), side("Notice", run_on, "End")
    assert made(a, b) == [("merge", (1, 2, 3), (1,), True)]


APART = {
    "Swedish": (
        "== Mandatperiod Mandatperioden för ledamöter är ett år.",
        (
            "== Mandatperiod",
            "Mandatperioden för ledamöter är från valet till dess att nästa styrelse har valts.",
        ),
    ),
    "Ukrainian": (
        "Строк повноважень Члени правління обираються на рік.",
        (
            "Строк повноважень",
            "Члени правління обираються загальними зборами й працюють до обрання наступних.",
        ),
    ),
    "Turkish": (
        "Görev süresi Yönetim kurulu bir yıl için seçilir.",
        (
            "Görev süresi",
            "Yönetim kurulu, genel kurulca seçilir ve yenileri gelene kadar görevde kalır.",
        ),
    ),
    "Japanese": (
        "任期役員の任期は一年とする。",
        ("任期", "役員の任期は総会で選ばれた日から始まり、後任が選ばれてその職務を引き継ぐまで続くものと定める。"),
    ),
}


@pytest.mark.parametrize(("whole", "parts"), APART.values(), ids=APART)
def test_a_heading_set_apart_from_a_text_that_was_edited(side: Side, whole: str, parts: tuple[str, str]) -> None:
    """Where the rest begins as it began, the heading was cut off, however much of the rest is new."""
    a, b = side("Notice of the port", whole, "End"), side("Notice of the port", *parts, "End")
    assert made(a, b) == [("split", (1,), (1, 2), True)]
    assert made(b, a) == [("merge", (1, 2), (1,), True)]


JOINED = {
    "German": (
        ("Das Vereinsjahr entspricht dem Kalenderjahr.", "Ende der Satzung"),
        "Das Vereinsjahr beginnt am 1. Oktober und endet am 30. September des Jahres darauf. Ende der Satzung",
    ),
    "Serbian": (
        ("Пословна година траје до јуна.", "Крај статута"),
        "Пословна година почиње првог октобра и завршава се последњег дана септембра. Крај статута",
    ),
    "Vietnamese": (
        ("Năm tài chính theo lịch.", "Hết điều lệ"),
        "Năm tài chính bắt đầu từ ngày đầu tháng Mười và kết thúc vào cuối tháng Chín. Hết điều lệ",
    ),
    "Chinese": (
        ("会计年度为公历年度。", "章程完"),
        "会计年度自每年十月一日起至次年九月三十日止，由理事会编制决算并提交大会审议。章程完",
    ),
}


@pytest.mark.parametrize(("parts", "whole"), JOINED.values(), ids=JOINED)
def test_an_end_joined_to_a_text_that_was_edited(side: Side, parts: tuple[str, str], whole: str) -> None:
    """A closing line that runs on from a text of which little stayed was joined to it."""
    a, b = side("Notice of the port", *parts, "Seal"), side("Notice of the port", whole, "Seal")
    assert made(a, b) == [("merge", (1, 2), (1,), True)]
    assert made(b, a) == [("split", (1,), (1, 2), True)]


def test_what_stands_there_still_was_not_cut_off(side: Side) -> None:
    """A heading inserted above a text that begins with the same words is an insertion."""
    text = "Fees are paid at the quay in the first week of the month, to the clerk who keeps the book"
    a, b = side("Notice", f"{text}.", "End"), side("Notice", "Fees", f"{text} and the key.", "End")
    assert [name for name, *_ in made(a, b)] == ["insert", "replace"]


@pytest.mark.parametrize("mark", ["*", "•", "§"])
def test_a_mark_alone_was_not_cut_off(side: Side, mark: str) -> None:
    """A bullet or a number on a line of its own is no piece of a paragraph."""
    text = "The quay is shut until the ice has gone and the pilots have been out"
    a, b = side("Notice", f"{mark} {text}.", "End"), side("Notice", mark, f"{text} twice.", "End")
    assert "split" not in [name for name, *_ in made(a, b)]


def test_the_end_of_a_paragraph_is_shown_where_a_line_ended(side: Side) -> None:
    """A line feed inside a paragraph that ends it now is told."""
    a, b = (
        side("Notice", "Fees\nEach berth is paid at the quay.", "End"),
        side("Notice", "Fees", "Each berth is paid at the quay.", "End"),
    )
    assert "Fees{+⟨paragraph break⟩+}Each berth" in render_text(compare(a, b), a, b)


COPIES = {
    "English": (
        "More information is available on request.",
        "The {} quay is let to fishermen of the bay until {}.",
    ),
    "Russian": ("Подробности по запросу.", "{} причал сдан рыбакам залива до конца {} года."),
    "Thai": ("สอบถามรายละเอียดเพิ่มเติมได้", "ท่าเรือ{}ให้ชาวประมงในอ่าวเช่าจนถึงเดือน{}"),
    "Hebrew": ("פרטים נוספים לפי בקשה.", "הרציף {} מושכר לדייגי המפרץ עד {}."),
}


@pytest.mark.parametrize(("copy", "form"), COPIES.values(), ids=COPIES)
def test_a_lone_copy_does_not_move(side: Side, copy: str, form: str) -> None:
    """Of a line that stands several times one was taken out and one came elsewhere: nobody moved it."""
    words = ["north", "south", "east", "west", "first", "last", "upper", "lower", "inner", "outer"]
    texts = [form.format(word, f"{word}ern") for word in words]
    a = side(texts[0], copy, *texts[1:9], copy, texts[9])
    b = side(texts[0], copy, *texts[1:3], copy, *texts[3:9], texts[9])
    assert made(a, b) == [("insert", (), (4,), False), ("delete", (10,), (), False)]


def test_a_copy_that_went_along_moves(side: Side) -> None:
    """A block that was moved takes its repeated line with it."""
    copy, texts = COPIES["English"][0], [COPIES["English"][1].format(n, f"{n} May") for n in range(10)]
    a = side(*texts[:2], copy, *texts[2:8], copy, *texts[8:])
    b = side(*texts[:2], copy, *texts[2:4], texts[7], copy, *texts[4:7], *texts[8:])
    assert [name for name, *_ in made(a, b)] == ["move", "move"]


@pytest.mark.parametrize("times", [3, 4, 6])
def test_a_time_does_not_move(side: Side, times: int) -> None:
    """Times of a page that was fetched anew share digits with each other: each is edited where it stands."""
    texts = [COPIES["English"][1].format(n, f"{n} May") for n in range(times + 1)]
    olds = [f"* 2025-03-1{n}T13:17:{30 + n}Z" for n in range(times)]
    news = [f"* 2025-06-23T11:1{n}:{30 + times - n - 1}Z" for n in range(times)]
    a, b = ([texts[0]] for _ in range(2))
    for text, old, new in zip(texts[1:], olds, news, strict=True):
        a += [old, text]
        b += [new, text]
    assert made(side(*a), side(*b)) == [("replace", (2 * n + 1,), (2 * n + 1,), False) for n in range(times)]
