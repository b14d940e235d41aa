"""What a citation states against a version, as findings of check 14."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from muniment.archive import Archive, StoredVersion
from muniment.cite.check import NOTHING, Mismatch, compare_facts, written_differently
from muniment.cite.citation import Citation, citation_of
from muniment.cite.facts import (
    DATE,
    ISSUER,
    ORIGIN,
    PARAGRAPH,
    RECORD,
    REFERENCE,
    ROOT,
    SHORT,
    SOURCE,
    YEAR,
    Fact,
    Stated,
)
from muniment.cite.letters import letters_of
from muniment.cite.pasted import Pasted, find_locators, find_pasted
from muniment.cite.prose import read_style
from muniment.cite.surroundings import ISSUER as ISSUER_BEFORE
from muniment.cite.surroundings import JOINED, has_words, judge_before, without_lead
from muniment.digest import format_digest, parse_digest
from muniment.errors import UnresolvedReferenceError
from muniment.reference import parse_reference
from muniment.verify.report import CITATION, Finding, Tally

SUBJECT = "citation"

_AROUND = 200
"""So many characters of what stands before a citation are shown, and of what stands behind it."""

_DIFFERENTLY = "written differently: other signs, blanks or case, and the same words"
_OTHER_WORDS = "every fact is so, but the words as a whole are not those of a citation"
_AROUND_IT = "what stands around the citation is no part of it, and was not checked"


def compare_with(stated: Sequence[Stated], version: StoredVersion, origin: str, root: str, tally: Tally) -> None:
    """Hold each part of a citation against the version."""

    def cite(paragraph: str | None) -> Citation:
        return citation_of(version, origin=origin, root=root, paragraph=paragraph)

    dated = False
    for part in stated:
        found = _find(part, cite)
        if found is not None:
            tally.passed[CITATION] += len(read_style(found.style, found.expected))
            _tell_around(found, cite(None).issuer, tally)
            dated = True
            continue
        dated = dated or bool(part.first(DATE) or part.first(YEAR))
        _compare(part, cite, version.statement.name, tally)
    if dated:
        tally.notice(CITATION, SUBJECT, "the date of issue is as the record has it: a claim, which nothing here proves")


def _find(part: Stated, cite: Callable[[str | None], Citation]) -> Pasted | None:
    """Find the words of the citation in those that were handed in; None where they are others, or a format."""
    if not part.readings or part.form == "hash" or any(fact.value != cite(None).root for fact in part.named(ROOT)):
        return None
    stated = [fact.value for fact in part.named(PARAGRAPH)]
    for text in part.readings:
        words, digest = letters_of(text), text.find(part.first(RECORD) or part.first(SHORT) or "")
        for paragraph in dict.fromkeys([*stated, *find_locators(text, max(digest, 0)), None]):
            with suppress(UnresolvedReferenceError):
                found = find_pasted(words, cite(paragraph), part.form)
                if found is not None:
                    return found
    return None


def _tell_around(found: Pasted, issuer: str | None, tally: Tally) -> None:
    """Say what stands there with other signs, and what stands around it, which nothing here verifies."""
    if not found.exact:
        _note(tally, SUBJECT, _DIFFERENTLY, expected=found.expected, found=found.found)
    if found.source:
        _fail(tally, Mismatch(Fact(SOURCE, found.source), NOTHING))
    place = judge_before(found.before, found.style, issuer=issuer is not None)
    around = " … ".join(part for part in (found.before.strip()[-_AROUND:], found.after.strip()[:_AROUND]) if part)
    if place == ISSUER_BEFORE:
        claimed = without_lead(found.before).rstrip("., ")
        _fail(tally, Mismatch(Fact(ISSUER, claimed), NOTHING))
    elif place == JOINED:
        unchecked(
            tally,
            "the words before the citation can be read as a part of it",
            expected=found.expected,
            found=around,
            hint="give the citation alone",
        )
    elif has_words(found.before) or has_words(found.after):
        _note(tally, SUBJECT, _AROUND_IT, expected=found.expected, found=around)


def _note(tally: Tally, subject: str, what: str, *, expected: str, found: str) -> None:
    tally.findings.append(Finding(CITATION, subject, ok=True, what=what, expected=expected, found=found))


def _compare(part: Stated, cite: Callable[[str | None], Citation], name: str, tally: Tally) -> None:
    """Hold each fact of a part against the version."""
    kept, citation = _without_strangers(part, cite, tally)
    agreed, wrong = compare_facts(kept, citation)
    tally.passed[CITATION] += agreed
    for mismatch in wrong:
        _fail(tally, mismatch)
    for mismatch in written_differently(kept, citation):
        where = f"{SUBJECT}, {mismatch.fact.where}" if mismatch.fact.where else SUBJECT
        what = f"{mismatch.fact.name}: {_DIFFERENTLY}"
        _note(tally, where, what, expected=mismatch.expected, found=mismatch.fact.value)
    if part.form and part.readings and part.form != "hash" and not wrong and kept == part:
        # Its facts agree, each by itself; the words as a whole are others.
        unchecked(tally, _OTHER_WORDS, found=part.readings[0][-_AROUND:], hint=f"archive cite {name} prints the styles")
    if not part.form:
        unchecked(
            tally,
            "the hash is that of a version here, but the words around it are of no style that can be read back",
            expected=name,
            hint=f"archive cite {name} prints the styles: compare by eye",
        )


def _without_strangers(part: Stated, cite: Callable[[str | None], Citation], tally: Tally) -> tuple[Stated, Citation]:
    """Take out a paragraph that the version does not have: that is a finding of its own."""
    paragraph = part.first(PARAGRAPH)
    try:
        return part, cite(paragraph)
    except UnresolvedReferenceError as error:
        where = next(fact.where for fact in part.facts if fact.name == PARAGRAPH)
        mismatch = Mismatch(Fact(PARAGRAPH, paragraph or "", where), error.expected)
        _fail(tally, mismatch, error.what)
        kept = tuple(fact for fact in part.facts if fact.name != PARAGRAPH)
        return replace(part, facts=kept), cite(None)


def _fail(tally: Tally, mismatch: Mismatch, what: str = "") -> None:
    fact = mismatch.fact
    subject = f"{SUBJECT}, {fact.where}" if fact.where else SUBJECT
    tally.fail(
        CITATION,
        subject,
        what or f"{fact.name}: not what the version says that the hash names",
        expected=mismatch.expected,
        found=fact.value,
        hint="the hash and the words of this citation do not belong together: ask whoever gave it",
    )


def miss(archive: Archive, stated: Sequence[Stated], digest: str, tally: Tally) -> None:
    """Say that no version has the cited hash: a failure here, and no answer where another archive is meant."""
    origin = next((origin for part in stated if (origin := part.first(ORIGIN)) is not None), None)
    if origin is not None and origin != archive.origin:
        unchecked(
            tally,
            "the citation is of another archive",
            expected=origin,
            found=archive.origin,
            hint="name that archive with --archive DIR, or give a snapshot of the version",
        )
        return
    tally.fail(
        CITATION,
        SUBJECT,
        "no version in the log has the cited hash",
        expected=format_digest(digest),
        found=_named(archive, stated),
        hint="archive list --json prints every digest",
    )


def _named(archive: Archive, stated: Sequence[Stated]) -> str:
    """Say which hash the version has that the citation names, where it names one."""
    reference = next((name for part in stated if (name := part.first(REFERENCE)) is not None), None)
    if reference is None:
        return ""
    try:
        _, statement = archive.resolve(parse_reference(reference))
    except UnresolvedReferenceError as error:
        return error.what
    return f"{statement.record}, {statement.name}"


def find_short(archive: Archive, stated: Sequence[Stated], tally: Tally) -> None:
    """Say which versions of an archive a short hash finds."""
    entries = [statement for versions in archive.versions.values() for _, statement in versions]
    short = next(part.first(SHORT) for part in stated) or ""
    names = [statement.name for statement in entries if parse_digest(statement.record).startswith(short)]
    find(stated, [statement.record for statement in entries], ", ".join(names[:3]), tally)


def find(stated: Sequence[Stated], records: Sequence[str], names: str, tally: Tally) -> None:
    """Say what a short hash finds; it proves nothing, because another record with the same digits can be made."""
    short = next(part.first(SHORT) for part in stated) or ""
    found = any(parse_digest(record).startswith(short) for record in records)
    unchecked(
        tally,
        "a short hash finds, never verifies",
        expected="64 hex digits",
        found=f"{len(short)}, with which the record of {names} begins" if found else f"{len(short)}, of no record here",
        hint="archive cite prints the whole citation",
    )


def unchecked(tally: Tally, what: str, *, expected: str = "", found: str = "", hint: str = "") -> None:
    """Note what could not be checked, which is no failure of the archive."""
    tally.findings.append(
        Finding(CITATION, SUBJECT, ok=False, what=what, expected=expected, found=found, hint=hint, readable=False)
    )
