"""Numbers under letters, glued to words, all the same or alone; code, contacts, values between commas."""

from __future__ import annotations

import pytest
from tests.sources.conftest import ids, labelled, words

from muniment.sources import find_headline
from muniment.sources.paragraphs import segment


def between(*paragraphs: str) -> str:
    """Paragraphs between a title and an end."""
    return "\n\n".join(["Charter of the port", *paragraphs, "This is the end of it."])


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (("A. Services", "A.1. Ships.", "A.2. Boats.", "B. Dues", "B.1. They pay."), "pa pa.1 pa.2 pb pb.1"),
        (("I. Services", "I.1. Ships.", "I.2.a. Boats.", "I.2.b. Rafts.", "II. Dues"), "pi pi.1 pi.2.a pi.2.b pii"),
        (("А. Услуги", "А.1. Суда.", "А.2. Лодки.", "Б. Сборы", "Б.1. Платят."), "pа pа.1 pа.2 pб pб.1"),
        (("Α. Υπηρεσίες", "Α.1 Πλοία.", "Α.2 Βάρκες.", "Β. Τέλη", "Β.1 Πληρώνουν."), "pα pα.1 pα.2 pβ pβ.1"),
        (("1. Leistungen", "A. Schiffe", "A.1. Große.", "A.2. Kleine.", "2. Gebühren"), "p1 p1.a p1.a.1 p1.a.2 p2"),
        (("a) Servizi", "a.1) Navi.", "a.2) Barche.", "b) Tasse", "b.1) Si paga."), "pa pa.1 pa.2 pb pb.1"),
    ],
)
def test_numbers_under_letters(paragraphs: tuple[str, ...], expected: str) -> None:
    """A number under a letter counts on in the list of the letters, and its id says both."""
    assert " ".join(ids(between(*paragraphs)).split()[1:-1]) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "B.1 is a form of it.",
        "A.1 Steaks are sold.",
        "p.5. Notes.",
        "v.2. A version.",
        "П.1 вступает в силу.",
        "U.2 came.",
    ],
)
def test_no_numbers_under_letters(sentence: str) -> None:
    """A letter, a full stop and a number are no label by themselves."""
    assert not labelled(between(sentence))


@pytest.mark.parametrize(
    ("paragraphs", "second"),
    [
        (("8.1. Platí se.", "8.2.V případech, kdy se neplatí.", "8.3. Konec."), "V případech, kdy se neplatí."),
        (("8.1. Платят.", "8.2.В случаях неуплаты.", "8.3. Конец."), "В случаях неуплаты."),
        (("8.1. Płaci się.", "8.2.W razie braku.", "8.3. Koniec."), "W razie braku."),
        (("8.1. It opens.", "8.2.A port is open.", "8.3. It closes."), "A port is open."),
        (("8.1. Ανοίγει.", "8.2.Το λιμάνι κλείνει.", "8.3. Τέλος."), "Το λιμάνι κλείνει."),
        (("8.1. Öffnet.", "8.2.Hafen ist zu.", "8.3. Ende."), "Hafen ist zu."),
    ],
)
def test_a_number_glued_to_a_word(paragraphs: tuple[str, ...], second: str) -> None:
    """The word behind a number is no letter of it, though no blank stands between and the word is one letter."""
    found = {each.id: each.text for each in segment(between(*paragraphs))}
    assert found["p8.2"] == second
    assert list(found)[1:-1] == ["p8.1", "p8.2", "p8.3"]


@pytest.mark.parametrize("above", ["", "Contact Details\n\nAsk.\n\n", "Names\n\nThe port has one.\n\n"])
@pytest.mark.parametrize(
    "line", ["Copyright Announcement", "Copyright Notice", "Copyright and Licence", "Copyright Policy"]
)
def test_headings_on_copyright(line: str, above: str) -> None:
    """A heading with the word in it is one, whatever stands before it; who has the right, and since when, is none."""
    found = {each.text: each.kind for each in segment(f"Terms\n\nIt is open.\n\n{above}{line}\n\nAll rights are ours.")}
    assert found[line] == "heading"
    for owner in ("Copyright 2026 The Port", "Copyright (c) The Port", "Copyright by The Port", "© The Port"):
        found = {each.text: each.kind for each in segment(f"Terms\n\nIt is open.\n\n{above}{owner}\n\nAll rights.")}
        assert found[owner] == "paragraph"


@pytest.mark.parametrize(
    "line",
    [
        *("Menlo Park, CA 94025", "Phone: +1 555 0100", "Email: press@example.org", "press@example.org"),
        *("Anna Port <anna@example.org>", "+47 55 50 01 00", "Tel.: 0471 555 01", "Тел.: +7 495 555-01-00"),
        *("Телефон: 555-01", "电话：010-5550100", "電話番号: 03-5555-0100", "전화: 02-555-0100", "هاتف: ٥٥٥٠١٠٠"),
        *("Τηλ.: 210 5550100", "โทร: 02 555 0100", "D-20095 Hamburg", "〒100-0001 東京都千代田区", "20095 Hamburg"),
        *("E-posta: basin@example.org", "Correo electrónico: prensa@example.org", "(555) 555-0100 ext. 12"),
    ],
)
def test_contact_lines_are_no_headings(line: str) -> None:
    """How somebody is reached heads nothing; a heading beside it stays one."""
    kinds = {each.text: each.kind for each in segment(f"News\n\nIt opens.\n\nMedia contact\n\n{line}\n\nIt is old.")}
    assert (kinds["Media contact"], kinds[line]) == ("heading", "paragraph")


@pytest.mark.parametrize(
    "line", ["Phone service restored", "Mail for all", "12 ships", "Сбор в порту", "电话服务", "Fax"]
)
def test_headings_on_how_people_are_reached(line: str) -> None:
    """The word alone makes no contact of a heading."""
    assert segment(f"News\n\nIt opens.\n\n{line}\n\nIt is old.")[2].kind == "heading"


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        *(("```", "```"), ("```sh", "```"), ("````", "````"), ("   ```python", "   ```")),
        *(("{% highlight ruby %}", "{% endhighlight %}"), ("<pre>", "</pre>"), ('<pre class="c">', "</pre>")),
    ],
)
@pytest.mark.parametrize(
    ("above", "below"),
    [("Run this:", "Then it runs."), ("Выполните:", "Готово."), ("运行：", "完成。"), ("شغل هذا:", "ثم يعمل.")],
)
def test_code_between_fences(opening: str, closing: str, above: str, below: str) -> None:
    """What stands between two fences is one block, as it is: no headings, labels or paragraphs in it."""
    code = f"{opening}\n# install it\nmake all\n\n1. not a label\n\nArticle 2\n\n- b\n{closing}"
    for gap in ("\n\n", "\n"):
        found = segment(f"Notes\n\n{above}{gap}{code}{gap}{below}")
        assert [each.text for each in found] == ["Notes", above, code.strip(), below]
        assert [each.kind for each in found][1:] == ["paragraph"] * 3


@pytest.mark.parametrize("opening", ["```", "{% highlight c %}", "<pre>", "```sh"])
def test_a_fence_that_is_never_closed(opening: str) -> None:
    """A fence without its end keeps nothing together."""
    assert ids(f"Notes\n\n{opening}\n\n1. One.\n\n2. Two.").split()[-2:] == ["p1", "p2"]


@pytest.mark.parametrize("article", ["Artigo 29", "Article 29", "Статья 29", "§ 29", "المادة 29", "29. cikk"])
@pytest.mark.parametrize("under", ["---------", "========="])
def test_an_article_with_a_line_under_it(article: str, under: str) -> None:
    """The line drawn under the number of an article goes with it, and has no id of its own."""
    found = segment(f"Lei\n\n{article}\n{under}\n\nO porto fecha.")
    assert [(each.id, each.kind) for each in found[1:]] == [("p29", "heading"), ("nn1", "paragraph")]
    assert found[1].text == f"{article}\n{under}"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (("* 1. What You Cannot Do.", "* 2. What You Can Do.", "* 3. The End."), "p1 p2 p3"),
        (("- 1. Zweck.", "- 2. Pflichten.", "- 3. Ende."), "p1 p2 p3"),
        (("• 1. Цель.", "• 2. Долг.", "• 3. Конец."), "p1 p2 p3"),
        (("* A. Σκοπός.", "* B. Τέλη.", "* C. Τέλος."), "pa pb pc"),
        (("- 1. Mai bleibt zu.", "- Ende."), "nn1 nn2"),
        (("- 2. Bürgermeister kommt.", "- Er spricht."), "nn1 nn2"),
    ],
)
def test_numbers_behind_bullets(items: tuple[str, ...], expected: str) -> None:
    """A number behind a bullet is a label where its list vouches for it; else the bullet alone is."""
    for gap in ("\n\n", "\n"):
        found = segment(between(gap.join(items)))[1:-1]
        assert " ".join(each.id for each in found) == expected
        assert all(each.label for each in found)


@pytest.mark.parametrize(
    ("one", "two", "between_them"),
    [
        ("1. Scope. These hold for all boats.", "2. Duties. All boats pay dues.", "More of it."),
        ("1. Цель. Это для всех лодок.", "2. Долг. Все лодки платят.", "Ещё слова."),
        ("第一条 本规定适用于所有船只。", "第二条 所有船只付费。", "补充说明。"),
        ("Article 1. Ceci vaut pour tous.", "Article 2. Tous paient.", "Encore des mots."),
    ],
)
def test_contents_that_repeat_whole_articles(one: str, two: str, between_them: str) -> None:
    """Where the articles stand twice, and the second time with what lies in them, those have the printed ids."""
    sections = f"{one}\n\n{between_them}\n\n{two}\n\n{between_them}"
    found = segment(f"Terms\n\nContents\n\n{one}\n\n{two}\n\nIn full\n\n{sections}")
    named = {each.id: each.kind for each in found}
    assert [name for name in named if name.startswith("p")] == ["p1", "p2"]
    assert [named["nn1"], named["nn2"]] == ["list-item", "list-item"]
    assert ids(f"Terms\n\n{one}\n\n{two}\n\nAgain\n\n{one}\n\n{two}") == "h1 p1 p2 h2 plist2.1 plist2.2"


@pytest.mark.parametrize(
    "items",
    [
        ("1. one thing.", "1. another thing.", "1. a third thing."),
        ("1. Одно.", "1. Другое.", "1. Третье."),
        ("1) ein Ding;", "1) noch eins;", "1) ein drittes."),
        ("1、船。", "1、港。", "1、费。"),
        ("١. سفينة.", "١. ميناء.", "١. رسم."),
    ],
)
def test_lists_numbered_lazily(items: tuple[str, ...]) -> None:
    """Where each item has a 1, each is an item with the 1 that is printed, and none is counted for the writer."""
    for gap in ("\n", "\n\n"):
        found = segment(f"Notes\n\nWe did:\n\n{gap.join(items)}\n\nIt ends.")
        assert [each.id for each in found[2:-1]] == ["p1", "plist2.1", "plist3.1"]
        assert len({each.label for each in found[2:-1]}) == 1


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ("name,port,fee\nAnna,Oslo,5\nBella,Riga,6", 3),
        ("имя;порт;сбор\nАнна;Осло;5\nБэлла;Рига;6", 3),
        ('船,港,费\n安娜,"奥斯陆, 挪威",5\n贝拉,里加,6', 3),
        ("name,port,fee\nAnna,,5\nBella,Riga,\nCora,Kiel,7", 4),
        ("سفينة,ميناء,رسم\nآنا,أوسلو,5\nبيلا,ريغا,6", 3),
    ],
)
def test_rows_of_values(rows: str, count: int) -> None:
    """Each row of values between commas is a paragraph, and none is a heading."""
    found = segment(f"List\n\n{rows}\n\nThe end of it.")
    assert [each.text for each in found[1:-1]] == rows.split("\n")
    assert len(found) == count + 2
    assert {each.kind for each in found[1:]} == {"paragraph"}


@pytest.mark.parametrize(
    "prose",
    [
        "Ships, boats, rafts and all that\nleave, sink, burn or drift there,\nas the master, the mayor, and we say.",
        "Суда, лодки, плоты и всё то, что\nуходит, тонет, горит или плывёт,\nкак решили капитан, мэр, и мы.",
        "It costs 1,000,000 in all, and 2,000,000\nby then, 3,000,000 later, 4,000,000 at\nlast, 5,000,000 more.",
    ],
)
def test_commas_of_prose(prose: str) -> None:
    """Commas with a blank behind them make no row, however many stand in each line."""
    assert len(segment(f"List\n\n{prose}\n\nThe end of it.")) == 3


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        (("1.", "2.", "3."), ("It is open.", "It is closed.", "It ends.")),
        (("(1)", "(2)", "(3)"), ("Открыто.", "Закрыто.", "Конец.")),
        (("１．", "２．", "３．"), ("開く。", "閉じる。", "終わり。")),
        (("1.1.", "1.2.", "1.3."), ("Ανοιχτό.", "Κλειστό.", "Τέλος.")),
        (("(a)", "(b)", "(c)"), ("Es ist offen.", "Es ist zu.", "Ende.")),
        (("١.", "٢.", "٣."), ("مفتوح.", "مغلق.", "النهاية.")),
    ],
)
def test_numbers_alone_above_their_words(numbers: tuple[str, ...], texts: tuple[str, ...]) -> None:
    """A number alone on its line is the label of the words after the blank line, where its list vouches for it."""
    found = segment(between(*(f"{number}\n\n{text}" for number, text in zip(numbers, texts, strict=True))))[1:-1]
    assert [(each.label, each.text) for each in found] == [*zip(numbers, texts, strict=True)]


def test_a_number_alone_without_its_list() -> None:
    """A number alone without a neighbour, or above an item with a number of its own, is a paragraph."""
    assert ids(between("5.", "It is open.")) == "h1 p5 nn1 nn2"
    assert ids(between("1.", "2.", "3. It is open.")) == "h1 p1 p2 p3 nn1"


@pytest.mark.parametrize(
    "wrapped",
    [
        (
            "1.1 Dues. Boats pay at the piers of the port what is\nsaid in all paragraphs of the part that we call\n"
            "1.1.1 The rest is free for all the boats."
        ),
        (
            "1.1 Сборы. Суда платят у причалов порта всё то, что\nсказано во всех пунктах раздела, чей номер теперь\n"
            "1.1.1 и приложен к этим правилам."
        ),
        (
            "1.1 Τέλη. Τα πλοία πληρώνουν στις προβλήτες όσα όλα\nορίζονται στις διατάξεις του τμήματος με αριθμό\n"
            "1.1.1 Το υπόλοιπο είναι δωρεάν."
        ),
        (
            "1.1 Gebühren. Boote zahlen an den Molen des Hafens,\nwas in allen Absätzen des Teils steht, der noch\n"
            "1.1.1 heißt und beiliegt."
        ),
    ],
)
def test_a_number_that_a_wrapped_sentence_cites(wrapped: str) -> None:
    """A number in parts at the start of a wrapped line is no label where the sentence runs on into it."""
    assert [*labelled(between(wrapped))] == ["p1.1"]
    assert [*labelled(between("1.1 Dues\n1.1.1 Boats pay.\n1.1.2 Ships pay."))] == ["p1.1", "p1.1.1", "p1.1.2"]


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("Title: The port opens\nAuthor: A. Port <a@example.org>\nPosted: 2026-05-03", "The port opens"),
        ("From: a@example.org\nDate: 3 May 2026\nSubject: The port opens", "The port opens"),
        ("Von: Hafen\nDatum: 3. Mai 2026\nBetreff: Der Hafen öffnet", "Der Hafen öffnet"),
        ("От: порт\nДата: 3 мая 2026\nТема: Порт открыт", "Порт открыт"),
        ("De : le port\nDate : 3 mai 2026\nObjet : Le port ouvre", "Le port ouvre"),
    ],
)
def test_titles_in_lines_of_names_and_values(header: str, title: str) -> None:
    """The subject among the lines before a mail or a notice is its title."""
    assert find_headline(segment(f"{header}\n\nIt is open. All may come.\n\nThey pay.")) == title


@pytest.mark.parametrize("mark", ["##", "###", "####"])
@pytest.mark.parametrize(("title", "part"), [("Port rules", "Scope"), ("Правила порта", "Цель"), ("港湾規則", "範囲")])
def test_a_title_in_front_of_parts(mark: str, title: str, part: str) -> None:
    """A heading of a lower rank takes no title from what stands before a text; one of the first rank does."""
    front = f"---\ntitle: {title}\n---\n\n"
    assert find_headline(segment(f"{front}{mark} {part}\n\nIt is open.\n\nThey pay.")) == title
    assert find_headline(segment(f"{front}# {part}\n\nIt is open.\n\nThey pay.")) == part


@pytest.mark.parametrize(("lead", "end"), [("Run this:", "It ends."), ("Выполните:", "Конец."), ("実行：", "終わり。")])
def test_what_is_set_in_under_a_colon(lead: str, end: str) -> None:
    """Short lines set in under a colon are quoted, and head nothing."""
    found = segment(f"Notes\n\n{lead}\n\n    make all\n\n    make install\n\n{end}")
    assert [each.kind for each in found[1:]] == ["paragraph"] * 4


@pytest.mark.parametrize(
    "line",
    [": **MD5**", "895c1c581f8d28e8b3bb02472b2ccf6a", "[the file][12]", "{% raw %}", "Порт\n: место", "港\n: 場所"],
)
def test_signs_of_pages_are_no_headings(line: str) -> None:
    """A meaning behind a colon, a checksum, a link by its number and a tag of a generator head nothing."""
    assert [each.kind for each in segment(f"Notes\n\nIt opens.\n\n{line}\n\nIt ends.")][2] == "paragraph"


@pytest.mark.parametrize("bullet", ["*", "-", "•", "+"])
def test_items_parted_by_what_is_set_in(bullet: str) -> None:
    """An item goes on with the list of the item before it, though lines set in deeper stand between."""
    text = f"Do this:\n{bullet} read it:\n    cat notes\n{bullet} keep it\n    cp notes\n{bullet} leave"
    assert [each.label for each in segment(between(text))[1:-1]] == [None, bullet, bullet, bullet]


@pytest.mark.parametrize("count", [4, 9])
def test_long_runs_of_small_letters_are_parted(count: int) -> None:
    """A title of two or three lines runs on in small letters; in a text with a paragraph a line more lines do not."""
    long = "The port is open, " * 15 + "as it was."
    few = "Port opens the\nnew quay to all"
    assert words(f"{few}\n\n{long}")[0] == "Port opens the new quay to all"
    many = "\n".join(["the port opens"] * count)
    assert len(segment(f"{many}\n\n{long}")) == count + 1
