"""Kinds of text by name, and what reference managers call each.

A genre is free text in the record.  The words of this list have one spelling, and types of their own in the formats;
any other word is a document there, and stands in the field for the kind of work as it is.  Where the record has no
genre, a citation says ``document``, which is true of every text, and claims no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from muniment.errors import InputError

UNKNOWN = "document"
"""What a citation says where the record has no genre."""

LONGEST = 60
"""Code points of a genre, at most, as in the schema of records."""

_SIGNS = '"“”„‟«»‹›‘‚‛()\\[\\]{}<>,.;:!?|/\\\\#@'
_TERM = re.compile(rf"[^\x00-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff{_SIGNS}]+")


@dataclass(frozen=True, slots=True)
class Types:
    """The type of a genre in each format.

    Attributes:
        csl: ``type`` of CSL 1.0.2.
        ris: ``TY`` of RIS, of those that reference managers read.
        biblatex: Kind of entry.  Styles of BibTeX know none of them, so its entries are ``misc``.
        datacite: ``resourceTypeGeneral`` of DataCite 4.5.
    """

    csl: str = "document"
    ris: str = "GEN"
    biblatex: str = "online"
    datacite: str = "Text"


_LAW = Types("legislation", "STAT", "legislation")
GENRES: Mapping[str, Types] = {
    "press release": Types(),
    "statement": Types(),
    "communiqué": Types(),
    "declaration": Types(),
    "announcement": Types(),
    "notice": Types(),
    "speech": Types("speech"),
    "interview": Types("interview"),
    "hearing": Types("hearing", "HEAR"),
    "letter": Types("personal_communication", "PCOMM"),
    "open letter": Types(),
    "blog post": Types("post-weblog", "BLOG"),
    "report": Types("report", "RPRT", "report", "Report"),
    "law": _LAW,
    "decree": _LAW,
    "regulation": Types("regulation", "STAT", "legislation"),
    "bill": Types("bill", "BILL", "legislation"),
    "treaty": Types("treaty"),
    "judgment": Types("legal_case", "CASE", "jurisdiction"),
    "resolution": Types(),
    "policy": Types(),
    "terms of service": Types(),
    "privacy policy": Types(),
}
"""The list, in the spelling that a citation has inside a sentence."""

_FOLDED = {normalize("NFC", term).casefold(): term for term in GENRES} | {
    "communique": "communiqué",
    "judgement": "judgment",
    "media release": "press release",
    "news release": "press release",
    "terms": "terms of service",
}


def types_of(term: str | None) -> Types:
    """Give the types of a genre; those of a document where it is not of the list, or not known."""
    return GENRES.get(term or UNKNOWN, Types())


def spell_genre(text: str) -> str:
    """Give the spelling of the list for a genre of it, and any other as it is, its blanks folded.

    Raises:
        InputError: It holds what would not be read back out of a citation, or is too long.
    """
    term = " ".join(text.split())
    known = _FOLDED.get(normalize("NFC", term).casefold())
    if known is not None:
        return known
    if not is_genre(term):
        raise InputError(
            "this cannot be a genre",
            where="genre",
            expected=f"a word or a few, at most {LONGEST} characters, without brackets, stops and quotation marks",
            found=term[:LONGEST],
            hint=f"for example {', '.join(list(GENRES)[:4])}; the rest may stand in a note",
        )
    return term


def is_genre(term: str) -> bool:
    """Whether a genre of a record may be this."""
    return len(term) <= LONGEST and _TERM.fullmatch(term) is not None


def capital(term: str) -> str:
    """Begin a genre with a capital, as where a sentence or a field begins."""
    first = term[:1].upper()
    return f"{first}{term[1:]}" if len(first) == 1 else term
