"""What a label is, and what may stand around one: the value that labels, articles, lists and headings share."""

from __future__ import annotations

from typing import Final, NamedTuple

from muniment.sources.marks import SPACE

FIRM: Final = 2
"""At the start of a block it is a label by itself."""
WEAK: Final = 1
"""It is a label where a neighbour in its list vouches for it."""
YEAR: Final = 0
"""It is a label only right after the number before it."""


class Label(NamedTuple):
    """What stands at the start of a line, before the words.

    A named tuple, like the other values of segmenting: one is made for each line, in a third of the time of a frozen
    dataclass.

    Attributes:
        end: Offset in the text just after the label.
        form: The marks around the number or letter, or the bullet; labels of one list share it.
        name: What it is called in an id, ``12``, ``1.2a``, ``ii``; empty for bullets.
        readings: Ways of counting, each with the place in it; empty for bullets.
        kind: ``number``, ``letter``, ``bullet`` or ``article``.
        strength: ``FIRM``, ``WEAK`` or ``YEAR``.
        alone: Whether nothing follows it on its line.
        bullet: The bullet before a printed number or letter, ``- a)``; else empty.
    """

    end: int
    form: str
    name: str = ""
    readings: tuple[tuple[str, tuple[int, ...]], ...] = ()
    kind: str = "bullet"
    strength: int = FIRM
    alone: bool = False
    bullet: str = ""


# Direction marks that Arabic and Hebrew typists leave around numbers, but for overrides, which show other numbers;
# signs that join or part letters and show nothing; and the marks of a heading or of bold type that
# Markdown has before them (``## 2.``, ``**2.1**``, ``2\.``); they are kept as part of the label.
UNSEEN_MARKS: Final = "\u00ad\u061c\u200c-\u200f\u202a-\u202c\u2066-\u206f"
"""Inside of a character class: what may stand before and after a number and shows nothing."""
MARKS: Final = f"[{UNSEEN_MARKS}]{{0,3}}"
LEAD: Final = rf"(?:#{{1,6}}[ \t]{{1,3}})?(?:\*\*|__|[*_](?=[\w(§])){{0,1}}{MARKS}"
CLOSE: Final = rf"{MARKS}(?:\*\*|__|[*_])?"
BLANKS: Final = "[ \t\u00a0\u2009\u202f\u3000]{0,2}"
DIGIT: Final = "(?:(?![\U00010000-\U0010ffff])\\d)"
# A letter of some alphabet, or the words for "twice" and so on, behind a number that was put in later: 5a, 5А, 5 bis.
SUFFIX: Final = (
    r"(?P<suffix>\.?[A-Za-z](?![^\W\d_])|[А-Яа-яΑ-Ωα-ωא-ת](?![^\W\d_])"
    r"|[ \u00a0-]?(?:bis|ter|quater|quinquies|sexies|septies)(?![^\W\d_])|[ \u00a0]?(?:مكررا|مكرر)(?![^\W\d_]))?"
)


# What may stand between a label and the first letter of the words.
_BEFORE_WORDS: Final = SPACE + "\u00ad\u061c\u200c\u200d\u200e\u200f\"'“”«„‘([*_"


def following(text: str, place: int, end: int) -> str:
    """The first character of the words after a label, or nothing."""
    return text[place : min(end, place + 16)].lstrip(_BEFORE_WORDS)[:1]


def is_alone(text: str, place: int, end: int) -> bool:
    """Whether nothing follows a label on its line."""
    return not text[place:end].strip(SPACE + "*_")


def suffix_of(printed: str | None) -> str:
    """The suffix of a number as an id has it: in lower case, without a blank or a hyphen before it."""
    return (printed or "").lower().strip(" \u00a0-")
