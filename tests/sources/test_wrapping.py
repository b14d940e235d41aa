"""Blocks that prove that they are wrapped by hand, in texts that as a whole are not."""

from __future__ import annotations

from textwrap import fill

import pytest
from tests.sources.conftest import ids, words

from muniment.sources.paragraphs import segment

_LONG = "A list of what is kept is shown at the pier: " + "ropes, anchors and sails, " * 8 + "and what else there is."

_SPACED = {
    "English": (
        "The council of the harbour met on Monday in the hall of the guild and agreed that the ferries keep to their "
        "timetable until the storm has passed. No ship leaves the mole without a letter of the master of the port."
    ),
    "German": (
        "Der Rat des Hafens hat am Montag in der Halle der Gilde getagt und beschlossen, dass die Fähren den Fahrplan "
        "einhalten, bis der Sturm vorüber ist. Kein Schiff verlässt die Mole ohne einen Brief des Hafenmeisters."
    ),
    "Russian": (
        "Совет порта собрался в понедельник в зале гильдии и постановил, что паромы ходят по расписанию, пока не "
        "пройдёт шторм. Ни одно судно не покидает мол без письма начальника порта и печати гильдии моряков."
    ),
    "Arabic": (
        "اجتمع مجلس الميناء يوم الاثنين في قاعة النقابة واتفق على أن تلتزم العبارات بجدولها الزمني حتى تمر العاصفة ولا "
        "تغادر أي سفينة الرصيف دون رسالة من ربان الميناء ويحتفظ المكتب بنسخة من كل رسالة إلى نهاية العام ثم تحفظ في "
        "سجلات المدينة القديمة مع باقي الأوراق التي وصلت من الموانئ الأخرى."
    ),
    "Hindi": (
        "बंदरगाह परिषद की बैठक सोमवार को सभा भवन में हुई और यह तय किया गया कि तूफान गुजरने तक नावें अपनी समय सारणी के "
        "अनुसार चलेंगी और कोई भी जहाज बंदरगाह के अधिकारी के पत्र के बिना घाट नहीं छोड़ेगा तथा हर पत्र की एक प्रति "
        "कार्यालय में वर्ष के अंत तक रखी जाएगी और फिर नगर के पुराने अभिलेखों में जमा की जाएगी जहां सब लोग उसे देख सकते हैं।"
    ),
    "Korean": (
        "항만 위원회는 월요일에 회관에서 만나 폭풍이 지나갈 때까지 연락선이 시간표를 "
        "지키기로 합의하였으며 어떤 배도 항만장의 편지 없이 방파제를 떠날 수 없고 모든 "
        "편지의 사본은 연말까지 사무실에 보관한 뒤에 시의 오래된 기록과 함께 보존하기로 "
        "하였다고 밝혔으며 위원회는 다음 달에 다시 모여 부두의 요금과 등대의 관리에 관한 "
        "규칙을 살펴보고 그 결과를 모든 선장에게 알리기로 하였다."
    ),
}
_HAN = (
    "港务委员会星期一在行会大厅开会，决定渡轮在风暴过去之前仍按时刻表运行，任何船只未经港务长书面许可不得离开防波堤，"
    "所有信件的副本由办公室保存到年底，然后与其他港口送来的文件一起存入城市的旧档案馆供人查阅，并由两名见证人签字确认后封存。"
)


def _filled(text: str, width: int = 60) -> str:
    return fill(text, width, break_long_words=False, break_on_hyphens=False)


@pytest.mark.parametrize("language", _SPACED)
@pytest.mark.parametrize("form", ["{}", "> {}", "    {}", "\t{}"])
def test_a_filled_block_is_one_paragraph_beside_a_long_line(language: str, form: str) -> None:
    """Lines that have no room for the next word are one paragraph, quoted and set in too, whatever stands elsewhere."""
    block = "\n".join(form.format(line) for line in _filled(_SPACED[language]).splitlines())
    for text in (f"{_LONG}\n\n{block}\n", f"Notice\n\n{block}\n\n{_LONG}\n"):
        assert len(segment(text)) == text.count("\n\n") + 1


def test_a_filled_block_without_blanks_between_words() -> None:
    """In Chinese each line that goes on is full to the sign."""
    block = "\n".join(_HAN[start : start + 30] for start in range(0, len(_HAN), 30))
    assert words(f"{_LONG}\n\n{block}") == [_LONG, " ".join(block.split())]


@pytest.mark.parametrize("language", ["English", "German", "Russian"])
def test_items_with_a_hanging_indent(language: str) -> None:
    """Items whose lines hang under their words are one paragraph each; a long item between them is another."""
    item = fill(_SPACED[language], 64, initial_indent="- ", subsequent_indent="  ")
    assert ids(f"Notice\n\n{item}\n- {_LONG}\n{item}") == "h1 nn1 nn2 nn3"


@pytest.mark.parametrize("language", ["English", "German", "Russian"])
def test_what_is_filled_shows_the_width_of_ragged_lines(language: str) -> None:
    """Beside a block that is filled, lines that go on in small letters are wrapped too, with room or without."""
    text = f"{_LONG}\n\n{_filled(_SPACED[language])}\n\nNotice to all the\nмаяк и all others\nand to the pilots.\n"
    assert words(text)[-1] == "Notice to all the маяк и all others and to the pilots."


@pytest.mark.parametrize(
    "lines",
    [
        # Verse: capitals at the beginning of lines, and room at their ends.
        "The harbour light went out before the dawn had come\nAnd no ship knew the mole\nUpon the grey and open sea",
        "Und als der Hafen dunkel war und keiner sie mehr sah\nGing Anna auf den Turm hinauf\nMit einer Lampe",
        # An address, names with offices, a menu, a table of values.
        "Office of the harbour master\nPier 4\n1020 North Basin\nHarbour Town",
        "Anna Berg, head of the office of the harbour\nOla Lund, pilot of the basin\nIda Dahl, keeper of the light",
        "Home\nTides of the week\nFerries and their timetables\nDues",
        "Начальник порта\nПричал 4\n1020 Северная гавань\nПортовый город",
        "مكتب ربان الميناء\nالرصيف ٤\nالحوض الشمالي\nمدينة الميناء",
        "港务长办公室\n北港四号码头\n港口城\n电话簿",
    ],
)
def test_lines_that_prove_nothing(lines: str) -> None:
    """Verse, addresses, names and menus stay a line each beside a long line, as they have room at their ends."""
    assert len(segment(f"Notice.\n\n{_LONG}\n\n{lines}")) == 2 + len(lines.splitlines())


@pytest.mark.parametrize(
    "clause",
    [
        "Every ship enters the port by day and by the northern mole.",
        "Jedes Schiff läuft am Tag ein und nimmt die nördliche Mole.",
        "Каждое судно входит в порт днём и только у северного мола.",
    ],
)
def test_equal_sentences_prove_nothing(clause: str) -> None:
    """Lines of one length that end sentences are a paragraph each."""
    assert len(segment(f"{_LONG}\n\n" + "\n".join([clause] * 5))) == 6


def test_a_longer_line_elsewhere_changes_no_filled_block() -> None:
    """A version in which one line grew over 200 has the other paragraphs as they were."""
    blocks = [_filled(each) for name, each in _SPACED.items() if name != "Korean"]
    short, grown = ("\n\n".join([*blocks, line]) for line in ("The list is short.", _LONG))
    assert segment(short)[:-1] == segment(grown)[:-1]


@pytest.mark.parametrize(
    "text",
    [
        "  \\item Der Sitz ist am Hafen. Die Anschrift muss\n    genannt werden, sobald sie feststeht.\n\\end{list}",
        "  - The seat is at the harbour. The address has to be\n    given as soon as it is known.\nThis is all.",
        "  * Le siège est au port. L'adresse doit encore être\n    indiquée dès qu'elle sera connue.\nC'est tout.",
        "  Адрес: порт. Точный адрес должен ещё быть\n    указан, как только станет известен.\nЭто всё.",
    ],
)
def test_lines_under_an_item_are_no_first_lines(text: str) -> None:
    """A line that hangs deeper than the first one of its block goes on with it."""
    first, second, _ = text.splitlines()
    assert first.split()[-1] + " " + second.split()[0] in words(f"Notice.\n\n{text}\n\nIt is so.")[1]


@pytest.mark.parametrize(
    "lines",
    [
        "The council of the harbour met on Monday and it\nagreed that the ferries keep to the\ntimetable as before.",
        "Der Rat des Hafens hat am Montag getagt und\nhat beschlossen, dass die Fähren den\nalten Fahrplan einhalten.",
        "Совет порта собрался в понедельник утром и\nпостановил, что паромы ходят\nпо расписанию.",
        "Le conseil du port s'est réuni lundi matin et il a\ndécidé que les bacs gardent leur\nhoraire habituel.",
    ],
)
def test_lines_that_run_on(lines: str) -> None:
    """Wide lines that end nothing, above small letters, are wrapped where three of them stand, filled or not."""
    block = lines.replace("\n", " then\n", 1)
    block = f"{block}\nand so it is\nat the pier."
    assert len(segment(f"{_LONG}\n\n{block}\n\n{block}\n\n{block}")) == 4


def test_lines_that_run_on_in_a_block_with_a_long_one() -> None:
    """In a block with a long line, the lines that run on are one paragraph, and the others one each."""
    block = "Who is a witness of what happened at the pier or\nhas a question tells it to the office that lies\nat the"
    text = f"{block} {_LONG}\nWho has none waits.\n\n{block} harbour.\n"
    assert [len(each.text.splitlines()) for each in segment(text)] == [3, 1, 3]


@pytest.mark.parametrize("line", ["[1]: https://example.org/a", '[dues]: <port.txt> "Dues"', "[2]: /b.html (Mole)"])
def test_what_links_stand_for(line: str) -> None:
    """Each line that says what a link stands for is a paragraph, and so are the words below it."""
    for text in (f"The port is closed,\nas [it][1] says.\n{line}\n{line}\nIt opens on\nMonday.", _LONG):
        assert len(segment(f"Notice\n\n{text}")) == (5 if line in text else 2)


# Sentences of three lines each, the second of which ends with room for the next word.
_ROOM = {
    "English": (
        "The keeper of the light writes the names of all ships\nthat pass the mole into the book.\n"
        "Nobody else may write in it, or take it home."
    ),
    "Spanish": (
        "El guarda del faro anota los nombres de los barcos\nque pasan el muelle en el libro.\n"
        "Nadie más escribe en él, ni se lo lleva a casa."
    ),
    "Russian": (
        "Смотритель маяка пишет имена всех судов, которые\nминовали мол, в книгу порта.\n"
        "Никто другой в ней не пишет и её не уносит."
    ),
    "Greek": (
        "Ο φύλακας του φάρου γράφει τα ονόματα των πλοίων\nπου περνούν τον μόλο στο βιβλίο.\n"
        "Κανείς άλλος δεν γράφει σε αυτό, ούτε το παίρνει."
    ),
}


def _closed(block: str) -> str:
    """The same lines, none of which ends a sentence but the last."""
    return block.replace(".\n", ",\n", 1)


@pytest.mark.parametrize("language", _ROOM)
def test_where_blank_lines_divide_no_end_of_a_sentence_does(language: str) -> None:
    """In a text of blocks that hold one paragraph each, the one sentence that ends with room ends none."""
    block = _ROOM[language]
    assert len(words(f"{block}\n\n{_closed(block)}")) == 3
    assert len(words("\n\n".join((block, *[_closed(block)] * 3)))) == 4


@pytest.mark.parametrize("language", _ROOM)
def test_lines_set_in_begin_where_blank_lines_divide(language: str) -> None:
    """A first line that is set in behind the end of a sentence begins a paragraph there, too."""
    block = _ROOM[language]
    first, second, third = block.splitlines()
    several = f"{first}\n{second}\n      {third}\n{first}\n{second}"
    assert len(words("\n\n".join((several, *[_closed(block)] * 3)))) == 5


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("and for what is neither code nor a list of ships it is the", "Charter"),
        ("и для всего, что не код и не список наших судов, служит общий", "Устав"),
        ("y para lo que no es código ni lista de barcos sirve siempre la", "Carta"),
        ("και για όσα δεν είναι κώδικας ούτε κατάλογος πλοίων, ο γενικός", "Κανονισμός"),
    ],
)
def test_two_lines_with_a_capital_between_them(line: str, name: str) -> None:
    """They are one paragraph where several blocks are filled, and two where one is, as of a licence put into a text."""
    filled = _filled(_SPACED["English"], 64)
    assert words(f"{_LONG}\n\n{filled}\n\n{line}\n{name} of the Harbour")[-1] == f"{name} of the Harbour"
    several = "\n\n".join([filled] * 3)
    assert words(f"{_LONG}\n\n{several}\n\n{line}\n{name} of the Harbour")[-1] == f"{line} {name} of the Harbour"


@pytest.mark.parametrize("word", ["*kept* by", "(and kept by", "„хранимых“ у", "_guardados_ por"])
def test_a_small_letter_behind_marks_of_emphasis(word: str) -> None:
    """Marks of emphasis and brackets hide no small letter: such a line goes on beside filled ones."""
    several = "\n\n".join([_filled(_SPACED["English"])] * 3)
    text = f"{_LONG}\n\n{several}\n\nThe names of all ships are\n{word} the keeper of the light.\n"
    assert words(text)[-1] == f"The names of all ships are {word} the keeper of the light."
