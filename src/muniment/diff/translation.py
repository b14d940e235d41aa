"""Texts that were translated: what stands between the same neighbours is the same paragraph in another language.

A translation shares no words with what it translates, but it keeps the order of paragraphs, headings and items.  Where
as many of one form stand between the same neighbours, and the language of these places changed, each is edited: a
reader wants the sentence beside its translation.  The language is told by the script, and within one script by the
short words ("the", "of", "az", "de"), which every text of a language is full of and no other language shares.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import regex

from muniment.diff.difference import ParagraphLike
from muniment.diff.fold import fold

A_TEXT = 3
"""Paragraphs that must have been translated in all: one in another script may say something else altogether."""

SAME_FORMS = 800
"""Thousandths of the paragraphs in one place that must have the same form in turn to be a translation of the others."""

SHORT_WORD = 4
"""Letters of a short word: most are particles, and few are names."""

SHORT_WORDS = 30
"""Short words that both sides must have for their language to be told."""

SHARED = 250
"""Thousandths of the short words that two languages of one script share at most; two texts of one share twice that."""

BUILT = 3
"""Places and forms that there must be in all: as many plain paragraphs in one place are no sign of a translation."""

ENOUGH = 200
"""Paragraphs whose words are counted: a language shows on the first pages, and a long text costs no more."""

Places = tuple[range, range]

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[^\s)]+|[\w.%+-]{1,64}@[\w.-]{1,63}", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+")
_MARK = re.compile(r"[\W_]*")
# Kana stands beside Han in Japanese, and Hangul did in Korean: which language is written with them is not told.
_SCRIPTS = {
    name: regex.compile(rf"[{signs}]", regex.V1)
    for name, signs in {
        "Latin": r"\p{Latin}",
        "Cyrillic": r"\p{Cyrillic}",
        "Greek": r"\p{Greek}",
        "Arabic": r"\p{Arabic}",
        "Hebrew": r"\p{Hebrew}",
        "East Asian": r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}",
        "Devanagari": r"\p{Devanagari}",
        "Bengali": r"\p{Bengali}",
        "Tamil": r"\p{Tamil}",
        "Thai": r"\p{Thai}",
        "Georgian": r"\p{Georgian}",
        "Armenian": r"\p{Armenian}",
        "Ethiopic": r"\p{Ethiopic}",
    }.items()
}


def translated(places: Sequence[Places], a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> list[Places]:
    """The places whose paragraphs are translations of each other in turn.

    Args:
        places: Stretches of free paragraphs of A and of B between the same neighbours.
        a: The paragraphs of side A.
        b: Those of side B.

    Returns:
        None of them, where their language is the same or cannot be told.
    """
    alike = [(ours, theirs) for ours, theirs in places if _of_one_form(_at(a, ours), _at(b, theirs))]
    old = [paragraph for ours, _ in alike for paragraph in _at(a, ours)]
    new = [paragraph for _, theirs in alike for paragraph in _at(b, theirs)]
    if len(old) < A_TEXT or len(alike) + len({form(paragraph) for paragraph in old}) < BUILT:
        return []
    return alike if _other_language(_words(old[:ENOUGH]), _words(new[:ENOUGH])) else []


def form(paragraph: ParagraphLike) -> tuple[str, str]:
    """Kind and label of a paragraph; for what has no label the mark that it begins with, as a quote does."""
    mark = _MARK.match(paragraph.text)
    return getattr(paragraph, "kind", ""), fold(paragraph.label or (mark[0] if mark else ""))


def _at(paragraphs: Sequence[ParagraphLike], run: range) -> Sequence[ParagraphLike]:
    return paragraphs[run.start : run.stop]


def _of_one_form(old: Sequence[ParagraphLike], new: Sequence[ParagraphLike]) -> bool:
    """Whether there are as many, most of them of the same form in turn."""
    alike = sum(form(x) == form(y) for x, y in zip(old, new, strict=False))
    return len(old) == len(new) and SAME_FORMS * len(old) <= 1000 * alike


def _words(paragraphs: Sequence[ParagraphLike]) -> list[str]:
    """Words in lower case, addresses apart."""
    return [
        word for paragraph in paragraphs for word in _WORD.findall(_ADDRESS.sub("", fold(paragraph.text)).casefold())
    ]


def _other_language(old: Sequence[str], new: Sequence[str]) -> bool:
    scripts = _script(old), _script(new)
    if None in scripts or scripts == ("East Asian", "East Asian"):
        return False
    if scripts[0] != scripts[1]:
        return True
    short = [Counter(word for word in words if len(word) <= SHORT_WORD) for words in (old, new)]
    least = min(counted.total() for counted in short)
    return least >= SHORT_WORDS and 1000 * (short[0] & short[1]).total() <= SHARED * least


def _script(words: Sequence[str]) -> str | None:
    """The script of most letters; none where no script has two thirds of them."""
    letters = "".join(words)
    for name, script in _SCRIPTS.items():
        if letters and 3 * len(script.findall(letters)) >= 2 * len(_NO_LETTERS.sub("", letters)):
            return name
    return None
