"""A comparison as one HTML page that stands alone: nothing is fetched, nothing runs, every byte of text is escaped.

The page holds each change once woven (``del`` and ``ins`` in one text) and side A's own words beside it.  The style
sheet shows the weave alone, or both sides; without a style sheet everything can be read from top to bottom.

Archived text as HTML: what was deleted in ``del``, what was inserted in ``ins``, the invisible by name.

No character that turns the order of words, and no control, gets into the page.  Each is shown by name in ``code``,
whose ``data-code`` holds the code point, so that the exact text can be read back.

The head of the page on a comparison: what changed in a line, both sides by name and hash, what the marks mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Literal

from muniment.diff.difference import ParagraphLike, Segment, Tag
from muniment.diff.views.parts import Part, parts
from muniment.diff.views.rows import End, Fold, Note, Quoted, Row, folds, note, rows, segments_of
from muniment.diff.views.sheet import Party, Sheet, say_value, summary_of
from muniment.display import name_character
from muniment.display.changes import naming
from muniment.markup import Child, Markup, document, element, join
from muniment.record import Paragraph
from muniment.record.phrases import emendation_words

# The carriage return of a line end is no news; it keeps its place under a small sign.
CARRIAGE_RETURN = "␍"
PARAGRAPH_END = "¶"

_ELEMENTS: dict[Tag, str] = {"-": "del", "+": "ins"}


def inline(text: str, *, changed: bool = False) -> Markup:
    """A text with what cannot be seen named; see ``naming``."""
    return _inline(text, naming(text, changed=changed), changed=changed)


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
    shown = _inline(part.text, part.naming(exact=exact), changed=not plain)
    return shown if plain else element(_ELEMENTS[part.tag], shown)


def _break(tag: Tag, *, moves_on: bool) -> Markup:
    """The end of a paragraph that only one side has; without a code where the page itself breaks there."""
    sign = element("span", PARAGRAPH_END, class_="end") if moves_on else _coded("\n", PARAGRAPH_END, "char end")
    return element(_ELEMENTS[tag], sign)


def head(sheet: Sheet) -> Markup:
    """Title, summary and the two sides."""
    return element(
        "header",
        element("p", "Comparison", class_="eyebrow"),
        element("h1", _title(sheet)),
        *(element("p", line, class_="summary") for line in sheet.summary()),
        element("div", _party("A", sheet.a), _party("B", sheet.b), class_="parties"),
    )


def _title(sheet: Sheet) -> Markup:
    if sheet.title is not None:
        return element("bdi", inline(sheet.title, changed=True))
    return join(["Changes from ", _html_head_name(sheet.a.name), " to ", _html_head_name(sheet.b.name)])


def _html_head_name(text: str) -> Markup:
    return element("bdi", inline(text, changed=True))


def steps(sheet: Sheet) -> Markup | None:
    """Of a range: what each version changed in the one before it."""
    if not sheet.steps:
        return None
    items = [
        element(
            "li",
            element("strong", step.version),
            f", {step.change}, claimed {step.logged_at}: {' '.join(summary_of(step.selection))}",
        )
        for step in sheet.steps
    ]
    return element("section", element("h2", "Step by step"), element("ul", *items), class_="steps")


def _party(letter: str, party: Party) -> Markup:
    title = party.title and element("bdi", inline(party.title, changed=True))
    release, _, version = (party.reference or "").rpartition("/")
    facts = (
        ("Title", title),
        ("Release", inline(release) if release else None),
        ("Version", inline(version) if version else None),
        ("Record", party.record and _hash(party.record)),
        ("Original" if party.record else "Bytes", _hash(party.original)),
        ("Withdrawn", inline(party.withdrawn) if party.withdrawn else None),
        ("Logged", inline(f"{party.logged_at} (claimed)") if party.logged_at else None),
    )
    rows = [join([element("dt", name), element("dd", value)]) for name, value in facts if value]
    heading = element("h2", element("span", letter, class_="letter"), " ", _html_head_name(party.name))
    return element("section", heading, element("dl", *rows), class_=f"party {letter.lower()}")


def _hash(digest: str) -> Markup:
    return element("code", inline(digest), class_="hash")


def switch() -> Markup:
    """How to show the text: two views, and brackets around changes.  The style sheet does the rest."""
    return element(
        "fieldset",
        element("legend", "Show the text"),
        _choice("radio", "view-inline", "changes in place", name="view", checked=True),
        _choice("radio", "view-side", "side by side", name="view"),
        _choice("checkbox", "view-marks", "brackets around changes"),
        class_="switch",
    )


def _choice(kind: str, key: str, label: str, *, name: str | None = None, checked: bool = False) -> Markup:
    # Browsers keep what was chosen over a reload unless told otherwise.
    box = element("input", type=kind, id=key, name=name, checked=checked, autocomplete="off")
    return element("label", box, f" {label}", for_=key)


def legend() -> Markup:
    """What the marks mean, shown in the marks themselves."""
    named = element("code", "⟨U+00A0 NO-BREAK SPACE⟩", class_="char", dir="ltr")
    ending = element("code", "¶", class_="char end", dir="ltr")
    lines = (
        join([element("del", "struck out"), ": only in A"]),
        join([element("ins", "underlined"), ": only in B"]),
        join([named, ": a character that does not show, by its code point and name"]),
        join([ending, ": the end of a paragraph that only one side has"]),
        "In the margin: the ids of the paragraphs, first in A, then in B",
    )
    return element(
        "section",
        element("h2", "How to read the marks", id="legend"),
        element("ul", *(element("li", line) for line in lines)),
        class_="legend",
        aria_labelledby="legend",
    )


def description(sheet: Sheet) -> Markup | None:
    """The members of the description that differ, old and new beside each other."""
    if not sheet.selection.about.description:
        return None
    top = element("tr", *(element("th", name, scope="col") for name in ("Member", "A", "B")))
    rows = [
        element(
            "tr",
            element("th", item.name, scope="row"),
            _value("A", say_value(item.old)),
            _value("B", say_value(item.new)),
        )
        for item in sheet.selection.about.description
    ]
    table = element("table", element("thead", top), element("tbody", *rows))
    return element("section", element("h2", "Description"), table, class_="description")


def _value(letter: str, said: str) -> Markup:
    value = element("span", inline(said, changed=True), dir="auto")
    return element("td", element("span", f"{letter}: ", class_="which"), value)


def emendations(sheet: Sheet) -> Markup | None:
    """The emendations that only one side has."""
    about = sheet.selection.about
    items = [
        element("li", f"{word}: ", _html_head_name(f"{emendation.paragraph} {emendation_words(emendation)}"))
        for group, word in ((about.removed, "Removed"), (about.added, "Added"))
        for emendation in group
    ]
    if not items:
        return None
    return element("section", element("h2", "Emendations"), element("ul", *items), class_="emendations")


def foot(sheet: Sheet) -> Markup:
    """How it was computed, and what it does not say."""
    algorithm = sheet.selection.difference.algorithm
    return element(
        "footer",
        element(
            "p",
            f"Compared by {algorithm.name}, with regex {algorithm.regex} and Unicode {algorithm.unicode}. "
            "A comparison is computed from its two sides and can be computed again. ",
            "The record hash is the SHA-256 of the file record.json, the other that of the bytes as received. "
            "That two texts differ says nothing of which is true.",
        ),
    )


Letter = Literal["a", "b"]

_LANGUAGE = re.compile(r"[A-Za-z0-9-]{1,64}")
_PLAIN_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


def render_html(sheet: Sheet, *, context: int = 1) -> str:
    """Make the page.

    Args:
        sheet: The comparison.
        context: Unchanged paragraphs to leave open before and after a change; the others are folded, and print.

    Returns:
        The same text for the same sheet, always; write it as UTF-8.
    """
    page = _Page.of(sheet)
    shown = rows(sheet.selection.difference)
    return document(
        f"Changes: {_named(sheet.a.name)} → {_named(sheet.b.name)}",
        style(),
        head(sheet),
        element(
            "main",
            steps(sheet),
            switch(),
            legend(),
            _contents(page, [row for row in shown if sheet.selection.shows(row.operation)]),
            description(sheet),
            emendations(sheet),
            _text(page, folds(shown, sheet.selection, context)),
        ),
        foot(sheet),
    )


def _named(text: str) -> str:
    """A name where no element can stand."""
    named = naming(text, changed=True)
    return "".join([name_character(c) if n else c for c, n in zip(text, named, strict=True)])


@cache
def style() -> str:
    """The style sheet of the page."""
    return files("muniment.diff.views").joinpath("page.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Page:
    """The two sides, and the anchor of each of their paragraphs."""

    parties: dict[Letter, Party]
    anchors: dict[Letter, list[str]]

    @classmethod
    def of(cls, sheet: Sheet) -> _Page:
        parties: dict[Letter, Party] = {"a": sheet.a, "b": sheet.b}
        return cls(parties, {letter: _anchors(letter, party.paragraphs) for letter, party in parties.items()})

    def of_row(self, row: Row, letter: Letter) -> list[Paragraph]:
        indexes = row.operation.a if letter == "a" else row.operation.b
        return [self.parties[letter].paragraphs[index] for index in indexes]


def _anchors(letter: Letter, paragraphs: Sequence[Paragraph]) -> list[str]:
    """``a-p4``; by its place when the id is not plain or not the only one."""
    names: dict[str, None] = {}
    for place, paragraph in enumerate(paragraphs, 1):
        name = f"{letter}-{paragraph.id}"
        plain = _PLAIN_ID.fullmatch(paragraph.id) and name not in names
        names[name if plain else f"{letter}--{place}"] = None
    return list(names)


def _contents(page: _Page, shown: Sequence[Row]) -> Markup | None:
    """Links to the changes; folded when they are many."""
    changes = [row for row in shown if not row.left]
    if not changes:
        return None
    items = [element("li", _link(page, _ends(row)[0]), " ", _said(page, row, links=False)) for row in changes]
    title = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
    listed = element("details", element("summary", title), element("ol", *items), open=len(changes) <= 12)
    return element("nav", listed, aria_label="Changes")


def _ends(row: Row) -> list[End]:
    """Where a row stands: on side B, unless it is only on A."""
    operation = row.operation
    if operation.b and not row.left:
        return [End("b", index) for index in operation.b]
    return [End("a", index) for index in operation.a]


def _text(page: _Page, items: Iterable[Row | Fold]) -> Markup:
    columns = [element("span", f"{letter.upper()} ", _name(page, letter)) for letter in ("a", "b")]
    return element(
        "section",
        element("h2", "Text"),
        element("p", *columns, class_="columns"),
        *(_fold(page, item) if isinstance(item, Fold) else _row(page, item) for item in items),
        class_="text",
    )


def _name(page: _Page, letter: Literal["a", "b"]) -> Markup:
    return element("bdi", inline(page.parties[letter].name, changed=True))


def _fold(page: _Page, fold: Fold) -> Markup:
    first, last = (_link_text(page, _ends(fold.rows[place])[0]) for place in (0, -1))
    ends: list[Child] = [", ", first, " to ", last] if len(fold.rows) > 1 else [", ", first]
    title = element("summary", str(fold), *ends)
    return element("details", title, *(_row(page, row) for row in fold.rows), class_="fold")


def _row(page: _Page, row: Row) -> Markup:
    said = None if row.operation.unchanged else element("h3", _said(page, row, links=True), class_="note")
    parts = [said, *_cell(page, row, "a"), *_cell(page, row, "b")]
    whole = all(segment.tag != "=" for segment in segments_of(row.operation, *_paragraphs(page)))
    classes = ["row", "left" if row.left else row.name, "whole" if whole else ""]
    return join([element("div", *parts, class_=" ".join(filter(None, classes))), Markup("\n")])


def _paragraphs(page: _Page) -> tuple[Sequence[Paragraph], Sequence[Paragraph]]:
    return page.parties["a"].paragraphs, page.parties["b"].paragraphs


def _cell(page: _Page, row: Row, letter: Letter) -> Iterator[Markup]:
    """The ids of a side, and its words; the cell of B holds the weave, with the deleted words too."""
    elsewhere = row.operation.op == "move" and row.left == (letter == "b")
    own = [] if elsewhere else page.of_row(row, letter)
    indexes = row.operation.a if letter == "a" else row.operation.b
    ids = [_id(page, End(letter, index)) for index in (() if elsewhere else indexes)]
    yield element("div", *_listed(letter, ids), class_=f"ids {letter}")
    words = _words(page, row, letter) if own or (letter == "b" and not row.left) else []
    kinds = own or page.of_row(row, "a")
    paragraphs = [
        element(
            "p", part, dir="auto", class_="heading" if kinds[min(place, len(kinds) - 1)].kind == "heading" else None
        )
        for place, part in enumerate(words)
    ]
    yield element("div", *paragraphs, class_=f"cell {letter}", lang=_language(page.parties[letter if own else "a"]))


def _language(party: Party) -> str | None:
    return party.language if party.language and _LANGUAGE.fullmatch(party.language) else None


def _listed(letter: str, ids: Sequence[Markup]) -> Iterator[Child]:
    if ids:
        yield element("span", f"{letter.upper()} ", class_="which")
    for place, name in enumerate(ids):
        yield " " if place else None
        yield name


def _id(page: _Page, end: End) -> Markup:
    anchor = page.anchors[end.side][end.index]
    return element("bdi", inline(page.parties[end.side].paragraphs[end.index].id), id=anchor, tabindex="-1")


def _words(page: _Page, row: Row, letter: Letter) -> list[Markup]:
    operation = row.operation
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
        return element("bdi", inline(part.text, changed=True))
    return _link(page, part) if links else _link_text(page, part)


def _link(page: _Page, end: End) -> Markup:
    side = element("span", f" in {end.side.upper()}", class_="of")
    return element("a", _link_text(page, end), side, href=f"#{page.anchors[end.side][end.index]}")


def _link_text(page: _Page, end: End) -> Markup:
    return element("bdi", inline(page.parties[end.side].paragraphs[end.index].id))
