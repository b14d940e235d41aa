"""A comparison as HTML, as a page that stands alone or as a fragment for a page of somebody else.

Nothing is fetched, nothing runs, every byte of text is escaped.  What changed comes first: a line of summary, for a
range the strip of its versions, then the changes; what the sides are by their hashes, and what the marks mean, at the
end.

The page holds each change once woven (``del`` and ``ins`` in one text) and side A's own words beside it.  The style
sheet shows the weave alone, or both sides; without a style sheet everything can be read from top to bottom.  Every
rule of it for the comparison is nested below one class, so a fragment changes nothing around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from muniment.diff.difference import shown
from muniment.diff.views.html_about import (
    Outline,
    between,
    description,
    emendations,
    foot,
    head,
    legend,
    named,
    parties,
    steps,
)
from muniment.diff.views.rows import End, Fold, Note, Quoted, Row, folds, note, rows, segments_of
from muniment.diff.views.sheet import Party, Sheet, SheetStep
from muniment.diff.views.timeline import strip
from muniment.diff.views.weave import inline, weave
from muniment.digest import sha256_hex
from muniment.markup import HOLE, Child, Markup, MarkupTemplate, document, element, join
from muniment.record import Paragraph

Letter = Literal["a", "b"]

CLASS = "muniment-changes"
"""The class below which every rule of the style sheet of a comparison stands."""

_LANGUAGE = re.compile(r"[A-Za-z0-9-]{1,64}")
_PLAIN_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


def render_html(sheet: Sheet, *, context: int = 1) -> str:
    """Make the page.

    Args:
        sheet: The comparison.
        context: Unchanged paragraphs to leave open after and between changes; the others are folded, and print.

    Returns:
        The same text for the same sheet, always; write it as UTF-8.
    """
    title = f"Changes: {named(sheet.a.name)} → {named(sheet.b.name)}"
    main = element("main", *_body(sheet, Outline(), context, switched=True), class_=CLASS)
    return document(title, packaged("page.css") + packaged("changes.css"), main)


def render_fragment(sheet: Sheet, *, context: int = 1) -> str:
    """Make the same for the page of somebody else: one element with its style sheet, and no script.

    Its ids begin with a name made of both sides, so that several can stand in one page.

    Args:
        sheet: The comparison.
        context: As for the page.
    """
    sides = (f"{party.name}\n{party.record}\n{party.original}" for party in (sheet.a, sheet.b))
    what = "\n".join([*sides, *sheet.selection.parts, str(context)])
    outline = Outline(top=2, prefix=f"{CLASS}-{sha256_hex(what.encode(errors='surrogatepass'))[:12]}-")
    style = Markup(f"<style>{packaged('changes.css')}</style>\n")
    body = _body(sheet, outline, context, switched=False)
    return element("div", style, *body, class_=CLASS, lang="en", dir="ltr").html + "\n"


def _body(sheet: Sheet, outline: Outline, context: int, *, switched: bool) -> Iterator[Markup | None]:
    """What changed, then all that explains it."""
    page = _Page.of(sheet.a, sheet.b, outline)
    shown = rows(sheet.selection.difference)
    changed = [row for row in shown if sheet.selection.shows(row.operation)]
    yield head(sheet, outline)
    yield strip(sheet.marks)
    yield element("div", _contents(page, changed), switch() if switched else None, class_="tools")
    text = _text(page, _begun(folds(shown, sheet.selection, context)))
    described = [description(sheet, outline), emendations(sheet, outline)]
    yield from [text, *described] if changed else [*described, text]
    yield between(sheet, outline)
    yield steps(sheet, outline, lambda step: _step_words(step, outline))
    yield parties(sheet, outline)
    yield legend(outline)
    yield foot(sheet)


def changed_rows(sheet: Sheet, *, context: int = 1, prefix: str = "") -> Iterator[Markup | Fold]:
    """Make the rows of a comparison alone, for a page that has a frame of its own.

    Args:
        sheet: The comparison.
        context: As for the page.
        prefix: What the ids begin with.

    Returns:
        The rows in order, and in its place each fold of what is not shown.
    """
    page = _Page.of(sheet.a, sheet.b, Outline(1, prefix))
    for item in folds(rows(sheet.selection.difference), sheet.selection, context):
        yield item if isinstance(item, Fold) else _row(page, item)


def _step_words(step: SheetStep, outline: Outline) -> Iterator[Markup]:
    """The words that a step of a range changed, as the changes of the whole range are shown."""
    below = Outline(outline.top + 1, f"{outline.prefix}{step.version}-")
    page = _Page.of(step.before, step.after, below)
    for row in rows(step.selection.difference):
        if step.selection.shows(row.operation):
            yield _row(page, row)


def _begun(items: Iterable[Row | Fold]) -> Iterator[Row | Fold]:
    """Begin with the first change: all before it is one fold."""
    before: list[Row] = []
    rest = iter(items)
    for item in rest:
        if isinstance(item, Row) and not item.operation.unchanged:
            yield from [Fold(tuple(before))] if before else []
            yield item
            break
        before += item.rows if isinstance(item, Fold) else [item]
    else:
        yield from [Fold(tuple(before))] if before else []
    yield from rest


@cache
def packaged(name: str) -> str:
    """A style sheet: ``changes.css`` for a comparison, ``page.css`` for the page around it."""
    return files("muniment.diff.views").joinpath(name).read_text(encoding="utf-8")


def switch() -> Markup:
    """How to show the text: two views, and brackets around changes.  The style sheet does the rest."""
    return element(
        "fieldset",
        element("legend", "Show the text"),
        _choice("radio", "view-inline", "in place", name="view", checked=True),
        _choice("radio", "view-side", "side by side", name="view"),
        _choice("checkbox", "view-marks", "brackets"),
        class_="switch",
    )


def _choice(kind: str, key: str, label: str, *, name: str | None = None, checked: bool = False) -> Markup:
    # Browsers keep what was chosen over a reload unless told otherwise.
    box = element("input", type=kind, id=key, name=name, checked=checked, autocomplete="off")
    return element("label", box, f" {label}", for_=key)


@dataclass(frozen=True, slots=True)
class _Page:
    """The two sides, the anchor of each of their paragraphs, and the headings."""

    parties: dict[Letter, Party]
    anchors: dict[Letter, list[str]]
    outline: Outline

    @classmethod
    def of(cls, a: Party, b: Party, outline: Outline) -> _Page:
        parties: dict[Letter, Party] = {"a": a, "b": b}
        anchors = {letter: _anchors(letter, party.paragraphs, outline) for letter, party in parties.items()}
        return cls(parties, anchors, outline)

    def of_row(self, row: Row, letter: Letter) -> list[Paragraph]:
        indexes = row.operation.a if letter == "a" else row.operation.b
        return [self.parties[letter].paragraphs[index] for index in indexes]


def _anchors(letter: Letter, paragraphs: Sequence[Paragraph], outline: Outline) -> list[str]:
    """``a-p4``; by its place when the id is not plain or not the only one."""
    names: dict[str, None] = {}
    for place, paragraph in enumerate(paragraphs, 1):
        name = f"{letter}-{paragraph.id}"
        plain = _PLAIN_ID.fullmatch(paragraph.id) and name not in names
        names[name if plain else f"{letter}--{place}"] = None
    return [f"{outline.prefix}{name}" for name in names]


def _contents(page: _Page, shown: Sequence[Row]) -> Markup | None:
    """Links to the changes, folded."""
    changes = [row for row in shown if not row.left]
    if not changes:
        return None
    items = [element("li", _link(page, _ends(row)[0]), " ", _said(page, row, links=False)) for row in changes]
    title = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
    listed = element("details", element("summary", title), element("ol", *items))
    return element("nav", listed, aria_label="Changes")


def _ends(row: Row) -> list[End]:
    """Where a row stands: on side B, unless it is only on A."""
    operation = row.operation
    if operation.b and not row.left:
        return [End("b", index) for index in operation.b]
    return [End("a", index) for index in operation.a]


def _text(page: _Page, items: Iterable[Row | Fold]) -> Markup:
    columns = [element("span", f"{letter.upper()} ", _name(page, letter)) for letter in ("a", "b")]
    return page.outline.section(
        "Text",
        "text",
        element("p", *columns, class_="columns"),
        *(_fold(page, item) if isinstance(item, Fold) else _row(page, item) for item in items),
    )


def _name(page: _Page, letter: Literal["a", "b"]) -> Markup:
    return element("bdi", inline(page.parties[letter].name, changed=True))


def _fold(page: _Page, fold: Fold) -> Markup:
    first, last = (_link_text(page, _ends(fold.rows[place])[0]) for place in (0, -1))
    ends: list[Child] = [", ", first, " to ", last] if len(fold.rows) > 1 else [", ", first]
    title = element("summary", str(fold), *ends)
    return element("details", title, *(_row(page, row) for row in fold.rows), class_="fold")


def _row(page: _Page, row: Row) -> Markup:
    said = None if row.operation.unchanged else page.outline.heading(2, _said(page, row, links=True), class_="note")
    parts = [said, *_cell(page, row, "a"), *_cell(page, row, "b")]
    whole = all(segment.tag != "=" for segment in segments_of(row.operation, *_paragraphs(page)))
    classes = ["row", "left" if row.left else row.name, "whole" if whole else ""]
    return _ROW.fill(" ".join(filter(None, classes)), join(parts))


_ROW = MarkupTemplate.of(element("div", HOLE, class_=HOLE), "\n")
_IDS = MarkupTemplate.of(element("div", HOLE, class_=HOLE))
_ID = MarkupTemplate.of(element("bdi", HOLE, id=HOLE, tabindex="-1"))
_CELL = MarkupTemplate.of(element("div", HOLE, class_=HOLE))
_CELL_IN = MarkupTemplate.of(element("div", HOLE, class_=HOLE, lang=HOLE))
_LINK = MarkupTemplate.of(element("a", HOLE, element("span", HOLE, class_="of"), href=HOLE))
_BDI = MarkupTemplate.of(element("bdi", HOLE))
_WHICH = MarkupTemplate.of(element("span", HOLE, class_="which"))
_PLAIN = MarkupTemplate.of(element("p", HOLE, dir="auto"))
_HEADING = MarkupTemplate.of(element("p", HOLE, dir="auto", class_="heading"))


def _paragraphs(page: _Page) -> tuple[Sequence[Paragraph], Sequence[Paragraph]]:
    return page.parties["a"].paragraphs, page.parties["b"].paragraphs


def _cell(page: _Page, row: Row, letter: Letter) -> Iterator[Markup]:
    """The ids of a side, and its words; the cell of B holds the weave, with the deleted words too."""
    elsewhere = row.operation.op == "move" and row.left == (letter == "b")
    own = [] if elsewhere else page.of_row(row, letter)
    indexes = row.operation.a if letter == "a" else row.operation.b
    ids = [_id(page, End(letter, index)) for index in (() if elsewhere else indexes)]
    yield _IDS.fill(f"ids {letter}", join(_listed(letter, ids)))
    words = _words(page, row, letter) if own or (letter == "b" and not row.left) else []
    kinds = own or page.of_row(row, "a")
    paragraphs = [
        (_HEADING if kinds[min(place, len(kinds) - 1)].kind == "heading" else _PLAIN).fill(part)
        for place, part in enumerate(words)
    ]
    language = _language(page.parties[letter if own else "a"])
    words_cell = join(paragraphs)
    name = f"cell {letter}"
    yield _CELL.fill(name, words_cell) if language is None else _CELL_IN.fill(name, language, words_cell)


def _language(party: Party) -> str | None:
    return party.language if party.language and _LANGUAGE.fullmatch(party.language) else None


def _listed(letter: str, ids: Sequence[Markup]) -> Iterator[Child]:
    if ids:
        yield _WHICH.fill(f"{letter.upper()} ")
    for place, name in enumerate(ids):
        yield " " if place else None
        yield name


def _id(page: _Page, end: End) -> Markup:
    anchor = page.anchors[end.side][end.index]
    return _ID.fill(anchor, inline(page.parties[end.side].paragraphs[end.index].id))


def _words(page: _Page, row: Row, letter: Letter) -> list[Markup]:
    operation = row.operation
    if operation.unchanged and len(operation.a) == len(operation.b) == 1:
        return [inline(shown(page.of_row(row, letter)[0]))]
    segments = segments_of(operation, *_paragraphs(page))
    old, new = page.of_row(row, "a"), page.of_row(row, "b")
    return weave(segments, old, new, follow=letter, exact=operation.kind is not None)


def _said(page: _Page, row: Row, *, links: bool) -> Markup:
    """The note of a row, with its ends as links or as plain ids."""
    parts: Note = note(row, *_paragraphs(page))
    return join(_note_part(page, part, links=links) for part in parts)


def _note_part(page: _Page, part: str | End | Quoted, *, links: bool) -> Child:
    if isinstance(part, str):
        return part
    if isinstance(part, Quoted):
        return _BDI.fill(inline(part.text, changed=True))
    return _link(page, part) if links else _link_text(page, part)


def _link(page: _Page, end: End) -> Markup:
    href = f"#{page.anchors[end.side][end.index]}"
    return _LINK.fill(href, _link_text(page, end), f" in {end.side.upper()}")


def _link_text(page: _Page, end: End) -> Markup:
    return _BDI.fill(inline(page.parties[end.side].paragraphs[end.index].id))
