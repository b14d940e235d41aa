"""What verification finds and counts: the parts of a report."""

from __future__ import annotations

from dataclasses import dataclass


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
