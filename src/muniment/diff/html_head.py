"""The head of the page on a comparison: what changed in a line, both sides by name and hash, what the marks mean."""

from __future__ import annotations

from muniment.diff.html_text import inline
from muniment.diff.sheet import Party, Sheet, say_emendation, say_value, summary_of
from muniment.markup import Markup, element, join


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
    return join(["Changes from ", _name(sheet.a.name), " to ", _name(sheet.b.name)])


def _name(text: str) -> Markup:
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
        ("Logged", inline(f"{party.logged_at} (claimed)") if party.logged_at else None),
    )
    rows = [join([element("dt", name), element("dd", value)]) for name, value in facts if value]
    heading = element("h2", element("span", letter, class_="letter"), " ", _name(party.name))
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
        element("li", f"{word}: ", _name(f"{emendation.paragraph} {say_emendation(emendation)}"))
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
