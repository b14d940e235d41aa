"""A citation read back, whatever style or format it is in.

Words of a style are known by their pattern, since a title may begin with anything.  Else the beginning tells: ``{`` or
``[`` JSON, ``<`` HTML, ``TY  - `` RIS, ``@`` at the beginning of a line BibTeX or BibLaTeX.  Citations are read whole
and one at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from muniment.canonical import parse_json
from muniment.cite.fact import Stated
from muniment.cite.forms import read_form, read_json
from muniment.cite.textread import read_text
from muniment.errors import CanonicalError, InputError

MAX_CITATION = 256 * 1024
"""Bytes of a citation, at most: the longest paragraph in an annotation, many times over."""

_ENTRY = re.compile(r"^@([A-Za-z]+)\s*\{", re.MULTILINE)
_REFERENCE = re.compile(r"^TY  - ", re.MULTILINE)


def read_citation(text: str) -> tuple[Stated, ...]:
    """Read a citation.

    Returns:
        Its parts: one, or for words one for each part that a blank line ends.  Empty where there is no citation.

    Raises:
        InputError: There are several citations.
    """
    text = text.removeprefix("\ufeff").strip()
    words = read_text(text)
    if len(words) == 1 and words[0].form:
        return words
    if text.startswith(("{", "[")):
        return _read_json(text) or words
    if text.startswith("<"):
        return _stated("html", text) or words
    references, entries = _REFERENCE.findall(text), _ENTRY.findall(text)
    _refuse_several(len(references) + len(entries))
    if references:
        return _stated("ris", text)
    if entries:
        return _stated("bibtex" if entries[0].lower() == "misc" else "biblatex", text)
    return words


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
