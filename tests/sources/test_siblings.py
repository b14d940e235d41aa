"""Kinds of text that once went wrong, each in several scripts and forms."""

from __future__ import annotations

import pytest
from tests.sources.conftest import ids, labelled, words

from muniment.sources import find_headline
from muniment.sources.paragraphs import segment

_LINK = "https://press.example.org/" + "a/" * 100


def rules(*paragraphs: str) -> str:
    """Paragraphs between a heading and an end."""
    return "\n\n".join(["Rules", *paragraphs, "This is the end of it."])


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (("1.2 Пункт такой.", "1.2А Пункт новый.", "1.3 Пункт иной."), "p1.2 p1.2а p1.3"),
        (("7. Первое.", "7а. Второе.", "8. Третье."), "p7 p7а p8"),
        (("Άρθρο 5. Ένα.", "Άρθρο 5Α. Δύο.", "Άρθρο 6. Τρία."), "p5 p5α p6"),
        (("5. אחת.", "5א. שתיים.", "6. שלוש."), "p5 p5א p6"),
        (("المادة 5. واحد.", "المادة 5 مكرر. اثنان.", "المادة 6. ثلاثة."), "p5 p5مكرر p6"),
        (("Art. 5 bis. Uno.", "Art. 5 ter. Due.", "Art. 6. Tre."), "p5bis p5ter p6"),
        (("3. One.", "3-bis. Two.", "4. Three."), "p3 p3bis p4"),
        (("(2) One.", "(2A) Two.", "(2B) Three.", "(3) Four."), "p2 p2a p2b p3"),
        (("第十条 一。", "第十条之一 二。", "第十一条 三。"), "p10 p10.1 p11"),
        (("제3조 하나.", "제3조의2 둘.", "제4조 셋."), "p3 p3.2 p4"),
        (("1.2. Eins.", "1.2.a Zwei.", "1.3. Drei."), "p1.2 p1.2.a p1.3"),
    ],
)
def test_letter_suffixes(paragraphs: tuple[str, ...], expected: str) -> None:
    """A letter or a word behind a number is part of it, in any alphabet."""
    assert " ".join(ids(rules(*paragraphs)).split()[1:-1]) == expected


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ("Ship | Port\n--- | ---\nAnna | Oslo\nBell | Riga", 3),
        ("Ship      Port\nAnna      Bergen\nBella     Oslo", 3),
        ("Судно\tПорт\nАнна\tБерген\nБэлла\tОсло", 3),
        ("السفينة | الميناء | الرسم\nآنا | بيرغن | 5\nبيلا | أوسلو | 6", 3),
        ("เรือ\tท่า\tค่า\nแอนนา\tเบอร์เกน\t5\nเบลลา\tออสโล\t6", 3),
        ("船名　　　港口　　　费用\n安娜　　　卑尔根　　5\n贝拉　　　奥斯陆　　6", 3),
        ("│ Ship │ Port │\n├──────┼──────┤\n│ Anna │ Oslo │\n│ Bell │ Riga │", 3),
        ("배\t항구\t요금\n안나\t베르겐\t5\n벨라\t오슬로\t6", 3),
    ],
)
def test_tables(rows: str, count: int) -> None:
    """Each row of a table is a paragraph of its own, and no heading."""
    found = segment(f"List\n\n{rows}\n\nThe end of it.")
    assert len(found) == count + 2
    assert {each.kind for each in found[1:]} == {"paragraph"}


@pytest.mark.parametrize("form", ["{}", "<{}>", "({})"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            (
                "The council of the harbour has decided that all boats have to leave\n"
                "the harbour. The decision is found at"
            ),
            "and may be asked for at the office of the\nmaster of the port.",
        ),
        (
            "Совет порта решил, что все суда должны покинуть гавань до полудня.\nРешение опубликовано по адресу",
            "и может быть получено в канцелярии\nкапитана порта.",
        ),
        (
            "港务委员会决定所有船只必须在中午之前离开港口，决定公布于",
            "也可以在港务长办公室索取，任何人都\n可以索取。",
        ),
        (
            "قرر مجلس الميناء أن على جميع السفن مغادرة الميناء قبل الظهر،\nوقد نشر القرار في",
            "ويمكن طلبه من مكتب مدير\nالميناء.",
        ),
        (
            "สภาท่าเรือมีมติให้เรือทุกลำออกจากท่าก่อนเที่ยงวันจันทร์ เพราะพายุ\nมติเผยแพร่ที่",
            "และขอได้ที่สำนักงาน\nนายท่า",
        ),
        (
            "Το συμβούλιο αποφάσισε ότι όλα τα πλοία πρέπει να φύγουν\nαπό το λιμάνι. Η απόφαση βρίσκεται στο",
            "και ζητείται στο γραφείο του\nλιμενάρχη.",
        ),
    ],
)
def test_long_links(before: str, after: str, form: str) -> None:
    """A link of over 200 characters, alone on its line or at the end of one, cuts no wrapped paragraph."""
    for gap in ("\n", " "):
        assert len(segment(f"Notice\n\n{before}{gap}{form.format(_LINK)}\n{after}")) == 2


@pytest.mark.parametrize("end", ["\r\r\n", "\n\r", "\r\n", "\r"])
@pytest.mark.parametrize(
    "text",
    [
        (
            "Notice\n\n"
            "The council of the harbour has decided that all the boats have\n"
            "to leave by noon.\n\n"
            "The mayor thanks all.\n"
        ),
        "公告\n\n因台风临近，本港将于星期一中午起\n关闭，所有船只须在此之前离港或\n进入避风锚地。\n\n谢谢。\n",
        "Объявление\n\nСобрание прошло в понедельник в столице и заслушало доклад\nсекретаря о дорогах.\n\nСпасибо.\n",
        "إعلان\n\nيغلق الميناء يوم الاثنين بسبب العاصفة القادمة من الغرب وعلى\nجميع السفن المغادرة.\n\nشكرا.\n",
    ],
)
def test_line_ends(text: str, end: str) -> None:
    """The paragraphs are the same whatever ends the lines."""
    assert ids(text.replace("\n", end)) == ids(text) == "h1 nn1 nn2"
    assert words(text.replace("\n", end)) == words(text)


_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u17b4\u180e\u200b\u200c\u200d\u200e\u202a\u2060\u2066\u206a\u2800\u3164\ufe0f\ufeff\ufff9"
)


@pytest.mark.parametrize("sign", [*_UNSEEN, "\U000e0001", "\x1b", "\x7f", "\u200b\u00a0\u200b"])
def test_lines_that_show_nothing(sign: str) -> None:
    """A line of nothing that shows is blank: no paragraph, and the end of one."""
    assert ids(f"Notice\n{sign}\nThe council decided.\n {sign}{sign} \nThe mayor thanks.") == "h1 nn1 nn2"


@pytest.mark.parametrize("sign", "\u00ad\u061c\u115f\u200b\u200c\u200d\u200e\u200f\u202a\u2060\u2066\u3164\ufeff")
@pytest.mark.parametrize(
    "form", ["{}. Text here.", "§ {} Text here.", "({}) Text here.", "Статья {}. Текст.", "第{}条 文。"]
)
def test_unseen_before_a_number(sign: str, form: str) -> None:
    """What shows nothing before a number does not hide it."""
    assert ids(rules(sign + form.format(1), sign + form.format(2))).split()[1:-1] == ["p1", "p2"]


def test_an_override_hides_a_number() -> None:
    """A number behind a direction override is read as none, since the eye sees another one."""
    assert not labelled(rules("\u202e15. Text here.", "\u202e16. Text here."))


@pytest.mark.parametrize("control", ["\x01", "\x02", "\x07", "\x08", "\x0e", "\x15", "\x19", "\x1b", "\x7f", "\x84"])
@pytest.mark.parametrize(
    "sentence", ["The port is{} closed.", "Порт{} закрыт.", "港口{}关闭。", "الميناء{} مغلق.", "पोर्ट{} बंद है।"]
)
def test_controls_inside_of_words(sentence: str, control: str) -> None:
    """A control in a text is kept where it stands, and parts nothing."""
    text = sentence.format(control)
    assert [each.text for each in segment(f"Notice\n\n{text}\n\n1. One.\n\n2. Two.")] == [
        "Notice",
        text,
        "One.",
        "Two.",
    ]


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        *(("1° Un", "2° Deux", "3° Trois"), ("1º Uno", "2º Dos", "3º Tres"), ("1/ Un", "2/ Deux", "3/ Trois")),
        *(("Ⅰ. 船", "Ⅱ. 港", "Ⅲ. 料"), ("ⅰ) one", "ⅱ) two", "ⅲ) three"), ("〔1〕船", "〔2〕港", "〔3〕费")),
        *(("১। জাহাজ", "২। বন্দর", "৩। শুল্ক"), ("ⓐ One", "ⓑ Two", "ⓒ Three"), ("❶ One", "❷ Two", "❸ Three")),
        *(("1\ufe0f\u20e3 One", "2\ufe0f\u20e3 Two", "3\ufe0f\u20e3 Three"), ("イ　船", "ロ　港", "ハ　料")),
        *(("ㄱ. 배", "ㄴ. 항", "ㄷ. 요"), ("甲、船", "乙、港", "丙、费"), ("aa) Eins", "bb) Zwei", "cc) Drei")),
        *(("+ One", "+ Two", "+ Three"), ("→ One", "→ Two", "→ Three"), ("1 - One", "2 - Two", "3 - Three")),
        *(("ა) გემი", "ბ) პორტი", "გ) საფასური"), ("ա) նավ", "բ) նավահանգիստ", "գ) վճար")),
        *(("क) जहाज", "ख) बंदर", "ग) शुल्क"), ("ก. เรือ", "ข. ท่า", "ค. ค่า"), ("أ- سفينة", "ب- ميناء", "ج- رسم")),
    ],
)
def test_list_forms(first: str, second: str, third: str) -> None:
    """Items in any form are paragraphs with a label, on following lines and between blank ones."""
    assert len(segment(f"We ask:\n{first};\n{second};\n{third}.")) == 4
    assert sum(each.label is not None for each in segment(f"We ask:\n\n{first};\n\n{second};\n\n{third}.")) == 3


@pytest.mark.parametrize(
    "sentence",
    [
        *(
            "2. Bürgermeister Meier sprach.",
            "3. Vorsitzende Huber trat zurück.",
            "1. FC Hafen gewinnt.",
            "2. Weltkrieg.",
        ),
        *("1. Vizepräsidentin Anna Maier kam.", "10. Internationale Hafentage beginnen.", "2. Dünya Savaşı bitti."),
        *("C. S. Lewis came.", "А. П. Чехов приехал.", "Α. Σ. Νικολάου ήρθε."),
    ],
)
def test_offices_and_names(sentence: str) -> None:
    """A counted office and the initials of a name are no labels where no list vouches for them."""
    assert ids(rules(sentence)) == "h1 nn1 nn2"


@pytest.mark.parametrize(
    "names",
    [
        *("A. Smith\nB. Jones", "A. Smith\n\nB. Jones", "A. Smith, Mayor\nB. Jones, Secretary", "А. Иванов\nБ. Петров"),
        *("Α. Παπαδόπουλος\nΒ. Νικολάου", "Ա. Պետրոսյան\nԲ. Սարգսյան"),
    ],
)
def test_two_who_sign(names: str) -> None:
    """Two names with initials one under the other are no list and no heading; three letters in a row are items."""
    found = segment(f"Notice\n\nSigned by:\n\n{names}\n\nThe end of it.")
    assert {(each.kind, each.label) for each in found[1:]} == {("paragraph", None)}
    assert len(labelled("Rules\n\nA. Scope\nB. Duties\nC. Dues\n\nThe end.")) == 3


@pytest.mark.parametrize(
    "ends",
    ["; and", "; und", "; y", "; et", "; и", "; და", "; և", "، و", "；及", "․"],
)
def test_a_clause_is_no_heading(ends: str) -> None:
    """A clause that goes on, "; and", is no heading, however short."""
    found = segment(f"Charter\n\nWhereas ships matter to all of us{ends}\n\nWhereas ports do,\n\nIt is so.")
    assert [each.kind for each in found] == ["heading", *["paragraph"] * 3]


def test_thai_sentences_are_no_headings() -> None:
    """In Thai, which ends sentences without a mark, words of a sentence tell it from a heading."""
    long = "สภาท่าเรือมีมติให้เรือทุกลำออกจากท่าก่อนเที่ยงวันจันทร์เพราะพายุกำลังเข้ามาใกล้ฝั่งทางทิศตะวันตก" * 2
    found = segment(f"ประกาศ\n\nค่าธรรมเนียม\n\n{long}\n\nทุกคนมีสิทธิในการใช้ท่าเรือ\n\n{long}\n\nเรือจะต้องออก\n\n{long}")
    assert [each.kind for each in found] == ["heading", "heading", *["paragraph"] * 5]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "Gültig ab Montag, 4. Mai 2026",
            "Hatályos: 2026. május 4-től",
            "Son Güncelleme: 10 Haziran 2025",
            "発効日 2026 年 5 月 4 日",
        ),
        *("2024년 4월 3일 발효", "Version : 22/04/2025", "Last Updated: August 14, 2025", "Обновлено: 3 мая 2024 г."),
    ],
)
def test_dates_are_no_headings(line: str) -> None:
    """A line that is a date with few words around it heads nothing."""
    assert segment(f"Notice\n\n{line}\n\nThe port is closed.")[1].kind == "paragraph"


@pytest.mark.parametrize(
    "second",
    [
        "Version 2.0, January 2004\nhttp://www.press.example.org/",
        "Copyright (C) 2007 The Port <https://press.example.org/>",
    ],
)
def test_titles_above_a_link(second: str) -> None:
    """An address of a page, or a line on copyright, under the headline makes no letterhead of it."""
    assert find_headline(segment(f"Port License\n\n{second}\n\nTERMS\n\nThese hold for all.")) == "Port License"
