"""Citations of one version, or of one paragraph in it: the long and the short text, and CSL-JSON.

A citation says only what the record says.  No author is invented, no date gains a day, and the archive's name is given
as a name and not as a web address.  Words in square brackets are the archive's and not the publisher's, as is the habit
in bibliographies: a date that was inferred stands in them.

The long text carries the whole SHA-256 of the record.  The short text carries 16 digits of it, which find a version and
prove nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from muniment.archive import StoredVersion
from muniment.digest import ni_uri, parse_digest
from muniment.record import Issued

GENRE = "Press release"
NO_DATE = "n.d."

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# The Chicago Manual of Style, 10.44: May, June and July stay whole.
_SHORT_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
_SHORT_HASH = 16


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation says.

    Attributes:
        title: As in the record, its own quotation marks included.
        issuer: Who issued the statement, or None where the bytes do not say.
        issued: The date in its true precision, and whether it was stated, inferred or is unknown.
        release: Identifier of the release.
        version: From 1.
        origin: Name of the archive.
        sha256: Of the record, 64 hex digits.
        language: BCP 47; ``und`` where it is not known.
        source: Where it was published, or None.
        logged_at: When the archive says it was logged, RFC 3339 in UTC.
        paragraph: Id of the cited paragraph, ``p16``, or None for the whole version.
        label: What is printed before that paragraph, ``16.``, or None.
    """

    title: str
    issuer: str | None
    issued: Issued
    release: str
    version: int
    origin: str
    sha256: str
    language: str
    source: str | None
    logged_at: str
    paragraph: str | None = None
    label: str | None = None

    @property
    def reference(self) -> str:
        """The reference of the version in its archive, ``kz-events-2022-01/v1``."""
        return f"{self.release}/v{self.version}"


def make_citation(version: StoredVersion, *, origin: str, paragraph: str | None = None) -> Citation:
    """Cite a version, or one paragraph of it.

    Args:
        version: As it lies in the archive.
        origin: Name of the archive.
        paragraph: Id in its normal form, ``p16``, or None.

    Raises:
        UnresolvedReferenceError: The version has no such paragraph.
    """
    description = version.record.description
    return Citation(
        title=description.title,
        issuer=description.issuer,
        issued=description.issued,
        release=version.record.release,
        version=version.record.version,
        origin=origin,
        sha256=parse_digest(version.statement.record),
        language=description.language,
        source=version.record.original.uri,
        logged_at=version.statement.logged_at,
        paragraph=paragraph,
        label=version.paragraph(paragraph).label if paragraph is not None else None,
    )


def format_long(citation: Citation) -> str:
    """Write the text for a bibliography, or for the first mention.

    ``“Title” [press release], [January 2022], para. 16. Archive version 1 (RELEASE/v1), ORIGIN. SHA-256 <64 hex>.``
    The issuer leads where the record names one; the source follows the archive where it is known.
    """
    parts = [
        f"{_lead(citation)} [{GENRE.lower()}]",
        _date(citation.issued, _MONTHS),
        *_locator(citation),
    ]
    sentences = [
        ", ".join(parts),
        f"Archive version {citation.version} ({citation.reference}), {citation.origin}",
        *([f"Source: <{citation.source}>"] if citation.source else []),
        f"SHA-256 {citation.sha256}",
    ]
    return " ".join(sentence if sentence.endswith(".") else f"{sentence}." for sentence in sentences)


def format_short(citation: Citation) -> str:
    """Write the text for a note, after a first mention: ``“Title” ([Jan. 2022]), v1, para. 16, SHA-256 <16 hex>…``."""
    date = _date(citation.issued, _SHORT_MONTHS)
    parts = [
        f"{_lead(citation)} ({date})",
        f"v{citation.version}",
        *_locator(citation),
        f"SHA-256 {citation.sha256[:_SHORT_HASH]}…",
    ]
    return ", ".join(parts)


def _lead(citation: Citation) -> str:
    title = f"“{citation.title}”"
    return f"{citation.issuer}, {title}" if citation.issuer else title


def _locator(citation: Citation) -> list[str]:
    """Name the paragraph by its id without the letter, so that it always leads back to one paragraph.

    For a printed number that is the number: ``p16`` is ``para. 16``.  The first unnumbered paragraph after 9 is
    ``para. 9.1``, the second one that is printed as 16 is ``para. 16-2``, and ``h1`` is ``heading 1``.
    """
    if citation.paragraph is None:
        return []
    name = "heading" if citation.paragraph.startswith("h") else "para."
    return [f"{name} {citation.paragraph[1:]}"]


def _date(issued: Issued, months: tuple[str, ...]) -> str:
    """Write a date in its own precision; one that was inferred stands in square brackets."""
    if issued.date is None:
        return NO_DATE
    year, *rest = _date_parts(issued.date)
    words = [str(part) for part in rest[1:]]
    words += [months[part - 1] for part in rest[:1]]
    text = " ".join([*words, f"{year:04}"])
    return text if issued.basis == "stated" else f"[{text}]"


def _date_parts(date: str) -> list[int]:
    """Take ``2022``, ``2022-01`` or ``2022-01-05`` apart; nothing is added."""
    return [int(part) for part in date.split("-")]


def csl_item(citation: Citation) -> dict[str, Any]:
    """Give the CSL-JSON item of the version (citation-style-language/schema, ``csl-data.json``).

    The paragraph is not in it: a locator belongs to the place that cites, never to the item.  The hash stands in three
    members, because converters drop one or another of them.
    """
    item: dict[str, Any] = {
        "id": f"{citation.release}-v{citation.version}",
        "type": "document",
        "genre": GENRE,
        "title": citation.title,
        "version": str(citation.version),
        "archive": citation.origin,
        "archive_location": f"SHA-256 {citation.sha256}",
        "publisher": citation.origin,
        "note": "\n".join(_csl_notes(citation)),
        "custom": _csl_custom(citation),
    }
    if citation.issuer:
        item["author"] = [{"literal": citation.issuer}]
    if citation.issued.date is not None:
        item["issued"] = {"date-parts": [_date_parts(citation.issued.date)]}
    if citation.language != "und":
        item["language"] = citation.language
    return item


def _csl_notes(citation: Citation) -> list[str]:
    # One clean "Name: value" a line, which Zotero keeps.  None is a name of a CSL variable, which it would read as one.
    notes = [f"SHA-256: {citation.sha256}"]
    if citation.issued.basis == "inferred":
        notes.append("Date basis: inferred by the archive")
    return notes


def _csl_custom(citation: Citation) -> dict[str, str]:
    custom = {
        "sha256": citation.sha256,
        "ni": ni_uri(citation.sha256),
        "release": citation.release,
        "reference": citation.reference,
        "issued_basis": citation.issued.basis,
        "archived": citation.logged_at,
    }
    return custom | ({"source_url": citation.source} if citation.source else {})


def format_csl(citation: Citation) -> bytes:
    """Write the file of one item: a CSL-JSON array, indented, UTF-8, with a final newline."""
    text = json.dumps([csl_item(citation)], ensure_ascii=False, indent=2)
    return f"{text}\n".encode()
