"""The styles and the formats by name: how each is written, and how it is read back.

- ``bibtex``: BibTeX and BibLaTeX
- ``bibtex_entry``: the one entry of a BibTeX file, read to its end
- ``csl``: CSL-JSON
- ``ris``: RIS
- ``datacite``: DataCite JSON
- ``robust_links``: HTML with Robust Links
- ``annotation``: W3C Web Annotation
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from muniment.canonical import parse_json
from muniment.cite.citation import Citation
from muniment.cite.facts import Fact
from muniment.cite.formats.annotation import annotation, read_annotation
from muniment.cite.formats.bibtex import format_biblatex, format_bibtex, read_bibtex
from muniment.cite.formats.csl import csl_item, read_csl
from muniment.cite.formats.datacite import datacite_record, read_datacite
from muniment.cite.formats.ris import format_ris, read_ris
from muniment.cite.styles import (
    format_apa,
    format_bluebook,
    format_chicago_bibliography,
    format_chicago_note,
    format_long,
    format_mla,
    format_short,
)
from muniment.errors import CanonicalError

SHORT = "short"

STYLES: Mapping[str, Callable[..., str]] = {
    "long": format_long,
    "apa": format_apa,
    "chicago-note": format_chicago_note,
    "chicago-bibliography": format_chicago_bibliography,
    "mla": format_mla,
    "bluebook": format_bluebook,
}
"""The styles that carry the whole hash; each takes ``pin`` too.  ``short`` is the one that does not."""


def _format_html(citation: Citation) -> str:
    from muniment.cite.formats.robust_links import format_html  # noqa: PLC0415 - start-up: a snapshot has every form but this one

    return format_html(citation)


def _read_html(text: str) -> tuple[Fact, ...]:
    from muniment.cite.formats.robust_links import read_html  # noqa: PLC0415 - start-up, as above

    return read_html(text)


_JSON: Mapping[str, tuple[Callable[[Citation], dict[str, Any]], Callable[[Mapping[str, Any]], tuple[Fact, ...]]]] = {
    "csl-json": (csl_item, read_csl),
    "datacite": (datacite_record, read_datacite),
    "annotation": (annotation, read_annotation),
}
_PLAIN: Mapping[str, tuple[Callable[[Citation], str], Callable[[str], tuple[Fact, ...]]]] = {
    "biblatex": (format_biblatex, read_bibtex),
    "bibtex": (format_bibtex, read_bibtex),
    "ris": (format_ris, read_ris),
    "html": (_format_html, _read_html),
}
STYLE_NAMES = ("long", SHORT, *(name for name in STYLES if name != "long"))
FORMAT_NAMES = ("csl-json", "biblatex", "bibtex", "ris", "datacite", "html", "annotation")


def format_citation(citation: Citation, shape: str, *, pin: bool = False) -> str:
    """Write a citation.

    Args:
        citation: What to say.
        shape: One of ``STYLE_NAMES``, for people: words without a final line feed; or one of ``FORMAT_NAMES``, for
            programs: text with a final line feed.
        pin: Whether a style names trust root 1 too, as every format does; the short style never does.
    """
    if shape == SHORT:
        return format_short(citation)
    if shape in STYLES:
        return STYLES[shape](citation, pin=pin)
    if shape in _PLAIN:
        return _PLAIN[shape][0](citation)
    return orjson.dumps(json_value(shape, citation), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def json_value(form: str, citation: Citation) -> object | None:
    """Give the JSON of a format, CSL as the list that its schema wants; None for formats that are not JSON."""
    if form not in _JSON:
        return None
    value = _JSON[form][0](citation)
    return [value] if form == "csl-json" else value


def read_form(form: str, text: str) -> tuple[Fact, ...]:
    """Read the facts of a citation in a format, or in words of a style; nothing where it is none.

    Raises:
        CanonicalError: JSON that cannot be read.
    """
    if form in _PLAIN:
        return _PLAIN[form][1](text)
    if form in _JSON:
        return read_json(form, parse_json(text.encode()))
    from muniment.cite.prose import read_style  # noqa: PLC0415 - start-up, as above

    return read_style(form, text)


def read_json(form: str, value: object) -> tuple[Fact, ...]:
    """Read the facts of a JSON value, of CSL also as a list of one item."""
    item = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(item, Mapping):
        raise CanonicalError("not a citation", expected="an object", found=type(value).__name__)
    return _JSON[form][1](item)
