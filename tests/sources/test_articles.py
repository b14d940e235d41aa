"""The numbers of articles: in the words of many languages, and in those of the text itself."""

from __future__ import annotations

import pytest
from tests.sources.conftest import ids, labelled, words

from muniment.sources.paragraphs import segment

_BODY = "The council keeps the names of all ships, and gives them to nobody without an order."


def under(*headings: str) -> str:
    """Each heading alone on its line, with a sentence below."""
    return "Charter\n\n" + "\n\n".join(f"{heading}\n\n{_BODY}" for heading in headings)


@pytest.mark.parametrize(
    "headings",
    [
        # Words of the table: capitals, marks of ordinals, numerals of letters, ordinals in words, decomposed letters.
        ("ΑΡΘΡΟ 1", "ΑΡΘΡΟ 2", "ΑΡΘΡΟ 3"),
        ("Artigo 1.º", "Artigo 2.º", "Artigo 3.º"),
        ("ARTÍCULO 1º.", "ARTÍCULO 2º.", "ARTÍCULO 3º."),
        ("Article premier", "Article 2", "Article 3"),
        ("סעיף א.", "סעיף ב.", "סעיף ג."),
        ("المادة الأولى", "المادة الثانية", "المادة الثالثة"),
        ("مادهٔ اول", "مادهٔ دوم", "مادهٔ سوم"),
        ("دفعہ ۱ ۔", "دفعہ ۲ ۔", "دفعہ ۳ ۔"),
        ("Đie\u0302\u0300u 1:", "Đie\u0302\u0300u 2:", "Đie\u0302\u0300u 3:"),
        ("अनुच्छेद १.", "अनुच्छेद २.", "अनुच्छेद ३."),
        ("มาตรา ๑", "มาตรา ๒", "มาตรา ๓"),
        ("მუხლი 1.", "მუხლი 2.", "მუხლი 3."),
        ("Հոդված 1", "Հոդված 2", "Հոդված 3"),
        ("第 1 條", "第 2 條", "第 3 條"),
        ("제 1 조", "제 2 조", "제 3 조"),
        ("第１条", "第２条", "第３条"),
        ("1. člen", "2. člen", "3. člen"),
        ("1‐модда", "2‐модда", "3‐модда"),
        # An ordinal in words before the word.
        ("Нэгдүгээр зүйл", "Хоёрдугаар зүйл", "Гуравдугаар зүйл"),
        ("Első cikk", "Második cikk", "Harmadik cikk"),
        ("Første artikkel", "Annen artikkel", "Tredje artikkel"),
        ("## First Article", "## Second Article", "## Third Article"),
        ("Prvý článok", "Druhý článok", "Tretí článok"),
        ("Бірінші бап", "Екінші бап", "Үшінші бап"),
        ("Primeiro artigo", "Segundo artigo", "Terceiro artigo"),
        # Words that no table has.
        ("Rarangi 1", "Rarangi 2", "Rarangi 3"),
        ("Kibuku ya 1", "Kibuku ya 2", "Kibuku ya 3"),
        ("Temana 1:", "Temana 2:", "Temana 3:"),
        ("Principle 1", "Principle 2", "Principle 3"),
        ("Принцип 1.", "Принцип 2.", "Принцип 3."),
        ("مبدأ 1", "مبدأ 2", "مبدأ 3"),
        ("원칙 1", "원칙 2", "원칙 3"),
        ("1 atala", "2 atala", "3 atala"),
        ("ᐃᓚᖓ 1.", "ᐃᓚᖓ 2.", "ᐃᓚᖓ 3."),
    ],
)
def test_headings_of_articles(headings: tuple[str, ...]) -> None:
    """The number of an article alone on its line is a heading with that number, in any language."""
    found = [each for each in segment(under(*headings)) if each.id.startswith("p")]
    assert [(each.id, each.kind, each.text) for each in found] == [
        (f"p{at}", "heading", heading) for at, heading in enumerate(headings, 1)
    ]


@pytest.mark.parametrize(
    ("word", "numbers"),
    [
        ("المادة", ("العاشرة", "الحادية عشرة", "الثانية عشرة", "العشرون", "الحادية والعشرون")),
        ("ماده", ("دهم", "یازدهم", "دوازدهم", "بیستم", "بیست و یکم")),
        ("סעיף", ("י.", "יא.", "יב.", "כ.", "כא.")),
    ],
)
def test_numerals_in_words(word: str, numbers: tuple[str, ...]) -> None:
    """Ordinals in words and numerals of letters count as digits do."""
    found = ids(under(*(f"{word} {number}" for number in numbers))).split()
    assert [each for each in found if each[0] == "p"] == ["p10", "p11", "p12", "p20", "p21"]


@pytest.mark.parametrize(
    "numbers",
    [
        ("شانزدهم", "هفدهم", "هجدهم", "نوزدهم"),
        ("شانزدهم", "هفدهم", "هیجدهم", "نوزدهم"),
        ("شانزدهم", "هیفدهم", "هجدهم", "نوزدهم"),
        ("شانزدهم", "هیفدهم", "هیجدهم", "نوزدهم"),
    ],
)
def test_numerals_in_either_spelling(numbers: tuple[str, ...]) -> None:
    """Seventeenth and eighteenth count in Persian in either spelling."""
    found = ids(under(*(f"ماده {number}" for number in numbers))).split()
    assert [each for each in found if each[0] == "p"] == ["p16", "p17", "p18", "p19"]


@pytest.mark.parametrize(
    "lines",
    [
        ("Chapter 1", "Chapter 2"),
        ("Kapitel 1", "Kapitel 2"),
        ("Глава 1", "Глава 2"),
        ("الفصل 1", "الفصل 2"),
        ("Table 1", "Table 2"),
        ("Page 1", "Page 2"),
        ("Rarangi 1", "Rarangi 9"),
        ("Rarangi 1", "Temana 2"),
        ("May 5", "May 6"),
    ],
)
def test_no_articles(lines: tuple[str, ...]) -> None:
    """Chapters, tables, pages and days are none, nor is a word that stands with one number, or with far ones."""
    assert not [each for each in ids(under(*lines)).split() if each.startswith("p")]


@pytest.mark.parametrize(
    "sentence",
    [
        "You must make the source code available to all of the ships as in\nSection 3.5.",
        (
            "You must make the source code of it available as it is asked for in\n"
            "Section 2.2. It is to be had for a year\n"
            "by all of them."
        ),
        "The council gives the names of the ships to nobody, and that is what is said in the\nfirst article.",
        "A tanács a hajók nevét senkinek sem adja ki, és erről szól az alapszabály maga is, a\nmásodik cikk.",
        "Der Rat gibt die Namen der Schiffe nur so weit heraus, wie es nach\n§ 7 Abs. 3 geschehen darf.",
        "Совет хранит имена всех судов и выдаёт их, как это указано в самой\nСтатья 5. Это верно.",
        "Le conseil garde les noms de tous les navires comme il est dit dans\nArticle 5. Il les donne.",
    ],
)
def test_cited_articles(sentence: str) -> None:
    """A wrapped line that begins with the number of an article cites it, and cuts no sentence."""
    text = "Rules\n\n1. One is here.\n\n" + sentence + "\n\n2. Two is here."
    assert words(text)[2] == " ".join(sentence.split())
    assert ids(text).split()[2] == "nn1"


@pytest.mark.parametrize(
    "line", ["§ 7 Abs. 3 findet Anwendung.", "§ 12 gilt nicht.", "Article 5(1) applies.", "Art. 6 Absatz 2 bleibt."]
)
def test_sentences_that_cite(line: str) -> None:
    """A sentence that begins with a citation has no label."""
    assert labelled(f"Rules\n\n§ 6 One.\n\n{line}\n\n§ 8 Two.").keys() == {"p6", "p8"}


def test_a_number_out_of_order_moves_no_other() -> None:
    """An article that was miscounted, or cited, leaves the others their own numbers."""
    found = ids(under("Article 18", "Article 19", "Article 2", "Article 21", "Article 22")).split()
    assert [each for each in found if each[0] == "p"] == ["p18", "p19", "p2", "p21", "p22"]


def test_recitals() -> None:
    """Numbers in brackets before the first article are recitals; in articles they are what stands there."""
    text = "Act\n\n(1) Ships matter.\n\n(2) Ports matter.\n\nArticle 1\n\n1. It holds.\n\nArticle 2\n\n2. It does."
    assert ids(text).split() == ["h1", "precital1", "precital2", "p1", "p1.1", "p2", "p2.2"]
