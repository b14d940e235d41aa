"""The long text, for a bibliography or a first mention, and the short text, for a note after it.

Words in square brackets are the archive's and not the publisher's, as is the habit in bibliographies: a date that was
inferred stands in them.  The long text carries the whole SHA-256 of the record.  The short text carries 16 digits of
it, which find a version and prove nothing.
"""

from __future__ import annotations

from muniment.cite.citation import GENRE, Citation
from muniment.cite.date import MONTHS, NO_DATE, SHORT_MONTHS, day_first
from muniment.cite.locator import format_locator

__all__ = ["LONG", "NO_DATE", "SHORT", "format_long", "format_short"]

_SHORT_HASH = 16

LONG = (
    r"(?:(?P<issuer>.+?), )?“(?P<title>.+)” \[press release\], (?P<date>n\.d(?=\.)|[^“”]{1,24}?)"
    r"(?:, (?P<locator>(?:para\.|heading) [^ ]+?))?\. "
    r"Archive version (?P<version>[0-9]+) \((?P<reference>[^ ]+)\), (?P<origin>[^ ]+)\. "
    r"(?:Source: <(?P<source>.+)>\. )?SHA-256 (?P<record>[0-9a-f]{64})\."
    r"(?: Trust root SHA-256 (?P<root>[0-9a-f]{64})\.)?"
)
SHORT = (
    r"(?:(?P<issuer>.+?), )?“(?P<title>.+)” \((?P<date>[^()]{1,24})\), v(?P<version>[0-9]+)"
    r"(?:, (?P<locator>(?:para\.|heading) [^ ]+))?, SHA-256 (?P<short>[0-9a-f]{16})…"
)


def format_long(citation: Citation, *, pin: bool = False) -> str:
    """Write the text for a bibliography, or for the first mention.

    ``“Title” [press release], [January 2022], para. 16. Archive version 1 (RELEASE/v1), ORIGIN. SHA-256 <64 hex>.``
    The issuer leads where the record names one; the source follows the archive where it is known.

    Args:
        citation: What to say.
        pin: Whether to name the archive's trust root 1 too, where it is known.
    """
    parts = [
        f"{_lead(citation)} [{GENRE.lower()}]",
        day_first(citation.issued, MONTHS),
        *_locator(citation),
    ]
    sentences = [
        ", ".join(parts),
        f"Archive version {citation.version} ({citation.reference}), {citation.origin}",
        *([f"Source: <{citation.source}>"] if citation.source else []),
        f"SHA-256 {citation.sha256}",
        *([f"Trust root SHA-256 {citation.root}"] if pin and citation.root else []),
    ]
    return " ".join(sentence if sentence.endswith(".") else f"{sentence}." for sentence in sentences)


def format_short(citation: Citation) -> str:
    """Write the text for a note, after a first mention: ``“Title” ([Jan. 2022]), v1, para. 16, SHA-256 <16 hex>…``."""
    parts = [
        f"{_lead(citation)} ({day_first(citation.issued, SHORT_MONTHS)})",
        f"v{citation.version}",
        *_locator(citation),
        f"SHA-256 {citation.sha256[:_SHORT_HASH]}…",
    ]
    return ", ".join(parts)


def _lead(citation: Citation) -> str:
    title = f"“{citation.title}”"
    return f"{citation.issuer}, {title}" if citation.issuer else title


def _locator(citation: Citation) -> list[str]:
    return [format_locator(citation.paragraph)] if citation.paragraph is not None else []
