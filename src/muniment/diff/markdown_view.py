"""A comparison as Markdown, for issue trackers and notes: summary, hashes, then each change with its words.

Only changes are shown.  It reads well as plain text, and needs nothing beyond CommonMark but ``~~``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muniment.diff.markdown_text import inline, mark, weave
from muniment.diff.model import ParagraphLike
from muniment.diff.rows import End, Quoted, Row, note, rows, segments_of
from muniment.diff.sheet import Party, Sheet, say_emendation, say_value, summary_of


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
        yield f"- **{step.version}**, {step.change}, claimed {step.logged_at}: {' '.join(summary_of(step.selection))}"


def _facts(party: Party) -> Iterator[str]:
    if party.title:
        yield f"title: {_text(party.title)}"
    if party.reference:
        release, _, version = party.reference.rpartition("/")
        yield f"release {_text(release)}, version {version}"
    if party.record:
        yield f"record: `{party.record}`"
    yield f"{'original' if party.record else 'bytes'}: `{party.original}`"
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
        yield f"- {word}: {_text(emendation.paragraph)} {_text(say_emendation(emendation))}"


def _changes(sheet: Sheet) -> Iterator[str]:
    a, b = sheet.a.paragraphs, sheet.b.paragraphs
    changed = [row for row in rows(sheet.selection.difference) if sheet.selection.shows(row.operation) and not row.left]
    if changed:
        yield "### Text"
        yield "~~Struck out~~: only in A. **Bold**: only in B. ⟨In brackets⟩: a character that does not show."
    for row in changed:
        operation = row.operation
        old, new = [a[index] for index in operation.a], [b[index] for index in operation.b]
        words = weave(segments_of(operation, a, b), old, new, exact=operation.kind is not None)
        yield f"**{_place(row, a, b)}** {_note(row, a, b)}\n\n> {words}"


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
