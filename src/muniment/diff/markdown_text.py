"""Archived text as Markdown that stays text: no markup, link, mention or HTML of its own comes to life.

Judged by CommonMark 0.31 with the extensions of GitHub and GitLab.  What those would turn into a link or a mention
(addresses, ``@name``, ``#12``) cannot be escaped there, so it stands as code, letter by letter as it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import category

from muniment.diff.joints import Part, parts
from muniment.diff.model import ParagraphLike, Segment, Tag
from muniment.display import name_character
from muniment.display.visible import naming

_NEAR = r"[^\s`⟨⟩()\[\]<>\"']*"
_LIVE = re.compile(
    rf"{_NEAR}(?:@|://|www\.|#\w|[!%~&]\d|:\w[\w+-]*:){_NEAR}"
    r"|(?<!\w)(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{7,64}(?!\w)",  # the hash of a commit
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"[\\`*_~\[\]|$]|<|&(?=#?\w+;)")
_ESCAPES = {"<": "&lt;", "&": "&amp;"}
# What would start a block at the beginning of a line: heading, quote, list, rule, fence, table, underline of a heading.
_BLOCK = re.compile(r"(\d{1,9})([.)])|[-+=#>:]")

_MARKS: dict[Tag, tuple[str, str, str]] = {"-": ("~~", "<del>", "</del>"), "+": ("**", "<ins>", "</ins>")}


def inline(text: str, *, changed: bool = False) -> str:
    """A text on one line with everything in it inert, and what cannot be seen named; see ``naming``."""
    return _inline(text, naming(text, changed=changed), changed=changed)


def _inline(text: str, named: Sequence[bool], *, changed: bool) -> str:
    return _escape(
        "".join([_character(text, place, changed=changed) if n else text[place] for place, n in enumerate(named)])
    )


def _character(text: str, place: int, *, changed: bool) -> str:
    """The name of a character; the carriage return of a line end that did not change is white space."""
    if not changed and text[place : place + 2] == "\r\n":
        return " "
    return name_character(text[place])


def _escape(text: str) -> str:
    line = re.sub(r"[\n ]+", " ", text)
    parts, end = [], 0
    for match in _LIVE.finditer(line):
        parts += [_SPECIAL.sub(_escaped, line[end : match.start()]), f"`{match[0]}`"]
        end = match.end()
    return "".join([*parts, _SPECIAL.sub(_escaped, line[end:])])


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\{match[0]}"


def start_line(line: str) -> str:
    """Keep the beginning of a line from starting a block, and any white space at its ends from being dropped."""
    line = line.strip(" ")
    inner = line.strip()
    before, _, after = line.partition(inner) if inner else (line, "", "")
    line = "".join([*map(name_character, before), inner, *map(name_character, after)])
    match = _BLOCK.match(line)
    if match is None:
        return line
    place = match.start(2) if match[2] else 0
    return f"{line[:place]}\\{line[place:]}"


def weave(
    segments: Sequence[Segment], a: Sequence[ParagraphLike], b: Sequence[ParagraphLike], *, exact: bool = False
) -> str:
    """The text of an operation on one line, deleted words in ``~~``, inserted ones in ``**``.

    Where Markdown would leave those standing as they are, because a word or a mark is too close, the elements ``del``
    and ``ins`` take their place.  A pilcrow stands where a paragraph ends.
    """
    said = [(part.tag, _part(part, exact=exact)) for part in parts(segments, a, b)]
    line = ""
    for place, (tag, text) in enumerate(said):
        following, after = said[place + 1] if place + 1 < len(said) else ("=", "")
        if tag == "=":
            line += text
        else:
            outside = line, ("" if following == tag else "*" if following != "=" else after)
            line += mark(tag, text, *outside, loose=_spaced(said, place))
    return start_line(re.sub(" +", " ", line))


def _spaced(said: Sequence[tuple[Tag, str]], place: int) -> bool:
    """Whether the side that lacks a changed text has a space, or an end, where it would stand."""
    tag = said[place][0]
    before = next((text for other, text in reversed(said[:place]) if other != tag), "")
    after = next((text for other, text in said[place + 1 :] if other != tag), "")
    return before[-1:] in ("", " ") or after[:1] in ("", " ")


def _part(part: Part, *, exact: bool) -> str:
    changed = part.tag != "="
    text = _inline(part.text, part.naming(exact=exact), changed=changed)
    ends = part.ends_a or part.ends_b
    return text if not ends else f"{text}¶" if changed else f"{text} ¶ "


def mark(tag: Tag, text: str, before: str = "", after: str = "", *, loose: bool = True) -> str:
    """Mark a text as deleted or inserted.

    Args:
        tag: ``-`` or ``+``.
        text: What ``inline`` gave.
        before: What stands before it.
        after: What stands after it.
        loose: Spaces at its ends may stand outside the marks, for the other side has one there too.
    """
    sign, opening, closing = _MARKS[tag]
    inner = text.strip(" ") if loose else text
    start, _, end = text.partition(inner)
    outer = (start or before)[-1:], (end or after)[:1]
    if sign[0] not in outer and _flanks(outer[0], inner[0]) and _flanks(outer[1], inner[-1]):
        opening = closing = sign
    return f"{start}{opening}{inner}{closing}{end}"


def _flanks(outside: str, inside: str) -> bool:
    """Whether a delimiter between both works: CommonMark 6.2, left-flanking and right-flanking runs."""
    return inside != " " and (not _is_mark(inside) or outside in ("", " ") or _is_mark(outside))


def _is_mark(character: str) -> bool:
    return category(character)[0] in "PS"
