"""The words of a comparison as HTML: old and new in one text, and what cannot be seen by name.

What was deleted stands in ``del``, what was inserted in ``ins``.  No character that turns the order of words, and no
control, gets into a page.  Each is shown by name in ``code``, whose ``data-code`` holds the code point, so that the
exact text can be read back.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from muniment.diff.difference import ParagraphLike, Segment, Tag
from muniment.diff.views.parts import Part, parts
from muniment.display import name_character
from muniment.display.changes import naming
from muniment.markup import HOLE, Child, Markup, MarkupTemplate, element, join
from muniment.markup import text as as_markup

# The carriage return of a line end is no news; it keeps its place under a small sign.
CARRIAGE_RETURN = "␍"
PARAGRAPH_END = "¶"

_CHANGED: dict[Tag, MarkupTemplate] = {
    "-": MarkupTemplate.of(element("del", HOLE)),
    "+": MarkupTemplate.of(element("ins", HOLE)),
}


def inline(text: str, *, changed: bool = False) -> Markup:
    """A text with what cannot be seen named; see ``naming``."""
    if _is_plain(text, changed=changed):
        return as_markup(text)
    return _inline(text, naming(text, changed=changed), changed=changed)


def _is_plain(text: str, *, changed: bool) -> bool:
    """Whether ``naming`` names nothing, told without looking at each character; most text is such."""
    return text.isascii() and text.isprintable() and not (changed and ("  " in text or text == " "))


def _inline(text: str, named: Sequence[bool], *, changed: bool) -> Markup:
    if not any(named):
        return join([text])
    found: list[Child] = []
    for is_named, run in groupby(enumerate(text), key=lambda item: named[item[0]]):
        places = [place for place, _ in run]
        if is_named:
            found += [_character(text, place, changed=changed) for place in places]
        else:
            found.append(text[places[0] : places[-1] + 1])
    return join(found)


def _character(text: str, place: int, *, changed: bool) -> Markup:
    character = text[place]
    if not changed and text[place : place + 2] == "\r\n":
        return _coded(character, CARRIAGE_RETURN, "char quiet")
    return _coded(character, name_character(character), "char")


def _coded(character: str, said: str, classes: str) -> Markup:
    return element("code", said, class_=classes, dir="ltr", data_code=f"{ord(character):04X}")


def weave(
    segments: Sequence[Segment],
    a: Sequence[ParagraphLike],
    b: Sequence[ParagraphLike],
    *,
    follow: Literal["a", "b"],
    exact: bool = False,
) -> list[Markup]:
    """What the paragraphs of one side hold: their words with the changes marked.

    Args:
        segments: The word diff of one operation.
        a: Its paragraphs on side A.
        b: Its paragraphs on side B.
        follow: ``a`` leaves insertions out and ends paragraphs as side A does; ``b`` shows all and ends them as B does.
        exact: As for ``naming``.  Otherwise white space that moved stands as the side that is followed has it.

    Returns:
        One part for each paragraph of the side.  Where its end is itself a change, a pilcrow shows it.
    """
    paragraphs: list[list[Child]] = [[]]
    for part in parts(segments, a, b, exact=exact):
        if (follow == "a" and part.tag == "+") or (follow == "b" and part.tag == "-" and part.white):
            continue
        ends = part.ends_a if follow == "a" else part.ends_b
        if part.text:
            paragraphs[-1].append(_marked(part, exact=exact))
        if part.tag != "=" and (part.ends_a or part.ends_b):
            paragraphs[-1].append(_break(part.tag, moves_on=ends))
        elif part.ends_a or part.ends_b:
            paragraphs[-1].append(None if ends else "\n")
        if ends:
            paragraphs.append([])
    return [join(found) for found in paragraphs]


def _marked(part: Part, *, exact: bool) -> Markup:
    plain = part.tag == "=" or part.white
    if not exact and _is_plain(part.text, changed=not plain):
        shown = as_markup(part.text)
        return shown if plain else _CHANGED[part.tag].fill(shown)
    shown = _inline(part.text, part.naming(exact=exact), changed=not plain)
    return shown if plain else _CHANGED[part.tag].fill(shown)


def _break(tag: Tag, *, moves_on: bool) -> Markup:
    """The end of a paragraph that only one side has; without a code where the page itself breaks there."""
    sign = element("span", PARAGRAPH_END, class_="end") if moves_on else _coded("\n", PARAGRAPH_END, "char end")
    return _CHANGED[tag].fill(sign)
