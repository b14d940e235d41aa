"""Check 14: a citation, held against an archive or a snapshot.

The whole hash finds the version, and all other checks are run on that.  Then every fact that the citation states is
held against it.  If the citation states the hash of trust root 1, that is what the reader has from elsewhere: it is
pinned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from muniment.archive import Archive, StoredVersion, open_archive
from muniment.cite.check import NOTHING, Mismatch, cited_hash, compare_facts, stated_beside, written_differently
from muniment.cite.citation import Citation, citation_of
from muniment.cite.context import ISSUER as ISSUER_BEFORE
from muniment.cite.context import JOINED, has_words, judge_before, without_lead
from muniment.cite.facts import (
    DATE,
    EXTRA,
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
from muniment.cite.normalization import letters_of
from muniment.cite.pasted import Pasted, WrittenForm, find_locators, find_pasted, wanted_of
from muniment.cite.prose import read_style
from muniment.digest import format_digest, parse_digest, sha256_hex
from muniment.errors import MunimentError, UnresolvedReferenceError
from muniment.log.statement import LogEntry
from muniment.memory import Past
from muniment.record import RECORD_PATH, SIGNATURE_PATH
from muniment.reference import Reference, parse_reference
from muniment.snapshot.container import Bag
from muniment.store import Store
from muniment.trust.chain import RootFile
from muniment.verify.archive import Progress, verify_archive
from muniment.verify.report import CITATION, Counts, Finding, Report, Tally
from muniment.verify.snapshot import check_evidence
from muniment.verify.snapshot_evidence import Evidence

SUBJECT = "citation"

_AROUND = 200
"""At most this number of characters before a citation is shown, and behind it."""

_DIFFERENTLY = "written differently: other signs, blanks or case, and the same words"
_OTHER_WORDS = "every fact is so, but the words as a whole are not those of a citation"
_AROUND_IT = "what stands around the citation is no part of it, and was not checked"


def compare_with(stated: Sequence[Stated], version: StoredVersion, roots: Sequence[RootFile], tally: Tally) -> None:
    """Hold each part of a citation against the version."""
    cited = _Cited(version, roots)
    dated = False
    for part in stated:
        copies = _find(part, cited)
        for copy in copies:
            tally.passed[CITATION] += len(read_style(copy.style, copy.expected))
            _tell_around(copy, cited.cite(None).issuer, tally)
        for words in part.around:
            checked = copies[0].expected if copies else cited.cite(None).sha256
            _note(tally, SUBJECT, _AROUND_IT, expected=checked, found=_shortened(words))
        dated = dated or bool(copies or part.first(DATE) or part.first(YEAR))
        if not copies:
            _compare(part, cited.cite, version.statement.name, tally)
    if dated:
        tally.notice(CITATION, SUBJECT, "the date of issue is as the record has it: a claim, which nothing here proves")


class _Cited:
    """A version cited anew, each paragraph of it once, however many parts are compared with it."""

    def __init__(self, version: StoredVersion, roots: Sequence[RootFile]) -> None:
        self._version, self._origin, self._root = version, roots[0].root.archive, roots[0].digest
        self._sites = [file.root.url for file in roots]
        self._citations: dict[str | None, Citation] = {}
        self._wanted: dict[str | None, tuple[WrittenForm, ...]] = {}

    def cite(self, paragraph: str | None) -> Citation:
        """Cite a paragraph; raises ``UnresolvedReferenceError`` where the version has no such."""
        if paragraph not in self._citations:
            made = citation_of(
                self._version, origin=self._origin, root=self._root, paragraph=paragraph, sites=self._sites
            )
            self._citations[paragraph] = made
        return self._citations[paragraph]

    def wanted(self, paragraph: str | None) -> tuple[WrittenForm, ...]:
        """Write it in each style."""
        if paragraph not in self._wanted:
            self._wanted[paragraph] = wanted_of(self.cite(paragraph))
        return self._wanted[paragraph]


def _find(part: Stated, cited: _Cited) -> tuple[Pasted, ...]:
    """Find the copies of the citation in the words that were handed in; none where they are others, or a format."""
    if (
        not part.readings
        or part.form == "hash"
        or any(fact.value != cited.cite(None).root for fact in part.named(ROOT))
    ):
        return ()
    stated = [fact.value for fact in part.named(PARAGRAPH)]
    for text in part.readings:
        words, digest = letters_of(text), text.find(part.first(RECORD) or part.first(SHORT) or "")
        for paragraph in dict.fromkeys([*stated, *find_locators(text, max(digest, 0)), None]):
            with suppress(UnresolvedReferenceError):
                copies = find_pasted(words, cited.wanted(paragraph), part.form)
                if copies:
                    return copies
    return ()


def _tell_around(copy: Pasted, issuer: str | None, tally: Tally) -> None:
    """Note what is written with other signs, and the words around it, which nothing here verifies."""
    if not copy.exact:
        _note(tally, SUBJECT, _DIFFERENTLY, expected=copy.expected, found=copy.found)
    if copy.source:
        _fail(tally, Mismatch(Fact(SOURCE, copy.source), NOTHING))
    role = judge_before(copy.before, copy.style, issuer=issuer is not None)
    sides = (_shortened(copy.before.strip(), end=True), _shortened(copy.after.strip()))
    around = " … ".join(part for part in sides if part)
    if role == ISSUER_BEFORE:
        claimed = without_lead(copy.before).rstrip("., ")
        _fail(tally, Mismatch(Fact(ISSUER, claimed), NOTHING))
    elif role == JOINED:
        unchecked(
            tally,
            "the words before the citation can be read as a part of it",
            expected=copy.expected,
            found=around,
            hint="give the citation alone",
        )
    elif has_words(copy.before) or has_words(copy.after):
        _note(tally, SUBJECT, _AROUND_IT, expected=copy.expected, found=around)


def _shortened(words: str, *, end: bool = False) -> str:
    """Show so much of a long text, from its beginning or its end, and say how much more there is."""
    more = len(words) - _AROUND
    if more <= 0:
        return words
    left = f"[{more} characters more]"
    return f"{left} {words[-_AROUND:]}" if end else f"{words[:_AROUND]} {left}"


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
    for fact in stated_beside(kept, citation):
        _tell_beside(fact, tally)
    if part.form and part.readings and part.form != "hash" and not wrong and kept == part:
        # Its facts agree, each by itself; the words as a whole are others.
        unchecked(tally, _OTHER_WORDS, found=part.readings[0][-_AROUND:], hint=f"cite {name} anew in each style")
    if not part.form:
        unchecked(
            tally,
            "the hash is that of a version here, but the words around it are of no style that can be read back",
            expected=name,
            hint=f"cite {name} anew in each style: compare by eye",
        )


def _tell_beside(fact: Fact, tally: Tally) -> None:
    """Tell what a citation states beside the facts of a record: what might be printed keeps it from being verified."""
    subject = f"{SUBJECT}, {fact.where}"
    if fact.name == EXTRA:
        _note(tally, subject, f"not checked: {fact.where}", expected="", found=_shortened(fact.value))
        return
    tally.findings.append(
        Finding(
            CITATION,
            subject,
            ok=False,
            what="no record states this, and a reference manager may print it",
            found=_shortened(fact.value),
            hint="take it out, or cite the version anew",
            readable=False,
        )
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
            expected=archive.origin,
            found=origin,
            hint="name that archive, or give a snapshot of the version",
        )
        return
    tally.fail(
        CITATION,
        SUBJECT,
        "no version in the log has the cited hash",
        expected=_named(archive, stated),
        found=format_digest(digest),
        hint="compare the digests of the versions that are there",
    )


def _named(archive: Archive, stated: Sequence[Stated]) -> str:
    """Say which hash the version has that the citation names, where it names one."""
    reference = next((name for part in stated if (name := part.first(REFERENCE)) is not None), None)
    if reference is None:
        return ""
    try:
        statement = archive.resolve(parse_reference(reference)).statement
    except UnresolvedReferenceError as error:
        return error.what
    return f"{statement.record}, {statement.name}"


def find_short(archive: Archive, stated: Sequence[Stated], tally: Tally) -> None:
    """Say which versions of an archive a short hash finds."""
    entries = [entry.statement for versions in archive.versions.values() for entry in versions]
    short = next(part.first(SHORT) for part in stated) or ""
    names = [statement.name for statement in entries if parse_digest(statement.record).startswith(short)]
    find(stated, [statement.record for statement in entries], ", ".join(names[:3]), tally)


def find(stated: Sequence[Stated], records: Sequence[str], names: str, tally: Tally) -> None:
    """Say what a short hash finds; it proves nothing, because another record with the same digits can be made."""
    short = next(part.first(SHORT) for part in stated) or ""
    known = any(parse_digest(record).startswith(short) for record in records)
    unchecked(
        tally,
        "a short hash finds, never verifies",
        expected="64 hex digits",
        found=f"{len(short)}, with which the record of {names} begins" if known else f"{len(short)}, of no record here",
        hint="give the whole citation",
    )


def unchecked(tally: Tally, what: str, *, expected: str = "", found: str = "", hint: str = "") -> None:
    """Note what could not be checked, which is not a failure of the archive."""
    tally.findings.append(
        Finding(CITATION, SUBJECT, ok=False, what=what, expected=expected, found=found, hint=hint, readable=False)
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """What the one who checks brings along.

    Attributes:
        pinned_root: SHA-256 of trust root 1, 64 hex digits; None to take the one that the citation states.
        past: What is known of earlier states of the log.
        jobs: How many processes to use.
        progress: Called after each release.
    """

    pinned_root: str | None = None
    past: Past | None = None
    jobs: int = 1
    progress: Progress | None = None

    def pin(self, stated: Sequence[Stated]) -> str | None:
        """Give the hash that trust root 1 must have, or None."""
        return self.pinned_root or next((root for part in stated if (root := part.first(ROOT)) is not None), None)


def verify_citation(store: Store, stated: Sequence[Stated], reader: Reader | None = None) -> Report:
    """Check a citation against an archive.

    Args:
        store: The archive.
        stated: What ``parse_citation`` gave; not empty.
        reader: What the one who checks brings along.

    Raises:
        MunimentError: The archive cannot be opened.
    """
    reader = reader or Reader()
    archive, tally = open_archive(store), Tally()
    digest = cited_hash(stated)
    if digest is None:
        find_short(archive, stated, tally)
        return _alone(archive, tally)
    try:
        version = _read_cited(archive, stated, digest)
    except UnresolvedReferenceError:
        miss(archive, stated, digest, tally)
        return _alone(archive, tally)
    except MunimentError as error:
        # What is wrong with the record has findings of its own.
        tally.error(CITATION, error, SUBJECT)
    else:
        compare_with(stated, version, archive.roots, tally)
    report = verify_archive(
        store,
        subject=SUBJECT,
        only=Reference(digest=digest),
        pinned_root=reader.pin(stated),
        past=reader.past,
        jobs=reader.jobs,
        progress=reader.progress,
    )
    return _joined(report, tally)


def _read_cited(archive: Archive, stated: Sequence[Stated], digest: str) -> StoredVersion:
    """Read the version that has the cited hash: by the number that the citation names, if that is the one."""
    for name in (fact.value for part in stated for fact in part.named(REFERENCE)):
        with suppress(MunimentError):  # what is wrong is said of the one that the hash names
            named = parse_reference(name)
            if named.version is not None and (version := archive.read(named)).statement.record == format_digest(digest):
                return version
    return archive.read(Reference(digest=digest))


def check_citation_in_snapshot(
    data: bytes | Bag, stated: Sequence[Stated], *, snapshot: str, reader: Reader | None = None
) -> Report:
    """Check a citation against a snapshot, far from any archive.

    Args:
        data: The zip file, or what was read of a folder.
        stated: What ``parse_citation`` gave; not empty.
        snapshot: What to call the file.
        reader: What the person who checks has from elsewhere.
    """
    reader, tally = reader or Reader(), Tally()
    report, evidence = check_evidence(data, subject=snapshot, pinned_root=reader.pin(stated), past=reader.past)
    version, digest = _version(evidence), cited_hash(stated)
    if version is None:
        unchecked(tally, "the snapshot does not verify, so that nothing could be compared with it")
    elif digest is None:
        find(stated, [version.statement.record], version.statement.name, tally)
    elif format_digest(digest) != version.statement.record:
        tally.fail(
            CITATION,
            SUBJECT,
            "the snapshot is of another version than the one that is cited",
            expected=f"{version.statement.record}, {version.statement.name}",
            found=format_digest(digest),
            hint="take the snapshot of the version that is cited",
        )
    else:
        compare_with(stated, version, evidence.roots, tally)
    return _joined(replace(report, subject=SUBJECT), tally)


def _version(evidence: Evidence) -> StoredVersion | None:
    data, signature = evidence.payload(RECORD_PATH), evidence.payload(SIGNATURE_PATH)
    if not (evidence.record and evidence.statement and evidence.proof and evidence.roots and data and signature):
        return None
    if evidence.statement.record != format_digest(sha256_hex(data)):
        return None
    return StoredVersion(LogEntry(evidence.proof.index, evidence.statement), evidence.record, data, signature)


def _alone(archive: Archive, tally: Tally) -> Report:
    """Report on a citation whose version is not here, or not known for sure: nothing else was checked."""
    checkpoint = (archive.checkpoint.size, archive.checkpoint.root)
    report = Tally().report(
        SUBJECT, origin=archive.origin, root=archive.roots[0].digest, checkpoint=checkpoint, counts=Counts()
    )
    return _joined(report, tally)


def _joined(report: Report, tally: Tally) -> Report:
    findings = sorted(dict.fromkeys(tally.findings), key=lambda finding: (finding.subject, finding.what))
    passed = {**report.passed, CITATION: tally.passed[CITATION]}
    return replace(report, passed=passed, findings=(*report.findings, *findings))
