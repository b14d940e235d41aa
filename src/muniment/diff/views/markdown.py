"""A comparison as Markdown, for issue trackers and notes: summary, hashes, then each change with its words.

Only changes are shown.  It reads well as plain text, and needs nothing beyond CommonMark but ``~~``.

Archived text as Markdown that stays text: no markup, link, mention or HTML of its own comes to life.

Judged by CommonMark 0.31 with the extensions of GitHub and GitLab.  What those would turn into a link or a mention
(addresses, ``@name``, ``#12``) cannot be escaped there, so it stands as code, letter by letter as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import category

from muniment.diff.difference import ParagraphLike, Segment, Tag
from muniment.diff.selection import Selection
from muniment.diff.views.parts import Part, elide, parts
from muniment.diff.views.rows import End, Quoted, Row, note, rows, segments_of
from muniment.diff.views.sheet import Party, Sheet, say_value, summary_of
from muniment.display import name_character
from muniment.display.changes import naming
from muniment.record.phrases import emendation_words

_NEAR = r"[^\s`⟨⟩()\[\]<>\"']"
_LIVE = re.compile(
    rf"(?<!{_NEAR}){_NEAR}*(?:@|://|www\.|#\w|[!%~&]\d|:(?!\d\d:)\w[\w+-]*:){_NEAR}*"
    r"|(?<!\w)(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{7,64}(?!\w)",  # the hash of a commit
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"[\\`*_~\[\]|$]|<|&(?=#?\w+;)")
_ESCAPES = {"<": "&lt;", "&": "&amp;"}
# A time of day, 10:04:59, is no name of an emoji: none has two digits alone.
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
    said = list(_said(segments, a, b, exact=exact))
    line = ""
    for place, (tag, text) in enumerate(said):
        following, after = said[place + 1] if place + 1 < len(said) else ("=", "")
        if tag == "=":
            line += text
        else:
            outside = line, ("" if following == tag else "*" if following != "=" else after)
            line += mark(tag, text, *outside, loose=_spaced(said, place))
    return start_line(re.sub(" +", " ", line))


def _said(
    segments: Sequence[Segment], a: Sequence[ParagraphLike], b: Sequence[ParagraphLike], *, exact: bool
) -> Iterator[tuple[Tag, str]]:
    """Tags and texts, white space that moved as one space, and long unchanged runs without their middle."""
    last = len(segments) - 1
    for part in parts(segments, a, b, exact=exact):
        long = elide(part.text, last=part.segment == last) if part.tag == "=" and len(segments) > 1 else None
        if long is not None:
            ends = " ¶ " if part.ends_a or part.ends_b else ""
            yield "=", f"{inline(long.head)}{long} {inline(long.tail)}{ends}"
        elif not part.white:
            yield part.tag, _part(part if exact or part.tag == "=" else part.unbroken(), exact=exact)
        elif part.tag == "+" and part.segment and segments[part.segment - 1].tag == "-":
            yield "=", " "


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


def render_markdown(sheet: Sheet) -> str:
    """Make the page.

    Returns:
        CommonMark, which ends in a line feed; no archived text in it is markup.
    """
    blocks = [
        f"## Changes from {_text(sheet.a.name)} to {_text(sheet.b.name)}",
        *sheet.summary(),
        "\n".join(_sides(sheet)),
        "\n".join(_steps(sheet)),
        "\n".join(_between(sheet)),
        "\n".join(_about(sheet)),
        *_changes(sheet),
        _foot(sheet),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _text(text: str) -> str:
    return inline(text, changed=True)


def _sides(sheet: Sheet) -> Iterator[str]:
    for letter, party in (("A", sheet.a), ("B", sheet.b)):
        yield f"- **{letter}**: {_text(party.name)}"
        yield from (f"  - {line}" for line in _facts(party))


def _steps(sheet: Sheet) -> Iterator[str]:
    if sheet.steps:
        yield "### Step by step\n"
    for step in sheet.steps:
        when = f"{_text(step.published)}; logged {step.logged_at} (claimed)"
        yield f"- **{step.version}**, {step.change}, {when}: {' '.join(summary_of(step.selection))}"
        a, b = step.before.paragraphs, step.after.paragraphs
        yield from (f"  - **{place}** {said}: {words}" for place, said, words in _changed(step.selection, a, b))


def _between(sheet: Sheet) -> Iterator[str]:
    if sheet.between:
        yield "### In between\n"
    yield from (f"- {_text(said)}" for said in sheet.between)


def _facts(party: Party) -> Iterator[str]:
    if party.title:
        yield f"title: {_text(party.title)}"
    if party.reference:
        release, _, version = party.reference.rpartition("/")
        yield f"release {_text(release)}, version {version}"
    if party.record:
        yield f"record: `{party.record}`"
    yield f"{'original' if party.record else 'bytes'}: `{party.original}`"
    if party.withdrawn:
        yield _text(party.withdrawn)
    if party.published:
        yield _text(party.published)
    if party.logged_at:
        yield f"logged: {party.logged_at} (claimed)"


def _about(sheet: Sheet) -> Iterator[str]:
    about = sheet.selection.about
    if about.description:
        yield "### Description\n"
    for item in about.description:
        old, new = mark("-", _text(say_value(item.old))), mark("+", _text(say_value(item.new)))
        yield f"- {item.name}: {old} → {new}"
    emendations = [("removed", e) for e in about.removed] + [("added", e) for e in about.added]
    if emendations:
        yield ("\n" if about.description else "") + "### Emendations\n"
    for word, emendation in emendations:
        yield f"- {word}: {_text(emendation.paragraph)} {_text(emendation_words(emendation))}"


def _changes(sheet: Sheet) -> Iterator[str]:
    changed = list(_changed(sheet.selection, sheet.a.paragraphs, sheet.b.paragraphs))
    if changed:
        yield "### Text"
        yield "~~Struck out~~: only in A. **Bold**: only in B. ⟨In brackets⟩: a character that does not show."
    for place, said, words in changed:
        yield f"**{place}** {said}\n\n> {words}"


def _changed(
    selection: Selection, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]
) -> Iterator[tuple[str, str, str]]:
    """Of each change that is shown: where it stands, what it is, and its words on one line."""
    for row in rows(selection.difference):
        operation = row.operation
        if selection.shows(operation) and not row.left:
            old, new = [a[index] for index in operation.a], [b[index] for index in operation.b]
            words = weave(segments_of(operation, a, b), old, new, exact=operation.kind is not None)
            yield _place(row, a, b), _note(row, a, b), words


def _place(row: Row, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> str:
    """Where a change stands: the ids of A, then those of B if they are others."""
    old = [_text(a[index].id) for index in row.operation.a]
    new = [_text(b[index].id) for index in row.operation.b]
    return ", ".join(old or new) if old == new or not (old and new) else f"{', '.join(old)} → {', '.join(new)}"


def _note(row: Row, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> str:
    said = []
    for part in note(row, a, b):
        if isinstance(part, End):
            said.append(_text((a if part.side == "a" else b)[part.index].id))
        else:
            said.append(_text(part.text) if isinstance(part, Quoted) else part)
    return "".join(said)


def _foot(sheet: Sheet) -> str:
    algorithm = sheet.selection.difference.algorithm
    return f"Compared by {algorithm.name}, with regex {algorithm.regex} and Unicode {algorithm.unicode}."
