"""Citations of one version, or of one paragraph in it, that a stranger can check.

- ``citation``: what a citation says, with its dates and locators
- ``facts``: one fact that a citation states, as it stands there
- ``genres``: kinds of text, and their types in each format
- ``quoting``: quotation marks in quotation marks, and the signs that end a title
- ``address``: where a version stands on the archive's web site
- ``fields``: every member of a citation in a format, so that nothing passes unseen
- ``styles``: APA, Chicago, MLA and the Bluebook: how each is written, long and short
- ``prose``: a citation in any style read back out of running text, from its hash outwards
- ``context``: what stands around a citation on a page
- ``normalization``: words without their dress: signs, blanks, case and ligatures
- ``pasted``: a citation looked for in the words around it
- ``reading``: a citation read back, whatever its style or format
- ``check``: what a citation states, held against the version that its hash names
- ``formats``: the formats for machines, by name
"""

from __future__ import annotations

from muniment.cite.citation import NO_DATE, Citation, Quotation, make_citation
from muniment.cite.formats.csl import csl_item, format_csl
from muniment.cite.styles import format_long, format_short

__all__ = [
    "NO_DATE",
    "Citation",
    "Quotation",
    "csl_item",
    "format_csl",
    "format_long",
    "format_short",
    "make_citation",
]
