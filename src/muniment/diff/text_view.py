"""A difference for a terminal: one line of summary, then each change with its paragraph ids in the margin.

Deleted words stand between ``[-`` and ``-]``, inserted ones between ``{+`` and ``+}``; in colour they are red and
struck out, green and underlined.  ``visible`` keeps archived text from forging either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from muniment.diff.model import Difference, Operation, ParagraphLike, Segment, Summary, Tag, shown, summarise
from muniment.diff.visible import show_changed, show_kept
from muniment.diff.wrap import GLUE, Span, clip, columns, wrap

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


def format_summary(summary: Summary) -> str:
    """One line: ``2 paragraphs edited, 1 moved, 3 renumbered``, or ``no change in words``."""
    counts = (
        (summary.edited, "edited"),
        (summary.inserted, "inserted"),
        (summary.deleted, "deleted"),
        (summary.moved, "moved"),
        (summary.split, "split"),
        (summary.merged, "merged"),
        (summary.renumbered, "renumbered"),
        (summary.typographic, "changed in typography only"),
    )
    said = [(count, word) for count, word in counts if count]
    if not said:
        return "no change in words"
    (first, word), *rest = said
    noun = "paragraph" if first == 1 else "paragraphs"
    return ", ".join([f"{first} {noun} {word}", *(f"{count} {word}" for count, word in rest)])


def render_text(
    difference: Difference,
    a: Sequence[ParagraphLike],
    b: Sequence[ParagraphLike],
    *,
    width: int = 80,
    colour: bool = False,
    context: int = 1,
) -> str:
    """Show a difference.

    Args:
        difference: What ``compare(a, b)`` gave.
        a: The paragraphs of side A.
        b: The paragraphs of side B.
        width: Columns of the terminal; the text beside the margin keeps at least ``MIN_BODY`` of them.
        colour: Paint changes with terminal escapes instead of marking them with brackets.
        context: Unchanged paragraphs to show, each on one line, before and after a change.

    Returns:
        Lines joined by line feeds, without a final one.  Nothing in them comes from the text as a raw control.
    """
    lines = [format_summary(summarise(difference))]
    if all(operation.unchanged for operation in difference.operations):
        return lines[0]
    page = _Page.of(a, b, width=width, colour=colour)
    previous = False  # whether the line above belongs to a change with a body of several lines
    for item in _with_context(difference.operations, context):
        block = page.collapsed(item) if isinstance(item, int) else page.block(item)
        tall = not isinstance(item, int) and not item.unchanged
        if tall or previous or len(lines) == 1:
            lines.append("")
        lines += block
        previous = tall
    return "\n".join(lines)


def _with_context(operations: Sequence[Operation], context: int) -> Iterator[Operation | int]:
    """Changed operations, the unchanged ones around them, and the numbers of those left out."""
    changed = [place for place, operation in enumerate(operations) if not operation.unchanged]
    near = {place + step for place in changed for step in range(-context, context + 1)}
    hidden = 0
    for place, operation in enumerate(operations):
        if place not in near:
            hidden += 1
            continue
        if hidden:
            yield hidden
            hidden = 0
        yield operation
    if hidden:
        yield hidden


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

    def collapsed(self, number: int) -> list[str]:
        """The line that stands for unchanged paragraphs."""
        noun = "paragraph" if number == 1 else "paragraphs"
        return [self._margin("", "", "") + f"… {number} {noun} unchanged …"]

    def block(self, operation: Operation) -> list[str]:
        """The lines of one operation, ids in the margin."""
        lines = self._body(operation)
        ids_a = [show_kept(self.a[i].id) for i in operation.a]
        ids_b = [show_kept(self.b[j].id) for j in operation.b]
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
            return title + wrap(self._spans(operation, operation.segments), self.body)
        if operation.op in ("insert", "delete"):
            tag: Tag = "+" if operation.op == "insert" else "-"
            paragraph = self.b[operation.b[0]] if operation.b else self.a[operation.a[0]]
            return title + wrap(self._marked(tag, show_changed(" ".join(shown(paragraph).split("\n")))), self.body)
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
        return f"moved, was after {show_kept(self.a[first - 1].id)}" if first else "moved, was first"

    def _spans(self, operation: Operation, segments: Iterable[Segment]) -> Iterator[Span]:
        exact = operation.kind is not None
        texts = [self.a[i].text for i in operation.a] + [self.b[j].text for j in operation.b]
        joined = len(texts) > 2 and not any("\n" in text for text in texts)
        for segment in segments:
            if segment.tag == "=":
                yield Span(_flat(segment.text))
                continue
            # Where no paragraph holds a line feed, each one in the segments is where paragraphs were joined.
            parts = segment.text.split("\n") if joined else [segment.text]
            yield from self._marked(
                segment.tag, _PARAGRAPH_BREAK.join([show_changed(part, exact=exact) for part in parts])
            )

    def _marked(self, tag: Tag, text: str) -> Iterator[Span]:
        """Changed text, marked or painted; spaces beside a mark and inside a name do not break the line."""
        inner = text.strip(" ")
        start = len(text) - len(text.lstrip(" "))
        held = GLUE * start + _glue_names(inner) + GLUE * (len(text) - start - len(inner))
        if self.colour:
            yield Span(held, _PAINTS[tag])
        else:
            before, after = _MARKS[tag]
            yield Span(before + held + after)


def _padded(texts: Sequence[str], height: int) -> list[str]:
    return [*texts, *[""] * (height - len(texts))]


def _flat(text: str) -> str:
    """Unchanged text on one line."""
    return _glue_names(show_kept(text).replace("\n", " "))


def _label(label: str | None) -> str:
    return "no number" if label is None else _flat(label)


def _glue_names(text: str) -> str:
    """Keep each name between angle brackets on one line."""
    pieces = text.split("⟨")
    for place, piece in enumerate(pieces[1:], 1):
        name, bracket, rest = piece.partition("⟩")
        if bracket and not pieces[place - 1].endswith("\\"):
            pieces[place] = name.replace(" ", GLUE) + bracket + rest
    return "⟨".join(pieces)
