"""Citations of one version, or of one paragraph in it, that a stranger can check.

One module a format; in each, what is written and how it is read back stand side by side.  ``forms`` lists the styles
and the formats by name, and ``check`` holds what a citation states against the version that its hash names.

Every style but the short one, and every format, carries the whole SHA-256 of the record.
"""

from __future__ import annotations

from muniment.cite.citation import GENRE, NO_DATE, Citation, Quotation, make_citation
from muniment.cite.formats.csl import csl_item, format_csl
from muniment.cite.styles import format_long, format_short

__all__ = [
    "GENRE",
    "NO_DATE",
    "Citation",
    "Quotation",
    "csl_item",
    "format_csl",
    "format_long",
    "format_short",
    "make_citation",
]
