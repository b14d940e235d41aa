"""Which labels hold, what lies in what, and how paragraphs are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.conftest import ids, labelled, words

from muniment.sources.paragraphs import segment


def text(*paragraphs: str) -> str:
    """A text of paragraphs with blank lines between them."""
    return "\n\n".join(["Rules", *paragraphs, "This is the end of it."])


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        # A printed number takes its id, wherever the unnumbered ones stand.
        (
            "1. Scope\n\nThese hold.\n\n1.1 They hold.\n\n2. Duties\n\nAll have some.\n\n2.1 To pay.",
            "p1 nn1 p1.1 p2 nn2 p2.1",
        ),
        ("9. Assets\n\nHeld in trust.\n\n9.1. Authority\n\nBought.\n\n9.2. Accounts", "p9 nn1 p9.1 nn2 p9.2"),
        ("§ 9 Vermögen\n\nEs wird verwahrt.\n\n(1) Befugnis\n\nText.\n\n(2) Konten", "p9 nn1 p9.1 nn2 p9.2"),
        ("٩. الأصول\n\nتحفظ الأصول.\n\n٩.١. السلطة\n\nيقرر المجلس.", "p9 nn1 p9.1 nn2"),
        ("一、资产\n\n资产信托。\n\n（一）权限\n\n理事会决定。\n\n（二）账目\n\n二、职责", "p1 nn1 p1.1 nn2 p1.2 p2"),
        # Items have the number of what they lie in; a suffix never reads as a range.
        ("§ 1 Scope\n\n(1) One.\n\n(2) Two.\n\n§ 2 Words\n\n(1) One.\n\n(2) Two.", "p1 p1.1 p1.2 p2 p2.1 p2.2"),
        ("Статья 1. Цель\n\n1) Первое.\n\n2) Второе.\n\nСтатья 2. Слова\n\n1) Первое.", "p1 p1.1 p1.2 p2 p2.1"),
        ("第一条 目的\n\n（一）第一。\n\n（二）第二。\n\n第二条 词语\n\n（一）第一。", "p1 p1.1 p1.2 p2 p2.1"),
        (
            "1. We ask:\n(a) one;\n(b) two.\n\n2. We say:\n(a) one;\n(b) two:\n(i) so;\n(ii) so.",
            "p1 p1.a p1.b p2 p2.a p2.b p2.b.i p2.b.ii",
        ),
        ("1. Один:\nа) первое;\nб) второе.\n2. Два:\nа) первое;\nб) второе.", "p1 p1.а p1.б p2 p2.а p2.б"),
        # Sections lie in articles, and the title of an article parts nothing.
        ("Article I\n\nSection 1. All powers.\n\nArticle II\n\nSection 1. The executive.", "p1 p1.1 p2 p2.1"),
        (
            "Article 1\n\nSubject\n\n1. It lays down:\n\n(a) rules;\n\nArticle 2\n\nScope\n\n1. It is so.",
            "p1 h2 p1.1 p1.1.a p2 h3 p2.1",
        ),
        ("1-бап. Аясы\n\n1. Осы заң.\n\n2. Ол.\n\n2-бап. Ұғымдар\n\n1. Айлақ.", "p1 p1.1 p1.2 p2 p2.1"),
        # A list that begins anew under a heading goes by its count.
        ("1. One.\n\n2. Two.\n\nShips\n\n1. One.\n\n2. Two.\n\n3. Three.", "p1 p2 h2 plist2.1 plist2.2 plist2.3"),
        # Letters after letters, and Roman numerals: each by its neighbours.
        ("(h) Here.\n\n(i) There.\n\n(j) Where.", "ph pi pj"),
        ("(a) Here:\n(i) one;\n(ii) two.\n(b) There.", "pa pa.i pa.ii pb"),
        # Suffixes.
        ("1.1 Fine.\n\n1.2 So.\n\n1.2A Later.\n\n1.3 Too.", "p1.1 p1.2 p1.2a p1.3"),
        ("§ 5 Eins.\n\n§ 5a Zwei.\n\n§ 5b Drei.\n\n§ 6 Vier.", "p5 p5a p5b p6"),
        ("Art. 12. Un.\n\nArt. 12bis. Deux.\n\nArt. 13. Trois.", "p12 p12bis p13"),
        # Numbers without a dot, with gaps, with a late start.
        ("1 Scope\n\n1.1 It holds.\n\n1.2 It does.\n\n2 Duties\n\n2.1 Boats pay.", "p1 p1.1 p1.2 p2 p2.1"),
        ("4.3 The council meets.\n\n4.5 It votes.\n\n5.1 The mayor signs.", "p4.3 p4.5 p5.1"),
        ("1 Bereich\n\n1.1 Es gilt.\n\n3 Rechte\n\n3.2 Schiffe zahlen.", "p1 p1.1 p3 p3.2"),
        ("7. The council meets.\n\n9. It votes.\n\n16. The mayor signs.", "p7 p9 p16"),
        # Footnotes.
        ("It closes.[1] It opens.[2]\n\n1. So it is.[2]\n\n[1] By order.\n\n[2] On Friday.", "nn1 p1 pnote1 pnote2"),
        ("It closes.¹ It opens.²\n\n¹ By order.\n\n² On Friday.", "nn1 pnote1 pnote2"),
        ("[1] By order.\n\n[2] On Friday.", "p1 p2"),
    ],
)
def test_ids(given_text: str, expected: str) -> None:
    """Printed numbers are names, items go under what they lie in, and the rest is counted apart."""
    found = ids(text(given_text)).split()
    assert " ".join(found[1:-1]) == expected


@pytest.mark.parametrize(
    "lines",
    [
        [
            "    1. close it;",
            "    2. open it;",
            "    3. name one, who",
            "         1. keeps names,",
            "         2. keeps lamps;",
            "    4. set dues;",
        ],
        ["1. Close it;", "2. Open it;", "3. Name one, who", "1. keeps names,", "2. keeps lamps;", "4. Set dues;"],
        [
            "1) закрыть;",
            "2) открыть;",
            "3) назначить того, кто",
            "  1) хранит имена,",
            "  2) хранит огни;",
            "4) взимать;",
        ],
        ["１．閉鎖する。", "２．開く。", "３．任命する。", "　１．名簿。", "　２．灯台。", "４．徴収する。"],
    ],
)
def test_lists_of_one_form_nest(lines: list[str]) -> None:
    """By the indent, and by the outer list going on, an inner list is known."""
    assert ids("Rules\n\nThe council may:\n" + "\n".join(lines)) == "h1 nn1 p1 p2 p3 p3.1 p3.2 p4"


@pytest.mark.parametrize(
    ("given_text", "sections"),
    [
        ("1. Scope ........ 3\n2. Duties ....... 5\n\n1. Scope\n\nBoats.\n\n2. Duties\n\nPay.", "Scope Duties"),
        ("1. Zweck\t3\n2. Pflichten\t5\n\n1. Zweck\n\nBoote.\n\n2. Pflichten\n\nZahlen.", "Zweck Pflichten"),
        ("一、范围……3\n二、职责……5\n\n一、范围\n\n船。\n\n二、职责\n\n付费。", "范围 职责"),
        ("1. Цель\n2. Долг\n\n1. Цель\n\nДля лодок.\n\n2. Долг\n\nПлатить.", "Цель Долг"),
    ],
)
def test_contents_take_no_ids(given_text: str, sections: str) -> None:
    """The sections have the numbers, and the lines of the table of contents are list items without."""
    found = {each.id: each for each in segment(text(given_text))}
    assert [found["p1"].text, found["p2"].text] == sections.split()
    assert [found[name].kind for name in ("nn1", "nn2")] == ["list-item", "list-item"]


@pytest.mark.parametrize(
    "wrapped",
    [
        "4. Der Hafen ist geschlossen vom\n5. Mai bis zum 6. Juni, und die Mole\nebenso.\n\n5. Die Fähren fahren.",
        "4. Přístav je zavřen od\n5. května do 6. června, a molo\ntaké.\n\n5. Lodě plují.",
        (
            "4. The harbour is closed as the rules in number\n"
            "5. of the act say, and the mole of it is closed\n"
            "too.\n\n"
            "5. Ferries run."
        ),
        "4. The harbour was closed in the year\n2022. The mole was closed too.\n\n5. Ferries run.",
    ],
)
def test_wrapped_lines_are_no_items(wrapped: str) -> None:
    """What a wrapped line begins with cuts no sentence, and takes nobody's number."""
    assert list(labelled(text(wrapped))) == ["p4", "p5"]


@pytest.mark.parametrize(
    "sentence",
    [
        (
            "The minister said that the harbour\n"
            "– the oldest of the whole land –\n"
            "would be closed, and the crews\n"
            "– all forty – were told."
        ),
        "Министр сказал, что порт\n— самый старый в стране —\nбудет закрыт, и экипажи\n— все сорок — узнали об этом.",
        (
            "Der Minister sagte, der Hafen\n"
            "- der älteste im Land -\n"
            "werde geschlossen, und alle\n"
            "- vierzig an der Zahl - gehen."
        ),
    ],
)
def test_dashes_in_a_sentence(sentence: str) -> None:
    """Dashes around words are no bullets, where lines without them stand between."""
    assert ids(text(sentence)) == "h1 nn1 nn2"


@pytest.mark.parametrize("sign", ["- 5 degrees at noon.", "– 7 Grad um zwölf.", "— 3 градуса в полдень."])
def test_a_sign_is_no_bullet(sign: str) -> None:
    """A dash before a number is a sign, unless an item with words stands beside it."""
    assert words(text(sign))[1] == sign
    assert words(f"We lost:\n- two crews\n{sign}")[-1] == sign[2:] if sign[0] == "-" else True


def test_bullets() -> None:
    """Bullets hold at the start of a block, beside each other, behind a colon."""
    for bulleted in ("- one\n- two", "We ask:\n- one\n- two", "• one\nand more\n• two", "* one\n* two"):
        assert [each.kind for each in segment(bulleted)].count("list-item") == 2


@given(
    st.lists(st.integers(1, 12), min_size=4, max_size=12, unique=True),
    st.sampled_from(["{}. It is so.", "({}) It is so.", "1.{} It is so.", "§ {} It is so.", "第{}条 如此。"]),
    st.data(),
)
def test_a_clause_taken_out_changes_no_other(numbers: list[int], form: str, data: st.DataObject) -> None:
    """Ids, kinds and words of the other clauses stay, whichever is taken out."""
    clauses = [form.format(number) for number in sorted(numbers)]
    gone = data.draw(st.integers(0, len(clauses) - 1))
    whole = segment("\n\n".join(["Rules", *clauses, "The end."]))
    less = segment("\n\n".join(["Rules", *clauses[:gone], *clauses[gone + 1 :], "The end."]))
    assert less == (*whole[: gone + 1], *whole[gone + 2 :])
