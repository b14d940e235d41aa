"""What a citation states against a version, as findings of check 14."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from muniment.archive import Archive, StoredVersion
from muniment.cite.citation import Citation, citation_of
from muniment.cite.compare import Mismatch, compare_facts
from muniment.cite.fact import DATE, ORIGIN, PARAGRAPH, REFERENCE, SHORT, YEAR, Fact, Stated
from muniment.digest import format_digest, parse_digest
from muniment.errors import UnresolvedReferenceError
from muniment.reference import parse_reference
from muniment.verify.report import CITATION, Finding, Tally

SUBJECT = "citation"


def compare_with(stated: Sequence[Stated], version: StoredVersion, origin: str, root: str, tally: Tally) -> None:
    """Hold each part of a citation against the version."""

    def cite(paragraph: str | None) -> Citation:
        return citation_of(version, origin=origin, root=root, paragraph=paragraph)

    for part in stated:
        kept, citation = _without_strangers(part, cite, tally)
        agreed, wrong = compare_facts(kept, citation)
        tally.passed[CITATION] += agreed
        for mismatch in wrong:
            _fail(tally, mismatch)
        if not part.form:
            unchecked(
                tally,
                "the hash is that of a version here, but the words around it are of no style that can be read back",
                expected=version.statement.name,
                hint=f"archive cite {version.statement.name} prints the styles: compare by eye",
            )
    if any(part.first(DATE) or part.first(YEAR) for part in stated):
        tally.notice(CITATION, SUBJECT, "the date of issue is as the record has it: a claim, which nothing here proves")


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
