"""What a page on a comparison says beside the words: what changed in a line, step by step, in the description.

Then both sides by name and hash, what the marks mean, and how it was computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from muniment.diff.views.sheet import Party, Sheet, SheetStep, say_value, summary_of
from muniment.diff.views.weave import inline
from muniment.display import name_character
from muniment.display.changes import naming
from muniment.markup import Child, Markup, element, join
from muniment.record.phrases import emendation_words

_LONG = 70
"""Characters from which a title is set smaller, so that the first change stays on the first screen."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Where a comparison stands in the page around it.

    Attributes:
        top: The level of its first heading.
        prefix: What its ids begin with, so that they are its own.
    """

    top: int = 1
    prefix: str = ""

    def heading(self, below: int, *children: Child, **attributes: str | None) -> Markup:
        """A heading so many levels below the first."""
        return element(f"h{self.top + below}", *children, **attributes)

    def section(self, title: str, name: str, *children: Child) -> Markup:
        """A section with its heading."""
        heading = self.heading(1, title, id=f"{self.prefix}{name}")
        return element("section", heading, *children, class_=name, aria_labelledby=f"{self.prefix}{name}")


def named(text: str) -> str:
    """A name where no element can stand: what cannot be seen in it is named."""
    marked = naming(text, changed=True)
    return "".join([name_character(c) if n else c for c, n in zip(text, marked, strict=True)])


def name_of(text: str) -> Markup:
    """A name as an element of its own direction."""
    return element("bdi", inline(text, changed=True))


def head(sheet: Sheet, outline: Outline) -> Markup:
    """Title, the names of the two sides, and what changed in a line."""
    sides: list[Child] = [
        _letter("A"),
        " ",
        name_of(sheet.a.name),
        " \u2192 ",
        _letter("B"),
        " ",
        name_of(sheet.b.name),
    ]
    long = len(sheet.title or f"Changes from {sheet.a.name} to {sheet.b.name}") > _LONG
    return element(
        "header",
        outline.heading(0, _title(sheet), class_="long" if long else None),
        _source(sheet),
        element("p", *sides, class_="sides"),
        *(element("p", line, class_="summary") for line in sheet.summary()),
    )


def _source(sheet: Sheet) -> Markup | None:
    """Whose statement it is and who keeps it, as the newer side has it; the title too, where the sides bear two."""
    party = sheet.b if sheet.b.origin else sheet.a
    said: list[Child] = [] if sheet.title is not None or party.title is None else [name_of(party.title)]
    if party.issuer:
        said.append(name_of(party.issuer))
    if party.origin:
        release = (party.reference or "").rpartition("/")[0]
        said.append(join([inline(release), ", kept by ", name_of(party.origin)]))
    parted: list[Child] = [part for each in said for part in (" \u00b7 ", each)][1:]
    return element("p", *parted, class_="source") if parted else None


def _letter(letter: str) -> Markup:
    return element("span", letter, class_="letter")


def _title(sheet: Sheet) -> Markup:
    if sheet.title is not None:
        return name_of(sheet.title)
    return join(["Changes from ", name_of(sheet.a.name), " to ", name_of(sheet.b.name)])


def steps(sheet: Sheet, outline: Outline, words: Callable[[SheetStep], Iterable[Markup]]) -> Markup | None:
    """Of a range: what each version changed in the one before it, in its words, and when it was, as claimed.

    Args:
        sheet: The comparison.
        outline: Where it stands.
        words: Shows the changed words of a step.
    """
    if not sheet.steps:
        return None
    when = {mark.version: f", {mark.when}" for mark in sheet.marks}
    items = [
        element(
            "section",
            outline.heading(2, step.version, element("span", f"{when.get(step.version, '')}, {step.change}")),
            element(
                "p",
                f"{' '.join(summary_of(step.selection))} ",
                element("span", f"Logged {step.logged_at}, as claimed.", class_="aside"),
            ),
            *words(step),
            class_="step",
        )
        for step in sheet.steps
    ]
    note = "A time is a claim: that of issue where the record gives one, else that of retrieval, else that of the log."
    return outline.section("Step by step", "steps", *items, element("p", note, class_="aside"))


def between(sheet: Sheet, outline: Outline) -> Markup | None:
    """Of a range: the words that came and went, or went and came back, which its two ends do not show."""
    if not sheet.between:
        return None
    items = [element("li", inline(said, changed=True)) for said in sheet.between]
    return outline.section("In between", "between", element("ul", *items))


def parties(sheet: Sheet, outline: Outline) -> Markup:
    """Both sides, by all that names them."""
    return outline.section("The two sides", "parties", _party("A", sheet.a, outline), _party("B", sheet.b, outline))


def _party(letter: str, party: Party, outline: Outline) -> Markup:
    title = party.title and name_of(party.title)
    release, _, version = (party.reference or "").rpartition("/")
    facts = (
        ("Title", title),
        ("Release", inline(release) if release else None),
        ("Version", inline(version) if version else None),
        ("Record", party.record and _hash(party.record)),
        ("Original" if party.record else "Bytes", _hash(party.original)),
        ("Withdrawn", inline(party.withdrawn) if party.withdrawn else None),
        ("Published", inline(party.published) if party.published else None),
        ("Logged", inline(f"{party.logged_at} (claimed)") if party.logged_at else None),
    )
    rows = [join([element("dt", name), element("dd", value)]) for name, value in facts if value]
    heading = outline.heading(2, _letter(letter), " ", name_of(party.name))
    return element("section", heading, element("dl", *rows), class_=f"party {letter.lower()}")


def _hash(digest: str) -> Markup:
    return element("code", inline(digest), class_="hash")


def legend(outline: Outline) -> Markup:
    """What the marks mean, shown in the marks themselves."""
    hidden = element("code", "⟨U+00A0 NO-BREAK SPACE⟩", class_="char", dir="ltr")
    ending = element("code", "¶", class_="char end", dir="ltr")
    lines = (
        join([element("del", "struck out"), ": only in A"]),
        join([element("ins", "underlined"), ": only in B"]),
        join([hidden, ": a character that does not show, by its code point and name"]),
        join([ending, ": the end of a paragraph that only one side has"]),
        "In the margin: the ids of the paragraphs, first in A, then in B",
    )
    return outline.section("How to read the marks", "legend", element("ul", *(element("li", line) for line in lines)))


def description(sheet: Sheet, outline: Outline) -> Markup | None:
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
    return outline.section("Description", "description", table)


def _value(letter: str, said: str) -> Markup:
    value = element("span", inline(said, changed=True), dir="auto")
    return element("td", element("span", f"{letter}: ", class_="which"), value)


def emendations(sheet: Sheet, outline: Outline) -> Markup | None:
    """The emendations that only one side has."""
    about = sheet.selection.about
    items = [
        element("li", f"{word}: ", name_of(f"{emendation.paragraph} {emendation_words(emendation)}"))
        for group, word in ((about.removed, "Removed"), (about.added, "Added"))
        for emendation in group
    ]
    return outline.section("Emendations", "emendations", element("ul", *items)) if items else None


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
