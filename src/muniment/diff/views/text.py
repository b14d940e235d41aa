"""A difference for a terminal: one line of summary, then each change with its paragraph ids in the margin.

Deleted words stand between ``[-`` and ``-]``, inserted ones between ``{+`` and ``+}``; in colour they are red and
struck out, green and underlined.  ``visible`` keeps archived text from forging either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import regex

from muniment.diff.attribution import BY_RULES
from muniment.diff.difference import Difference, Operation, ParagraphLike, Segment, Tag, shown, summarise
from muniment.diff.selection import About, Selection, format_summary, headline, left_out, select
from muniment.diff.views.painted import GLUE, Role, Span, clip, columns, isolate, wrap
from muniment.diff.views.parts import Part, elide, moved_white, parts
from muniment.diff.views.rows import Gap, with_context
from muniment.display import name_character
from muniment.display.changes import escape_pairs, show_changed, show_kept

_BREAK = regex.compile(" *\n *")
_SPACES = regex.compile(" {2,}")
# A paragraph that only one side has: where its lines end, and how far they are set in, says nothing about a change.
_RUN = regex.compile("[ \t\r\n]+")
_FENCED = re.compile(r"(?:`{3,}+|~{3,}+)[^\n]*\n")
_REPEATED = re.compile(r"(⟨U\+[0-9A-F]{4,6} [^⟩]*⟩)\1{2,}")

MIN_BODY = 20
MAX_COLUMN = 12
"""Columns of the margin for one side: ids of nested items can be longer than a line."""

_MARKS: dict[Tag, tuple[str, str]] = {"=": ("", ""), "-": ("[-", "-]"), "+": ("{+", "+}")}
_PAINTS: dict[Tag, str] = {"=": "", "-": "\x1b[31;9m", "+": "\x1b[32;4m"}
_PARAGRAPH_BREAK = "⟨paragraph break⟩"
_TITLES = {
    "equal": (),
    "replace": (),
    "insert": ("inserted",),
    "delete": ("deleted",),
    "split": ("split",),
    "merge": ("merged",),
}
_SIGNS = {"equal": " ", "replace": "~", "insert": "+", "delete": "-", "move": ">", "split": "<", "merge": "="}


def render_text(
    difference: Difference,
    a: Sequence[ParagraphLike],
    b: Sequence[ParagraphLike],
    *,
    width: int = 80,
    colour: bool = False,
    context: int = 1,
    selection: Selection | None = None,
) -> str:
    """Show a difference.

    Args:
        difference: What ``compare(a, b)`` gave.
        a: The paragraphs of side A.
        b: The paragraphs of side B.
        width: Columns of the terminal; the text beside the margin keeps at least ``MIN_BODY`` of them.
        colour: Paint changes with terminal escapes instead of marking them with brackets.
        context: Unchanged paragraphs to show, each on one line, before and after a change.
        selection: What was asked for, and what else changed; without one all paragraphs are, and they alone.

    Returns:
        Lines joined by line feeds, without a final one.  Nothing in them comes from the text as a raw control.
    """
    lines = _head(difference, selection, width)
    asked = selection or select(difference, About())
    if any(asked.shows(operation) for operation in difference.operations):
        page = _Page.of(items := list(with_context(asked, context)), a, b, width=width, colour=colour)
        lines += _lines(items, page)
    return "\n".join(lines)


def render_changes(
    changes: Sequence[Operation], a: Sequence[ParagraphLike], b: Sequence[ParagraphLike], *, width: int, colour: bool
) -> str:
    """Show some operations alone, as ``render_text`` shows them: without a summary, and without what did not change."""
    shown_here = [operation for operation in changes if not operation.shifted]
    return "\n".join(_lines(shown_here, _Page.of(shown_here, a, b, width=width, colour=colour))[1:])


def _lines(items: Sequence[Operation | Gap], page: _Page) -> list[str]:
    lines: list[str] = []
    previous = True  # whether an empty line must follow the line above
    for item in items:
        tall = isinstance(item, Operation) and not (item.unchanged or item.shifted)
        if tall or previous:
            lines.append("")
        lines += page.block(item) if isinstance(item, Operation) else page.collapsed(item)
        previous = tall
    return lines


def _head(difference: Difference, selection: Selection | None, width: int) -> list[str]:
    if selection is None:
        return [format_summary(summarise(difference))]
    said = [line for line in (headline(selection), left_out(selection)) if line]
    return [line for text in said for line in wrap([Span(text)], width)]


@dataclass(frozen=True, slots=True)
class _Page:
    a: Sequence[ParagraphLike]
    b: Sequence[ParagraphLike]
    column_a: int
    column_b: int
    body: int
    colour: bool

    @classmethod
    def of(
        cls,
        items: Sequence[Operation | Gap],
        a: Sequence[ParagraphLike],
        b: Sequence[ParagraphLike],
        *,
        width: int,
        colour: bool,
    ) -> _Page:
        operations = [item for item in items if isinstance(item, Operation)]
        column_a = _column([a[i].id for operation in operations for i in operation.a])
        column_b = _column([b[j].id for operation in operations for j in operation.b])
        column_a, column_b = column_a or (column_b if a else 0), column_b or (column_a if b else 0)
        return cls(a, b, column_a, column_b, max(MIN_BODY, width - column_a - column_b - 5), colour)

    def collapsed(self, gap: Gap) -> list[str]:
        """The line that stands for paragraphs left out."""
        return [self._margin("", "", "") + f"… {gap} …"]

    def block(self, operation: Operation) -> list[str]:
        """The lines of one operation, ids in the margin."""
        lines = self._body(operation)
        ids_a = [isolate(show_kept(self.a[i].id)) for i in operation.a]
        ids_b = [isolate(show_kept(self.b[j].id)) for j in operation.b]
        if any(columns(id_) > MAX_COLUMN for id_ in (*ids_a, *ids_b)):
            above = " → ".join(" ".join(ids) for ids in (ids_a, ids_b) if ids)
            lines, ids_a, ids_b = [*wrap([Span(above)], self.body), *lines], [], []
        height = max(len(lines), len(ids_a), len(ids_b))
        rows = zip(_padded(ids_a, height), _padded(ids_b, height), _padded(lines, height), strict=True)
        sign = " " if operation.shifted else _SIGNS[operation.op]
        return [
            (self._margin("" if place else sign, id_a, id_b) + line).rstrip(" ")
            for place, (id_a, id_b, line) in enumerate(rows)
        ]

    def _margin(self, sign: str, id_a: str, id_b: str) -> str:
        pad_a, pad_b = " " * (self.column_a - columns(id_a)), " " * (self.column_b - columns(id_b))
        return f"{sign or ' '} {id_a}{pad_a} {id_b}{pad_b}  "

    def _body(self, operation: Operation) -> list[str]:
        if operation.unchanged or operation.shifted:
            return [clip([Span(_flat(shown(self.a[operation.a[0]])))], self.body)]
        title = wrap([Span(self._title(operation))], self.body)
        if operation.segments is not None:
            if operation.kind is None and self._is_laid_out(operation):
                return title + self._laid_out(operation.segments)
            return title + wrap(list(self._spans(operation, operation.segments)), self.body)
        if operation.op in ("insert", "delete"):
            tag: Tag = "+" if operation.op == "insert" else "-"
            paragraph = self.b[operation.b[0]] if operation.b else self.a[operation.a[0]]
            if self._is_laid_out(operation):
                return title + self._laid_out([Segment(tag, shown(paragraph))])
            text = show_changed(_RUN.sub(" ", shown(paragraph)), quiet=True)
            return title + wrap(list(self._marked(tag, text)), self.body)
        return [*title, clip([Span(_flat(self.b[operation.b[0]].text))], self.body)]

    def _is_laid_out(self, operation: Operation) -> bool:
        """Whether all that one side holds is code or a drawing between fences, which is nothing without its lines."""
        sides = [self.a[i] for i in operation.a], [self.b[j] for j in operation.b]
        return any(side and all(_FENCED.match(paragraph.text) for paragraph in side) for side in sides)

    def _laid_out(self, segments: Iterable[Segment]) -> list[str]:
        """Line by line as it was set, and of lines away from a change how many there are."""
        rows: list[list[Span]] = [[]]
        touched: set[int] = set()
        for segment in segments:
            if segment.tag == "-" and segment.text.isspace():
                continue  # the lines are those of B
            for place, text in enumerate(segment.text.split("\n")):
                if place:
                    rows.append([])
                if segment.tag != "=":
                    touched.update((len(rows) - 2, len(rows) - 1, len(rows)))
                if segment.tag == "=" or (segment.tag == "+" and not text.strip(" ")):
                    rows[-1].append(Span(_glue_names(show_kept(text))))
                elif text.strip(" "):
                    words = text.strip(" ")
                    rows[-1].append(Span(" " * (len(text) - len(text.lstrip(" ")))))
                    rows[-1] += self._marked(segment.tag, show_changed(_SPACES.sub(" ", words), quiet=True))
                    rows[-1].append(Span(" " * (len(text) - len(text.rstrip(" ")))))
        lines: list[str] = []
        for near, run in groupby(range(len(rows)), key=lambda row: row in touched):
            here = list(run)
            if near or len(here) == 1:
                lines += [line for row in here for line in wrap(rows[row], self.body)]
            else:
                lines.append(f"⟨… {len(here):,} lines unchanged …⟩")
        return lines

    def _title(self, operation: Operation) -> str:
        words = [self._origin(operation)] if operation.op == "move" else list(_TITLES[operation.op])
        if operation.kind is not None:
            words.append("typography only")
        elif operation.edited or operation.op == "replace":
            words.append("edited")
        moved = moved_white(operation, self.a, self.b)
        words += [moved] if moved else []
        if operation.renumbered:
            old, new = self.a[operation.a[0]].label, self.b[operation.b[0]].label
            words.append(f"renumbered {_label(old)} → {_label(new)}")
        if operation.coarse:
            words.append("too long to compare word by word")
        if operation.ours:
            words.append(BY_RULES)
        return ", ".join(words)

    def _origin(self, operation: Operation) -> str:
        first = operation.a[0]
        return f"moved, was after {isolate(show_kept(self.a[first - 1].id))}" if first else "moved, was first"

    def _spans(self, operation: Operation, segments: Sequence[Segment]) -> Iterator[Span]:
        exact = operation.kind is not None
        old, new = [self.a[i] for i in operation.a], [self.b[j] for j in operation.b]
        last = len(segments) - 1
        for number, group in groupby(parts(segments, old, new, exact=exact, once=True), key=lambda part: part.segment):
            found = list(group)
            if found[0].white:
                yield from self._white(found[0], segments, number)
            elif found[0].tag == "=":
                yield from self._unchanged(segments[number].text, found, last=number == last)
            else:
                # Without the marks, colour alone would let deleted and inserted words touch.
                if self.colour and found[0].tag == "+" and number and segments[number - 1].tag == "-":
                    yield Span(" ")
                said = "".join([_changed(part if exact else part.unbroken(), exact=exact) for part in found])
                yield from self._marked(found[0].tag, said, white=segments[number].text.isspace())

    def _unchanged(self, text: str, found: Sequence[Part], *, last: bool) -> Iterator[Span]:
        """Words that stayed; a line that ended there on both sides may end a paragraph on one."""
        if all(part.ends_a == part.ends_b for part in found):
            yield from _kept(text, found[0], last=last)
            return
        for part in found:
            yield from _kept(part.text, part, last=last and part is found[-1])
            if part.ends_a != part.ends_b:
                yield from self._marked("-" if part.ends_a else "+", _PARAGRAPH_BREAK)

    def _white(self, part: Part, segments: Sequence[Segment], number: int) -> Iterator[Span]:
        """White space that moved, as side B has it: a space, or nothing in a script without spaces."""
        alone = part.tag == "-" and (number + 1 == len(segments) or segments[number + 1].tag == "=")
        paired = part.tag == "+" and number > 0 and segments[number - 1].tag == "-"
        if paired and not alone:
            yield Span(" ")

    def _marked(self, tag: Tag, text: str, *, white: bool = False) -> Iterator[Span]:
        """Changed text, marked or painted; spaces beside a mark and inside a name do not break the line."""
        inner = text.strip(" ")
        start = len(text) - len(text.lstrip(" "))
        held = GLUE * start + _glue_names(inner) + GLUE * (len(text) - start - len(inner))
        if self.colour:
            yield Span(held, _PAINTS[tag], "change")
        else:
            before, after = _MARKS[tag]
            outside: tuple[Role, Role] = ("before", "after") if white else ("open", "close")
            yield from (Span(before, role=outside[0]), Span(held, role="change"), Span(after, role=outside[1]))


def _column(ids: Iterable[str]) -> int:
    """Columns of the margin for some ids; a longer one than usual stands above its paragraph instead."""
    return max((size for id_ in ids if (size := columns(show_kept(id_))) <= MAX_COLUMN), default=0)


def _kept(text: str, part: Part, *, last: bool) -> Iterator[Span]:
    """An unchanged run, without its middle when it is long."""
    long = elide(text, last=last)
    if long is None:
        yield Span(_flat(text, part.before, part.after))
        return
    yield Span(_flat(long.head, part.before, long.tail))
    yield Span(_glue_names(str(long)))
    if long.tail:
        yield Span(_flat(f" {long.tail}" if long.head[-1:].isspace() else long.tail, long.head, part.after))


def _changed(part: Part, *, exact: bool) -> str:
    """Changed words with what cannot be seen by name, and the end of a paragraph after them."""
    # Several spaces between words that changed with them are a space, as where lines are wrapped.
    loud = exact or not part.text.strip(" ")
    named = [n and (loud or c != " ") for c, n in zip(part.text, part.naming(exact=exact), strict=True)]
    pieces = escape_pairs(part.text)
    said = "".join(
        name_character(c) if is_named else " " if c == "\n" else pair
        for c, pair, is_named in zip(part.text, pieces, named, strict=True)
    )
    said = _REPEATED.sub(_counted, said if exact else _SPACES.sub(" ", said))
    return said + (_PARAGRAPH_BREAK if part.ends_a or part.ends_b else "")


def _counted(names: re.Match[str]) -> str:
    """Three equal names and more as one with their number."""
    return f"⟨{len(names[0]) // len(names[1])} × {names[1][1:]}"


def _padded(texts: Sequence[str], height: int) -> list[str]:
    return [*texts, *[""] * (height - len(texts))]


def _flat(text: str, before: str = "", after: str = "") -> str:
    """Unchanged text on one line."""
    return _glue_names(_BREAK.sub(" ", show_kept(text, before=before, after=after)))


def _label(label: str | None) -> str:
    return "no number" if label is None else isolate(_flat(label))


def _glue_names(text: str) -> str:
    """Keep each name between angle brackets on one line."""
    pieces = text.split("⟨")
    for place, piece in enumerate(pieces[1:], 1):
        name, bracket, rest = piece.partition("⟩")
        if bracket and not pieces[place - 1].endswith("\\"):
            pieces[place] = name.replace(" ", GLUE) + bracket + rest
    return "⟨".join(pieces)
