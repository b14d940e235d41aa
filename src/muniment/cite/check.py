"""What a citation states, held against the version that its hash names.

The version is cited anew in the same form, that is read back the same way, and the two are compared fact by fact.  So
a date in words is compared with a date in words.  What a reference manager dropped is not stated and not compared; what
it moved to another field is compared by name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from muniment.cite.citation import (
    MONTHS,
    SHORT_MONTHS,
    Citation,
    date_parts,
    day_first,
    month_first,
    year_first,
)
from muniment.cite.context import without_lead
from muniment.cite.facts import (
    ADDRESS,
    DATE,
    EXTRA,
    GENRE_BASIS,
    GENRE_STATED,
    INDEX,
    ISSUER,
    LANGUAGE,
    LINK,
    LOGGED,
    MONTH,
    NI,
    ORIGIN,
    PARAGRAPH,
    RECORD,
    REFERENCE,
    ROOT,
    SOURCE,
    STRANGE,
    TEXT,
    TITLE,
    VERSION,
    YEAR,
    Fact,
    Stated,
)
from muniment.cite.formats import FORMAT_NAMES, STYLE_NAMES, format_citation, read_form
from muniment.cite.normalization import collapse, same_letters, same_name
from muniment.digest import ni_uri
from muniment.display import plain

NOTHING = "nothing stated"

_WORDS = frozenset({TITLE, ISSUER, DATE, TEXT, GENRE_STATED, MONTH})
_BESIDE = frozenset({EXTRA, STRANGE})
_NAMES = frozenset({REFERENCE, ORIGIN, SOURCE, ADDRESS, LINK, RECORD, ROOT, VERSION})

_PLACES = frozenset({ADDRESS, LINK})
"""The site may have another address by now, and where it has none the source may stand there."""

_NI_URI = re.compile(r"ni:///sha-256;([A-Za-z0-9_-]{43})")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A fact that is not so.

    Attributes:
        fact: As the citation states it.
        expected: What the version says; ``NOTHING`` where it does not say.
    """

    fact: Fact
    expected: str


def cited_hash(stated: Iterable[Stated]) -> str | None:
    """Give the first whole hash that a citation states, 64 hex digits, or None."""
    return next(iter(cited_hashes(stated)), None)


def cited_hashes(stated: Iterable[Stated]) -> list[str]:
    """Give all whole hashes that a citation states, each once, in its order."""
    hashes: dict[str, None] = {}
    for fact in (fact for part in stated for fact in part.facts):
        match = _NI_URI.fullmatch(fact.value) if fact.name == NI else None
        if fact.name == RECORD and _HEX.fullmatch(fact.value):
            hashes[fact.value] = None
        elif match is not None:
            hashes[base64.urlsafe_b64decode(f"{match[1]}=").hex()] = None
    return list(hashes)


def compare_facts(stated: Stated, citation: Citation) -> tuple[int, tuple[Mismatch, ...]]:
    """Compare one part of a citation.

    Args:
        stated: What it states; a paragraph that the version does not have is left out by the caller.
        citation: Of the version that the hash names, and of the paragraph that is stated.

    Returns:
        How many facts agree, and those that do not.
    """
    expected = _expected(stated.form, citation)
    facts = [fact for fact in stated.facts if fact.name not in _BESIDE]
    wrong = []
    for fact in facts:
        allowed = _allowed(fact, expected, citation)
        if not any(_says(fact, value, stated.form) for value in allowed):
            wrong.append(Mismatch(fact, allowed[0] if allowed else NOTHING))
    return len(facts) - len(wrong), tuple(wrong)


def stated_beside(stated: Stated, citation: Citation) -> tuple[Fact, ...]:
    """Give the members that state no fact of a record, as far as our own citation in that form has them not."""
    beside = [fact for fact in stated.facts if fact.name in _BESIDE]
    if not beside:
        return ()
    ours = {(fact.where, collapse(plain(fact.value))) for fact in _expected(stated.form, citation)}
    return tuple(fact for fact in beside if (fact.where, collapse(plain(fact.value))) not in ours)


def written_differently(stated: Stated, citation: Citation) -> tuple[Mismatch, ...]:
    """Give the facts that are right, but are written with other signs, blanks or case than in the version."""
    expected = _expected(stated.form, citation)
    mismatches = []
    for fact in (fact for fact in stated.facts if fact.name not in _BESIDE):
        allowed = _allowed(fact, expected, citation)
        if allowed and not any(_same(fact.value, value) for value in allowed):
            mismatches += [Mismatch(fact, value) for value in allowed if _says(fact, value, stated.form)][:1]
    return tuple(mismatches)


def _expected(form: str, citation: Citation) -> tuple[Fact, ...]:
    """What we write in that form: now, and before the site had this address, or any."""
    if form not in FORMAT_NAMES and form not in STYLE_NAMES:
        return ()
    cited = [replace(citation, address=one) for one in (citation.address, *citation.former, None)]
    texts = dict.fromkeys(format_citation(one, form, pin=form in STYLE_NAMES) for one in cited)
    return tuple(dict.fromkeys(fact for text in texts for fact in read_form(form, text)))


def _allowed(fact: Fact, expected: Sequence[Fact], citation: Citation) -> list[str]:
    """What may stand there: what we should have written there, else what we write of that name anywhere."""
    there = [one.value for one in expected if (one.name, one.where) == (fact.name, fact.where)]
    if fact.name in _PLACES:
        return [*there, *_plainly(citation).get(fact.name, ())]
    if there:
        return there
    named = [one.value for one in expected if one.name == fact.name]
    return [*_plainly(citation).get(fact.name, ()), *named]


def _plainly(citation: Citation) -> dict[str, list[str]]:
    """The facts as the record has them, in each spelling that we have for one."""
    values = {
        RECORD: citation.sha256,
        NI: ni_uri(citation.sha256),
        REFERENCE: citation.reference,
        VERSION: str(citation.version),
        PARAGRAPH: citation.paragraph,
        ORIGIN: citation.origin,
        ROOT: citation.root,
        INDEX: str(citation.index),
        TITLE: citation.title,
        ISSUER: citation.issuer,
        SOURCE: citation.source,
        LANGUAGE: citation.language,
        LOGGED: citation.logged_at,
        GENRE_STATED: citation.kind,
        GENRE_BASIS: citation.genre.basis,
    }
    pages = [address for address in (citation.address, *citation.former, citation.source) if address is not None]
    places = {ADDRESS: pages, LINK: [*pages, ni_uri(citation.sha256)]}
    single = {name: [value] for name, value in values.items() if value is not None}
    return {**single, **places, **_dates(citation)}


def _dates(citation: Citation) -> dict[str, list[str]]:
    issued = citation.issued
    if issued.date is None:
        return {}
    spelt = [write(issued, months) for write in (day_first, month_first) for months in (MONTHS, SHORT_MONTHS)]
    year, *rest = date_parts(issued.date)
    names = [names[month - 1] for month in rest[:1] for names in (MONTHS, SHORT_MONTHS)]
    months = [
        *names,
        *(name[:3] for name in names[:1]),
        *(spelling for m in rest[:1] for spelling in (str(m), f"{m:02}")),
    ]
    days = [f"{name} {day}" for day in rest[1:] for name in months]
    return {DATE: [issued.date, *spelt, year_first(issued)], YEAR: [f"{year:04}"], MONTH: [*days, *months]}


def _same(one: str, other: str) -> bool:
    return one == other or collapse(plain(one)) == collapse(plain(other))


def _says(fact: Fact, value: str, form: str) -> bool:
    """Whether a fact says what the version says, in any spelling."""
    if _same(fact.value, value):
        return True
    if fact.name in _WORDS:
        written = fact.value if form not in STYLE_NAMES or fact.name == DATE else _behind_lead(fact.value, value)
        return same_letters(written, value)
    if fact.name == SOURCE and form in STYLE_NAMES:
        # What follows the address on the page comes after a blank, or a stop and a blank.
        behind = fact.value[len(value) :].lstrip(".,;)]")
        written = fact.value[: len(value)] if not behind or behind.startswith(" ") else fact.value
        return same_name(written, value)
    return fact.name in _NAMES and same_name(fact.value, value)


def _behind_lead(written: str, value: str) -> str:
    """Take off what only leads to an issuer or a title, where that has no lead of its own."""
    return without_lead(written) if without_lead(value) == value else written
