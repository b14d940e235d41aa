"""A text that was translated is edited paragraph by paragraph, with the translation beside each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.diff.compare import compare
from muniment.diff.translation import form, translated
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]

ENGLISH = (
    "The harbour is open to all of the ships that come to it by day.",
    "* Each of them is to pay the dues of the port at the office.",
    "* No ship is to lie at the quay for more than a week in the year.",
    "The master of the port may give leave to stay, and it is put up at the gate.",
)
TRANSLATIONS = {
    "Hungarian": (
        "A kikötő nyitva áll minden hajó előtt, ha az nappal ér ide, és így is van az év végéig.",
        "* Az összes hajó az iroda előtt fizet, és a díj az, ami ki van írva ott, de nem több.",
        "* Egy hajó se áll a rakparton egy hétnél tovább az év alatt, ha nem kér rá időt.",
        "A kikötő ura adhat időt, és ez ki van írva a kapu mellé, ha nem is az nap.",
    ),
    "Greek": (
        "Το λιμάνι είναι ανοικτό για όλα τα πλοία που έρχονται την ημέρα.",
        "* Κάθε πλοίο πληρώνει τα τέλη στο γραφείο.",
        "* Κανένα πλοίο δεν μένει στην αποβάθρα πάνω από μία εβδομάδα.",
        "Ο λιμενάρχης μπορεί να δώσει άδεια παραμονής.",
    ),
    "Hindi": (
        "बंदरगाह दिन में आने वाले सभी जहाज़ों के लिए खुला है।",
        "* हर जहाज़ कार्यालय में शुल्क देता है।",
        "* कोई जहाज़ एक सप्ताह से अधिक घाट पर नहीं रहता।",
        "बंदरगाह का प्रमुख ठहरने की अनुमति दे सकता है।",
    ),
    "Chinese": (
        "港口白天向所有来船开放。",
        "* 每艘船都要在办公室缴纳港口费。",
        "* 任何船只不得在码头停留超过一周。",
        "港长可以准许停留。",
    ),
}


@pytest.mark.parametrize("other", TRANSLATIONS.values(), ids=TRANSLATIONS)
def test_each_paragraph_stands_beside_its_translation(side: Side, other: tuple[str, ...]) -> None:
    """Between the same neighbours, in the same order and in both directions; nothing is deleted or inserted."""
    a, b = side("2026", *ENGLISH, "2027"), side("2026", *other, "2027")
    for old, new in ((a, b), (b, a)):
        found = [(o.op, o.a, o.b) for o in compare(old, new).operations if not o.unchanged]
        assert found == [("replace", (i,), (i,)) for i in range(1, 5)]


def test_other_words_of_one_language_are_no_translation(side: Side) -> None:
    """As many paragraphs of the same form that say something else were deleted and inserted."""
    other = (
        "For all who sail in the fog there is a bell to be rung on the mole.",
        "* It is heard at sea in a calm, and in a gale it is not.",
        "* The light on the rock is to be lit by the man on the watch.",
        "Whoever puts it out has to go, and a new one is to be set in his room.",
    )
    found = [o.op for o in compare(side("2026", *ENGLISH, "2027"), side("2026", *other, "2027")).operations]
    assert sorted(set(found)) == ["delete", "equal", "insert"]


@pytest.mark.parametrize(
    "other",
    [
        TRANSLATIONS["Greek"][:2],
        ("Το λιμάνι.", "Τα τέλη.", "Τα πλοία.", "Ο λιμενάρχης."),
        (*TRANSLATIONS["Greek"], "Ισχύει από σήμερα."),
    ],
    ids=["too few", "of another form", "not as many"],
)
def test_what_is_not_built_alike_is_no_translation(side: Side, other: tuple[str, ...]) -> None:
    """Another script alone says nothing: there must be a text, with as many paragraphs of the same form."""
    a, b = side(*ENGLISH[: len(other)]), side(*other)
    assert not translated([(range(len(a)), range(len(b)))], a, b)


def test_the_form_of_a_paragraph(side: Side) -> None:
    """Its kind and its label, or the mark with which it begins."""
    quote, plain, item = side("> Ships ahoy", "Ships ahoy", "- Ships ahoy")
    assert form(quote) != form(plain)
    assert form(item) != form(plain)
    assert form(plain) == form(side("Πλοία")[0])
