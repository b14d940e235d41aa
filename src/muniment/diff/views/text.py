"""A difference for a terminal: one line of summary, then each change with its paragraph ids in the margin.

Deleted words stand between ``[-`` and ``-]``, inserted ones between ``{+`` and ``+}``; in colour they are red and
struck out, green and underlined.  ``visible`` keeps archived text from forging either.

Lines of limited width from painted text, with characters of East Asian scripts counted as two columns.

Lines break at spaces and beside wide characters; never inside a grapheme cluster, and never at a ``GLUE``.

A text with right-to-left letters is put between bidi isolates (UAX #9, 2.4.2), line by line, in the direction that its
first letter sets, and each of its changes between isolates of their own: so that neither the margin nor our marks nor
the other side of a change is drawn into its order.  Terminals that know no bidi show nothing for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Literal, TypeAlias

import regex

from muniment.diff.attribution import BY_RULES
from muniment.diff.difference import Difference, Operation, ParagraphLike, Segment, Tag, shown, summarise
from muniment.diff.selection import About, Selection, format_summary, headline, left_out, select
from muniment.diff.views.parts import Part, elide, moved_white, parts
from muniment.diff.views.rows import Gap, with_context
from muniment.display import name_character
from muniment.display.changes import RIGHT_TO_LEFT_LETTER, escape_pairs, show_changed, show_kept

# Printed as a space at which no line breaks.  A private-use character of archived text never gets here raw.
GLUE = "\ue000"
RESET = "\x1b[0m"

LEFT_TO_RIGHT, RIGHT_TO_LEFT, FIRST_STRONG, POP = "\u2066", "\u2067", "\u2068", "\u2069"

# Characters of one column each that never join a neighbour: most of Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic.
_NARROW = regex.compile(
    "[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u058f\u05d0-\u05ea\u060c\u061b\u061f\u0621-\u064a"
    "\u0660-\u066f\u0671-\u06d4\u2010-\u2027\u2030-\u205e\u27e8\u27e9" + GLUE + "]*"
)
_LETTER = regex.compile(rf"[\p{{bc=L}}\p{{bc=R}}\p{{bc=AL}}--[{GLUE}\u061c\u200e\u200f]]", regex.V1)
_WORD = regex.compile("[^ ]+| ")
_BREAK = regex.compile(" *\n *")
_SPACES = regex.compile(" {2,}")
# A paragraph that only one side has: where its lines end, and how far they are set in, says nothing about a change.
_RUN = regex.compile("[ \t\r\n]+")
_REPEATED = re.compile(r"(⟨U\+[0-9A-F]{4,6} [^⟩]*⟩)\1{2,}")
_CLUSTER = regex.compile(r"\X", regex.V1)


Role: TypeAlias = Literal["text", "open", "change", "close", "before", "after"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text.

    Attributes:
        text: Safe for a terminal.
        paint: The escape sequence that paints it; empty for none.
        role: ``open`` and ``close`` are our marks around a ``change``; no line breaks inside their edges.  So are
            ``before`` and ``after``, around a change in white space, where a line may break outside.
    """

    text: str
    paint: str = ""
    role: Role = "text"


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    paint: str
    role: Role
    columns: int

    def clusters(self) -> list[_Cell]:
        """The same, one grapheme cluster a cell."""
        return [_Cell(text, self.paint, self.role, _columns(text)) for text in _CLUSTER.findall(self.text)]


def columns(text: str) -> int:
    """Columns that a terminal takes for a text: UAX #11 wide and fullwidth clusters take two."""
    return len(text) if text.isascii() else sum(_columns(cluster) for cluster in _CLUSTER.findall(text))


def _columns(cluster: str) -> int:
    total = 0
    for character in cluster:
        if unicodedata.category(character) not in ("Mn", "Me", "Cf"):
            total += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return min(total, 2)


def isolate(text: str) -> str:
    """A short text that keeps its own order and leaves that of its surroundings alone."""
    return f"{FIRST_STRONG}{text}{POP}" if RIGHT_TO_LEFT_LETTER.search(text) else text


def wrap(spans: Sequence[Span], width: int) -> list[str]:
    """Break painted text into lines of at most ``width`` columns; spaces at a break are dropped."""
    direction = _direction(spans)
    lines: list[list[_Cell]] = [[]]
    used = 0
    for chunk in _fitting(_chunks(cell for span in spans for cell in _pieces(span)), width):
        size = sum(cell.columns for cell in chunk)
        if used and used + size > width:
            lines.append([])
            used = 0
        if chunk[0].text == " " and not used and len(lines) > 1:
            continue
        for cell in chunk if size <= width else [part for whole in chunk for part in whole.clusters()]:
            if used + cell.columns > width and used:
                lines.append([])
                used = 0
            lines[-1].append(cell)
            used += cell.columns
    return [_paint(line, direction) for line in lines]


def clip(spans: Sequence[Span], width: int) -> str:
    """One line of at most ``width`` columns; what does not fit gives way to an ellipsis."""
    direction = _direction(spans)
    cells = [part for span in spans for cell in _pieces(span) for part in cell.clusters()]
    if sum(cell.columns for cell in cells) <= width:
        return _paint(cells, direction)
    ends = accumulate(cell.columns for cell in cells)
    kept = [cell for cell, end in zip(cells, ends, strict=True) if end < width]
    while kept and kept[-1].text == " ":
        kept.pop()
    return _paint([*kept, _Cell("…", "", "text", 1)], direction)


def _direction(spans: Sequence[Span]) -> str:
    """The isolate that a text with right-to-left letters needs: that of its first letter; empty for other texts."""
    if not any(not span.text.isascii() and RIGHT_TO_LEFT_LETTER.search(span.text) for span in spans):
        return ""
    first = next(found for span in spans if (found := _LETTER.search(span.text)))
    return RIGHT_TO_LEFT if RIGHT_TO_LEFT_LETTER.match(first[0]) else LEFT_TO_RIGHT


def _pieces(span: Span) -> list[_Cell]:
    """Whole words where each character is one column, else grapheme clusters."""
    if _NARROW.fullmatch(span.text):
        return [_Cell(text, span.paint, span.role, len(text)) for text in _WORD.findall(span.text)]
    return _Cell(span.text, span.paint, span.role, 0).clusters()


def _chunks(cells: Iterable[_Cell]) -> Iterator[list[_Cell]]:
    """Cells between two places where a line may break; a space is a chunk of its own."""
    chunk: list[_Cell] = []
    for cell in cells:
        if chunk and _breakable(chunk[-1], cell):
            yield chunk
            chunk = []
        chunk.append(cell)
    if chunk:
        yield chunk


def _fitting(chunks: Iterable[list[_Cell]], width: int) -> Iterator[list[_Cell]]:
    """The same; what is wider than a line breaks beside changes in white space, where the text has a space anyway."""
    for chunk in chunks:
        part: list[_Cell] = []
        for cell in chunk if sum(cell.columns for cell in chunk) > width else ():
            if part and (part[-1].role == "after" or (cell.role == "before" and part[-1].role != "before")):
                yield part
                part = []
            part.append(cell)
        yield part or chunk


def _breakable(before: _Cell, after: _Cell) -> bool:
    if before.role in ("open", "before") or after.role in ("close", "after"):
        return False
    if " " in (before.text, after.text):
        return True
    if unicodedata.category(after.text[0]) in ("Pe", "Pf", "Po", "Pd", "Sm"):
        return False
    opens = unicodedata.category(before.text[-1]) in ("Ps", "Pi")
    return not opens and "W" in (_class(before), _class(after))


def _class(cell: _Cell) -> str:
    width = unicodedata.east_asian_width(cell.text[0])
    return "W" if width in "WF" and cell.columns == 2 else "N"


def _paint(cells: Sequence[_Cell], direction: str) -> str:
    end = len(cells)
    while end and cells[end - 1].text == " ":
        end -= 1
    painted = []
    for (paint, role), run in groupby(cells[:end], key=lambda cell: (cell.paint, cell.role)):
        text = "".join([cell.text for cell in run]).replace(GLUE, " ")
        if direction and role == "change":
            text = f"{FIRST_STRONG}{text}{POP}"
        painted.append(f"{paint}{text}{RESET}" if paint else text)
    return f"{direction}{''.join(painted)}{POP}" if direction else "".join(painted)


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
            return title + wrap(list(self._spans(operation, operation.segments)), self.body)
        if operation.op in ("insert", "delete"):
            tag: Tag = "+" if operation.op == "insert" else "-"
            paragraph = self.b[operation.b[0]] if operation.b else self.a[operation.a[0]]
            text = show_changed(_RUN.sub(" ", shown(paragraph)), quiet=True)
            return title + wrap(list(self._marked(tag, text)), self.body)
        return [*title, clip([Span(_flat(self.b[operation.b[0]].text))], self.body)]

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
                yield from _kept(segments[number].text, found[0], last=number == last)
            else:
                # Without the marks, colour alone would let deleted and inserted words touch.
                if self.colour and found[0].tag == "+" and number and segments[number - 1].tag == "-":
                    yield Span(" ")
                said = "".join([_changed(part if exact else part.unbroken(), exact=exact) for part in found])
                yield from self._marked(found[0].tag, said, white=segments[number].text.isspace())

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
