"""What press releases, resolutions and communiqués showed when they were saved as plain text."""

from __future__ import annotations

import pytest
from tests.sources.conftest import ids, labelled, words

from muniment.sources import find_headline
from muniment.sources.kinds import recognise
from muniment.sources.paragraphs import segment

_WIDE = {
    "la": "The harbour office said today that all of the boats which lie in the northern basin\n"
    "have to be moved before the end of the month, since the crane needs the room there.",
    "cy": "Управление порта сообщило сегодня, что все лодки, которые стоят в северной гавани,\n"
    "должны быть переведены до конца месяца, потому что место нужно новому крану в порту.",
    "el": "Το λιμεναρχείο ανακοίνωσε σήμερα ότι όλα τα σκάφη που βρίσκονται στη βόρεια λεκάνη\n"
    "πρέπει να μετακινηθούν πριν από το τέλος του μήνα, γιατί ο γερανός θέλει τον χώρο.",
    "he": "משרד הנמל הודיע היום כי כל הסירות שעוגנות באגן הצפוני של הנמל הישן צריכות\n"
    "לעבור למקום אחר לפני סוף החודש הזה, מכיוון שהמנוף החדש זקוק לכל המקום שם.",
}


@pytest.mark.parametrize(
    ("script", "items"),
    [
        ("la", ["Original release", "Where the boats go", "How to apply?", "Licence", "Contacts", "About the port"]),
        ("cy", ["Исходное сообщение", "Куда идут лодки", "Как подать заявку?", "Лицензия", "Контакты", "О порте"]),
        ("el", ["Αρχικό δελτίο", "Πού πάνε τα σκάφη", "Άδεια", "Επικοινωνία", "Σχετικά με το λιμάνι"]),
        ("he", ["ההודעה המקורית", "לאן הולכות הסירות", "רישיון", "יצירת קשר", "אודות הנמל"]),
    ],
)
def test_items_without_a_sign(script: str, items: list[str]) -> None:
    """Five short lines and more without a mark, in a text that is wrapped wider, are each a paragraph, no heading."""
    text = f"{_WIDE[script]}\n\n" + "\n".join(f"  {item}" for item in items) + f"\n\n{_WIDE[script]}\n"
    found = {each.text: each.kind for each in segment(text)}
    assert [found.get(item) for item in items] == ["paragraph"] * len(items)


@pytest.mark.parametrize(
    "lines",
    [
        ["The tide comes in,", "The boats go out,", "The gulls all shout", "About the bay", "And fly away"],  # verse
        ["Harbour Office", "Quay Street 5", "12345 Northport", "Tel.: 040 123456", "Northland"],  # an address
        ["the boats", "the crane", "the quay", "the light", "the bay"],  # parts of a sentence
        ["Boats", "Cranes", "Quays", "Lights"],  # four
    ],
)
def test_no_items_without_a_sign(lines: list[str]) -> None:
    """Verse, an address, words in small letters and fewer than five lines are kept together."""
    text = f"{_WIDE['la']}\n\n" + "\n".join(lines) + f"\n\n{_WIDE['la']}\n"
    assert " ".join(lines) in words(text)


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        ("Greeting", "The new crane", "Thanks"),
        ("Приветствие", "Новый кран", "Благодарность"),
        ("인사 말씀", "새 기중기", "맺음말"),
        ("Χαιρετισμός", "Ο νέος γερανός", "Ευχαριστίες"),
    ],
)
def test_numbers_behind_sentences(first: str, second: str, third: str) -> None:
    """A Roman number behind a finished sentence begins a section of a text without blank lines; words go below it."""
    body = f"{_WIDE['la']}\nIt opens in May."
    text = f"{body}\nI. {first}\n{body}\nII. {second}\n{body}\nIII. {third}\n{body}\n"
    assert labelled(text) == {"pi": first, "pii": second, "piii": third}
    arabic = text.replace("III.", "3.").replace("II.", "2.").replace("I.", "1.")
    assert labelled(arabic) == {"p1": first, "p2": second, "p3": third}


@pytest.mark.parametrize(("dash", "number"), [("-", "2"), ("–", "12"), ("—", "3")])
@pytest.mark.parametrize("script", ["la", "cy", "el"])
def test_pages_between_dashes(script: str, dash: str, number: str) -> None:
    """The number of a page between dashes is a paragraph of its own wherever it stands, and never glued to words."""
    body = _WIDE[script]
    found = words(f"{body}\n{dash} {number} {dash}\n{body}\n")
    assert found == [" ".join(body.split()), f"{dash} {number} {dash}", " ".join(body.split())]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The office thanks Mr. Anders Quayle of the crane company for his help, and also Mr.", "Bell."),
        ("Die Behörde dankt allen, die am neuen Kran mitgebaut haben, wie es vorgesehen ist in Nr.", "5 der Ordnung."),
        ("El puerto agradece el trabajo de todos en la nueva dársena, y sobre todo a la Sra.", "Molina."),
        ("Порт благодарит всех, кто строил новый кран в северной гавани, как того требует ст.", "5 правил."),
        ("WHEREAS, on 8 March 2026, the harbour master of Northport issued Proclamation No.", "922 on boats;"),
    ],
)
def test_abbreviations_end_no_sentence(before: str, after: str) -> None:
    """A line that ends in an abbreviation goes on, though the next word would have fitted on it."""
    long = "The boats of the northern basin have to be moved before the end of the month, as said in the plan of it"
    assert f"{before} {after}" in words(f"Boats\n\n{before}\n{after}\n\n{long}\nfor all.\n")


@pytest.mark.parametrize(
    ("line", "link", "rest"),
    [
        ("The text is taken from", "[the harbour](https://example.org/harbour), which has it", "of the port."),
        ("Текст взят из", "[порта](https://example.org/port), где он есть", "с мая."),
        ("النص مقتبس من", "[الميناء][port].", "وهو متوفر للجميع."),
        ("文本取自", "[港口](https://example.org/port)的公告。", "五月起施行。"),
    ],
)
def test_lines_run_on_into_a_link(line: str, link: str, rest: str) -> None:
    """Where a line is a paragraph, one without a mark goes on in a line that begins with a link; it is no heading."""
    long = "The harbour office said so. " * 9
    found = segment(f"Boats\n\n{long}\n\n{line}\n{link}\n{rest}\n")
    assert [each.text[: len(line) + 1 + len(link)] for each in found if line in each.text] == [f"{line}\n{link}"]
    assert all(each.kind == "paragraph" for each in found if each.text.startswith(line))


def test_lists_of_links_do_not_run_on() -> None:
    """Links one under the other are each a paragraph, and so are the words above them."""
    long = "The harbour office said so. " * 9
    links = ["[One](https://example.org/1)", "[Two](https://example.org/2)", "[Three](https://example.org/3)"]
    assert words(f"{long}\n\nSee\n" + "\n".join(links) + "\n")[1:] == ["See", *links]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["A) Outlook", "1. One.", "2. Two.", "B) Risks", "3. Three.", "C) End", "4. Four."], "pa p1 p2 pb p3 pc p4"),
        (["I. Обзор", "1. Раз.", "2. Два.", "II. Риски", "3. Три."], "pi p1 p2 pii p3"),
        (["Α. Γενικά", "1. Ένα.", "Β. Ειδικά", "2. Δύο.", "3. Τρία."], "pα p1 pβ p2 p3"),
        (["أ. عام", "(1) واحد.", "(2) اثنان.", "ب. خاص", "(3) ثلاثة."], "pأ p1 p2 pب p3"),
        (["A) One", "1. One.", "2. Two.", "B) Two", "1. One."], "pa pa.1 pa.2 pb pb.1"),  # begins anew
    ],
)
def test_numbers_count_on_under_letters(lines: list[str], expected: str) -> None:
    """Numbers that count on over the sections of a report name their paragraphs; others lie in a section."""
    assert ids("\n\n".join(["Report of the port", *lines, "This is the end of it."])).split()[1:-1] == expected.split()


@pytest.mark.parametrize(
    ("intro", "items", "again"),
    [
        ("The plan has:", ["a name;", "a date;", "a place."], "The plan also has:"),
        ("План содержит:", ["название;", "дату;", "место."], "План также содержит:"),
        ("本计划包括：", ["名称；", "日期；", "地点。"], "本计划还包括："),
        ("Suunnitelmassa on:", ["nimi;", "päivä;", "paikka."], "Suunnitelmassa on lisäksi:"),
    ],
)
def test_a_second_list_lies_in_no_item_of_the_first(intro: str, items: list[str], again: str) -> None:
    """A paragraph behind a finished list that leads to a new one of its kind makes no part of its last item of that."""
    listed = [f"{at}) {item}" for at, item in enumerate(items, 1)]
    text = "\n\n".join(["§ 2 Plan", intro, *listed, again, *listed, "§ 3 End", "This is the end."])
    expected = "p2 nn1 p2.1 p2.2 p2.3 nn2 p2.list2.1 p2.list2.2 p2.list2.3 p3 nn3"
    assert ids(text) == expected


def test_a_list_under_a_section_lies_in_it() -> None:
    """Where the item is the title of a section, a list that its words lead to lies in it."""
    text = "1. Boats\n\nThey pay.\n\n2. Meeting\n\nThe agenda is:\n\n1. one;\n\n2. two.\n\nThis is the end of it."
    assert "p2.1 p2.2" in ids(text)


_AFTER = "\n\nThe harbour office said today that all of the boats have to be moved before the end of May.\n"


@pytest.mark.parametrize(
    "line",
    [
        "Northland Anna Bell press@example.org +44 20 7946 0000",
        "Contact: press@example.org",
        "Контакт: Анна Белл press@example.org",
        "Harbour Office\n+44 20 7946 0000\nNorthport",
        "#harbour #boats #port",
        "#порт #лодки",
        "#ท่าเรือ #เรือ",
        "[harbour]: https://example.org/harbour",
        "EDUARDO M. BELL\n  Secretary, Department of Boats",
        "Anna B. Quayle, Harbour Master",
        "SILVESTRE H. MOLINA III\nSecretary",
        "Иван П. Смирнов\nНачальник порта",
        "วันจันทร์ที่ 19 มิถุนายน 2566",
        "วันที่ 5 มกราคม 2567",
        "सोमवार, 5 फ़रवरी 2026",
    ],
)
def test_no_headings(line: str) -> None:
    """How to reach somebody, words to be found by, where a link goes, a name with its office, a date: no headings."""
    found = segment(f"Boats move\n\nThey move.\n\n{line}{_AFTER}")
    assert {each.kind for each in found if each.text in line} == {"paragraph"}


@pytest.mark.parametrize("line", ["here", "the quay and the bay", "и других местах"])
def test_small_letters_behind_a_comma(line: str) -> None:
    """A line in small letters right below one that ends in a comma is a part of its sentence, and no heading."""
    long = "The harbour office said so. " * 9
    found = {each.text: each.kind for each in segment(f"Boats\n\n{long}\n\nSee the plan of it,\n{line}\nIt is new.\n")}
    assert found[line] == "paragraph"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("draft, ver. 1.4 of 2026-11-22\n\n# The boats of the port\n\nThey move.\n", "The boats of the port"),
        ("черновик, ред. 2 от 2026 г.\n\nДействует с мая, см. ниже.\n\n# Лодки порта\n\nОни идут.\n", "Лодки порта"),
        (
            "🌍\n\n[English](a.md) ∙ [Español](b.md)" + ", and others" * 20 + ".\n\n# El puerto\n\nSe abre.\n",
            "El puerto",
        ),
        ("19 de agosto de 2026 Contacto: Clara Cruz\n\nNuevo muelle\n\nSe abre hoy.\n", "Nuevo muelle"),
        ("3 May 2026  Contact: Anna Bell\n\nThe port has a new crane\n\nIt is big.\n", "The port has a new crane"),
        ("รมว.พม. เปิดท่าเรือใหม่ในเมือง\n\nวันจันทร์ที่ 5 มกราคม 2569\n\n" + "ท่าเรือเปิดแล้ว " * 20, "รมว.พม. เปิดท่าเรือใหม่ในเมือง"),
    ],
)
def test_headlines(text: str, title: str) -> None:
    """A marked heading below a remark is the title; a date with who is asked is none; stops in Thai abbreviate."""
    assert find_headline(segment(text)) == title


@pytest.mark.parametrize(
    ("latin", "rest"),
    [
        (
            "新しい基盤は PostgreSQL",
            "9.0には、設計と性能のあらゆる面において拡張を実現する多数の大きな改良が含まれています。",
        ),
        (
            "この会社の創業者である Marc",
            "Balmerは大きく改良されたイベント処理の機能により興味を持ち次のように述べています。",
        ),
        ("該公司的創辦人 Anna", "Quayle對港口的新起重機以及北部碼頭的全部船隻表示了極大的興趣並且作了如下的說明。"),
    ],
)
def test_no_heading_before_a_run_without_blanks(latin: str, rest: str) -> None:
    """A short line that ends in a Latin word before a run without blanks was broken at the blank; it is no heading."""
    other = "港の事務所は本日、北の港にあるすべての船が月末までに移動しなければならないと発表しました。新しいものです。"
    found = words(f"船\n\n{latin}\n{rest}\n{other}\n\n{other}{other[:20]}\n{other}\n")
    assert any(each.startswith(f"{latin} {rest[:4]}") for each in found)


@pytest.mark.parametrize(
    ("contact", "words_below"),
    [
        ("press@example.org", "For all newspapers: the harbour has a new crane in its northern basin since"),
        ("Tel.: +49 40 123456", "Für alle Zeitungen: der Hafen hat einen neuen Kran im nördlichen Becken"),
        ("Тел.: +7 495 1234567", "Для всех газет: в порту появился новый кран в северной гавани, и он будет"),
    ],
)
def test_words_below_a_contact(contact: str, words_below: str) -> None:
    """Words that fill a line begin a paragraph below a line that says how somebody is reached."""
    text = f"Harbour Office\n{contact}\n{words_below}\nthere for all who need it, as the office said today at noon.\n"
    assert any(each.startswith(words_below) for each in words(text))


@pytest.mark.parametrize("mail", ["ro@example.org", "presse@example.org", "порт@example.org"])
def test_an_address_of_mail_below_a_name(mail: str) -> None:
    """An address of mail is a paragraph where each line is one, though it is in small letters."""
    long = "The harbour office said so. " * 9
    assert words(f"{long}\n\nAnna Bell\n{mail}\n")[1:] == ["Anna Bell", mail]


@pytest.mark.parametrize("script", ["la", "cy", "el"])
@pytest.mark.parametrize("mark", ["# # #", "* * *", "###", "- 30 -"])
def test_ends_of_releases(script: str, mark: str) -> None:
    """What marks the end of a release is a paragraph by itself, and no heading of what stands below."""
    found = segment(f"{_WIDE[script]}\n\n{mark}\n\n{_WIDE[script]}\n")
    assert [(each.kind, each.text) for each in found][1] == ("paragraph", mark)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("WHEREAS, on 8 March 2026, the harbour was closed", "WHEREAS, on 9 March 2026, it was opened again by its"),
        ("Que, el artículo 5 de la ley fue modificado", "Que, mediante el informe del puerto se propone el plan de"),
        ("Постановляет закрыть северную гавань", "Поручает управлению порта перевести все лодки до"),
        ("Αποφασίζει το κλείσιμο του λιμένα", "Αναθέτει στο λιμεναρχείο τη μετακίνηση όλων των σκαφών"),
    ],
)
def test_clauses_of_a_resolution(first: str, second: str) -> None:
    """In a wrapped text a clause begins with a capital behind a semicolon, where its first word would have fitted."""
    text = f"{first} for all of the boats that lie in the old basin\nand in the new one;\n{second}\nthe same year;\n"
    assert words(text) == [
        f"{first} for all of the boats that lie in the old basin and in the new one;",
        f"{second} the same year;",
    ]


@pytest.mark.parametrize(
    ("lead", "items"),
    [
        ("A. The office approves the following", ["1. The boats that lie in the northern basin move;", "2. They pay."]),
        ("А. Управление утверждает следующее", ["1) Лодки из северной гавани переводятся;", "2) Они платят."]),
        ("Α. Το λιμεναρχείο εγκρίνει τα εξής", ["α) Τα σκάφη της βόρειας λεκάνης φεύγουν·", "β) Πληρώνουν."]),
    ],
)
def test_a_list_that_a_colon_leads_to(lead: str, items: list[str]) -> None:
    """The first item behind a colon begins a paragraph, though the next one stands on another page."""
    wide = "for all of the boats that lie in the northern basin of the old port and"
    text = (
        f"{lead} {wide}\nall of the crews:\n{items[0]}\n\fOld port, page two\n\n{items[1]}\n\nThis is the end of it.\n"
    )
    assert list(labelled(text).values())[-2:] == [each.split(" ", 1)[1] for each in items]


@pytest.mark.parametrize(
    "line",
    [
        "港口已经开放。渔船可以进入新的码头",
        "港は開かれました。漁船は新しい岸壁に",
        "बंदरगाह खुल गया है।नावें नई गोदी में आ सकती हैं",
        "Registration no.: 34176024",
        "Handelsregister: HRB 47277",
        "Факс: 01 7654 7339 (город)",
        "NIF: B88049341",
    ],
)
def test_more_that_heads_nothing(line: str) -> None:
    """Words with the end of a sentence inside, and a number with its name, are no headings."""
    found = {each.text: each.kind for each in segment(f"Boats move\n\nThey move.\n\n{line}{_AFTER}")}
    assert found[line] == "paragraph"


@pytest.mark.parametrize(
    ("office", "street", "place", "country"),
    [
        ("Harbour Office", "Quay Street 5", "Northport, ME 04101", "United States"),
        ("Hafenamt", "Kaistraße 5", "20095 Hamburg", "Deutschland"),
        ("Capitainerie", "5, quai du Nord", "75002 Paris", "France"),
    ],
)
def test_addresses_between_blank_lines(office: str, street: str, place: str, country: str) -> None:
    """Who, the street and the country around a place with its postal code head nothing, whatever blank lines part."""
    parts = ["News of the port", "It opens today.", office, street, place, country, "The boats move in May."]
    kinds = {each.text: each.kind for each in segment("\n\n".join(parts))}
    assert [kinds[each] for each in (office, street, place, country)] == ["paragraph"] * 4


def test_addresses_of_pages() -> None:
    """Lines of nothing but the address of a page are each a paragraph."""
    links = [f"https://example.org/news/the-harbour-opens-its-new-quay-{at}" for at in range(4)]
    assert words("\n".join(links)) == links


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The quay:", "The crane:"),
        ("Le quai :", "La grue :"),
        ("Причал:", "Кран:"),
        ("Η προβλήτα:", "Ο γερανός:"),
    ],
)
def test_terms_and_what_they_mean(one: str, other: str) -> None:
    """A term that ends in a colon has what it means set in below it; the next term begins a paragraph."""
    meaning = (
        "    The place in the northern basin of the old port where all of the boats lie\n    since the first of May"
    )
    text = f"{_WIDE['la']}\n\n{one}\n{meaning}\n{other}\n{meaning}\n\n{_WIDE['la']}\n"
    found = words(text)
    assert [each.split(":")[0] + ":" for each in found[1:3]] == [one, other]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The home of the port\n\n# Boats of the port\n\nThey move.\n", "Boats of the port"),
        ("Перевод управления порта\n\n# Лодки порта\n\nОни идут.\n", "Лодки порта"),
        ("The boats of the port\n=====\n\n# Part one\n\nThey move.\n", "The boats of the port"),
        ("The boats of the port\n\n# One\n\nThey move.\n\n# Two\n\nThey stay.\n", "The boats of the port"),
    ],
)
def test_the_only_marked_heading(text: str, title: str) -> None:
    """The only heading that is marked as one of the first rank is the title; one of several is that of a part."""
    assert find_headline(segment(text)) == title


@pytest.mark.parametrize(
    "lines",
    [
        ["Press Release", "Read More", "May 13, 2026", "Press Release", "Read More", "April 30, 2026"],
        ["Читать далее", "13 мая 2026 г.", "Читать далее", "30 апреля 2026 г."],
        ["もっと読む", "2026年5月13日", "もっと読む", "2026年4月30日"],
        ["Leer más", "13 de mayo de 2026", "×", "Leer más", "30 de abril de 2026", "–"],
    ],
)
def test_dates_and_signs_have_no_heading(lines: list[str]) -> None:
    """A date or signs alone are no text that a line above them could head."""
    long = "The harbour office said so. " * 9
    found = segment(f"Boats\n\n{long}\n" + "\n".join(lines) + "\n")
    assert [each.text for each in found if each.kind == "heading"] == ["Boats"]


def test_a_heading_above_a_date_and_text() -> None:
    """A date between a heading and its text changes neither."""
    found = segment("Boats\n\nThey move.\n\nNew crane\n\n5 May 2026\n\nIt opens today.\n")
    assert [each.text for each in found if each.kind == "heading"] == ["Boats", "New crane"]


@pytest.mark.parametrize(
    "line",
    [
        "**Size**: three metres",
        "**Größe:** drei Meter",
        "__Размер__: три метра",
        "**大小**：三米",
        "**Contact:** the office",
    ],
)
def test_names_in_bold_with_a_value(line: str) -> None:
    """A name in bold type with its value behind a colon is no heading; bold words alone are one."""
    found = {each.text: each.kind for each in segment(f"# Boats\n\n{line}\n\n**Cranes**{_AFTER}")}
    assert (found[line], found["**Cranes**"]) == ("paragraph", "heading")


@pytest.mark.parametrize(
    ("heading", "words_below"),
    [
        ("== Mandatperiod", "Mandatperioden är ett verksamhetsår."),
        ("=== Срок полномочий", "Срок полномочий — один год."),
        ("== 任期 ==", "任期为一年。"),
        ("==== Term of office", "The term is a year\nof work."),
    ],
)
def test_headings_behind_equals_signs(heading: str, words_below: str) -> None:
    """What AsciiDoc, Typst and wikis mark as a heading is one, though its text stands right below."""
    found = segment(f"Boats move\n\nThey move.\n\n{heading}\n{words_below}\n")
    assert [(each.kind, each.text) for each in found[2:]] == [("heading", heading), ("paragraph", words_below)]


@pytest.mark.parametrize(
    "tag", ['<div dir="rtl" lang="he">', '<p align="center">', "<center>", '<div lang="fa">', "<img src='a.png'>"]
)
def test_markdown_that_begins_with_a_tag(tag: str) -> None:
    """A text with a heading of Markdown is a text, though it begins with a tag; what declares itself is a page."""
    assert recognise(f"{tag}\n\n# Boats\n\nThey move.\n".encode()).media_type == "text/plain"
    assert recognise(f"<!doctype html>{tag}\n\n# Boats\n\nThey move.\n".encode()).media_type == "text/html"
    assert recognise(f"{tag}\n\n<h1>Boats</h1>\n\nThey move.\n".encode()).media_type == "text/html"


@pytest.mark.parametrize(
    ("who", "office", "reached"),
    [
        ("Susan Bell", "Chief of Staff", "Office: 714-555-0108"),
        ("Анна Белл", "Пресс-секретарь", "Тел.: +7 495 1234567"),
        ("Clara Cruz", "Portavoz", "prensa@example.org"),
        ("安娜", "新闻发言人", "电话：010-12345678"),
    ],
)
def test_who_is_asked(who: str, office: str, reached: str) -> None:
    """Who is asked and in what office, right above how to reach them, heads nothing; a blank line parts them."""
    long = "The harbour office said so. " * 9
    kinds = {each.text: each.kind for each in segment(f"Boats\n\n{long}\n\n{who}\n{office}\n{reached}\nIt opens.\n")}
    assert (kinds[who], kinds[office]) == ("paragraph", "paragraph")
    kinds = {each.text: each.kind for each in segment(f"Boats\n\n{long}\n\n{office}\n\n{reached}\n\nIt opens.\n")}
    assert kinds[office] == "heading"
