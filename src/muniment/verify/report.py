"""What verification yields: findings, counts, times proven and claimed, and the report that collects them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType

from muniment.archive.existence import Dated, Horizon, Proven, Witnesses
from muniment.checks import CHECKS, CITATION, NAMES
from muniment.conversion import COPY_AGAIN, explain_difference
from muniment.errors import ExtractorMissingError, InputError, IntegrityError, MunimentError, NotFoundError
from muniment.log_view import SHORTER, LogView, relation
from muniment.verify.fork import Fork

__all__ = [
    "CHECKS",
    "CITATION",
    "FAILED",
    "NAMES",
    "UNCHECKED",
    "UNFINISHED",
    "UNKNOWN",
    "VERIFIED",
    "Attested",
    "Counts",
    "Drawn",
    "Finding",
    "LeftOut",
    "News",
    "Report",
    "Tally",
    "Unfinished",
]


VERIFIED, UNFINISHED, FAILED, UNCHECKED = "verified", "unfinished", "failed", "unchecked"
UNKNOWN = "unknown"
"""Of an attestation that holds by itself, under a trust root that nobody has compared."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reader must know.

    Attributes:
        check: Number of the check.
        subject: The file, version or entry.
        ok: False for a failure; True for a notice, such as an unfinished addition.
        what: The fault or the notice, as a clause.
        expected: What should have been there; may be empty.
        found: What was there; may be empty.
        hint: What to do next; may be empty.
        readable: False where it could not be checked, since a file or folder could not be read.
        cause: That file or folder, where it is another than the subject; else empty.
        unvouched: True for a notice of something that is here, and that nobody vouches for.
        unchecked: True where this check lacks something here, so that it has neither passed nor failed.
    """

    check: int
    subject: str
    ok: bool
    what: str
    expected: str = ""
    found: str = ""
    hint: str = ""
    readable: bool = True
    unvouched: bool = False
    cause: str = ""
    unchecked: bool = False


@dataclass(frozen=True, slots=True)
class Attested:
    """What came of judging what another archive attests of an original; it is no finding on this archive.

    Attributes:
        reference: Our version, such as ``harbour/v2``.
        archive: Origin of the other archive.
        root: ``sha256:…`` of its trust root 1.
        version: The version there.
        record: ``sha256:…`` of its record there.
        logged: When the other archive claims to have logged it; None where that cannot be read.
        outcome: ``unknown`` where it holds by itself, ``verified`` where the reader has named the trust root too,
            ``failed``, or ``unchecked`` where something for it is not here.
        faults: Why it does not hold.
    """

    reference: str
    archive: str
    root: str
    version: str
    record: str
    logged: str | None
    outcome: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A write that did not end, and that nobody is at work on.

    Attributes:
        subject: What it was to make, such as ``harbour/v2``; None where only files lie aside.
        files: How many files of it lie there that nothing vouches for.
    """

    subject: str | None
    files: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was checked."""

    releases: int = 0
    versions: int = 0
    entries: int = 0
    files: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was not looked at, where a part of an archive was asked for.

    Attributes:
        releases: Releases of which nothing was read.
        versions: Versions that were not read, of these and of the release that was asked for.
        checkpoints: Published checkpoints that were not read.
        tiles: Hash tiles that were not compared with the entries, without the narrower ones that some have grown from.
        folders: Whether folders were not listed, so that nobody has looked for what does not belong there.
        entries: Entries of the log that were not held to the signed root, so that damage to them is not seen.
    """

    releases: int
    versions: int
    checkpoints: int
    tiles: int
    folders: bool
    entries: int = 0

    def __str__(self) -> str:
        """Say it in words."""
        named = (
            (self.releases, "other release", "other releases"),
            (self.versions, "version", "versions"),
            (self.checkpoints, "checkpoint", "checkpoints"),
            (self.tiles, "hash tile", "hash tiles"),
            (self.entries, "entry of the log", "entries of the log"),
        )
        counts = [f"{count:,} {one if count == 1 else many}" for count, one, many in named if count]
        return f"not looked at: {', '.join([*counts, *['what lies in other folders'] * self.folders]) or 'nothing'}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """By what lot releases were chosen.

    Attributes:
        releases: How many were asked for.
        seed: What the lot was made with.
    """

    releases: int
    seed: str


@dataclass(frozen=True, slots=True)
class News:
    """What came after an older checkpoint, and the proof that the log continues it.

    Attributes:
        size: Its number of entries.
        root_hash: Its root hash.
        versions: The versions that were logged since, in the order of the log.
        proof: The consistency proof (RFC 6962 section 2.1.2) from it to the checkpoint that was verified.
    """

    size: int
    root_hash: bytes
    versions: tuple[str, ...]
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What verification yields.

    Attributes:
        subject: What was checked.
        origin: Origin of the archive, or None where it is unknown.
        root: Digest of trust root 1, or None.
        size: Size of the log at the checkpoint that was verified, or None.
        root_hash: Root hash of that checkpoint, or None.
        counts: How much was checked.
        passed: How often each check passed, by number.
        findings: Failures and notices, by check.
        note: That checkpoint as signed, or None where it is damaged.
        fork: Two signed histories, where check 13 found such.
        proven: What shows that the first entries were there at a time; nothing where checks 10 or 11 have failed.
        dated: The versions that were checked, or the one that was asked for, in the order of the log.
        witnesses: What witnesses have cosigned; None where none is named, or the log does not verify.
        horizon: Where what is known ends; None for an archive, and where checks 10 or 11 have failed.
        unfinished: A write that did not end; None where there is none, or a writer is at work.
        left_out: What was not looked at; None where all was asked for.
        drawn: By what lot releases were chosen, where they were.
        news: What came after an older checkpoint, where that was asked for and the log continues it.
        attested: What came of judging what other archives attest, which decides nothing here.
    """

    subject: str
    origin: str | None
    root: str | None
    size: int | None
    root_hash: bytes | None
    counts: Counts
    passed: dict[int, int]
    findings: tuple[Finding, ...]
    note: bytes | None = None
    fork: Fork | None = None
    proven: tuple[Proven, ...] = ()
    dated: Sequence[Dated] = ()
    witnesses: Witnesses | None = None
    horizon: Horizon | None = None
    unfinished: Unfinished | None = None
    left_out: LeftOut | None = None
    drawn: Drawn | None = None
    news: News | None = None
    attested: tuple[Attested, ...] = ()

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that are not notices."""
        return tuple(finding for finding in self.findings if not finding.ok)

    @property
    def verdict(self) -> str:
        """``verified``, or another word.

        ``failed``; ``unchecked`` where nothing failed but something could not be read; ``unfinished`` where all that is
        committed verifies, and an addition was left unfinished beside it.
        """
        failures = self.failures
        if any(finding.readable for finding in failures):
            return FAILED
        if failures:
            return UNCHECKED
        return VERIFIED if self.unfinished is None else UNFINISHED

    @property
    def stands(self) -> bool:
        """Whether nothing failed, and everything could be read."""
        return not self.failures

    @property
    def vouched(self) -> bool:
        """Whether all that was checked is vouched for as well: no notice says that something is not."""
        return self.verdict == VERIFIED and not any(finding.unvouched for finding in self.findings)

    def failed(self, check: int) -> int:
        """Count the failures of one check, without what could not be read."""
        return sum(finding.check == check and finding.readable for finding in self.failures)

    def unread(self, check: int) -> int:
        """Count what one check could not look at, since something could not be read."""
        return sum(finding.check == check and not finding.readable for finding in self.failures)


@dataclass(slots=True)
class Tally:
    """Collects findings while checks run; ``frozen`` parts of it cross from worker processes."""

    passed: Counter[int] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    file_count: int = 0
    byte_count: int = 0
    fork: Fork | None = None
    converted: dict[str, str] = field(default_factory=dict)
    attested: list[Attested] = field(default_factory=list)

    def ok(self, check: int) -> None:
        """Count a check that passed."""
        self.passed[check] += 1

    def fail(self, check: int, subject: str, what: str, *, expected: str = "", found: str = "", hint: str = "") -> None:
        """Note a failure."""
        self.findings.append(Finding(check, subject, False, what, expected, found, hint))  # noqa: FBT003 - a failure

    def notice(
        self,
        check: int,
        subject: str,
        what: str,
        *,
        hint: str = "",
        unvouched: bool = False,
        unchecked: bool = False,
    ) -> None:
        """Note something that is not a failure but must be known."""
        finding = Finding(check, subject, True, what, hint=hint, unvouched=unvouched, unchecked=unchecked)  # noqa: FBT003 - a notice
        self.findings.append(finding)

    def error(self, check: int, error: MunimentError, subject: str = "") -> None:
        """Turn a typed error into a failure of a check.

        A missing file is a failure; a file that is there and cannot be read was not checked.
        """
        readable = isinstance(error, IntegrityError | InputError | NotFoundError)
        self.findings.append(
            Finding(
                check,
                subject or error.where,
                False,  # noqa: FBT003 - a failure
                error.what,
                error.expected,
                error.found,
                error.hint,
                readable,
                unchecked=isinstance(error, ExtractorMissingError),
            )
        )

    def not_checked(self, check: int, subject: str, cause: str) -> None:
        """Note what was not checked, since the file or folder ``cause``, which has its finding, could not be read."""
        what = f"not checked: {cause} could not be read"
        self.findings.append(Finding(check, subject, False, what, readable=False, cause=cause))  # noqa: FBT003 - as in fail

    def unread(self, below: str = "") -> str:
        """Give the first file or folder whose path begins so and that could not be read; empty where all could."""
        unread = (f for f in self.findings if not f.readable and not f.cause and not f.unchecked)
        paths = (f.subject for f in unread if f.subject.startswith(below))
        return next(paths, "")

    def explain(self, subject: str, expected: bytes | str | Callable[[bytes], bool], found: bytes) -> str:
        """See whether a conversion explains that a file is not as expected; if so, every finding on it will say so."""
        how = explain_difference(expected, found)
        if how:
            self.converted[subject] = how
        return how

    def _explained(self, finding: Finding) -> Finding:
        how = self.converted.get(finding.subject)
        if how is None or finding.ok or not finding.readable:
            return finding
        what = finding.what if finding.what.endswith(how) else f"{finding.what}: {how}"
        return replace(finding, what=what, hint=COPY_AGAIN)

    def failing(self, check: int, subject: str = "") -> _Check:
        """Run a part of a check: what it raises becomes a failure."""
        return _Check(self, check, subject, passes=False)

    def check(self, check: int, subject: str = "") -> _Check:
        """Run one check: what it raises becomes a failure, and a quiet end counts as passed."""
        return _Check(self, check, subject, passes=True)

    def read(self, data: bytes) -> bytes:
        """Count a file that was read, and give its bytes back."""
        self.file_count += 1
        self.byte_count += len(data)
        return data

    def merge(self, other: Tally) -> None:
        """Take over what another tally collected."""
        self.passed.update(other.passed)
        self.findings.extend(other.findings)
        self.file_count += other.file_count
        self.byte_count += other.byte_count
        self.converted |= other.converted
        self.attested += other.attested

    def report(
        self,
        subject: str,
        *,
        origin: str | None,
        root: str | None,
        checkpoint: tuple[int, bytes] | None,
        counts: Counts,
        note: bytes | None = None,
    ) -> Report:
        """Close the tally."""
        size, root_hash = checkpoint or (None, None)
        findings = sorted(
            map(self._explained, self.findings), key=lambda finding: (finding.check, finding.subject, finding.what)
        )
        passed = {number: self.passed[number] for number in CHECKS}
        report = Report(
            subject, origin, root, size, root_hash, counts, passed, tuple(findings), note=note, fork=self.fork
        )
        return replace(report, attested=tuple(sorted(self.attested, key=lambda one: one.reference)))


class _Check:
    """A check that is run, for ``with``; a class because a few are entered for each version."""

    __slots__ = ("_number", "_passes", "_subject", "_tally")

    def __init__(self, tally: Tally, number: int, subject: str, *, passes: bool) -> None:
        self._tally, self._number, self._subject, self._passes = tally, number, subject, passes

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if isinstance(error, MunimentError):
            self._tally.error(self._number, error, self._subject)
            return True
        if error is None and self._passes:
            self._tally.ok(self._number)
        return False


def trusting(report: Report, roots: Collection[str]) -> Report:
    """Say of attestations that hold by themselves that they verify, where the reader names the trust root.

    Args:
        report: The report.
        roots: ``sha256:…`` of trust roots 1 of other archives, as the reader has them from elsewhere.
    """
    known = {one for one in report.attested if one.outcome == UNKNOWN and one.root in roots}
    return replace(
        report, attested=tuple(replace(one, outcome=VERIFIED) if one in known else one for one in report.attested)
    )


_DAMAGED = (10, 11)


def with_dated(report: Report, proven: Iterable[Proven], dated: Sequence[Dated]) -> Report:
    """Add to a report what is proven, unless the log or the trust roots are damaged, and what is claimed."""
    sound = not any(report.failed(check) for check in _DAMAGED)
    ordered = sorted(proven, key=lambda instant: (instant.time, instant.size, instant.who)) if sound else []
    return replace(report, proven=tuple(ordered), dated=dated)


def with_horizon(report: Report, entry: Dated, against: LogView | None, now: LogView | None) -> Report:
    """Add its horizon to a report on one entry, unless the log or the trust roots are damaged.

    Args:
        report: The report, with what is proven.
        entry: The entry.
        against: What the reader has of the log from elsewhere: a whole log that goes on from here is known too.
        now: What is checked shows of the log.
    """
    if now is None or any(report.failed(check) for check in _DAMAGED):
        return report
    size = now.checkpoint.size
    claimed = entry.claimed if entry.index == size - 1 else None
    proven = min((instant.time for instant in report.proven if instant.size == size and instant.time), default=None)
    horizon = Horizon(size, claimed, proven)
    if against is not None and against.tree is not None:
        with suppress(MunimentError):  # a tile of the older side cannot be read, which check 13 says
            horizon = Horizon(against.checkpoint.size) if relation(against, now) == SHORTER else horizon
    return replace(report, horizon=horizon)
