"""A paragraph that was written anew keeps in sight what stayed, and what stands above a text stays above it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.diff import render_text
from muniment.diff.compare import compare
from muniment.diff.numbering import is_bare_number
from muniment.diff.views.parts import moved_white
from muniment.diff.words import refine
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]


def marked(old: Paragraph, new: Paragraph) -> str:
    """The word diff of two linked paragraphs."""
    signs = {"=": ("", ""), "-": ("[-", "-]"), "+": ("{+", "+}")}
    return "".join(f"{signs[s.tag][0]}{s.text}{signs[s.tag][1]}" for s in refine([old], [new]).segments)


ENDS = {
    "English": (
        "**Duration**. The berths are let by the month, from the first day on, to whoever asks.",
        "**Duration**. The harbour master sets every term anew, in writing and upon request only.",
        "**Duration**. The [-",
    ),
    "Russian": (
        "Срок действия. Причалы сдаются помесячно, с первого числа, всем желающим.",
        "Срок действия. Капитан порта каждый раз назначает его заново, и только письменно.",
        "Срок действия. [-",
    ),
    "Arabic": (
        "مدة السريان. تؤجر الأرصفة شهريا من اليوم الأول لكل من يطلب ذلك.",
        "مدة السريان. يحددها مدير الميناء في كل مرة كتابة وعند الطلب وحده.",
        "مدة السريان. [-",
    ),
    "Japanese": (
        "有効期間について、岸壁は毎月一日より希望者へ貸与するものとする。",
        "有効期間について、港長がそのつど書面でこれを定め、申請に応じて通知し公表する。",
        "有効期間について、[-",
    ),
    "a heading": ("## Why moor at all?", "## Ce que coûte une amarre", "## [-"),
    "a quote": ("> Ships ahoy!", "> Kein Land in Sicht", "> [-"),
}


@pytest.mark.parametrize(("old", "new", "begins"), ENDS.values(), ids=ENDS)
def test_what_both_begin_with_is_no_change(side: Side, old: str, new: str, begins: str) -> None:
    """The name of a clause, or the mark of a heading, stays outside the brackets of what took its place."""
    assert marked(*side(old), *side(new)).startswith(begins)
    assert marked(*side(new), *side(old)).startswith(begins)


def test_an_article_or_a_full_stop_is_no_beginning(side: Side) -> None:
    """What is common by chance stays with the whole that was replaced."""
    assert marked(*side("The cat sat there."), *side("The dogs ran off far and wide.")).startswith("[-The")


PASSAGES = {
    "English": (
        "No berth may be passed on.",
        "This agreement binds all who come after, whoever they may be.",
        " The council has the fees set and read out, and a list of them is kept. Nobody pays more than it says.",
    ),
    "German": (
        "Ein Liegeplatz wird nie weitergegeben.",
        "Dieser Vertrag bindet alle, die danach kommen, wer immer sie auch seien.",
        " Der Rat setzt die Gebühren fest, lässt sie verlesen und hängt sie aus. Niemand zahlt mehr, als sie sagen.",
    ),
    "Ukrainian": (
        "Причал нікому не передається.",
        "Цей договір зобов'язує всіх, хто прийде потім, ким би вони не були.",
        " Рада встановлює збори, оголошує їх і вивішує перелік. Ніхто не платить більше, ніж там зазначено.",
    ),
}


@pytest.mark.parametrize(("gone", "kept", "new"), PASSAGES.values(), ids=PASSAGES)
def test_a_passage_in_a_clause_written_anew(side: Side, gone: str, kept: str, new: str) -> None:
    """A sentence that stands in both is not shown as deleted and inserted, however much was put before it."""
    before = f"{new.strip()}{new}{new}"
    found = marked(*side(f"{gone} {kept}"), *side(f"{before} {kept}"))
    assert found.endswith(kept)
    assert found.count(kept) == 1


TURNED_ROUND = {
    "English": (
        "* Reviewing contributions in source, policy and tests should be seen as important as writing it",
        "* Make sure writing and reviewing contributions to source, policy and tests are equally valuable",
    ),
    "German": (
        "* Beiträge zu Quelltext, Regeln und Prüfungen durchzusehen soll so wichtig sein wie sie zu schreiben",
        "* Sorgt dafür, dass Schreiben und Durchsehen der Beiträge zu Quelltext, Regeln und Prüfungen gleich zählt",
    ),
    "Czech": (
        "* Kontrola příspěvků ke zdrojům, pravidlům a testům má být stejně důležitá jako jejich psaní",
        "* Dbejte, aby psaní a kontrola příspěvků ke zdrojům, pravidlům a testům měly tutéž cenu",
    ),
}


@pytest.mark.parametrize(("old", "new"), TURNED_ROUND.values(), ids=TURNED_ROUND)
def test_a_clause_turned_round_where_it_stands(side: Side, old: str, new: str) -> None:
    """With a third of its words in order it is edited between its neighbours, not deleted and inserted."""
    around = "The council met on the pier.", "Questions go to the master."
    a, b = side(around[0], old, around[1]), side(around[0], new, around[1])
    assert [(o.op, o.a, o.b) for o in compare(a, b).operations if not o.unchanged] == [("replace", (1,), (1,))]


@pytest.mark.parametrize(
    "page", ["https://example.org/tides/2026", "www.example.org/prilivy", "https://例え.example/潮"]
)
def test_one_page_linked_in_both(side: Side, page: str) -> None:
    """What stands alone and links to one page is edited, whatever its words; the site alone says nothing."""
    around = "The council met on the pier.", "Questions go to the master."
    a = side(around[0], f"[Tables of the tides]({page}) are sold at the office", around[1])
    b = side(around[0], f"[Flut und Ebbe]({page}): im Kontor zu haben, gegen Gebühr", around[1])
    assert [o.op for o in compare(a, b).operations] == ["equal", "replace", "equal"]


NUMBERS = {
    "Portuguese": ("Artigo {}", "O conselho fiscal reúne-se {} vezes e lê as contas do porto."),
    "German": ("§ {}", "Der Rat tritt {} Mal zusammen und prüft die Bücher des Hafens."),
    "Russian": ("Статья {}", "Совет собирается {} раз и проверяет книги порта."),
    "Chinese": ("第{}条", "理事会开会{}次，查阅本港账目。"),
}


@pytest.mark.parametrize(("number", "text"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_above_a_text_does_not_carry_it_away(side: Side, number: str, text: str) -> None:
    """Where an article was taken out the numbers above the others change; no text has moved."""
    texts = [text.format(f"{k}{k}") for k in range(1, 7)]
    a = [line for k, body in enumerate(texts, 1) for line in (number.format(k), body)]
    b = [line for k, body in enumerate([*texts[:1], *texts[2:]], 1) for line in (number.format(k), body)]
    found = compare(side(*a), side(*b)).operations
    assert not [o for o in found if o.op == "move"]
    assert {(o.op, o.a) for o in found if o.op in ("delete", "insert")} <= {("delete", (k,)) for k in range(12)}


def test_bare_numbers(side: Side) -> None:
    """A number with its word is bare; a short sentence with a number, or a name, is not."""
    assert all(is_bare_number(p) for p in side("Article 29", "**Art. 3**", "§ 12", "XIV.", "第十二条", "Статья 7"))
    assert not any(is_bare_number(p) for p in side("Pay 20 now", "Dues", "The 5 ships", "Ships: 20 in all", "1912"))


@pytest.mark.parametrize("sign", ["Métricas", "Показатели", "μετρήσεις"])
def test_a_word_at_the_end_of_a_line(side: Side, sign: str) -> None:
    """What was taken out leaves the line end where it was: no white space is marked."""
    a, b = (
        side(f"title: Open Source {sign}\norder: the first of all"),
        side("title: Open Source\norder: the first of all"),
    )
    [operation] = compare(a, b).operations
    assert [s.text for s in operation.segments or () if s.tag != "="] == [f" {sign}"]
    assert moved_white(operation, a, b) == ""


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("One.  Two.  Three.  Four.", "One. Two. Three. Four.", "[-⟨U+0020 SPACE⟩⟨U+0020 SPACE⟩-]{+⟨U+0020 SPACE⟩+}"),
        ("Один\nдва\nтри", "Один два три", "[-⟨U+000A LINE FEED⟩-]{+⟨U+0020 SPACE⟩+}"),
        ("واحد\nاثنان\nثلاثة", "واحد اثنان ثلاثة", "⟨U+000A LINE FEED⟩"),
    ],
)
def test_equal_white_space_is_named_once(side: Side, old: str, new: str, named: str) -> None:
    """Of a change in white space alone the first is named, the others are said; the segments keep all."""
    a, b = side(old), side(new)
    shown = render_text(compare(a, b), a, b, width=400)
    assert shown.count(named) == 1
    assert "typography only, spaces changed" in shown or "typography only, line breaks moved" in shown
    [operation] = compare(a, b).operations
    assert "".join(s.text for s in operation.segments or () if s.tag != "+") == old


def test_no_word_is_cut_beside_white_space(side: Side) -> None:
    """What is wider than a line breaks beside the white space that changed in it, not within a word."""
    a, b = side("of the provision.\u00a0“Governing Laws” means"), side("of the provision. “Governing Laws” means it")
    lines = render_text(compare(a, b), a, b, width=60).splitlines()
    assert any("“Governing" in line for line in lines)
