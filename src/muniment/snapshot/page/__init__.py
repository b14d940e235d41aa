"""The page that a snapshot begins with: one version to read, which carries its evidence and checks it in the browser.

It stands alone, opened from disk too: the evidence lies in it, once, and its policy lets nothing be fetched.
Without a script everything can be read, and the page says that nothing was checked.  With one, ``page.js`` checks, and
writes the words again from the bytes that verified.  The original is not in it, to keep it small.

It offers the citations too, with a place for the paragraph that its address names.

- ``body``: every paragraph
- ``details``: checks, hashes, description, limits
- ``meta``: what the page tells to programs
- ``wording``: what it says in words of its own
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from muniment.cite import Citation, format_long, format_short
from muniment.cite.address import anchor
from muniment.cite.citation import format_locator
from muniment.digest import ni_uri, sha256_hex
from muniment.display.frozen import LANGUAGES, NAMES, SCRIPTS, TAGS, plain
from muniment.markup import HOLE, Child, Markup, MarkupTemplate, data_block, document, element, join
from muniment.record import FORMAT, RECORD_PATH, SIGNATURE_PATH, Record
from muniment.snapshot.page.body import words
from muniment.snapshot.page.details import CHECKS, STAMPS, checks, compare, description, fact, head, limits
from muniment.snapshot.page.meta import meta
from muniment.snapshot.page.wording import NOTES, PROSE
from muniment.snapshot.signed_files import PROOF, STATEMENT, SignedFiles
from muniment.trust.chain import FOLDER


def citations(citation: Citation, record: Record) -> Markup:
    """Citations to copy; the script writes the paragraph that the address names into them."""
    first = record.paragraphs[0]
    fragment = anchor(first, 1)
    address = None if citation.address is None else f"{citation.address}#{fragment}"
    part = replace(citation, paragraph=first.id, address=address)
    long, short = (
        _cite(name, write(citation), write(part), format_locator(first.id), fragment if address else "")
        for name, write in (("full citation", format_long), ("short citation", format_short))
    )
    # The script adds the paragraph as a fragment.
    reference = _citation("reference", citation.reference, {"data_whole": citation.reference, "data_is": "reference"})
    hashes = _citation("hash", ni_uri(citation.sha256), {"data_is": "ni"})
    return _CITE.fill(short, long, reference, hashes)


_CITE = MarkupTemplate.of(
    element(
        "section",
        element("h2", "Cite", id="cite"),
        element("p", "Of the whole version:", id="cited"),
        element("p", HOLE, class_="brief"),
        element(
            "details",
            element("summary", "Full citation, reference, hash"),
            element("dl", fact("Full", HOLE), fact("Reference", HOLE), fact("Hash as a URI", HOLE)),
        ),
        element("p", id="copied", role="status"),
        aria_labelledby="cite",
    )
)


def _cite(name: str, whole: str, part: str, locator: str, fragment: str) -> Markup:
    """A citation, with the text before and after the locator for when there is one, and behind its anchor."""
    start = next(at for at, (a, b) in enumerate(zip(whole, part, strict=False)) if a != b)
    place = part.index(locator, start)
    after = part[place + len(locator) :]
    at = after.find(f"#{fragment}>") + 1 if fragment else 0
    end = {"data_end": after[at + len(fragment) :]} if at else {}
    forms = {"data_whole": whole, "data_before": part[:place], "data_after": after[:at] if at else after, **end}
    return _citation(name, whole, {**forms, "id": name.partition(" ")[0]})


def _citation(name: str, text: str, forms: dict[str, str]) -> Markup:
    copies = {key: plain(value) for key, value in forms.items()}
    return element("span", plain(text), class_="citation", data_copy=name, **copies)


def format_page(signed_files: SignedFiles) -> bytes:
    """Write the page.

    Args:
        signed_files: Verified.
    """
    record = signed_files.version.record
    page = document(
        f"{plain(record.description.title)} ({record.name})",
        style(),
        head(signed_files),
        bar(_scope(), citations(signed_files.citation, signed_files.version.record)),
        element("main", text_section(record)),
        element("div", compare(signed_files), checks(signed_files), class_="evidence"),
        description(signed_files),
        limits(signed_files),
        _evidence(signed_files),
        head=meta(signed_files),
        script=script(stamped=bool(signed_files.timestamps), of=record.format),
    )
    return page.encode()


def bar(*children: Child) -> Markup:
    """What stays in view: the verdict, and how to cite what is read."""
    return element("div", element("p", PROSE["verdict"], id="verdict", role="status"), *children, class_="bar")


def _scope() -> Markup:
    """What the verdict is on, and what checks the rest of the snapshot."""
    shell, program = (element("code", said) for said in ("sh data/verify.sh", "archive verify ."))
    return element("p", PROSE["scope"], shell, " or ", program, class_="scope")


_ABOUT = (
    "// Checks the evidence in this page and writes the words again from what verified; nothing is fetched.\n"
    "// Each line is one of the commented source of Muniment, src/muniment/snapshot/page/*.js.\n"
)
PARTS = ("bytes.js", "sshsig.js", "log.js", "shown.js", "page.js", "page_frame.js", "words.js", "judged.js", "begun.js")
"""The files that the script is made of, in their order."""

CHARSET = (", ${original.charset}", '${original.charset ? `, ${original.charset}` : ""}')
"""A PDF has no charset; only the script of records that may have none asks."""


@cache
def script(*, stamped: bool, of: str = FORMAT) -> str:
    """The script of pages with or without time stamps: most have none, and need not carry that check.

    Args:
        stamped: Whether there are time stamps.
        of: The format of the record, which is the only one that the script takes.
    """
    parts = [*PARTS[:-2], *(["page_stamps.js"] if stamped else []), *PARTS[-2:]]
    own = {"checks": [*CHECKS, *([STAMPS] if stamped else [])], **PROSE, "notes": NOTES}
    joined = joined_script([packaged(name) for name in parts], own, style())
    return joined if of == FORMAT else joined.replace(f'"{FORMAT}"', f'"{of}"').replace(*CHARSET)


def joined_script(parts: Sequence[str], own: Mapping[str, object], style: str, about: str = _ABOUT) -> str:
    """Join the parts of a script, each line as it stands in its file, without indentation and lines of comment.

    Args:
        parts: The texts of its files.
        own: What the script has to know of the page that it checks.
        style: Its style sheet.
        about: Lines of comment, which say what it is.
    """
    own = {
        **own,
        "style": sha256_hex(style.encode()),
        "names": NAMES,
        "tags": TAGS,
        "scripts": SCRIPTS,
        "languages": LANGUAGES,
    }
    lines = [line.strip() for part in parts for line in part.splitlines()]
    kept = "\n".join(line for line in lines if line and not line.startswith("//"))
    words = json.dumps(own, separators=(",", ":"), ensure_ascii=False)
    return f'{about}"use strict";\n(async () => {{\nconst OWN = {words};\n{kept}\n}})();\n'


_BLANKS = re.compile(r"(?<=[{};,])\s+|\s+(?=[{}])|(?<=:) +|;(?=\s*})|/\*.*?\*/\s*", re.DOTALL)


@cache
def style() -> str:
    """The style sheet of the page."""
    return without_blanks(packaged("page.css"))


def without_blanks(sheet: str) -> str:
    """Take the blanks out of a style sheet that mean nothing, and its comments: they are for who writes it.

    Args:
        sheet: One of ours: no string in it holds a brace, or a comma or colon before a blank.
    """
    return _BLANKS.sub("", sheet).strip()


@cache
def packaged(name: str) -> str:
    """The style sheet or the script of the page."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def text_section(record: Record) -> Markup:
    """The words, with the choice of which text to show where there are two."""
    return _TEXT.fill(join(_switch(record)), words(record))


_TEXT = MarkupTemplate.of(
    element(
        "section",
        element("h2", "Text", id="text"),
        element("p", PROSE["note"], id="note"),
        HOLE,
        HOLE,
        aria_labelledby="text",
    )
)


def _switch(record: Record) -> Iterator[Child]:
    """Which text to show, where there are two; the style sheet does the rest."""
    texts = [paragraph.text for paragraph in record.paragraphs]
    brackets = any("[" in text or "]" in text for text in texts)
    if not record.emendations and not brackets and not any("\n" in text for text in texts):
        return
    yield element(
        "fieldset",
        element("legend", "Show the text"),
        _choice("view-reading", "to read", checked=True),
        _choice("view-received", "as received", checked=False),
        class_="switch",
    )
    if record.emendations:
        yield element(
            "p",
            PROSE["brackets"],
            class_="now legend",
        )
    if brackets:
        yield element("p", PROSE["square"], class_="now legend")


def _choice(key: str, label: str, *, checked: bool) -> Markup:
    # Browsers keep what was chosen over a reload unless told otherwise.
    box = element("input", type="radio", id=key, name="view", checked=checked, autocomplete="off")
    return element("label", box, f" {label}", for_=key)


def _evidence(signed_files: SignedFiles) -> Markup:
    """What the script checks: the files by path as base64."""
    version = signed_files.version
    carried = {
        RECORD_PATH: version.record_bytes,
        SIGNATURE_PATH: version.signature,
        STATEMENT: signed_files.statement,
        PROOF: signed_files.proof,
        **{f"{FOLDER}/{name}": data for root in signed_files.roots for name, data in sorted(root.files.items())},
        **{path: data for path, data in sorted(signed_files.timestamps.items()) if path.endswith(".tsr")},
    }
    value = {"files": {path: _carried(path, data) for path, data in carried.items()}}
    return data_block("application/json", value, id="evidence")


def _carried(path: str, data: bytes) -> str:
    """A file as the page carries it: JSON as its text, whose bytes are hashed as they are; all else as base64."""
    return data.decode(errors="replace") if path.endswith(".json") else base64.b64encode(data).decode()
