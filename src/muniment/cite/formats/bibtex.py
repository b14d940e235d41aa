r"""BibTeX and BibLaTeX entries, in UTF-8.

Titles and issuers are in two pairs of braces, so that no style changes capitals or takes a name apart.  Both formats
carry fields that styles pass over: ``sha256``, ``origin``, ``release``.  A locator belongs to the place that cites, so
a paragraph is in the line before the entry, which is no part of it, as the argument that ``\cite`` takes, which
BibTeX and biblatex both know.

Text is escaped as LaTeX source, and read back.  Besides the ten special characters (The LaTeX Companion, section 3.1),
what a font would join is kept apart by ``{}``: two hyphens are not a dash, two commas not a quotation mark.  Braces
are written as commands, because BibTeX counts them even behind a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from muniment.cite.citation import SHORT_MONTHS, Citation, date_parts, format_locator, parse_locator
from muniment.cite.facts import (
    ADDRESS,
    BASIS,
    DATE,
    EXTRA,
    GENRE_STATED,
    INDEX,
    ISSUER,
    LANGUAGE,
    LOGGED,
    MONTH,
    ORIGIN,
    PARAGRAPH,
    PRINTED,
    RECORD,
    REFERENCE,
    ROOT,
    SOURCE,
    TEXT,
    TITLE,
    VERSION,
    YEAR,
    Fact,
    format_notes,
    listed,
    parse_notes,
    withdrawn_words,
)
from muniment.cite.fields import Pair, others
from muniment.cite.formats.bibtex_entry import parse_entry
from muniment.cite.genres import capital, types_of
from muniment.display import plain

_COMMANDS = {
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "&": "\\&",
    "%": "\\%",
    "$": "\\$",
    "#": "\\#",
    "_": "\\_",
}
_CHARACTERS = {command: character for character, command in _COMMANDS.items()}
_SPECIAL = re.compile("[" + re.escape("".join(_COMMANDS)) + "]")
# Ligatures of the fonts of TeX: dashes, quotation marks, guillemets, turned punctuation.
_JOINED = re.compile("(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)|(?<=,)(?=,)|(?<=<)(?=<)|(?<=>)(?=>)|(?<=[?!])(?=`)")
_COMMAND = re.compile(r"\\text[a-z]+(?:\{\}| |(?![a-z]))|\\[&%$#_{}]|\{|\}|~")


def format_tex(text: str) -> str:
    """Write text so that LaTeX sets exactly these characters."""
    parted = _JOINED.split(plain(text))
    return "{}".join(_SPECIAL.sub(lambda match: _COMMANDS[match[0]], part) for part in parted)


def parse_tex(source: str) -> str:
    """Read such text back, and what other software writes in its place; other commands stay as they are."""
    return _COMMAND.sub(_character, source)


def _character(match: re.Match[str]) -> str:
    command = match[0]
    if command in {"{", "}"}:
        return ""
    if command == "~":
        return " "
    if command in {"\\{", "\\}"}:
        return command[1]
    return _CHARACTERS.get(command) or _CHARACTERS.get(f"{command.rstrip(' {}')}{{}}") or command


_MACROS = tuple(month[:3].lower() for month in SHORT_MONTHS)
_FACTS = {
    "title": TITLE,
    "author": ISSUER,
    "date": DATE,
    "version": VERSION,
    "organization": ORIGIN,
    "origin": ORIGIN,
    "eprint": RECORD,
    "sha256": RECORD,
    "release": REFERENCE,
    "logindex": INDEX,
    "trustroot": ROOT,
    "sourceurl": SOURCE,
    "loggedat": LOGGED,
    "bcp47": LANGUAGE,
    "howpublished": TEXT,
    "year": YEAR,
    "month": MONTH,
    "shorttitle": TITLE,
    "publisher": ORIGIN,
    "institution": ORIGIN,
    "titleaddon": GENRE_STATED,
    "type": GENRE_STATED,
    "url": ADDRESS,
}
_LOCATOR = re.compile(r"^% [^\n\\]{0,200}\\(?:auto)?cite\[((?:para\.|heading)~[^\]\n]{1,100})\]", re.MULTILINE)
_LOCATED = re.compile(
    r"^% The paragraph: \\(?:auto)?cite\[(?:para\.|heading)~[^\]\n]{1,100}\]\{[^\n{}\\]{0,200}\}[ \t\r]*$", re.MULTILINE
)
_HARMLESS = frozenset(
    (
        *("keywords", "file", "groups", "owner", "timestamp", "urldate", "lastchecked", "langid", "eprinttype", "key"),
        *("creationdate", "modificationdate", "date-added", "date-modified", "bdsk-url-1", "bdsk-file-1", "comment"),
        *("annote", "annotation", "__markedentry", "priority", "ranking", "readstatus", "qualityassured", "printed"),
        "pubstate",
    )
)


def format_biblatex(citation: Citation) -> str:
    """Write the entry for biblatex: ``@online`` or what its genre is there; date, version and eprint are fields."""
    notes = format_notes(citation, PRINTED)
    fields = [
        *_lead(citation),
        *([("date", citation.issued.date)] if citation.issued.date else []),
        ("titleaddon", format_tex(capital(citation.kind))),
        ("version", str(citation.version)),
        ("organization", format_tex(citation.origin)),
        ("eprint", citation.sha256),
        ("eprinttype", "sha256"),
        ("note", notes[0]),
        ("addendum", format_tex("; ".join(notes[1:]))),
        ("pubstate", withdrawn_words(citation)),
        *_facts(citation),
    ]
    return _entry(types_of(citation.genre.term).biblatex, citation, fields)


def format_bibtex(citation: Citation) -> str:
    """Write the entry for BibTeX: ``@misc``, whose styles know neither version nor hash, so a note says them."""
    published = (
        f"{capital(citation.kind)}. Archive version {citation.version} ({citation.reference}), {citation.origin}"
    )
    notes = [*format_notes(citation, (RECORD, BASIS, SOURCE, ADDRESS)), withdrawn_words(citation)]
    fields = [
        *_lead(citation),
        *_year_month(citation),
        ("howpublished", format_tex(published)),
        ("note", format_tex("; ".join(filter(None, notes)))),
        ("version", str(citation.version)),
        ("sha256", citation.sha256),
        *_facts(citation),
    ]
    return _entry("misc", citation, fields)


def _lead(citation: Citation) -> Iterator[tuple[str, str]]:
    if citation.issuer:
        yield "author", f"{{{format_tex(citation.issuer)}}}"
    yield "title", f"{{{format_tex(citation.title)}}}"


def _year_month(citation: Citation) -> Iterator[tuple[str, str]]:
    if citation.issued.date is None:
        return
    year, *rest = date_parts(citation.issued.date)
    yield "year", f"{year:04}"
    for month in rest[:1]:
        # A macro, which every style has in its own language; a day is joined to it as BibTeX joins texts.
        yield "month", f'{_MACROS[month - 1]} # "~{rest[1]}"' if len(rest) == 2 else _MACROS[month - 1]


def _facts(citation: Citation) -> Iterator[tuple[str, str]]:
    """Fields that no style prints: they cost nothing, and what reads the entry need not take notes apart."""
    yield "origin", format_tex(citation.origin)
    yield "release", citation.reference
    yield "logindex", str(citation.index)
    yield "loggedat", citation.logged_at
    if citation.root:
        yield "trustroot", citation.root
    if citation.address:
        yield "url", citation.address
    if citation.source:
        yield "sourceurl", format_tex(citation.source)
    if citation.language != "und":
        yield "bcp47", citation.language


def _entry(kind: str, citation: Citation, fields: list[tuple[str, str]]) -> str:
    lines = [
        f"  {name:<12} = {value if name == 'month' else f'{{{value}}}'},\n" for name, value in fields if value != ""
    ]
    head = ""
    if citation.paragraph is not None:
        locator = format_locator(citation.paragraph).replace(" ", "~")
        head = f"% The paragraph: \\cite[{locator}]{{{citation.key}}}\n"
    return f"{head}@{kind}{{{citation.key},\n{''.join(lines)}}}\n"


def read_bibtex(text: str) -> tuple[Fact, ...]:
    """Read an entry, each field of it; fields that are missing state nothing.

    Raises:
        InputError: There are several entries, or one that cannot be read to its end.
    """
    entry = parse_entry(text)
    if entry is None:
        return ()
    locator = _LOCATOR.search(entry.around)
    around = _LOCATED.sub("", entry.around, count=1)
    return listed(
        [
            *(pair for name, value in entry.fields for pair in _read_field(name, value)),
            (PARAGRAPH, parse_locator(locator[1].replace("~", " ")) if locator else None, "the line before the entry"),
            (EXTRA, entry.kind, "kind of the entry"),
            (EXTRA, entry.key, "key of the entry"),
            (EXTRA, " ".join(around.split()), "words around the entry"),
        ]
    )


def _read_field(name: str, value: str) -> Iterator[Pair]:
    words = " ".join(parse_tex(value).split())
    if name in _FACTS:
        yield _FACTS[name], words, name
    elif name in {"note", "addendum"}:
        lines = words.split("; ")
        yield from parse_notes(lines, name)
    else:
        yield from others(words, name, _HARMLESS)
