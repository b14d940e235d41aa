"""A paragraph proof as a page: the quotation first, and a script that checks the proof in the page, with no request.

It is made like the page of a snapshot, from the same parts of script and style.  The bare proof stands in it as text,
once, so that stock tools take it out of the file; ``proof.js`` makes the whole body again from it, and compares.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from muniment.cite.citation import format_locator
from muniment.digest import parse_digest
from muniment.display.frozen import hidden_in, plain, show
from muniment.log.checkpoint import parse_checkpoint
from muniment.log.encoding import say_place
from muniment.log.note import parse_note
from muniment.markup import Markup, document, element
from muniment.paragraph_proof import FORMAT, ParagraphProof, format_paragraph_proof
from muniment.paragraph_proof.by_hand import COMMANDS, FILE, by_hand, take_out
from muniment.snapshot.page import bar, joined_script, packaged, without_blanks
from muniment.snapshot.page.details import check_list, code, fact
from muniment.snapshot.page.wording import PROSE

CHECKS = (
    ("form", "Proof: in its one form"),
    ("words", "Words: stand in the paragraph, at the place that the proof names"),
    ("paragraph", "Paragraph: part of the version that the log entry names"),
    ("inclusion", "Inclusion: the entry is in the tree under the checkpoint"),
    ("checkpoint", "Checkpoint: signed by the log key below"),
    ("page", "Page: all that it shows is what the proof makes, and nothing else is"),
)
"""The checks of ``proof.js`` by name, in their order, as the page calls them."""

PARTS = ("bytes.js", "log.js", "shown.js", "proof.js", "judged.js", "begun.js")

_PROSE = {
    "eyebrow": "Quotation with its proof",
    "title": " quoted",
    "verdict": PROSE["verdict"],
    "note": PROSE["note"],
    "warning": PROSE["warning"],
    "proven": (
        "When all checks pass, and the log key is that of the archive, then a key of its log signed a checkpoint that "
        "holds the entry of this version, and these words stand in it, unchanged since then."
    ),
    "limits": (
        "It does not prove that the statement is true, who wrote it, who signed the record, what the rest of it says, "
        "when it was published, or what was withdrawn later. Times are claims. An archive records; it does not endorse."
    ),
    "log_key": "Whose log this is. Compare it with the archive, or with a snapshot of it.",
    "record": "What citations quote: the SHA-256 of the file record.json.",
    "signer": "Who signed the record, as the entry names it; that signature is in no proof of a paragraph.",
    "hand": (
        "In a POSIX shell with openssl 3, with the name of this file in place of FILE. With the software called "
        "Muniment, \u201carchive verify FILE\u201d does it, and compares every byte of this page."
    ),
    "bare": "What is checked, as tools read it (C2SP tlog-proof).",
    "notes": {
        "next": "Now compare the log key.",
        "passed": "These words were written by the script from the verified bytes of the proof.",
        "failed": "These words are not verified. They stand here as this page prints them.",
        "unable": "These words were not verified here. They stand as this page prints them.",
    },
}


@cache
def style() -> str:
    """The style sheet: that of the page of a snapshot, and what a quotation needs beside."""
    return without_blanks(packaged("page.css") + _packaged("proof.css"))


def _packaged(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@cache
def script() -> str:
    """The script, the same in each such page."""
    commands = COMMANDS.replace("@BARE@", take_out("html", FILE))
    sources = [_packaged(name) if name == "proof.js" else packaged(name) for name in PARTS]
    return joined_script(sources, {"checks": CHECKS, "format": FORMAT, "commands": commands, **_PROSE}, style())


def format_proof_page(proof: ParagraphProof) -> bytes:
    """Write the page."""
    said = {name: str(value) for name, value in _PROSE.items()}
    hand = element("pre", element("code", by_hand(proof, "html")))
    # A parser drops the line feed after the tag; with it, the proof begins and ends in lines of its own.
    bare = element("pre", "\n", format_paragraph_proof(proof).decode(), id="proof")
    page = document(
        f"{plain(proof.reference)}{said['title']}",
        style(),
        _head(proof),
        bar(
            element("p", element("span", _cited(proof), class_="citation", data_copy="quotation"), class_="brief"),
            element("p", id="copied", role="status"),
        ),
        element(
            "main",
            element("p", said["note"], id="note"),
            _context(proof),
            _section(
                "limits",
                "What this proves, and what it does not",
                element("p", said["proven"]),
                element("p", said["limits"]),
            ),
        ),
        element("div", _compare(proof), check_list(CHECKS), class_="evidence"),
        _section("hand", "Check it by hand", element("p", said["hand"]), hand),
        _section("bare", "The proof", element("p", said["bare"]), bare),
        script=script(),
    )
    return page.encode()


def _section(name: str, heading: str, *children: Markup) -> Markup:
    return element("section", element("h2", heading, id=name), *children, aria_labelledby=name)


def _head(proof: ParagraphProof) -> Markup:
    hidden = hidden_in(proof.paragraph.text)
    where = show(f"{proof.statement.name}, {format_locator(proof.paragraph.id)}")
    return element(
        "header",
        element("h1", str(_PROSE["eyebrow"]), class_="eyebrow"),
        element("blockquote", element("p", show(proof.words, hidden)), id="quote", dir="auto"),
        element("p", where, ", kept by ", show(proof.statement.archive), class_="source"),
    )


def _cited(proof: ParagraphProof) -> str:
    where = f"{proof.statement.name}, {format_locator(proof.paragraph.id)}, {proof.statement.archive}"
    return plain(f"\u201c{proof.words}\u201d ({where}. SHA-256 {parse_digest(proof.statement.record)})")


def _context(proof: ParagraphProof) -> Markup | None:
    """Words of a paragraph, marked where they stand in it."""
    quote, text = proof.quote, proof.paragraph.text
    if quote is None:
        return None
    hidden, end = hidden_in(text), quote.start + len(quote.text)
    words = element("mark", show(quote.text, hidden))
    parts = (show(text[: quote.start], hidden), words, show(text[end:], hidden))
    return _section("context", "In its paragraph", element("p", *parts, class_="context", dir="auto"))


def _compare(proof: ParagraphProof) -> Markup:
    statement = proof.statement
    size = parse_checkpoint(parse_note(proof.checkpoint)[0]).size
    facts = (
        fact("Log key", code(proof.log_key), _aside("log_key")),
        fact("Record", code(statement.record), _aside("record")),
        fact("Record key", code(statement.signer), _aside("signer")),
        fact(
            "Place",
            f"{say_place(proof.index, size)}, ",
            element("span", f"logged {statement.logged_at}, the archive says", class_="aside"),
        ),
    )
    warning = element("p", str(_PROSE["warning"]), class_="warning")
    return _section("compare", "Compare", warning, element("dl", *facts))


def _aside(name: str) -> Markup:
    return element("span", str(_PROSE[name]), class_="aside")
