"""Texts on which word diffs go wrong, each with the operations that a reader would call true."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from muniment.diff.compare import compare
from muniment.diff.difference import Difference, Operation, Segment, summarise
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]

PORTS = [
    *("Astakos", "Bergen", "Calais", "Dakar", "Esbjerg", "Fowey", "Genoa", "Haifa"),
    *("Izmir", "Jeddah", "Kiel", "Lagos", "Malmo", "Nantes", "Oran"),
]
TASKS = ("opens its third quay to ferries", "raises the dues for tankers")
CLAUSES = [f"The port of {port} {task} by order {17 * n + k}." for n, port in enumerate(PORTS) for k, task in
           enumerate(TASKS)]  # fmt: skip


def numbered(texts: list[str]) -> list[tuple[str, str]]:
    """Give each text its number as a label."""
    return [(f"{number}.", text) for number, text in enumerate(texts, 1)]


def changed(difference: Difference) -> list[Operation]:
    """The operations that changed something."""
    return [operation for operation in difference.operations if not operation.unchanged]


def marked(operation: Operation) -> str:
    """The word diff on one line: ``kept [-gone-]{+new+}``."""
    marks = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return "".join(marks[segment.tag].format(segment.text) for segment in operation.segments or ())


def test_a_clause_inserted_among_thirty_numbered_ones(side: Side) -> None:
    """A clause inserted at 3 of 30 is one insertion, and 28 clauses are renumbered, word for word the same."""
    new = "No ship shall enter at night without a pilot."
    difference = compare(side(*numbered(CLAUSES)), side(*numbered([*CLAUSES[:2], new, *CLAUSES[2:]])))

    assert changed(difference) == [
        Operation("insert", (), (2,)),
        *(Operation("equal", (place,), (place + 1,), renumbered=True) for place in range(2, 30)),
    ]
    assert summarise(difference).renumbered == 28


def test_no_clause_becomes_its_neighbour(side: Side) -> None:
    """After an insertion at 2 of very like clauses, none is said to have become the next one."""
    like = [f"The port of {port} is closed." for port in PORTS[:5]]
    new = [like[0], "The port of Zeebrugge is closed.", *like[1:]]

    assert changed(compare(side(*numbered(like)), side(*numbered(new)))) == [
        Operation("insert", (), (1,)),
        *(Operation("equal", (place,), (place + 1,), renumbered=True) for place in range(1, 5)),
    ]


def test_a_paragraph_moved_by_fifteen_places(side: Side) -> None:
    """A paragraph that only moved is one move, and not a character is marked."""
    moved = [*CLAUSES[:4], *CLAUSES[5:20], CLAUSES[4], *CLAUSES[20:]]

    assert changed(compare(side(*CLAUSES), side(*moved))) == [Operation("move", (4,), (19,))]


def test_split(side: Side) -> None:
    """A paragraph cut in two is one split, in which one space became a paragraph break."""
    a = side(CLAUSES[0], f"{CLAUSES[1]} {CLAUSES[2]}", CLAUSES[3])

    assert changed(compare(a, side(*CLAUSES[:4]))) == [
        Operation(
            "split",
            (1,),
            (1, 2),
            segments=(Segment("=", CLAUSES[1]), Segment("-", " "), Segment("+", "\n"), Segment("=", CLAUSES[2])),
        )
    ]


def test_merge(side: Side) -> None:
    """Two paragraphs joined are one merge, in which a paragraph break became one space."""
    b = side(CLAUSES[0], f"{CLAUSES[1]} {CLAUSES[2]}", CLAUSES[3])

    assert changed(compare(side(*CLAUSES[:4]), b)) == [
        Operation(
            "merge",
            (1, 2),
            (1,),
            segments=(Segment("=", CLAUSES[1]), Segment("-", "\n"), Segment("+", " "), Segment("=", CLAUSES[2])),
        )
    ]


FRENCH = "Le café a été fermé."
TYPOGRAPHIC = {
    "three no-break spaces": (
        "Article 5 of the Act of 7 May applies to all ports.",
        "Article\u00a05 of the Act of 7\u00a0May applies to all\u00a0ports.",
        "Article[- -]{+\u00a0+}5 of the Act of 7[- -]{+\u00a0+}May applies to all[- -]{+\u00a0+}ports.",
    ),
    "zero-width space": (
        "The office closes at noon.",
        "The of\u200bfice closes at noon.",
        "The [-office-]{+of\u200bfice+} closes at noon.",
    ),
    "soft hyphen": (
        "Our cooperation goes on.",
        "Our co\u00adoperation goes on.",
        "Our [-cooperation-]{+co\u00adoperation+} goes on.",
    ),
    "NFC to NFD": (
        FRENCH,
        unicodedata.normalize("NFD", FRENCH),
        "Le [-café-]{+cafe\u0301+} a [-été-]{+e\u0301te\u0301+} [-fermé-]{+ferme\u0301+}.",
    ),
    "straight to curly quotes": (
        'The "Treaty" isn\'t "signed".',
        "The “Treaty” isn’t “signed”.",
        'The [-"-]{+“+}Treaty[-"-]{+”+} [-isn\'t-]{+isn’t+} [-"-]{+“+}signed[-"-]{+”+}.',
    ),
    "two spaces to one": (
        "The port is closed.  It opens on Monday.",
        "The port is closed. It opens on Monday.",
        "The port is closed.[-  -]{+ +}It opens on Monday.",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), TYPOGRAPHIC.values(), ids=TYPOGRAPHIC)
def test_what_cannot_be_heard(side: Side, old: str, new: str, expected: str) -> None:
    """It is a replacement of class typographic, and marks no more than the words that hold it."""
    [operation] = changed(compare(side("Before.", old, "After."), side("Before.", new, "After.")))

    assert (operation.op, operation.a, operation.b, operation.kind) == ("replace", (1,), (1,), "typographic")
    assert marked(operation) == expected


def test_five_french_paragraphs_decomposed(side: Side) -> None:
    """Decomposed letters in five paragraphs are five typographic changes."""
    a = [f"Le préfet de région a été reçu à l’hôtel de ville numéro {number}." for number in range(5)]
    difference = compare(side(*a), side(*(unicodedata.normalize("NFD", text) for text in a)))

    assert [(o.op, o.a, o.b, o.kind) for o in changed(difference)] == [
        ("replace", (place,), (place,), "typographic") for place in range(5)
    ]


EDITED = {
    "Kazakh": (
        "Қазақстан Үкіметі қаулы қабылдады және жұмысты бүгін жалғастырады.",
        "Қазақстан Үкіметі шешім қабылдады және жұмысты ертең жалғастырады.",
        "Қазақстан Үкіметі [-қаулы-]{+шешім+} қабылдады және жұмысты [-бүгін-]{+ертең+} жалғастырады.",
    ),
    "Russian": (
        "Министерство сообщает о решении от 5 мая и продолжит переговоры в Москве.",
        "Министерство сообщает о приказе от 5 мая и продолжит переговоры в Женеве.",
        "Министерство сообщает о [-решении-]{+приказе+} от 5 мая и продолжит переговоры в [-Москве-]{+Женеве+}.",
    ),
    "Arabic": (
        "أعلنت الوزارة القرار يوم الأحد وتدعو الأطراف إلى الحوار.",
        "أعلنت الوزارة البيان يوم الأحد وتدعو الأطراف إلى السلام.",
        "أعلنت الوزارة [-القرار-]{+البيان+} يوم الأحد وتدعو الأطراف إلى [-الحوار-]{+السلام+}.",
    ),
    "Arabic with vowel signs": (
        "كتبَ الوزيرُ رسالةً إلى الرئيس.",
        "كتبَ السفيرُ رسالةً إلى الرئيس.",
        "كتبَ [-الوزيرُ-]{+السفيرُ+} رسالةً إلى الرئيس.",
    ),
    "Chinese": (
        "外交部发言人表示坚决反对有关做法，双方同意继续对话。",
        "外交部发言人表示完全反对有关做法，双方同意停止对话。",
        "外交部发言人表示[-坚决-]{+完全+}反对有关做法，双方同意[-继续-]{+停止+}对话。",
    ),
    "Chinese without a mark": (
        "第三条规定适用于本市所有港口和码头的管理工作",
        "第四条规定适用于本市所有港口和码头的管理工作",
        "第[-三-]{+四+}条规定适用于本市所有港口和码头的管理工作",
    ),
    "Japanese": (
        "外務省は声明を発表しました。カタカナの文もあります。",
        "外務省は声明を撤回しました。カタカナの文はありません。",
        "外務省は声明を[-発表-]{+撤回+}しました。カタカナの文[-も-]{+は+}ありま[-す-]{+せん+}。",
    ),
    "Thai": (
        "กระทรวงประกาศว่าท่าเรือปิดในวันจันทร์ และทุกฝ่ายตกลงเจรจา",
        "กระทรวงประกาศว่าท่าเรือเปิดในวันจันทร์ และทุกฝ่ายตกลงเจรจา",
        "กระทรวงประกาศว่าท่าเรือ{+เ+}ปิดในวันจันทร์ และทุกฝ่ายตกลงเจรจา",
    ),
    "emoji joined": (
        "The crew 👩\u200d🚀 landed at noon.",
        "The crew 👨\u200d🚀 landed at noon.",
        "The crew [-👩\u200d🚀-]{+👨\u200d🚀+} landed at noon.",
    ),
    "emoji with a tone": (
        "Well done 👍🏽 to all.",
        "Well done 👍🏿 to all.",
        "Well done [-👍🏽-]{+👍🏿+} to all.",
    ),
    "one flag of two": (
        "The flags 🇰🇿🇺🇳 were raised.",
        "The flags 🇰🇬🇺🇳 were raised.",
        "The flags [-🇰🇿-]{+🇰🇬+}🇺🇳 were raised.",
    ),
    "a flag taken down": ("Flags 🇰🇿🇺🇳🇨🇭 flew.", "Flags 🇰🇿🇨🇭 flew.", "Flags 🇰🇿[-🇺🇳-]🇨🇭 flew."),
}


@pytest.mark.parametrize(("old", "new", "expected"), EDITED.values(), ids=EDITED)
def test_words_of_each_script(side: Side, old: str, new: str, expected: str) -> None:
    """Whole words are marked, single signs where a script has no spaces; no cluster, joined emoji or flag is cut."""
    [operation] = changed(compare(side(old), side(new)))

    assert (operation.op, operation.a, operation.b, operation.kind) == ("replace", (0,), (0,), None)
    assert marked(operation) == expected
