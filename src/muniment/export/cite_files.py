"""The folder ``cite/``: the citation of the version in every style, and in the formats that other software imports."""

from __future__ import annotations

from collections.abc import Mapping

from muniment.cite.formats import STYLE_NAMES, format_form, format_text
from muniment.digest import format_digest, ni_uri
from muniment.export.material import Material

CITATION = "cite/citation.txt"
CSL = "cite/citation.csl.json"

FORMS: Mapping[str, str] = {
    CSL: "csl-json",
    "cite/citation.bib": "biblatex",
    "cite/citation.ris": "ris",
    "cite/citation.datacite.json": "datacite",
}
"""The format of each file but ``citation.txt``."""

CITE_FILES = (CITATION, *FORMS)


def citation_files(material: Material) -> dict[str, bytes]:
    """Give the files by path below ``data/``; none of them names a day of access, for nobody's is known."""
    citation = material.citation
    return {
        CITATION: _citation_text(material),
        **{path: format_form(form, citation).encode() for path, form in FORMS.items()},
    }


def _citation_text(material: Material) -> bytes:
    """Every style under its name, then the hash in both spellings; an empty line after each, as who reads it wants."""
    citation = material.citation
    blocks = [block for style in STYLE_NAMES for block in (f"{style}:", format_text(style, citation))]
    blocks.append(f"{format_digest(citation.sha256)}\n{ni_uri(citation.sha256)}")
    return ("\n\n".join(blocks) + "\n").encode()
