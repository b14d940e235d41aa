"""A difference for a terminal: one line of summary, then each change with its paragraph ids in the margin.

Deleted words stand between ``[-`` and ``-]``, inserted ones between ``{+`` and ``+}``; in colour they are red and
struck out, green and underlined.  ``visible`` keeps archived text from forging either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muniment.diff.about import About
from muniment.diff.context import Gap, with_context
from muniment.diff.headline import format_summary, headline, left_out
from muniment.diff.model import Difference, Operation, ParagraphLike, Segment, Tag, shown, summarise
from muniment.diff.selection import Selection, select
from muniment.diff.wrap import GLUE, Span, clip, columns, isolate, wrap
from muniment.display.visible import shapers, show_changed, show_kept

MIN_BODY = 20

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
    if not any(asked.shows(operation) for operation in difference.operations):
        return "\n".join(lines)
    page = _Page.of(a, b, width=width, colour=colour)
    previous = True  # whether an empty line must follow the line above
    for item in with_context(asked, context):
        tall = isinstance(item, Operation) and not item.unchanged
        if tall or previous:
            lines.append("")
        lines += page.block(item) if isinstance(item, Operation) else page.collapsed(item)
        previous = tall
    return "\n".join(lines)


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
    def of(cls, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike], *, width: int, colour: bool) -> _Page:
        column_a = max((columns(show_kept(p.id)) for p in a), default=0)
        column_b = max((columns(show_kept(p.id)) for p in b), default=0)
        return cls(a, b, column_a, column_b, max(MIN_BODY, width - column_a - column_b - 5), colour)

    def collapsed(self, gap: Gap) -> list[str]:
        """The line that stands for paragraphs left out."""
        return [self._margin("", "", "") + f"… {gap} …"]

    def block(self, operation: Operation) -> list[str]:
        """The lines of one operation, ids in the margin."""
        lines = self._body(operation)
        ids_a = [isolate(show_kept(self.a[i].id)) for i in operation.a]
        ids_b = [isolate(show_kept(self.b[j].id)) for j in operation.b]
        height = max(len(lines), len(ids_a), len(ids_b))
        rows = zip(_padded(ids_a, height), _padded(ids_b, height), _padded(lines, height), strict=True)
        sign = _SIGNS[operation.op]
        return [
            (self._margin("" if place else sign, id_a, id_b) + line).rstrip(" ")
            for place, (id_a, id_b, line) in enumerate(rows)
        ]

    def _margin(self, sign: str, id_a: str, id_b: str) -> str:
        pad_a, pad_b = " " * (self.column_a - columns(id_a)), " " * (self.column_b - columns(id_b))
        return f"{sign or ' '} {id_a}{pad_a} {id_b}{pad_b}  "

    def _body(self, operation: Operation) -> list[str]:
        if operation.unchanged:
            return [clip([Span(_flat(shown(self.a[operation.a[0]])))], self.body)]
        title = wrap([Span(self._title(operation))], self.body)
        if operation.segments is not None:
            return title + wrap(list(self._spans(operation, operation.segments)), self.body)
        if operation.op in ("insert", "delete"):
            tag: Tag = "+" if operation.op == "insert" else "-"
            paragraph = self.b[operation.b[0]] if operation.b else self.a[operation.a[0]]
            text = show_changed(" ".join(shown(paragraph).split("\n")), quiet=True)
            return title + wrap(list(self._marked(tag, text)), self.body)
        return [*title, clip([Span(_flat(self.b[operation.b[0]].text))], self.body)]

    def _title(self, operation: Operation) -> str:
        words = [self._origin(operation)] if operation.op == "move" else list(_TITLES[operation.op])
        if operation.kind is not None:
            words.append("typography only")
        elif operation.edited or operation.op == "replace":
            words.append("edited")
        if operation.renumbered:
            old, new = self.a[operation.a[0]].label, self.b[operation.b[0]].label
            words.append(f"renumbered {_label(old)} → {_label(new)}")
        if operation.coarse:
            words.append("too long to compare word by word")
        return ", ".join(words)

    def _origin(self, operation: Operation) -> str:
        first = operation.a[0]
        return f"moved, was after {isolate(show_kept(self.a[first - 1].id))}" if first else "moved, was first"

    def _spans(self, operation: Operation, segments: Sequence[Segment]) -> Iterator[Span]:
        exact = operation.kind is not None
        texts = [self.a[i].text for i in operation.a] + [self.b[j].text for j in operation.b]
        joined = len(texts) > 2 and not any("\n" in text for text in texts)
        for place, segment in enumerate(segments):
            before, after = _kept_beside(segments, place)
            if segment.tag == "=":
                yield Span(_flat(segment.text, before, after))
                continue
            quiet = not exact and _same_shapers(segments, place)
            # Where no paragraph holds a line feed, each one in the segments is where paragraphs were joined.
            parts = segment.text.split("\n") if joined else [segment.text]
            named = [show_changed(part, exact=exact, quiet=quiet, before=before, after=after) for part in parts]
            yield from self._marked(segment.tag, _PARAGRAPH_BREAK.join(named))

    def _marked(self, tag: Tag, text: str) -> Iterator[Span]:
        """Changed text, marked or painted; spaces beside a mark and inside a name do not break the line."""
        inner = text.strip(" ")
        start = len(text) - len(text.lstrip(" "))
        held = GLUE * start + _glue_names(inner) + GLUE * (len(text) - start - len(inner))
        if self.colour:
            yield Span(held, _PAINTS[tag], "change")
        else:
            before, after = _MARKS[tag]
            yield from (Span(before, role="open"), Span(held, role="change"), Span(after, role="close"))


def _kept_beside(segments: Sequence[Segment], place: int) -> tuple[str, str]:
    """The text that both sides have before and after a segment, or the change there."""
    neighbours = [segments[k].text if 0 <= k < len(segments) else "" for k in (place - 1, place + 1)]
    tag = segments[place].tag
    if tag == "-" and place + 1 < len(segments) and segments[place + 1].tag == "+":
        neighbours[1] = segments[place + 2].text if place + 2 < len(segments) else ""
    if tag == "+" and place and segments[place - 1].tag == "-":
        neighbours[0] = segments[place - 2].text if place > 1 else ""
    return neighbours[0], neighbours[1]


def _same_shapers(segments: Sequence[Segment], place: int) -> bool:
    """Whether what shapes letters is the same on the other side of a change, if it has one."""
    other = place + (1 if segments[place].tag == "-" else -1)
    paired = 0 <= other < len(segments) and segments[other].tag != "="
    return not paired or shapers(segments[place].text) == shapers(segments[other].text)


def _padded(texts: Sequence[str], height: int) -> list[str]:
    return [*texts, *[""] * (height - len(texts))]


def _flat(text: str, before: str = "", after: str = "") -> str:
    """Unchanged text on one line."""
    return _glue_names(show_kept(text, before=before, after=after).replace("\n", " "))


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
