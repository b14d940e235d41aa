"""What a citation says, taken from the record and its log entry; nothing else is ever in one.

No author is invented, no date gains a day, and the archive's name is given as a name and not as a web address.

Dates are put into words in their own precision; one that was inferred gets square brackets.  A paragraph is named so
that the name leads back to it alone: a printed number is the number, ``p16`` is ``para. 16``, and ``p16.1`` the first
item of a list in it.  The first paragraph without a number, ``nn1``, is ``para. nn1``, and ``h1`` is ``heading 1``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from muniment.archive import StoredVersion
from muniment.cite.address import anchor_of, version_address
from muniment.cite.genres import UNKNOWN
from muniment.digest import parse_digest
from muniment.record import NO_GENRE, Genre, Issued, Paragraph

CONTEXT = 32
"""Code points of the text before and after a quotation, at most."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words of a paragraph as received, with some of the text around them.

    Attributes:
        exact: The whole paragraph, without its printed label.
        prefix: End of the paragraph before, at most ``CONTEXT`` code points; empty where there is none.
        suffix: Beginning of the paragraph after, in the same way.
    """

    exact: str
    prefix: str
    suffix: str


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
        index: Of its entry in the log, from 0.
        root: SHA-256 of trust root 1, 64 hex digits: which archive of that name this is; None where it was not given.
        paragraph: Id of the cited paragraph, ``p16``, or None for the whole version.
        label: What is printed before that paragraph, ``16.``, or None.
        quotation: Its words, or None for the whole version.
        genre: What kind of text it is, and whether that was stated, inferred or is unknown.
        address: Where the version, or the paragraph, stands on the archive's web site; None where it has none.
        former: Where it stood before the site had another address.
        withdrawn: Day on which the archive withdrew the version, as it claims; None where it stands behind it.
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
    index: int
    root: str | None = None
    paragraph: str | None = None
    label: str | None = None
    quotation: Quotation | None = None
    genre: Genre = NO_GENRE
    address: str | None = None
    former: tuple[str, ...] = ()
    withdrawn: str | None = None

    @property
    def kind(self) -> str:
        """The genre as it stands inside a sentence; ``document`` where it is not known."""
        return self.genre.term or UNKNOWN

    @property
    def reference(self) -> str:
        """The reference of the version in its archive, ``kz-events-2022-01/v1``."""
        return f"{self.release}/v{self.version}"

    @property
    def key(self) -> str:
        """The name of the version in a bibliography, ``kz-events-2022-01-v1``; a paragraph is no entry of its own."""
        return f"{self.release}-v{self.version}"


def make_citation(
    version: StoredVersion,
    *,
    origin: str,
    root: str | None = None,
    paragraph: str | None = None,
    sites: Sequence[str | None] = (),
) -> Citation:
    """Cite a version, or one paragraph of it.

    Args:
        version: As it lies in the archive.
        origin: Name of the archive.
        root: Digest of its trust root 1, ``sha256:…``, or None.
        paragraph: Id in its normal form, ``p16``, or None.
        sites: Addresses of the archive's web site, as its trust roots name them, oldest first; None for none.

    Raises:
        UnresolvedReferenceError: The version has no such paragraph.
        IntegrityError: Its signer might not sign it (check 8).
    """
    return citation_of(version.sound(), origin=origin, root=root, paragraph=paragraph, sites=sites)


def citation_of(
    version: StoredVersion,
    *,
    origin: str,
    root: str | None,
    paragraph: str | None,
    sites: Sequence[str | None] = (),
) -> Citation:
    """Give the citation that a version has, to compare another with it; whether its signature counts is not asked."""
    description = version.record.description
    label = version.paragraph(paragraph).label if paragraph is not None else None
    fragment = anchor_of(version.record.paragraphs, paragraph) if paragraph is not None else None
    now = sites[-1] if sites else None
    former = dict.fromkeys(site for site in reversed(sites) if site not in {None, now})
    addresses: dict[str | None, str] = {
        site: version_address(site, version.record.release, version.record.version, fragment)
        for site in (now, *former)
        if site is not None
    }
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
        index=version.index,
        root=None if root is None else parse_digest(root),
        paragraph=paragraph,
        label=label,
        quotation=_quote(version.record.paragraphs, paragraph) if paragraph is not None else None,
        genre=description.genre,
        address=addresses.get(now),
        former=tuple(address for site, address in addresses.items() if site != now),
        withdrawn=None if version.withdrawal is None else version.withdrawal.time[:10],
    )


def _quote(paragraphs: Sequence[Paragraph], wanted: str) -> Quotation:
    at = next(number for number, paragraph in enumerate(paragraphs) if paragraph.id == wanted)
    before = paragraphs[at - 1].text[-CONTEXT:] if at else ""
    after = paragraphs[at + 1].text[:CONTEXT] if at + 1 < len(paragraphs) else ""
    return Quotation(paragraphs[at].text, before, after)


NO_DATE = "n.d."

MONTHS = (
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

# As Chicago, MLA and the Bluebook shorten them: May, June and July stay whole.
SHORT_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")


def date_parts(date: str) -> list[int]:
    """Take ``2022``, ``2022-01`` or ``2022-01-05`` apart; nothing is added."""
    return [int(part) for part in date.split("-")]


def day_first(issued: Issued, months: tuple[str, ...]) -> str:
    """Write ``5 January 2022``, ``January 2022`` or ``2022``; ``n.d.`` where the date is not known."""
    if issued.date is None:
        return NO_DATE
    year, *rest = date_parts(issued.date)
    return _bracketed(issued, [*map(str, rest[1:]), *(months[month - 1] for month in rest[:1]), f"{year:04}"])


def month_first(issued: Issued, months: tuple[str, ...]) -> str:
    """Write ``January 5, 2022``, ``January 2022`` or ``2022``, as in the United States."""
    if issued.date is None:
        return NO_DATE
    year, *rest = date_parts(issued.date)
    days = [f"{day}," for day in rest[1:]]
    return _bracketed(issued, [*(months[month - 1] for month in rest[:1]), *days, f"{year:04}"])


def year_first(issued: Issued) -> str:
    """Write ``2022, January 5``, ``2022, January`` or ``2022``, as APA does."""
    if issued.date is None:
        return NO_DATE
    year, *rest = date_parts(issued.date)
    words = " ".join([*(MONTHS[month - 1] for month in rest[:1]), *map(str, rest[1:])])
    return _bracketed(issued, [f"{year:04}, {words}" if words else f"{year:04}"])


def _bracketed(issued: Issued, words: list[str]) -> str:
    text = " ".join(words)
    return text if issued.basis == "stated" else f"[{text}]"


_HEADING = "heading"


def format_locator(paragraph: str, mark: str = "para.") -> str:
    """Write a locator.

    Args:
        paragraph: Id in its normal form, ``p16``.
        mark: What stands before the number of a paragraph: ``para.``, ``par.`` or ``¶``.
    """
    return f"{_HEADING if paragraph.startswith('h') else mark} {number_of(paragraph)}"


def number_of(paragraph: str) -> str:
    """Give what stands in a locator for an id: the printed number, or the count of what has none, ``nn1``."""
    return paragraph if paragraph.startswith("nn") else paragraph[1:]


def parse_locator(text: str) -> str:
    """Read a locator back to the id of the paragraph."""
    mark, _, number = text.rpartition(" ")
    if re.fullmatch("nn[0-9]+", number):
        return number
    return f"{'h' if mark == _HEADING else 'p'}{number}"
