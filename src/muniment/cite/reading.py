"""A citation read back, whatever style or format it is in.

The beginning tells a format: ``{`` or ``[`` JSON, ``<`` HTML, ``TY  - `` RIS, ``@`` at the beginning of a line BibTeX
or BibLaTeX.  Since a title may begin with anything, it is one only where a hash comes out of it.  All else is words.
Citations are read whole and one at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from muniment.canonical import parse_json
from muniment.cite.check import cited_hashes
from muniment.cite.facts import NI, RECORD, SHORT, Stated
from muniment.cite.formats import read_form, read_json
from muniment.cite.formats.bibtex_entry import begins_entry, has_entry, parse_entry
from muniment.cite.prose import read_text
from muniment.errors import CanonicalError, InputError

MAX_CITATION = 256 * 1024
"""Bytes of a citation, at most: the longest paragraph in an annotation, many times over."""

_REFERENCE = re.compile(r"\s*TY\s+-", re.IGNORECASE)
_OURS = "data-muniment-"
_DIGITS = re.compile("[0-9A-Fa-f]{64}")
_JSON = re.compile(r"[\[\s]*\{\s*\"[^\"]*\"\s*:")


def parse_citation(text: str) -> tuple[Stated, ...]:
    """Read a citation.

    Returns:
        Its parts: one, or for words one for each part that a blank line ends.  Empty where there is no citation.

    Raises:
        InputError: There are several citations, words with several hashes, or markup that cannot be read to its end.
    """
    text = text.removeprefix("\ufeff").strip()
    words = read_text(text)
    formatted = _read_format(text, words)
    if _has_hash(formatted):
        return formatted
    if words and (formatted or _JSON.match(text)) and text.startswith(("{", "[")):
        raise InputError(
            "not a citation in the form written here",
            where="JSON",
            expected="one object, each name once, with the hash where a citation has it",
            hint="cite the version anew as CSL-JSON",
        )
    hashes = cited_hashes(words)
    if len(hashes) > 1:
        raise InputError(
            "two hashes in one citation", expected="one", found=", ".join(hashes[:3]), hint="give them one by one"
        )
    return words


def _has_hash(stated: tuple[Stated, ...]) -> bool:
    return any(part.first(name) is not None for part in stated for name in (RECORD, NI, SHORT))


def _read_format(text: str, words: tuple[Stated, ...]) -> tuple[Stated, ...]:
    # A title may begin as a format does: what can be read as one of our styles is that, unless a hash says otherwise.
    is_style = any(part.form for part in words)
    if text.startswith(("{", "[")):
        return _read_json(text)
    if text.startswith("<"):
        return _read_markup(text, sure=(not is_style and bool(words)) or _OURS in text)
    references, entry = sum(_REFERENCE.match(line) is not None for line in text.splitlines()), begins_entry(text)
    hashed = bool(words) or _DIGITS.search(text) is not None
    _refuse_several(references + (entry and hashed))
    if references:
        return _stated("ris", text)
    return _read_entry(text, sure=entry or not is_style) if hashed and has_entry(text) else ()


def _read_markup(text: str, *, sure: bool) -> tuple[Stated, ...]:
    try:
        return _stated("html", text)
    except InputError:
        if sure:
            raise
        return ()


def _read_entry(text: str, *, sure: bool) -> tuple[Stated, ...]:
    try:
        entry = parse_entry(text)
        return _stated("bibtex" if entry and entry.kind == "misc" else "biblatex", text)
    except InputError:
        if sure:
            raise
        return ()


def _read_json(text: str) -> tuple[Stated, ...]:
    try:
        value = parse_json(text.encode("utf-8", "surrogatepass"))
        if isinstance(value, list):
            _refuse_several(len(value))
            value = value[0] if value else None
        if not isinstance(value, Mapping):
            return ()
        form = "annotation" if "@context" in value else "datacite" if "titles" in value else "csl-json"
        return (Stated(form, read_json(form, value)),)
    except CanonicalError:
        return ()


def _stated(form: str, text: str) -> tuple[Stated, ...]:
    return (Stated(form, read_form(form, text)),)


def _refuse_several(number: int) -> None:
    if number > 1:
        raise InputError("several citations", expected="one", found=str(number), hint="give them one by one")
