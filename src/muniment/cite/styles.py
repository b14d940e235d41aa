"""The long and the short text, APA 7, Chicago 17 and 18 (note and bibliography), MLA 9, and a style after the Bluebook.

Each follows its handbook for a statement without a personal author, with three differences on purpose.  The title
keeps its words: no title case; its quotation marks and the sign at its end follow the style (``quoting``).  The
version is called *archive version*, because an issuer may count its own.  The archive's name, the reference and the
whole hash are where the handbook puts the place of an archival copy, with the page of the version where the archive
has a web site; the address of the source is called so, because what is there today need not be what is cited.

Plain text has no italics; the title is set in italics by hand where a style asks for it (APA).  Square brackets hold
the archive's words, not the publisher's, as is the habit in bibliographies; a date that was inferred is in them.  The
long text carries the whole SHA-256 of the record.  The short text carries 16 digits of it: they find a version and
prove nothing.  Each ends with the withdrawal of the version, where the archive withdrew it (decision 34).
"""

from __future__ import annotations

from muniment.cite.citation import (
    MONTHS,
    SHORT_MONTHS,
    Citation,
    day_first,
    format_locator,
    month_first,
    year_first,
)
from muniment.cite.facts import withdrawn_words
from muniment.cite.genres import capital
from muniment.cite.quoting import before_comma, ended, nested, unstopped


def format_apa(citation: Citation, *, pin: bool = False) -> str:
    """Write ``Issuer. (2022, January). Title (Archive version 1, para. 16) [Press release]. ORIGIN, …``.

    Without an issuer the title leads and the date follows it (APA 7).
    """
    date = f"({year_first(citation.issued)})."
    work = f"{unstopped(citation.title)} ({_version('A', citation)}) [{capital(citation.kind)}]."
    lead = [_stopped(citation.issuer), date, work] if citation.issuer else [work, date]
    return _told(citation, " ".join([*lead, f"{_identity(citation, pin=pin)}.", *_source(citation, "Source: ")]))


def format_chicago_note(citation: Citation, *, pin: bool = False) -> str:
    """Write ``Issuer, “Title,” press release, January 5, 2022, archive version 1, para. 16, ORIGIN, ….``."""
    parts = [
        *([citation.issuer] if citation.issuer else []),
        f"“{before_comma(citation.title)}” {citation.kind}",
        month_first(citation.issued, MONTHS),
        _version("a", citation),
        _identity(citation, pin=pin),
        *_source(citation, "source: "),
    ]
    return _told(citation, f"{', '.join(parts)}.")


def format_chicago_bibliography(citation: Citation, *, pin: bool = False) -> str:
    """Write ``Issuer. “Title.” Press release, January 5, 2022. Archive version 1, para. 16. ORIGIN, ….``."""
    sentences = [
        *([_stopped(citation.issuer)] if citation.issuer else []),
        f"“{ended(citation.title)}”",
        _stopped(f"{capital(citation.kind)}, {month_first(citation.issued, MONTHS)}"),
        f"{_version('A', citation)}.",
        f"{_identity(citation, pin=pin)}.",
        *(f"{source}." for source in _source(citation, "Source: ")),
    ]
    return _told(citation, " ".join(sentences))


def format_mla(citation: Citation, *, pin: bool = False) -> str:
    """Write ``Issuer. “Title.” Archive version 1, 5 Jan. 2022, ORIGIN, …. Press release, par. 16.``.

    An unknown date is left out (MLA 9).
    """
    parts = [
        f"Archive version {citation.version}",
        *([day_first(citation.issued, SHORT_MONTHS)] if citation.issued.date else []),
        _identity(citation, pin=pin),
        *_source(citation, "source: "),
    ]
    last = [capital(citation.kind), *([format_locator(citation.paragraph, "par.")] if citation.paragraph else [])]
    lead = [_stopped(citation.issuer)] if citation.issuer else []
    said = [*lead, f"“{ended(citation.title)}”", f"{', '.join(parts)}.", f"{', '.join(last)}."]
    return _told(citation, " ".join(said))


def format_bluebook(citation: Citation, *, pin: bool = False) -> str:
    """Write ``Issuer, Title ¶ 16 (Jan. 5, 2022), SOURCE [archive version 1, ORIGIN, …].``.

    The copy in an archive follows in square brackets after the address (22nd edition, rule 18.2.1(d)).
    """
    lead = ", ".join([*([citation.issuer] if citation.issuer else []), unstopped(citation.title)])
    locator = [format_locator(citation.paragraph, "¶")] if citation.paragraph else []
    head = " ".join([lead, *locator, f"({month_first(citation.issued, SHORT_MONTHS)})"])
    copy = f"[archive version {citation.version}, {_identity(citation, pin=pin)}]."
    return _told(citation, f"{', '.join([head, *_source(citation, '')])} {copy}")


def _identity(citation: Citation, *, pin: bool) -> str:
    root = [f"trust root SHA-256 {citation.root}"] if pin and citation.root else []
    page = [citation.address] if citation.address else []
    return ", ".join([citation.origin, citation.reference, *page, f"SHA-256 {citation.sha256}", *root])


def _version(letter: str, citation: Citation) -> str:
    version = f"{letter}rchive version {citation.version}"
    return f"{version}, {format_locator(citation.paragraph)}" if citation.paragraph else version


def _source(citation: Citation, word: str) -> list[str]:
    return [f"{word}{citation.source}"] if citation.source else []


def _stopped(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


_SHORT_HASH = 16


def format_long(citation: Citation, *, pin: bool = False) -> str:
    """Write the text for a bibliography, or for the first mention.

    ``“Title” [press release], [January 2022], para. 16. Archive version 1 (RELEASE/v1), ORIGIN. SHA-256 <64 hex>.``
    The issuer leads where the record names one; the page of the archive's web site and the source follow the archive
    where they are known.

    Args:
        citation: What to say.
        pin: Whether to name the archive's trust root 1 too, where it is known.
    """
    parts = [
        f"{_lead(citation)} [{citation.kind}]",
        day_first(citation.issued, MONTHS),
        *_locator(citation),
    ]
    sentences = [
        ", ".join(parts),
        f"Archive version {citation.version} ({citation.reference}), {citation.origin}",
        *([f"Online: <{citation.address}>"] if citation.address else []),
        *([f"Source: <{citation.source}>"] if citation.source else []),
        f"SHA-256 {citation.sha256}",
        *([f"Trust root SHA-256 {citation.root}"] if pin and citation.root else []),
    ]
    return _told(citation, " ".join(sentence if sentence.endswith(".") else f"{sentence}." for sentence in sentences))


def format_short(citation: Citation) -> str:
    """Write the text for a note, after a first mention: ``“Title” ([Jan. 2022]), v1, para. 16, SHA-256 <16 hex>…``."""
    parts = [
        f"{_lead(citation)} ({day_first(citation.issued, SHORT_MONTHS)})",
        f"v{citation.version}",
        *_locator(citation),
        f"SHA-256 {citation.sha256[:_SHORT_HASH]}…",
    ]
    return _told(citation, ", ".join(parts))


def _told(citation: Citation, text: str) -> str:
    """Add, behind all that a handbook asks for, that the archive no longer stands behind the version."""
    return f"{text} ({withdrawn_words(citation)})" if citation.withdrawn else text


def _lead(citation: Citation) -> str:
    title = f"“{nested(citation.title)}”"
    return f"{citation.issuer}, {title}" if citation.issuer else title


def _locator(citation: Citation) -> list[str]:
    return [format_locator(citation.paragraph)] if citation.paragraph is not None else []
