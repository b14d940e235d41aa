"""Tests of ``muniment.verify.report``."""

from __future__ import annotations

from typing import cast

import pytest

from muniment.canonical import Json
from muniment.errors import (
    FormatError,
    InputError,
    LockedError,
    MunimentError,
    NotFoundError,
    StoreError,
    UnavailableError,
)
from muniment.schema import validate
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.verify.public_json import report_as_json
from muniment.verify.report import CHECKS, Counts, Finding, Report, Tally


def report_of(tally: Tally) -> Report:
    """Close a tally."""
    return tally.report("archive", origin=None, root=None, checkpoint=None, counts=Counts())


def test_checks_are_numbered() -> None:
    """The checks are those of the documentation."""
    assert list(CHECKS) == [*range(1, 14)]
    assert (CHECKS[1], CHECKS[7], CHECKS[11], CHECKS[12], CHECKS[13]) == (
        "layout",
        "signature",
        "trust",
        "time",
        "memory",
    )


def test_quiet_end_is_a_pass() -> None:
    """A check that ends quietly has passed; what it raises becomes a failure, and the next check runs."""
    tally = Tally()
    with tally.check(3):
        pass
    for subject in ("record.json", ""):
        with tally.check(4, subject):
            raise FormatError("broken", where="elsewhere", expected="1", found="2", hint="mend it")
    report = report_of(tally)
    assert (report.passed[3], report.failed(3), report.failed(4)) == (1, 0, 2)
    assert [finding.subject for finding in report.findings] == ["elsewhere", "record.json"]
    assert report.findings[1] == Finding(4, "record.json", False, "broken", "1", "2", "mend it")  # noqa: FBT003


def test_other_errors_are_not_swallowed() -> None:
    """A fault of our own is no finding."""
    tally = Tally()

    def check() -> None:
        with tally.check(3):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        check()
    assert not tally.passed


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (FormatError("x"), "failed"),
        (NotFoundError("x"), "failed"),
        (InputError("x"), "failed"),
        (StoreError("x"), "unchecked"),
        (LockedError("x"), "unchecked"),
        (UnavailableError("x"), "unchecked"),
    ],
)
def test_verdict(error: MunimentError, verdict: str) -> None:
    """A file that is wrong or missing fails; one that is there and cannot be read was not checked; failure prevails."""
    tally = Tally()
    tally.notice(1, "unfinished.signed", "an unfinished addition", hint="recover the archive")
    assert report_of(tally).verdict == "verified"
    tally.error(2, error, "a.txt")
    assert report_of(tally).verdict == verdict
    tally.fail(2, "b.txt", "changed")
    assert report_of(tally).verdict == "failed"
    assert len(report_of(tally).findings) == 3
    assert len(report_of(tally).failures) == 2


def test_merge() -> None:
    """Merging adds up what was counted and keeps every finding; the report is in the order of the checks."""
    one, two = Tally(), Tally()
    one.fail(9, "b", "x")
    two.fail(2, "a", "x")
    for tally in (one, two):
        tally.ok(2)
        assert tally.read(b"four") == b"four"
    one.merge(two)
    report = report_of(one)
    assert (one.file_count, one.byte_count, report.passed[2]) == (2, 8, 2)
    assert [finding.check for finding in report.findings] == [2, 9]


def test_json(small_archive: MemoryStore) -> None:
    """A report as JSON obeys its schema, verified or not, and also where nothing could be read."""
    damaged = MemoryStore({**small_archive.files, "releases/tide/v1/content/original.txt": b"x"})
    rootless = MemoryStore({"0=muniment_archive_1": b"muniment_archive_1\n"})
    verdicts = []
    for store in (small_archive, damaged, rootless):
        value = report_as_json(verify_archive(store))
        validate("report", cast("Json", value))
        verdicts.append((value["verdict"], value["checkpoint"] is None))
    assert verdicts == [("verified", False), ("failed", False), ("failed", True)]
