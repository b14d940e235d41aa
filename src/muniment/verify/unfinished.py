"""What the marker is worth that lies in an archive: an excuse for exactly what it promises, or a finding."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace

from muniment.archive.paths import UNFINISHED, Kind, parse_path
from muniment.archive.staged import find_marker
from muniment.archive.unfinished import Marker, Promise, SignedMarker
from muniment.archive.unfinished_rules import ArchiveState, check_claim
from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, MunimentError, NotFoundError, StoreError
from muniment.store import Store
from muniment.verify.layout import UNLESS_AT_WORK, Walk
from muniment.verify.report import Tally, Unfinished

_REMOVES = "unless a writer is at work, recovery removes it"


@dataclass(frozen=True, slots=True)
class FoundMarker:
    """The marker that lies there.

    Attributes:
        marker: What it promises, where a writer of this archive left it as the archive is now; None otherwise.
        fault: Why it excuses nothing; None where there is no marker, or a genuine one.
        resting: Whether nobody is at work, so that what is unfinished stays so.
        wanted: A file of the log that could not be read, without which the marker cannot be judged; else empty.
    """

    marker: Marker | None = None
    fault: MunimentError | None = None
    resting: bool = False
    wanted: str = ""

    @property
    def unread(self) -> str:
        """The file that could not be read, so that nobody can say what the marker excuses; else empty."""
        return UNFINISHED if isinstance(self.fault, StoreError) else self.wanted


NO_MARKER = FoundMarker()


def read_found_marker(store: Store) -> SignedMarker | MunimentError | None:
    """Read the marker; what is wrong with it by itself is given, not raised."""
    try:
        return find_marker(store)
    except MunimentError as error:
        return error


def judge(
    found_marker: SignedMarker | MunimentError | None, state: ArchiveState | None, *, resting: bool, unread: str = ""
) -> FoundMarker:
    """Judge a marker by the log.

    Args:
        found_marker: As ``read_found_marker`` gave it.
        state: The archive at the same moment; None where its log does not verify.
        resting: Whether nobody is at work.
        unread: A file of the log that could not be read; else empty.
    """
    if found_marker is None or isinstance(found_marker, MunimentError):
        return FoundMarker(fault=found_marker)
    if state is None and unread:
        return FoundMarker(wanted=unread)
    if state is None:
        what = "cannot be held against the log, which does not verify: it excuses nothing"
        return FoundMarker(fault=FormatError(what, where=UNFINISHED))
    try:
        check_claim(found_marker, state)
    except MunimentError as error:
        return FoundMarker(fault=error)
    return FoundMarker(found_marker.marker, resting=resting)


def check_unfinished(
    tally: Tally, store: Store, present: Walk, expected: Container[str], found_marker: FoundMarker
) -> Walk:
    """Judge the marker, and what an unfinished write has left; give the rest.

    Args:
        tally: Where to count.
        store: The archive.
        present: The files and folders that lie there.
        expected: Every file that the other checks know; these are not excused.
        found_marker: The marker.
    """
    if found_marker.wanted:
        tally.not_checked(1, UNFINISHED, found_marker.wanted)
    elif found_marker.fault is not None:
        tally.error(1, found_marker.fault, UNFINISHED)
    elif found_marker.marker is not None:
        what = f"unfinished addition of {found_marker.marker.subject}"
        tally.notice(1, UNFINISHED, what, hint=UNLESS_AT_WORK, unvouched=found_marker.resting)
    promised = {} if found_marker.marker is None else {file.path: file for file in found_marker.marker.files}
    left = {path for path in present.files if path not in expected and (path in promised or _is_temporary(path))}
    resting = found_marker.resting if found_marker.marker is not None else bool(left) and not store.is_locked()
    for path in sorted(left):
        if path in promised:
            _check_promised(tally, store, promised[path], resting=resting)
        else:
            tally.notice(1, path, "left aside by an interrupted write", hint=_REMOVES, unvouched=resting)
    empty = tuple(path for path in present.empty if not any(name.startswith(f"{path}/") for name in promised))
    return replace(present, files={path: n for path, n in present.files.items() if path not in left}, empty=empty)


def _is_temporary(path: str) -> bool:
    parsed = parse_path(path)
    return parsed is not None and parsed.kind is Kind.TEMPORARY


def _check_promised(tally: Tally, store: Store, promised: Promise, *, resting: bool) -> None:
    try:
        data = store.read(promised.path)
    except NotFoundError:
        return  # the writer has just taken it back
    except MunimentError as error:
        tally.error(1, error, promised.path)
        return
    if promised.is_kept_by(data):
        tally.notice(1, promised.path, "part of an unfinished addition", hint=UNLESS_AT_WORK, unvouched=resting)
        return
    what = "not the bytes that the writer of an unfinished addition was about to write"
    expected, actual = format_digest(promised.sha256), format_digest(sha256_hex(data))
    tally.fail(1, promised.path, what, expected=expected, found=actual, hint="move it away, then recover the archive")


def left_unfinished(tally: Tally, found_marker: FoundMarker) -> Unfinished | None:
    """Give what a write has left that will not end by itself, counted from the findings; None for nothing."""
    lies = sum(
        finding.unvouched and finding.check in {1, 2} and finding.subject != UNFINISHED for finding in tally.findings
    )
    if found_marker.marker is not None and found_marker.resting:
        return Unfinished(found_marker.marker.subject, lies)
    return Unfinished(None, lies) if lies else None
