"""Pairs by place: what stands alone between the same neighbours on both sides, and says that it is the same thing.

A date line, a link, a price or a contact shares few words with what took its place, or none.  A reader calls it edited
all the same when it stands where it stood and begins as it began, has the same number, or is the same kind of thing.
Place alone is not enough: two unrelated paragraphs are never woven into each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Literal, Protocol, TypeAlias

import regex
from rapidfuzz.distance import LCSseq

from muniment.diff.anchors import FREE, Pairing
from muniment.diff.candidates import is_unspaced, words_of
from muniment.diff.difference import ParagraphLike
from muniment.diff.fold import fold
from muniment.diff.numbering import same_but_number
from muniment.diff.translation import form, translated

LEAD_IN = 60
"""Characters before a colon that are still the name of what follows, as in "Press contact for the northern ports:"."""

FIRST_WORDS = 2
"""Words that two paragraphs in one place must begin with alike; one word, mostly an article, says nothing."""

FIRST_SIGNS = 4
"""The same for scripts without spaces, where two signs make a word."""

SHORT = 14
"""Words in a line that states one fact; in one with a number one first word is enough, and its kind can be told."""

Kind: TypeAlias = Literal["address", "amount", "date", "front matter", "number", "rule"]

ANEW = 750
"""Thousandths of letters, without their marks, that two spellings of one text share; two texts share some 500."""

MAX_LETTERS = 4_000
"""Letters of a text of which the spelling is compared."""

_FRONT_MATTER = re.compile(r"---\s.*\s---", re.DOTALL)
_MARKS = re.compile(r"[^\w\s]{3,}(?=\s)")
_MARK = regex.compile(r"\p{M}")

_ELEMENT = re.compile(r"<([a-z][a-z0-9]*)[\s>].*</\1>", re.DOTALL | re.IGNORECASE)

_COLON = re.compile("[:：﹕]\\s*")
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)\S+|(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", re.IGNORECASE
)
_MAY_HAVE_ADDRESS = re.compile(r"://|www\.|@", re.IGNORECASE)
_PAGE = re.compile(r"(?<=[^/:])/[^\s/()\[\]]")
_STOPS = ".,;:!?)]}>*_，。、；：！？）"
_AMOUNT = re.compile(r"[$€£¥₽₸₹₩₺₴%‰]|\b(?:eur|usd|gbp|chf|kzt|rub|euros?|dollars?|pounds?|francs?)\b", re.IGNORECASE)
_DATE = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\d[年年월月]|\d{1,2}[./]\d{1,2}[./]\d{2}")
_DIGIT = re.compile(r"\d")


class _Linked(Protocol):
    """What was linked before, one to one or not."""

    @property
    def a(self) -> tuple[int, ...]: ...

    @property
    def b(self) -> tuple[int, ...]: ...


def link_by_place(
    pairing: Pairing, wide: Iterable[_Linked], a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]
) -> None:
    """Link what stands alone, or alone of its name, between the same neighbours.

    Args:
        pairing: Links one to one; more are added.
        wide: Splits and merges, whose paragraphs are free in ``pairing`` and are taken all the same.
        a: The paragraphs of side A.
        b: Those of side B.
    """
    to_b = {i: (j, j) for i, j in pairing.links()}
    to_b.update({i: (link.b[0], link.b[-1]) for link in wide for i in link.a})
    taken_b = {j for first, last in to_b.values() for j in range(first, last + 1)}
    gaps = list(_gaps(to_b, taken_b, len(a), len(b)))
    for run_a, run_b in gaps:
        if len(run_a) == len(run_b) == 1 and same_thing(a[run_a[0]], b[run_b[0]]):
            pairing.link(run_a[0], run_b[0])
        elif len(run_a) > 1 or len(run_b) > 1:
            _link_named(pairing, run_a, run_b)
            _link_heading(pairing, run_a, run_b, a, b)
            _link_numbered(pairing, zip(run_a, run_b, strict=False), a, b)
            _link_numbered(pairing, zip(reversed(run_a), reversed(run_b), strict=False), a, b)
            if len(run_a) == len(run_b):
                _link_in_turn(pairing, zip(run_a, run_b, strict=True), a, b)
    for ours, theirs in translated(gaps, a, b):
        for i, j in zip(ours, theirs, strict=True):
            if pairing.to_b[i] == pairing.to_a[j] == FREE and form(a[i]) == form(b[j]):
                pairing.link(i, j)


def _gaps(
    to_b: dict[int, tuple[int, int]], taken_b: set[int], size_a: int, size_b: int
) -> Iterator[tuple[range, range]]:
    """Stretches of free paragraphs on both sides with the same neighbours before and after."""
    i = 0
    while i < size_a:
        if i in to_b:
            i += 1
            continue
        end_a = next((k for k in range(i, size_a) if k in to_b), size_a)
        start_b = to_b[i - 1][1] + 1 if i else 0
        end_b = next((k for k in range(start_b, size_b) if k in taken_b), size_b)
        after = to_b[end_a][0] if end_a < size_a else size_b
        if start_b < end_b == after:
            yield range(i, end_a), range(start_b, end_b)
        i = end_a


def _link_named(pairing: Pairing, run_a: range, run_b: range) -> None:
    """Of several in one place, link those whose name before the colon stands once on each side, in order."""
    names_a = _once({i: _lead_in(pairing.a.folded(i)) for i in run_a})
    names_b = _once({j: _lead_in(pairing.b.folded(j)) for j in run_b})
    last = FREE
    for name, i in names_a.items():
        j = names_b.get(name, FREE)
        if j > last:
            pairing.link(i, j)
            last = j


def _link_heading(
    pairing: Pairing, run_a: range, run_b: range, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]
) -> None:
    """Link the only heading of two runs, where it is all there is on one side: the text that follows it stayed."""
    of_a, of_b = ([i for i in run if _is_heading(side[i])] for run, side in ((run_a, a), (run_b, b)))
    if len(of_a) == len(of_b) == 1 == min(len(run_a), len(run_b)):
        i, j = of_a[0], of_b[0]
        if pairing.to_b[i] == pairing.to_a[j] == FREE:
            pairing.link(i, j)


def _is_heading(paragraph: ParagraphLike) -> bool:
    return getattr(paragraph, "kind", "") == "heading"


def _link_numbered(
    pairing: Pairing, pairs: Iterable[tuple[int, int]], a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]
) -> None:
    """From one end of two runs on, link what is printed with the same number, up to the first that is not.

    There the neighbour is the same, so ``4.`` is still ``4.``; what follows it may be a number that moved on.
    """
    for i, j in pairs:
        if not _same_number(a[i], b[j]):
            return
        if pairing.to_b[i] == pairing.to_a[j] == FREE:
            pairing.link(i, j)


def _link_in_turn(
    pairing: Pairing, pairs: Iterable[tuple[int, int]], a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]
) -> None:
    """Of as many on both sides, link each with the one at its place, where both are free and the same thing."""
    for i, j in pairs:
        if pairing.to_b[i] == pairing.to_a[j] == FREE and same_thing(a[i], b[j]):
            pairing.link(i, j)


def _once(names: dict[int, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, name in names.items():
        found[name] = FREE if name in found else place
    return {name: place for name, place in found.items() if name and place != FREE}


def same_thing(x: ParagraphLike, y: ParagraphLike) -> bool:
    """Whether two paragraphs in one place are two states of one: by number, name, kind or first words."""
    old, new = fold(x.text), fold(y.text)
    if _same_number(x, y) or same_but_number(x, y) or (_is_heading(x) and _is_heading(y)):
        return True
    if _same_name(_lead_in(old), _lead_in(new)):
        return True
    if _same_page(old, new) or _same_element(old, new):
        return True
    words = words_of(old, pairs=False), words_of(new, pairs=False)
    kind = _kind(old, len(words[0]))
    if kind is not None and kind == _kind(new, len(words[1])):
        return True
    if max(map(len, words)) <= SHORT // 2 and _same_marks(old, new):
        return True
    return _begin_alike(old, new, *words) or _end_alike(old, new, *words) or _spelled_anew(old, new)


def _same_number(x: ParagraphLike, y: ParagraphLike) -> bool:
    """Whether both are printed with one number, also where one side's was read as a word."""
    if x.label is None and y.label is None:
        return False
    label = x.label or y.label or ""
    return _counts(label) and all(fold(one.label or one.text[: len(label)]) == fold(label) for one in (x, y))


def _same_page(old: str, new: str) -> bool:
    """Whether both link to one page, which is more than a site."""
    links = ([link.rstrip(_STOPS) for link in _addresses(text)] for text in (old, new))
    pages = [{link for link in found if _PAGE.search(link)} for found in links]
    return not pages[0].isdisjoint(pages[1])


def _spelled_anew(old: str, new: str) -> bool:
    """Whether the same letters were written with other marks, or in another spelling."""
    x, y = (_MARK.sub("", unicodedata.normalize("NFD", text.casefold())) for text in (old, new))
    if not x or not y or max(len(x), len(y)) > MAX_LETTERS or 1000 * min(len(x), len(y)) < ANEW * max(len(x), len(y)):
        return False
    return 2000 * LCSseq.similarity(x, y) >= ANEW * (len(x) + len(y))


def _same_marks(old: str, new: str) -> bool:
    """Whether both begin with the same row of marks, as ``::: note`` does."""
    marks = [_MARKS.match(text) for text in (old, new)]
    return all(marks) and len({mark[0] for mark in marks if mark}) == 1


def _same_element(old: str, new: str) -> bool:
    """Whether both are one element of markup, such as a cell of a table."""
    elements = [_ELEMENT.fullmatch(text) for text in (old, new)]
    return all(elements) and len({element[1].lower() for element in elements if element}) == 1


def _same_name(x: str, y: str) -> bool:
    """Whether two names before a colon are one, such as ``amended by`` and ``last amended by``."""
    if not x or not y or x == y:
        return bool(x) and x == y
    longer, shorter = (words_of(name, pairs=False) for name in sorted((x, y), key=len, reverse=True))
    size = len(shorter)
    return size >= FIRST_WORDS and shorter in (longer[:size], longer[-size:])


def _counts(label: str) -> bool:
    """Whether a label is a number or a letter, and not a bullet, which all items have."""
    return any(sign.isalnum() for sign in label)


def _lead_in(folded: str) -> str:
    """The name before a colon, such as ``last updated``; empty where there is none."""
    match = _COLON.search(folded[: LEAD_IN + 2])
    name = folded[: match.start()].casefold().strip() if match else ""
    return name if any(sign.isalpha() for sign in name) and "://" not in folded[: len(name) + 3] else ""


def _addresses(folded: str) -> list[str]:
    """The links and addresses of a text; most have none, which is soon told."""
    return _ADDRESS.findall(folded) if _MAY_HAVE_ADDRESS.search(folded) else []


def _kind(folded: str, size: int) -> Kind | None:
    """What a short line of so many words is, if nearly nothing else stands in it."""
    if folded and not any(map(str.isalnum, folded)):
        return "rule"
    if _FRONT_MATTER.fullmatch(folded):
        return "front matter"
    if 2 * len("".join(_addresses(folded))) > len(folded):
        return "address"
    return _fact(folded) if size <= SHORT // 2 and _DIGIT.search(folded) else None


def _fact(folded: str) -> Kind | None:
    """What a short line with a digit states."""
    if _AMOUNT.search(folded):
        return "amount"
    if _DATE.search(folded):
        return "date"
    return None if any(map(str.isalpha, folded)) else "number"


def begin_alike(old: str, new: str) -> bool:
    """Whether two folded texts begin with the same words, enough of them to tell."""
    return _begin_alike(old, new, words_of(old, pairs=False), words_of(new, pairs=False))


def _begin_alike(old: str, new: str, words_old: Sequence[str], words_new: Sequence[str]) -> bool:
    if words_alike(words_old, words_new):
        return True
    needed = _needed(words_old)
    facts = _are_facts(old, new, (words_old, words_new), needed)
    return facts and _common(words_old, words_new) >= needed // 2 and _has_letter(words_old[0])


def words_alike(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether words begin alike, enough of them to tell."""
    return _common(old, new) >= _needed(old)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _needed(words: Sequence[str]) -> int:
    return FIRST_SIGNS if words and is_unspaced(words[0]) else FIRST_WORDS


def _end_alike(old: str, new: str, words_old: Sequence[str], words_new: Sequence[str]) -> bool:
    """Whether two short facts end with the same word, such as "4 weeks ago" and "1 month ago"."""
    words = words_old[::-1], words_new[::-1]
    needed = _needed(words[0])
    if not _are_facts(old, new, words, needed):
        return False
    return _common(*words) >= needed // 2 and _has_letter(words[0][0])


def _are_facts(old: str, new: str, words: Sequence[Sequence[str]], needed: int) -> bool:
    """Whether both are short lines with a number."""
    return all(map(_DIGIT.search, (old, new))) and 0 < max(map(len, words)) <= SHORT * needed // FIRST_WORDS


def _has_letter(word: str) -> bool:
    return any(sign.isalpha() for sign in word)
