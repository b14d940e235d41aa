"""Forms that laws, licences, statutes and notices print, as they were met in public texts of many languages."""

from __future__ import annotations

from textwrap import fill

import pytest
from tests.sources.conftest import ids, labelled, words

from muniment.sources import find_headline
from muniment.sources.paragraphs import segment


@pytest.mark.parametrize(
    "rule", ["~~~~~~~~~~~~", "************", "=-=-=-=-=-=-", "____________", "────────────", "* * * * *", "＊＊＊＊＊"]
)
@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("The port is closed until\nfurther notice.", "The ferry sails."),
        ("Порт закрыт до особого\nраспоряжения.", "Паром отходит."),
        ("Το λιμάνι είναι κλειστό\nμέχρι νεοτέρας.", "Το πλοίο αναχωρεί."),
        ("항구는 추후 공지가 있을\n때까지 닫힙니다.", "연락선이 출항합니다."),
    ],
)
def test_a_rule_across_the_page_is_a_block(rule: str, above: str, below: str) -> None:
    """A line drawn of one sign, or of two by turns, belongs to the words neither above nor below it."""
    assert words(f"{above}\n{rule}\n{below}") == [" ".join(above.split()), rule, below]


@pytest.mark.parametrize("title", ["Notice of the port", "Извещение порта", "港のお知らせ", "إشعار الميناء"])
def test_a_box_drawn_around_a_title(title: str) -> None:
    """The frame of a box is no part of the title in it, and no row of a table."""
    rule = "=" * 60
    found = segment(f"{rule}\n=      {title}      =\n{rule}\n\nThe port is closed.\n\nThe ferry sails.")
    assert [each.text for each in found][:3] == [rule, f"=      {title}      =", rule]
    assert find_headline(found) == title


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ('---\ntitle: "Rules of the port"\nslug: port\n---', "Rules of the port"),
        ("+++\ntitle = 'Правила порта'\n+++", "Правила порта"),
        ("---\nid: 4\ntitle: 港湾規則\n---", "港湾規則"),
        ("---\ntitle: قواعد الميناء\nsummary: " + "long " * 200 + "\n---", "قواعد الميناء"),
    ],
)
def test_a_title_before_a_text_without_heading(front: str, title: str) -> None:
    """Where no heading stands above a text, the title among the names and values before it is the headline."""
    found = segment(f"{front}\n\nThe port is open. Ships may come.\n\nThey pay.")
    assert found[0].text == front.strip()
    assert find_headline(found) == title


@pytest.mark.parametrize("markup", ["<span>\n</span>", "<a name='top'></a>", '<div align="center">', "<p><br></p>"])
def test_markup_alone_heads_nothing(markup: str) -> None:
    """A line of nothing but tags is neither a heading nor a title."""
    found = segment(f"{markup}\n\nThe port\n\nIt is closed.\n\nThe ferry sails.")
    assert [each.kind for each in found][:2] == ["paragraph", "heading"]
    assert find_headline(found) == "The port"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ('## <span class="a">Port</span> <b>Notice</b>', "Port Notice"),
        ("# Уведомление {: #notice }", "Уведомление"),
        ("# <em>港口</em>通知", "港口通知"),
        ("## إشعار {#notice}", "إشعار"),
    ],
)
def test_titles_without_markup(title: str, expected: str) -> None:
    """Tags around the words of a title and attributes behind them are taken off."""
    assert find_headline(segment(f"{title}\n\nIt is closed.\n\nThe ferry sails.")) == expected


_STRAY = "See " + "the notices of the other harbours, " * 8 + "which are kept at the pier."


@pytest.mark.parametrize(
    "clause",
    [
        "the Master gives notice to the Harbour Office of all that the Vessel brings, and ",
        "капитан извещает Управление порта обо всём, что Судно привезло с собой, и ",
        "ο Πλοίαρχος ειδοποιεί την Αρχή του λιμένα για όλα όσα φέρνει το Πλοίο, και ",
        "يبلغ الربان مكتب الميناء عن وصوله وعن كل ما تحمله السفينة من البضائع ثم ",
    ],
)
def test_a_long_line_and_many_full_ones(clause: str) -> None:
    """Lines that are filled are one paragraph beside a long line too; lines with room are one each beside it alone."""
    wrapped = fill(clause * 12, 66) + "."
    assert len(segment(f"{wrapped}\n\n{_STRAY}")) == len(segment(f"{wrapped}\n\nSee the notices.")) == 2
    ragged = "\n".join(f"{line[: 30 + 9 * (at % 4)]}" for at, line in enumerate(wrapped.splitlines()))
    ragged = "\n".join(line[:1].upper() + line[1:] for line in ragged.splitlines())
    assert len(segment(f"{ragged}\n\n{_STRAY}")) == ragged.count("\n") + 2
    assert len(segment(f"{ragged}\n\nSee the notices.")) == 2


@pytest.mark.parametrize(
    "lines",
    [
        "Pilotage\nBerth dues for a day at the pier\nWater\nLight",
        "Лоцман\nПричальный сбор за сутки стоянки\nВода\nСвет",
        "引航\n停泊费每日收取\n水\n灯",
    ],
)
def test_a_long_line_and_few_breaks(lines: str) -> None:
    """One long line, and the few breaks of short lines are no wrapping."""
    assert len(segment(f"{lines}\n\n{_STRAY}\n\n{_STRAY}")) == 6


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It must:\n\n- (a) pay\n- (b) leave\n\nEnd.", ["p1.a", "p1.b"]),
        ("Долг:\n\n* а) платить\n* б) уйти\n\nКонец.", ["p1.а", "p1.б"]),
        ("Υποχρεώσεις:\n\n- α) πληρώνει\n- β) φεύγει\n\nΤέλος.", ["p1.α", "p1.β"]),
        ("義務：\n\n- （1）支払う\n- （2）去る\n\n終わり。", ["p1.1", "p1.2"]),
        ("Deve:\n\n- § 1º - Pagar.\n- § 2º - Sair.\n\nFim.", ["p1.1", "p1.2"]),
    ],
)
def test_a_number_behind_a_bullet(text: str, expected: list[str]) -> None:
    """A printed number behind a bullet names the item; the bullet is part of the label."""
    found = segment("Article 1\n\n" + text)
    assert [each.id for each in found if each.label] == expected
    assert all((each.label or "")[0] in "-*" for each in found if each.label)


@pytest.mark.parametrize("item", ["- 5 ships", "- 1.5 metres", "- Art of the sea", "- (see below)"])
def test_a_bullet_before_other_words(item: str) -> None:
    """A bullet before a quantity or a word in brackets stays a bullet."""
    assert [each.label for each in segment(f"Seen:\n\n- one\n{item}\n- two")][1:] == ["-", item[0], "-"]


@pytest.mark.parametrize(
    "lines",
    [
        ("Article First. Name", "Article Second. Seat", "Article Third. Aim"),
        ("Artículo primero.- Nombre", "Artículo segundo.- Sede", "Artículo tercero.- Fin"),
        ("Статья первая. Название", "Статья вторая. Место", "Статья третья. Цель"),
        ("Articolo primo: Nome", "Articolo secondo: Sede", "Articolo terzo: Scopo"),
        ("Section One", "Section Two", "Section Three"),
        ("አንቀጽ፡፩፤", "አንቀጽ፡፪፤", "አንቀጽ፡፫፤"),
        ("Mellad unan (1)", "Mellad daou (2)", "Mellad tri (3)"),
        ("Artike prumî (1)", "Artike deûzinme (2)", "Artike treûzinme (3)"),
    ],
)
def test_articles_counted_in_words(lines: tuple[str, ...]) -> None:
    """Articles that are counted in words, or in numerals of their own, are named by the number."""
    found = ids("\n\n".join(f"{line}\n\nThe harbour stays open at all hours." for line in lines))
    assert found == "p1 nn1 p2 nn2 p3 nn3"


@pytest.mark.parametrize(
    "line",
    ["Article first printed in the gazette.", "Статья первой полосы.", "Article one sees often.", "The pier (2)"],
)
def test_words_that_count_no_article(line: str) -> None:
    """An ordinal inside of a sentence, or a number in brackets without a series, names no article."""
    assert labelled(f"The port is closed.\n\n{line}\n\nThe ferry sails.") == {}
    assert "p1" not in ids(f"The port is closed.\n\n{line}\n\nThe ferry sails.").split()


@pytest.mark.parametrize("sign", ["No. {}", "№ {}", "#{}", "Nr. {}", "Nº {}", "{}，"])
def test_signs_of_number(sign: str) -> None:
    """A sign of number before a number, or a full-width comma behind it, is a label where its series vouches for it."""
    text = "\n\n".join(f"{sign.format(number)} Pier {number} is closed." for number in (1, 2, 3))
    assert list(labelled(text)) == ["p1", "p2", "p3"]
    assert labelled(f"The list.\n\n{sign.format(5)} Pier is closed.\n\nThe ferry sails.") == {}


@pytest.mark.parametrize("items", [("1. {}", "2. {}"), ("1) {}", "2) {}"), ("(1) {}", "(2) {}"), ("一、{}", "二、{}")])
def test_a_list_begun_anew_below_a_heading(items: tuple[str, str]) -> None:
    """A list that begins anew below a heading and a colon lies in no item of the list before."""
    first, second = (item.format("Pay the dues.") for item in items)
    text = f"Duties\n\n{first}\n\n{second}\n\nRights\n\nThe guest may:\n\n{first}\n\n{second}"
    assert ids(text) == "h1 p1 p2 h2 nn1 plist2.1 plist2.2"


@pytest.mark.parametrize("word", ["Article", "Artikel", "Άρθρο", "Статья"])
def test_numbers_do_not_go_on_with_articles(word: str) -> None:
    """A number in an article never takes the place of the next article, whatever was lost before it."""
    text = f"{word} 1\n\n1. One.\n\n2. Two.\n\n2. Two again.\n\n3. Three.\n\n{word} 2\n\n1. One.\n\n{word} 3\n\n1. One."
    found = ids(text).split()
    assert {"p1", "p2", "p3", "p2.1", "p3.1"} <= set(found)


@pytest.mark.parametrize(
    "lines",
    [
        "Harbour Office\nAttn: Notices\n4 Quay Street\nSandport",
        "Управление порта\nОтдел извещений\nНабережная, 4\nПесочный",
        "港湾局\nお知らせ係\n岸壁4\n砂港",
        "Αρχή Λιμένος\nΤμήμα Ανακοινώσεων\nΠροκυμαία 4\nΑμμούδι",
    ],
)
def test_an_address_is_no_run_of_headings(lines: str) -> None:
    """Short lines that are a block by themselves, three and more, are an address, no headings."""
    text = f"Contact\n\n{_STRAY}\n\n{lines}\n\n{_STRAY}"
    assert [each.kind for each in segment(text)] == ["heading", *["paragraph"] * 6]


@pytest.mark.parametrize(
    ("heading", "body"),
    [
        (
            "1. Definitions",
            'The words "ship" and "vessel" have one meaning\nin these rules, as they had it before in the\nlaw.',
        ),
        (
            "2) Сборы",
            "Каждое судно платит сбор за стоянку у причала\nв день прихода, если управление порта не дало\nотсрочки.",
        ),
        (
            "§ 3 Gebühren",
            "Jedes Schiff zahlt eine Gebühr für den Liegeplatz\nam Tag der Ankunft, wenn das Amt nichts\nanderes sagt.",
        ),
    ],
)
def test_a_heading_with_a_number_in_a_wrapped_block(heading: str, body: str) -> None:
    """A short first line with a number, above a sentence that does not hang under its words, is a heading by itself."""
    found = words(f"{heading}\n{body}")
    assert found == [heading.split(maxsplit=2 if heading[0] == "§" else 1)[-1], " ".join(body.split())]


@pytest.mark.parametrize("ending", ["፡", "፥", "፦", ":"])
def test_an_ethiopic_colon_ends_a_clause(ending: str) -> None:
    """A paragraph that ends in an Ethiopic colon or word divider heads nothing."""
    assert segment(f"ወደብ\n\nየሚከተሉትን ያካትታሉ{ending}\n\nመርከብ ዛሬ ይመጣል።")[1].kind == "paragraph"


@pytest.mark.parametrize("number", ["**第一条**", "**第１条**", "__第二條__", "**제1조**", "**第一条の二**"])
def test_bold_numbers_of_articles(number: str) -> None:
    """The marks of bold type on both sides of an article's number belong to the label, none of them to the words."""
    found = segment(f"{number}\u3000船舶は港に入る。\n\n終わり。")
    assert (found[0].label, found[0].text) == (number, "船舶は港に入る。")


@pytest.mark.parametrize(
    "front", ["---\nsidebar: auto\n---", "+++\nдата = 2024\n+++", "---\n标签: 法律\n---", "![港](/images/port.png)"]
)
def test_what_heads_no_text(front: str) -> None:
    """What generators of sites put before a text is no heading, however short, and a picture is none."""
    assert [each.kind for each in segment(f"{front}\n\n# Port\n\nIt is closed.")] == [
        "paragraph",
        "heading",
        "paragraph",
    ]
