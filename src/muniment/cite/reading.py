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
from muniment.cite.prose import read_text
from muniment.errors import CanonicalError, InputError

MAX_CITATION = 256 * 1024
"""Bytes of a citation, at most: the longest paragraph in an annotation, many times over."""

_ENTRY = re.compile(r"^@([A-Za-z]+)\s*\{", re.MULTILINE)
_REFERENCE = re.compile(r"^TY  - ", re.MULTILINE)


def parse_citation(text: str) -> tuple[Stated, ...]:
    """Read a citation.

    Returns:
        Its parts: one, or for words one for each part that a blank line ends.  Empty where there is no citation.

    Raises:
        InputError: There are several citations, or words with several hashes.
    """
    text = text.removeprefix("\ufeff").strip()
    words, formatted = read_text(text), _read_format(text)
    if formatted and (not words or _has_hash(formatted)):
        return formatted
    hashes = cited_hashes(words)
    if len(hashes) > 1:
        raise InputError(
            "two hashes in one citation", expected="one", found=", ".join(hashes[:3]), hint="give them one by one"
        )
    return words


def _has_hash(stated: tuple[Stated, ...]) -> bool:
    return any(part.first(name) is not None for part in stated for name in (RECORD, NI, SHORT))


def _read_format(text: str) -> tuple[Stated, ...]:
    if text.startswith(("{", "[")):
        return _read_json(text)
    if text.startswith("<"):
        return _stated("html", text)
    references, entries = _REFERENCE.findall(text), _ENTRY.findall(text)
    _refuse_several(len(references) + len(entries))
    if references:
        return _stated("ris", text)
    return _stated("bibtex" if entries[0].lower() == "misc" else "biblatex", text) if entries else ()


def _read_json(text: str) -> tuple[Stated, ...]:
    try:
        value = parse_json(text.encode("utf-8", "surrogatepass"))
        if isinstance(value, list):
            _refuse_several(len(value))
            value = value[0] if value else None
        if not isinstance(value, Mapping):
            return ()
        form = "annotation" if "@context" in value else "datacite" if "titles" in value else "csl-json"
        facts = read_json(form, value)
    except CanonicalError:
        return ()
    return (Stated(form, facts),) if facts else ()


def _stated(form: str, text: str) -> tuple[Stated, ...]:
    facts = read_form(form, text)
    return (Stated(form, facts),) if facts else ()


def _refuse_several(number: int) -> None:
    if number > 1:
        raise InputError("several citations", expected="one", found=str(number), hint="give them one by one")
