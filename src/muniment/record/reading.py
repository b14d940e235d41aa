"""The reading text: the text as received with its emendations rendered in brackets.

Square brackets in a reading text are always the editor's.  Square brackets of the original are rendered as white
square brackets (U+27E6 and U+27E7), so that the two can never be taken for each other.  Line breaks inside a
paragraph are rendered as one space; the text as received keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from muniment.record import Emendation, Paragraph, Record

_LINE_BREAK = re.compile(r"(?<![ \t])[ \t]*+(?:\r\n|[\r\n\f\v\u2028\u2029])\s*")
_ORIGINAL_BRACKETS = str.maketrans({"[": "\u27e6", "]": "\u27e7"})
_WHITE_SPACE = re.compile(r"\s+")


def fold_white_space(text: str) -> str:
    """Join every run of white space to one space, without any at the ends."""
    return _WHITE_SPACE.sub(" ", text).strip()


def reading_text(paragraph: Paragraph, emendations: Iterable[Emendation] = ()) -> str:
    """Render one paragraph without its label.

    Args:
        paragraph: As received.
        emendations: Those of any paragraph; the ones of this paragraph must lie inside its text, not overlap, and
            stand in order of ``start``, as ``muniment.record.succession`` demands of a record.
    """
    rendered, position = [], 0
    for emendation in emendations:
        if emendation.paragraph != paragraph.id:
            continue
        rendered.append(_received(paragraph.text[position : emendation.start]))
        rendered.append(_emended(emendation, _received(paragraph.text[emendation.start : emendation.end])))
        position = emendation.end
    rendered.append(_received(paragraph.text[position:]))
    return "".join(rendered)


def reading_paragraphs(record: Record) -> list[tuple[Paragraph, str]]:
    """Pair each paragraph of a record with its reading text."""
    return [(paragraph, reading_text(paragraph, record.emendations)) for paragraph in record.paragraphs]


def _received(text: str) -> str:
    return _LINE_BREAK.sub(" ", text).translate(_ORIGINAL_BRACKETS)


def _emended(emendation: Emendation, received: str) -> str:
    match emendation.kind:
        case "omitted":
            return "[\u2026]"
        case "unclear":
            return f"[{received}?]"
        case _:
            # White space around what is supplied belongs between the words, not inside the brackets.
            # A blank replacement, which check 5 refuses, is one that ends where it begins.
            words = emendation.replacement.strip()
            before, _, after = emendation.replacement.partition(words or emendation.replacement or " ")
            return f"{before}[{words.translate(_ORIGINAL_BRACKETS)}]{after}"
